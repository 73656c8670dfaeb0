"""Declaring relations between layouts: `belongs_to` and `has_many`, by key fields.

They are no fields: FileMaker has no value for them. So they are taken out of the class body before pydantic looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, Generic, Never, TypeVar, overload

from fmorm.errors import DeclarationError
from fmorm.model.body import SHADOWING, annotations_of

if TYPE_CHECKING:
    from fmorm.model.records import Model

M = TypeVar("M", bound="Model")


@dataclass(frozen=True, slots=True)
class Related:
    """What the call on the right of a relation said, and where.

    Attributes:
        many: Whether it is `has_many`.
        target: The other class, or its name.
        on: The attribute that holds the other record's key: here, or of the other class for `has_many`.
        key: The attribute of that key; None for the one business key.
        module: Where the name of a class is looked up.
        frame: The function that the class was made in, where its name may be that of one defined later.
    """

    many: bool
    target: Any
    on: str
    key: str | None
    module: str = ""
    frame: FrameType | None = None

    @property
    def word(self) -> str:
        """The annotation that goes with it."""
        return "HasMany" if self.many else "BelongsTo"


def belongs_to(target: type[Model] | str | None = None, *, on: str, key: str | None = None) -> Any:
    """Declare that a record belongs to one of another layout, whose key it holds.

    Args:
        target: The other class, or its name; that of the annotation where it is left out. A class of a module that
            cannot be imported here is named with its module: `"shop.customers.Customer"`.
        on: The attribute of this class that holds the key.
        key: The attribute of the other class that is the key; its one business key where it is left out.

    Returns:
        The declaration, for the right side of an attribute annotated with `BelongsTo[…]`.
    """
    return Related(many=False, target=target, on=on, key=key)


def has_many(target: type[Model] | str | None = None, *, on: str, key: str | None = None) -> Any:
    """Declare that records of another layout hold the key of this one.

    Args:
        target: As in `belongs_to`.
        on: The attribute of the other class that holds the key of this one.
        key: The attribute of this class that is the key; its one business key where it is left out.

    Returns:
        The declaration, for the right side of an attribute annotated with `HasMany[…]`.
    """
    return Related(many=True, target=target, on=on, key=key)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an annotation says.

    Attributes:
        word: `BelongsTo` or `HasMany`.
        target: What stands in the brackets; None for none.
    """

    word: str
    target: Any


if TYPE_CHECKING:

    class BelongsTo(Generic[M]):
        """A relation to one record of another layout: the way to it on the class, that record on an instance."""

        @overload
        def __get__(self, instance: None, owner: type) -> type[M]: ...
        @overload
        def __get__(self, instance: object, owner: type) -> M | None: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Never) -> None: ...

    class HasMany(Generic[M]):
        """A relation to records of another layout: the way to them on the class, the records on an instance."""

        @overload
        def __get__(self, instance: None, owner: type) -> type[M]: ...
        @overload
        def __get__(self, instance: object, owner: type) -> tuple[M, ...]: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Never) -> None: ...

else:

    class BelongsTo:
        """A relation to one record of another layout: the way to it on the class, that record on an instance."""

        def __class_getitem__(cls, target: Any) -> Any:
            return Asked("BelongsTo", target)

    class HasMany:
        """A relation to records of another layout: the way to them on the class, the records on an instance."""

        def __class_getitem__(cls, target: Any) -> Any:
            return Asked("HasMany", target)


# -- class bodies ----------------------------------------------------------------------------------------


_WRITTEN: Final = re.compile(r"(?:\w+\.)*(BelongsTo|HasMany)\s*(?:\[(.*)\])?\s*", re.DOTALL)
_BARE: Final[Mapping[Any, str]] = {BelongsTo: "BelongsTo", HasMany: "HasMany"}


def take_relations(name: str, namespace: dict[str, Any], frame: FrameType | None) -> dict[str, Related]:
    """Take the relations out of a class body.

    Args:
        name: The class's name.
        namespace: Its body; annotations and values of relations are gone afterwards.
        frame: The function that the class is made in, if it is one.

    Returns:
        The relations by attribute.

    Raises:
        DeclarationError: One is declared wrongly; the message says what to write instead.
    """
    annotations = annotations_of(namespace)
    asked = {attr: one for attr, given in annotations.items() if (one := _asked(given)) is not None}
    for attr, value in namespace.items():
        if isinstance(value, Related) and attr not in asked:
            word, call = value.word, "has_many" if value.many else "belongs_to"
            raise DeclarationError(f"{name}.{attr}: annotate it, as in {attr}: {word}[Other] = {call}(…)")
    module = str(namespace.get("__module__", ""))
    taken = {
        attr: _taken(f"{name}.{attr}", attr, one, namespace.get(attr), module, frame)
        for attr, one in asked.items()
    }
    if taken:
        namespace["__annotations__"] = {key: one for key, one in annotations.items() if key not in taken}
    for attr in taken:
        del namespace[attr]
    return taken


def _asked(annotation: Any) -> Asked | None:
    """Give which relation an annotation says, and to what; None for any other annotation."""
    if isinstance(annotation, str):
        found = _WRITTEN.fullmatch(annotation)
        return Asked(found[1], (found[2] or "").strip().strip("'\"") or None) if found else None
    if isinstance(annotation, Asked):
        return annotation
    return next((Asked(word, None) for bare, word in _BARE.items() if annotation is bare), None)


def _taken(label: str, attr: str, asked: Asked, value: Any, module: str, frame: FrameType | None) -> Related:
    call = "has_many" if asked.word == "HasMany" else "belongs_to"
    if not isinstance(value, Related) or value.word != asked.word:
        raise DeclarationError(f'{label}: write {attr}: {asked.word}[Other] = {call}(on="…")')
    if attr.startswith("_") or attr in SHADOWING:
        raise DeclarationError(f"{label}: pydantic has that name for itself; call the attribute otherwise")
    target = value.target or asked.target
    if target is None:
        raise DeclarationError(f"{label}: say to which class: {asked.word}[Other]")
    known = frame.f_locals.get(target) if frame is not None and isinstance(target, str) else None
    if known is not None:  # the function need not be kept for it
        return replace(value, target=known, module=module)
    return replace(value, target=target, module=module, frame=frame)
