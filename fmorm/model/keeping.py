"""What a program holds of a record stays the record's: when it is read again, and when it is created.

Portals, repetitions and rows are objects that a program may keep in variables. If others took their place, what
is set on the first would be lost without a word.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from fmorm.model.plan import plan_of
from fmorm.model.portals import PortalRows, is_portal_rows
from fmorm.model.records import Model, Record
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import state

_set = object.__setattr__


def take_over(record: Record, fresh: Record) -> None:
    """Let a record be what a fresh reading of it is; what was not saved is dropped.

    Its portals and repetitions stay the same objects, and so do rows that are there still. Row objects that stand
    for nothing any more are detached: they refuse to be set.

    Args:
        record: The record, or row.
        fresh: What was read; it is not to be used any more.

    Raises:
        MappingError: A value of a row does not fit its field; nothing was taken over.
    """
    kept, values = _kept(record), vars(fresh)
    for attr, held in kept.items():
        if is_portal_rows(held) and held.has_rows and attr in values:
            values[attr].loaded_rows()  # what cannot be read fails here, before anything has changed
    awaited: dict[str, Any] = {}
    for attr, held in kept.items():
        _refill(record, attr, held, values.get(attr))
        (values if attr in values else awaited)[attr] = held
    record.__fmorm_own__(values | awaited)
    _set(record, "__dict__", values)
    record.__fmorm_give__(fresh.__pydantic_fields_set__)
    state(record).become(state(fresh), awaited)


def _kept(record: Record) -> dict[str, PortalRows[Any] | Repetitions[Any]]:
    """Give the portals and repetitions that a program may hold, be they values or not."""
    held = vars(record) | state(record).awaited
    return {attr: value for attr, value in held.items() if is_portal_rows(value) or is_repetitions(value)}


def _refill(record: Record, attr: str, held: PortalRows[Any] | Repetitions[Any], fresh: Any) -> None:
    if is_portal_rows(held):
        held.refill(fresh, take_over)
        return
    held.refill(fresh)
    if fresh is None:
        held.on_fill = functools.partial(record.__fmorm_fill__, attr)


def fill_in(record: Record, fresh: Record, attrs: Iterable[str]) -> None:
    """Let a record know fields that it did not know; what it knows, or was given, stays.

    Args:
        record: The record.
        fresh: The same record as it was read just now; it is not to be used any more.
        attrs: The attributes of fields and repeating fields.
    """
    values, read = vars(record), vars(fresh)
    for attr in attrs:
        held = values.get(attr, state(record).awaited.get(attr))
        if is_repetitions(held):
            held.fill(read[attr])
            values[attr] = held
            state(record).awaited.pop(attr, None)
        else:
            values.setdefault(attr, read[attr])
    record.__fmorm_give__(record.__pydantic_fields_set__.union(attrs))


def note_created(record: Model) -> None:
    """Note that FileMaker has created a record: it may have rows by relation, which nobody has seen."""
    awaited = state(record).awaited
    for attr in plan_of(type(record)).portals:
        rows: PortalRows[Any] | None = vars(record).get(attr)
        if rows is not None:
            rows.uncount()
            continue
        if attr not in awaited:
            record.__fmorm_awaited__(attr)
        awaited[attr].forget()


def lose_created(record: Model, attr: str, rows: list[Any]) -> None:
    """Note that FileMaker has created rows of a portal without telling which is which.

    The portal is not loaded any more; its other rows are still edited through it.
    """
    held = held_rows(record, attr)
    if held is not None:
        held.lose_created(rows)
        record.__fmorm_forget__({attr})
        state(record).awaited[attr] = held


def held_rows(record: Record, attr: str) -> PortalRows[Any] | None:
    """Give the rows of a portal, known or not; None where a program cannot hold any."""
    rows: PortalRows[Any] | None = vars(record).get(attr)
    return state(record).awaited.get(attr) if rows is None else rows
