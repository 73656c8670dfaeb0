"""A task that is cancelled at any await: no session is leaked, nothing is done twice, and the rest goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import pytest
from faults.conftest import OFFICE, QUICK
from faults.works import WORKS, Work, mended
from scenarios.conftest import PASSWORD, Blocking
from scenarios.office import Person
from server.callers import SharedServer

from fmorm import AsyncDatabase, Database
from fmorm.server import App
from fmorm.transport.embedded import EmbeddedMount

SESSIONS: Final = 2
MOST_STEPS: Final = 400
"""So many steps no verb takes: it is for a loop that would not end."""
EXPIRED = pytest.mark.parametrize("expired", [False, True], ids=["open", "expired"])


@pytest.fixture(autouse=True)
def slow_mount(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other tasks run before and after the server does its work, as a socket would."""
    answer = EmbeddedMount.handle_async_request

    async def slow(mount: EmbeddedMount, request: Any) -> Any:
        await asyncio.sleep(0)
        response = await answer(mount, request)
        await asyncio.sleep(0)
        return response

    monkeypatch.setattr(EmbeddedMount, "handle_async_request", slow)


async def cancelled(work: Awaitable[Any], steps: int, pause: float = 0) -> bool:
    """Cancel something after so many steps of the event loop; tells whether it was still at work."""
    task = asyncio.ensure_future(work)
    for _ in range(steps):
        await asyncio.sleep(pause)
        if task.done():
            break
    at_work = task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True
    return at_work


async def all_sessions_are_free(db: AsyncDatabase) -> None:
    """Expect that as many can be used at once as there should be."""
    people = await asyncio.gather(*(db.get(Person, 2) for _ in range(SESSIONS + 1)))
    assert {person.name for person in people} == {"Bo Dahl"}


@EXPIRED
@pytest.mark.parametrize("name", WORKS)
def test_at_each_step_in_process(name: str, expired: bool, loop: asyncio.AbstractEventLoop) -> None:
    steps = 0
    while _broken_off(WORKS[name], loop, expired=expired, steps=steps):
        steps += 1
        assert steps < MOST_STEPS
    assert steps > 2, "it was never broken off"


@pytest.mark.parametrize("name", ["save", "create", "delete"])
def test_now_and_then_over_a_socket(
    name: str, loop: asyncio.AbstractEventLoop, shared_server: SharedServer
) -> None:
    steps = 0
    while _broken_off(WORKS[name], loop, expired=True, steps=steps, pause=0.0003, server=shared_server):
        steps += 1
        assert steps < MOST_STEPS


def _broken_off(
    work: Work,
    loop: asyncio.AbstractEventLoop,
    *,
    expired: bool,
    steps: int,
    pause: float = 0,
    server: SharedServer | None = None,
) -> bool:
    """Break a verb off after so many steps, and let the program go on; tells whether it was still at work."""
    app = App(OFFICE)
    options: dict[str, Any] = {"sessions": SESSIONS, "wait": 2.0, "retry": QUICK}
    if server is None:
        db = AsyncDatabase.embedded(app, **options)
    else:
        db = AsyncDatabase(server.serve(app), "Office & Co", user="api", password=PASSWORD, **options)
    blocking = cast("Database", Blocking(db, loop))
    thing = work.begin(blocking)
    if expired:
        app.expire_sessions()
    at_work = loop.run_until_complete(cancelled(_awaited(work, db, thing), steps, pause))
    loop.run_until_complete(all_sessions_are_free(db))
    mended(app, blocking, work, thing)
    app.close()
    return at_work


async def _awaited(work: Work, db: AsyncDatabase, thing: Any) -> Any:
    return await work.run(db, thing)


# -- blocks ------------------------------------------------------------------------------------------------


async def _pinned(db: AsyncDatabase) -> None:
    async with db.session({"Person::Year": 2026}) as session:
        await session.get(Person, 1)
        await session.update(Person, 1, {"name": "Anne"})


async def _iterated(db: AsyncDatabase) -> None:
    async for person in db.find(Person):
        await db.update(Person, 1, {"notes": person.name})


async def _waiting(db: AsyncDatabase) -> None:
    async with db.session(), db.session(), asyncio.timeout(5):
        await db.get(Person, 1)  # there is none left: it waits until it is cancelled


BLOCKS: Final[dict[str, Callable[[AsyncDatabase], Awaitable[None]]]] = {
    "pinned": _pinned,
    "iterated": _iterated,
    "waiting": _waiting,
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_that_is_left_by_a_cancellation_gives_its_sessions_back(
    name: str, loop: asyncio.AbstractEventLoop
) -> None:
    async def main(app: App, steps: int) -> bool:
        async with AsyncDatabase.embedded(app, sessions=SESSIONS, wait=2.0) as db:
            at_work = await cancelled(BLOCKS[name](db), steps)
            await all_sessions_are_free(db)
        return at_work

    for steps in range(60 if name == "waiting" else MOST_STEPS):
        app = App(OFFICE)
        at_work = loop.run_until_complete(main(app, steps))
        assert app.session_count == 0, f"a session was leaked after {steps} steps"
        app.close()
        if not at_work:
            break
    else:
        assert name == "waiting", "it did not end"


def test_a_close_that_is_cancelled_can_be_done_again(loop: asyncio.AbstractEventLoop) -> None:
    async def main(app: App, steps: int) -> bool:
        db = AsyncDatabase.embedded(app, sessions=SESSIONS, wait=2.0)
        await all_sessions_are_free(db)
        reads = [asyncio.ensure_future(db.get(Person, 1)) for _ in range(3)]
        at_work = await cancelled(db.close(), steps)
        await db.close()
        await asyncio.gather(*reads, return_exceptions=True)
        return at_work

    steps = 0
    while True:
        app = App(OFFICE)
        at_work = loop.run_until_complete(main(app, steps))
        assert app.session_count == 0, f"a session was leaked after {steps} steps"
        app.close()
        if not at_work:
            break
        steps += 1
    assert steps > 2
