"""Records out of FileMaker."""

from __future__ import annotations

from types import EllipsisType

from fmorm.errors import ConflictError
from fmorm.mapper import conflicts, outcomes
from fmorm.mapper.changes import Change, changes
from fmorm.mapper.extras import NOTHING, Extras
from fmorm.mapper.given import check_mod_id, check_record_id, expect_model, expect_record
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.reading import read
from fmorm.model.plan import Plan
from fmorm.model.records import Model
from fmorm.model.state import saved_id, state
from fmorm.protocol.calls import call, settle
from fmorm.protocol.effects import Steps
from fmorm.wire import requests


def delete(
    home: Home,
    target: Model | type[Model],
    record_id: str | int | None,
    mod_id: str | int | EllipsisType | None,
    extras: Extras = NOTHING,
) -> Steps[None]:
    """Delete a record.

    The Data API checks no mod id when it deletes. So where one is known the record is read and compared
    first; between the two requests it can still be changed, for which the service offers no remedy.

    Args:
        home: The database.
        target: A record, or its class.
        record_id: FileMaker's record id, with a class.
        mod_id: The mod id that the record must still have; `...` for that of the record, and with a class for
            any.
        extras: What goes along.

    Raises:
        ConflictError: Somebody else changed the record since; nothing was deleted.
        RecordMissing: It is there no more.
        OutcomeUnknown: The connection broke: it may have been deleted.
        ScriptError: It was deleted, and a script has ended with an error.
    """
    if isinstance(target, type):
        plan = expect_model(target, "delete")
        if record_id is None:
            raise TypeError(f"delete({target.__name__}, …) wants a record id")
        wanted = check_record_id(record_id)
        expected = None if mod_id is ... else check_mod_id(mod_id)
    else:
        expect_record(target, "delete")
        if record_id is not None:
            raise TypeError("delete takes a record, or its class and a record id; not a record and an id")
        plan, wanted = at_home(home, target), saved_id(target)
        expected = state(target).mod_id if mod_id is ... else check_mod_id(mod_id)
        if expected is None:
            expected = yield from _compared(home, changes(target))

    def look() -> Steps[None]:
        if expected is not None:
            yield from _refuse_changed(home, plan, target, wanted, expected)

    yield from look()
    request = extras.along(requests.delete(home.place, plan.place, wanted))
    if extras.scripts:
        response = yield from call(request)
    else:
        response = yield from settle(request, outcomes.of_delete, before_again=look)
    if isinstance(target, Model):
        state(target).mark_deleted()
    extras.take(response, request)


def _refuse_changed(
    home: Home, plan: Plan, target: Model | type[Model], record_id: str, expected: str
) -> Steps[None]:
    current = yield from read(home, plan, record_id, "collect")  # what does not fit can be deleted, too
    if state(current).mod_id == expected:
        return
    error = ConflictError(request=f"deletion on layout {plan.place!r}, record {record_id}")
    if isinstance(target, Model):
        conflicts.tell(error, changes(target), current)
    error.current = current
    raise error


def _compared(home: Home, change: Change) -> Steps[str | None]:
    """Give the mod id of a record of which none is known, and which is as it was read."""
    try:
        yield from conflicts.verify(home, change)
    except ConflictError as refusal:
        raise (yield from conflicts.explain(home, change, refusal)) from None
    return state(change.record).mod_id
