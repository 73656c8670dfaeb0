"""`Code`: the Python functions that a file has for scripts and custom functions, by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from fmorm.server.scripts.run import Run

Script: TypeAlias = "Callable[[Run], str | None]"
"""A script: it is given what it may see and do, and gives its result, or None for no result."""
Function: TypeAlias = Callable[..., object]
"""A custom function of calculations."""

_S = TypeVar("_S", bound=Script)
_F = TypeVar("_F", bound=Function)


class CodeError(ValueError):
    """A mistake in the code of a file; the message says where and what was meant."""


class Code:
    """The scripts and custom functions of a file.

    Functions are registered with decorators, which give them back unchanged:

        code = Code()

        @code.script("Add To Score")
        def add_to_score(run: Run) -> str | None: ...

        @code.function("Initials")
        def initials(name: str) -> str: ...
    """

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}
        self._functions: dict[str, Function] = {}

    def __repr__(self) -> str:
        return f"<Code: {len(self._scripts)} scripts, {len(self._functions)} functions>"

    @property
    def scripts(self) -> Mapping[str, Script]:
        """The scripts by name, in the order in which they were registered."""
        return MappingProxyType(self._scripts)

    @property
    def functions(self) -> Mapping[str, Function]:
        """The custom functions by name, in the order in which they were registered."""
        return MappingProxyType(self._functions)

    def script(self, name: str) -> Callable[[_S], _S]:
        """Register the decorated function as a script.

        Args:
            name: The script's name, as clients send it.

        Returns:
            The decorator.

        Raises:
            CodeError: Another script has this name (case does not count), or what is decorated is no function that
                can be called with a `Run`.
        """

        def register(script: _S) -> _S:
            _check(self._scripts, "script", name, script)
            if not _takes_one(script):
                raise CodeError(f'script "{name}": its function must take one argument, the Run')
            self._scripts[name] = script
            return script

        return register

    def function(self, name: str) -> Callable[[_F], _F]:
        """Register the decorated function as a custom function.

        Args:
            name: The function's name, as formulas spell it.

        Returns:
            The decorator.

        Raises:
            CodeError: Another function has this name (case does not count), or what is decorated is no function.
        """

        def register(function: _F) -> _F:
            _check(self._functions, "function", name, function)
            self._functions[name] = function
            return function

        return register


def _check(known: Iterable[str], kind: str, name: str, value: object) -> None:
    if name.__class__ is not str or not name.strip():
        raise CodeError(f'name the {kind}, like @code.{kind}("{kind.title()} Name")')
    if not callable(value):
        raise CodeError(f'{kind} "{name}": put the decorator before a function')
    if inspect.iscoroutinefunction(value):
        raise CodeError(f'{kind} "{name}" is an async function; write it with plain "def"')
    for other in known:
        if other.casefold() == name.casefold():
            raise CodeError(
                f'{kind} "{name}" is registered twice (case does not count); give one another name'
            )


def _takes_one(script: Callable[..., object]) -> bool:
    try:
        inspect.signature(script).bind(object())
    except TypeError:
        return False
    except ValueError:  # a builtin that does not say
        return True
    return True
