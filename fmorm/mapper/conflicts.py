"""Two writers of one record: finding out, before or after the server does, and saying who changed what."""

from __future__ import annotations

from typing import Any

from fmorm.errors import ConflictError, FmormError, RecordMissing, RowConflict, ServerError
from fmorm.mapper.changes import Change, PortalChange, Values
from fmorm.mapper.home import Home
from fmorm.mapper.reading import read
from fmorm.mapper.sides import attr_of, changed_by_either, contested, same, three_sides
from fmorm.model.keeping import held_rows
from fmorm.model.plan import Plan, plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.state import policy_of, saved_id, state
from fmorm.protocol.effects import Steps

IN_DOUBT = "an earlier save of unknown outcome was carried out, or somebody else has changed the record since"


def explain(home: Home, change: Change, refusal: ServerError) -> Steps[ServerError]:
    """Read the record as it is now, and make the refusal of a save tell base, mine and theirs.

    Args:
        home: The database.
        change: What could not be saved.
        refusal: What the server answered, another mod id, or that something is missing; or what a comparison
            before the save has found, which has read the record already.

    Returns:
        The conflict; the refusal itself where the whole record is gone.
    """
    record = change.record
    if isinstance(refusal, ConflictError) and refusal.current is not None:
        tell(refusal, change, refusal.current)
        return refusal
    try:
        current = yield from read(home, plan_of(type(record)), saved_id(record), policy_of(record))
    except RecordMissing as gone:
        return gone
    except FmormError as why:
        refusal.add_note(f"What is there now could not be read: {why}")
        if isinstance(refusal, ConflictError):
            refusal.record = record
        return refusal
    error = ConflictError(refusal.code, refusal.text, status=refusal.status, request=refusal.request)
    tell(error, change, current)
    return error


def tell(error: ConflictError, change: Change, current: Model) -> None:
    """Put into the error what either side changed, as it was, is here, and is there."""
    record = change.record
    plan = plan_of(type(record))
    attrs = changed_by_either(plan, record, current)
    error.record, error.current = record, current
    error.base, error.mine, error.theirs = three_sides(attrs, record, current)
    clashing = {attr_of(key) for key in contested(change.values, current, based=change.is_based)}
    error.contested = [attr for attr in plan.fields if attr in clashing]
    error.rows = [one for portal in change.portals for one in _row_conflicts(change, portal, current)]


def verify(home: Home, change: Change) -> Steps[None]:
    """Read and compare, before a save that the mod ids alone would not guard.

    That is so for an edited portal row, whose new mod id the server does not tell: rather than guess it, or
    edit without it, what is there must be what this record knows, and then its mod id is right. And it is so
    after a save whose reply was lost: what it created would be created again. A row that is to be deleted is
    compared where the program says which mod id it must have, as the server does not.

    Args:
        home: The database.
        change: What is to be sent.

    Raises:
        ConflictError: Somebody else has changed the record or the row meanwhile, or the earlier save was done;
            it has the record as it is now, and `explain` makes it tell the rest.
    """
    record = change.record
    unguarded = _unguarded(record, change)
    removed = [
        (portal, row) for portal in change.portals for row in portal.removed if _is_expected(portal, row)
    ]
    if not unguarded and not removed and not state(record).doubtful:
        return
    plan = plan_of(type(record))
    current = yield from read(home, plan, saved_id(record), policy_of(record))
    pairs = [(one, current if attr is None else row_in(current, attr, one)) for attr, one in unguarded]
    agrees = all(_same_row(one, theirs) for one, theirs in pairs) and not any(
        differs(portal, row, row_in(current, portal.portal.attr, row)) for portal, row in removed
    )
    if not agrees or (state(record).doubtful and not _untouched(plan, record, current)):
        error = ConflictError(
            text=IN_DOUBT if state(record).doubtful else "",
            request=f"edit on layout {plan.place!r}, record {saved_id(record)}",
        )
        error.current = current
        raise error
    for one, theirs in pairs:
        state(one).mod_id = None if theirs is None else state(theirs).mod_id
    state(record).doubtful = False


def _unguarded(record: Model, change: Change) -> list[tuple[str | None, Record]]:
    """Give the edited rows, by portal, and the record itself where no mod id is known of them."""
    rows: list[tuple[str | None, Record]] = [
        (portal.portal.attr, values.record)
        for portal in change.portals
        for values in portal.edited
        if portal.mod_id(values.record) is None
    ]
    return [*rows, (None, record)] if change.mod_id is None else rows


def _is_expected(portal: PortalChange, row: PortalRow) -> bool:
    """Whether a program gives the mod id of a row to be deleted, which the server itself does not compare."""
    return str(state(row).record_id) in portal.expected


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
    as_known = all(_same_row(row, there.get(state(row).record_id)) for row in known)
    return as_known and (mine.found == theirs.found if mine.found is not None else len(known) == len(there))


def row_in(current: Model, attr: str, row: Record) -> PortalRow | None:
    """Give the row of the same record id among those that were read."""
    rows = held_rows(current, attr)
    record_id = state(row).record_id
    loaded = () if rows is None else rows.loaded_rows()
    return next((theirs for theirs in loaded if state(theirs).record_id == record_id), None)


def _row_conflicts(change: Change, portal: PortalChange, current: Model) -> list[RowConflict]:
    attr = portal.portal.attr
    edited = [(values.record, values) for values in portal.edited]
    found: list[RowConflict] = []
    for row, values in [*edited, *((row, None) for row in portal.removed)]:
        theirs = row_in(current, attr, row)
        if differs(portal, row, theirs):
            based = change.is_row_based(portal, row)
            found.append(_row_conflict(attr, row, theirs, _contested_in(row, values, theirs, based=based)))
    return found


def differs(portal: PortalChange, row: Record, theirs: Record | None) -> bool:
    """Whether a row is not what a save expects it to be, or is gone."""
    expected = portal.expected.get(str(state(row).record_id))
    if expected is None or theirs is None:
        return not _same_row(row, theirs)
    return state(theirs).mod_id != expected


def _contested_in(row: Record, values: Values | None, theirs: Record | None, *, based: bool) -> list[str]:
    """Name what both have changed of a row; all that I have of one that either has deleted."""
    plan = plan_of(type(row))
    if values is None:
        return list(plan.fields)
    keys = set(values.changed()) if theirs is None else contested(values, theirs, based=based)
    clashing = {attr_of(key) for key in keys}
    return [attr for attr in plan.fields if attr in clashing]


def _row_conflict(attr: str, row: Record, theirs: Record | None, clashing: list[str]) -> RowConflict:
    attrs = changed_by_either(plan_of(type(row)), row, theirs)
    base, mine, now = three_sides(attrs, row, theirs)
    mod_id = None if theirs is None else state(theirs).mod_id
    return RowConflict(attr, str(state(row).record_id), mod_id, base, mine, now, clashing)


def _same_row(row: Record, theirs: Record | None) -> bool:
    known = state(row).mod_id
    if theirs is None or known is None:
        return theirs is not None and same(row, theirs)
    return state(theirs).mod_id == known
