from __future__ import annotations

import asyncio
from contextlib import aclosing, closing
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from many.stock import Item, Noted, Somebody, Text, fill, ids_of, running, stock

from fmorm import AsyncDatabase, ConnectionLost, Database, FindError, Retry
from fmorm.server import App


def paths(app: App) -> list[str]:
    return [request.target for request, _ in app.requests if "/layouts/" in request.target]


# -- whatever others do --------------------------------------------------------------------------------------


@given(
    keys=st.lists(st.integers(0, 50), max_size=14, unique=True),
    size=st.integers(3, 6),
    seed=st.integers(0, 10_000),
    by=st.sampled_from(["code", "number", "name"]),
    prefetch=st.booleans(),
)
@example(keys=[7, 7, 7, 8, 7, 6], size=4, seed=1, by="number", prefetch=False)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_who_is_there_all_the_time_comes_exactly_once(
    keys: list[int], size: int, seed: int, by: str, prefetch: bool
) -> None:
    with closing(stock()) as app, Database.embedded(app) as db:
        ids = fill(db, keys)
        somebody = Somebody(db, ids, seed)
        came: list[str] = []
        for item in db.find(Item).stream(by=getattr(Item, by), size=size, prefetch=prefetch):
            came += ids_of([item])
            somebody.act()
        assert somebody.always <= set(came)
        assert len(came) == len(set(came))


@given(
    names=st.lists(st.text("aAbBäÄé -'1", min_size=1, max_size=3).map(str.strip).filter(bool), max_size=12)
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_text_that_sorts_alike_is_not_lost(names: list[str]) -> None:
    with closing(stock()) as app, Database.embedded(app) as db:
        made = [db.create(Item(code=f"c{n}", name=name)) for n, name in enumerate(names)]
        streamed = ids_of(list(db.find(Item).stream(by=Item.name, size=12)))
        assert sorted(streamed) == sorted(ids_of(made))
        by_code = ids_of(list(db.find(Item).stream(by=Item.code, size=1)))
        assert sorted(by_code) == sorted(ids_of(made))


def test_the_loop_itself_may_delete_and_change_what_it_gets(db: Database) -> None:
    fill(db, list(range(10)))
    came: list[int | None] = []
    for item in db.find(Item).where(Item.number >= 2).stream(by=Item.number, size=3):
        came.append(item.number)
        if item.number in {3, 4, 5}:
            db.delete(item)
        else:
            item.name = "seen"
            db.save(item)
    assert came == [2, 3, 4, 5, 6, 7, 8, 9]


def test_a_page_of_equal_keys_is_gone_through_and_more_are_refused(db: Database) -> None:
    fill(db, [5, 5, 5, 1, 9])
    assert [item.number for item in db.find(Item).stream(by=Item.number, size=3)] == [1, 5, 5, 5, 9]
    with pytest.raises(FindError, match=r"more than 2 records have the same Item\.number.*larger size="):
        list(db.find(Item).stream(by=Item.number, size=2))


def test_a_limit_holds_and_portals_are_those_asked_for(db: Database, app: App) -> None:
    fill(db, list(range(8)))
    assert [item.number for item in db.find(Item).limit(5).stream(by=Item.number, size=2)] == [0, 1, 2, 3, 4]
    assert list(db.find(Item).limit(0).stream(by=Item.number)) == []
    app.requests.clear()
    assert list(db.find(Item).where(Item.number.in_([])).stream(by=Item.number)) == []
    assert paths(app) == []


# -- what is refused -----------------------------------------------------------------------------------------


def test_a_key_that_would_lose_records_is_refused_before_anything_is_sent(db: Database, app: App) -> None:
    db.find(Item).count()
    app.requests.clear()
    find = db.find(Noted)
    for key, why in [
        (Noted.note, "no field of the records themselves"),
        (Noted.year, "no field of the records themselves"),
        (Noted.weight, "held as float, which is rounded"),
        (Noted.cheap, "true or false, which is no key"),
    ]:
        with pytest.raises(FindError, match=why):
            find.stream(by=cast("Any", key))
    for key in (Noted.tags, "number", None):
        with pytest.raises(TypeError, match=r"stream goes by one field, as in stream\(by=Noted.id\)"):
            find.stream(by=cast("Any", key))
    for other in (find.sort(Noted.name), find.offset(1)):
        with pytest.raises(FindError, match="leave sort and offset out"):
            other.stream(by=Noted.number)
    for size in (0, -1, 2.5, True):
        with pytest.raises(FindError, match="a page has one record at least"):
            find.stream(by=Noted.number, size=cast("Any", size))
        with pytest.raises(FindError, match="a page has one record at least"):
            find.pages(size=cast("Any", size))
    assert paths(app) == []


@pytest.mark.parametrize("number", ["", "none"])
def test_a_record_without_a_key_is_named_before_any_is_given(db: Database, app: App, number: str) -> None:
    fill(db, [1, 2])
    db.create(Item(code="z", name="z"))
    with Database.embedded(app) as other:
        other.update(Text, 3, {"number": number})
    with pytest.raises(
        FindError, match=r"record 3 has no Item\.number.*where\(Item\.number\.not_empty\(\)\)"
    ):
        next(iter(db.find(Item).stream(by=Item.number)))
    left = db.find(Item).where(Item.number.not_empty()).stream(by=Item.number)
    assert [item.number for item in left] == [1, 2]


def test_a_condition_on_the_key_itself_goes_with_it_or_is_refused_before_a_record_is_given(
    db: Database,
) -> None:
    fill(db, [1, 2, 3])
    begins = db.find(Item).where(Item.code.startswith("c"))
    assert [item.number for item in begins.stream(by=Item.code, size=1)] == [1, 2, 3]
    found = db.find(Item).where((Item.number > 1) | (Item.price == Decimal(4))).stream(by=Item.number, size=1)
    assert [item.number for item in found] == [2, 3]
    unsold = (Item.name == "n3") & ~(Item.price == Decimal(4))
    either = db.find(Item).where(Item.code.endswith("0") | unsold)
    assert [item.number for item in either] == [1, 3]
    with pytest.raises(FindError, match="omit"):
        next(iter(either.stream(by=Item.code, size=1)))


# -- pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefetch", [False, True])
def test_pages_are_lists_of_the_wanted_size(db: Database, prefetch: bool) -> None:
    fill(db, list(range(7)))
    pages = db.find(Item).sort(Item.number.desc()).pages(size=3, prefetch=prefetch)
    assert [[item.number for item in page] for page in pages] == [[6, 5, 4], [3, 2, 1], [0]]
    assert list(db.find(Item).where(Item.number == 99).pages(prefetch=prefetch)) == []


# -- reading ahead -------------------------------------------------------------------------------------------


def test_the_next_page_is_read_on_another_session_while_the_loop_works(db: Database, app: App) -> None:
    fill(db, list(range(6)))
    reading = db.find(Item).pages(size=2, prefetch=True)
    first = next(reading)
    app.requests.clear()
    first[0].name = "saved while the next page is under way"
    db.save(first[0])
    rest = list(reading)
    assert [len(page) for page in rest] == [2, 2]
    assert app.session_count <= 2


def test_with_one_session_nothing_is_read_ahead(app: App) -> None:
    with Database.embedded(app, sessions=1) as db:
        fill(db, list(range(4)))
        reading = db.find(Item).pages(size=2, prefetch=True)
        app.requests.clear()
        next(reading)
        assert len(paths(app)) == 1
        with db.session() as pinned:
            pinned_pages = pinned.find(Item).pages(size=2, prefetch=True)
            app.requests.clear()
            next(pinned_pages)
            assert len(paths(app)) == 1


def test_an_error_of_the_page_ahead_is_raised_where_that_page_begins(app: App) -> None:
    with Database.embedded(app, retry=Retry(attempts=1)) as db:
        fill(db, list(range(6)))
        app.faults.drop("before commit", on="find", skip=1)
        reading = db.find(Item).stream(by=Item.number, size=2, prefetch=True)
        assert [next(reading).number for _ in range(2)] == [0, 1]
        with pytest.raises(ConnectionLost):
            next(reading)


def test_a_loop_that_is_left_leaves_nothing_running(app: App) -> None:
    with Database.embedded(app) as db:
        fill(db, list(range(6)))
        with closing(cast("Any", db.find(Item).stream(by=Item.number, size=2, prefetch=True))) as reading:
            next(reading)
        assert running() == []

    async def leave() -> None:
        async with AsyncDatabase.embedded(app) as other:
            found = cast("Any", other.find(Item).stream(by=Item.number, size=2, prefetch=True))
            async with aclosing(found) as reading:
                await anext(reading)
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(leave())
    assert app.session_count == 0
