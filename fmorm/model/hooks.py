"""What a model does by itself before and after a save: methods marked with `before_save` and `after_save`.

They work on values alone: a model does no I/O.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fmorm.errors import DeclarationError

F = TypeVar("F", bound=Callable[[Any], None])

_MARK: Final = "__fmorm_hook__"
_BEFORE: Final = "before_save"
_AFTER: Final = "after_save"


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hooks of one class, a base's before its own, otherwise in the order of definition.

    Attributes:
        before: The names of the methods that run before a save.
        after: The names of those that run after it.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]


def before_save(hook: F) -> F:
    """Let a method run before its record is created or saved, as `def stamp(self) -> None`.

    It may set values, which are sent; what it raises ends the save, and nothing is sent. It does not run where
    there is nothing to save. When a conflict is resolved, what it has set is dropped, and it runs again on top of
    what the other writer has saved.

    Args:
        hook: A method of a `Model`, or of a `PortalRow`, whose row is saved with its record.

    Returns:
        The method.

    Raises:
        DeclarationError: It is a coroutine or a generator: a hook works on values alone.
    """
    return _marked(hook, _BEFORE)


def after_save(hook: F) -> F:
    """Let a method run after the server has confirmed that its record was created or saved.

    What it sets is not saved, and the record is dirty then. What it raises reaches the program, but the record is
    saved.

    Args:
        hook: A method of a `Model`, or of a `PortalRow`, whose row is saved with its record.

    Returns:
        The method.

    Raises:
        DeclarationError: It is a coroutine or a generator: a hook works on values alone.
    """
    return _marked(hook, _AFTER)


def _marked(hook: F, when: str) -> F:
    name = getattr(hook, "__name__", repr(hook))
    given: Any = hook
    if not inspect.isfunction(given):
        raise DeclarationError(f"@{when} is for a method of the class: def {name}(self) -> None")
    if (
        inspect.iscoroutinefunction(given)
        or inspect.isgeneratorfunction(given)
        or inspect.isasyncgenfunction(given)
    ):
        raise DeclarationError(
            f"@{when} {name}: a hook works on the values of the record alone, in both colours: write a plain def"
        )
    setattr(hook, _MARK, (*getattr(hook, _MARK, ()), when))
    return hook


def hooks_of(cls: type[Any]) -> Hooks:
    """Give the hooks of a class; a method that overrides one of a base is one as well, in its place."""
    found: dict[str, tuple[str, ...]] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if inspect.isfunction(value) and hasattr(value, _MARK):
                found[name] = getattr(value, _MARK)
    return Hooks(*(tuple(name for name, when in found.items() if one in when) for one in (_BEFORE, _AFTER)))
