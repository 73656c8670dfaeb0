"""Two writers of one record: finding out, before or after the server does, and saying who changed what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fmorm.errors import ConflictError, FmormError, RecordMissing, RowConflict, ServerError
from fmorm.mapper.changes import Change, base_of
from fmorm.mapper.home import Home
from fmorm.mapper.reading import read
from fmorm.model.keeping import held_rows
from fmorm.model.plan import Plan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.repetitions import is_repetitions
from fmorm.model.state import NOT_LOADED, policy_of, saved_id, state
from fmorm.protocol.effects import Steps

IN_DOUBT = "an earlier save of unknown outcome was carried out, or somebody else has changed the record since"


def explain(home: Home, record: Model, refusal: ServerError) -> Steps[ServerError]:
    """Read the record as it is now, and make the refusal of a save tell base, mine and theirs.

    Args:
        home: The database.
        record: The record that could not be saved.
        refusal: What the server answered: another mod id, or that something is missing.

    Returns:
        The conflict; the refusal itself where the whole record is gone.
    """
    plan = plan_of(type(record))
    try:
        current = yield from read(home, plan, saved_id(record), policy_of(record))
    except RecordMissing as gone:
        return gone
    except FmormError as why:
        refusal.add_note(f"What is there now could not be read: {why}")
        if isinstance(refusal, ConflictError):
            refusal.record = record
        return refusal
    error = ConflictError(refusal.code, refusal.text, status=refusal.status, request=refusal.request)
    tell(error, plan, record, current)
    return error


def tell(error: ConflictError, plan: Plan, record: Model, current: Model) -> None:
    """Put into the error what either side changed, as it was, is here, and is there."""
    attrs = _changed_by_either(plan, record, current)
    error.record, error.current = record, current
    error.base, error.mine, error.theirs = _three_sides(attrs, record, current)
    error.rows = [conflict for attr in plan.portals for conflict in _row_conflicts(attr, record, current)]


def verify(home: Home, record: Model, change: Change, *, guarded: bool) -> Steps[None]:
    """Read and compare, before a save that the mod ids alone would not guard.

    That is so for an edited portal row, whose new mod id the server does not tell: rather than guess it, or
    edit without it, what is there must be what this record knows, and then its mod id is right. And it is so
    after a save whose reply was lost: what it created would be created again.

    Args:
        home: The database.
        record: The record that is to be saved.
        change: What is to be sent.
        guarded: Whether the caller gives the record's own mod id.

    Raises:
        ConflictError: Somebody else has changed the record or the row meanwhile, or the earlier save was done.
    """
    mine = _unguarded(record, change, guarded=guarded)
    if not mine and not state(record).doubtful:
        return
    plan = plan_of(type(record))
    current = yield from read(home, plan, saved_id(record), policy_of(record))
    pairs = [(one, current if attr is None else _row_in(current, attr, one)) for attr, one in mine]
    agrees = all(_same_row(one, theirs) for one, theirs in pairs)
    if not agrees or (state(record).doubtful and not _untouched(plan, record, current)):
        error = ConflictError(
            text=IN_DOUBT if state(record).doubtful else "",
            request=f"edit on layout {plan.place!r}, record {saved_id(record)}",
        )
        tell(error, plan, record, current)
        raise error
    for one, theirs in pairs:
        state(one).mod_id = None if theirs is None else state(theirs).mod_id
    state(record).doubtful = False


def _unguarded(record: Model, change: Change, *, guarded: bool) -> list[tuple[str | None, Record]]:
    """Give the edited rows, by portal, and the record itself where no mod id is known of them."""
    rows: list[tuple[str | None, Record]] = [
        (portal.portal.attr, values.record)
        for portal in change.portals
        for values in portal.edited
        if state(values.record).mod_id is None
    ]
    return [*rows, (None, record)] if state(record).mod_id is None and not guarded else rows


def _untouched(plan: Plan, record: Model, current: Model) -> bool:
    """Whether the record and its portals are as they were before a save of unknown outcome."""
    known = state(record).mod_id
    if known is not None and known != state(current).mod_id:
        return False
    pairs = [(held_rows(record, attr), held_rows(current, attr)) for attr in plan.portals]
    return all(_untouched_rows(mine, theirs) for mine, theirs in pairs if mine is not None and mine.touched)


def _untouched_rows(mine: PortalRows[Any], theirs: PortalRows[Any] | None) -> bool:
    if (
        theirs is None or not mine.known
    ):  # nobody can tell a row that the save created from one that was there
        return not mine.new_rows()
    there = {state(row).record_id: row for row in theirs.loaded_rows()}
    known = mine.existing_rows()
    same = all(_same_row(row, there.get(state(row).record_id)) for row in known)
    return same and (mine.found == theirs.found if mine.found is not None else len(known) == len(there))


def _same(mine: Record, theirs: Record | None) -> bool:
    """Whether what is known of a record is what is there; what FileMaker calculates may differ."""
    if theirs is None:
        return False
    plan = plan_of(type(mine))
    return all(_base_is(mine, theirs, attr) for attr, field in plan.fields.items() if not field.read_only)


def _changed_by_either(plan: Plan, record: Record, current: Record | None) -> list[str]:
    return [
        attr
        for attr in plan.fields
        if _value(record, attr) != base_of(record, attr)
        or (current is not None and not _base_is(record, current, attr))
    ]


def _three_sides(
    attrs: Iterable[str], record: Record, current: Record | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    base = {attr: base_of(record, attr) for attr in attrs}
    mine = {attr: _value(record, attr) for attr in base}
    return base, mine, {} if current is None else {attr: _value(current, attr) for attr in base}


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
    rows = held_rows(current, attr)
    record_id = state(row).record_id
    loaded = () if rows is None else rows.loaded_rows()
    return next((theirs for theirs in loaded if state(theirs).record_id == record_id), None)


def _row_conflicts(attr: str, record: Model, current: Model) -> list[RowConflict]:
    mine = held_rows(record, attr)
    if mine is None or not mine.touched:
        return []
    pairs = [(row, _row_in(current, attr, row)) for row in [*mine.changed_rows(), *mine.removed_rows()]]
    return [_row_conflict(attr, row, theirs) for row, theirs in pairs if not _same_row(row, theirs)]


def _row_conflict(attr: str, row: PortalRow, theirs: PortalRow | None) -> RowConflict:
    attrs = _changed_by_either(plan_of(type(row)), row, theirs)
    base, mine, now = _three_sides(attrs, row, theirs)
    return RowConflict(
        attr, str(state(row).record_id), None if theirs is None else state(theirs).mod_id, base, mine, now
    )


def _same_row(row: Record, theirs: Record | None) -> bool:
    known = state(row).mod_id
    if theirs is None or known is None:
        return theirs is not None and _same(row, theirs)
    return state(theirs).mod_id == known
