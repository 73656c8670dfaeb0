"""Projects of users, to be tested by a pytest of their own."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from pathlib import Path

import pytest

import fmorm
from fmorm.testing import Cassette, embedded_app, use_cassette

PEOPLE = Path(__file__).parent.parent.parent / "examples" / "people.toml"

SETTINGS = """
[pytest]
addopts = -p no:cacheprovider -p no:hypothesispytest -p no:anyio --strict-markers --strict-config
filterwarnings = error
fmorm_schema = people.toml
"""

MODELS = """
from fmorm import Database, Field, Model, Repeating, field, repeating

class Person(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")

class City(Model, layout="city_list"):
    name: Field[str] = field("Name")

def names(db):
    return sorted(person.name for person in db.find(Person))
"""


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Import all that the inner runs use: pytester forgets what they import, and classes would be there twice."""
    for module in pkgutil.walk_packages(fmorm.__path__, "fmorm."):
        if not module.name.startswith(("fmorm.contrib.", "fmorm.mypy", "fmorm.__main__")):
            importlib.import_module(module.name)
    importlib.import_module("pytest_recording.plugin")
    with (
        embedded_app(PEOPLE) as app,
        use_cassette(tmp_path_factory.mktemp("loaded") / "all.yaml", record_from=app) as cassette,
        cassette.open() as db,
    ):
        db.log_in()
        asyncio.run(log_in(cassette))


async def log_in(cassette: Cassette) -> None:
    async with cassette.open_async() as db:
        await db.log_in()


@pytest.fixture
def project(loaded: None, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with `people.toml`, models, and the schema in its settings."""
    monkeypatch.delenv("FMORM_URL", raising=False)
    pytester.makefile(".ini", pytest=SETTINGS)
    pytester.path.joinpath("people.toml").write_text(PEOPLE.read_text("utf-8"), encoding="utf-8")
    pytester.makepyfile(models=MODELS)
    pytester.syspathinsert()
    return pytester
