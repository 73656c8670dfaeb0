"""The four mounts on a server of one's own, whose faults also reach its sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from scenarios.conftest import SCHEMA, Office
from server.callers import SharedServer

from fmorm import Retry
from fmorm.server import App, load_schema

OFFICE = load_schema(SCHEMA)
QUICK = Retry(attempts=6, backoff=0.005, longest=0.05, deadline=20)
"""As patient as a program is, in less time."""
ONCE = Retry(attempts=1)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[SharedServer]:
    server = SharedServer()
    yield server
    server.stop()


@pytest.fixture
def app() -> Iterator[App]:
    app = App(OFFICE)
    yield app
    app.close()


@pytest.fixture(params=["sync-in-process", "async-in-process", "sync-socket", "async-socket"])
def office(
    request: pytest.FixtureRequest, app: App, loop: asyncio.AbstractEventLoop, shared_server: SharedServer
) -> Iterator[Office]:
    colour, _, mount = str(request.param).partition("-")
    office = Office(app, colour, shared_server.serve(app) if mount == "socket" else None, loop)
    with office.opened:
        yield office


ON_SOCKETS = pytest.mark.parametrize("office", ["sync-socket", "async-socket"], indirect=True)
