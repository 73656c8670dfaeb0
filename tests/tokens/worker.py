"""A process of its own for the tests: `python worker.py <task> <colour> …`; each task is a function.

What not every task needs is imported where it is used, so that the others start quickly.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from scenarios.office import Person
from tokens.names import FILE, PASSWORD, SECRET, USER

from fmorm import AsyncDatabase, AsyncMemoryTokens, Database, MemoryTokens

WHO: dict[str, Any] = {"user": USER, "password": PASSWORD}
REDIS: dict[str, Any] = {"socket_timeout": 10, "retry": None}


def told(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - so it speaks to the test


def when_told_so() -> None:
    told("ready")
    sys.stdin.readline()


# -- many processes at work ------------------------------------------------------------------------------


def work(colour: str, url: str, address: str, count: str) -> None:
    """Read records in turn, on sessions that are shared through Redis."""
    if colour == "async":
        asyncio.run(_work_in_tasks(url, address, int(count)))
    else:
        _work(url, address, int(count))


def _work(url: str, address: str, count: int) -> None:
    from tokens.libraries import Redis

    from fmorm import RedisTokens

    with Redis.from_url(address, **REDIS) as client:
        db = Database(url, FILE, **WHO, tokens=RedisTokens(client, SECRET))
        when_told_so()
        for number in range(count):
            assert db.get(Person, 1 + number % 3).id == "ABC"[number % 3]
        db.close()


async def _work_in_tasks(url: str, address: str, count: int) -> None:
    from tokens.libraries import AsyncRedis

    from fmorm import AsyncRedisTokens

    async with AsyncRedis.from_url(address, **REDIS) as client:
        db = AsyncDatabase(url, FILE, **WHO, tokens=AsyncRedisTokens(client, SECRET))
        when_told_so()
        for number in range(count):
            assert (await db.get(Person, 1 + number % 3)).id == "ABC"[number % 3]
        await db.close()


# -- a cache in a database -------------------------------------------------------------------------------


def cache(colour: str, database: str, directory: str, count: str) -> None:
    """Take tokens out of Django's cache in a database and put them back; a file for each that is in use."""
    from fmorm import CacheTokens

    settings: Any = import_module("django.conf").settings
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {
                    "timeout": 60,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA synchronous=OFF",
                },
            }
        },
        CACHES={
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "cache",
                "OPTIONS": {"MAX_ENTRIES": 100_000},
            }
        },
    )
    import_module("django").setup()
    store = CacheTokens(import_module("django.core.cache").cache, SECRET, slots=4)
    if count == "fill":
        import_module("django.core.management").call_command("createcachetable")
        for name in ("token0", "token1", "token2"):
            assert store.put("k", name, 600)
        return
    if count == "empty":
        told(" ".join(sorted(token for _ in range(4) if (token := store.take("k")))))
        return
    when_told_so()
    done = 0
    for _ in range(int(count)):
        token = store.take("k")
        if token is None:
            continue
        in_use = os.path.join(directory, token)  # noqa: PTH118
        os.close(os.open(in_use, os.O_CREAT | os.O_EXCL))  # fails where another process has it
        time.sleep(0.001)
        os.unlink(in_use)  # noqa: PTH108
        assert store.put("k", token, 600)
        done += 1
    told(str(done))


# -- forks -----------------------------------------------------------------------------------------------


def fork(colour: str, url: str, how: str) -> None:
    """Use a database, fork, and use it in both processes at once: the parent reads record 1, the child record 2."""
    asyncio_runner = asyncio.Runner() if colour == "async" else None
    store: Any = None
    if how == "shared":
        store = AsyncMemoryTokens(SECRET) if colour == "async" else MemoryTokens(SECRET)
    cls: Any = AsyncDatabase if colour == "async" else Database
    db = cls(url, FILE, **WHO, tokens=store)

    def run(runner: asyncio.Runner | None, verb: Callable[[], Any]) -> Any:
        return verb() if runner is None else runner.run(_awaited(verb))

    def use(runner: asyncio.Runner | None, number: int) -> None:
        for _ in range(30):
            assert run(runner, lambda: db.get(Person, number)).id == "ABC"[number - 1]

    use(asyncio_runner, 1)
    child = os.fork()
    if child == 0:
        mine = asyncio.Runner() if colour == "async" else None
        use(mine, 2)
        if colour == "async":
            run(mine, db.close)
            atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]
            os._exit(0)  # the parent's event loop is not to be taken down twice
        sys.exit(0)
    use(asyncio_runner, 1)
    _, status = os.waitpid(child, 0)
    told(f"child {os.waitstatus_to_exitcode(status)}")
    use(asyncio_runner, 1)
    told("parent ready")
    sys.stdin.readline()


async def _awaited(verb: Callable[[], Awaitable[Any]]) -> Any:
    return await verb()


def multiprocessing(colour: str, url: str) -> None:
    """Use a database that is open already in a process of multiprocessing, which does not close it."""
    cls: Any = AsyncDatabase if colour == "async" else Database
    db = cls(url, FILE, **WHO)

    def use(number: int) -> None:
        asyncio.run(_awaited(lambda: db.get(Person, number))) if colour == "async" else db.get(Person, number)

    use(1)
    process = get_context("fork").Process(target=use, args=(2,))
    process.start()
    process.join()
    told(f"child {process.exitcode}")
    sys.stdin.readline()


def pinned(colour: str, url: str) -> None:
    """Fork within the block of a pinned session; the child leaves it as an exception does."""
    with Database(url, FILE, **WHO) as db, db.session() as session:
        session.get(Person, 1)
        child = os.fork()
        if child == 0:
            try:
                session.get(Person, 2)
            except ValueError as error:
                told(str(error))
            sys.exit(0)
        os.waitpid(child, 0)
        session.get(Person, 3)
    told("parent ready")


def host(colour: str, url: str) -> None:
    """Fork a host on which nobody is logged in, while another thread opens a database of it."""
    from fmorm import Host
    from fmorm.transport import leaving

    host = Host(url)
    host.log_out(FILE, host.log_in(FILE, **WHO))
    held = (leaving._registering, host._lock)  # pyright: ignore[reportPrivateUsage]
    for lock in held:
        lock.acquire()
    child = os.fork()
    if child == 0:
        _use_host(host, 2)
        sys.exit(0)
    for lock in held:
        lock.release()
    _use_host(host, 1)
    _, status = os.waitpid(child, 0)
    told(f"child {os.waitstatus_to_exitcode(status)}")


def _use_host(host: Any, number: int) -> None:
    db = host.database(FILE, **WHO)
    for _ in range(30):
        assert db.get(Person, number).id == "ABC"[number - 1]
    host.close()


# -- ends ------------------------------------------------------------------------------------------------


def end(colour: str, url: str, how: str, address: str) -> None:
    """Use a database and end without closing it."""
    store: Any = None
    if how == "memory":
        store = AsyncMemoryTokens() if colour == "async" else MemoryTokens()
    if colour == "async":
        asyncio.run(_end_in_task(url, how, store))
        return
    if how == "redis":
        from tokens.libraries import Redis

        from fmorm import RedisTokens

        store = RedisTokens(Redis.from_url(address, **REDIS), SECRET)
    db = Database(url, FILE, **WHO, tokens=store)
    db.get(Person, 1)
    told("used")
    if how == "interrupted in a verb":
        db.get(Person, 3)
    _end(how)


async def _end_in_task(url: str, how: str, store: Any) -> None:
    db = AsyncDatabase(url, FILE, **WHO, tokens=store)
    await asyncio.gather(*(db.get(Person, 1) for _ in range(3)))
    told("used")
    if how == "interrupted in a verb":
        await db.get(Person, 3)
    if how == "interrupted":
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(30)
    _end(how)


def _end(how: str) -> None:
    match how:
        case "sys.exit":
            sys.exit(3)
        case "an exception":
            raise LookupError("nobody handles this")
        case "interrupted":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)
        case _:
            return


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
