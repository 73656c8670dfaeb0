"""Slips of programmers: what they see, and that nothing comes of it."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable
from contextlib import closing
from operator import not_
from typing import Any

import pytest
from bad_input.witness import dirty, each, saves, told, unharmed
from scenarios.conftest import SCHEMA, Office
from scenarios.office import Address, AddressRecord, Person, SlimPerson

from fmorm import (
    AsyncDatabase,
    Database,
    Field,
    FindError,
    FmormError,
    NotLoaded,
    PortalRow,
    RecordStateError,
    field,
    state,
)
from fmorm.mapper.home import Home
from fmorm.server import App, load_schema


class Bare(PortalRow, table="address"):
    """A row of a table occurrence that is also the name of a layout, as in FileMaker it mostly is."""

    city: Field[str] = field("City")


# -- await, with, for ------------------------------------------------------------------------------------


@pytest.fixture
def app() -> Any:
    app = App(load_schema(SCHEMA))
    yield app
    assert app.session_count == 0
    app.close()


def test_a_forgotten_await_is_warned_of_and_does_nothing(app: App) -> None:
    async def forgetting() -> None:
        async with AsyncDatabase.embedded(app) as db:
            ann = await db.get(Person, 1)
            ann.name = "Anne"
            app.requests.clear()
            for verb in each(
                lambda: db.get(Person, 1),
                lambda: db.save(ann),
                lambda: db.create(Person(name="Dag")),
                lambda: db.update(Person, 1, {"name": "x"}),
                lambda: db.delete(Person, 1),
                lambda: db.reload(ann),
                lambda: db.find(Person).all(),
                lambda: db.find(Person).count(),
            ):
                with pytest.warns(RuntimeWarning, match=r"coroutine 'Async.*' was never awaited"):
                    dropped(verb)
            assert not app.requests, "nothing was sent"
            assert state(ann).originals == {"name": "Ann Berg"}
            await db.save(ann)

    asyncio.run(forgetting())


def dropped(verb: Callable[[], object]) -> None:
    """Call, and let go of what comes."""
    verb()
    gc.collect()


def test_a_forgotten_await_shows_when_the_result_is_used(app: App) -> None:
    async def forgetting() -> None:
        async with AsyncDatabase.embedded(app) as opened:
            db: Any = opened
            for use in each(
                lambda: db.get(Person, 1).name,
                lambda: list(db.find(Person).all()),
                lambda: db.find(Person).count() + 1,
            ):
                with pytest.raises((AttributeError, TypeError), match="coroutine"):
                    use()
            with closing(db.get(Person, 1)) as forgotten, pytest.raises(TypeError, match=r"coroutine|Async"):
                await db.save(forgotten)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        asyncio.run(forgetting())
        gc.collect()


def test_a_sync_database_may_be_used_in_a_task(app: App) -> None:
    async def mixing() -> str:
        with Database.embedded(app) as db:
            return db.get(Person, 1).name

    assert asyncio.run(mixing()) == "Ann Berg"


def test_the_wrong_kind_of_with_is_told(app: App) -> None:
    without_async: Any = AsyncDatabase.embedded(app)
    with_async: Any = Database.embedded(app)
    with told(TypeError, "AsyncDatabase", "context manager"), without_async:
        pass

    async def wrong() -> None:
        async with with_async:
            pass

    with told(TypeError, r"\bDatabase'", "asynchronous context manager"):
        asyncio.run(wrong())


def test_the_wrong_kind_of_for_is_told(app: App) -> None:
    async def wrong() -> None:
        async with AsyncDatabase.embedded(app) as db:
            find: Any = db.find(Person)
            for verb in each(
                lambda: list(find), lambda: [*find], lambda: sorted(find), lambda: next(iter(find))
            ):
                with told(TypeError, "async for"):
                    verb()
            with told(TypeError, "async for"):
                assert None not in find
            with told(TypeError, "AsyncFind", "await"):
                await find

    asyncio.run(wrong())

    async def other() -> None:
        with Database.embedded(app) as db:
            find: Any = db.find(Person)
            async for _ in find:
                pass

    with told(TypeError, "'async for'", "Find"):
        asyncio.run(other())
    assert not any("/layouts/" in request.target for request, _ in app.requests)


# -- classes for records, records for classes ------------------------------------------------------------

NO_RECORDS: list[Any] = [Person, None, "1", 1, {"name": "x"}, [], object()]


@pytest.mark.parametrize("given", NO_RECORDS, ids=lambda given: ascii(given).partition(" at ")[0])
def test_what_is_no_record_is_not_taken_for_one(office: Office, db: Database, given: Any) -> None:
    ann = dirty(db)
    office.forget()
    with unharmed(office, db, ann):
        for name in ("create", "save", "reload", "delete"):
            with told(TypeError, rf"{name}|record"):
                getattr(db, name)(given)
        assert office.sent == []


def test_several_records_are_not_one(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    with unharmed(office, db, ann):
        for name in ("create", "save", "reload", "delete"):
            with told(TypeError, rf"{name}|record"):
                getattr(db, name)([ann])


NO_CLASSES: list[Any] = [
    Person(name="x"),
    None,
    "person",
    dict,
    Address,
    Address(city="x"),
    Person.name,
    Person.addresses,
]


@pytest.mark.parametrize("given", NO_CLASSES, ids=ascii)
def test_what_is_no_class_of_a_layout_is_not_taken_for_one(office: Office, db: Database, given: Any) -> None:
    with unharmed(office, db):
        for verb in each(
            lambda: db.find(given),
            lambda: db.get(given, 1),
            lambda: db.get(given, id="A"),
            lambda: db.update(given, 1, {"name": "x"}),
        ):
            with told(TypeError, "class|model|Model"):
                verb()
        assert office.sent == []


@pytest.mark.parametrize("row", [Address(city="Voss"), Bare(city="Voss")], ids=["Address", "Bare"])
def test_a_row_is_no_record_of_its_own(office: Office, db: Database, row: Any) -> None:
    """Its table occurrence may well be the name of a layout, and then it would get a record there."""
    with unharmed(office, db, row):
        for name in ("create", "save", "reload", "delete"):
            with told(TypeError, rf"{type(row).__name__}", "row"):
                getattr(db, name)(row)
        assert office.sent == []


def test_a_row_that_exists_is_no_record_of_its_own(office: Office, db: Database) -> None:
    ann: Any = db.get(Person, 1)
    ann.addresses[0].city = "Voss"
    row = ann.addresses[0]
    office.forget()
    with unharmed(office, db, ann):
        for name in ("create", "save", "reload", "delete"):
            with told(TypeError, "Address", "row"):
                getattr(db, name)(row)
        assert office.sent == []


def test_a_new_row_belongs_to_one_record(office: Office, db: Database) -> None:
    """Else the second save would silently leave it out."""
    ann, bo, row = db.get(Person, 1), db.get(Person, 2), Address(city="Voss")
    ann.addresses.append(row)
    with unharmed(office, db, ann, bo), told(RecordStateError, r"Person\.addresses", "another|append"):
        bo.addresses.append(row)
    again = office.open()
    again.save(ann)
    again.save(bo)
    assert [one.city for one in again.get(Person, 1).addresses] == ["Bergen", "Trondheim", "Voss"]
    assert [one.city for one in again.get(Person, 2).addresses] == ["Oslo"]


def test_a_new_row_of_two_new_records_is_told(office: Office, db: Database) -> None:
    row = Address(city="Voss")
    with told(RecordStateError, r"Person\.addresses"):
        for name in ("Dag", "Eva"):
            Person(name=name).addresses.append(row)


def test_a_row_of_one_record_is_not_appended_to_another(office: Office, db: Database) -> None:
    ann, bo = db.get(Person, 1), db.get(Person, 2)
    row = ann.addresses[0]
    with unharmed(office, db, ann, bo):
        for record in (ann, bo):
            with told(RecordStateError, r"Person\.addresses: row 1 exists already", "append a new row"):
                record.addresses.append(row)
        with told(ValueError, r"Person\.addresses: that is no row of this portal"):
            bo.addresses.remove(row)


def test_a_new_row_is_not_appended_twice(office: Office, db: Database) -> None:
    ann, row = db.get(Person, 1), Address(city="Voss")
    ann.addresses.append(row)
    with unharmed(office, db, ann), told(RecordStateError, "this very row was appended already"):
        ann.addresses.append(row)


def test_what_a_portal_is_not_made_for_is_told(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    row = Address(city="Voss")
    with unharmed(office, db, ann):
        for verb in each(
            lambda: ann.addresses.insert(0, row),
            ann.addresses.sort,
            ann.addresses.reverse,
            lambda: ann.addresses.__setitem__(0, row),
            lambda: ann.addresses.__iadd__([row]),
        ):
            with told(TypeError, r"Person\.addresses: "):
                verb()
        with told(IndexError, r"Person\.addresses has 2 rows; there is no \[5\]"):
            _ = ann.addresses[5]
        with told(LookupError, "no row that is loaded has record id 99"):
            ann.addresses.by_id(99)


# -- finds -----------------------------------------------------------------------------------------------

CLASS: Any = Person
"""The class as a program without types sees it."""

SLIPS: dict[str, tuple[type[Exception], Callable[[Any], Any], str]] = {
    "where with text": (TypeError, lambda find: find.where("Name = x"), "where takes conditions"),
    "where with True": (
        TypeError,
        lambda find: find.where(True),
        "where takes conditions and was given True",
    ),
    "where with False": (TypeError, lambda find: find.where(False), "Python compared two values itself"),
    "where with None": (TypeError, lambda find: find.where(None), "where takes conditions"),
    "where with a field": (TypeError, lambda find: find.where(CLASS.active), r"Person\.active\.is_\(True\)"),
    "where with a dict": (TypeError, lambda find: find.where({"Name": "x"}), "where takes conditions"),
    "where by name": (TypeError, lambda find: find.where(name="x"), "unexpected keyword argument 'name'"),
    "where with a class": (TypeError, lambda find: find.where(Person), "where takes conditions"),
    "where with a portal": (TypeError, lambda find: find.where(CLASS.addresses), "where takes conditions"),
    "omit with text": (TypeError, lambda find: find.omit("Name = x"), "omit takes conditions"),
    "and": (
        TypeError,
        lambda find: find.where((CLASS.name == "x") and (CLASS.code == "y")),
        "no truth value.*& |",
    ),
    "not": (TypeError, lambda find: find.where(not_(CLASS.name == "x")), "no truth value"),
    "chained": (TypeError, lambda find: find.where(1 < CLASS.number < 5), "no truth value.*between"),
    "no parentheses": (
        TypeError,
        lambda find: find.where(CLASS.name == "x" & CLASS.code == "y"),
        "parentheses",
    ),
    "in": (TypeError, lambda find: find.where("x" in CLASS.phones), "`in` does not make conditions"),
    "sort with text": (TypeError, lambda find: find.sort("Name"), r"sort takes fields such as Person\.name"),
    "sort with a class": (TypeError, lambda find: find.sort(Person), "sort takes fields"),
    "sort with None": (TypeError, lambda find: find.sort(None), "sort takes fields"),
    "sort with a condition": (TypeError, lambda find: find.sort(Person.name == "x"), "sort takes fields"),
    "sort with a portal": (TypeError, lambda find: find.sort(Person.addresses), "sort takes fields"),
    "sort with repetitions": (
        TypeError,
        lambda find: find.sort(Person.phones),
        r"sort by one repetition, Person\.phones\[0\]",
    ),
    "limit below zero": (FindError, lambda find: find.limit(-1), "the limit is -1"),
    "limit with text": (TypeError, lambda find: find.limit("5"), "the limit"),
    "limit with a fraction": (TypeError, lambda find: find.limit(1.5), "the limit"),
    "limit with True": (TypeError, lambda find: find.limit(True), "the limit is a number and was given True"),
    "offset below zero": (FindError, lambda find: find.offset(-1), "the offset is -1"),
    "offset with text": (TypeError, lambda find: find.offset("5"), "the offset"),
    "offset with None": (TypeError, lambda find: find.offset(None), "the offset"),
    "an index": (TypeError, lambda find: find[0], r"find\[:10\]; one record is find\.offset\(0\)\.first\(\)"),
    "an index from the end": (TypeError, lambda find: find[-1], "a find is sliced"),
    "a slice from the end": (FindError, lambda find: find[-1:], "does not count from the end"),
    "a slice to the end": (FindError, lambda find: find[:-1], "does not count from the end"),
    "a step": (FindError, lambda find: find[::2], "not sliced with a step"),
    "backwards": (FindError, lambda find: find[::-1], "not sliced with a step"),
    "a slice of text": (TypeError, lambda find: find["a":"b"], "the start of a slice"),
    "truth": (TypeError, bool, "no truth value before it is run"),
    "length": (TypeError, len, "Find"),
    "portals by name": (
        FindError,
        lambda find: find.portals("addresses"),
        r"no portal of Person; its portals are Person\.addresses",
    ),
    "portals by class": (FindError, lambda find: find.portals(Address), "no portal of Person"),
    "portals by field": (FindError, lambda find: find.portals(Person.name), "no portal of Person"),
    "portals twice": (
        FindError,
        lambda find: find.portals(Person.addresses, Person.addresses),
        "chosen twice",
    ),
    "portal without rows": (
        FindError,
        lambda find: find.portal(Person.addresses, limit=0),
        "limited to no rows",
    ),
    "portal below zero": (
        FindError,
        lambda find: find.portal(Person.addresses, limit=-1),
        "the limit of a portal is -1",
    ),
    "portal limit with text": (
        TypeError,
        lambda find: find.portal(Person.addresses, limit="5"),
        "the limit of a portal",
    ),
    "portal offset below zero": (
        FindError,
        lambda find: find.portal(Person.addresses, offset=-1),
        "the offset of a portal",
    ),
    "raw with nothing": (FindError, lambda find: find.where(CLASS.name.raw("")), "no criterion"),
    "raw with a number": (
        TypeError,
        lambda find: find.where(CLASS.name.raw(5)),
        r"Person\.name\.raw takes the text",
    ),
    "is_ on text": (
        TypeError,
        lambda find: find.where(CLASS.name.is_(True)),
        "is_ is for fields that hold bool",
    ),
    "order of truth": (TypeError, lambda find: find.where(CLASS.active > False), "no order"),
    "text of a number": (
        TypeError,
        lambda find: find.where(CLASS.number.startswith("1")),
        "startswith is for fields held as str",
    ),
    "a repetition too many": (IndexError, lambda find: find.where(CLASS.phones[3] == "x"), "3 repetitions"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_find_is_told_when_it_is_made(still: Any, slip: str) -> None:
    cls, make, says = SLIPS[slip]
    with told(cls, says):
        make(still.find(Person))


ELSEWHERE: list[Callable[[Any], Any]] = [
    lambda find: find.where(AddressRecord.city == "x"),
    lambda find: find.omit(AddressRecord.city == "x"),
    lambda find: find.sort(AddressRecord.city),
    lambda find: find.where(Person.addresses.city == "x").portals(SlimPerson.name),
]


@pytest.mark.parametrize("make", ELSEWHERE, ids=["where", "omit", "sort", "portals"])
def test_a_field_of_another_model_is_told(office: Office, db: Database, make: Callable[[Any], Any]) -> None:
    with unharmed(office, db):
        with pytest.raises((TypeError, FmormError)) as caught:
            make(db.find(Person)).all()
        with told(type(caught.value), "AddressRecord|Person|layout 'person'"):
            raise caught.value


# -- records elsewhere, databases that are closed --------------------------------------------------------


def test_a_record_of_another_database_is_not_saved_here(office: Office, db: Database) -> None:
    app = App(load_schema(SCHEMA), host="other")
    try:
        stranger = Office(app, office.colour, None, office.loop, office.opened).open()
        inner: Any = getattr(stranger, "inner", stranger)
        inner._home = Home("https://other.example.com", inner._home.place)
        ann = dirty(db)
        with unharmed(office, db, ann):
            for verb in each(
                lambda: stranger.save(ann),
                lambda: stranger.reload(ann),
                lambda: stranger.delete(ann),
            ):
                with told(
                    RecordStateError, "layout 'person' of 'Office & Co' on http", r"https://other\.example\.com",
                    "record ids mean nothing elsewhere",
                ):  # fmt: skip
                    verb()
            with told(RecordStateError, "exists already as record 1"):
                stranger.create(ann)
            assert not app.requests
        stranger.close()
    finally:
        app.close()
    saves(office.open(), ann)


def test_a_closed_database_is_told_by_every_verb(office: Office, db: Database) -> None:
    ann = dirty(db)
    new = Person(name="Dag")
    find = db.find(Person)
    db.close()
    office.forget()
    with unharmed(office, db, ann, new, works=False):
        for verb in each(
            lambda: db.get(Person, 1),
            lambda: db.get(Person, id="A"),
            lambda: db.save(ann),
            lambda: db.create(new),
            lambda: db.reload(ann),
            lambda: db.update(Person, 1, {"name": "x"}),
            lambda: db.delete(Person, 1),
            find.all,
            find.first,
            find.one,
            find.count,
            find.exists,
            lambda: list(find),
        ):
            with told(RecordStateError, "this database object is closed: open another one"):
                verb()
        assert office.sent == []
    saves(office.open(), ann)


def test_a_database_that_is_closed_in_the_middle_of_a_loop_is_told(
    office: Office, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fmorm.mapper.finding.RECORDS_AT_ONCE", 1)
    seen: list[str] = []
    with told(RecordStateError, "this database object is closed"):
        for person in db.find(Person):
            seen.append(person.name)
            db.close()
    assert seen == ["Ann Berg"]
    assert office.app.session_count == 0


def test_what_was_not_set_is_not_guessed(office: Office, db: Database) -> None:
    new = Person(name="Dag")
    with told(NotLoaded, r"Person\.born was neither set nor loaded", r"db\.create\(record, reload=True\)"):
        getattr(new, "born", None)
    created = db.create(new)
    with told(NotLoaded, r"Person\.number is not loaded", r"db\.load\(record, Person\.number\)"):
        _ = created.number
