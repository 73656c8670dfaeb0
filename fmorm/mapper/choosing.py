"""The values that people choose from for a field: its value list, and what the record holds already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias, cast

from fmorm.errors import MappingError, NotOnLayout
from fmorm.mapper.given import expect_record
from fmorm.mapper.home import Home, at_home
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.model.portals import is_portal_rows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.repetitions import is_repetitions
from fmorm.model.state import state
from fmorm.protocol import metadata
from fmorm.protocol.effects import Steps
from fmorm.query.terms import RepeatingTerm, Term
from fmorm.wire.metadata import SEPARATOR, Choice, FieldInfo, LayoutMetadata
from fmorm.wire.values import Kind

Chosen: TypeAlias = str | Term[Any] | RepeatingTerm[Any]
"""A field: `Person.status`, `Person.addresses.kind`, or the attribute's name beside a record."""

_SEVERAL: Final = "checkBox"
"""A field that is shown so holds several values, in lines of their own."""


def choices(home: Home, chosen: Chosen, record: Model | None) -> Steps[list[Choice]]:
    """Read the value list of a field.

    Args:
        home: The database.
        chosen: The field.
        record: The record that it is chosen for: lists of related values are those of the record, and what it
            holds stays a choice.

    Returns:
        The choices in the order of the list; what the record holds beside them comes last.

    Raises:
        NotOnLayout: The layout does not show the field, or shows it without a value list.
        TypeError: That is no field, or no record of its layout.
    """
    plan, path = _found(chosen, record)
    if record is not None:
        at_home(home, record)
    record_id = None if record is None else state(record).record_id
    told = yield from metadata.layout_metadata(home.place, plan.place, record_id)
    field = _field_at(plan, path)
    info = _info(told, plan, path, field)
    listed = told.value_list(info.value_list)
    if listed is None:
        raise NotOnLayout(
            f"{field.label}: layout {plan.place!r} shows {info.name!r} without a value list; give it one in FileMaker, "
            "in the inspector under Data, as a pop-up menu, say"
        )
    choosable = [one for one in listed.choices if not (listed.is_custom and one.value == SEPARATOR)]
    known = {_sameness(field, one.value) for one in choosable}
    kept = [] if record is None else list(_texts(record, path, field, info))
    beside = [text for text in dict.fromkeys(kept) if text and _sameness(field, text) not in known]
    return [*choosable, *(Choice(text, text) for text in beside)]


def _found(chosen: Chosen, record: Model | None) -> tuple[Plan, tuple[str, ...]]:
    """Give the model whose layout shows the field, and the way to it."""
    if record is not None:
        expect_record(record, "choices")
    if isinstance(chosen, str):
        if record is None:
            raise TypeError(f"choices({chosen!r}): of which layout? Write Person.{chosen}, or give record=")
        return plan_of(type(record)), (chosen,)
    untyped: Any = chosen
    if not isinstance(untyped, (Term, RepeatingTerm)):
        raise TypeError(f"choices takes a field, like Person.status; it was given {untyped!r}")
    ref = chosen.ref
    if ref.owner is None or issubclass(ref.owner, PortalRow):
        raise TypeError(
            f"choices({ref.label}): name the field through its layout, as in Person.addresses.city"
        )
    if record is not None and not isinstance(record, ref.owner):
        raise TypeError(f"{ref.label} is no field of {type(record).__name__}, which was given as the record")
    return plan_of(ref.owner if record is None else type(record)), ref.path


def _field_at(plan: Plan, path: tuple[str, ...]) -> FieldPlan:
    *portal, attr = path
    owner = plan_of(plan.portals[portal[0]].row) if portal else plan
    field = owner.fields.get(attr)
    if field is None:
        raise TypeError(f"{plan.cls.__name__} has no field {attr!r}; it declares {plan.listing()}")
    return field


def _info(told: LayoutMetadata, plan: Plan, path: tuple[str, ...], field: FieldPlan) -> FieldInfo:
    if len(path) > 1:
        shown = told.portal(plan.portals[path[0]].name)
        info = shown.field(field.name) if shown else None
    else:
        info = told.field(field.name)
    if info is None:
        raise NotOnLayout(
            f"{field.label}: layout {plan.place!r} does not show {field.name!r}; "
            f"db.check({plan.cls.__name__}) tells more"
        )
    return info


def _texts(record: Record, path: tuple[str, ...], field: FieldPlan, info: FieldInfo) -> Iterator[str]:
    """Give what is held now as texts of a value list; what is not loaded is not there."""
    value = vars(record).get(path[0], _unfit(record, path[0]))
    if is_portal_rows(value):
        rows = cast("Iterable[PortalRow]", value)
        for row in rows:
            yield from _texts(row, path[1:], field, info)
    elif is_repetitions(value):
        for one in value.known().values():
            yield from _lines(field, one, info)
    elif value is not None:
        yield from _lines(field, value, info)


def _unfit(record: Record, attr: str) -> Any:
    """Give what FileMaker holds where that does not fit the field; None where it does, or is not known."""
    error = dict(record.__fmorm_troubles__()).get(attr)
    return error.raw if isinstance(error, MappingError) else None


def _lines(field: FieldPlan, value: Any, info: FieldInfo) -> list[str]:
    try:
        text = str(field.codec.write(value))
    except ValueError:  # it does not fit, and was kept as the server sent it
        text = str(value)
    return text.split("\r") if info.display == _SEVERAL else [text]


def _sameness(field: FieldPlan, text: str) -> object:
    """Give what two texts have in common that are the same value: 5 and 5.0 in a number field."""
    if field.codec.kind is Kind.NUMBER:
        try:
            return Decimal(text)
        except InvalidOperation:
            pass
    return text
