from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance.scripts import CODE
from conformance.wire import Clock, Serve, Wire

from fmorm.server import App, Code, Schema
from fmorm.server.mounts.socket import Background
from fmorm.server.schema.loading import load_schemas

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def schemas() -> list[Schema]:
    return load_schemas(HERE / "office.toml", HERE / "vault.toml")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def background() -> Iterator[list[Background]]:
    """One socket for all tests: to stop a server takes a fifth of a second."""
    begun: list[Background] = []
    yield begun
    for server in begun:
        server.__exit__(None, None, None)


def _client(app: App, background: list[Background], database: str = "office") -> Wire:
    """Serve an app from now on, and give a client of it."""
    if background:
        background[0].mount.serve(app)
    else:
        background.append(Background(app).__enter__())
    return Wire(background[0].url.removeprefix("http://"), database)


@pytest.fixture
def apps() -> Iterator[list[App]]:
    """The apps of a test, the last one served."""
    apps: list[App] = []
    yield apps
    for app in apps:
        app.close()


@pytest.fixture
def serve(
    schemas: list[Schema], clock: Clock, background: list[Background], apps: list[App]
) -> Iterator[Serve]:
    """Serve empty files with these options, and give a client that has not logged in."""
    clients: list[Wire] = []

    def begin(database: str = "office", code: Code = CODE, **options: Any) -> Wire:
        apps.append(App(schemas, clock=clock, code=code, **options))
        clients.append(_client(apps[-1], background, database))
        return clients[-1]

    yield begin
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def library(schemas: list[Schema]) -> Iterator[App]:
    """A server for tests that only read; Ada and Bo are its people."""
    app = App(schemas, code=CODE)
    app.load_rows("Person", [{"Name": "Ada"}, {"Name": "Bo"}])
    before = app.dump_rows("Person")
    yield app
    assert app.dump_rows("Person") == before, "a test has written into the library"
    app.close()


@pytest.fixture
def reader(library: App, background: list[Background]) -> Iterator[Wire]:
    """A client that has logged in to the library, and must not write there."""
    client = _client(library, background)
    client.begin()
    yield client
    client.close()


@pytest.fixture
def stranger(serve: Serve) -> Wire:
    """A client that has not logged in."""
    return serve()


@pytest.fixture
def wire(serve: Serve) -> Wire:
    """A client that has logged in."""
    client = serve()
    client.begin()
    return client


@pytest.fixture
def app(wire: Wire, apps: list[App]) -> App:
    """The server of `wire`."""
    return apps[-1]


@pytest.fixture
def joined(wire: Wire) -> Callable[..., Wire]:
    """Give another client of the server of `wire`, logged in as somebody."""

    def join(account: str = "api", password: str = "secret", body: object = None) -> Wire:
        client = Wire(wire.host)
        client.begin(account, password, body)
        client.close()  # it is opened again where it is used
        return client

    return join
