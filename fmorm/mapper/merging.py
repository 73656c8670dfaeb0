"""Resolving a conflict: my changes, or some of them, on top of what the other writer has saved.

The record becomes what was read after the conflict, as by a reload, and what is to stay of my changes is set on it
again. So the next attempt goes with mod ids that are known to be right, and a third writer is noticed as well.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast

from pydantic import ValidationError

from fmorm.errors import ConflictError
from fmorm.mapper.changes import Change, Key, PortalChange, Values, changes
from fmorm.mapper.conflicts import differs, row_in
from fmorm.mapper.expected import Expected
from fmorm.mapper.sides import attr_of, contested
from fmorm.model.checks import put
from fmorm.model.forms import check_together, refuse_unwritable, set_together
from fmorm.model.keeping import held_rows, take_over
from fmorm.model.plan import plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow, Record
from fmorm.model.repetitions import Repetitions
from fmorm.model.state import state

ROUNDS: Final = 5
"""How often one save resolves a conflict: each round means that somebody saved between our reading and our writing.
Who loses five times in a row is told rather than kept waiting."""

Resolver: TypeAlias = Callable[[ConflictError], Mapping[str, Any]]

OnConflict: TypeAlias = Literal["raise", "merge", "mine", "theirs"] | Resolver
"""What a save does when somebody else has saved meanwhile: the name of a rule, or a function that decides."""

_RULES: Final = ("raise", "merge", "mine", "theirs")


def check_rule(on_conflict: object) -> OnConflict:
    """Give a rule as it was given; raises ValueError or TypeError where it is none."""
    if on_conflict in _RULES or callable(on_conflict):
        return cast("OnConflict", on_conflict)
    kind = ValueError if isinstance(on_conflict, str) else TypeError
    raise kind(
        f"on_conflict={on_conflict!r}: it is one of {', '.join(map(repr, _RULES))}, or a function of the ConflictError"
    )


def resolve(record: Model, conflict: ConflictError, rule: OnConflict, expected: Expected) -> None:
    """Let a record be what FileMaker has now, with my changes on top of it as far as the rule lets them stay.

    Args:
        record: The record that could not be saved.
        conflict: Why not, with the record as it is now.
        rule: What is to stay.
        expected: What the save expected.

    Raises:
        ConflictError: The rule does not decide it; the record is as it was.
        pydantic.ValidationError: What the function gives does not fit a field; the record is as it was.
    """
    if rule == "raise" or conflict.current is None or _may_create_twice(record):
        raise conflict
    decided = _Decided.by(rule, type(record), conflict) if callable(rule) else None
    merge = _Merge(conflict, rule, expected, decided)
    merge.onto(copy.copy(record))  # a rehearsal: what goes wrong leaves the record alone
    merge.onto(record)


def _may_create_twice(record: Model) -> bool:
    """Whether there are new rows which an earlier save of unknown outcome may have created."""
    return state(record).doubtful and any(portal.created for portal in changes(record).portals)


class _Decided:
    """What a program's function has decided: values by attribute, and of rows by record id; None removes a row."""

    def __init__(self, model: type[Model], given: Mapping[str, Any]) -> None:
        portals = plan_of(model).portals
        self.values = {attr: value for attr, value in given.items() if attr not in portals}
        self.rows = {attr: _by_id(model, attr, given[attr]) for attr in given if attr in portals}
        for attr in self.values:
            refuse_unwritable(plan_of(model), attr)

    @classmethod
    def by(cls, rule: Resolver, model: type[Model], conflict: ConflictError) -> _Decided:
        """Ask the program's function."""
        given: Any = rule(conflict)
        if not isinstance(given, Mapping):
            raise TypeError(
                f"on_conflict: the function gives a mapping of attributes to values, not {given!r}; it raises the "
                "conflict that it was given where it cannot decide"
            )
        return cls(model, cast("Mapping[str, Any]", given))

    def decides(self, plan_groups: Mapping[str, tuple[str, ...]], key: Key) -> bool:
        """Whether it says what a contested value, or one of its merge group, is to be."""
        attr = attr_of(key)
        return any(one in self.values for one in plan_groups.get(attr, (attr,)))

    def of_row(self, portal: str, row: Record) -> bool:
        """Whether it says what a contested row is to be."""
        return str(state(row).record_id) in self.rows.get(portal, {})

    def set_on(self, record: Model) -> None:
        """Set what was decided; raises pydantic.ValidationError."""
        set_together(record, self.values)
        for attr, by_id in self.rows.items():
            held: PortalRows[Any] | None = held_rows(record, attr)
            there = {} if held is None else {state(row).record_id: row for row in held.existing_rows()}
            for record_id, values in by_id.items():
                row = there.get(record_id)
                if row is None and values:
                    raise LookupError(
                        f"on_conflict: {attr} has no row {record_id} any more that values could go to"
                    )
                if held is not None and row is not None and state(row).detached is None:
                    held.remove(row) if values is None else set_together(row, values)


def _by_id(model: type[Model], attr: str, given: Any) -> dict[str, Mapping[str, Any] | None]:
    if not isinstance(given, Mapping):
        raise TypeError(
            f"on_conflict: {attr} is a portal: give {{record id: {{attribute: value}}}}, and None for a row that is to "
            f"be removed, not {given!r}"
        )
    rows = cast("Mapping[Any, Mapping[str, Any] | None]", given)
    for values in rows.values():
        for name in values or ():
            refuse_unwritable(plan_of(plan_of(model).portals[attr].row), name)
    return {str(record_id): values for record_id, values in rows.items()}


@dataclass(frozen=True, slots=True)
class _Merge:
    """One conflict and its rule."""

    conflict: ConflictError
    rule: OnConflict
    expected: Expected
    decided: _Decided | None

    def onto(self, record: Model) -> None:
        """Let a record be theirs, with what stays of mine."""
        change = changes(record, self.expected)
        current: Model = self.conflict.current
        self._settle(change.values, contested(change.values, current, based=change.is_based))
        for portal in change.portals:
            self._settle_portal(change, portal, current)
        _rebase(change, current)
        if self.decided is not None:
            self.decided.set_on(record)
        self._check(change)

    def _settle(self, mine: Values, clashing: set[Key]) -> None:
        """Leave of my changes what the rule lets stay; raises the conflict where it decides nothing."""
        if self.rule == "mine":
            for key in clashing:
                _widen(mine, attr_of(key))
            return
        groups = mine.plan.merge_groups
        if clashing and (self.rule == "merge" or not self._decides(mine.record, groups, clashing)):
            raise self.conflict
        mine.plain = {attr: value for attr, value in mine.plain.items() if attr not in clashing}
        mine.repeated = {key: value for key, value in mine.repeated.items() if key not in clashing}

    def _decides(self, record: Record, groups: Mapping[str, tuple[str, ...]], clashing: set[Key]) -> bool:
        if self.decided is None:
            return True  # theirs
        return isinstance(record, PortalRow) or all(self.decided.decides(groups, key) for key in clashing)

    def _settle_portal(self, change: Change, portal: PortalChange, current: Model) -> None:
        rows = held_rows(current, portal.portal.attr)
        written = [*(values.record for values in portal.edited), *portal.removed]
        unknown = rows is None or rows.complete is not True
        if unknown and any(row_in(current, portal.portal.attr, row) is None for row in written):
            raise self.conflict  # nobody can tell whether the row is gone or only was not read
        portal.edited = [values for values in portal.edited if self._stays(change, portal, values, current)]
        portal.removed = [row for row in portal.removed if self._stays_removed(change, portal, row, current)]

    def _stays(self, change: Change, portal: PortalChange, values: Values, current: Model) -> bool:
        row = values.record
        theirs = row_in(current, portal.portal.attr, row)
        if theirs is None:  # which cannot be edited, nor made again: it would be another record
            self._drop_row(portal, row, mine_can_stay=False)
            return False
        clashing = contested(values, theirs, based=change.is_row_based(portal, row))
        if clashing and callable(self.rule):
            self._drop_row(portal, row, mine_can_stay=False)
        self._settle(values, clashing)
        return bool(values)

    def _stays_removed(self, change: Change, portal: PortalChange, row: PortalRow, current: Model) -> bool:
        theirs = row_in(current, portal.portal.attr, row)
        if theirs is None:
            return False  # both have removed it
        if change.is_row_based(portal, row) and not differs(portal, row, theirs):
            return True
        return self._drop_row(portal, row, mine_can_stay=True)

    def _drop_row(self, portal: PortalChange, row: Record, *, mine_can_stay: bool) -> bool:
        """Decide about a row that one side has removed; tells whether mine stays, or raises the conflict."""
        if self.rule == "theirs":
            return False
        if self.rule == "mine" and mine_can_stay:
            return True
        if self.decided is not None and self.decided.of_row(portal.portal.attr, row):
            return False
        raise self.conflict

    def _check(self, change: Change) -> None:
        """Let the class's own validators see what both have made together."""
        record = change.record
        edited = [values.record for portal in change.portals for values in portal.edited]
        try:
            for one in (record, *edited):
                check_together(one)
        except ValidationError as error:
            self.conflict.add_note(f"Both changes together do not fit the model: {error}")
            raise self.conflict from error


def _widen(mine: Values, attr: str) -> None:
    """Take all that is known of a merge group for mine: it is one value."""
    for one in mine.plan.merge_groups.get(attr, ()):
        held: Any = vars(mine.record).get(one)
        if mine.plan.fields[one].repetitions:
            repetitions: Repetitions[Any] | None = held
            known = {} if repetitions is None else repetitions.known()
            mine.repeated |= {(one, position): value for position, value in known.items()}
        elif one in vars(mine.record):
            mine.plain[one] = held


def _rebase(change: Change, current: Model) -> None:
    """Let the record be what was read, and set on it again what stays of the change."""
    take_over(change.record, copy.copy(current))
    _put(change.values)
    for portal in change.portals:
        rows = held_rows(change.record, portal.portal.attr)
        assert rows is not None  # noqa: S101 - the change was collected from them
        for values in portal.edited:
            _put(values)
        for row in portal.removed:
            rows.remove(row)
        for values in portal.created:
            rows.append(values.record)


def _put(values: Values) -> None:
    for attr, value in values.plain.items():
        put(values.record, values.record.__fmorm_state__, attr, value)
    for (attr, position), value in values.repeated.items():
        repetitions: Repetitions[Any] = getattr(values.record, attr)
        repetitions.put(position, value)
