"""Both colours, in process; what breaks on its way gets real sockets. Each test has a server with fresh data."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol, cast

import httpx
import pytest
from bad_input.sockets import Misbehaving, Respond, from_app
from bad_input.witness import contents
from scenarios.conftest import PASSWORD, SCHEMA, Blocking, Office, loop
from scenarios.office import Person

from fmorm import AsyncDatabase, Database, Retry
from fmorm.server import App, Schema, load_schema
from fmorm.transport.embedded import EmbeddedMount

__all__ = ["loop"]

OFFICE = load_schema(SCHEMA)
ONCE: dict[str, Any] = {"retry": Retry(attempts=1)}
"""What a program is told is the same when it is told at once."""


class Apps:
    """Servers for the tests: to make one takes longer than to see that a test has changed nothing in it."""

    def __init__(self) -> None:
        self._untouched: list[App] = []
        self._pristine = ""

    def take(self) -> App:
        """Give a server with the data of the schema and nothing else."""
        if self._untouched:
            return self._untouched.pop()
        app = App(OFFICE)
        self._pristine = contents(app)
        return app

    def give_back(self, app: App) -> None:
        """Keep a server for another test, if it is as it was."""
        app.expire_sessions()
        app.requests.clear()
        if contents(app) == self._pristine:
            self._untouched.append(app)
        else:
            app.close()

    def close(self) -> None:
        """Close those that are kept."""
        for app in self._untouched:
            app.close()


@pytest.fixture(scope="session")
def apps() -> Iterator[Apps]:
    apps = Apps()
    yield apps
    apps.close()


class Branch(Office):
    """An office that can be asked for other databases than its own."""

    def open_named(self, database: str, **options: Any) -> Database:
        """Open a database of a name; it is closed at the end of the test."""
        cls: Any = AsyncDatabase if self.colour == "async" else Database
        raw = cls(self.url, database, **({"user": "api", "password": PASSWORD} | self.options | options))
        db: Any = Blocking(raw, self.loop) if self.colour == "async" else raw
        self.opened.callback(db.close)
        return cast("Database", db)


class Serve(Protocol):
    """Starts a server on a socket of its own that behaves as it is told, and else as FileMaker does."""

    def __call__(
        self, respond: Respond | None = None, *, schema: Schema = OFFICE, tls: ssl.SSLContext | None = None
    ) -> tuple[Branch, Misbehaving]: ...


Spoil = Callable[[Callable[[httpx.Request], httpx.Response]], None]


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office(colour: str, loop: asyncio.AbstractEventLoop, apps: Apps) -> Iterator[Office]:
    """A server in process; at the end no session may be left."""
    app = apps.take()
    office = Office(app, colour, None, loop, options=ONCE)
    try:
        with office.opened:
            yield office
        assert app.session_count == 0, "a session was leaked"
    finally:
        apps.give_back(app)


@pytest.fixture(scope="module", params=["sync", "async"])
def still(request: pytest.FixtureRequest, loop: asyncio.AbstractEventLoop) -> Iterator[Any]:
    """A database as a program in either colour has it in its hand, for slips that must not send anything."""
    app = App(OFFICE)
    inner: Any = (Database if request.param == "sync" else AsyncDatabase).embedded(app)
    yield inner
    db = inner if request.param == "sync" else Blocking(inner, loop)
    assert not app.requests, "something was sent"
    assert db.get(Person, 2).name == "Bo Dahl", "it goes on working"
    db.close()
    assert app.session_count == 0
    app.close()


@pytest.fixture
def db(office: Office) -> Database:
    return office.open()


@pytest.fixture
def serve(colour: str, loop: asyncio.AbstractEventLoop, apps: Apps) -> Iterator[Serve]:
    """Start a server on a socket of its own that behaves as it is told, and else as FileMaker does."""
    with ExitStack() as stack:

        def start(
            respond: Respond | None = None, *, schema: Schema = OFFICE, tls: ssl.SSLContext | None = None
        ) -> tuple[Branch, Misbehaving]:
            app = apps.take() if schema is OFFICE else App(schema)
            stack.callback(apps.give_back, app)
            server = stack.enter_context(Misbehaving(respond or from_app(app), tls))
            office = Branch(app, colour, server.url, loop, options=ONCE)
            stack.enter_context(office.opened)
            return office, server

        yield start


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Spoil:
    """Let something else answer the verbs, without their being carried out; `monkeypatch.undo` mends it."""
    answer = EmbeddedMount.answer

    def start(instead: Callable[[httpx.Request], httpx.Response]) -> None:
        def spoilt(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
            return instead(request) if "/layouts/" in request.url.path else answer(mount, request, body)

        monkeypatch.setattr(EmbeddedMount, "answer", spoilt)

    return start
