"""A loop makes the records of a page a few at a time."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable

import pytest
from many.stock import Item, fill
from protocol.answers import record

from fmorm import AsyncDatabase, Database, Field, MappingError, Model, field
from fmorm.mapper.finding import AT_A_TIME, Found
from fmorm.mapper.home import Home
from fmorm.model.plan import plan_of
from fmorm.query.find import FindSpec
from fmorm.server import App
from fmorm.wire.requests import Place
from fmorm.wire.shaped import Raw

HOME = Home("https://fm.example.com", Place("vLatest", "stock"))
COUNT = 2 * AT_A_TIME + 5


class Strict(Model, layout="item"):
    number: Field[int | None] = field("Number")
    name: Field[int | None] = field("Name", kind="number")


def alive() -> int:
    return sum(type(one) is Item for one in gc.get_objects())


def check_loop(items: Iterable[Item]) -> None:
    before = alive()
    numbers: list[int | None] = []
    for item in items:
        if item.number in {0, AT_A_TIME, COUNT - 1}:
            assert alive() - before <= AT_A_TIME
        numbers.append(item.number)
    assert numbers == list(range(COUNT))


def test_a_loop_makes_no_more_than_a_few_at_a_time(db: Database) -> None:
    fill(db, list(range(COUNT)))
    check_loop(db.find(Item))
    check_loop(db.find(Item).stream(by=Item.number))
    check_loop(db.find(Item).stream(by=Item.number, prefetch=True, size=COUNT - 1))


def test_raw_records_are_let_go_of_on_the_way() -> None:
    data: list[Raw] = [record(number, {"Number": number}, {}) for number in range(COUNT)]
    found = Found(HOME, Item, FindSpec(plan_of(Item).place))
    left = [len(data) for _ in found.parts(data)]
    assert left == [COUNT - AT_A_TIME, COUNT - 2 * AT_A_TIME, 0]


def test_so_are_those_of_a_list() -> None:
    data: list[Raw] = [record(number, {"Number": number}, {}) for number in range(COUNT)]
    steps = Found(HOME, Item, FindSpec(plan_of(Item).place)).page(data)
    with pytest.raises(StopIteration) as done:
        next(steps)
    assert [one.number for one in done.value.value] == list(range(COUNT))
    assert data == []


async def collect(app: App) -> list[int | None]:
    async with AsyncDatabase.embedded(app) as db:
        return [item.number async for item in db.find(Item)]


def test_so_does_an_async_loop_and_none_is_left_out(db: Database, app: App) -> None:
    fill(db, list(range(COUNT)))
    assert asyncio.run(collect(app)) == list(range(COUNT))


def test_a_value_that_does_not_fit_ends_the_loop_where_it_is(db: Database) -> None:
    fill(db, list(range(COUNT)))
    db.update(Item, COUNT, {"name": "no number at all"})
    for number in range(1, COUNT):
        db.update(Item, number, {"name": str(number)})
    came: list[int | None] = []
    with pytest.raises(MappingError, match=f"record {COUNT}"):
        came.extend(one.number for one in db.find(Strict))
    assert came == list(range(2 * AT_A_TIME))
