"""What a save has to send, and what is known once the server has confirmed it.

A `Change` remembers the very values that are sent. What is set on the record while the request is under way
is not in it, and so stays dirty.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fmorm.errors import BadValue, RecordStateError
from fmorm.mapper.expected import Expected
from fmorm.mapper.given import id_in_reply
from fmorm.mapper.twins import refuse_disagreement, removed_once, tell_twins
from fmorm.model.keeping import held_rows, lose_created, note_created
from fmorm.model.plan import FieldPlan, Plan, PortalPlan, plan_of
from fmorm.model.portals import PortalRows, is_portal_rows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import NOT_LOADED, state

Key = str | tuple[str, int]
"""What is changed by itself: a field, by its attribute, or one repetition of it, from 0."""

Told = dict[int, tuple[str, str | None]]
"""The record id and mod id of new rows."""


@dataclass(slots=True)
class Values:
    """The values of one record or row that are sent.

    Attributes:
        record: The record or row.
        plan: The plan of its class.
        plain: Values by attribute.
        repeated: Values by attribute and repetition, from 0.
    """

    record: Record
    plan: Plan
    plain: dict[str, Any] = field(default_factory=dict[str, Any])
    repeated: dict[tuple[str, int], Any] = field(default_factory=dict[tuple[str, int], Any])

    def __bool__(self) -> bool:
        return bool(self.plain or self.repeated)

    def changed(self) -> list[Key]:
        """Say what is sent."""
        return [*self.plain, *self.repeated]

    def wire(self) -> dict[str, Any]:
        """Give the values by FileMaker's names, as they go over the wire."""
        fields = self.plan.fields
        sent = {fields[attr].name: _written(fields[attr], value) for attr, value in self.plain.items()}
        for (attr, position), value in self.repeated.items():
            sent[fields[attr].names[position]] = _written(fields[attr], value)
        return sent

    def confirm(self) -> None:
        """Take what was sent for what FileMaker has; what was set since then stays dirty."""
        values, known = vars(self.record), state(self.record)
        for attr, sent in self.plain.items():
            known.confirm(attr, sent, values[attr])
        for (attr, position), sent in self.repeated.items():
            repetitions: Repetitions[Any] = values[attr]
            repetitions.confirm(position, sent)


def _written(field_plan: FieldPlan, value: Any) -> str | int | float:
    try:
        written = field_plan.codec.write(value)
        str(written).encode()
    except UnicodeEncodeError:
        raise BadValue(
            f"{field_plan.label}: the text holds half a surrogate pair; nothing was sent"
        ) from None
    except ValueError as error:
        raise BadValue(f"{field_plan.label}: {error}; nothing was sent") from None
    return written


def _changed(field_plan: FieldPlan, value: Any) -> Any:
    """Give a value that is sent because it was changed; raises ReadOnly for one that was changed in place."""
    if field_plan.read_only:
        raise field_plan.read_only_error()
    return _as_it_is(field_plan, value)


def _as_it_is(field_plan: FieldPlan, value: Any) -> Any:
    """Give the very value that is sent, which a program cannot change while the request is under way."""
    return copy.deepcopy(value) if field_plan.codec.changeable else value


@dataclass(slots=True)
class PortalChange:
    """What is sent for one portal.

    Attributes:
        portal: The plan of the portal.
        rows: The rows of the record.
        edited: Values of rows that exist.
        created: Values of new rows.
        removed: Rows to delete.
        expected: The mod ids that rows must have, by record id, where not those that they were read with.
    """

    portal: PortalPlan
    rows: PortalRows[Any]
    edited: list[Values]
    created: list[Values]
    removed: list[PortalRow]
    expected: Mapping[str, str] = field(default_factory=dict[str, str])

    def __bool__(self) -> bool:
        return bool(self.edited or self.created or self.removed)

    def wire(self) -> list[dict[str, Any]]:
        """Give the edited and the new rows as they go over the wire."""
        edited = [_edited_row(values, self.mod_id(values.record)) for values in self.edited]
        return [*edited, *(values.wire() for values in self.created)]

    def mod_id(self, row: Record) -> str | None:
        """Give the mod id that a row must still have; None where none is known."""
        return self.expected.get(str(state(row).record_id), state(row).mod_id)


def _edited_row(values: Values, mod_id: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"recordId": state(values.record).record_id, **values.wire()}
    if mod_id is not None:
        row["modId"] = mod_id
    return row


@dataclass(slots=True)
class Change:
    """Everything that one request sends for one record.

    Attributes:
        record: The record.
        values: Its own values.
        portals: Its portals that are touched.
        creates: Whether it creates the record.
        expected: The mod id that the record must have, where not the one it was read with.
    """

    record: Model
    values: Values
    portals: list[PortalChange]
    creates: bool = False
    expected: str | None = None

    def __bool__(self) -> bool:
        return bool(self.values or self.portals)

    @property
    def mod_id(self) -> str | None:
        """The mod id that the record must still have; None where none is known."""
        return state(self.record).mod_id if self.expected is None else self.expected

    @property
    def is_based(self) -> bool:
        """Whether the changes are based on the values that the record was read with, and not on earlier ones."""
        return self.expected in (None, state(self.record).mod_id)

    def is_row_based(self, portal: PortalChange, row: Record) -> bool:
        """Whether the changes of a row are based on the values that it was read with."""
        expected = portal.expected.get(str(state(row).record_id))
        return self.is_based if expected is None else expected == state(row).mod_id

    def portal_data(self) -> dict[str, list[dict[str, Any]]]:
        """Give the rows by portal, as they go over the wire."""
        return {change.portal.name: rows for change in self.portals if (rows := change.wire())}

    def delete_related(self) -> list[str]:
        """Name all the rows to delete, as the Data API wants them."""
        return [f"{portal.name}.{state(row).record_id}" for portal, row in removed_once(self.portals)]

    def confirm(self, response: dict[str, Any]) -> None:
        """Take over what the server has confirmed: nothing is dirty now, and new ids are known."""
        state(self.record).mod_id = mod_id_of(response)
        self.values.confirm()
        created = [values for change in self.portals for values in change.created]
        told = _new_ids(_entries(response.get("newPortalRecordInfo")), created)
        ids = {id(created[i]): one for i, one in told.items()}
        if self.creates:
            note_created(self.record)
        for change in self.portals:
            self._confirm_portal(change, ids)
        tell_twins(self.record, self.portals)

    def _confirm_portal(self, change: PortalChange, ids: Told) -> None:
        for values in change.edited:
            values.confirm()
            state(values.record).mod_id = None  # the server does not tell it, and it is never guessed
        change.rows.forget_removed(change.removed)
        if all(id(values) in ids for values in change.created):
            change.rows.take_created(
                [_created(values, change.rows, ids[id(values)]) for values in change.created]
            )
            return
        # The rows exist, but which is which was not told. As they are they would be created again.
        mine = [values.record for values in change.created if not _moved(values.record, change.rows)]
        lose_created(self.record, change.portal.attr, mine)


def _created(values: Values, rows: PortalRows[Any], ids: tuple[str, str | None]) -> Record:
    """Give the row that FileMaker has created, which knows its ids now."""
    row = values.record
    if _moved(row, rows):  # the object is another record's by now: a copy stands for the row that was sent
        row = copy.copy(row)
    else:
        values.confirm()
    state(row).record_id, state(row).mod_id = ids
    return row


def _moved(row: Record, rows: PortalRows[Any]) -> bool:
    """Whether a row that was being created was removed meanwhile and appended to another portal."""
    owner = state(row).owner
    return is_portal_rows(owner) and owner is not rows


def mod_id_of(told: Mapping[str, Any]) -> str | None:
    """Give the mod id that a reply tells; None where it does not, as on FileMaker Server 17."""
    return id_in_reply(told.get("modId"))


def _entries(info: Any) -> list[dict[str, Any]]:
    """Give the entries about new rows; none where one of them does not tell what it should."""
    entries: list[Any] = info if info.__class__ is list else []
    return entries if all(map(_tells, entries)) else []


def _tells(entry: Any) -> bool:
    if entry.__class__ is not dict:
        return False
    return isinstance(entry.get("tableName"), str) and id_in_reply(entry.get("recordId")) is not None


def _new_ids(info: list[dict[str, Any]], rows: list[Values]) -> Told:
    """Find the record id and mod id of each new row, by its position; rows of which it is not told are left out.

    The server lists one entry for each field that was sent, in the order sent, under the field's own table
    occurrence. Where the list is not exactly that, ids are taken only where they cannot be anything else.
    """
    sent = [(i, name.partition("::")[0]) for i, row in enumerate(rows) for name in row.wire()]
    if [place for _, place in sent] == [entry["tableName"] for entry in info]:
        own = [
            (i, entry) for (i, place), entry in zip(sent, info, strict=True) if place == rows[i].plan.place
        ]
        return {i: (str(entry["recordId"]), mod_id_of(entry)) for i, entry in own}
    told: Told = {}
    for place in {row.plan.place for row in rows}:
        mine = [i for i, row in enumerate(rows) if row.plan.place == place]
        found = {str(e["recordId"]): mod_id_of(e) for e in info if e["tableName"] == place}
        strange = any(place == there and i not in mine for i, there in sent)
        if len(found) == len(mine) and not strange and all(_sends_own_field(rows[i]) for i in mine):
            told |= dict(zip(mine, found.items(), strict=True))
    return told


def _sends_own_field(values: Values) -> bool:
    return any(name.startswith(f"{values.plan.place}::") for name in values.wire())


def new_record(record: Model) -> Change:
    """Give what creates a record: every value it has that FileMaker does not fill itself."""
    plan = plan_of(type(record))
    return Change(record, _all_values(record, plan), list(_portal_changes(record, plan)), creates=True)


def changes(record: Model, expected: Expected | None = None) -> Change:
    """Give what saves a record: the values that were changed, and its portal rows that were.

    Args:
        record: The record.
        expected: The mod ids that it and its rows must have; None for those that they were read with.

    Raises:
        ValueError: A mod id that is expected can be of several rows.
        RecordStateError: A new row has no value, or one related record was changed through two portals.
    """
    plan = plan_of(type(record))
    portals = list(_portal_changes(record, plan))
    refuse_disagreement(portals)
    change = Change(record, changed_values(record, plan), portals)
    if expected is not None:
        change.expected = expected.mod_id
        written = [
            (portal, [*(values.record for values in portal.edited), *portal.removed])
            for portal in change.portals
        ]
        expected.refuse_doubtful(
            (one.portal.attr, plan_of(one.portal.row).place, row) for one, rows in written for row in rows
        )
        for one, rows in written:
            one.expected = expected.of_rows(one.portal.attr, rows)
    return change


def changed_values(record: Record, plan: Plan) -> Values:
    """Give the changed values of one record or row."""
    values = Values(record, plan)
    values.plain = {attr: _changed(plan.fields[attr], vars(record)[attr]) for attr in state(record).originals}
    for field_plan, repetitions in _repeating(record, plan):
        known = repetitions.known()
        values.repeated |= {(field_plan.attr, i): known[i] for i in repetitions.originals}
    return values


def _all_values(record: Record, plan: Plan) -> Values:
    values = Values(record, plan)
    values.plain = {
        attr: _as_it_is(field_plan, vars(record)[attr])
        for attr, field_plan in plan.fields.items()
        if attr in vars(record) and not field_plan.read_only and not field_plan.repetitions
    }
    for field_plan, repetitions in _repeating(record, plan):
        if not field_plan.read_only:
            values.repeated |= {(field_plan.attr, i): value for i, value in repetitions.known().items()}
    return values


def _repeating(record: Record, plan: Plan) -> Iterator[tuple[FieldPlan, Repetitions[Any]]]:
    for attr, value in vars(record).items():
        if is_repetitions(value):
            yield plan.fields[attr], value


def _portal_changes(record: Model, plan: Plan) -> Iterator[PortalChange]:
    for attr, portal in plan.portals.items():
        rows = held_rows(record, attr)
        if rows is None or not rows.touched:
            continue
        change = _portal_change(portal, rows)
        if change:
            yield change


def _portal_change(portal: PortalPlan, rows: PortalRows[Any]) -> PortalChange:
    plan = plan_of(portal.row)
    created = [_all_values(row, plan) for row in rows.new_rows()]
    if not all(created):
        raise RecordStateError(f"{portal.label}: a new row has no value: set one, or do not append it")
    edited = [changed_values(row, plan) for row in rows.changed_rows()]
    return PortalChange(portal, rows, edited, created, list(rows.removed_rows()))


def base_of(record: Record, attr: str) -> Any:
    """Give what an attribute was when FileMaker last told or took it; `NOT_LOADED` where it never did."""
    value: Any = vars(record).get(attr, NOT_LOADED)
    if is_repetitions(value):
        known = value.known() | value.originals
        return [known.get(i, NOT_LOADED) for i in range(len(value))]
    return state(record).originals.get(attr, value)
