"""Reading a record value by value: what is missing is left out, and what does not fit is told, or put aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from fmorm.errors import FmormError
from fmorm.model.plan import FieldPlan, Plan
from fmorm.model.repetitions import Repetitions
from fmorm.model.source import Spot
from fmorm.model.state import NOT_LOADED, State
from fmorm.model.troubles import Troubles
from fmorm.wire.shaped import Raw
from fmorm.wire.values import NotShown, Unreadable

Names = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What is known of one cell, instead of its value; and what stands in its place."""

    error: FmormError
    instead: Any = NOT_LOADED


def read_values(plan: Plan, names: Names, raw: Raw, spot: Spot, state: State) -> dict[str, Any]:
    """Read the values of a record one by one.

    Args:
        plan: The plan of its class.
        names: The keys on the wire, by attribute.
        raw: The record's cells.
        spot: Which record it is.
        state: The record's state, which is told of values that could not be had.

    Returns:
        The values by attribute.

    Raises:
        MappingError: A value does not fit its field, and is not to be put aside.
    """
    values: dict[str, Any] = {}
    for attr, keys in names.items():
        field = plan.fields[attr]
        cells = [_cell(field, key, raw, spot) for key in keys]
        if field.repetitions:
            values[attr] = _repetitions(field, cells)
            continue
        if isinstance(cells[0], _Trouble):
            _troubled(state).cells[attr] = cells[0].error
        if (value := _value(cells[0])) is not NOT_LOADED:
            values[attr] = value
    return values


def _cell(field: FieldPlan, name: str, raw: Raw, spot: Spot) -> Any:
    if name not in raw:
        return NOT_LOADED
    try:
        return field.codec.read(raw[name])
    except NotShown:
        return _Trouble(spot.withheld(field.label, name))
    except Unreadable as error:
        bad = spot.bad(str(error), name, raw[name])
        if spot.on_bad_value == "raise":
            raise bad from None
        return _Trouble(bad, bad.raw if spot.on_bad_value == "keep" else NOT_LOADED)


def _value(cell: Any) -> Any:
    return cell.instead if isinstance(cell, _Trouble) else cell


def _repetitions(field: FieldPlan, cells: list[Any]) -> Repetitions[Any]:
    made: Repetitions[Any] = Repetitions(cells, field.label, field.setter)
    for position, cell in enumerate(cells):
        if isinstance(cell, _Trouble):
            made.put_aside(position, cell.error, cell.instead)
    return made


def _troubled(state: State) -> Troubles:
    """Give what a state knows of values that could not be had, to be added to."""
    if state.troubles is None:
        state.troubles = Troubles()
    return state.troubles


# -- what the checks of a class refuse ---------------------------------------------------------------------


def check_items(field: FieldPlan, held: Repetitions[Any], raw: Raw, spot: Spot) -> None:
    """Let the checks of a repeating field see the values of a reply.

    Raises:
        MappingError: One is refused, and is not to be put aside.
    """
    for position, value in held.known().items():
        if held.troubles and position in held.troubles:
            continue
        try:
            field.item(value)
        except ValidationError as error:
            cell = raw[field.names[position]]
            why = spot.bad(error.errors(include_url=False)[0]["msg"], field.names[position], cell)
            if spot.on_bad_value == "raise":
                raise why from error
            held.put_aside(position, why, why.raw if spot.on_bad_value == "keep" else NOT_LOADED)


def take_kept(values: dict[str, Any], state: State) -> dict[str, Any]:
    """Take out raw values that were kept in the place of bad ones: no check of a class is to see them."""
    troubles = {} if state.troubles is None else state.troubles.cells
    return {attr: values.pop(attr) for attr in troubles if attr in values}


def put_aside_refused(
    error: ValidationError,
    names: Names,
    values: dict[str, Any],
    kept: dict[str, Any],
    raw: Raw,
    spot: Spot,
    state: State,
) -> bool:
    """Put aside the values that the checks of a class refuse.

    Args:
        error: What pydantic says.
        names: The keys on the wire, by attribute.
        values: The values by attribute, which lose those that are refused.
        kept: What is kept as it came, which is added to.
        raw: The record's cells.
        spot: Which record it is.
        state: The record's state, which is told.

    Returns:
        Whether that was done; not where bad values raise, or where it is the record as a whole that is refused.
    """
    refused = {
        str(one["loc"][0]) if one["loc"] else "": one["msg"] for one in error.errors(include_url=False)
    }
    if spot.on_bad_value == "raise" or not refused.keys() <= values.keys():
        return False
    for attr, reason in refused.items():
        cells = [raw.get(name) for name in names[attr]]
        bad = spot.bad(reason, names[attr][0], cells[0] if len(cells) == 1 else cells)
        _troubled(state).cells[attr] = bad
        del values[attr]
        if spot.on_bad_value == "keep" and len(cells) == 1:
            kept[attr] = bad.raw
    return True
