"""What is done to each of many records: saved, changed and saved, deleted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import isawaitable, iscoroutine
from typing import Any, Final, Generic, TypeVar

from fmorm.errors import ConflictError, OutcomeUnknown, RecordMissing
from fmorm.mapper import creating, deleting, reading, saving
from fmorm.mapper.home import Home
from fmorm.mapper.report import Outcome, ReportEntry
from fmorm.model.records import Model
from fmorm.model.state import state
from fmorm.protocol.effects import Steps

M = TypeVar("M", bound=Model)

NO_COROUTINE: Final = "update_all takes a plain function, which changes the record; no async one"

ATTEMPTS: Final = 5
"""How often a record is changed that somebody else saves at the same time: more is a fight between programs."""


class Job(ABC, Generic[M]):
    """What is done to each record."""

    @abstractmethod
    def steps(self, home: Home, entry: ReportEntry[M], before: Outcome) -> Steps[None]:
        """Do it to one.

        Args:
            home: The database.
            entry: The record.
            before: What came of the attempt before; what is unknown is looked at first.
        """

    def may_be_done(self, entry: ReportEntry[M]) -> bool:
        """Whether it may have been done, where it was broken off."""
        del entry
        return True


class SaveJob(Job[M]):
    """Save, or create what is new."""

    def steps(self, home: Home, entry: ReportEntry[M], before: Outcome) -> Steps[None]:
        """Do it to one."""
        record = _record(entry)
        if not state(record).is_new:
            yield from saving.save(home, record, expect=...)
        elif before is Outcome.UNKNOWN and state(record).doubtful:
            raise entry.error or OutcomeUnknown(
                "the creation was broken off: look whether the record is there",
                advice="look whether it is there",
            )
        else:
            yield from creating.create(home, record, reload_after=False)

    def may_be_done(self, entry: ReportEntry[M]) -> bool:
        """Whether it may have been done: a record knows while a request is under way."""
        return state(_record(entry)).doubtful


@dataclass
class UpdateJob(SaveJob[M]):
    """Change and save.

    Attributes:
        change: Values by attribute, or what changes a record.
        even_if_changed: Whether a record that somebody has changed meanwhile is read and changed again.
    """

    change: Mapping[str, Any] | Callable[[M], object]
    even_if_changed: bool

    def steps(self, home: Home, entry: ReportEntry[M], before: Outcome) -> Steps[None]:
        """Do it to one."""
        record = _record(entry)
        for attempt in range(1, ATTEMPTS + 1):
            if not entry.is_changed:
                self._apply(record)
                entry.is_changed = True
            try:
                yield from saving.save(home, record, expect=...)
            except ConflictError as conflict:
                if before is Outcome.UNKNOWN and callable(self.change):
                    raise _still_unknown(
                        entry, conflict
                    ) from conflict  # what it made, nobody can tell any more
                if before is Outcome.UNKNOWN and self._is_there(conflict):
                    return (yield from _take(home, record))
                if not self.even_if_changed or attempt == ATTEMPTS:
                    raise
                yield from _take(home, record)
                entry.is_changed = False
            else:
                return

    def _apply(self, record: M) -> None:
        """Change a record in Python, or not at all."""
        try:
            if callable(self.change):
                _refuse_coroutine(self.change(record))
            else:
                for attr, value in self.change.items():
                    setattr(record, attr, value)
        except BaseException:
            state(record).reset()
            raise

    def _is_there(self, conflict: ConflictError) -> bool:
        """Whether the values are there, whoever has put them there."""
        if conflict.current is None or callable(self.change):
            return False
        return all(conflict.mine.get(attr) == conflict.theirs.get(attr) for attr in self.change)


@dataclass
class DeleteJob(Job[M]):
    """Delete.

    Attributes:
        model: The class.
        even_if_changed: Whether that is done also where somebody has changed the record meanwhile.
    """

    model: type[M]
    even_if_changed: bool

    def steps(self, home: Home, entry: ReportEntry[M], before: Outcome) -> Steps[None]:
        """Do it to one; one that is there no more is done."""
        del before  # whether it is there shows itself
        record_id, mod_id = entry.identity or ("", None)
        expected = ... if self.even_if_changed else mod_id
        try:
            yield from deleting.delete(home, self.model, record_id, expected)
        except RecordMissing:
            return


def _record(entry: ReportEntry[M]) -> M:
    if entry.record is None:
        raise AssertionError("an entry to save has a record")
    return entry.record


def _refuse_coroutine(result: object) -> None:
    if isawaitable(result):
        if iscoroutine(result):
            result.close()
        raise TypeError(NO_COROUTINE)


def _take(home: Home, record: Model) -> Steps[None]:
    """Read a record again; what was changed on it is dropped."""
    yield from reading.refresh(home, record)


def _still_unknown(entry: ReportEntry[Any], conflict: ConflictError) -> Exception:
    if not isinstance(entry.error, OutcomeUnknown):
        return conflict
    entry.error.add_note(f"Looking did not show it either: {conflict}")
    return entry.error
