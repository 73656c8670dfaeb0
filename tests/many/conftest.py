"""A server with the empty table of `stock`, and a database on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from many.stock import stock

from fmorm import Database
from fmorm.server import App


@pytest.fixture
def app() -> Iterator[App]:
    with closing(stock()) as app:
        yield app


@pytest.fixture
def db(app: App) -> Iterator[Database]:
    with Database.embedded(app) as db:
        yield db
