"""Sessions that are given up in the middle, used from within, or used after the end: nothing is lost, nothing hangs."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest
from scenarios.conftest import PASSWORD, SCHEMA
from scenarios.office import Person

from fmorm import AsyncDatabase, AsyncHost, Database, RecordStateError
from fmorm._async.primitives import Detached
from fmorm._async.session import AsyncSessionVerbs
from fmorm._sync.session import SessionVerbs
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background
from fmorm.transport import leaving

FILE = "Office & Co"


@pytest.fixture
def app() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - a server in another thread sets no event
            await asyncio.sleep(0.001)


# -- cancelled -----------------------------------------------------------------------------------------------


def test_a_session_whose_exit_is_cancelled_gives_its_place_back(app: App) -> None:
    """The exit waits for a verb of another task, and is cancelled there."""

    async def main() -> None:
        async with AsyncDatabase.embedded(app, sessions=1, wait=5) as db:
            app.faults.slow(0.2, on="get-record", times=1)
            verbs: list[asyncio.Task[Person]] = []

            async def use() -> None:
                async with db.session() as session:
                    verbs.append(asyncio.create_task(session.get(Person, 1)))
                    await asyncio.sleep(0)

            user = asyncio.create_task(use())
            await until(lambda: any("/records/1" in request.target for request, _ in app.requests))
            user.cancel()
            with pytest.raises(asyncio.CancelledError):
                await user
            assert (await verbs[0]).name == "Ann Berg"
            assert (await db.get(Person, 1)).name == "Ann Berg", "the pool has lost its session"

    asyncio.run(main())
    assert app.session_count == 0


def test_sessions_whose_exit_is_cancelled_do_not_pile_up_on_the_server(app: App) -> None:
    async def main(url: str) -> None:
        async with AsyncDatabase(url, FILE, user="api", password=PASSWORD, sessions=1) as db:

            async def use() -> None:
                async with db.session() as session:
                    await session.get(Person, 1)

            for number in range(25):
                user = asyncio.create_task(use())
                await asyncio.sleep(number * 0.0004)
                user.cancel()
                await asyncio.gather(user, return_exceptions=True)
            await until(lambda: app.session_count <= 1)

    with Background(app) as background:
        asyncio.run(main(background.url))


def test_a_token_whose_receiver_was_cancelled_is_logged_out(app: App) -> None:
    async def main(url: str) -> None:
        async with AsyncHost(url) as host:
            app.faults.slow(0.1, on="log-in", times=1)
            asking = asyncio.create_task(host.log_in(FILE, user="api", password=PASSWORD))
            await until(lambda: app.session_count == 1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await until(lambda: app.session_count == 0)

    with Background(app) as background:
        asyncio.run(main(background.url))


# -- used from within ------------------------------------------------------------------------------------------


def test_a_session_that_is_used_from_within_its_own_verb_is_refused(app: App) -> None:
    inner: list[SessionVerbs] = []

    def prepare(verbs: SessionVerbs) -> None:
        for session in inner:
            session.get(Person, 1)

    with Database.embedded(app) as db, db.session(on_new_session=prepare) as session:
        inner.append(session)
        app.expire_sessions()
        with pytest.raises(RecordStateError, match="would wait for itself"):
            session.get(Person, 1)
        inner.clear()
        assert session.get(Person, 1).name == "Ann Berg"


def test_an_async_session_that_is_used_from_within_its_own_verb_is_refused(app: App) -> None:
    async def main() -> None:
        inner: list[AsyncSessionVerbs] = []

        async def prepare(verbs: AsyncSessionVerbs) -> None:
            for session in inner:
                await session.get(Person, 1)

        async with AsyncDatabase.embedded(app) as db, db.session(on_new_session=prepare) as session:
            inner.append(session)
            app.expire_sessions()
            with pytest.raises(RecordStateError, match="would wait for itself"):
                await session.get(Person, 1)
            inner.clear()
            assert (await session.get(Person, 1)).name == "Ann Berg"

    asyncio.run(main())


# -- used after the end ----------------------------------------------------------------------------------------


def test_a_session_outlived_by_its_database_says_so_and_ends(app: App) -> None:
    db = Database.embedded(app, wait=0.01)
    with db.session() as session:
        db.close()
        with pytest.raises(RecordStateError, match="is closed: open another one"):
            session.get(Person, 1)
    assert app.session_count == 0


def test_an_async_database_is_closed_in_the_event_loop_that_used_it(app: App) -> None:
    db = AsyncDatabase.embedded(app)

    async def use() -> None:
        await db.get(Person, 1)

    async def elsewhere() -> None:
        with pytest.raises(RecordStateError, match="close it there"):
            await db.close()

    asyncio.run(use())
    asyncio.run(elsewhere())


def test_a_host_stays_with_its_event_loop() -> None:
    async def begin() -> AsyncHost:
        host = AsyncHost("http://127.0.0.1:1")
        await host.close()
        return host

    host = asyncio.run(begin())

    async def elsewhere() -> None:
        with pytest.raises(RecordStateError, match="event loop"):
            await host.close()

    asyncio.run(elsewhere())


# -- the end of the process ------------------------------------------------------------------------------------


def test_the_end_does_not_wait_for_a_server_that_is_away_once_for_each_database(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "SECONDS", 0.3)
    monkeypatch.setattr(leaving, "_open", {})
    with Background(app) as background:
        opened = [Database(background.url, FILE, user="api", password=PASSWORD) for _ in range(10)]
        for db in opened:
            db.get(Person, 1)
        app.faults.drop("before commit", how="hang", on="log-out")
        leaving._log_out_of_all()  # pyright: ignore[reportPrivateUsage]
        assert app.faults.injected.total() == 1
        for db in opened:
            db.close()


def test_detached_work_is_kept_until_it_ends() -> None:
    """An event loop alone keeps no task that waits for something which only the task itself holds."""
    ended: list[bool] = []

    async def work() -> None:
        waits = asyncio.get_running_loop().create_future()
        wakers.add(waits)
        await waits
        ended.append(True)

    wakers: weakref.WeakSet[asyncio.Future[None]] = weakref.WeakSet()

    async def main() -> None:
        Detached(work)
        await asyncio.sleep(0)
        gc.collect()
        for waker in list(wakers):
            waker.set_result(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert ended
