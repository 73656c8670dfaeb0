"""The pool of sessions: waiting, turns, holders, idle sessions, cancellation."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scenarios.office import Person

from fmorm import AsyncDatabase, Database, NoFreeSession, RecordStateError
from fmorm._async.pool import SessionPool as AsyncSessionPool
from fmorm._sync.pool import SessionPool
from fmorm.server import App, load_schema

SCHEMA = Path(__file__).parent / "office.toml"


@pytest.fixture
def app() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


# -- waiting -----------------------------------------------------------------------------------------------


def test_a_thread_that_waits_too_long_is_told_who_has_the_sessions(app: App) -> None:
    with Database.embedded(app, sessions=1, wait=0.05) as db, db.session() as pinned:
        pinned.get(Person, 1)
        with pytest.raises(
            NoFreeSession, match=r"none of the 1 .*'Office & Co'.*0\.05 s.*sessions="
        ) as none_free:
            db.get(Person, 1)
        (holder,) = none_free.value.holders
        assert holder.startswith(f"thread {threading.current_thread().name!r} for ")
        assert holder.endswith("read of layout 'person', record 1")
        assert isinstance(none_free.value, TimeoutError)
    assert app.session_count == 0


def test_a_task_that_waits_too_long_is_told_who_has_the_sessions(app: App) -> None:
    async def wait() -> None:
        async with AsyncDatabase.embedded(app, sessions=1, wait=0.05) as db, db.session():
            with pytest.raises(NoFreeSession, match=r"task 'holder'"):
                await asyncio.create_task(db.get(Person, 1), name="waiter")
            async with asyncio.timeout(5):
                await asyncio.sleep(0)

    async def named() -> None:
        await asyncio.create_task(wait(), name="holder")

    asyncio.run(named())


def test_threads_get_sessions_in_the_order_in_which_they_came() -> None:
    pool = SessionPool("people", 1, 5)
    held, order = pool.lease(), list[int]()

    def work(number: int) -> None:
        session = pool.lease()
        order.append(number)
        pool.give_back(session)

    threads = list[threading.Thread]()
    for number in range(20):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        while pool.waiting <= number:  # until it stands in the queue
            time.sleep(0.0005)
    pool.give_back(held)
    for thread in threads:
        thread.join(5)
    assert order == list(range(20))


def test_tasks_get_sessions_in_the_order_in_which_they_came() -> None:
    async def main() -> list[int]:
        pool = AsyncSessionPool("people", 2, 5)
        held, order = [await pool.lease(), await pool.lease()], list[int]()

        async def work(number: int) -> None:
            session = await pool.lease()
            order.append(number)
            await asyncio.sleep(0)
            pool.give_back(session)

        async with asyncio.TaskGroup() as tasks:
            for number in range(20):
                tasks.create_task(work(number))
                await asyncio.sleep(0)
            for session in held:
                pool.give_back(session)
        return order

    assert asyncio.run(main()) == list(range(20))


def test_a_cancelled_waiter_leaves_the_queue_and_its_session_to_the_next() -> None:
    async def main() -> None:
        pool = AsyncSessionPool("people", 1, 5)
        held = await pool.lease()
        first, second = (asyncio.create_task(pool.lease()) for _ in range(2))
        await asyncio.sleep(0)
        pool.give_back(held)  # handed to the first, which is cancelled before it has run
        first.cancel()
        assert await second is held
        with pytest.raises(asyncio.CancelledError):
            await first
        pool.give_back(held)
        assert await asyncio.wait_for(pool.lease(), 1) is not None

    asyncio.run(main())


def test_a_waiter_whose_time_is_over_when_its_session_comes_passes_it_on() -> None:
    pool = SessionPool("people", 1, 0.02)
    held = pool.lease()
    for _ in range(20):
        threading.Timer(0.02, pool.give_back, [held]).start()
        try:
            held = pool.lease()
        except NoFreeSession:
            time.sleep(0.03)
            held = pool.lease()  # it is there, or the pool has lost it


# -- closing -----------------------------------------------------------------------------------------------


def test_closing_lets_what_is_under_way_end_and_turns_away_who_waits(app: App) -> None:
    app.faults.slow(0.1, on="get-record")
    db = Database.embedded(app, sessions=1)
    outcomes = list[object]()

    def work() -> None:
        try:
            outcomes.append(db.get(Person, 1).name)
        except RecordStateError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    db.close()
    for thread in threads:
        thread.join(5)
    assert outcomes.count("Ann Berg") == 1
    assert sum("closed" in str(outcome) for outcome in outcomes) == 2
    assert app.session_count == 0


def test_closing_does_not_wait_for_ever(app: App) -> None:
    db = Database.embedded(app, sessions=1, wait=0.05)
    pinned = db.session()
    pinned.__enter__()  # and never left
    db.close()
    assert app.session_count == 0


# -- idle sessions -----------------------------------------------------------------------------------------


def test_a_session_that_is_needed_no_more_is_logged_out_while_others_work(app: App) -> None:
    with Database.embedded(app, sessions=3, idle=0.05) as db:
        with db.session(), db.session():
            db.get(Person, 1)
        app.faults.slow(0.02, on="get-record", times=2)
        threads = [threading.Thread(target=db.get, args=(Person, 1)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert app.session_count > 1
        deadline = time.monotonic() + 5
        while app.session_count > 1 and time.monotonic() < deadline:
            time.sleep(0.02)
            db.get(Person, 1)
        assert app.session_count == 1


# -- cancellation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slow", ["log-in", "get-record"])
def test_a_cancelled_task_leaks_no_session(app: App, slow: str) -> None:
    app.faults.slow(0.05, on=slow)

    async def main() -> None:
        async with AsyncDatabase.embedded(app, sessions=2) as db:
            tasks = [asyncio.create_task(db.get(Person, 1)) for _ in range(6)]
            await asyncio.sleep(0.02)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert (await db.get(Person, 1)).name == "Ann Berg", "the pool has lost its sessions"

    asyncio.run(main())
    log_ins = sum(r.method == "POST" and r.target.endswith("/sessions") for r, _ in app.requests)
    assert (app.session_count, log_ins) == (0, 2)


def test_an_interrupted_thread_leaks_no_session(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the log-in is under way: nobody has its token yet."""
    from fmorm._sync.primitives import Detached

    app.faults.slow(0.1, on="log-in", times=1)
    wait: Any = Detached[Any].result

    def interrupted(detached: Detached[Any]) -> Any:
        monkeypatch.setattr(Detached, "result", wait)
        raise KeyboardInterrupt

    monkeypatch.setattr(Detached, "result", interrupted)
    with Database.embedded(app, sessions=1) as db:
        with pytest.raises(KeyboardInterrupt):
            db.get(Person, 1)
        assert db.get(Person, 1).name == "Ann Berg"
        assert app.session_count == 1
    assert app.session_count == 0


def test_an_async_database_stays_with_its_event_loop(app: App) -> None:
    db = AsyncDatabase.embedded(app)
    asyncio.run(_get(db))
    with pytest.raises(RecordStateError, match="event loop"):
        asyncio.run(_get(db))


async def _get(db: AsyncDatabase) -> Person:
    return await db.get(Person, 1)


# -- expiry ------------------------------------------------------------------------------------------------


def log_ins(app: App) -> int:
    return sum(r.method == "POST" and r.target.endswith("/sessions") for r, _ in app.requests)


def test_64_threads_at_the_moment_of_expiry_log_in_once_for_each_session(app: App) -> None:
    with Database.embedded(app, sessions=8) as db:
        names, gate = list[str](), threading.Barrier(64)

        def work() -> None:
            gate.wait()
            names.append(db.get(Person, 1).name)

        for expire in (False, True):
            if expire:
                app.expire_sessions()
                app.requests.clear()
            threads = [threading.Thread(target=work) for _ in range(64)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            assert log_ins(app) <= 8
        assert names == ["Ann Berg"] * 128


def test_64_tasks_at_the_moment_of_expiry_log_in_once_for_each_session(app: App) -> None:
    async def main() -> None:
        async with AsyncDatabase.embedded(app, sessions=8) as db:
            for expire in (False, True):
                if expire:
                    app.expire_sessions()
                    app.requests.clear()
                people = await asyncio.gather(*(db.get(Person, 1) for _ in range(64)))
                assert [person.name for person in people] == ["Ann Berg"] * 64
                assert log_ins(app) <= 8

    asyncio.run(main())


def test_fifteen_idle_minutes_are_no_trouble() -> None:
    now = [1_000_000.0]
    app = App(load_schema(SCHEMA), clock=lambda: now[0])
    with Database.embedded(app) as db:
        ann = db.get(Person, 1)
        for minutes in (14, 15, 16, 60 * 24 * 365):
            now[0] += minutes * 60
            ann.name = f"Ann {minutes}"
            db.save(ann)
            assert db.get(Person, 1).name == f"Ann {minutes}"
        assert log_ins(app) == 4
    app.close()
