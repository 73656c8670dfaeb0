"""Both colours, in process; what breaks on its way gets real sockets. Each test has a server with fresh data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from bad_input.sockets import Misbehaving, Respond, from_app
from scenarios.conftest import SCHEMA, Office, loop

from fmorm import Database
from fmorm.server import App, load_schema
from fmorm.transport.embedded import EmbeddedMount

__all__ = ["loop"]

OFFICE = load_schema(SCHEMA)

Serve = Callable[..., tuple[Office, Misbehaving]]
Spoil = Callable[[Callable[[httpx.Request], httpx.Response]], None]


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office(colour: str, loop: asyncio.AbstractEventLoop) -> Iterator[Office]:
    """A server in process; at the end no session may be left."""
    app = App(OFFICE)
    office = Office(app, colour, None, loop)
    try:
        with office.opened:
            yield office
        assert app.session_count == 0, "a session was leaked"
    finally:
        app.close()


@pytest.fixture
def db(office: Office) -> Database:
    return office.open()


@pytest.fixture
def serve(colour: str, loop: asyncio.AbstractEventLoop) -> Iterator[Serve]:
    """Start a server on a socket of its own that behaves as it is told, and else as FileMaker does."""
    with ExitStack() as stack:

        def start(respond: Respond | None = None, **options: Any) -> tuple[Office, Misbehaving]:
            app = App(OFFICE)
            stack.callback(app.close)
            server = stack.enter_context(Misbehaving(respond or from_app(app), **options))
            office = Office(app, colour, server.url, loop)
            stack.enter_context(office.opened)
            return office, server

        yield start


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spoil]:
    """Let something else answer the verbs, without their being carried out; `monkeypatch.undo` mends it."""
    answer = EmbeddedMount.answer

    def start(instead: Callable[[httpx.Request], httpx.Response]) -> None:
        def spoilt(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
            return instead(request) if "/layouts/" in request.url.path else answer(mount, request, body)

        monkeypatch.setattr(EmbeddedMount, "answer", spoilt)

    yield start
