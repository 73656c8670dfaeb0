"""The metaclass: declarations out of the class body, query terms onto the class.

Class attributes must be query terms and yet must never stand in the class's namespace, where pydantic would
take them for a subclass's defaults. So they are found by `__getattr__` of the metaclass, which stays silent
while any class is being built.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, dataclass_transform

from pydantic import BaseModel
from pydantic.errors import PydanticUserError

from fmorm.errors import DeclarationError
from fmorm.model import related
from fmorm.model.body import annotations_of, check_body
from fmorm.model.declare import Declared
from fmorm.model.plan import plan_of
from fmorm.model.relations import Related, take_relations

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass  # the one type checkers know
else:
    ModelMetaclass = type(BaseModel)

_building: ContextVar[bool] = ContextVar("fmorm_building", default=False)


@dataclass_transform(eq_default=False, kw_only_default=True, field_specifiers=())
class RecordMeta(ModelMetaclass):
    """Makes the classes of records: models and portal rows."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        """Take the declarations out of the class body, let pydantic make the class, and check the plan."""
        frame = _function()
        relations = take_relations(name, namespace, frame)
        check_body(name, bases, namespace)
        declared = {attr: value for attr, value in namespace.items() if isinstance(value, Declared)}
        inherited = _inherited(bases)
        again = annotations_of(namespace).keys() & inherited.keys() - namespace.keys()
        namespace |= {attr: inherited[attr].pydantic() for attr in again}
        namespace |= {attr: value.pydantic() for attr, value in declared.items()}
        namespace["__fmorm_declared__"] = inherited | declared
        named = annotations_of(namespace).keys() | declared.keys()
        namespace["__fmorm_relations__"] = {
            attr: one for attr, one in _relations(bases).items() if attr not in named
        } | relations
        namespace["__fmorm_resolved__"] = {}
        namespace["__fmorm_setters__"] = {}
        namespace["__fmorm_function__"] = None
        if "model_post_init" in namespace and bases[0] is not BaseModel:
            namespace["model_post_init"] = _prepared(namespace["model_post_init"])
        if frame is not None:
            namespace.setdefault("__pydantic_parent_namespace__", _types_of(frame))
        cls = _made(functools.partial(super().__new__, mcs), name, bases, namespace, options)
        if not cls.__pydantic_complete__:
            cls.__fmorm_function__ = frame  # what it still defines may be what the class waits for
        elif cls.__fmorm_place__ is not None:
            related.check_relations(cls)
        return cls

    if not TYPE_CHECKING:  # a checker that saw it would take any misspelt attribute

        def __getattr__(cls, attr: str) -> Any:
            """Give the query term of a field, or the way to those of a portal's rows, or to related records."""
            if not attr.startswith("_") and not _building.get():
                leads = attr in cls.__fmorm_relations__
                if leads or attr in cls.__pydantic_fields__:
                    if cls.__fmorm_place__ is None:
                        raise AttributeError(
                            f"{cls.__name__}.{attr}: a base class has no query terms; its models have"
                        )
                    return related.term_of(cls, attr) if leads else plan_of(cls).terms[attr]
            try:
                return super().__getattr__(attr)
            except AttributeError:
                declared = cls.__dict__
                names = ", ".join(
                    [*declared.get("__pydantic_fields__", ()), *declared.get("__fmorm_relations__", ())]
                )
                raise AttributeError(
                    f"{cls.__name__} has no attribute {attr!r}; it declares {names}"
                ) from None


def _made(
    make: Callable[..., Any],
    name: str,
    bases: tuple[type, ...],
    namespace: dict[str, Any],
    options: dict[str, Any],
) -> Any:
    """Let pydantic make the class, while no query term can be taken for a default; raises DeclarationError."""
    options["__pydantic_reset_parent_namespace__"] = False
    generic: Mapping[str, Any] = options.get("__pydantic_generic_metadata__") or {}
    if generic.get("origin") is not None and getattr(bases[0], "__fmorm_place__", None) is None:
        options["abstract"] = True
    token = _building.set(True)
    try:
        return make(name, bases, namespace, **options)
    except PydanticUserError as error:
        raise DeclarationError(f"{name}: {error.message.splitlines()[0]}") from error
    finally:
        _building.reset(token)


def _prepared(own: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Let a model's own hook find a record that is ready, also where it does not call its base's."""

    @functools.wraps(own)
    def model_post_init(self: Any, context: Any, /) -> None:
        self.__fmorm_prepare__(context)
        own(self, context)

    return model_post_init


def _inherited(bases: tuple[type, ...]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for base in reversed(bases):
        found |= getattr(base, "__fmorm_declared__", {})
    return found


def _relations(bases: tuple[type, ...]) -> dict[str, Related]:
    found: dict[str, Related] = {}
    for base in reversed(bases):
        found |= getattr(base, "__fmorm_relations__", {})
    return found


def _function() -> FrameType | None:
    """Give the function that a class is being made in, if it is one.

    pydantic looks one frame up for the names of forward references, and would find this metaclass there.
    """
    frame = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]  # as pydantic itself does
    return None if frame.f_code.co_name == "<module>" else frame


def _types_of(frame: FrameType) -> dict[str, Any]:
    """Give the names of a function that annotations can mean; its data is left alone."""
    return {
        name: value
        for name, value in frame.f_locals.items()
        if isinstance(value, (type, ModuleType))
        or type(value).__module__ in {"types", "typing", "typing_extensions"}
    }
