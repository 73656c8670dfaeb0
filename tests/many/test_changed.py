from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many.stock import Item, Noted, fill, ids_of, stock

from fmorm import Database, DriftError, FindError, Mark, state
from fmorm.server import App

START = datetime(2026, 3, 1, 8)
MINUTE = timedelta(minutes=1)


def touch(db: Database, record_id: int, minutes: float) -> None:
    db.update(Item, record_id, {"changed": START + minutes * MINUTE})


def numbers(items: list[Item]) -> list[int | None]:
    return [item.number for item in items]


def test_each_change_comes_once(db: Database) -> None:
    fill(db, [1, 2, 3])
    for record_id in (1, 2, 3):
        touch(db, record_id, record_id * 10)
    everything = db.find(Item).changed_since(Item.changed)
    assert numbers(everything.records) == [1, 2, 3]
    assert everything.mark is not None
    assert everything.mark.at == START + 30 * MINUTE
    assert list(everything.mark.seen) == ["3"]
    nothing = db.find(Item).changed_since(Item.changed, everything.mark)
    assert (nothing.records, nothing.mark) == ([], everything.mark)
    touch(db, 1, 40)
    touch(db, 3, 30)  # in the same second as before
    two = db.find(Item).changed_since(Item.changed, nothing.mark)
    assert numbers(two.records) == [1, 3]
    assert two.mark is not None
    assert two.mark.at == START + 40 * MINUTE


def test_a_change_that_was_stored_late_is_within_the_overlap(db: Database) -> None:
    fill(db, [1, 2])
    touch(db, 1, 30)
    mark = db.find(Item).changed_since(Item.changed).mark
    touch(db, 2, 29)
    assert numbers(db.find(Item).changed_since(Item.changed, mark).records) == [2]
    assert numbers(db.find(Item).changed_since(Item.changed, mark, overlap=timedelta()).records) == []
    five = db.find(Item).changed_since(Item.changed, mark, overlap=5 * MINUTE)
    assert five.mark is not None
    assert set(five.mark.seen) == {"1", "2"}


def test_a_change_while_pages_are_read_comes_the_next_time(
    db: Database, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must not be behind a mark that a later page has set."""
    fill(db, list(range(4)))
    for record_id in range(1, 5):
        touch(db, record_id, record_id)
    monkeypatch.setattr("fmorm.mapper.builder.RECORDS_AT_ONCE", 2)
    handle, finds = app.handle, iter(range(10))

    def between(request: Any) -> Any:
        if request.target.endswith("/_find") and next(finds) == 3:
            with Database.embedded(app) as other:
                touch(other, 1, 100)  # it was on a page before
                touch(other, 4, 200)  # and this is on the next
        return handle(request)

    app.handle = between  # type: ignore[method-assign]
    changes = db.find(Item).changed_since(Item.changed, START, by=Item.number)
    app.handle = handle  # type: ignore[method-assign]
    assert numbers(changes.records) == [0, 1, 2, 3]
    assert changes.mark is not None
    assert changes.mark.at == START + 4 * MINUTE
    later = db.find(Item).changed_since(Item.changed, changes.mark)
    assert numbers(later.records) == [0]


@given(seed=st.integers(0, 10_000), late=st.integers(0, 3))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_copy_that_is_kept_up_to_date_is_the_same_in_the_end(seed: int, late: int) -> None:
    chance = Random(seed)
    with closing(stock()) as app, Database.embedded(app) as db:
        copy = dict[str, str]()
        mark: Mark | None = None
        now = 0
        for _ in range(5):
            for _ in range(chance.randrange(5)):
                now += chance.randrange(3)
                when = START + (now - chance.randrange(late + 1)) * MINUTE
                there = db.find(Item).record_ids()
                if there and chance.random() < 0.7:
                    values = {"name": f"at {now} {chance.random()}", "changed": when}
                    if chance.random() < 0.3:
                        db.delete(Item, chance.choice(there))
                    else:
                        db.update(Item, chance.choice(there), values)
                else:
                    db.create(Item(code=f"c{now} {chance.random()}", number=now, name="new", changed=when))
            changes = db.find(Item).changed_since(Item.changed, mark, overlap=4 * MINUTE)
            copy |= {str(state(one).record_id): one.name for one in changes.records}
            for record_id in db.find(Item).missing(copy):
                del copy[record_id]
            mark = None if changes.mark is None else Mark.read(str(changes.mark))
            assert copy == {str(state(one).record_id): one.name for one in db.find(Item)}


def test_a_mark_is_stored_as_text(db: Database) -> None:
    mark = Mark(START, {"7": "3"})
    assert Mark.read(str(mark)) == mark
    assert json.loads(str(mark)) == {"at": "2026-03-01T08:00:00", "seen": {"7": "3"}}
    for text in ("", "{}", "null", '{"at":1,"seen":{}}', '{"at":"x","seen":{}}'):
        with pytest.raises(ValueError, match="no stored Mark"):
            Mark.read(text)


def test_records_without_a_time_come_with_everything_and_give_no_mark(db: Database) -> None:
    fill(db, [1, 2])
    changes = db.find(Item).changed_since(Item.changed)
    assert (numbers(changes.records), changes.mark) == ([1, 2], None)
    touch(db, 1, 5)
    changes = db.find(Item).changed_since(Item.changed, changes.mark)
    assert numbers(changes.records) == [1, 2]
    assert changes.mark is not None


def test_what_would_lose_changes_is_refused_before_anything_is_sent(db: Database, app: App) -> None:
    find = db.find(Item)
    for other in (find.limit(5), find.offset(1)):
        with pytest.raises(FindError, match="leave limit and offset out"):
            other.changed_since(Item.changed)
        with pytest.raises(FindError, match="leave limit and offset out"):
            other.missing(["1"])
    for term in (Item.number, Item.tags, "changed", Noted.note):
        with pytest.raises((TypeError, FindError), match=r"goes by a timestamp|is a field of Noted"):
            find.changed_since(cast("Any", term))
    for since in (5, "2026-01-01", str(Mark(START))):
        with pytest.raises(TypeError, match=r"Mark\.read takes a stored one back"):
            find.changed_since(Item.changed, cast("Any", since))
    with pytest.raises(FindError, match="not negative"):
        find.changed_since(Item.changed, overlap=-MINUTE)
    with pytest.raises(ValueError, match="no FileMaker record id"):
        find.missing(["x"])
    assert find.missing([]) == []
    assert list(app.requests) == []


def test_the_ids_of_a_find_come_in_its_order_and_without_portals(db: Database, app: App) -> None:
    ids = fill(db, [3, 1, 2])
    app.requests.clear()
    assert db.find(Item).record_ids() == ids
    assert db.find(Item).sort(Item.number).limit(2).record_ids() == [ids[1], ids[2]]
    assert db.find(Item).record_ids(by=Item.number) == [ids[1], ids[2], ids[0]]
    assert all(b'"portal":[]' in r.body or "portal=%5B%5D" in r.target for r, _ in app.requests)


def test_who_is_missing_is_told_in_the_order_given_or_nothing_is(
    db: Database, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(db, list(range(6)))
    db.delete(Item, ids[4])
    db.delete(Item, ids[1])
    assert db.find(Item).missing([99, *reversed(ids), ids[1]]) == ["99", ids[4], ids[1]]
    monkeypatch.setattr("fmorm.mapper.finding.RECORDS_AT_ONCE", 2)
    handle, pages = app.handle, iter(range(10))

    def between(request: Any) -> Any:
        if "/records?" in request.target and next(pages) == 1:
            with Database.embedded(app) as other:
                other.delete(Item, ids[0])
        return handle(request)

    app.handle = between  # type: ignore[method-assign]
    with pytest.raises(DriftError):
        db.find(Item).missing(ids)
    app.handle = handle  # type: ignore[method-assign]
    assert db.find(Item).missing(ids, by=Item.number) == [ids[0], ids[1], ids[4]]
    assert ids_of(db.find(Item).all()) == [ids[2], ids[3], ids[5]]
