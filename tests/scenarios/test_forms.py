"""Web forms: shown in one request, saved in another, by a program that keeps nothing in between."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from scenarios.conftest import Office
from scenarios.office import Address, Person, Task

from fmorm import ConflictError, Database, Model, Portal, RecordStateError, field, portal, state
from fmorm.model.declare import Field

Form = dict[str, Any]


def shown(db: Database) -> Form:
    """What a page carries: values, the ids that tell what they are based on, and nothing of the program's."""
    ann = db.get(Person, 1)
    rows = {
        str(state(row).record_id): {"mod_id": state(row).mod_id, "city": row.city, "zip": row.zip or ""}
        for row in ann.addresses
    }
    return {
        "record_id": state(ann).record_id,
        "mod_id": state(ann).mod_id,
        "name": ann.name,
        "notes": ann.notes or "",
        "rows": rows,
    }


def sent_back(db: Database, form: Form, on_conflict: Any = "raise") -> Person:
    """Save a form, in another request than the one that showed it."""
    person = db.get(Person, form["record_id"])
    person.apply(form, only={"name", "notes", "born", "phones"})
    for record_id, row in form["rows"].items():
        person.addresses.by_id(record_id).apply(row, only={"city", "zip"})
    return db.save(
        person,
        expect=form["mod_id"],
        expect_rows={record_id: row["mod_id"] for record_id, row in form["rows"].items()},
        on_conflict=on_conflict,
    )


def test_two_tabs_never_lose_an_update_of_the_record(db: Database) -> None:
    one, other = shown(db), shown(db)
    one["name"] = "From one"
    sent_back(db, one)
    other["notes"] = "from the other"
    with pytest.raises(ConflictError) as conflict:
        sent_back(db, other)
    assert conflict.value.theirs["name"] == "From one"
    now = db.get(Person, 1)
    assert (now.name, now.notes) == ("From one", "first\nsecond")
    again = shown(db)
    again["notes"] = "from the other"
    sent_back(db, again)
    assert db.get(Person, 1).notes == "from the other"


def test_two_tabs_never_lose_an_update_of_a_row(db: Database) -> None:
    one, other = shown(db), shown(db)
    one["rows"]["1"]["city"] = "From one"
    sent_back(db, one)
    other["rows"]["1"]["zip"] = "0000"
    with pytest.raises(ConflictError) as conflict:
        sent_back(db, other)
    assert [(row.portal, row.record_id) for row in conflict.value.rows] == [("addresses", "1")]
    row = db.get(Person, 1).addresses[0]
    assert (row.city, row.zip) == ("From one", "5003")


def test_a_form_that_is_not_late_is_saved_with_the_ids_that_it_carries(db: Database, office: Office) -> None:
    form = shown(db)
    form["name"], form["rows"]["2"]["zip"], form["notes"] = "Anne", "", "a\r\nb"
    office.forget()
    sent_back(db, form)
    assert office.last("PATCH") == {
        "fieldData": {"Name": "Anne", "Notes": "a\rb"},
        "portalData": {"addresses": [{"recordId": "2", "person_addresses::Zip": "", "modId": "0"}]},
        "modId": "0",
    }


def test_a_form_that_changes_nothing_sends_nothing(db: Database, office: Office) -> None:
    form = shown(db)
    office.forget()
    sent_back(db, form)
    assert [one for one in office.sent if one.startswith("PATCH")] == []


@pytest.mark.parametrize(("rule", "name"), [("merge", None), ("mine", "Late"), ("theirs", "From one")])
def test_what_a_late_form_was_based_on_is_not_known_so_nothing_is_merged(
    db: Database, rule: Any, name: str | None
) -> None:
    one, late = shown(db), shown(db)
    one["name"] = "From one"
    sent_back(db, one)
    late["name"] = "Late"
    if name is None:
        with pytest.raises(ConflictError) as conflict:
            sent_back(db, late, rule)
        assert conflict.value.contested == ["name"]
    else:
        assert sent_back(db, late, rule).name == name
    assert db.get(Person, 1).name == (name or "From one")


def notes_only(conflict: ConflictError) -> Form:
    return {"notes": conflict.mine["notes"]}


def their_name(conflict: ConflictError) -> Form:
    return {**conflict.mine, "name": conflict.theirs["name"]}


def test_a_late_form_is_decided_by_a_function(db: Database) -> None:
    one, late = shown(db), shown(db)
    one["name"] = "From one"
    sent_back(db, one)
    late["name"], late["notes"] = "Late", "late"
    with pytest.raises(ConflictError):
        sent_back(db, late, notes_only)
    saved = sent_back(db, late, their_name)
    assert (saved.name, saved.notes) == ("From one", "late")


@pytest.mark.parametrize(("rule", "city"), [("merge", None), ("mine", "Late"), ("theirs", "From one")])
def test_rows_of_a_late_form_are_not_merged_either(db: Database, rule: Any, city: str | None) -> None:
    one, late = shown(db), shown(db)
    one["rows"]["1"]["city"] = "From one"
    sent_back(db, one)
    late["rows"]["1"]["city"] = "Late"
    if city is None:
        with pytest.raises(ConflictError) as conflict:
            sent_back(db, late, rule)
        assert conflict.value.rows[0].contested == ["city"]
    else:
        sent_back(db, late, rule)
    assert db.get(Person, 1).addresses[0].city == (city or "From one")


# -- rows that are expected ----------------------------------------------------------------------------------


def test_a_row_conflict_is_overcome_by_the_mod_ids_that_it_tells(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    other = office.open().get(Person, 1)
    other.addresses[0].city = "Theirs"
    office.open().save(other)
    ann.addresses[0].zip = "1111"
    with pytest.raises(ConflictError) as conflict:
        db.save(ann)
    rows = conflict.value.rows
    db.save(ann, expect_rows={(row.portal, row.record_id): str(row.mod_id) for row in rows})
    row = db.get(Person, 1).addresses[0]
    assert (row.city, row.zip) == ("Theirs", "1111")
    assert ann.addresses[0].city == "Bergen", "their value was never read into this row"
    ann.addresses[0].zip = "2222"
    with pytest.raises(ConflictError):
        db.save(ann)


def test_a_removed_row_is_compared_where_its_mod_id_is_expected(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    del ann.addresses[0]
    office.open().update(_AddressOnly, 1, {"city": "Theirs"})
    with pytest.raises(ConflictError) as conflict:
        db.save(ann, expect_rows={1: 0})
    assert (conflict.value.rows[0].theirs["city"], len(db.get(Person, 1).addresses)) == ("Theirs", 2)
    db.save(ann, expect_rows={"1": conflict.value.rows[0].mod_id or ""})
    assert len(db.get(Person, 1).addresses) == 1


class _AddressOnly(Model, layout="address"):
    city: Field[str] = field("City")


def test_a_record_id_that_can_be_of_two_portals_is_refused(db: Database) -> None:
    ann = db.get(Person, 1)
    ann.addresses[0].zip, ann.tasks[0].done = "1", True
    assert state(ann.addresses[0]).record_id == state(ann.tasks[0]).record_id
    with pytest.raises(ValueError, match=r"row 1 can be of addresses or of tasks: say which, as in"):
        db.save(ann, expect_rows={"1": "0"})
    with pytest.raises(ConflictError) as conflict:
        db.save(ann, expect_rows={("addresses", "1"): "0", ("tasks", "1"): "7"})
    assert [row.portal for row in conflict.value.rows] == ["tasks"]
    db.save(ann, expect_rows={("addresses", "1"): "0", ("tasks", "1"): "0"})
    assert db.get(Person, 1).tasks[0].done


def test_two_portals_of_one_table_mean_the_same_row(db: Database) -> None:
    class Twice(Model, layout="person"):
        addresses: Portal[Address] = portal("addresses")
        tasks: Portal[Task] = portal("person_tasks")

    twice = db.get(Twice, 1)
    twice.addresses[0].zip = "1"
    db.save(twice, expect_rows={1: 0, 99: 3})
    assert db.get(Person, 1).addresses[0].zip == "1"


@pytest.mark.parametrize(
    ("rows", "error"),
    [({"1": None}, ValueError), ({"x": "1"}, ValueError), ({"1": ""}, ValueError), ([("1", "0")], TypeError)],
)
def test_what_is_no_mod_id_of_a_row_is_refused(db: Database, rows: Any, error: type[Exception]) -> None:
    ann = db.get(Person, 1)
    ann.addresses[0].zip = "1"
    with pytest.raises(error):
        db.save(ann, expect_rows=rows)
    assert db.get(Person, 1).addresses[0].zip == "5003"


# -- what a form sends ---------------------------------------------------------------------------------------


def test_a_form_is_applied_to_what_was_loaded_and_saved(db: Database) -> None:
    ann = db.get(Person, 1)
    form = {
        "name": "Anne",
        "notes": "",
        "born": "2000-02-29",
        "height": "1.750",
        "active": "on",
        "phones": ["a", "b", ""],
        "scores": ["", "7"],
        "id": "Z",
        "csrf_token": "x",
    }
    ann.apply(form, only={"name", "notes", "born", "height", "active", "phones", "scores"})
    db.save(ann)
    now = db.get(Person, 1)
    assert (now.name, now.notes, now.born, now.height, now.active) == (
        "Anne",
        None,
        date(2000, 2, 29),
        Decimal("1.75"),
        True,
    )
    assert (list(now.phones), list(now.scores), now.id) == (["a", "b", ""], [None, 7], "A")


def test_a_row_that_was_removed_takes_no_form(db: Database) -> None:
    ann = db.get(Person, 1)
    row = ann.addresses[0]
    ann.addresses.remove(row)
    with pytest.raises(RecordStateError, match="was removed"):
        row.apply({"city": "Voss"}, only={"city"})
