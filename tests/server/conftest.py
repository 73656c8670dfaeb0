from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from server.callers import MOUNTS, Caller, SharedServer, calling
from server.client import Client, Clock

from fmorm.server import App, Schema, load_schema, load_schemas

PEOPLE, SHOP, STOCK = (Path(__file__).with_name(name) for name in ("people.toml", "shop.toml", "stock.toml"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema(PEOPLE)


@pytest.fixture
def app(schema: Schema, clock: Clock) -> Iterator[App]:
    app = App(schema, clock=clock)
    yield app
    app.close()


@pytest.fixture
def shop(clock: Clock) -> Iterator[App]:
    """A server with two files: invoices, and the products that they look at."""
    app = App(load_schemas(SHOP, STOCK), clock=clock)
    yield app
    app.close()


@pytest.fixture
def client(app: App) -> Client:
    return Client(app)


@pytest.fixture
def people(client: Client) -> Callable[..., None]:
    """Make a person for each value of one field, named after the value."""

    def make(field: str, *values: str) -> None:
        for number, value in enumerate(values):
            client.create({"Name": value, "Code": f"{field} {number}", field: value})

    return make


@pytest.fixture(scope="session")
def shared_server() -> Iterator[SharedServer]:
    server = SharedServer()
    yield server
    server.stop()


@pytest.fixture(params=MOUNTS)
def caller(app: App, shared_server: SharedServer, request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A raw httpx client; the test runs once for each way to reach the server."""
    with calling(app, str(request.param), shared_server) as caller:
        yield caller
