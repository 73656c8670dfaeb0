"""The plugin for pytest: fixtures for the embedded server; those for cassettes are in `recorded`.

pytest finds it by itself, and `-p no:fmorm` leaves it out. It is loaded in every run of pytest beside fmorm.
So it imports nothing of fmorm before a fixture is used.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

if TYPE_CHECKING:
    from fmorm import AsyncDatabase, Database
    from fmorm.server import App
    from fmorm.server.faults.faults import Faults

MARK: Final = "fmorm"
_OF_THE_FILE: Final = ("schema", "rows", "code")
"""What belongs together: rows and code of one schema mean nothing in another."""
_KEYWORDS: Final = ("models", *_OF_THE_FILE, "user", "database")
_NO_SCHEMA: Final = (
    "no schema: set fmorm_schema = some.toml in the configuration of pytest, override the fixture fmorm_schema, "
    "or mark the test with @pytest.mark.fmorm(schema=...) or @pytest.mark.fmorm(models=[...])"
)
_restoring: Final = pytest.StashKey[tuple[Any, bytes]]()
"""The server of the whole run, and the data that it began with."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tell pytest what can be configured."""
    parser.getgroup("fmorm").addoption(
        "--fmorm-live",
        action="store_true",
        help="let tests with fmorm_cassette talk to the server that FMORM_URL and its like name",
    )
    parser.addini("fmorm_schema", "schema file of the embedded server, or several", type="paths")
    parser.addini(
        "fmorm_rows", "a file (.csv, .json) or folder of rows for the embedded server", type="paths"
    )
    parser.addini("fmorm_code", "Python file with scripts and functions of the embedded server", type="paths")


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the mark, and of the fixtures for cassettes where pytest-recording is installed."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(schema=..., models=..., rows=..., code=..., user=..., database=...): what the fixtures of fmorm give "
        "this test; paths are below the root directory",
    )
    if config.pluginmanager.has_plugin("recording"):
        from fmorm.testing import recorded

        config.pluginmanager.register(recorded, "fmorm-cassettes")


# -- what there is to serve --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def fmorm_schema(pytestconfig: pytest.Config) -> Any:
    """What the embedded server serves: the file of the setting `fmorm_schema`. Override it for anything else."""
    paths = _configured(pytestconfig, "fmorm_schema")
    if not paths:
        raise pytest.UsageError(_NO_SCHEMA)
    return paths[0] if len(paths) == 1 else paths


@pytest.fixture(scope="session")
def fmorm_rows(pytestconfig: pytest.Config) -> Any:
    """The records that it starts with: the file or folder of the setting `fmorm_rows`. Override it for others."""
    return _single(pytestconfig, "fmorm_rows")


@pytest.fixture(scope="session")
def fmorm_code(pytestconfig: pytest.Config) -> Any:
    """Its scripts and functions: the file of the setting `fmorm_code`. Override it for others."""
    return _single(pytestconfig, "fmorm_code")


def _configured(config: pytest.Config, name: str) -> list[Path]:
    return cast("list[Path]", config.getini(name) or [])


def _single(config: pytest.Config, name: str) -> Path | None:
    paths = _configured(config, name)
    if len(paths) > 1:
        raise pytest.UsageError(f"{name} is one path, and {len(paths)} were given")
    return paths[0] if paths else None


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give what the test is marked with; what is closest to it counts."""
    given: dict[str, Any] = {}
    for mark in request.node.iter_markers(MARK):
        unknown = ", ".join(sorted(mark.kwargs.keys() - set(_KEYWORDS)))
        if mark.args or unknown:
            raise pytest.UsageError(
                f"@pytest.mark.{MARK}({unknown or 'without a name'}): it knows {', '.join(_KEYWORDS)}"
            )
        if {"schema", "models"} <= mark.kwargs.keys():
            raise pytest.UsageError(f"@pytest.mark.{MARK}: give a schema or models, not both")
        given = _outer(mark.kwargs, given) | given
    return given


def _outer(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an outer mark adds to an inner one; the file of the outer is nothing to a schema of the inner."""
    has_file = "schema" in inner or "models" in inner
    return {
        name: value for name, value in outer.items() if not (has_file and name in {"models", *_OF_THE_FILE})
    }


def _file(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give schema, rows and code for `embedded_app`."""
    marked = _marked(request)
    if "models" in marked:
        marked["schema"] = marked["models"]
    if "schema" in marked:
        given = {name: marked.get(name) for name in _OF_THE_FILE}
    else:
        given = {
            name: marked[name] if name in marked else request.getfixturevalue(f"fmorm_{name}")
            for name in _OF_THE_FILE
        }
    return {name: _below(request.config.rootpath, value) for name, value in given.items()}


def _below(root: Path, value: object) -> Any:
    """Take paths for paths below the root directory, so that tests may be run from anywhere."""
    if isinstance(value, str | os.PathLike):
        return root / os.fspath(cast("str | os.PathLike[str]", value))
    if isinstance(value, Sequence):
        return [_below(root, one) for one in cast("Sequence[object]", value)]
    return value


# -- servers -----------------------------------------------------------------------------------------------


@pytest.fixture
def fmorm_app(request: pytest.FixtureRequest) -> Iterator[App]:
    """An embedded server with fresh data for each test."""
    from fmorm.testing.apps import embedded_app

    given = _file(request)
    with embedded_app(given.pop("schema"), **given) as app:
        yield app


@pytest.fixture(scope="session")
def fmorm_session_app(
    request: pytest.FixtureRequest, fmorm_schema: Any, fmorm_rows: Any, fmorm_code: Any
) -> Iterator[App]:
    """An embedded server for the whole run. After each test its data go back to what they were, and faults go."""
    from fmorm.testing.apps import embedded_app

    root = request.config.rootpath
    schema, rows, code = (_below(root, one) for one in (fmorm_schema, fmorm_rows, fmorm_code))
    with embedded_app(schema, rows=rows, code=code) as app:
        request.config.stash[_restoring] = app, app.snapshot()
        yield app
        del request.config.stash[_restoring]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Undo what the test has done to the server of the whole run, when its own fixtures have been torn down."""
    try:
        return (yield)
    finally:
        if kept := item.config.stash.get(_restoring, None):
            app, data = kept
            app.faults.clear()
            app.restore(data)


@pytest.fixture
def fmorm_server(fmorm_app: App) -> Iterator[str]:
    """The address of `fmorm_app` on a socket of this machine."""
    from fmorm.server import Background

    with Background(fmorm_app) as server:
        yield server.url


@pytest.fixture(scope="session")
def fmorm_session_server(fmorm_session_app: App) -> Iterator[str]:
    """The address of `fmorm_session_app` on a socket of this machine."""
    from fmorm.server import Background

    with Background(fmorm_session_app) as server:
        yield server.url


@pytest.fixture
def fmorm_faults(fmorm_app: App) -> Faults:
    """What is to go wrong on `fmorm_app`."""
    return fmorm_app.faults


# -- databases ---------------------------------------------------------------------------------------------


@pytest.fixture
def fmorm_db(request: pytest.FixtureRequest, fmorm_app: App) -> Iterator[Database]:
    """A database on `fmorm_app`, in process."""
    from fmorm import Database

    with Database.embedded(fmorm_app, **who(request)) as db:
        yield db


@pytest.fixture
def fmorm_async_db(request: pytest.FixtureRequest, fmorm_app: App) -> Iterator[AsyncDatabase]:
    """An asynchronous database on `fmorm_app`, in process. It belongs to the event loop that uses it first."""
    from fmorm import AsyncDatabase

    db = AsyncDatabase.embedded(fmorm_app, **who(request))
    yield db
    # The event loop of the test may be gone by now, whichever plugin ran it: so this does not wait for one.
    db._pooled.tokens.log_out()  # pyright: ignore[reportPrivateUsage]


def who(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give account and file that a test is marked with, as options of `Database.embedded`."""
    marked = _marked(request)
    return {name: marked.get(name) for name in ("user", "database")}
