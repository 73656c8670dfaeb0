from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from scenarios.conftest import Office
from scenarios.office import Address, AddressRecord, Person

from fmorm import (
    AsyncDatabase,
    Condition,
    Database,
    DriftError,
    FindError,
    MultipleFound,
    NotFound,
    NotLoaded,
)


def names(db: Database, *conditions: Condition) -> str:
    """The first letters of those found."""
    return "".join(person.name[0] for person in db.find(Person).where(*conditions))


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Person.name == "ann berg", "A"),
        (Person.name == "ann", ""),
        (Person.name != "Ann Berg", "BC"),
        (Person.name.startswith("B"), "B"),
        (Person.name.endswith("lund"), "C"),
        (Person.name.contains("ah"), "B"),
        (Person.name.matches("ber"), "A"),
        (Person.name.in_(["Ann Berg", "Cleo Lund"]), "AC"),
        (Person.name.in_([]), ""),
        (Person.notes.is_empty(), "BC"),
        (Person.notes.not_empty(), "A"),
        (Person.notes == None, "BC"),  # noqa: E711 - what users write
        (Person.born == date(2001, 4, 17), "A"),
        (Person.born > date(2001, 4, 17), "B"),
        (Person.born >= date(2001, 4, 17), "AB"),
        (Person.born < date(2003, 11, 2), "A"),
        (Person.born.between(date(2001, 1, 1), date(2003, 12, 31)), "AB"),
        (~(Person.born > date(2001, 4, 17)), "AC"),
        (Person.wakes == time(6, 30), "A"),
        (Person.wakes < time(6, 30), ""),
        (Person.seen == datetime(2026, 11, 22, 8, 9, 10), "A"),
        (Person.seen >= datetime(2026, 11, 22, 8, 9, 11), ""),
        (Person.height == Decimal("1.740"), "A"),
        (Person.height > Decimal("1.74"), "B"),
        (Person.weight == 61, "A"),
        (Person.active.is_(True), "A"),
        (Person.active == False, "BC"),  # noqa: E712 - what users write
        (Person.phones == "three", "A"),
        (Person.phones[2] == "three", "A"),
        (Person.scores > 15, "AB"),
        (Person.addresses.city == "Oslo", "B"),
        (Person.addresses.population > 1000, "A"),
        ((Person.name == "Ann Berg") | (Person.height > Decimal("1.8")), "AB"),
        (Person.name.startswith("A") & (Person.born == date(2001, 4, 17)), "A"),
        ((Person.born >= date(2001, 1, 1)) & ~Person.name.startswith("A"), "B"),
        (Person.name.raw("*"), "ABC"),
        (Person.born.on(date(2001, 4, 17)), "A"),
        (Person.born.in_month(2003, 11), "B"),
        (~Person.born.in_year(2001), "BC"),
        (Person.seen.on(date(2026, 11, 22)), "A"),
        (Person.seen.in_month(2026, 11), "A"),
        (Person.seen.in_year(2025), ""),
        (Person.name.duplicated(), ""),
        (Person.born.invalid(), ""),
        ((Person.name != "Ann Berg") | (Person.height > Decimal("1.7")), "ABC"),
        (Person.notes.is_empty() | Person.notes.not_empty(), "ABC"),
    ],
    ids=repr,
)
def test_conditions_find_what_they_say(db: Database, condition: Condition, found: str) -> None:
    assert names(db, condition) == found


HOSTILE = [
    "a@b.no",
    "*",
    "5 * 3",
    "what?",
    "100 %",
    "#1",
    '"quoted"',
    "back\\slash",
    "\\*",
    "<b>",
    "a=b",
    "==",
    "!",
    "//",
    "1...3",
    "1..3",
    "dots…",
    "≤≥",
    "~",
    "{1..3}",
    "😀 é",
    "two\nlines",
    "'single'",
    " leading",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_with_operators_in_it_is_found_as_text(db: Database, text: str) -> None:
    db.create(Person(name=f"x{text}y"))
    assert [p.name for p in db.find(Person).where(Person.name == f"x{text}y")] == [f"x{text}y"]
    assert [p.name for p in db.find(Person).where(Person.name.contains(text))][-1:] == [f"x{text}y"]
    assert db.find(Person).where(Person.name.startswith(f"x{text}")).count() == 1
    assert db.find(Person).where(Person.name.endswith(f"{text}y")).count() == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("berg", "A"),
        ("ANN BER", "A"),
        ("bergen ann", "A"),
        ("ann oslo", ""),
        ("oslo dahl", "B"),
        ("trond berg", "A"),
        ("bergen trondheim", ""),  # two rows
        ("*", ""),
        ("", "ABC"),
        (" \n", "ABC"),
    ],
)
def test_search_finds_every_word_in_one_of_the_fields(db: Database, typed: str, found: str) -> None:
    people = db.find(Person).search(typed, Person.name, Person.addresses.city)
    assert "".join(person.name[0] for person in people) == found


def test_search_narrows_a_find(db: Database) -> None:
    named = db.find(Person).where(Person.born.not_empty()).search("b", Person.name, Person.phones)
    assert [person.name for person in named] == ["Ann Berg", "Bo Dahl"]
    with pytest.raises(FindError, match=r"AddressRecord\.city is a field of AddressRecord"):
        db.find(Person).search("", AddressRecord.city)


def test_omit_sort_limit_offset_and_slices(db: Database) -> None:
    everyone = db.find(Person)
    assert [p.name[0] for p in everyone.omit(Person.addresses.city == "Oslo")] == ["A", "C"]
    assert [p.name[0] for p in everyone.sort(Person.name.desc())] == ["C", "B", "A"]
    assert [p.name[0] for p in everyone.sort(Person.born.desc(), Person.name)] == ["B", "A", "C"]
    assert [p.name[0] for p in everyone.limit(2)] == ["A", "B"]
    assert [p.name[0] for p in everyone.offset(2)] == ["C"]
    assert [p.name[0] for p in everyone.sort(Person.name)[1:3]] == ["B", "C"]
    assert [p.name[0] for p in everyone[1:][:1]] == ["B"]
    assert everyone.offset(10).all() == []
    assert everyone[5:5].all() == []


def test_a_find_is_a_value_and_sends_nothing_until_asked(db: Database, office: Office) -> None:
    base = db.find(Person).where(Person.name.startswith("A"))
    narrowed = base.where(Person.born == None).limit(1)  # noqa: E711 - what users write
    assert office.sent == []
    assert base.count() == 1
    assert narrowed.count() == 0


def test_terminal_verbs(db: Database, office: Office) -> None:
    everyone = db.find(Person).sort(Person.name)
    first = everyone.first()
    assert first is not None
    assert first.name == "Ann Berg"
    assert everyone.where(Person.name == "nobody").first() is None
    assert everyone.where(Person.name == "Bo Dahl").one().id == "B"
    assert everyone.where(Person.name == "nobody").one_or_none() is None
    assert everyone.exists()
    assert not everyone.where(Person.name == "nobody").exists()
    with pytest.raises(NotFound, match="no Person matches"):
        everyone.where(Person.name == "nobody").one()
    with pytest.raises(MultipleFound, match="more than one Person"):
        everyone.one()
    office.forget()
    everyone.first()
    assert "_limit=1" in office.sent[0], "asking for one record does not read a table"


def test_count_counts_within_limit_and_offset_and_reads_one_record(db: Database, office: Office) -> None:
    everyone = db.find(Person)
    assert [
        everyone.count(),
        everyone.limit(2).count(),
        everyone.offset(2).count(),
        everyone[5:].count(),
    ] == [3, 2, 1, 0]
    assert everyone.where(Person.name == "nobody").count() == 0
    assert all("_limit=1" in sent for sent in office.sent if sent.startswith("GET"))


def test_a_find_that_cannot_match_sends_nothing(db: Database, office: Office) -> None:
    nothing = db.find(Person).where(Person.name.in_([]))
    assert (nothing.all(), nothing.count(), nothing.exists(), nothing.first()) == ([], 0, False, None)
    assert nothing.explain().startswith("nothing is sent")
    assert "no record can meet it" in nothing.explain()
    assert office.sent == []


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 20, 35])
def test_iteration_reads_every_match_across_pages(
    office: Office, small_pages: Callable[[int], None], rows: int
) -> None:
    small_pages(10)
    db = office.open()
    for number in range(rows):
        db.create(AddressRecord(person=f"many {number}", city="Lillehammer"))
    mine = db.find(AddressRecord).where(AddressRecord.city == "Lillehammer")
    assert [a.person for a in mine] == [f"many {number}" for number in range(rows)]
    assert [a.person for a in mine.all()] == [f"many {number}" for number in range(rows)]
    assert [a.person for a in mine[3:25]] == [f"many {number}" for number in range(rows)][3:25]
    assert len(db.find(AddressRecord).all()) == rows + 3


def test_an_empty_table_is_an_empty_result(db: Database) -> None:
    for address in db.find(AddressRecord).all():
        db.delete(address)
    everything = db.find(AddressRecord)
    assert (everything.all(), everything.count(), everything.offset(5).all()) == ([], 0, [])


def test_a_loop_that_deletes_what_it_finds_is_told_rather_than_short(
    db: Database, small_pages: Callable[[int], None]
) -> None:
    small_pages(2)

    def delete_all() -> None:
        for address in db.find(AddressRecord):
            db.delete(address)

    with pytest.raises(DriftError, match="collect the records first"):
        delete_all()
    for address in db.find(AddressRecord).all():
        db.delete(address)
    assert db.find(AddressRecord).count() == 0


def test_a_loop_that_edits_its_own_sort_order_is_told_rather_than_wrong(
    db: Database, small_pages: Callable[[int], None]
) -> None:
    small_pages(2)

    def move_to_the_end() -> None:
        for address in db.find(AddressRecord).sort(AddressRecord.city):
            address.city = "zzz"
            db.save(address)

    with pytest.raises(DriftError):
        move_to_the_end()


def test_saving_inside_a_loop_works_with_a_single_session(
    office: Office, small_pages: Callable[[int], None]
) -> None:
    small_pages(2)
    db = office.open(sessions=1)
    for person in db.find(Person):
        person.notes = "seen"
        db.save(person)
    assert db.find(Person).where(Person.notes == "seen").count() == 3
    assert office.app.session_count == 1


def test_portals_are_chosen_and_bounded(db: Database, office: Office) -> None:
    ann = db.find(Person).where(Person.id == "A").portals(Person.tasks).one()
    assert len(ann.tasks) == 1
    with pytest.raises(NotLoaded, match="not asked for"):
        _ = ann.addresses
    ann = db.find(Person).where(Person.id == "A").portal(Person.addresses, limit=1).one()
    assert [row.city for row in ann.addresses] == ["Bergen"], "a part that was asked for is what one gets"
    assert ann.addresses.complete is False
    assert len(ann.tasks) == 1, "the other portals stay as they are"
    ann = db.find(Person).where(Person.id == "A").portal(Person.addresses, limit=5, offset=1).one()
    assert [row.city for row in ann.addresses] == ["Trondheim"]
    db.find(Person).portals().all()
    assert "portal=%5B%5D" in office.sent[-1]


def test_more_than_fifty_rows_of_a_portal_come_without_asking(db: Database) -> None:
    bo = db.get(Person, 2)
    for number in range(120):
        bo.addresses.append(Address(city=f"City {number}"))
    db.save(bo)
    assert len(db.get(Person, 2).addresses) == 121


def test_explain_shows_the_request_and_sends_nothing(db: Database, office: Office) -> None:
    text = db.find(Person).where(Person.name.startswith("A")).sort(Person.name).portals().explain()
    assert text.startswith("POST /fmi/data/vLatest/databases/Office%20%26%20Co/layouts/person/_find\n{")
    assert '"Name": "==A*"' in text
    assert db.find(Person).limit(3).portals().explain().startswith("GET ")
    assert office.sent == []


@pytest.mark.parametrize("cls", [Database, AsyncDatabase])
def test_a_find_has_no_truth_value(cls: type[Database | AsyncDatabase]) -> None:
    db = cls("http://127.0.0.1:1", "x", user="a", password="b")
    with pytest.raises(TypeError, match="truth value"):
        bool(db.find(Person))


def test_what_cannot_be_asked_is_refused_before_sending(db: Database, office: Office) -> None:
    with pytest.raises(FindError):
        db.find(Person).where((Person.addresses.city == "Oslo") & (Person.addresses.city == "Bergen")).all()
    with pytest.raises(FindError, match=r"its portals are Person\.addresses, Person\.tasks"):
        db.find(Person).portals(Address)
    with pytest.raises(TypeError, match="sliced"):
        db.find(Person)[0]  # type: ignore[index]  # pyright: ignore[reportArgumentType]
    assert office.sent == []
