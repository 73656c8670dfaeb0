from __future__ import annotations

import threading
from contextlib import closing
from decimal import Decimal
from typing import Any, cast

import pytest
from many.stock import SCHEMA, Item, Noted

from fmorm import (
    ConflictError,
    Database,
    Field,
    FindError,
    Model,
    MultipleFound,
    NotUnique,
    OutcomeUnknown,
    Portal,
    PortalRow,
    Retry,
    field,
    portal,
    state,
)
from fmorm.server import App, Request, load_schema


class Note(PortalRow, table="note"):
    text: Field[str] = field("Text")


class WithNotes(Model, layout="item"):
    code: Field[str] = field("Code", unique=True)
    name: Field[str] = field("Name", default="unnamed")
    price: Field[int | None] = field("Price")
    notes: Portal[Note] = portal("note")


def codes(app: App) -> list[str]:
    with Database.embedded(app) as other:
        return [item.code for item in other.find(Item)]


def test_it_is_read_where_it_is_there_and_created_where_it_is_not(db: Database, app: App) -> None:
    first, created = db.get_or_create(Item(code="a", name="first"), by=Item.code)
    again, created_again = db.get_or_create(Item(code="A", name="second"), by=Item.code)
    assert (created, created_again) == (True, False)
    assert (state(again).record_id, again.name) == (state(first).record_id, "first")
    assert codes(app) == ["a"]


def test_upsert_puts_what_was_given_on_it_and_leaves_the_rest(db: Database) -> None:
    made, created = db.upsert(Item(code="a", name="first", tags=["x", "y"]), by=Item.code)
    assert created
    put, created = db.upsert(Item(code="A", price=Decimal(5)), by=Item.code)
    assert (created, put.code, put.name, put.price, list(put.tags)) == (
        False,
        "a",
        "first",
        Decimal(5),
        ["x", "y"],
    )
    assert state(put).record_id == state(made).record_id
    assert not state(put).is_dirty
    db.upsert(WithNotes(code="a"), by=WithNotes.code)
    assert db.get(Item, code="a").name == "first", "a default of the class is for new records"
    assert db.upsert(WithNotes(code="b"), by=WithNotes.code)[0].name == "unnamed"


@pytest.mark.parametrize("verb", ["get_or_create", "upsert"])
def test_of_two_that_come_at_once_one_creates_it(db: Database, app: App, verb: str) -> None:
    """The other one comes between the find and the creation."""
    handle = app.handle
    comes = iter([True])

    def between(request: Request) -> Any:
        if request.method == "POST" and request.target.endswith("/records") and next(comes, False):
            with Database.embedded(app) as other:
                other.create(Item(code="a", name="theirs"))
        return handle(request)

    app.handle = between  # type: ignore[method-assign]
    item, created = getattr(db, verb)(Item(code="a", name="mine"), by=Item.code)
    assert not created
    assert item.name == ("theirs" if verb == "get_or_create" else "mine")
    assert codes(app) == ["a"]


def test_of_many_threads_one_creates_it(db: Database, app: App) -> None:
    made: list[bool] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        made.append(db.get_or_create(Item(code="a", name="x"), by=Item.code)[1])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]
    assert codes(app) == ["a"]


def test_upsert_goes_on_top_of_who_saves_at_the_same_time_within_a_bound(db: Database, app: App) -> None:
    db.create(Item(code="a", name="first"))
    handle = app.handle
    times = iter(range(2))

    def between(request: Request) -> Any:
        if request.method == "PATCH" and b"modId" in request.body and next(times, None) is not None:
            with Database.embedded(app) as other:
                other.update(Item, 1, {"number": 7})
        return handle(request)

    app.handle = between  # type: ignore[method-assign]
    db.upsert(Item(code="a", name="mine"), by=Item.code)
    item = db.get(Item, 1)
    assert (item.name, item.number) == ("mine", 7)
    app.handle = handle  # type: ignore[method-assign]
    app.faults.fail(306, on="edit")
    with pytest.raises(ConflictError):
        db.upsert(Item(code="a", name="again"), by=Item.code)


def test_a_key_that_is_not_declared_unique_is_refused_with_advice(db: Database, app: App) -> None:
    with pytest.raises(
        FindError, match=r"Item\.number is not declared unique, and two programs.*unique=True"
    ):
        db.get_or_create(Item(number=1), by=Item.number)
    with pytest.raises(FindError, match=r"has no Item\.code, by which"):
        db.upsert(Item(name="x"), by=Item.code)
    with pytest.raises(FindError, match=r"no Item\.code"):
        db.upsert(Item(code="", name="x"), by=Item.code)
    with pytest.raises(TypeError, match=r"by is a field that is declared unique"):
        db.upsert(Item(code="a"), by=cast("Any", "code"))
    with pytest.raises(FindError, match="no portal rows"):
        db.upsert(WithNotes(code="a", notes=[Note(text="x")]), by=WithNotes.code)
    assert list(app.requests) == []
    with pytest.raises(FindError, match="exists already"):
        db.upsert(db.create(Item(code="a", name="x")), by=Item.code)


def test_where_filemaker_does_not_validate_it_two_are_told_of() -> None:
    fields = SCHEMA["tables"]["Item"]["fields"] | {"Code": "text"}
    tables = SCHEMA["tables"] | {"Item": {"fields": fields}}
    with closing(App(load_schema(SCHEMA | {"tables": tables}))) as app, Database.embedded(app) as db:
        db.create(Item(code="a", name="x"))
        db.create(Item(code="a", name="y"))
        with pytest.raises(MultipleFound):
            db.get_or_create(Item(code="a", name="z"), by=Item.code)


def test_another_field_that_is_there_already_is_no_record_of_the_key(db: Database) -> None:
    db.create(Noted(code="a", shelf="1", name=""))
    with pytest.raises(NotUnique):
        db.get_or_create(Noted(code="b", shelf="1", name=""), by=Noted.code)


@pytest.mark.parametrize("when", ["before commit", "after commit", "mid-body"])
@pytest.mark.parametrize("verb", ["get_or_create", "upsert"])
def test_after_a_lost_reply_there_is_one_and_doing_it_again_is_safe(app: App, when: Any, verb: str) -> None:
    with Database.embedded(app) as db:
        app.faults.drop(when, on="create", times=1)
        _, created = getattr(db, verb)(Item(code="a", name="mine"), by=Item.code)
        assert created
        assert codes(app) == ["a"]
    with Database.embedded(app, retry=Retry(attempts=1)) as db:
        app.faults.drop(when, on="create", times=1)
        new = Item(code="b", name="mine")
        with pytest.raises(OutcomeUnknown):
            getattr(db, verb)(new, by=Item.code)
        done = codes(app) == ["a", "b"]
        item, created = getattr(db, verb)(Item(code="b", name="mine"), by=Item.code)
        assert (created, item.name) == (not done, "mine")
        assert codes(app) == ["a", "b"]
