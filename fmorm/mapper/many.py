"""Many records, of which each is written on its own: what is to be done is fixed first, and how far it came is noted.

The Data API has no transaction over several records. So each has an outcome of its own, and what is not done can be
tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import iscoroutinefunction
from typing import Any, Generic, TypeVar, cast

from fmorm.errors import FindError, RecordStateError
from fmorm.mapper.finding import Found, read_all, read_ids
from fmorm.mapper.given import expect_record
from fmorm.mapper.home import Home
from fmorm.mapper.jobs import NO_COROUTINE, DeleteJob, Job, SaveJob, UpdateJob
from fmorm.mapper.report import Outcome, Report, ReportEntry
from fmorm.mapper.updating import checked_values
from fmorm.model.records import Model
from fmorm.model.state import state
from fmorm.protocol.effects import Steps

M = TypeVar("M", bound=Model)

Progress = Callable[[int, int], object]
"""Is told how many records are through, and how many there are."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many records are written.

    Attributes:
        sessions: How many at once, each on a session of its own; None for as many as the database may have.
        stop_on_error: Whether no further one is begun after one has failed.
        progress: Is told after each.
    """

    sessions: int | None = None
    stop_on_error: bool = False
    progress: Progress | None = None

    def __post_init__(self) -> None:
        """Check it; raises ValueError."""
        if self.sessions is not None and (self.sessions.__class__ is not int or self.sessions < 1):
            raise ValueError(
                f"sessions={self.sessions!r}: one session is the least, and it is a whole number"
            )


class Work(Generic[M]):
    """One way through a report: gives what is to be done, and notes what came of it.

    Attributes:
        report: The report.
        pace: How it is gone through.
        total: How many records there are to do.
    """

    def __init__(self, home: Home, report: Report[M], job: Job[M], pace: Pace) -> None:
        """Do what is not done yet."""
        self.report = report
        self.pace = pace
        self._home = home
        self._job = job
        todo = [entry for entry in report.entries if entry.outcome is not Outcome.DONE]
        self.total = len(todo)
        self._todo = iter(todo)
        self._through = 0
        self._stopped = False

    def take(self) -> tuple[ReportEntry[M], Steps[None]] | None:
        """Give the next record and what is to be done to it; None where there is none.

        From now on its outcome is unknown, so that it is so wherever the work is broken off.
        """
        entry = None if self._stopped else next(self._todo, None)
        if entry is None:
            return None
        before, entry.outcome = entry.outcome, Outcome.UNKNOWN
        return entry, self._job.steps(self._home, entry, before)

    def stop(self) -> None:
        """Give nothing more."""
        self._stopped = True

    def settle(self, entry: ReportEntry[M], error: Exception | None) -> None:
        """Note what came of a record, and tell of it."""
        entry.settle(error)
        self._through += 1
        if error is not None and self.pace.stop_on_error:
            self.stop()
        if self.pace.progress is not None:
            self.pace.progress(self._through, self.total)

    def break_off(self, entry: ReportEntry[M]) -> None:
        """Note that the work on a record was broken off."""
        if not self._job.may_be_done(entry):
            entry.outcome = Outcome.NOT_TRIED


def save_all(home: Home, records: Iterable[M], report: Report[M] | None, pace: Pace) -> Steps[Work[M]]:
    """Prepare to save records, or create those that are new; one that is given twice is saved once."""
    yield from ()
    unique = list({id(record): record for record in records}.values())
    for record in unique:
        expect_record(record, "save_all")
    return _work(home, report, [ReportEntry(record) for record in unique], SaveJob[M](), pace)


def update_all(
    home: Home,
    found: Found[M],
    change: Mapping[str, Any] | Callable[[M], object],
    report: Report[M] | None,
    pace: Pace,
    *,
    even_if_changed: bool,
) -> Steps[Work[M]]:
    """Read the records of a find, and prepare to change them."""
    _expect_home(home, found)
    _expect_change(found, change)
    records = yield from read_all(replace(found.bare(), along=found.along))
    entries = [
        ReportEntry(record, (str(state(record).record_id), state(record).mod_id)) for record in records
    ]
    return _work(home, report, entries, UpdateJob[M](change, even_if_changed), pace)


def delete_all(
    home: Home,
    found: Found[M],
    report: Report[M] | None,
    pace: Pace,
    *,
    even_if_changed: bool,
    everything: bool,
) -> Steps[Work[M]]:
    """Read which records a find has, and prepare to delete them."""
    _expect_home(home, found)
    spec = found.spec
    if spec.condition is None and not spec.omits and spec.limit is None and not everything:
        raise FindError(
            f"this find has no condition: delete_all would delete every {found.model.__name__}. If that is meant, "
            "give everything=True"
        )
    entries = [ReportEntry[M](None, identity) for identity in (yield from read_ids(found))]
    return _work(home, report, entries, DeleteJob(found.model, even_if_changed), pace)


def resume(home: Home, report: Report[M], pace: Pace) -> Steps[Work[M]]:
    """Prepare to do what is not done."""
    yield from ()
    if report.job is None:
        raise ValueError("this report is of nothing: save_all, update_all and delete_all fill one")
    return Work(home, report, report.job, pace)


def _work(
    home: Home, report: Report[M] | None, entries: list[ReportEntry[M]], job: Job[M], pace: Pace
) -> Work[M]:
    report = Report() if report is None else report
    if report.job is not None:
        raise ValueError("this report is of something else already: db.resume(report) goes on with it")
    report.entries, report.job = entries, job
    return Work(home, report, job, pace)


def _expect_home(home: Home, found: Found[Any]) -> None:
    if found.home != home:
        raise RecordStateError(
            f"this find is of {found.home.place.database!r} on {found.home.host}, and this is "
            f"{home.place.database!r} on {home.host}"
        )


def _expect_change(found: Found[M], change: object) -> None:
    """Refuse now what would be refused of every record."""
    if callable(change):
        if iscoroutinefunction(change):
            raise TypeError(NO_COROUTINE)
        return
    if not isinstance(change, Mapping) or not change:
        raise TypeError(f"update_all takes values by attribute or a function, not {change!r}")
    checked_values(found.plan, cast("Mapping[str, Any]", change))
