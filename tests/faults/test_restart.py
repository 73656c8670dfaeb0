"""A server that is restarted while it is worked with: all work gets done, and nothing twice."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
from faults.conftest import OFFICE
from scenarios.conftest import PASSWORD
from scenarios.office import Person

from fmorm import AsyncDatabase, Database, OutcomeUnknown, Retry
from fmorm.server import App
from fmorm.server.mounts.socket import Background

WORKERS: Final = 16
EACH: Final = 6
"""Records that each of the workers creates."""
PATIENT: Final = Retry(attempts=40, backoff=0.01, longest=0.1, deadline=30)
MOUNTS = pytest.mark.parametrize("mount", ["in process", "socket"])


@pytest.fixture
def url(app: App, mount: str) -> Iterator[str | None]:
    if mount == "in process":
        yield None
        return
    with Background(app) as background:
        yield background.url


def opened(cls: Any, app: App | None, url: str | None) -> Any:
    options: dict[str, Any] = {"sessions": 4, "retry": PATIENT}
    if url is None:
        return cls.embedded(app, **options)
    return cls(url, "Office & Co", user="api", password=PASSWORD, **options)


class Progress:
    """Restarts the server each time that a part of the work is done."""

    def __init__(self, app: App, restarts: int) -> None:
        self._app = app
        self._left = restarts
        self._every = WORKERS * EACH // (restarts + 1)
        self._done = 0
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self._done += 1
            due = self._done % self._every == 0 and self._left > 0
            self._left -= due
        if due:
            self._app.faults.restart()

    @property
    def over(self) -> bool:
        return self._left == 0


def names(app: App) -> list[str]:
    with Database.embedded(app) as db:
        return sorted(person.name for person in db.find(Person).all() if person.name.startswith("w"))


WANTED = sorted(f"w{worker}-{number}" for worker in range(WORKERS) for number in range(EACH))


@MOUNTS
def test_threads_get_all_their_work_done(app: App, url: str | None) -> None:
    progress = Progress(app, 4)
    app.faults.slow(0.002, on="create")  # so that a restart meets requests under way

    def work(worker: int) -> None:
        for number in range(EACH):
            name = f"w{worker}-{number}"
            while True:
                try:
                    db.create(Person(name=name))
                except OutcomeUnknown:
                    if db.find(Person).where(Person.name == name).count() == 0:
                        continue
                break
            assert db.get(Person, 1).name == "Ann Berg"
            progress.step()

    with opened(Database, app, url) as db, ThreadPoolExecutor(WORKERS) as threads:
        list(threads.map(work, range(WORKERS)))
    assert progress.over, "the server was not restarted as often as it should"
    assert app.session_count == 0
    assert names(app) == WANTED


@MOUNTS
def test_tasks_get_all_their_work_done(app: App, url: str | None) -> None:
    progress = Progress(app, 4)
    app.faults.slow(0.002, on="create")

    async def work(db: AsyncDatabase, worker: int) -> None:
        for number in range(EACH):
            name = f"w{worker}-{number}"
            while True:
                try:
                    await db.create(Person(name=name))
                except OutcomeUnknown:
                    if await db.find(Person).where(Person.name == name).count() == 0:
                        continue
                break
            assert (await db.get(Person, 1)).name == "Ann Berg"
            progress.step()

    async def main() -> None:
        async with opened(AsyncDatabase, app, url) as db:
            await asyncio.gather(*(work(db, worker) for worker in range(WORKERS)))

    asyncio.run(main())
    assert progress.over
    assert app.session_count == 0
    assert names(app) == WANTED


# -- the process itself ------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def reading_meanwhile(tmp_path: Path, read: Callable[[str, Callable[[], bool]], int]) -> None:
    """Let a program read while its server is stopped and started again, on the same port with the same data."""
    data, port = str(tmp_path / "office.sqlite"), free_port()
    starts, ended = list[int](), threading.Event()

    def serve() -> None:
        for seconds in (0.2, 0.2, 0.2, 60):
            app = App(OFFICE, data=data)
            with Background(app, port=port):
                starts.append(port)
                ended.wait(seconds)
                left.append(app.session_count)
            app.close()

    left = list[int]()
    serving = threading.Thread(target=serve)
    serving.start()
    try:
        done = read(f"http://127.0.0.1:{port}", lambda: len(starts) == 4)
    finally:
        ended.set()
        serving.join()
    assert done > 0
    assert left[-1] == 0, "a session was leaked"


def test_threads_that_read_do_not_notice_that_the_server_was_started_again(tmp_path: Path) -> None:
    def read(url: str, over: Callable[[], bool]) -> int:
        def work(_: int) -> int:
            count = 0
            while not over():
                assert db.get(Person, 1).name == "Ann Berg"
                count += 1
            return count

        with opened(Database, None, url) as db, ThreadPoolExecutor(4) as threads:
            return sum(threads.map(work, range(4)))

    reading_meanwhile(tmp_path, read)


def test_tasks_that_read_do_not_notice_that_the_server_was_started_again(tmp_path: Path) -> None:
    def read(url: str, over: Callable[[], bool]) -> int:
        async def work(db: AsyncDatabase) -> int:
            count = 0
            while not over():
                assert (await db.get(Person, 1)).name == "Ann Berg"
                count += 1
            return count

        async def main() -> int:
            async with opened(AsyncDatabase, None, url) as db:
                return sum(await asyncio.gather(*(work(db) for _ in range(4))))

        return asyncio.run(main())

    reading_meanwhile(tmp_path, read)


def test_what_was_saved_before_the_end_of_a_server_is_there_after_it(tmp_path: Path) -> None:
    data, port = str(tmp_path / "office.sqlite"), free_port()
    url = f"http://127.0.0.1:{port}"
    with Database(url, "Office & Co", user="api", password=PASSWORD, retry=PATIENT) as db:
        for name in ("Anne", "Anna"):
            app = App(OFFICE, data=data)
            with Background(app, port=port):
                ann = db.get(Person, 1)
                ann.name = name
                db.save(ann)
                dag = db.create(Person(name=f"Dag {name}"))
                if name == "Anna":
                    db.delete(dag)
            app.close()
        app = App(OFFICE, data=data)
        with Background(app, port=port):
            assert db.get(Person, 1).name == "Anna"
            assert db.find(Person).where(Person.name.startswith("Dag")).count() == 1
            db.close()
            assert app.session_count == 0
        app.close()
