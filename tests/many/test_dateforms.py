from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from many.stock import SCHEMA, Item

from fmorm import Database, Field, Model, Retry, field
from fmorm.server import App, Reply, Request, load_schema

START = datetime(2026, 1, 1, 8)


class Stamped(Model, layout="item"):
    number: Field[int | None] = field("Number")
    changed: Field[datetime | None] = field("Changed")


class AsText(Model, layout="item"):
    number: Field[int | None] = field("Number")
    changed: Field[str] = field("Changed")
    stamp: Field[datetime | None] = field("note::Text", kind="timestamp")


class Dateless(Model, layout="item"):
    number: Field[int | None] = field("Number")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def served(stack: ExitStack, count: int = 6, **options: Any) -> App:
    app = App(load_schema(SCHEMA), **options)
    stack.callback(app.close)
    with Database.embedded(app) as db:
        for number in range(count):
            db.create(Item(code=f"c{number}", number=number, name="", changed=START + timedelta(days=number)))
    app.requests.clear()
    return app


def asked(app: App) -> list[str]:
    """What was asked, in short: `us` and `iso` are pages."""
    names: list[str] = []
    for request, _ in app.requests:
        path = request.target.partition("?")[0]
        if path.endswith(("/records", "/_find")):
            names.append("iso" if b"dateformats" in request.body + request.target.encode() else "us")
        elif path.endswith("productInfo"):
            names.append("product")
        elif path.endswith("/layouts/item"):
            names.append("layout")
    return names


def numbers(pages: Any) -> list[int]:
    return [one.number for page in pages for one in page]


def test_the_second_page_is_iso_and_later_finds_begin_so(stack: ExitStack) -> None:
    app = served(stack)
    db = stack.enter_context(Database.embedded(app))
    pages = list(db.find(Stamped).pages(size=2))
    assert [one.changed for page in pages for one in page] == [START + timedelta(days=n) for n in range(6)]
    assert asked(app) == ["us", "product", "layout", "iso", "iso"]
    app.requests.clear()
    with db.session() as pinned:  # its sessions share what is known
        assert [one.changed for one in pinned.find(Stamped).where(Stamped.number == 3)] == [
            START + timedelta(days=3)
        ]
    assert asked(app) == ["iso"]


def test_one_page_asks_nothing(stack: ExitStack) -> None:
    app = served(stack)
    db = stack.enter_context(Database.embedded(app))
    assert len(db.find(Stamped).all()) == 6
    db.get(Stamped, 1)
    db.find(Stamped).first()
    assert asked(app) == ["us", "us"]


def test_a_release_without_the_parameter_is_asked_once(stack: ExitStack) -> None:
    app = served(stack, release="18")
    db = stack.enter_context(Database.embedded(app, retry=Retry(attempts=1)))
    for _ in range(2):
        assert numbers(db.find(Stamped).pages(size=4)) == list(range(6))
    assert asked(app) == ["us", "product", "us", "us", "us"]


def test_where_the_server_does_not_tell_it_is_not_asked_again(stack: ExitStack) -> None:
    app = served(stack)
    db = stack.enter_context(Database.embedded(app, retry=Retry(attempts=1)))
    app.faults.html(404, on="product-info")
    for _ in range(2):
        assert numbers(db.find(Stamped).pages(size=4)) == list(range(6))
    assert asked(app) == ["us", "product", "us", "us", "us"]


@pytest.mark.parametrize(
    "told", ["{}", '{"productInfo":7}', '{"productInfo":{"version":"new"}}', '{"productInfo":{}}']
)
def test_what_is_told_otherwise_is_no(stack: ExitStack, told: str) -> None:
    """A server without a version is a late one; but then its layouts have to tell their fields."""
    app = served(stack)
    db = stack.enter_context(Database.embedded(app))
    handle = app.handle

    def otherwise(request: Request) -> Reply:
        if request.target.endswith(("/productInfo", "/layouts/item")):
            body = f'{{"response":{told},"messages":[{{"code":"0","message":"OK"}}]}}'
            return Reply(200, [("Content-Type", "application/json")], body.encode())
        return handle(request)

    app.handle = otherwise  # type: ignore[method-assign]
    assert numbers(db.find(Stamped).pages(size=4)) == list(range(6))
    assert "iso" not in asked(app)


def test_a_server_that_refuses_it_after_all_gets_the_page_again(stack: ExitStack) -> None:
    app = served(stack, release="18")
    db = stack.enter_context(Database.embedded(app, iso_dates=True))
    for _ in range(2):
        assert numbers(db.find(Stamped).pages(size=4)) == list(range(6))
    assert asked(app) == ["iso", "us", "us", "us", "us"]


def test_a_date_that_the_model_holds_as_text_keeps_its_form(stack: ExitStack) -> None:
    app = served(stack)
    db = stack.enter_context(Database.embedded(app))
    texts = [one.changed for page in db.find(AsText).pages(size=4) for one in page]
    assert texts == [f"01/0{n}/2026 08:00:00" for n in range(1, 7)]
    assert asked(app) == ["us", "product", "layout", "us"]
    assert numbers(db.find(Stamped).pages(size=4)) == list(range(6))


def test_a_find_by_a_date_stays_as_it_is_and_so_does_one_without_dates(stack: ExitStack) -> None:
    app = served(stack)
    db = stack.enter_context(Database.embedded(app))
    late = Stamped.changed >= START + timedelta(days=1)
    assert numbers(db.find(Stamped).where(late).pages(size=2)) == [1, 2, 3, 4, 5]
    assert numbers(db.find(Stamped).omit(late).pages(size=2)) == [0]
    assert numbers(db.find(Dateless).pages(size=2)) == list(range(6))
    assert set(asked(app)) == {"us"}
    by_date = list(db.find(Stamped).stream(by=Stamped.changed, size=2))
    assert [one.number for one in by_date] == list(range(6))


@pytest.mark.parametrize("setting", [True, False])
def test_a_setting_decides_without_asking(stack: ExitStack, setting: bool) -> None:
    app = served(stack)
    db = stack.enter_context(Database.embedded(app, iso_dates=setting))
    assert numbers(db.find(Stamped).pages(size=4)) == list(range(6))
    assert asked(app) == ["iso" if setting else "us"] * 2
