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
from typing import Any, Literal, cast

import pytest
from cassettes.people import MARK, Person
from cassettes.recording import configure, options
from cassettes.scrubbing import HOST, SCRUBBED, Scrubber
from scenarios.conftest import Blocking, Swapping

from fmorm import AsyncDatabase, Database
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background
from fmorm.transport.credentials import Account
from fmorm.transport.settings import Settings, from_env

CASSETTES = Path(__file__).parent.parent.parent / "cassettes"
SCHEMA = CASSETTES / "fmorm_cassettes.toml"
DATABASE = "fmorm_cassettes"
PLAYED = Settings(url=HOST, database=DATABASE, credentials=Account(SCRUBBED, SCRUBBED))
"""What is replayed looks so."""

Mode = Literal["replay", "record", "live"]
SCRUBBER = pytest.StashKey[Scrubber]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fmorm")
    group.addoption(
        "--fmorm-live",
        action="store_true",
        help="hold the conversations with the server that FMORM_URL, FMORM_DATABASE, FMORM_USER and "
        "FMORM_PASSWORD name, instead of replaying cassettes",
    )
    group.addoption(
        "--fmorm-cassettes", metavar="DIR", default=str(CASSETTES), help="where the cassettes are"
    )


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    configure(vcr, config.stash.get(SCRUBBER, None))


@dataclass
class Server:
    """The server that a conversation is held with, in one colour.

    Attributes:
        settings: How it is reached.
        colour: `sync` or `async`.
        loop: Where the async colour runs.
        cassette: What is replayed or recorded; None where neither is done.
    """

    settings: Settings
    colour: str
    loop: asyncio.AbstractEventLoop
    cassette: Any
    opened: ExitStack = field(default_factory=ExitStack)

    def open(self, *, password: str | None = None) -> Database:
        """Open the database; it is closed at the end of the test."""
        cls: Any = AsyncDatabase if self.colour == "async" else Database
        settings = self.settings
        raw = cls(
            settings.url,
            settings.database,
            user=account_of(settings).name,
            password=account_of(settings).password() if password is None else password,
            version=settings.version,
        )
        db: Any = Blocking(raw, self.loop) if self.colour == "async" else raw
        self.opened.callback(db.close)
        return cast("Database", db)

    def sent(self, method: str) -> int | None:
        """How many requests of a method the cassette has; None where there is none."""
        if self.cassette is None:
            return None
        requests: list[Any] = self.cassette.requests
        return [request.method for request in requests].count(method)


def account_of(settings: Settings) -> Account:
    """Who logs in: an account, since the scrubber has to know what is secret."""
    assert isinstance(settings.credentials, Account), (
        "conversations are held with an account and its password"
    )
    return settings.credentials


@pytest.fixture(scope="session")
def is_live(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--fmorm-live", default=False))


@pytest.fixture(scope="session")
def disable_recording(pytestconfig: pytest.Config, is_live: bool, record_mode: str) -> bool:
    """Live, nothing is replayed: a cassette is there only to be recorded."""
    return bool(pytestconfig.getoption("--disable-recording")) or (is_live and record_mode == "none")


@pytest.fixture
def mode(is_live: bool, record_mode: str) -> Mode:
    if is_live:
        return "live"
    return "replay" if record_mode == "none" else "record"


@pytest.fixture
def allowed_hosts(is_live: bool) -> list[str] | None:
    # None blocks every host; an empty list would be joined to a pattern that fits them all
    return [".*"] if is_live else None


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture(scope="session")
def background() -> Iterator[tuple[str, Swapping]]:
    swapping = Swapping()
    with Background(cast("App", swapping)) as served:
        yield served.url, swapping


@pytest.fixture
def recorded_settings(background: tuple[str, Swapping]) -> Iterator[Settings]:
    """The embedded server with fresh data, so that ids do not depend on what was recorded before."""
    url, swapping = background
    swapping.app = app = App(load_schema(SCHEMA))
    (account,) = app.schemas[app.databases[0]].accounts.values()
    yield Settings(url=url, database=DATABASE, credentials=Account(account.name, account.password or ""))
    app.close()


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
def live_settings(sweep: Callable[[], None]) -> Iterator[Settings]:
    """The server that the environment names."""
    yield from_env()
    sweep()


@pytest.fixture
def settings(mode: Mode, request: pytest.FixtureRequest) -> Settings:
    if mode == "replay":
        return PLAYED
    settings: Settings = request.getfixturevalue("live_settings" if mode == "live" else "recorded_settings")
    return settings


@pytest.fixture
def scrubber(settings: Settings, pytestconfig: pytest.Config) -> Scrubber:
    scrubber = Scrubber(settings.url, account_of(settings).name, account_of(settings).password())
    pytestconfig.stash[SCRUBBER] = scrubber
    return scrubber


@pytest.fixture
def vcr_config(scrubber: Scrubber) -> dict[str, Any]:
    # the plugin asks for it before it begins to record: so the sweeping above is not recorded
    return options(scrubber)


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
    request: pytest.FixtureRequest,
    settings: Settings,
    mode: Mode,
    loop: asyncio.AbstractEventLoop,
    vcr: Any,
) -> Iterator[Server]:
    server = Server(settings, str(request.param), loop, vcr)
    with server.opened:
        yield server
    if vcr is not None:
        check_use(vcr, mode)


def check_use(cassette: Any, mode: Mode) -> None:
    """A transport that vcrpy does not know runs past the cassette, and all would be green."""
    assert len(cassette) > 0, "the conversation left no trace in the cassette"
    if mode == "replay":
        assert cassette.all_played, f"of {len(cassette)} replies {cassette.play_count} were asked for"


@pytest.fixture
def db(server: Server) -> Database:
    return server.open()


@pytest.fixture
def mark(request: pytest.FixtureRequest) -> str:
    """What the records of a test are marked with."""
    return f"{MARK} {cast('pytest.Function', request.node).originalname.removeprefix('test_')}"
