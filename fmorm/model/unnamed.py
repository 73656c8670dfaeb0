"""Layouts without a model: classes that are made of what the server tells of a layout."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from fmorm.errors import NotOnLayout
from fmorm.model.declare import (
    Container,
    Field,
    Portal,
    Repeating,
    RepeatingContainer,
    container,
    field,
    portal,
    repeating,
)
from fmorm.model.naming import attribute_names, class_name
from fmorm.model.plan import plan_of
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.showing import Shown, shown_fields
from fmorm.query.terms import Term
from fmorm.wire.metadata import LayoutMetadata, PortalInfo
from fmorm.wire.values import Kind

R = TypeVar("R", bound=Record)

_WHERE: Final = "fmorm.layouts"
"""The module that such classes say they are of; there is none, so that nobody takes them for classes of a file."""


class Names:
    """FileMaker's names of what a class declares: the query terms of `stock.f["Qty on hand"]`.

    That of a field in a portal is found by both names, `stock.f["Suppliers", "Name"]`. Iterating gives the names.
    """

    def __init__(self, cls: type[Record]) -> None:
        """Know the names of a class that is complete."""
        plan = plan_of(cls)
        self._cls = cls
        self._attrs = {one.name: attr for attr, one in plan.portals.items()}
        # a portal may be called like a field: then the name means the field, and the attribute finds the portal
        self._attrs |= {one.name: attr for attr, one in plan.fields.items()}
        self._bare = {name.removeprefix(f"{plan.place}::"): attr for name, attr in self._attrs.items()}

    def attribute(self, name: str) -> str:
        """Give the attribute of a FileMaker name; in a row, also of a field's name alone.

        Raises:
            NotOnLayout: There is nothing of this name.
        """
        found = self._attrs.get(name) or self._bare.get(name)
        if found is not None:
            return found
        same = [known for known in self._bare if known.casefold() == name.casefold()]
        close = same or difflib.get_close_matches(name, self._bare, 1)
        meant = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(self._bare)}"
        raise NotOnLayout(f"{self._cls.__fmorm_place__!r} shows no field or portal {name!r}; {meant}")

    def __getitem__(self, name: str | tuple[str, str]) -> Term[Any]:
        """Give the query term of a field; raises NotOnLayout."""
        if isinstance(name, str):
            term: Term[Any] = getattr(self._cls, self.attribute(name))
            return term
        attr = self.attribute(name[0])
        shown = plan_of(self._cls).portals.get(attr)
        if shown is None:
            raise NotOnLayout(f"{self._cls.__fmorm_place__!r}: {name[0]!r} is a field, not a portal")
        inner: Term[Any] = getattr(getattr(self._cls, attr), Names(shown.row).attribute(name[1]))
        return inner

    def __iter__(self) -> Iterator[str]:
        return iter(self._attrs)

    def __len__(self) -> int:
        return len(self._attrs)

    def __contains__(self, name: object) -> bool:
        return name in self._attrs

    def __repr__(self) -> str:
        return f"<the names of {self._cls.__fmorm_place__!r}: {', '.join(self._attrs)}>"


class _ByName:
    """Reaches what a record holds by FileMaker's names, beside the attributes."""

    f: ClassVar[Names]

    def __getitem__(self, name: str) -> Any:
        """Give the value of a field, its repetitions, or the rows of a portal; raises NotOnLayout, NotLoaded."""
        return getattr(self, self.f.attribute(name))

    def __setitem__(self, name: str, value: Any) -> None:
        """Set a field, as its attribute is set; raises NotOnLayout, ReadOnly, pydantic.ValidationError."""
        setattr(self, self.f.attribute(name), value)

    if TYPE_CHECKING:  # only the server knows the attributes

        def __getattr__(self, attr: str) -> Any: ...
        def __setattr__(self, attr: str, value: Any) -> None: ...


class LayoutRecord(_ByName, Model, abstract=True):
    """A record of a layout without a model; `db.layout` makes the class, which is used like any other model.

    Values are attributes by Python's names (`item.qty_on_hand`) and items by FileMaker's (`item["Qty on hand"]`).
    On the class `f` has the query terms: `stock.f["Qty on hand"]`.
    """

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


class LayoutRow(_ByName, PortalRow, abstract=True):
    """A row of a portal of a layout without a model, with its values as those of a `LayoutRecord`."""

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


def model_of(metadata: LayoutMetadata) -> type[LayoutRecord]:
    """Make the model of a layout: all its fields and portals, with the type of their kind.

    Text is `str`, a number `Decimal`; what is not text is None where it is empty. Calculations, summaries, globals and
    stamps are read-only. What the Data API cannot tell apart is left out: one of two portals of the same name.

    Args:
        metadata: What the server tells of the layout.

    Returns:
        The class.
    """
    names = class_name(metadata.layout)
    portals = {one.name: one for one in metadata.portals if one.name not in metadata.twice}
    body = _body(shown_fields(metadata.fields), portals=portals.values(), owner=names)
    return _made(names, LayoutRecord, body, layout=metadata.layout)


def _row_of(metadata: PortalInfo, owner: str) -> type[LayoutRow]:
    name = f"{owner}{class_name(metadata.name)}"
    return _made(name, LayoutRow, _body(shown_fields(metadata.fields, metadata.table)), table=metadata.table)


def _body(fields: Iterable[Shown], portals: Iterable[PortalInfo] = (), owner: str = "") -> dict[str, Any]:
    """Write the body of a class."""
    fields, portals = list(fields), list(portals)
    attrs = attribute_names([one.name for one in fields])
    portal_attrs = attribute_names([one.name for one in portals], attrs.values())
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {"__annotations__": annotations, "__module__": _WHERE}
    for one in fields:
        annotations[attrs[one.name]], body[attrs[one.name]] = _declared(one)
    for shown in portals:
        attr, row = portal_attrs[shown.name], _row_of(shown, owner)
        annotations[attr], body[attr] = Portal[row], portal(shown.name)  # type: ignore[valid-type]
    return body


def _declared(one: Shown) -> tuple[Any, Any]:
    held: Any = one.held if one.held is str else one.held | None
    if one.info.kind is Kind.CONTAINER:
        return RepeatingContainer if one.repetitions else Container, container(
            one.name, one.repetitions or None
        )
    if one.repetitions:
        return Repeating[held], repeating(one.name, one.repetitions, read_only=one.read_only)
    return Field[held], field(one.name, read_only=one.read_only, is_global=one.info.is_global)


def _made(name: str, base: type[R], body: dict[str, Any], **place: str) -> type[R]:
    cls: Any = types.new_class(name, (base,), place, lambda namespace: namespace.update(body))
    cls.f = Names(cls)
    made: type[R] = cls
    return made
