"""Values of every type, read, found, changed and written by way of a server."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import HttpUrl
from scenarios.conftest import Office
from scenarios.things import Address, Colour, Day, Level, Narrow, Part, Thing

from fmorm import (
    BadValue,
    Condition,
    ConflictError,
    Database,
    FindError,
    MappingError,
    NoAccess,
    PrivilegeError,
    state,
)

SCHEMA = Path(__file__).parent / "types.toml"

ANY: Any = Thing
"""The class for mistakes that type checkers refuse."""

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": ANY_TEXT.filter(bool).map(lambda text: text.replace("\r", "\n")),
    "born": st.dates(date(1, 1, 1), date(4000, 12, 31)),
    "count": st.integers(-(10**58), 10**58),
    "exact": st.decimals(-(10**58), 10**58, allow_nan=False),
    "about": st.floats(allow_nan=False, allow_infinity=False),
    "length": st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000)),
    "clock": st.times(),
    "at": st.datetimes(datetime(1, 1, 2), datetime(4000, 12, 30), timezones=st.just(UTC)).filter(
        lambda moment: not (2 <= moment.month <= 4 or 9 <= moment.month <= 11)
    ),
    "tags": st.lists(ANY_TEXT.filter(lambda text: text and "\r" not in text and "\n" not in text)),
    "colour": st.sampled_from(Colour),
    "level": st.sampled_from(Level),
    "status": st.sampled_from(["open", "closed"]),
    "said": st.booleans(),
    "flag": st.booleans(),
    "site": st.integers(1).map(lambda number: HttpUrl(f"https://example.com/{number}?a=%20")),
    "uuid": st.uuids(),
    "address": st.builds(Address, city=ANY_TEXT, lines=st.lists(ANY_TEXT, max_size=3)),
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.fixed_dictionaries({}, optional=VALUES))
def test_what_is_written_is_read_back_and_written_again_the_same(
    office: Office, db: Database, values: Any
) -> None:
    record_id = int(state(db.create(Thing(key="new", **values))).record_id or 0)
    again = db.get(Thing, record_id)
    assert {attr: getattr(again, attr) for attr in values} == values
    assert not state(again).is_dirty
    db.update(Thing, record_id, {attr: getattr(again, attr) for attr in values})
    once_more = db.get(Thing, record_id)
    assert {attr: getattr(once_more, attr) for attr in values} == values
    db.delete(Thing, record_id)
    office.forget()


def keys(db: Database, *conditions: Condition) -> str:
    return "".join(sorted(thing.key for thing in db.find(Thing).where(*conditions)))


# -- in place --------------------------------------------------------------------------------------------


def test_a_change_in_place_is_saved_once(office: Office, db: Database) -> None:
    thing = db.get(Thing, key="A")
    thing.tags.append("vip")
    thing.parts[0].labels.remove("black")
    office.forget()
    db.save(thing)
    assert office.last("PATCH")["fieldData"] == {"Tags": "red\rnew\rvip"}
    db.save(thing)
    assert len(office.sent) == 1
    again = db.get(Thing, key="A")
    assert (again.tags, again.parts[0].labels) == (["red", "new", "vip"], ["round"])


def test_a_new_record_and_its_rows_are_watched_from_then_on(db: Database) -> None:
    thing = Thing(key="D", tags=["a"])
    thing.parts.append(Part(name="p", labels=["x"]))
    db.create(thing)
    thing.tags.append("b")
    thing.parts[0].labels.append("y")
    db.save(thing)
    again = db.get(Thing, key="D")
    assert (again.tags, again.parts[0].labels) == (["a", "b"], ["x", "y"])


def test_two_writers_of_one_list_are_a_conflict_that_tells_all_three(office: Office) -> None:
    mine, theirs = office.open(), office.open()
    thing, other = mine.get(Thing, key="A"), theirs.get(Thing, key="A")
    other.tags.append("theirs")
    theirs.save(other)
    thing.tags.append("mine")
    with pytest.raises(ConflictError) as caught:
        mine.save(thing)
    error = caught.value
    assert error.base["tags"] == ["red", "new"]
    assert error.mine["tags"] == ["red", "new", "mine"]
    assert error.theirs["tags"] == ["red", "new", "theirs"]


def test_a_list_that_cannot_be_written_sends_nothing(office: Office, db: Database) -> None:
    thing = db.get(Thing, key="A")
    thing.tags.append("two\nlines")
    office.forget()
    with pytest.raises(BadValue, match="line break"):
        db.save(thing)
    assert office.sent == []
    assert state(thing).is_dirty


def test_update_and_create_take_the_same_values(db: Database) -> None:
    record_id = int(state(db.get(Thing, key="B")).record_id or 0)
    moment = datetime(2026, 7, 1, 10, tzinfo=UTC)
    db.update(Thing, record_id, {"tags": ["x", "y"], "at": moment, "colour": Colour.RED, "said": True})
    thing = db.get(Thing, record_id)
    assert (thing.tags, thing.at, thing.colour, thing.said) == (["x", "y"], moment, Colour.RED, True)


# -- finding ---------------------------------------------------------------------------------------------


def test_has_finds_whole_values_of_a_list(db: Database) -> None:
    assert keys(db, Thing.tags.has("new")) == "AC"
    assert keys(db, Thing.tags.has("red")) == "A"
    assert keys(db, ~Thing.tags.has("new")) == "B"
    assert keys(db, Thing.tags.has("red and blue") | Thing.tags.has("renewed")) == "BC"
    assert keys(db, Thing.tags.has("e")) == ""
    assert keys(db, Thing.tags.has("new"), Thing.colour == Colour.RED) == "A"
    assert keys(db, Thing.parts.labels.has("black")) == "A"


@pytest.mark.parametrize("value", ["a*", "*", "@b", "x==y", '"q"', "#", "a...b", "\\", "//", "é~"])
def test_no_character_of_a_value_is_an_operator(db: Database, value: str) -> None:
    db.create(Thing(key="X", tags=["first", value, "last"]))
    db.create(Thing(key="Y", tags=["axb", "0", "b"]))
    assert keys(db, Thing.tags.has(value)) == "X"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["a", "ab", "b a", "A", "é"]), max_size=4), st.sampled_from(["a", "ab", "b a"])
)
def test_has_agrees_with_python(office: Office, db: Database, tags: list[str], value: str) -> None:
    thing = db.create(Thing(key="new", tags=tags))
    found = keys(db, Thing.key == "new", Thing.tags.has(value)) == "new"
    assert found == (value in [tag.lower() for tag in tags])
    db.delete(thing)
    office.forget()


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Thing.tags == ["red", "new"], "A"),
        (Thing.length == timedelta(hours=26, minutes=30, milliseconds=500), "A"),
        (Thing.length < timedelta(), "B"),
        (Thing.length.between(timedelta(hours=-1), timedelta(days=2)), "AB"),
        ((Thing.length > timedelta(hours=-2)) & (Thing.length < timedelta(hours=2)), "B"),
        (Thing.clock == time(6, 30), "A"),
        (Thing.at == datetime(2026, 7, 1, 10, tzinfo=UTC), "A"),
        (Thing.at >= datetime(2026, 7, 1, 10, 0, 1, tzinfo=UTC), ""),
        (Thing.at.on(date(2026, 7, 1)), "A"),
        (Thing.at.on(date(2026, 7, 1)) & (Thing.at > datetime(2026, 7, 1, 9, tzinfo=UTC)), "A"),
        (Thing.at.on(date(2026, 7, 1)) & (Thing.at < datetime(2026, 7, 1, 9, tzinfo=UTC)), ""),
        (Thing.at.between(datetime(2026, 7, 1, 9, tzinfo=UTC), datetime(2026, 7, 1, 11, tzinfo=UTC)), "A"),
        (Thing.colour == Colour.BLUE, "B"),
        (Thing.colour != Colour.BLUE, "AC"),
        (Thing.colour.in_([Colour.RED, Colour.BLUE]), "AB"),
        (ANY.level >= Level.HIGH, "A"),
        (Thing.level.in_([Level.LOW]), "B"),
        (Thing.status == "open", "A"),
        (Thing.said.is_(True), "A"),
        (Thing.said.is_(False), "BC"),
        (Thing.flag.is_(True), "A"),
        (Thing.flag.is_(False), "BC"),
        (Thing.colour == None, "C"),  # noqa: E711
    ],
)
def test_conditions_take_the_values_of_the_field(db: Database, condition: Condition, found: str) -> None:
    assert keys(db, condition) == found


def test_values_of_pydantics_are_found_by_their_text(db: Database) -> None:
    site, uuid, address = HttpUrl("https://x.example/a?b=*"), UUID(int=5), Address(city="Bergen", lines=["*"])
    db.create(Thing(key="D", site=site, uuid=uuid, address=address, days=[Day.MONDAY]))
    assert keys(db, Thing.site == site, Thing.uuid == uuid) == "D"
    assert keys(db, Thing.address == address) == "D"
    assert keys(db, Thing.days == Day.MONDAY) == "D"


@pytest.mark.parametrize(
    ("condition", "error", "words"),
    [
        (lambda: ANY.name.has("x"), TypeError, "lists"),
        (lambda: ANY.tags.has(5), TypeError, "takes a str"),
        (lambda: ANY.tags.has(""), FindError, "empty"),
        (lambda: ANY.tags.has("a\nb"), FindError, "line break"),
        (lambda: ANY.tags < ["a"], TypeError, "no order"),
        (lambda: ANY.colour < Colour.RED, TypeError, "no order"),
        (lambda: ANY.colour == "red", TypeError, "Colour"),
        (lambda: ANY.status == "other", FindError, "none of"),
        (lambda: ANY.at == datetime(2026, 7, 1), FindError, "time zone"),
        (lambda: ANY.at > datetime(2026, 10, 25, 1, 30, tzinfo=UTC), FindError, "comes twice"),
        (lambda: ANY.said > True, TypeError, "is_"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(condition: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        condition()


# -- what cannot be had ----------------------------------------------------------------------------------


def test_a_find_collects_what_does_not_fit(db: Database) -> None:
    with pytest.raises(MappingError, match="timedelta"):
        db.find(Narrow).all()
    first, second, third = db.find(Narrow).on_bad_value("collect")
    assert state(first).bad_values.keys() == {"length", "flag", "score[0]", "score[1]"}
    assert state(second).bad_values.keys() == {"length"}
    assert state(third).bad_values.keys() == {"flag"}
    first.name = "changed"
    db.save(first)
    db.reload(first)
    assert (first.name, state(first).bad_values["length"].raw) == ("changed", "26:30:00.5")
    assert db.get(Thing, key="A").length == timedelta(hours=26, minutes=30, milliseconds=500)


def test_a_find_keeps_what_does_not_fit(db: Database) -> None:
    kept: Any = db.find(Narrow).where(Narrow.key == "A").on_bad_value("keep").one()
    assert (kept.length, kept.flag, list(kept.score)) == ("26:30:00.5", 5, [10, 20])
    assert not state(kept).is_dirty
    kept.length = time(1, 2)
    db.save(kept)
    assert db.get(Thing, key="A").length == timedelta(hours=1, minutes=2)


def test_a_conflict_over_a_record_with_bad_values_is_told(office: Office) -> None:
    mine, theirs = office.open(), office.open()
    narrow = mine.find(Narrow).where(Narrow.key == "A").on_bad_value("collect").one()
    thing = theirs.get(Thing, key="A")
    thing.name = "theirs"
    theirs.save(thing)
    narrow.name = "mine"
    with pytest.raises(ConflictError) as caught:
        mine.save(narrow)
    assert (caught.value.mine, caught.value.theirs) == ({"name": "mine"}, {"name": "theirs"})


def test_an_unknown_policy_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="'collect'"):
        db.find(ANY).on_bad_value(cast("Any", "ignore"))


def test_what_an_account_may_not_see_is_no_bad_value_and_is_left_alone(office: Office) -> None:
    clerk = office.open(user="clerk", **({"password": "clerk"} if office.url else {}))
    thing = clerk.get(Thing, key="A")
    assert state(thing).no_access == ["name", "born", "score[0]", "score[1]"]
    with pytest.raises(NoAccess, match="'Born'"):
        _ = thing.born
    with pytest.raises(NoAccess, match="portal"):
        _ = thing.parts[0].size
    thing.tags.append("seen")
    thing.parts[0].labels.append("seen")
    clerk.save(thing)
    mine = office.open().get(Thing, key="A")
    assert (mine.name, mine.born, list(mine.score), mine.parts[0].size) == (
        "first",
        date(2001, 4, 17),
        [10, 20],
        3,
    )
    assert mine.tags == ["red", "new", "seen"]
    thing.name = "x"
    with pytest.raises(PrivilegeError):
        clerk.save(thing)


def test_long_numbers_are_exact_both_ways(db: Database) -> None:
    number, exact = (
        3070884973408833919385016168376332397025719676107210536517,
        Decimal("-0." + "123456789" * 6),
    )
    created = db.create(Thing(key="D", count=number, exact=exact))
    again = db.get(Thing, int(state(created).record_id or 0))
    assert (again.count, again.exact) == (number, exact)
    assert keys(db, Thing.count == number, Thing.exact == exact) == "D"
