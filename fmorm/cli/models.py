"""Models that a command is given by the name of their module, or of their class in it."""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from fmorm.cli.drafts import Mistake
from fmorm.errors import DeclarationError

if TYPE_CHECKING:
    from fmorm.model.records import Model


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add the argument to a command."""
    parser.add_argument(
        "models",
        metavar="MODULE[:CLASS]",
        nargs="+",
        help="a module with models, as in shop.models, or one class of it, as in shop.models:Person",
    )


def models_of(options: argparse.Namespace) -> list[type[Model]]:
    """Give the models that are meant, each once.

    Raises:
        Mistake: There is no such module or class.
        DeclarationError: A class in it is declared wrongly.
    """
    return list(dict.fromkeys(model for text in options.models for model in _models(text)))


def _models(text: str) -> Iterator[type[Model]]:
    """Give the models that an argument means."""
    name, _, wanted = text.partition(":")
    module = _imported(name)
    if wanted:
        yield _model(module, wanted)
        return
    found = [value for value in vars(module).values() if _is_own_model(value, module)]
    if not found:
        raise Mistake(f"module {name} defines no model with a layout; name a class of it: {name}:Person")
    yield from found


def _imported(name: str) -> ModuleType:
    """Import a module as a program that is started here would."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise Mistake(f"{name!r}: give the dotted name of a module, as in shop.models")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise Mistake(f"there is no module {error.name} here, and none is installed") from None
        raise Mistake(f"importing {name} failed: {error}") from error
    except DeclarationError:
        raise
    except Exception as error:
        raise Mistake(f"importing {name} failed: {type(error).__name__}: {error}") from error


def _model(module: ModuleType, name: str) -> type[Model]:
    value = getattr(module, name, None)
    if value is None:
        close = difflib.get_close_matches(name, vars(module), 1)
        meant = f"; did you mean {close[0]}?" if close else ""
        raise Mistake(f"module {module.__name__} has no {name}{meant}")
    if not _is_model(value):
        raise Mistake(f"{module.__name__}:{name} is no model")
    found: type[Model] = value
    return found


def _is_own_model(value: object, module: ModuleType) -> bool:
    """Whether a name of a module is a model with a layout, defined there or in a module below it."""
    if not _is_model(value):
        return False
    home = str(getattr(value, "__module__", ""))
    is_here = home == module.__name__ or home.startswith(f"{module.__name__}.")
    return is_here and getattr(value, "__fmorm_place__", None) is not None


def _is_model(value: object) -> bool:
    from fmorm.model.records import Model

    return isinstance(value, type) and issubclass(value, Model) and value is not Model
