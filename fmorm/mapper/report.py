"""What came of each record, where many were written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from fmorm.errors import ConflictError, NotAllDone, OutcomeUnknown, RecordMissing
from fmorm.model.records import Model
from fmorm.model.state import state

M = TypeVar("M", bound=Model)


class Outcome(StrEnum):
    """What came of one record."""

    DONE = "done"
    CONFLICT = "conflict"
    """Somebody else has saved or deleted it since it was read; nothing was written."""
    REFUSED = "refused"
    """Something else went wrong, and nothing was written."""
    UNKNOWN = "unknown"
    """It may have been written, or not: the connection broke, or the program was interrupted."""
    NOT_TRIED = "not tried"


@dataclass(eq=False, slots=True)
class ReportEntry(Generic[M]):
    """One record of a report.

    Attributes:
        record: The record; None where it was deleted without being read as a whole.
        outcome: What came of it.
        error: The exception, where it is not done.
        identity: Its record id and mod id, as they were when it was found; None of a record that was given.
        is_changed: Whether the record was changed in Python by `update_all`, which is done once.
    """

    record: M | None
    identity: tuple[str, str | None] | None = None
    outcome: Outcome = Outcome.NOT_TRIED
    error: Exception | None = None
    is_changed: bool = False

    @property
    def record_id(self) -> str | None:
        """FileMaker's record id; None of a record that is not created."""
        if self.identity is not None:
            return self.identity[0]
        return None if self.record is None else state(self.record).record_id

    def settle(self, error: Exception | None) -> None:
        """Note what came of it."""
        self.error = error
        self.outcome = _outcome_of(error)


def _outcome_of(error: Exception | None) -> Outcome:
    match error:
        case None:
            return Outcome.DONE
        case OutcomeUnknown():
            return Outcome.UNKNOWN
        case ConflictError() | RecordMissing():
            return Outcome.CONFLICT
        case _:
            return Outcome.REFUSED


@dataclass(eq=False)
class Report(Generic[M]):
    """What came of each record that `save_all`, `update_all` or `delete_all` was to write.

    A verb fills one that you give it from the beginning, so that you have it also where the verb is interrupted.
    `db.resume(report)` tries again what is not done.

    Attributes:
        entries: The records, in the order in which they were given or found.
        job: What is to be done to each; for `resume`.
    """

    entries: list[ReportEntry[M]] = field(default_factory=list[ReportEntry[M]])
    job: Any = field(default=None, repr=False)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many records had each outcome, those that none had left out."""
        return dict(Counter(entry.outcome for entry in self.entries))

    @property
    def done(self) -> list[ReportEntry[M]]:
        """The records that are written."""
        return self._of(Outcome.DONE)

    @property
    def failed(self) -> list[ReportEntry[M]]:
        """The records that were tried and are not known to be written."""
        return self._of(Outcome.CONFLICT, Outcome.REFUSED, Outcome.UNKNOWN)

    @property
    def is_complete(self) -> bool:
        """Whether all of them are written."""
        return all(entry.outcome is Outcome.DONE for entry in self.entries)

    def raise_for_failures(self) -> None:
        """Raise where not all is done.

        Raises:
            NotAllDone: Something failed or was not tried; its `report` is this one.
        """
        if not self.is_complete:
            errors = [entry.error for entry in self.failed if entry.error is not None]
            error = NotAllDone(f"not all is done: {self}", report=self)
            raise error from (errors[0] if errors else None)

    def _of(self, *outcomes: Outcome) -> list[ReportEntry[M]]:
        return [entry for entry in self.entries if entry.outcome in outcomes]

    def __iter__(self) -> Iterator[ReportEntry[M]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __bool__(self) -> bool:
        return True  # an empty report is one, too

    def __str__(self) -> str:
        counts = self.counts
        told = [f"{counts[one]} {one}" for one in Outcome if one in counts]
        return ", ".join(told) or "nothing to do"
