from __future__ import annotations

import weakref
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from scenarios.conftest import Office
from scenarios.office import Address, AddressRecord, Person, SlimPerson

from fmorm import (
    Database,
    Field,
    LayoutMissing,
    Model,
    MultipleFound,
    NotFound,
    NotLoaded,
    Portal,
    RecordMissing,
    RecordStateError,
    RequestRefused,
    field,
    portal,
    state,
)


def test_every_type_comes_as_python_holds_it(db: Database) -> None:
    ann = db.get(Person, 1)
    assert (ann.id, ann.number, ann.name) == ("A", 1, "Ann Berg")
    assert ann.notes == "first\nsecond"
    assert (ann.born, ann.wakes, ann.seen) == (
        date(2001, 4, 17),
        time(6, 30),
        datetime(2026, 11, 22, 8, 9, 10),
    )
    assert ann.height == Decimal("1.74")
    assert (ann.weight, type(ann.weight)) == (61.0, float)
    assert ann.active is True
    assert ann.code == "0012", "a number field held as text keeps what stands in it"
    assert list(ann.phones) == ["one", "", "three"]
    assert list(ann.scores) == [10, 20]


@pytest.mark.parametrize(("sent", "shown"), [("1.50", "1.5"), ("1e2", "100"), ("5.0", "5"), ("0012", "0012")])
def test_a_number_that_is_held_as_text_is_the_same_however_it_is_read(
    office: Office, sent: str, shown: str
) -> None:
    db = office.open()
    db.update(Person, 1, {"code": sent})
    (found,) = db.find(Person).where(Person.number == 1).all()
    assert (found.code, db.get(Person, 1).code) == (shown, shown)
    db.update(Person, 1, {"notes": "somebody else was here"})
    found.code = "7"
    db.save(found, on_conflict="merge")
    assert (db.get(Person, 1).code, db.get(Person, 1).notes) == ("7", "somebody else was here")


def test_a_loop_keeps_no_record_but_the_one_at_hand(db: Database) -> None:
    given: list[weakref.ref[Person]] = []
    for person in db.find(Person):
        assert [one for one in given if one() is not None] == [], "a record that was given is still held"
        given.append(weakref.ref(person))
    assert len(given) > 1


def test_empty_is_none_or_what_the_type_has_for_it(db: Database) -> None:
    cleo = db.get(Person, id="C")
    assert (cleo.notes, cleo.born, cleo.height, cleo.code) == (None, None, None, None)
    assert cleo.active is False
    assert list(cleo.phones) == ["", "", ""]
    assert list(cleo.scores) == [None, None]


def test_portal_rows_come_with_fields_of_farther_occurrences(db: Database) -> None:
    ann = db.get(Person, 1)
    assert [(row.city, row.zip, row.population) for row in ann.addresses] == [
        ("Bergen", "5003", 291940),
        ("Trondheim", "7011", None),
    ]
    assert ann.addresses.complete is True
    assert [task.title for task in ann.tasks] == ["Call back"]
    assert list(db.get(Person, 3).addresses) == []


def test_a_record_knows_its_ids_and_where_it_came_from(db: Database) -> None:
    ann = db.get(Person, "1")
    assert (state(ann).record_id, state(ann).mod_id) == ("1", "0")
    assert state(ann).origin is not None
    assert state(ann.addresses[1]).record_id == "2"


def test_what_the_layout_does_not_show_is_not_loaded_and_never_none(db: Database) -> None:
    ann = db.get(SlimPerson, 1)
    assert ann.name == "Ann Berg"
    with pytest.raises(NotLoaded, match=r"SlimPerson\.height.*'Height'"):
        _ = ann.height
    with pytest.raises(NotLoaded):
        getattr(ann, "height", None)


def test_a_portal_that_the_layout_does_not_have_is_named(db: Database) -> None:
    class Crowded(Model, layout="person / slim?#1 % é 😀"):
        addresses: Portal[Address] = portal("addresses")

    with pytest.raises(RequestRefused, match=r"960.*addresses.*a portal that the layout does not have"):
        db.get(Crowded, 1)


def test_by_business_key(db: Database) -> None:
    assert db.get(Person, id="B").name == "Bo Dahl"
    assert db.get(Person, number=3).name == "Cleo Lund"


def test_a_business_key_is_never_a_pattern(db: Database) -> None:
    for key in ("*", "A*", "@", "==A", "A...C"):
        with pytest.raises(NotFound):
            db.get(Person, id=key)


def test_what_is_not_there_says_so(db: Database) -> None:
    with pytest.raises(RecordMissing, match=r"101.*layout 'person', record 99") as missing:
        db.get(Person, 99)
    assert isinstance(missing.value, LookupError)
    with pytest.raises(NotFound, match="no Person has id 'Z'"):
        db.get(Person, id="Z")


def test_a_key_that_several_have_is_an_error(db: Database) -> None:
    class Named(Model, layout="person"):
        name: Field[str] = field("Name", key=True)

    db.update(Person, 2, {"name": "Ann Berg"})
    with pytest.raises(MultipleFound, match="more than one Named"):
        db.get(Named, name="Ann Berg")


@pytest.mark.parametrize("wrong", ["x", "", 0, -1, "1 or 2", "../1", True, 1.5])
def test_what_is_no_record_id_is_refused_before_sending(db: Database, office: Office, wrong: object) -> None:
    with pytest.raises(ValueError, match="record id"):
        db.get(Person, wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert office.sent == []


def test_get_says_what_it_wants(db: Database) -> None:
    with pytest.raises(TypeError, match="business keys are id, number"):
        db.get(Person)
    with pytest.raises(TypeError, match=r"Person\.name is no business key"):
        db.get(Person, name="Ann Berg")
    with pytest.raises(TypeError, match="declares none"):
        db.get(AddressRecord)


def test_an_unknown_layout_is_named(db: Database) -> None:
    class Nowhere(Model, layout="nowhere"):
        pass

    with pytest.raises(LayoutMissing, match="layout 'nowhere'"):
        db.get(Nowhere, 1)


def test_reload_brings_the_same_object_up_to_date_and_drops_changes(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.notes = "mine"
    office.open().update(Person, 1, {"name": "Anne Berg"})
    assert db.reload(ann) is ann
    assert (ann.name, ann.notes) == ("Anne Berg", "first\nsecond")
    assert state(ann).mod_id == "1"
    assert state(ann).originals == {}


def test_what_is_held_of_a_record_stays_the_records_when_it_is_read_again(
    db: Database, office: Office
) -> None:
    ann = db.get(Person, 1)
    rows, row, phones, known = ann.addresses, ann.addresses[0], ann.phones, state(ann)
    office.open().update(AddressRecord, 1, {"city": "Elsewhere"})
    ann.notes, row.zip, phones[0] = "dropped", "dropped", "dropped"
    db.reload(ann)
    assert (ann.addresses is rows, ann.addresses[0] is row, ann.phones is phones) == (True, True, True)
    assert (state(ann) is known, row.city, row.zip, phones[0]) == (True, "Elsewhere", "5003", "one")
    row.zip, phones[1] = "5004", "two"
    rows.append(Address(city="Oslo"))
    db.save(ann)
    assert office.last("PATCH")["portalData"]["addresses"] == [
        {"recordId": "1", "person_addresses::Zip": "5004", "modId": "1"},
        {"person_addresses::City": "Oslo"},
    ]
    again = db.get(Person, 1)
    assert [(a.city, a.zip) for a in again.addresses] == [
        ("Elsewhere", "5004"),
        ("Trondheim", "7011"),
        ("Oslo", None),
    ]
    assert list(again.phones) == ["one", "two", "three"]


def test_a_row_that_is_gone_says_so_when_it_is_set(db: Database) -> None:
    ann = db.get(Person, 1)
    gone, stays = ann.addresses
    db.delete(AddressRecord, 1)
    db.reload(ann)
    with pytest.raises(
        RecordStateError, match=r"Person\.addresses: row 1 is not among the rows that were read"
    ):
        gone.zip = "1"
    with pytest.raises(RecordStateError):
        ann.addresses.append(gone)
    stays.zip = "2"
    db.save(ann)
    assert [(a.city, a.zip) for a in db.get(Person, 1).addresses] == [("Trondheim", "2")]


def test_a_new_row_that_reading_again_drops_can_be_appended_again(db: Database) -> None:
    ann = db.get(Person, 1)
    new = Address(city="Oslo")
    ann.addresses.append(new)
    db.reload(ann)
    assert len(ann.addresses) == 2
    with pytest.raises(RecordStateError, match="dropped with the other unsaved changes: append it again"):
        new.zip = "0150"
    ann.addresses.append(new)
    new.zip = "0150"
    db.save(ann)
    assert [(a.city, a.zip) for a in db.get(Person, 1).addresses][2:] == [("Oslo", "0150")]


def test_rows_that_only_a_loop_has_seen_stay_the_records(db: Database) -> None:
    ann = db.find(Person).where(Person.id == "A").one()
    seen = {state(row).record_id: row for row in ann.addresses}
    db.reload(ann)
    seen["2"].zip = "9"
    db.save(ann)
    assert [a.zip for a in db.get(Person, 1).addresses] == ["5003", "9"]


def test_a_portal_that_was_read_in_part_is_whole_after_reading_again(db: Database) -> None:
    ann = db.find(Person).where(Person.id == "A").portal(Person.addresses, limit=1).one()
    rows, row = ann.addresses, ann.addresses[0]
    db.reload(ann)
    assert (len(rows), rows[0] is row, rows.complete) == (2, True, True)
