"""Two writers of one record: finding out, before or after the server does, and saying who changed what."""

from __future__ import annotations

from typing import Any

from fmorm.errors import ConflictError, RecordMissing, RowConflict
from fmorm.mapper.changes import Change, base_of
from fmorm.mapper.home import Home
from fmorm.mapper.reading import read
from fmorm.model.plan import Plan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.repetitions import is_repetitions
from fmorm.model.state import NOT_LOADED, saved_id, state
from fmorm.protocol.effects import Steps


def explain(home: Home, record: Model, error: ConflictError) -> Steps[ConflictError]:
    """Read the record as it is now, and put base, mine and theirs into the error.

    Args:
        home: The database.
        record: The record that could not be saved.
        error: What the server answered.

    Returns:
        The same error, told.
    """
    error.record = record
    plan = plan_of(type(record))
    try:
        current = yield from read(home, plan, saved_id(record))
    except RecordMissing:
        return error
    tell(error, plan, record, current)
    return error


def tell(error: ConflictError, plan: Plan, record: Model, current: Model) -> None:
    """Put into the error what either side changed, as it was, is here, and is there."""
    attrs = [attr for attr in plan.fields if _changed_by_either(record, current, attr)]
    error.record, error.current = record, current
    error.base = {attr: base_of(record, attr) for attr in attrs}
    error.mine = {attr: _value(record, attr) for attr in attrs}
    error.theirs = {attr: _value(current, attr) for attr in attrs}
    error.rows = [conflict for attr in plan.portals for conflict in _row_conflicts(attr, record, current)]


def verify(home: Home, record: Model, change: Change, *, guarded: bool) -> Steps[None]:
    """Learn the mod ids that are not known, before a save that would go without them.

    The server does not tell the new mod id of an edited portal row. Rather than guess it, or edit without it,
    the record is read again: what is there must be what this record knows, and then its mod id is right.

    Args:
        home: The database.
        record: The record that is to be saved.
        change: What is to be sent.
        guarded: Whether the caller gives the record's own mod id.

    Raises:
        ConflictError: Somebody else has changed the record or the row meanwhile.
    """
    rows = [
        (portal.portal.attr, values.record)
        for portal in change.portals
        for values in portal.edited
        if state(values.record).mod_id is None
    ]
    record_unknown = state(record).mod_id is None and not guarded
    if not rows and not record_unknown:
        return
    plan = plan_of(type(record))
    current = yield from read(home, plan, saved_id(record))
    pairs: list[tuple[Record, Record | None]] = [(row, _row_in(current, attr, row)) for attr, row in rows]
    if record_unknown:
        pairs.append((record, current))
    if not all(_same(mine, theirs) for mine, theirs in pairs):
        error = ConflictError(request=f"edit on layout {plan.place!r}, record {saved_id(record)}")
        tell(error, plan, record, current)
        raise error
    for mine, theirs in pairs:
        state(mine).mod_id = None if theirs is None else state(theirs).mod_id


def _same(mine: Record, theirs: Record | None) -> bool:
    """Whether what is known of a record is what is there; what FileMaker calculates may differ."""
    if theirs is None:
        return False
    plan = plan_of(type(mine))
    return all(_base_is(mine, theirs, attr) for attr, field in plan.fields.items() if not field.read_only)


def _changed_by_either(record: Record, current: Record, attr: str) -> bool:
    return _value(record, attr) != base_of(record, attr) or not _base_is(record, current, attr)


def _base_is(mine: Record, theirs: Record, attr: str) -> bool:
    base, now = base_of(mine, attr), _value(theirs, attr)
    if base is NOT_LOADED or now is NOT_LOADED:
        return True
    if plan_of(type(mine)).fields[attr].repetitions:
        return all(a is NOT_LOADED or b is NOT_LOADED or a == b for a, b in zip(base, now, strict=True))
    return bool(base == now)


def _value(record: Record, attr: str) -> Any:
    value: Any = vars(record).get(attr, NOT_LOADED)
    return value.listed() if is_repetitions(value) else value


def _row_in(current: Model, attr: str, row: Record) -> PortalRow | None:
    rows: PortalRows[Any] | None = vars(current).get(attr)
    record_id = state(row).record_id
    return next((theirs for theirs in rows or () if state(theirs).record_id == record_id), None)


def _row_conflicts(attr: str, record: Model, current: Model) -> list[RowConflict]:
    mine: PortalRows[Any] | None = vars(record).get(attr)
    if mine is None or not mine.touched:
        return []
    conflicts: list[RowConflict] = []
    for row in [*mine.changed_rows(), *mine.removed_rows()]:
        theirs = _row_in(current, attr, row)
        if not _same_row(row, theirs):
            conflicts.append(
                RowConflict(attr, saved_id(row), None if theirs is None else state(theirs).mod_id)
            )
    return conflicts


def _same_row(row: PortalRow, theirs: PortalRow | None) -> bool:
    known = state(row).mod_id
    if theirs is None or known is None:
        return theirs is not None and _same(row, theirs)
    return state(theirs).mod_id == known
