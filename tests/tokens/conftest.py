"""A real Redis, a server that is watched, and stores of every kind in both colours."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from scenarios.conftest import SCHEMA, Blocking
from tokens.libraries import AsyncRedis, Redis
from tokens.names import FILE, PASSWORD, USER
from tokens.watched import Watched

from fmorm import AsyncDatabase, Database
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background


@pytest.fixture(scope="session")
def redis_address() -> Iterator[str]:
    """The address of a Redis that keeps nothing, and that nobody else uses."""
    program = shutil.which("redis-server")
    if program is None:
        missing = "redis-server is not installed (on Debian: apt-get install redis-server)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="fmorm-") as directory:  # that of pytest is too long for a socket
        path = Path(directory) / "redis.sock"
        options = [
            "--port",
            "0",
            "--unixsocket",
            str(path),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            directory,
        ]
        running = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        try:
            _wait_until(path.exists, "redis-server did not start")
            yield f"unix://{path}"
        finally:
            running.terminate()
            running.wait()


def _wait_until(done: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until, otherwise
        time.sleep(0.01)


@pytest.fixture
def redis_url(redis_address: str) -> str:
    """The address of a Redis that is empty."""
    with Redis.from_url(redis_address) as client:
        client.flushall()
    return redis_address


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture
def clients(redis_url: str, loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Any]]:
    """Makes clients of either colour, and closes them."""
    with ExitStack() as opened:

        def client(colour: str, **options: Any) -> Any:
            options = {"socket_timeout": 5, "retry": None} | options
            if colour == "async":
                made: Any = AsyncRedis.from_url(redis_url, **options)
                opened.callback(lambda: loop.run_until_complete(made.aclose()))
            else:
                made = Redis.from_url(redis_url, **options)
                opened.callback(made.close)
            return made

        yield client


@pytest.fixture
def watched() -> Iterator[Watched]:
    app = App(load_schema(SCHEMA))
    yield Watched(app)
    app.close()


@pytest.fixture
def url(watched: Watched) -> Iterator[str]:
    """The address of the watched server, on a socket."""
    with Background(watched.app) as background:
        yield background.url


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(
    colour: str, watched: Watched, loop: asyncio.AbstractEventLoop
) -> Iterator[Callable[..., Database]]:
    """Opens databases of the colour under test, in process or at an address; they are closed at the end."""
    with ExitStack() as closing:

        def give(address: str | None = None, **options: Any) -> Any:
            cls: Any = AsyncDatabase if colour == "async" else Database
            if address is None:
                raw = cls.embedded(watched.app, **options)
            else:
                raw = cls(address, FILE, **({"user": USER, "password": PASSWORD} | options))
            db = Blocking(raw, loop) if colour == "async" else raw
            closing.callback(db.close)
            return db

        yield give
