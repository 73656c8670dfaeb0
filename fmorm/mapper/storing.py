"""Records into FileMaker: create, save, update, delete; each is one request, done whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any, TypeVar

from fmorm.errors import (
    ConflictError,
    ConnectionLost,
    FmormError,
    OutcomeUnknown,
    RecordMissing,
    RecordStateError,
    ReplyTimedOut,
    TransportError,
)
from fmorm.mapper import conflicts, outcomes, stamping
from fmorm.mapper.changes import Change, Values, changes, mod_id_of, new_record
from fmorm.mapper.expected import Expected, ModId, RowMods, check_expected
from fmorm.mapper.given import (
    check_mod_id,
    check_record_id,
    check_repetitions,
    expect_model,
    expect_record,
    id_in_reply,
)
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.merging import ROUNDS, OnConflict, check_rule, resolve
from fmorm.mapper.reading import read, reload
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.model.records import Model
from fmorm.model.state import NOT_LOADED, State, saved_id, state
from fmorm.protocol.calls import call, settle
from fmorm.protocol.effects import Steps
from fmorm.wire import requests

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def create(home: Home, record: M, *, reload_after: bool) -> Steps[M]:
    """Create a record with its portal rows in FileMaker.

    Args:
        home: The database.
        record: A record made in Python. What was never set is not sent, so that auto-enter works.
        reload_after: Whether to read back serials, lookups and calculations.

    Returns:
        The same object, which now knows its record id, mod id and the ids of its rows.

    Raises:
        RecordStateError: It exists already.
        RefusedValue: A value does not meet the field's validation; nothing was created.
        OutcomeUnknown: The connection broke: it may have been created.
    """
    expect_record(record, "create")
    return (yield from alone(record, _create(home, record, reload_after=reload_after)))


def _create(home: Home, record: M, *, reload_after: bool) -> Steps[M]:
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
    stamping.before(record)
    saved = stamping.written(record)
    change = new_record(record)
    request = requests.create(home.place, plan.place, change.values.wire(), change.portal_data())
    response = yield from in_doubt(record, _creating(home, plan, change, request))
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
    return (yield from _read_back(home, record)) if reload_after else record


def _creating(home: Home, plan: Plan, change: Change, request: requests.Request) -> Steps[dict[str, Any]]:
    """Ask for a new record; again after a lost reply, where FileMaker takes its key only once."""
    key = outcomes.unique_key(plan, change)
    if key is None:
        return call(request)
    return settle(request, lambda refusal: outcomes.of_create(home, plan, key, change, refusal))


def _read_back(home: Home, record: M) -> Steps[M]:
    try:
        return (yield from reload(home, record))
    except TransportError as error:
        late = ReplyTimedOut if isinstance(error, TimeoutError) else ConnectionLost
        advice = "db.reload(record) does it again"
        raise late(
            f"record {saved_id(record)} was created; only reading it back failed: {advice}",
            request=error.request,
            advice=advice,
        ) from error
    except FmormError as error:
        error.add_note(
            f"Record {saved_id(record)} was created; only reading it back failed: db.reload(record)"
        )
        raise


def save(
    home: Home,
    record: M,
    *,
    expect: ModId | EllipsisType | None = ...,
    expect_rows: RowMods | None = None,
    on_conflict: OnConflict = "raise",
) -> Steps[M]:
    """Save what was changed on a record and its portal rows: one PATCH, or nothing where nothing changed.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        expect: The mod id that the record must still have, where the record at hand was read later than what
            the change is based on, as in a web form; `...` for the one it was read with.
        expect_rows: The same of portal rows, by record id.
        on_conflict: What to do where somebody else has committed a change since.

    Returns:
        The same object; nothing of it is dirty any more.

    Raises:
        ConflictError: Somebody else committed a change since; nothing was written, and it is still dirty.
        RecordStateError: It was never created, or lives elsewhere.
        RefusedValue: A value does not meet the field's validation; nothing was written.
        OutcomeUnknown: The connection broke: it may have been saved.
    """
    expect_record(record, "save")
    rule, expected = check_rule(on_conflict), check_expected(expect, expect_rows)
    return (yield from alone(record, _resolving(home, record, rule, expected)))


def _resolving(home: Home, record: M, rule: OnConflict, expected: Expected) -> Steps[M]:
    for _ in range(ROUNDS):
        try:
            return (yield from _save(home, record, expected))
        except ConflictError as conflict:
            resolve(record, conflict, rule, expected)
            expected = Expected()  # the record is as it was just read
    return (yield from _save(home, record, expected))


def _save(home: Home, record: M, expected: Expected) -> Steps[M]:
    plan = at_home(home, record)
    saved_id(record)
    if not state(record).is_dirty:
        return record
    stamped = stamping.before(record)
    saved = stamping.written(record)
    try:
        done = yield from _write(home, plan, changes(record, expected))
    except OutcomeUnknown:
        raise
    except (ConflictError, RecordMissing) as refusal:
        stamping.take_back(stamped)
        raise (yield from conflicts.explain(home, changes(record, expected), refusal)) from None
    except FmormError:
        stamping.take_back(stamped)
        raise
    if done:
        stamping.after(record, saved)
    return record


def _write(home: Home, plan: Plan, change: Change) -> Steps[bool]:
    """Send a change; tells whether there was anything to send."""
    if not change:
        return False
    yield from conflicts.verify(home, change)
    record, record_id = change.record, saved_id(change.record)
    known, mod_id = state(record).mod_id, change.mod_id
    request = _edit(home, plan, record_id, change, mod_id)
    steps = call(request)
    if mod_id is not None and change.values:  # without values of its own, the record's mod id guards nothing
        steps = settle(
            request, lambda refusal: outcomes.of_edit(home, plan, record_id, change.values, mod_id, refusal)
        )
    change.confirm((yield from in_doubt(record, steps)))
    if mod_id != known:  # saved on top of values that were never read: the next save has to look again
        state(record).mod_id = None
    return True


def alone(record: Model, steps: Steps[T]) -> Steps[T]:
    """Run the steps, unless another task or thread is writing or reloading the same record.

    Raises:
        RecordStateError: One is: both would send the same rows, or take the other's values for FileMaker's.
    """
    return (yield from exclusively(state(record), steps))


def exclusively(mine: State, steps: Steps[T]) -> Steps[T]:
    """Run the steps as `alone` does, for a record of which only the state is at hand."""
    if mine.busy:
        steps.close()
        raise RecordStateError(
            "this record is being written or reloaded by another task or thread: wait for it"
        )
    mine.busy = True
    try:
        return (yield from steps)
    finally:
        mine.busy = False


def in_doubt(record: Model, steps: Steps[dict[str, Any]]) -> Steps[dict[str, Any]]:
    """Ask, and be in doubt until there is an answer: trying again could do it twice.

    A task that is cancelled, or a program that is interrupted, leaves the doubt behind as a lost reply does.
    """
    before, state(record).doubtful = state(record).doubtful, True
    try:
        response = yield from steps
    except OutcomeUnknown:
        raise
    except FmormError:  # an answer, or nothing was sent
        state(record).doubtful = before
        raise
    state(record).doubtful = False
    return response


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


def refresh(home: Home, record: M) -> Steps[M]:
    """Read a record again, in place; as `reading.reload`, unless it is being written."""
    expect_record(record, "reload")
    return (yield from alone(record, reload(home, record)))


def update(
    home: Home,
    model: type[Model],
    record_id: str | int,
    values: Mapping[str, Any],
    mod_id: str | int | EllipsisType | None,
) -> Steps[str | None]:
    """Edit a record without reading it.

    Args:
        home: The database.
        model: The class.
        record_id: FileMaker's record id.
        values: Values by attribute; a repeating field takes a value for each of its repetitions.
        mod_id: The mod id that the record must still have; `...` overwrites whatever is there.

    Returns:
        The new mod id, where the server tells it.

    Raises:
        ConflictError: The record has another mod id; nothing was written.
        AttributeError: The model has no such field, or it is read-only.
        pydantic.ValidationError: A value does not fit its field.
        OutcomeUnknown: The connection broke: it may have been saved.
    """
    plan = expect_model(model, "update")
    checked = check_record_id(record_id)
    expected = None if mod_id is ... else check_mod_id(mod_id)
    sent = checked_values(plan, values)
    if not sent:
        return expected
    request = requests.edit(
        home.place,
        plan.place,
        checked,
        fields=sent.wire(),
        portals={},
        mod_id=expected,
    )
    steps = call(request)
    if expected is not None:
        steps = settle(
            request, lambda refusal: outcomes.of_edit(home, plan, checked, sent, expected, refusal)
        )
    try:
        response = yield from steps
    except ConflictError as error:
        yield from _tell_update(home, plan, checked, sent, error)
        raise
    return mod_id_of(response)


def _tell_update(home: Home, plan: Plan, record_id: str, sent: Values, error: ConflictError) -> Steps[None]:
    error.mine = dict(sent.plain)
    try:
        current = yield from read(home, plan, record_id)
    except FmormError as why:
        error.add_note(f"What is there now could not be read: {why}")
        return
    error.current = current
    error.theirs = {attr: vars(current).get(attr, NOT_LOADED) for attr in sent.plain}


def checked_values(plan: Plan, values: Mapping[str, Any]) -> Values:
    """Check values by attribute, each as the field takes it; raises what `update` raises for them."""
    if not isinstance(values, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
        raise TypeError(f"update takes values by attribute, as in {{'name': 'Ann'}}, not {values!r}")
    sent = Values(plan.cls.model_construct(), plan)
    for attr, value in values.items():
        field = _writable(plan, attr)
        if not field.repetitions:
            sent.plain[attr] = plan.checks.alone(attr, value)
            continue
        given = [field.item(item) for item in check_repetitions(field.label, value, field.repetitions)]
        sent.repeated |= {(attr, position): item for position, item in enumerate(given)}
    return sent


def _writable(plan: Plan, attr: str) -> FieldPlan:
    field = plan.fields.get(attr)
    if field is None:
        what = "is a portal: load the record to edit its rows" if attr in plan.portals else "is not declared"
        raise AttributeError(f"{plan.cls.__name__}.{attr} {what}; the fields are {', '.join(plan.fields)}")
    if field.read_only:
        raise field.read_only_error()
    return field


def delete(
    home: Home,
    target: Model | type[Model],
    record_id: str | int | None,
    mod_id: str | int | EllipsisType | None,
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

    Raises:
        ConflictError: Somebody else changed the record since; nothing was deleted.
        RecordMissing: It is there no more.
        OutcomeUnknown: The connection broke: it may have been deleted.
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
    yield from settle(requests.delete(home.place, plan.place, wanted), outcomes.of_delete, before_again=look)
    if isinstance(target, Model):
        state(target).mark_deleted()


def _refuse_changed(
    home: Home, plan: Plan, target: Model | type[Model], record_id: str, expected: str
) -> Steps[None]:
    current = yield from read(home, plan, record_id)
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
