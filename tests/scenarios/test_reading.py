from __future__ import annotations

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
