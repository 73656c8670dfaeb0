"""Where the conversations are held: with a cassette, with the embedded server to record one, or with any server.

Plainly run, they are replayed and the network is blocked. `--record-mode=rewrite` records from the embedded
server, which is what `make cassettes` does. `--fmorm-live` talks to the server that FMORM_URL and its like name,
and together with `--record-mode=rewrite` records from that one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from cassettes.people import MARK, Person
from scenarios.conftest import Blocking

from fmorm import Database
from fmorm.testing import Cassette
from fmorm.transport.settings import Settings, from_env

CASSETTES = Path(__file__).parent.parent.parent / "cassettes"
SCHEMA = CASSETTES / "fmorm_cassettes.toml"
DATABASE = "fmorm_cassettes"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("fmorm").addoption(
        "--fmorm-cassettes", metavar="DIR", default=str(CASSETTES), help="where the cassettes are"
    )


@dataclass
class Server:
    """The server that a conversation is held with, in one colour.

    Attributes:
        cassette: The conversation.
        colour: `sync` or `async`.
        loop: Where the async colour runs.
    """

    cassette: Cassette
    colour: str
    loop: asyncio.AbstractEventLoop
    opened: ExitStack = field(default_factory=ExitStack)

    def open(self, **options: Any) -> Database:
        """Open the database; it is closed at the end of the test."""
        if self.colour == "sync":
            return self.opened.enter_context(self.cassette.open(**options))
        db: Any = Blocking(self.cassette.open_async(**options), self.loop)
        self.opened.callback(db.close)
        return cast("Database", db)


@pytest.fixture(scope="session")
def fmorm_schema() -> Path:
    return SCHEMA


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture(scope="session")
def sweep() -> Iterator[Callable[[], None]]:
    """Delete what these tests leave on a live server, and first what a run has left that broke off."""
    with Database.from_env() as db:

        def sweep() -> None:
            for person in db.find(Person).where(Person.mark.startswith(MARK)).all():
                db.delete(person)

        sweep()
        yield sweep


@pytest.fixture
def fmorm_live_settings(sweep: Callable[[], None]) -> Iterator[Settings]:
    """The server that the environment names. It is asked for before recording begins: no sweeping is recorded."""
    yield from_env()
    sweep()


@pytest.fixture(scope="module")
def vcr_cassette_dir(pytestconfig: pytest.Config) -> str:
    return str(pytestconfig.getoption("--fmorm-cassettes", default=str(CASSETTES)))


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    """One cassette for both colours: they say the same."""
    function = cast("pytest.Function", request.node)
    return function.originalname.removeprefix("test_")


@pytest.fixture(params=["sync", "async"])
def server(
    request: pytest.FixtureRequest, fmorm_cassette: Cassette, loop: asyncio.AbstractEventLoop
) -> Iterator[Server]:
    server = Server(fmorm_cassette, str(request.param), loop)
    with server.opened:
        yield server


@pytest.fixture
def db(server: Server) -> Database:
    return server.open()


@pytest.fixture
def mark(request: pytest.FixtureRequest) -> str:
    """What the records of a test are marked with."""
    return f"{MARK} {cast('pytest.Function', request.node).originalname.removeprefix('test_')}"
