"""From a Python file to its `Code`."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

from fmorm.server.scripts.code import Code, CodeError

_EXAMPLE = "write `code = Code()` at its top level and register scripts with @code.script(name)"


def load_code(path: str | os.PathLike[str]) -> Code:
    """Run a Python file and give the `Code` that it makes at its top level.

    The file may import modules that lie beside it.

    Args:
        path: The file.

    Returns:
        Its code.

    Raises:
        CodeError: The file cannot be run, or has no `Code`, or more than one; the message names the file.
        OSError: The file cannot be read.
    """
    file = Path(path)
    file.open("rb").close()  # so that a file that cannot be read is told as such
    module = _imported(file)
    found = {id(value): name for name, value in vars(module).items() if isinstance(value, Code)}
    if not found:
        raise CodeError(f"{file}: the file has no Code; {_EXAMPLE}")
    if len(found) > 1:
        raise CodeError(f"{file}: the file has more than one Code ({', '.join(found.values())}); keep one")
    code: Code = getattr(module, next(iter(found.values())))
    return code


def _imported(file: Path) -> ModuleType:
    name = f"fmorm_code_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise CodeError(f'{file}: expected a Python file, whose name ends in ".py"')
    module = importlib.util.module_from_spec(spec)
    beside = str(file.resolve().parent)
    if beside not in sys.path:
        sys.path.append(beside)  # last, so that no file here hides an installed module
    sys.modules[name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        mistake = _mistake(file, error)
        if mistake is None:
            raise
        raise mistake from error
    return module


def _mistake(file: Path, error: BaseException) -> CodeError | None:
    """Say what has kept a file from being run, None where it is nothing about the file."""
    match error:
        case CodeError():
            return CodeError(f"{file}: {error}")
        case SyntaxError():
            return CodeError(f"{file}: line {error.lineno}: {error.msg}")
        case ImportError():
            return CodeError(f"{file}: {error}; is it installed where the server runs?")
        case SystemExit():
            advice = 'put what only a program does under `if __name__ == "__main__":`'
            return CodeError(f"{file}: the file ends the program when it is imported; {advice}")
        case Exception():
            return CodeError(f"{file}: {type(error).__name__}: {error}")
        case _:
            return None
