"""A row of a portal as a record of a layout of its own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from fmorm.errors import RecordStateError
from fmorm.model.build import build_records
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.model.records import Model, PortalRow
from fmorm.model.repetitions import is_repetitions
from fmorm.model.source import Source
from fmorm.model.state import Origin, State, state
from fmorm.wire.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

M = TypeVar("M", bound=Model)


def as_model(row: PortalRow, model: type[M]) -> M:
    """Give the related record of a portal row as a record of a layout of the same table.

    It is a record of its own, with the row's record id and mod id: it can be reloaded, saved and deleted, and the row
    does not follow. It knows what the row tells about fields of that table, where both classes hold the field as
    the same type; anything else is not loaded, and `db.load(record)` loads it. Nothing is sent.

    Args:
        row: A row of a record that was read, without changes.
        model: The class of the layout. That it is one of the row's table cannot be checked here.

    Returns:
        The record.

    Raises:
        RecordStateError: The row is new, gone or changed.
        TypeError: That is no row, or no model; or they have no field in common, so the tables differ.
        MappingError: The model's field does not take a value.
    """
    untyped: Any = row
    if not isinstance(untyped, PortalRow):
        raise TypeError(f"as_model takes a row of a portal, not {untyped!r}")
    plan = plan_of(model)
    known, origin = _settled(row)
    cells = dict(_cells(row, plan))
    if not cells:
        raise TypeError(
            f"{type(row).__name__} and {model.__name__} have no loaded field in common: is layout {plan.place!r} one "
            "of the same table?"
        )
    raw = {"recordId": known.record_id, "modId": known.mod_id, "fieldData": cells}
    (record,) = build_records(plan, [raw], Source(Origin(origin.host, origin.database, plan.place)))
    return cast("M", record)


def _settled(row: PortalRow) -> tuple[State, Origin]:
    """Give the state of a row that FileMaker has as it is here; raises RecordStateError."""
    known, name = state(row), type(row).__name__
    if known.detached:
        raise RecordStateError(f"this {name} is no record: {known.detached}")
    if known.is_new or known.origin is None:
        raise RecordStateError(
            f"this {name} was never created in FileMaker: save the record that it belongs to first"
        )
    if known.is_dirty:
        raise RecordStateError(
            f"row {known.record_id} has changes that were not saved, {', '.join(known.changes)}: save its record "
            "first, or state(row).reset()"
        )
    return known, known.origin


def _cells(row: PortalRow, model: Plan) -> Iterator[tuple[str, Any]]:
    """Give the values that a row knows of its own table, as the wire has them, by the names that the model uses."""
    wanted = {name.casefold(): (name, field) for field in model.fields.values() for name in field.names}
    plan = plan_of(type(row))
    for attr, value in vars(row).items():
        field = plan.fields[attr]
        values = value.known() if is_repetitions(value) else {0: value}
        for position, known in values.items():
            place, _, own = field.names[position].partition("::")
            name, other = wanted.get(own.casefold(), ("", field))
            if place == plan.place and name and _tells(field, other, known):
                yield name, field.codec.write(known)


def _tells(field: FieldPlan, other: FieldPlan, value: Any) -> bool:
    """Whether a value is for certain the other field's: a false that may stand for empty is not, nor is an address."""
    mine, theirs = field.codec, other.codec
    if (mine.kind, mine.held) != (theirs.kind, theirs.held) or mine.kind is Kind.CONTAINER:
        return False
    return not (mine.held is bool and value is False and theirs.optional and not mine.optional)
