# Written by tools/unasync.py from fmorm/_async/many.py: edit that file, not this one.
"""The verbs that write many records, each on its own, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from fmorm._sync.find import Find
from fmorm._sync.primitives import Lock, together
from fmorm._sync.runs import Runs
from fmorm.mapper import many, unique
from fmorm.mapper.builder import found_of
from fmorm.mapper.home import Home
from fmorm.mapper.many import Pace, Progress, Work
from fmorm.mapper.report import Report, ReportEntry
from fmorm.model.records import Model
from fmorm.protocol.effects import Steps
from fmorm.query.terms import Term

M = TypeVar("M", bound=Model)


class ManyVerbs:
    """What is done to many records, or to whichever record has a key."""

    _home: Home
    _runs: Runs

    def get_or_create(self, record: M, /, *, by: Term[Any], reload: bool = False) -> tuple[M, bool]:
        """Read the record of a key, or create it; of two programs that do so at once one creates it.

        Args:
            record: A new record. It is created as it is where there is none of its key, and else left alone.
            by: The key: a field that is declared with `unique=True`, because FileMaker's validation refuses a second
                record with the same value.
            reload: Whether to read back what FileMaker fills, where it is created.

        Returns:
            The record, and whether it was created.

        Raises:
            TypeError: The key is no field.
            FindError: The field is not declared unique, or the record has no value in it; nothing was sent.
            NotUnique: It is another field whose value is there already.
            MultipleFound: Several records have the key: FileMaker does not validate it.
            OutcomeUnknown: The connection broke: it may have been created. Doing it again is safe.
        """
        steps = unique.get_or_create(self._home, record, by, reload_after=reload)
        return self._runs.run(steps)

    def upsert(self, record: M, /, *, by: Term[Any], reload: bool = False) -> tuple[M, bool]:
        """Put the values of a record on the one of its key, or create it.

        Only what you have given is saved; defaults of the class are for new records. It goes on top of whatever
        somebody else saves at the same time.

        Args:
            record: A new record, without portal rows.
            by: The key, as in `get_or_create`.
            reload: Whether to read back what FileMaker fills, where it is created.

        Returns:
            The record that is in FileMaker now, and whether it was created.

        Raises:
            ConflictError: Somebody else has saved the record again and again meanwhile.
            FmormError: As `get_or_create` and `save`.
        """
        return self._runs.run(unique.upsert(self._home, record, by, reload_after=reload))

    def save_all(
        self,
        records: Iterable[M],
        *,
        sessions: int | None = None,
        stop_on_error: bool = False,
        progress: Progress | None = None,
        report: Report[M] | None = None,
    ) -> Report[M]:
        """Save records as `save` does, several at once, and create those that are new.

        There is no transaction over several records: each has an outcome of its own. What goes wrong with one is in
        the report; nothing is raised for it.

        Args:
            records: The records.
            sessions: How many at once, each on a FileMaker session of its own; as many as the database may have
                where it is left out.
            stop_on_error: Whether no further one is begun after one has failed.
            progress: Is called after each record with how many are through and how many there are.
            report: A new `Report` to be filled, so that you have it also where this is interrupted.

        Returns:
            What came of each record.

        Raises:
            TypeError: One is no record; nothing was sent.
        """
        pace = Pace(sessions, stop_on_error, progress)
        return _work_off(self._runs, many.save_all(self._home, records, report, pace))

    def update_all(
        self,
        find: Find[M],
        change: Mapping[str, Any] | Callable[[M], object],
        /,
        *,
        even_if_changed: bool = False,
        sessions: int | None = None,
        stop_on_error: bool = False,
        progress: Progress | None = None,
        report: Report[M] | None = None,
    ) -> Report[M]:
        """Change all records of a find, several at once.

        They are read first, without portals, and with the relations that the find prefetches; so it does not matter
        what the change does to the find. Each is saved with the mod id that it had then. One that is as wanted already
        is not sent.

        Args:
            find: The find.
            change: Values by attribute, or a function that changes the record that it is given. It may be called in
                several threads.
            even_if_changed: Whether a record that somebody else saves meanwhile is read and changed again; else it is
                a conflict in the report.
            sessions: How many at once, as in `save_all`.
            stop_on_error: Whether no further one is begun after one has failed.
            progress: Is called after each record with how many are through and how many there are.
            report: A new `Report` to be filled.

        Returns:
            What came of each record.

        Raises:
            AttributeError: The model has no such field, or it is read-only; nothing was sent.
            pydantic.ValidationError: A value does not fit its field; nothing was sent.
            DriftError: The found set moved while it was read; nothing was written.
        """
        pace, found = Pace(sessions, stop_on_error, progress), found_of(find)
        steps = many.update_all(self._home, found, change, report, pace, even_if_changed=even_if_changed)
        return _work_off(self._runs, steps)

    def delete_all(
        self,
        find: Find[M],
        /,
        *,
        even_if_changed: bool = False,
        everything: bool = False,
        sessions: int | None = None,
        stop_on_error: bool = False,
        progress: Progress | None = None,
        report: Report[M] | None = None,
    ) -> Report[M]:
        """Delete all records of a find, several at once.

        Their ids are read first. Each is read and compared before it is deleted, as `delete` does, so that nothing is
        deleted that somebody has changed meanwhile. One that is gone already is done.

        Args:
            find: The find.
            even_if_changed: Whether to delete without looking, which also halves the requests.
            everything: Whether a find without conditions is meant so.
            sessions: How many at once, as in `save_all`.
            stop_on_error: Whether no further one is begun after one has failed.
            progress: Is called after each record with how many are through and how many there are.
            report: A new `Report` to be filled.

        Returns:
            What came of each record.

        Raises:
            FindError: The find has no condition, and nobody said that everything is meant; nothing was sent.
            DriftError: The found set moved while it was read; nothing was deleted.
        """
        pace, found = Pace(sessions, stop_on_error, progress), found_of(find)
        steps = many.delete_all(
            self._home, found, report, pace, even_if_changed=even_if_changed, everything=everything
        )
        return _work_off(self._runs, steps)

    def resume(
        self,
        report: Report[M],
        /,
        *,
        sessions: int | None = None,
        stop_on_error: bool = False,
        progress: Progress | None = None,
    ) -> Report[M]:
        """Try again what is not done of a report, after an interruption or after what stood in the way is put right.

        What may have been done is looked at first. What nobody can tell stays unknown.

        Args:
            report: What `save_all`, `update_all`, `delete_all` or this gave.
            sessions: How many at once, as in `save_all`.
            stop_on_error: Whether no further one is begun after one has failed.
            progress: Is called after each record with how many are through and how many are tried.

        Returns:
            The same report.

        Raises:
            ValueError: The report is of nothing.
        """
        pace = Pace(sessions, stop_on_error, progress)
        return _work_off(self._runs, many.resume(self._home, report, pace))


def _work_off(runs: Runs, preparing: Steps[Work[M]]) -> Report[M]:
    work = runs.run(preparing)
    count = min(work.pace.sessions or runs.room, runs.room, work.total)
    if count:
        together(count, _Crew(runs, work).work_on, work.stop)
    return work.report


class _Crew:
    """Those who do a work together."""

    def __init__(self, runs: Runs, work: Work[Any]) -> None:
        self._runs = runs
        self._work = work
        self._lock = Lock()

    def work_on(self) -> None:
        """Do one record after the other, as one of the crew; where that is broken off, the others stop, too."""
        try:
            while (taken := self._work.take()) is not None:
                self._do(*taken)
        except BaseException:
            self._work.stop()
            raise

    def _do(self, entry: ReportEntry[Any], steps: Steps[None]) -> None:
        error = None
        try:
            self._runs.run(steps)
        except Exception as failure:  # noqa: BLE001 - it belongs to the record, and the report tells of it
            error = failure
        except BaseException:
            self._work.break_off(entry)
            raise
        with self._lock:
            self._work.settle(entry, error)
