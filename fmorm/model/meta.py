"""The metaclass: declarations out of the class body, query terms onto the class.

Class attributes must be query terms and yet must never stand in the class's namespace, where pydantic would
take them for a subclass's defaults. So they are found by `__getattr__` of the metaclass, which stays silent
while any class is being built.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, dataclass_transform

from pydantic import BaseModel

from fmorm.errors import DeclarationError
from fmorm.model.declare import Declared
from fmorm.model.plan import plan_of

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass  # the one type checkers know
else:
    ModelMetaclass = type(BaseModel)

_building: ContextVar[bool] = ContextVar("fmorm_building", default=False)

SHADOWING: Final = frozenset(name for name in dir(BaseModel) if not name.startswith("_")) | {
    "mro",
    "register",
}
"""Attribute names that pydantic or the metaclass would answer instead of the field."""


@dataclass_transform(kw_only_default=True, field_specifiers=())
class RecordMeta(ModelMetaclass):
    """Makes the classes of records: models and portal rows."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        """Take the declarations out of the class body, let pydantic make the class, and check the plan."""
        declared = {attr: value for attr, value in namespace.items() if isinstance(value, Declared)}
        _refuse_shadowing(name, [*declared, *namespace.get("__annotations__", ())])
        namespace |= {attr: value.pydantic() for attr, value in declared.items()}
        if "model_post_init" in namespace and bases[0] is not BaseModel:
            namespace["model_post_init"] = _prepared(namespace["model_post_init"])
        namespace["__fmorm_declared__"] = _inherited(bases) | declared
        namespace.setdefault("__pydantic_parent_namespace__", _local_types())
        token = _building.set(True)
        try:
            cls: Any = super().__new__(
                mcs, name, bases, namespace, __pydantic_reset_parent_namespace__=False, **options
            )
        finally:
            _building.reset(token)
        if cls.__pydantic_complete__ and cls.__fmorm_place__ is not None:
            plan_of(cls)
        return cls

    if not TYPE_CHECKING:  # a checker that saw it would take any misspelt attribute

        def __getattr__(cls, attr: str) -> Any:
            """Give the query term of a field, or the way to those of a portal's rows."""
            if not attr.startswith("_") and not _building.get() and attr in cls.__pydantic_fields__:
                return plan_of(cls).terms[attr]
            return super().__getattr__(attr)


def _refuse_shadowing(name: str, attrs: list[str]) -> None:
    for attr in attrs:
        if attr in SHADOWING:
            raise DeclarationError(
                f"{name}.{attr}: pydantic has that name for itself; call the attribute {attr}_ = field({attr!r})"
            )


def _prepared(own: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Let a model's own hook find a record that is ready, also where it does not call its base's."""

    @functools.wraps(own)
    def model_post_init(self: Any, context: Any, /) -> None:
        self.__fmorm_prepare__()
        own(self, context)

    return model_post_init


def _inherited(bases: tuple[type, ...]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for base in reversed(bases):
        found |= getattr(base, "__fmorm_declared__", {})
    return found


def _local_types() -> dict[str, Any] | None:
    """Give the classes of the function that a class is made in, for its forward references.

    pydantic looks one frame up, and would find this metaclass there.
    """
    frame = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]  # as pydantic itself does
    if frame.f_code.co_name == "<module>":
        return None
    return {name: value for name, value in frame.f_locals.items() if isinstance(value, type)}
