"""After a reply was lost and the next attempt was refused: whether the first one had been carried out.

Only what is certain counts. What might as well be somebody else's doing is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fmorm.errors import ConflictError, FmormError, NotUnique, RecordMissing, ServerError
from fmorm.mapper.changes import Change, Values, base_of
from fmorm.mapper.finding import Found, one_or_none
from fmorm.mapper.home import Home
from fmorm.mapper.reading import read
from fmorm.model.plan import FieldPlan, Plan
from fmorm.model.records import Model, Record
from fmorm.model.state import NOT_LOADED, state
from fmorm.protocol.effects import Steps
from fmorm.query.find import FindSpec

Told = dict[str, Any]
"""What the reply that was lost would have told."""


def of_edit(
    home: Home, plan: Plan, record_id: str, sent: Values, mod_id: str, refusal: ServerError
) -> Steps[Told | None]:
    """Find out whether an edit that went with the record's mod id was carried out.

    That the record has one commit more and every value that was sent does not show it: of two who count up a
    field, or who claim a job, the other has written the very same. It shows where one of the values is of a field
    that FileMaker takes only once. And the contrary shows where that one commit has left a value as it was that
    the edit would have changed: then it was somebody else's.

    Args:
        home: The database.
        plan: The plan of the record.
        record_id: FileMaker's record id.
        sent: The values that were sent.
        mod_id: The mod id that the edit was guarded by.
        refusal: What the server has answered to a further attempt.

    Returns:
        What the reply would have told, but for new portal rows; None where nothing is certain.

    Raises:
        ServerError: The refusal, where the edit was not carried out; or the record is gone.
    """
    if isinstance(refusal, RecordMissing):
        raise refusal
    if not isinstance(refusal, ConflictError):
        return None
    try:
        current = yield from read(home, plan, record_id, "collect")
    except RecordMissing:
        raise
    except FmormError:
        return None
    mine = next_mod_id(mod_id)
    if state(current).mod_id == mine and _has_left_alone(current, sent):
        raise refusal
    return {"modId": mine} if _is_signed(plan, sent) and _holds(current, sent) else None


def of_delete(refusal: ServerError) -> Steps[Told | None]:
    """Find out whether a record was deleted: it is there no more, and record ids are not given twice.

    Raises:
        ConflictError: The refusal, where the record is there and somebody has changed it since.
    """
    yield from ()
    if isinstance(refusal, ConflictError):
        raise refusal
    return {} if isinstance(refusal, RecordMissing) else None


def unique_key(plan: Plan, change: Change) -> FieldPlan | None:
    """Give the business key of a new record that FileMaker takes only once, if the record brings a value for one."""
    return next((field for field in plan.keys if _signs(field, change.values)), None)


def of_create(
    home: Home, plan: Plan, key: FieldPlan, change: Change, refusal: ServerError
) -> Steps[Told | None]:
    """Find out whether a record was created, by its key.

    Args:
        home: The database.
        plan: The plan of the record.
        key: Its business key, which FileMaker validates as unique.
        change: What was sent.
        refusal: What the server has answered to a further attempt.

    Returns:
        The record's ids, where the record of this key has every value that was sent; None where it has not, or
        the refusal decides nothing.
    """
    if not isinstance(refusal, NotUnique):
        return None
    spec = FindSpec(plan.place).where(plan.terms[key.attr] == change.values.plain[key.attr])
    try:
        sought = Found(home, type(change.record), spec, on_bad_value="collect")
        found: Model | None = yield from one_or_none(sought)
    except FmormError:
        return None
    if found is None or not _holds(found, change.values):
        return None
    return {"recordId": state(found).record_id, "modId": state(found).mod_id}


def _is_signed(plan: Plan, sent: Values) -> bool:
    """Whether one of the values can be in no record but this one, and only by this program's doing."""
    return any(_signs(field, sent) for field in plan.keys)


def _signs(field: FieldPlan, sent: Values) -> bool:
    value = sent.plain.get(field.attr)
    return field.unique and value is not None and field.codec.write(value) != ""


def next_mod_id(mod_id: str) -> str | None:
    """Give the mod id after exactly one commit; None where it is no number."""
    return str(int(mod_id) + 1) if mod_id.isdecimal() else None


def _holds(current: Record, sent: Values) -> bool:
    """Whether a record has every value that was sent."""
    return all(now == mine for _, now, mine in _three_sides(current, sent))


def _has_left_alone(current: Record, sent: Values) -> bool:
    """Whether a value that was to be changed is in a record as it was before."""
    sides = _three_sides(current, sent)
    return any(base == now != mine and now is not NOT_LOADED for base, now, mine in sides)


def _three_sides(current: Record, sent: Values) -> Iterator[tuple[Any, Any, Any]]:
    """Give of each value that was sent: what was known before, what is there now, what was sent."""
    values = vars(current)
    for attr, mine in sent.plain.items():
        yield base_of(sent.record, attr), values.get(attr, NOT_LOADED), mine
    for (attr, position), mine in sent.repeated.items():
        base, repetitions = base_of(sent.record, attr), values.get(attr)
        before = NOT_LOADED if base is NOT_LOADED else base[position]
        now = NOT_LOADED if repetitions is None else repetitions.known().get(position, NOT_LOADED)
        yield before, now, mine
