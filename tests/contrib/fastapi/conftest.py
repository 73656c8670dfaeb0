"""The address book over FastAPI's own test client, and a FileMaker server in the same process."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from contrib.fastapi.address_book import SCHEMA, contacts
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fmorm import AsyncDatabase, Database
from fmorm.contrib.fastapi import FMORM, answer_errors
from fmorm.server import App, load_schema


@pytest.fixture
def host() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


@pytest.fixture
def other(host: App) -> Iterator[Database]:
    """Somebody else at the same data."""
    with Database.embedded(host, user="bo") as db:
        yield db


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def client(host: App, closing: ExitStack) -> TestClient:
    fm = FMORM(lambda: AsyncDatabase.embedded(host))
    app = FastAPI(lifespan=fm.lifespan)
    answer_errors(app)
    app.include_router(contacts(fm.db))
    return closing.enter_context(TestClient(app))
