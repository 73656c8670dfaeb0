"""What the host allows at present: which files are open, how many sessions, which records nobody else has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

from fmorm.server import refusals
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Table


class RecordLock:
    """A record that somebody else is editing, until it is released; as a context manager, at the end of the block.

    Attributes:
        number: The lock's number in its app; faults are counted with them.
        table: The table of the record, with its file: `people::Person`.
        record_id: The record.
    """

    def __init__(
        self, number: int, table: str, record_id: int, release: Callable[[RecordLock], None]
    ) -> None:
        self.number = number
        self.table = table
        self.record_id = record_id
        self._release = release

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let others change the record again; does nothing when that was done already."""
        self._release(self)


class Host:
    """What can be switched, and what is refused for it.

    Attributes:
        closed: The files that are closed.
        cap: How many sessions there may be, None for any number.
        locks: The locks that are held.
        refused: How often something was refused, by what was in the way.
    """

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.cap: int | None = None
        self.locks: list[RecordLock] = []
        self.refused: Counter[str] = Counter()

    def is_open(self, database: str) -> bool:
        """Tell whether a file is open."""
        return database not in self.closed

    def check_open(self, database: str) -> None:
        """Refuse while a file is closed."""
        if not self.is_open(database):
            self._refuse("close_file", refusals.FILE_CLOSED)

    def check_capacity(self, sessions: int) -> None:
        """Refuse a further session when there are as many as there may be."""
        if self.cap is not None and sessions >= self.cap:
            self._refuse("session_cap", refusals.HOST_FULL)

    def check_record(self, table: Table, record_id: int) -> None:
        """Refuse to change a record that is locked."""
        for lock in self.locks:
            if (lock.table, lock.record_id) == (table.stored_as, record_id):
                self._refuse("lock", refusals.RECORD_LOCKED)

    def _refuse(self, kind: str, code: int) -> None:
        self.refused[kind] += 1
        raise Refusal(code)
