from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from scenarios.conftest import Office
from scenarios.office import Address, AddressRecord, Person, Task

from fmorm import (
    ConflictError,
    Database,
    FieldMissing,
    Model,
    NotLoaded,
    PrivilegeError,
    ReadOnly,
    RecordMissing,
    RecordStateError,
    RefusedValue,
    field,
    state,
)
from fmorm.model.declare import Field


def is_clean(person: Person) -> bool:
    return not any(record.__fmorm_dirty__() for record in (person, *person.addresses, *person.tasks))


def test_one_patch_carries_fields_repetitions_rows_and_deletions(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    ann.phones[1] = "two"
    ann.addresses[0].zip = "5004"
    del ann.addresses[1]
    ann.addresses.append(Address(city="Oslo", zip="0150"))
    ann.tasks.append(Task(title="Write", done=False))
    office.forget()
    assert db.save(ann) is ann
    assert office.sent == ["PATCH person/records/1"]
    assert office.last("PATCH") == {
        "fieldData": {"Name": "Anne", "Phone(2)": "two", "deleteRelated": ["addresses.2"]},
        "portalData": {
            "addresses": [
                {"recordId": "1", "person_addresses::Zip": "5004", "modId": "0"},
                {"person_addresses::City": "Oslo", "person_addresses::Zip": "0150"},
            ],
            "person_tasks": [{"person_tasks::Title": "Write", "person_tasks::Done": 0}],
        },
        "modId": "0",
    }
    again = db.get(Person, 1)
    assert (again.name, list(again.phones)) == ("Anne", ["one", "two", "three"])
    assert [(row.city, row.zip) for row in again.addresses] == [("Bergen", "5004"), ("Oslo", "0150")]
    assert [task.title for task in again.tasks] == ["Call back", "Write"]


def test_after_a_save_nothing_is_dirty_the_ids_are_right_and_a_second_save_sends_nothing(
    db: Database, office: Office
) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    ann.scores[0] = 11
    ann.addresses[0].city = "Voss"
    ann.addresses.append(Address(city="Oslo"))
    ann.addresses.append(Address(zip="1234", city="Moss"))
    ann.tasks.append(Task(title="One"))
    del ann.addresses[1]
    db.save(ann)
    assert is_clean(ann)
    office.forget()
    db.save(ann)
    assert office.sent == []
    fresh = db.get(Person, 1)
    assert state(ann).mod_id == state(fresh).mod_id
    known = [state(row).record_id for row in [*ann.addresses, *ann.tasks]]
    there = {row.city: state(row).record_id for row in fresh.addresses} | {
        t.title: state(t).record_id for t in fresh.tasks
    }
    assert known == [there[name] for name in ("Voss", "Oslo", "Moss", "Call back", "One")]
    assert [state(row).mod_id for row in ann.addresses] == [None, "0", "0"], (
        "an edited row's mod id is never guessed"
    )
    assert ann.addresses.complete is True


def test_setting_a_value_back_is_no_change(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.name = "x"
    ann.name = "Ann Berg"
    ann.height = Decimal("1.740")
    ann.phones[0] = "one"
    office.forget()
    db.save(ann)
    assert office.sent == []


def test_what_is_not_saved_is_told_and_dropped(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.name, ann.phones[1], ann.addresses[0].zip = "Anne", "two", "5004"
    del ann.addresses[1]
    ann.tasks.append(Task(title="Write"))
    assert state(ann).is_dirty
    before, now = zip(*(state(ann).changes[attr] for attr in ("name", "phones", "tasks")), strict=True)
    assert before == ("Ann Berg", ["one", "", "three"], {})
    assert now == ("Anne", ["one", "two", "three"], {"+1": {"title": "Write"}})
    state(ann).reset()
    office.forget()
    db.save(ann)
    assert office.sent == []
    assert not state(ann).is_dirty
    assert ann.model_dump() == db.get(Person, 1).model_dump()
    ann.addresses[1].zip = "9"
    db.save(ann)
    assert (state(ann).is_dirty, db.get(Person, 1).addresses[1].zip) == (False, "9")


def test_every_type_is_written_and_read_back(db: Database) -> None:
    values: dict[str, Any] = {
        "name": "Ü 😀\nsecond line",
        "notes": "",
        "born": date(1900, 2, 28),
        "wakes": time(23, 59, 59),
        "seen": datetime(1999, 12, 31, 23, 59, 59),
        "height": Decimal("12345678901234567890.12345678901234567890"),
        "weight": -0.125,
        "active": True,
        "code": "0012 or so",
        "phones": ["", "b", "c"],
        "scores": [None, 10**57],
    }
    made = db.create(Person(**values))
    read = db.get(Person, number=4)
    for attr, value in values.items():
        now = getattr(read, attr)
        assert (list(now) if attr in {"phones", "scores"} else now) == (
            value or (None if attr == "notes" else value)
        ), attr
    assert state(read).record_id == state(made).record_id


@pytest.mark.parametrize("text", ["a\r\nb", "a\rb"])
def test_a_text_with_any_line_breaks_is_what_is_read_back(db: Database, office: Office, text: str) -> None:
    ann = db.get(Person, 1)
    ann.notes, ann.phones[0], ann.addresses[0].city = text, text, text
    db.save(ann)
    assert office.last("PATCH")["fieldData"] == {"Notes": "a\rb", "Phone(1)": "a\rb"}
    again = db.get(Person, 1)
    assert (again.notes, again.phones[0], again.addresses[0].city) == ("a\nb",) * 3
    assert (ann.notes, ann.phones[0], ann.addresses[0].city) == ("a\nb",) * 3
    assert db.find(Person).where(Person.notes == text).count() == 1
    ann.notes, ann.phones[0], ann.addresses[0].city = "a\nb", "a\nb", "a\nb"
    ann.addresses[0].city = text
    office.forget()
    db.save(ann)
    assert office.sent == [], "it is what is there"
    ann.addresses[0].zip = "1"
    db.save(ann)
    assert db.get(Person, 1).addresses[0].zip == "1", "it is no conflict with oneself"
    db.update(Person, 1, {"notes": text, "phones": [text, "", ""]})
    assert office.last("PATCH")["fieldData"]["Notes"] == "a\rb"


def test_none_empties_a_field(db: Database) -> None:
    ann = db.get(Person, 1)
    ann.born = None
    ann.height = None
    ann.scores[0] = None
    db.save(ann)
    again = db.get(Person, 1)
    assert (again.born, again.height, list(again.scores)) == (None, None, [None, 20])


def test_a_row_that_is_edited_twice_is_checked_before_the_second_time(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.addresses[0].zip = "1"
    db.save(ann)
    ann.addresses[0].zip = "2"
    office.forget()
    db.save(ann)
    assert [sent.split()[0] for sent in office.sent] == ["GET", "PATCH"]
    assert office.last("PATCH")["portalData"]["addresses"][0]["modId"] == "1"
    assert db.get(Person, 1).addresses[0].zip == "2"


def test_a_row_that_somebody_changed_in_between_is_a_conflict_not_a_lost_update(
    db: Database, office: Office
) -> None:
    ann = db.get(Person, 1)
    ann.addresses[0].zip = "1"
    db.save(ann)
    office.open().update(AddressRecord, 1, {"city": "Elsewhere"})
    ann.addresses[0].zip = "2"
    with pytest.raises(ConflictError) as conflict:
        db.save(ann)
    assert [(row.portal, row.record_id, row.mod_id) for row in conflict.value.rows] == [
        ("addresses", "1", "2")
    ]
    (row,) = conflict.value.rows
    assert (row.base, row.mine, row.theirs) == (
        {"city": "Bergen", "zip": "1", "population": 291940},
        {"city": "Bergen", "zip": "2", "population": 291940},
        {"city": "Elsewhere", "zip": "1", "population": None},
    )
    assert not is_clean(ann)
    assert db.get(Person, 1).addresses[0].zip == "1"
    state(ann.addresses.by_id("1")).mod_id = row.mod_id
    db.save(ann)
    assert next((a.city, a.zip) for a in db.get(Person, 1).addresses) == ("Elsewhere", "2")


@pytest.mark.parametrize("how", ["edited", "removed"])
def test_a_row_that_somebody_deleted_is_a_conflict_that_names_it(db: Database, how: str) -> None:
    ann = db.get(Person, 1)
    if how == "edited":
        ann.addresses[0].zip = "2"
    else:
        del ann.addresses[0]
    db.delete(AddressRecord, 1)
    with pytest.raises(ConflictError, match="record 1") as conflict:
        db.save(ann)
    assert [(row.portal, row.record_id, row.mod_id) for row in conflict.value.rows] == [
        ("addresses", "1", None)
    ]
    assert [row.zip for row in db.get(Person, 1).addresses] == ["7011"]


def test_a_record_that_somebody_deleted_is_missing(db: Database) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    db.delete(Person, 1)
    with pytest.raises(RecordMissing, match="record 1"):
        db.save(ann)


def test_a_row_that_somebody_changed_is_a_conflict_by_its_own_mod_id(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    office.open().update(AddressRecord, 1, {"city": "Elsewhere"})
    ann.name = "Anne"
    ann.addresses[0].zip = "2"
    with pytest.raises(ConflictError) as conflict:
        db.save(ann)
    assert [(row.portal, row.record_id) for row in conflict.value.rows] == [("addresses", "1")]
    assert db.get(Person, 1).name == "Ann Berg", "one PATCH is one transaction"


def test_a_conflict_carries_base_mine_and_theirs(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.name = "Mine"
    ann.phones[0] = "mine"
    office.open().update(Person, 1, {"name": "Theirs", "notes": "theirs"})
    with pytest.raises(
        ConflictError, match=r"306.*layout 'person', record 1.*Nothing was written"
    ) as conflict:
        db.save(ann)
    error = conflict.value
    assert error.base == {"name": "Ann Berg", "notes": "first\nsecond", "phones": ["one", "", "three"]}
    assert error.mine == {"name": "Mine", "notes": "first\nsecond", "phones": ["mine", "", "three"]}
    assert error.theirs == {"name": "Theirs", "notes": "theirs", "phones": ["one", "", "three"]}
    assert error.record is ann
    assert error.current.name == "Theirs"
    assert state(ann).originals == {"name": "Ann Berg"}, "it is still dirty"
    db.save(ann, expect=state(error.current).mod_id)
    assert (db.get(Person, 1).name, db.get(Person, 1).notes) == ("Mine", "theirs")


def test_two_browser_tabs_never_lose_an_update(db: Database) -> None:
    shown = state(db.get(Person, 1)).mod_id
    for text in ("first tab", "second tab"):
        ann = db.get(Person, 1)
        ann.notes = text
        if text == "first tab":
            db.save(ann, expect=shown)
        else:
            with pytest.raises(ConflictError):
                db.save(ann, expect=shown)
    assert db.get(Person, 1).notes == "first tab"


def test_create_sends_what_was_set_and_learns_the_ids(db: Database, office: Office) -> None:
    new = Person(name="Dag", phones=["1"], addresses=[Address(city="Oslo"), Address(city="Moss")])
    assert db.create(new) is new
    assert office.last("POST") == {
        "fieldData": {"Name": "Dag", "Phone(1)": "1"},
        "portalData": {"addresses": [{"person_addresses::City": "Oslo"}, {"person_addresses::City": "Moss"}]},
    }
    assert (state(new).record_id, state(new).mod_id) == ("4", "0")
    assert [state(row).record_id for row in new.addresses] == ["4", "5"]
    with pytest.raises(NotLoaded, match="reload=True"):
        _ = new.id
    office.forget()
    db.save(new)
    assert office.sent == []
    new.notes = "later"
    db.save(new)
    assert db.get(Person, 4).notes == "later"


def test_create_can_read_back_what_filemaker_enters(db: Database) -> None:
    new = db.create(Person(name="Dag"), reload=True)
    assert len(new.id) == 36
    assert new.number == 4
    assert new.notes is None


def test_what_is_held_of_a_new_record_stays_the_records_when_it_is_created(db: Database) -> None:
    new = Person(name="Dag")
    row = Address(city="Oslo")
    rows, phones, tasks, known = new.addresses, new.phones, new.tasks, state(new)
    rows.append(row)
    phones[0] = "1"
    db.create(new, reload=True)
    assert (new.addresses is rows, new.phones is phones, new.tasks is tasks) == (True, True, True)
    assert (rows[0] is row, state(new) is known) == (True, True)
    row.zip, phones[1] = "0150", "2"
    rows.append(Address(city="Moss"))
    tasks.append(Task(title="Write"))
    db.save(new)
    again = db.get(Person, 4)
    assert [(a.city, a.zip) for a in again.addresses] == [("Oslo", "0150"), ("Moss", None)]
    assert (list(again.phones), [task.title for task in again.tasks]) == (["1", "2", ""], ["Write"])


def test_after_a_create_rows_and_repetitions_are_written_without_being_loaded(
    db: Database, office: Office
) -> None:
    new = db.create(Person(name="Dag"))
    office.forget()
    with pytest.raises(NotLoaded, match=r"Person\.addresses: .*db\.load\(rows\) loads them"):
        len(new.addresses)
    with pytest.raises(NotLoaded, match=r"Person\.phones\[0\] .*db\.reload\(record\) loads it"):
        _ = new.phones[0]
    new.addresses.append(Address(city="Oslo"))
    new.phones[1] = "two"
    new.scores = [1, None]
    db.save(new)
    assert office.sent == ["PATCH person/records/4"]
    assert office.last("PATCH") == {
        "fieldData": {"Phone(2)": "two", "Score(1)": 1, "Score(2)": ""},
        "portalData": {"addresses": [{"person_addresses::City": "Oslo"}]},
        "modId": "0",
    }
    with pytest.raises(NotLoaded):
        len(new.addresses)
    new.addresses.by_id(4).zip = "0150"
    db.save(new)
    held = new.addresses
    db.reload(new)
    assert [(a.city, a.zip) for a in held] == [("Oslo", "0150")]
    assert (list(new.phones), list(new.scores)) == (["", "two", ""], [1, None])


def test_after_a_save_of_unknown_outcome_a_row_of_an_unknown_portal_is_not_sent_again(db: Database) -> None:
    new = db.create(Person(name="Dag"))
    new.addresses.append(Address(city="Oslo"))
    state(new).doubtful = True  # as after a lost reply: whether the row is there nobody can tell
    with pytest.raises(ConflictError):
        db.save(new)
    assert len(db.get(Person, 4).addresses) == 0


def test_a_removed_row_that_is_appended_again_is_not_deleted(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    row = ann.addresses[0]
    del ann.addresses[0]
    with pytest.raises(RecordStateError, match="row 1 was removed: append it again to keep it"):
        row.zip = "1"
    ann.addresses.append(row)
    office.forget()
    db.save(ann)
    assert office.sent == []
    row.zip = "1"
    db.save(ann)
    assert [(a.city, a.zip) for a in db.get(Person, 1).addresses] == [("Bergen", "1"), ("Trondheim", "7011")]


def test_a_row_that_was_deleted_says_so_when_it_is_set(db: Database) -> None:
    ann = db.get(Person, 1)
    row = ann.addresses[0]
    ann.addresses.remove(row)
    db.save(ann)
    with pytest.raises(RecordStateError, match="row 1 was deleted: append a new row with its values"):
        row.zip = "1"
    with pytest.raises(RecordStateError, match="row 1 was deleted"):
        ann.addresses.append(row)


def test_verbs_that_do_not_fit_the_record_are_refused_before_sending(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    other = Database.embedded(office.app)
    office.forget()
    with pytest.raises(RecordStateError, match="never created"):
        db.save(Person(name="new"))
    with pytest.raises(RecordStateError, match="exists already as record 1"):
        db.create(ann)
    with pytest.raises(RecordStateError, match="no value"):
        db.create(Person(name="x", addresses=[Address()]))
    with pytest.raises(RecordStateError, match="never created"):
        db.delete(Person(name="new"))
    with pytest.raises(RecordStateError, match="exists already"):
        Person(name="x").addresses.append(ann.addresses[0])
    assert office.sent == []
    other.close()


def test_a_record_is_saved_only_where_it_came_from(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    ann.name = "elsewhere"
    with Database("http://127.0.0.1:1", "Office & Co", user="a", password="b") as other:
        with pytest.raises(RecordStateError, match=r"came from layout 'person' of 'Office & Co'"):
            other.save(ann)
        with pytest.raises(RecordStateError):
            other.delete(ann)
        with pytest.raises(RecordStateError):
            other.reload(ann)


def test_update_edits_without_reading(db: Database, office: Office) -> None:
    assert db.update(Person, 1, {"name": "Anne", "scores": [1, None]}, mod_id=0) == "1"
    assert office.sent == ["PATCH person/records/1"]
    assert office.last("PATCH") == {
        "fieldData": {"Name": "Anne", "Score(1)": 1, "Score(2)": ""},
        "modId": "0",
    }
    with pytest.raises(ConflictError) as conflict:
        db.update(Person, 1, {"name": "Late"}, mod_id="0")
    assert (conflict.value.mine, conflict.value.theirs) == ({"name": "Late"}, {"name": "Anne"})
    assert db.update(Person, 1, {"name": "Whatever"}) == "2"


def test_update_checks_before_sending(db: Database, office: Office) -> None:
    with pytest.raises(AttributeError, match=r"Person\.nmae is not declared"):
        db.update(Person, 1, {"nmae": "x"})
    with pytest.raises(AttributeError, match="is a portal"):
        db.update(Person, 1, {"addresses": []})
    with pytest.raises(ReadOnly, match=r"Person\.id is read-only"):
        db.update(Person, 1, {"id": "x"})
    with pytest.raises(ValidationError, match=r"Person\.born"):
        db.update(Person, 1, {"born": "no date"})
    with pytest.raises(ValueError, match="3 repetitions, not 1"):
        db.update(Person, 1, {"phones": ["x"]})
    assert office.sent == []


def test_delete_by_record_is_read_compare_delete(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    db.update(Person, 1, {"notes": "changed"})
    office.forget()
    with pytest.raises(ConflictError, match="deletion") as conflict:
        db.delete(ann)
    assert conflict.value.theirs["notes"] == "changed"
    assert [sent.split()[0] for sent in office.sent] == ["GET"]
    db.delete(db.reload(ann))
    with pytest.raises(RecordMissing):
        db.reload(ann)


def test_delete_by_id(db: Database, office: Office) -> None:
    db.delete(Person, 2)
    assert office.sent == ["DELETE person/records/2"]
    with pytest.raises(ConflictError):
        db.delete(Person, 1, mod_id=7)
    db.delete(Person, "1", mod_id="0")
    with pytest.raises(RecordMissing):
        db.delete(Person, 1)
    assert [person.id for person in db.find(Person)] == ["C"]


@pytest.mark.parametrize(
    ("attr", "value", "error"),
    [("name", "", RefusedValue), ("locked", "new", PrivilegeError)],
    ids=["509 required", "201 not modifiable"],
)
def test_what_the_server_refuses_stays_dirty_and_changes_nothing(
    db: Database, attr: str, value: str, error: type[Exception]
) -> None:
    ann = db.get(Person, 1)
    ann.notes = "also"
    setattr(ann, attr, value)
    with pytest.raises(error, match="layout 'person', record 1"):
        db.save(ann)
    assert set(state(ann).originals) == {"notes", attr}
    assert db.get(Person, 1).notes == "first\nsecond"


def test_a_field_that_the_layout_does_not_show_cannot_be_written(db: Database) -> None:
    class Wide(Model, layout="address"):
        city: Field[str] = field("City")
        country: Field[str] = field("Country")

    with pytest.raises(FieldMissing, match=r"102.*layout itself must show every field"):
        db.create(Wide(city="Oslo", country="Norway"))
    assert db.find(AddressRecord).count() == 3


def test_a_read_only_account_is_told_so(office: Office) -> None:
    db = office.open(user="reader", **({"password": "reader"} if office.url else {}))
    ann = db.get(Person, 1)
    ann.name = "Anne"
    with pytest.raises(PrivilegeError):
        db.save(ann)
    assert state(ann).originals == {"name": "Ann Berg"}
