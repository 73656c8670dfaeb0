"""The two colours under one form, so that the work is written once: every verb is awaited."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar

from fmorm import AsyncDatabase, Database, Retry
from fmorm.errors import FmormError
from fmorm.server import App
from fmorm.server.mounts.socket import Background
from fmorm.transport.watch import Traffic
from tools.soak.office import DATABASE, PASSWORD, USER, Person

T = TypeVar("T")
P = TypeVar("P", bound=Person)

Colour: TypeAlias = Literal["sync", "async"]
Way: TypeAlias = Literal["in process", "socket"]

PATIENT: Final = Retry(attempts=6, backoff=0.0002, longest=0.002, deadline=60)
"""So many attempts that most of the work gets done, and so little waiting that faults can be dense."""
IMPATIENT: Final = Retry(attempts=2, backoff=0.0002, longest=0.002, deadline=60)
"""So few that much of it fails."""
SESSIONS: Final = 4
MOMENT: Final = 0.001
"""Seconds between reading and saving what others count up, too."""


class Desk(Protocol):
    """A database, as the work uses it."""

    async def get(self, model: type[P], record_id: str) -> P:
        """Read a record."""
        ...

    async def tagged(self, tag: str) -> list[Person]:
        """Find what an operation has created."""
        ...

    async def create(self, record: Person) -> None:
        """Create a record."""
        ...

    async def save(self, record: Person) -> None:
        """Save a record."""
        ...

    async def update(self, record_id: str, notes: str, mod_id: str | None) -> str | None:
        """Edit a record without reading it."""
        ...

    async def delete(self, record: Person) -> None:
        """Delete a record."""
        ...

    async def think(self) -> None:
        """Let others come between what was read and what is saved."""
        ...


class Tasks:
    """The async colour; every verb gives other tasks a turn, in process as over a socket."""

    def __init__(self, db: AsyncDatabase) -> None:
        self._db = db

    async def get(self, model: type[P], record_id: str) -> P:
        """Read a record."""
        await asyncio.sleep(0)
        return await self._db.get(model, record_id)

    async def tagged(self, tag: str) -> list[Person]:
        """Find what an operation has created."""
        return await self._db.find(Person).where(Person.tag == tag).all()

    async def create(self, record: Person) -> None:
        """Create a record."""
        await self._db.create(record)

    async def save(self, record: Person) -> None:
        """Save a record."""
        await asyncio.sleep(0)
        await self._db.save(record)

    async def update(self, record_id: str, notes: str, mod_id: str | None) -> str | None:
        """Edit a record without reading it."""
        return await self._db.update(
            Person, record_id, {"notes": notes}, mod_id=... if mod_id is None else mod_id
        )

    async def delete(self, record: Person) -> None:
        """Delete a record."""
        await self._db.delete(record)

    async def think(self) -> None:
        """Let others come between what was read and what is saved."""
        await asyncio.sleep(MOMENT)


class Thread:
    """The sync colour: nothing is waited for by awaiting it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, model: type[P], record_id: str) -> P:
        """Read a record."""
        return self._db.get(model, record_id)

    async def tagged(self, tag: str) -> list[Person]:
        """Find what an operation has created."""
        return self._db.find(Person).where(Person.tag == tag).all()

    async def create(self, record: Person) -> None:
        """Create a record."""
        self._db.create(record)

    async def save(self, record: Person) -> None:
        """Save a record."""
        self._db.save(record)

    async def update(self, record_id: str, notes: str, mod_id: str | None) -> str | None:
        """Edit a record without reading it."""
        return self._db.update(Person, record_id, {"notes": notes}, mod_id=... if mod_id is None else mod_id)

    async def delete(self, record: Person) -> None:
        """Delete a record."""
        self._db.delete(record)

    async def think(self) -> None:
        """Let others come between what was read and what is saved."""
        time.sleep(MOMENT)  # noqa: ASYNC251 - the sync colour waits like this


Work: TypeAlias = Callable[[Desk], Coroutine[Any, Any, None]]


def work_on(app: App, colour: Colour, way: Way, retry: Retry, works: Sequence[Work]) -> Traffic:
    """Let threads or tasks work on one database object, and close it.

    Args:
        app: The server.
        colour: Whether they are threads or tasks.
        way: How they reach the server.
        retry: How patient the database object is.
        works: What each of them does.

    Returns:
        What went over the wire.

    Raises:
        BaseException: What one of them raised.
    """
    served: AbstractContextManager[Background | None] = Background(app) if way == "socket" else nullcontext()
    with served as background:
        url = background.url if background else None
        if colour == "sync":
            return _in_threads(app, url, retry, works)
        return asyncio.run(_in_tasks(app, url, retry, works))


async def _in_tasks(app: App, url: str | None, retry: Retry, works: Sequence[Work]) -> Traffic:
    if url is None:
        db = AsyncDatabase.embedded(app, sessions=SESSIONS, retry=retry)
    else:
        db = AsyncDatabase(url, DATABASE, user=USER, password=PASSWORD, sessions=SESSIONS, retry=retry)
    async with db:
        await asyncio.gather(*(work(Tasks(db)) for work in works))
        app.faults.clear()
    return db.traffic


def _in_threads(app: App, url: str | None, retry: Retry, works: Sequence[Work]) -> Traffic:
    if url is None:
        db = Database.embedded(app, sessions=SESSIONS, retry=retry)
    else:
        db = Database(url, DATABASE, user=USER, password=PASSWORD, sessions=SESSIONS, retry=retry)
    failures: list[BaseException] = []

    def run(work: Work) -> None:
        try:
            finish(work(Thread(db)))
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread that waits
            failures.append(error)

    with db:
        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        app.faults.clear()
    for failure in failures:
        raise failure
    return db.traffic


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never has to wait."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("it has waited for something")


async def sure(ask: Callable[[], Coroutine[Any, Any, T]], *but: type[FmormError]) -> T:
    """Ask until there is an answer: what only reads can be asked for as often as one likes."""
    while True:
        try:
            return await ask()
        except but:
            raise
        except FmormError:
            continue
