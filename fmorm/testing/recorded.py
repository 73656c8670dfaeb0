"""Fixtures for cassettes, upon those of pytest-recording; registered after it, so that these come first.

They concern tests that use `fmorm_cassette`, and leave all others as they are.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

if TYPE_CHECKING:
    from fmorm import Database
    from fmorm.testing.cassettes import Cassette, Mode
    from fmorm.transport.settings import Settings

_SCRUBBER: Final = pytest.StashKey[Any]()
_FAILED: Final = pytest.StashKey[bool]()
_UNMARKED: Final = "fmorm_cassette needs a cassette: mark the test with @pytest.mark.vcr"
_NOT_SCRUBBED: Final = (
    "the fixture vcr_config of this project replaces that of fmorm, and nothing would be scrubbed: "
    "let it return fmorm_vcr_config for the tests that use fmorm_cassette"
)


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Tell vcrpy how to compare and to write, where a conversation of fmorm is recorded or replayed."""
    if scrubber := config.stash.get(_SCRUBBER, None):
        from fmorm.testing.recording import configure

        configure(vcr, scrubber)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what has failed: such a test is not asked why it has not used its recording."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


def _is_ours(request: pytest.FixtureRequest) -> bool:
    return "fmorm_cassette" in request.fixturenames


# -- which server ------------------------------------------------------------------------------------------


@pytest.fixture
def fmorm_mode(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Mode:
    """What is done with the conversation: `replay`, `record`, `live`."""
    asked: str | None = pytestconfig.getoption("--record-mode")
    marked = [
        mark.kwargs["record_mode"]
        for mark in request.node.iter_markers("vcr")
        if "record_mode" in mark.kwargs
    ]
    mode = asked or next(iter(marked), "none")
    if mode != "none":
        return "record"
    return "live" if pytestconfig.getoption("--fmorm-live") else "replay"


@pytest.fixture
def fmorm_live_settings() -> Settings:
    """The server of `--fmorm-live`: the one that the environment names. Override it to clean up around a test."""
    from fmorm.transport.settings import from_env

    try:
        return from_env()
    except LookupError as error:
        raise pytest.UsageError(f"--fmorm-live: {error}") from None


@pytest.fixture
def fmorm_settings(request: pytest.FixtureRequest, fmorm_mode: Mode) -> Settings | None:
    """How the server is reached that is asked, before anything is recorded; None where none is."""
    if fmorm_mode == "replay":
        return None
    if request.config.getoption("--fmorm-live"):
        return cast("Settings", request.getfixturevalue("fmorm_live_settings"))
    from fmorm.testing.cassettes import served
    from fmorm.testing.plugin import who

    url = request.getfixturevalue("fmorm_server")
    return served(request.getfixturevalue("fmorm_app"), url, **who(request))


# -- what pytest-recording asks for ------------------------------------------------------------------------


@pytest.fixture
def fmorm_vcr_config(
    pytestconfig: pytest.Config, fmorm_settings: Settings | None
) -> Iterator[dict[str, Any]]:
    """What `vcr_config` has to give for conversations of fmorm: secrets go, and bodies are compared."""
    from fmorm.testing.recording import options
    from fmorm.testing.scrubbing import Scrubber

    scrubber = Scrubber() if fmorm_settings is None else Scrubber.of(fmorm_settings)
    pytestconfig.stash[_SCRUBBER] = scrubber
    yield options(scrubber)
    del pytestconfig.stash[_SCRUBBER]


@pytest.fixture
def vcr_config(request: pytest.FixtureRequest, vcr_config: dict[str, Any]) -> dict[str, Any]:
    """For conversations of fmorm `fmorm_vcr_config`, else what it is without this."""
    if not _is_ours(request):
        return vcr_config
    return cast("dict[str, Any]", request.getfixturevalue("fmorm_vcr_config"))


@pytest.fixture
def vcr_markers(request: pytest.FixtureRequest, vcr_markers: list[pytest.Mark]) -> list[pytest.Mark]:
    """Live, and where nothing is recorded, there is no cassette."""
    if _is_ours(request) and request.getfixturevalue("fmorm_mode") == "live":
        return []
    return vcr_markers


@pytest.fixture
def allowed_hosts(request: pytest.FixtureRequest, allowed_hosts: list[str] | None) -> list[str] | None:
    """Live, a blocked network is open."""
    if _is_ours(request) and request.config.getoption("--fmorm-live"):
        return [".*"]
    return allowed_hosts


# -- what tests use ----------------------------------------------------------------------------------------


@pytest.fixture
def fmorm_cassette(
    request: pytest.FixtureRequest,
    fmorm_mode: Mode,
    fmorm_settings: Settings | None,
    vcr_config: dict[str, Any],
    fmorm_vcr_config: dict[str, Any],
    vcr: Any,
) -> Iterator[Cassette]:
    """The conversation of a test that is marked with `vcr`: replayed, recorded or live, as the run was asked to."""
    from fmorm.testing.cassettes import Cassette, in_process_refused, replayed

    if fmorm_mode == "live" and fmorm_settings is not None:
        yield Cassette("live", fmorm_settings)
        return
    if vcr is None:
        raise pytest.UsageError(_UNMARKED)
    if any(vcr_config.get(name) is not value for name, value in fmorm_vcr_config.items()):
        raise pytest.UsageError(_NOT_SCRUBBED)
    cassette = Cassette(fmorm_mode, fmorm_settings or replayed(vcr), vcr)
    with in_process_refused():
        yield cassette
    if not request.node.stash.get(_FAILED, False):
        cassette.check()


@pytest.fixture
def fmorm_cassette_db(fmorm_cassette: Cassette) -> Iterator[Database]:
    """The database of the conversation."""
    with fmorm_cassette.open() as db:
        yield db
