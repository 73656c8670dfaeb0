"""Changes of a record and its portal rows into FileMaker: one request, done whole or not at all."""

from __future__ import annotations

from types import EllipsisType
from typing import Any, TypeAlias, TypeVar

from fmorm.errors import ConflictError, FmormError, OutcomeUnknown, RecordMissing
from fmorm.mapper import conflicts, outcomes, stamping
from fmorm.mapper.changes import Change, changes
from fmorm.mapper.doubt import alone, in_doubt
from fmorm.mapper.expected import Expected, ModId, RowMods, check_expected
from fmorm.mapper.extras import NOTHING, Extras
from fmorm.mapper.given import expect_record
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.merging import ROUNDS, OnConflict, check_rule, resolve
from fmorm.model.plan import Plan
from fmorm.model.records import Model
from fmorm.model.state import saved_id, state
from fmorm.protocol.calls import call, settle
from fmorm.protocol.effects import Steps
from fmorm.wire import requests

M = TypeVar("M", bound=Model)


def save(
    home: Home,
    record: M,
    *,
    expect: ModId | EllipsisType | None = ...,
    expect_rows: RowMods | None = None,
    on_conflict: OnConflict = "raise",
    extras: Extras = NOTHING,
) -> Steps[M]:
    """Save what was changed on a record and its portal rows: one PATCH, or nothing where nothing changed.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        expect: The mod id that the record must still have, where the record at hand was read later than what
            the change is based on, as in a web form; `...` for the one it was read with.
        expect_rows: The same of portal rows, by record id.
        on_conflict: What to do where somebody else has committed a change since.
        extras: What goes along.

    Returns:
        The same object; nothing of it is dirty any more.

    Raises:
        ConflictError: Somebody else committed a change since; nothing was written, and it is still dirty.
        RecordStateError: It was never created, or lives elsewhere.
        RefusedValue: A value does not meet the field's validation; nothing was written.
        OutcomeUnknown: The connection broke: it may have been saved.
        ScriptError: It was saved, and a script has ended with an error.
    """
    expect_record(record, "save")
    rule, expected = check_rule(on_conflict), check_expected(expect, expect_rows)
    return (yield from alone(record, _resolving(home, record, rule, expected, extras)))


def _resolving(home: Home, record: M, rule: OnConflict, expected: Expected, extras: Extras) -> Steps[M]:
    for _ in range(ROUNDS):
        try:
            return (yield from _save(home, record, expected, extras))
        except ConflictError as conflict:
            resolve(record, conflict, rule, expected)
            expected = Expected()  # the record is as it was just read
    return (yield from _save(home, record, expected, extras))


def _save(home: Home, record: M, expected: Expected, extras: Extras) -> Steps[M]:
    plan = at_home(home, record)
    saved_id(record)
    if not state(record).is_dirty:
        return record
    stamped = stamping.before(record)
    saved = stamping.written(record)
    try:
        told = yield from _write(home, plan, changes(record, expected), extras)
    except OutcomeUnknown:
        raise
    except (ConflictError, RecordMissing) as refusal:
        stamping.take_back(stamped)
        raise (yield from conflicts.explain(home, changes(record, expected), refusal)) from None
    except FmormError:
        stamping.take_back(stamped)
        raise
    if told is not None:
        stamping.after(record, saved)
        extras.take(*told)
    return record


Told: TypeAlias = tuple[dict[str, Any], requests.Request]
"""What was answered, and to what."""


def _write(home: Home, plan: Plan, change: Change, extras: Extras) -> Steps[Told | None]:
    """Send a change; gives the answer, None where there was nothing to send."""
    if not change:
        return None
    yield from conflicts.verify(home, change)
    record, record_id = change.record, saved_id(change.record)
    known, mod_id = state(record).mod_id, change.mod_id
    request = extras.along(_edit(home, plan, record_id, change, mod_id))
    steps = call(request)
    # Without values of its own, the record's mod id guards nothing; and a script could run twice.
    if mod_id is not None and change.values and not extras.scripts:
        steps = settle(
            request, lambda refusal: outcomes.of_edit(home, plan, record_id, change.values, mod_id, refusal)
        )
    response = yield from in_doubt(record, steps)
    change.confirm(response)
    if mod_id != known:  # saved on top of values that were never read: the next save has to look again
        state(record).mod_id = None
    return response, request


def _edit(home: Home, plan: Plan, record_id: str, change: Change, mod_id: str | None) -> requests.Request:
    return requests.edit(
        home.place,
        plan.place,
        record_id,
        fields=change.values.wire(),
        portals=change.portal_data(),
        delete_related=change.delete_related(),
        mod_id=mod_id,
    )
