"""What of a record is not saved: whether there is anything, what it is, and dropping it."""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fmorm.errors import RecordStateError
from fmorm.model.checks import put
from fmorm.model.plan import plan_of
from fmorm.model.portals import PortalRows, is_portal_rows
from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.model.state import NOT_LOADED, State

if TYPE_CHECKING:
    from fmorm.model.records import Record

Sides = tuple[Any, Any]
"""What a value was, and what it is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was changed of a record at some time.

    Attributes:
        plain: Values by attribute.
        repeated: Values by attribute and position.
    """

    plain: Mapping[str, Any]
    repeated: Mapping[str, Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """The changes of one record or portal row.

    Attributes:
        record: The record or row.
    """

    record: Record

    @property
    def is_dirty(self) -> bool:
        """Whether there is anything that a save would send; of a new record, always."""
        return (
            self._known.is_new
            or self.record.__fmorm_dirty__()
            or any(map(_changed, self._portals().values()))
        )

    @property
    def changes(self) -> dict[str, Sides]:
        """What each changed attribute was, and what it is."""
        values, new = vars(self.record), self._known.is_new
        plain = dict.fromkeys(self._plain(), NOT_LOADED) if new else self._known.originals
        found: dict[str, Sides] = {attr: (before, values[attr]) for attr, before in plain.items()}
        for attr, held in self._repetitions().items():
            if new or held.originals:
                found[attr] = [NOT_LOADED] * len(held) if new else _before(held), held.listed()
        return found | {attr: _of_rows(rows) for attr, rows in self._portals().items() if _changed(rows)}

    def reset(self) -> None:
        """Put everything back to what FileMaker last told or took.

        Raises:
            RecordStateError: The record is new, and there is nothing to go back to; or it is being written.
        """
        if self._known.is_new:
            raise RecordStateError(
                f"this {type(self.record).__name__} was never created in FileMaker: there is nothing to go back to"
            )
        if self._known.busy:
            raise RecordStateError(
                "this record is being written or reloaded by another task or thread: wait for it"
            )
        self._reset_plain()
        for attr, held in self._repetitions().items():
            held.restore()
            if not held.known():
                self._await(attr, held)
        for rows in self._portals().values():
            rows.restore()
            for row in rows.existing_rows():
                Unsaved(row).reset()

    def kept(self) -> Kept:
        """Give what is changed now, so that `put_back` finds it again; of a new record, all that it has."""
        values, known = vars(self.record), self._known
        watched = plan_of(type(self.record)).watched
        attrs = self._plain() if known.is_new else known.originals
        return Kept(
            {attr: copy.deepcopy(values[attr]) if attr in watched else values[attr] for attr in attrs},
            {
                attr: {i: held.listed()[i] for i in held.originals}
                for attr, held in self._repetitions().items()
            },
        )

    def put_back(self, kept: Kept) -> None:
        """Let what is changed be again what it was, and nothing beside it."""
        values, known = vars(self.record), self._known
        if known.is_new:
            self._drop(set(self._plain()) - kept.plain.keys())
        else:
            self._reset_plain(kept.plain.keys())
        for attr, value in kept.plain.items():
            if attr not in values or values[attr] != value:
                put(self.record, known, attr, value)
        for attr, held in self._repetitions().items():
            mine = kept.repeated.get(attr, {})
            held.restore(kept=mine.keys())
            for position, value in mine.items():
                held.put(position, value)

    # -- inside ----------------------------------------------------------------------------------------------

    @property
    def _known(self) -> State:
        return self.record.__fmorm_state__

    def _plain(self) -> list[str]:
        values = vars(self.record).items()
        return [attr for attr, value in values if not is_repetitions(value) and not is_portal_rows(value)]

    def _repetitions(self) -> dict[str, Repetitions[Any]]:
        return {attr: value for attr, value in vars(self.record).items() if is_repetitions(value)}

    def _portals(self) -> dict[str, PortalRows[Any]]:
        """Give the portals of which rows are held."""
        held = self._known.awaited | vars(self.record)
        return {attr: rows for attr, rows in held.items() if is_portal_rows(rows) and rows.has_rows}

    def _reset_plain(self, kept: AbstractSet[str] = frozenset()) -> None:
        values, unknown = vars(self.record), set[str]()
        for attr in self._known.originals.keys() - kept:
            before = self._known.originals.pop(attr)
            if before is NOT_LOADED:
                unknown.add(attr)
            else:
                values[attr] = before
        self.record.__fmorm_forget__(unknown)

    def _drop(self, attrs: set[str]) -> None:
        for attr in attrs:
            self._known.originals.pop(attr, None)
        self.record.__fmorm_forget__(attrs)

    def _await(self, attr: str, held: Repetitions[Any]) -> None:
        """Let repetitions of which none is known be no value of the record any more."""
        self.record.__fmorm_forget__({attr})
        self._known.awaited[attr] = held
        held.on_fill = functools.partial(self.record.__fmorm_fill__, attr)


def _shown(value: Any) -> Any:
    return value.listed() if is_repetitions(value) else value


def _before(held: Repetitions[Any]) -> list[Any]:
    return [held.originals.get(i, value) for i, value in enumerate(held.listed())]


def _changed(rows: PortalRows[Any]) -> bool:
    return bool(rows.new_rows() or rows.removed_rows() or rows.changed_rows())


def _of_rows(rows: PortalRows[Any]) -> Sides:
    """Give changed values by the row's record id; a new row is `+1`, `+2`, and is in `now` only."""
    before: dict[str, dict[str, Any]] = {}
    now: dict[str, dict[str, Any]] = {}
    for row in rows.changed_rows():
        record_id, sides = str(row.__fmorm_state__.record_id), Unsaved(row).changes
        before[record_id] = {attr: one for attr, (one, _) in sides.items()}
        now[record_id] = {attr: other for attr, (_, other) in sides.items()}
    for row in rows.removed_rows():
        before[str(row.__fmorm_state__.record_id)] = _values(row) | {
            attr: one for attr, (one, _) in Unsaved(row).changes.items()
        }
    for number, row in enumerate(rows.new_rows(), 1):
        now[f"+{number}"] = _values(row)
    return before, now


def _values(row: Record) -> dict[str, Any]:
    return {attr: _shown(value) for attr, value in vars(row).items()}
