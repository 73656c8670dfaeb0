from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance.scripts import CODE
from conformance.wire import Serve, Wire

from fmorm.server import App, Schema
from fmorm.server.mounts.socket import Background
from fmorm.server.schema.loading import load_schemas

HERE = Path(__file__).parent


class Clock:
    """A clock that stands still until it is moved; it begins on 22 November 2026."""

    def __init__(self) -> None:
        self.seconds = 1795348800.0

    def __call__(self) -> float:
        return self.seconds


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

    def begin(database: str = "office", **options: Any) -> Wire:
        apps.append(App(schemas, clock=clock, code=CODE, **options))
        if background:
            background[0].mount.serve(apps[-1])
        else:
            background.append(Background(apps[-1]).__enter__())
        clients.append(Wire(background[0].url.removeprefix("http://"), database))
        return clients[-1]

    yield begin
    for client in clients:
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
