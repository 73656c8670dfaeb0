"""A new record in FileMaker, with its portal rows: one request, done whole or not at all."""

from __future__ import annotations

from typing import Any, TypeVar

from fmorm.errors import FmormError, OutcomeUnknown, RecordStateError
from fmorm.mapper import outcomes, stamping
from fmorm.mapper.changes import Change, new_record
from fmorm.mapper.doubt import alone, in_doubt, read_back
from fmorm.mapper.extras import NOTHING, Extras
from fmorm.mapper.given import expect_record, id_in_reply
from fmorm.mapper.home import Home
from fmorm.mapper.reading import refresh
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model
from fmorm.model.state import saved_id, state
from fmorm.protocol.calls import call, settle
from fmorm.protocol.effects import Steps
from fmorm.wire import requests

M = TypeVar("M", bound=Model)


def create(home: Home, record: M, *, reload_after: bool, extras: Extras = NOTHING) -> Steps[M]:
    """Create a record with its portal rows in FileMaker.

    Args:
        home: The database.
        record: A record made in Python. What was never set is not sent, so that auto-enter works.
        reload_after: Whether to read back serials, lookups and calculations.
        extras: What goes along.

    Returns:
        The same object, which now knows its record id, mod id and the ids of its rows.

    Raises:
        RecordStateError: It exists already.
        RefusedValue: A value does not meet the field's validation; nothing was created.
        OutcomeUnknown: The connection broke: it may have been created.
        ScriptError: It was created, and a script has ended with an error.
    """
    expect_record(record, "create")
    yield from alone(record, _create(home, record, extras))
    return (yield from _read_back(home, record)) if reload_after else record


def _create(home: Home, record: Model, extras: Extras) -> Steps[None]:
    plan = plan_of(type(record))
    if reason := state(record).detached:
        raise RecordStateError(f"this {plan.cls.__name__} is gone: {reason}")
    if state(record).record_id is not None:
        raise RecordStateError(
            f"this {plan.cls.__name__} exists already as record {state(record).record_id}: db.save(record) "
            "saves changes"
        )
    if state(record).doubtful:
        raise RecordStateError(
            f"creating this {plan.cls.__name__} had an unknown outcome before: look whether it is there, and if not, "
            "create a new one with its values"
        )
    stamped = stamping.before(record)
    saved = stamping.written(record)
    try:
        change = new_record(record)
        request = extras.along(
            requests.create(home.place, plan.place, change.values.wire(), change.portal_data())
        )
        response = yield from in_doubt(record, _creating(home, plan, change, request, extras))
    except OutcomeUnknown:
        raise
    except FmormError:
        stamping.take_back(stamped)
        raise
    record_id = id_in_reply(response.get("recordId"))
    if record_id is None:
        state(record).doubtful = True
        advice = "find the record by its values"
        raise OutcomeUnknown(
            f"{request.about}: the server said OK but gave no record id; {advice}",
            request=request.about,
            advice=advice,
        )
    state(record).record_id = record_id
    state(record).origin = home.origin(plan.place)
    change.confirm(response)
    stamping.after(record, saved)
    extras.take(response, request)


def _creating(
    home: Home, plan: Plan, change: Change, request: requests.Request, extras: Extras
) -> Steps[dict[str, Any]]:
    """Ask for a new record; again after a lost reply, where FileMaker takes its key only once, and runs no script."""
    key = outcomes.unique_key(plan, change)
    if key is None or extras.scripts:
        return call(request)
    return settle(request, lambda refusal: outcomes.of_create(home, plan, key, change, refusal))


def _read_back(home: Home, record: M) -> Steps[M]:
    created = f"record {saved_id(record)} was created"
    return (yield from read_back(refresh(home, record), created, "db.reload(record) does it again"))
