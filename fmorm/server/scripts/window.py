"""The window in which the scripts of one request run: the layout, the found sets, the last error.

A script runs without the app's lock, so that it may be slow; each step of it takes the lock for itself.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Lock

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.finds.arranging import EVERYTHING
from fmorm.server.records.access import Access
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Field, Layout, Occurrence, Table
from fmorm.server.scripts.code import Script
from fmorm.server.scripts.errors import ScriptError, Stopped
from fmorm.server.scripts.reach import Reach, reach_of
from fmorm.server.searching import Searching
from fmorm.server.store.rows import mod_id_of
from fmorm.server.values.moments import DateForm
from fmorm.server.writers import writer_of
from fmorm.server.writing import Writer


class Window:
    """Where scripts are, and the way to do something there.

    Attributes:
        call: The request.
        layout: The current layout.
        error: The last error: that of the last step, 0 when it has been done.
        found: The ids of the found sets by occurrence; one that is not here is all records.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.layout = call.layout
        self.error = 0
        self.found: dict[Occurrence, list[int]] = {}

    @property
    def scripts(self) -> Mapping[str, Script]:
        """The scripts of the file."""
        return self.call.engine.code.scripts

    @property
    def form(self) -> DateForm:
        """How dates are spelt in scripts: month first."""
        return DateForm(iso=False, today=self.call.engine.now().date())

    def reach(self, occurrence: Occurrence) -> Reach:
        """Give all that can be seen from an occurrence."""
        return reach_of(self.call.schema, occurrence)

    def go_to(self, layout: Layout) -> None:
        """Make a layout the current one."""
        self.layout = layout

    @contextmanager
    def looking(self) -> Generator[None]:
        """Read something.

        Raises:
            ScriptError: It is refused; that is the last error then.
            Stopped: The session is over.
        """
        engine = self.call.engine
        with engine.lock:
            if self.call.user.is_closed:
                raise Stopped
            engine.store.undo_interrupted()
            try:
                yield
            except Refusal as refusal:
                self.error = refusal.code
                raise ScriptError(refusal.code, refusal.message) from refusal

    @contextmanager
    def step(self) -> Generator[None]:
        """Do something; when it is done there is no last error any more.

        Raises:
            ScriptError: It is refused; that is the last error then.
            Stopped: The session is over.
        """
        with self.looking():
            yield
        self.error = 0

    @contextmanager
    def writing(self, occurrence: Occurrence) -> Generator[Writer]:
        """Change records in a step that is one transaction; a script goes past validation and prohibitions.

        Raises:
            ScriptError: It is refused; that is the last error then.
            Stopped: The session is over.
        """
        with self.step():
            writer = writer_of(
                self.call, self.form, validates=False, prohibits=False, layout=self.reach(occurrence)
            )
            with self.call.engine.store.transaction():
                yield writer
            self.call.user.globals.update(writer.globals)

    def ids(self, occurrence: Occurrence) -> list[int]:
        """Give the found set of an occurrence; what a script does to it is done to this list."""
        if occurrence not in self.found:
            with self.looking():
                self.found[occurrence] = self.all_ids(occurrence.table)
        return self.found[occurrence]

    def all_ids(self, table: Table) -> list[int]:
        """Give all records that the account may see; whoever asks holds the app's lock."""
        return Searching(self.call).find(table, None, [], EVERYTHING).ids

    def summed(self, occurrence: Occurrence, field: Field) -> Sequence[int]:
        """Give the records that a summary field tells of, and none for other fields; whoever asks holds the lock."""
        if field.summary is None:
            return ()
        ids = self.found.get(occurrence)
        return self.all_ids(occurrence.table) if ids is None else ids

    def seen(self, table: Table, ids: Sequence[int]) -> list[int]:
        """Give those records that the account may see; whoever asks holds the app's lock."""
        return self._access.seen(table, ids)

    def check_seen(self, table: Table, record_id: int) -> int:
        """Give the mod id of a record.

        Raises:
            Refusal: There is no such record, or the account may not see it.
        """
        mod_id = mod_id_of(self.call.engine.store, table, record_id)
        if mod_id is None:
            raise Refusal(refusals.RECORD_MISSING)
        self._access.check("view", table, record_id)
        return mod_id

    @property
    def _access(self) -> Access:
        return self.call.access

    def note_new(self, occurrence: Occurrence, record_id: int) -> None:
        """Put a new record at the end of its found set."""
        if occurrence in self.found:
            self.found[occurrence].append(record_id)

    def note_gone(self, table: Table, record_id: int) -> None:
        """Take a deleted record out of every found set."""
        for occurrence, ids in self.found.items():
            if occurrence.table is table:
                with suppress(ValueError):
                    ids.remove(record_id)


@contextmanager
def released(lock: Lock) -> Generator[None]:
    """Let others have a lock for a while."""
    lock.release()
    try:
        yield
    finally:
        _take_back(lock)


def _take_back(lock: Lock) -> None:
    """Take a lock; an interrupt waits until it is taken, since whoever gave it counts on having it back."""
    try:
        lock.acquire()
    except KeyboardInterrupt:
        lock.acquire()
        raise
