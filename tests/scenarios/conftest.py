"""The four mounts: both colours, in process and over a socket. Each test gets a server with fresh data.

The data are those of `office.toml`, unless the module of the test names another file as its `SCHEMA`.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterable, Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import pytest
from scenarios.office_scripts import scripts

from fmorm import AsyncDatabase, AsyncDownload, Database
from fmorm._async.raw import AsyncRaw
from fmorm.server import App, Reply, Request, load_schema
from fmorm.server.faults.faults import Faults
from fmorm.server.mounts.socket import Background

SCHEMA = Path(__file__).parent / "office.toml"
TRADE = Path(__file__).parent / "trade.toml"
PASSWORD = "s3cret:with/odd?chars"


ASYNC = (AsyncIterable, AsyncRaw, AsyncDownload)
"""What verbs give that is async itself."""


class Blocking:
    """An async object that is used like its sync twin, so that one scenario serves both colours.

    Attributes:
        inner: The async object.
        event_loop: The loop that it runs on.
    """

    def __init__(self, target: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.inner = target
        self.event_loop = loop

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if isinstance(value, ASYNC):
            return Blocking(value, self.event_loop)
        if not callable(value):
            return value

        def settled(*args: Any, **options: Any) -> Any:
            return self._settled(value(*map(_inner, args), **options))

        return settled

    def __getitem__(self, part: Any) -> Any:
        return self._settled(self.inner[part])

    def __iter__(self) -> Iterator[Any]:
        iterator = aiter(self.inner)
        while True:
            try:
                yield self.event_loop.run_until_complete(anext(iterator))
            except StopAsyncIteration:
                return

    def __enter__(self) -> Self:
        self._settled(self.inner.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self._settled(self.inner.__aexit__(*error))

    def _settled(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            value = self.event_loop.run_until_complete(cast("Any", value))
        return Blocking(value, self.event_loop) if isinstance(value, ASYNC) else value


def _inner(given: Any) -> Any:
    return given.inner if isinstance(given, Blocking) else given


class Swapping:
    """What the one socket serves: the app of the test that runs."""

    def __init__(self) -> None:
        self.app: App | None = None
        self._nobody = App(load_schema(SCHEMA))

    @property
    def faults(self) -> Faults:
        return (self.app or self._nobody).faults

    def close(self) -> None:
        self._nobody.close()

    def handle(self, request: Request) -> Reply:
        assert self.app is not None, "no test has begun"
        return self.app.handle(request)

    def may_run_script(self, request: Request) -> bool:
        return self.app is not None and self.app.may_run_script(request)


@dataclass
class Office:
    """A server with fresh data, and databases on it of the colour and mount under test."""

    app: App
    colour: str
    url: str | None
    loop: asyncio.AbstractEventLoop
    opened: ExitStack = field(default_factory=ExitStack)
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    database: str = "Office & Co"

    def open(self, database: str | None = None, **options: Any) -> Database:
        """Open a database; it is closed at the end of the test. In process it is the schema's own."""
        options = self.options | options
        cls: Any = AsyncDatabase if self.colour == "async" else Database
        if self.url is None:
            raw = cls.embedded(self.app, **options)
        else:
            raw = cls(
                self.url, database or self.database, **({"user": "api", "password": PASSWORD} | options)
            )
        db: Any = Blocking(raw, self.loop) if self.colour == "async" else raw
        self.opened.callback(db.close)
        return cast("Database", db)

    @property
    def sent(self) -> list[str]:
        """Method and path of what was asked so far, log-in and log-out left out."""
        return [
            f"{r.method} {r.target.partition('/layouts/')[2]}"
            for r, _ in self.app.requests
            if "/layouts/" in r.target
        ]

    def last(self, method: str) -> Any:
        """The JSON body of the last request of a method."""
        return next(json.loads(r.body) for r, _ in reversed(self.app.requests) if r.method == method)

    def forget(self) -> None:
        """Forget what was asked so far."""
        self.app.requests.clear()


@pytest.fixture(scope="session")
def socket() -> Iterator[tuple[str, Swapping]]:
    swapping = Swapping()
    with closing(swapping), Background(cast("App", swapping)) as background:
        yield background.url, swapping


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


MOUNTS = ["sync-in-process", "async-in-process", "sync-socket", "async-socket"]


@contextmanager
def mounted(
    how: str, schema: Path, socket: tuple[str, Swapping], loop: asyncio.AbstractEventLoop
) -> Generator[Office, None, None]:
    """Serve a schema in one of the four mounts."""
    colour, _, mount = how.partition("-")
    url, swapping = socket
    served = load_schema(schema)
    swapping.app = app = App(served, code=scripts())
    office = Office(app, colour, url if mount == "socket" else None, loop, database=served.name)
    try:
        with office.opened:
            yield office
    finally:
        app.close()


@pytest.fixture(params=MOUNTS)
def office(
    request: pytest.FixtureRequest, socket: tuple[str, Swapping], loop: asyncio.AbstractEventLoop
) -> Iterator[Office]:
    test: Any = request
    with mounted(str(request.param), getattr(test.module, "SCHEMA", SCHEMA), socket, loop) as office:
        yield office


@pytest.fixture(params=MOUNTS)
def trade(
    request: pytest.FixtureRequest, socket: tuple[str, Swapping], loop: asyncio.AbstractEventLoop
) -> Iterator[Office]:
    """A server of `trade.toml`, for relations and portals."""
    with mounted(str(request.param), TRADE, socket, loop) as office:
        yield office


@pytest.fixture
def db(office: Office) -> Database:
    return office.open()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Read so many records at once, so that a small table has several pages."""
    return lambda size: monkeypatch.setattr("fmorm.mapper.finding.RECORDS_AT_ONCE", size)
