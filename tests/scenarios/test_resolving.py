"""Conflicts resolved by a rule: what both have changed, and what of it stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bad_input.witness import failure
from pydantic import ValidationError, model_validator
from scenarios.conftest import Office
from scenarios.office import Address, Person, Task

from fmorm import (
    ConflictError,
    Database,
    Field,
    Model,
    OutcomeUnknown,
    Portal,
    PortalRow,
    RecordLocked,
    RecordMissing,
    Retry,
    field,
    portal,
    state,
)
from fmorm.mapper.merging import ROUNDS

RULES = ["merge", "mine", "theirs"]


class Place(PortalRow, table="person_addresses", merge_groups=[("city", "zip")]):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    since: Field[date | None] = field("Since")


class Grouped(Model, layout="person", merge_groups=[["name", "born"]]):
    name: Field[str] = field("Name")
    born: Field[date | None] = field("Born")
    notes: Field[str | None] = field("Notes")
    places: Portal[Place] = portal("addresses")


def theirs(office: Office, change: Callable[[Person], None]) -> None:
    """Let somebody else change record 1."""
    db = office.open()
    other = db.get(Person, 1)
    change(other)
    db.save(other)


def giving(values: Any) -> Any:
    """Make a function that decides a conflict in this way."""

    def decide(conflict: ConflictError) -> Any:
        del conflict
        return values

    return decide


def failing(conflict: ConflictError) -> Mapping[str, Any]:
    raise KeyError(conflict.code)


def set_name(person: Person) -> None:
    person.name = "Theirs"


# -- fields ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_changes_of_different_fields_are_both_saved(db: Database, office: Office, rule: Any) -> None:
    ann = db.get(Person, 1)
    phones = ann.phones
    theirs(office, set_name)
    ann.notes, ann.phones[1] = "mine", "two"
    assert db.save(ann, on_conflict=rule) is ann
    assert (ann.name, ann.notes, state(ann).is_dirty) == ("Theirs", "mine", False)
    assert ann.phones is phones
    now = db.get(Person, 1)
    assert (now.name, now.notes, list(now.phones)) == ("Theirs", "mine", ["one", "two", "three"])
    assert state(now).mod_id == state(ann).mod_id == "2"


def test_only_what_i_changed_is_sent_with_the_mod_id_that_was_read(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.notes = "mine"
    office.forget()
    db.save(ann, on_conflict="merge")
    asked = [one.partition("?")[0] for one in office.sent]
    assert asked == [f"{method} person/records/1" for method in ("PATCH", "GET", "PATCH")]
    assert office.last("PATCH") == {"fieldData": {"Notes": "mine"}, "modId": "1"}


@pytest.mark.parametrize(
    ("rule", "name"), [("merge", None), ("mine", "Mine"), ("theirs", "Theirs")], ids=RULES
)
def test_a_field_that_both_have_changed(db: Database, office: Office, rule: Any, name: str | None) -> None:
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.name, ann.notes = "Mine", "kept"
    error = failure(lambda: db.save(ann, on_conflict=rule))
    now = db.get(Person, 1)
    if name is None:
        assert isinstance(error, ConflictError)
        assert error.contested == ["name"]
        assert state(ann).changes == {"name": ("Ann Berg", "Mine"), "notes": ("first\nsecond", "kept")}
        assert now.name == "Theirs"
    else:
        assert error is None
        assert (now.name, now.notes) == (ann.name, ann.notes) == (name, "kept")


def test_both_having_written_the_same_is_no_agreement(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    theirs(office, lambda other: setattr(other, "height", Decimal("1.75")))
    ann.height = Decimal("1.75")
    with pytest.raises(ConflictError):
        db.save(ann, on_conflict="merge")


def test_repetitions_are_merged_one_by_one(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    theirs(office, lambda other: other.phones.__setitem__(0, "theirs"))
    ann.phones[1] = "mine"
    db.save(ann, on_conflict="merge")
    assert list(db.get(Person, 1).phones) == list(ann.phones) == ["theirs", "mine", "three"]
    theirs(office, lambda other: other.phones.__setitem__(0, "again"))
    ann.phones[0] = "mine"
    with pytest.raises(ConflictError) as conflict:
        db.save(ann, on_conflict="merge")
    assert conflict.value.contested == ["phones"]


def test_what_was_never_read_is_taken_for_changed(db: Database, office: Office) -> None:
    class Wide(Model, layout="person / slim?#1 % é 😀"):
        name: Field[str] = field("Name")
        height: Field[Decimal | None] = field("Height")

    record = db.get(Wide, 1)
    theirs(office, set_name)
    record.height = Decimal(2)
    with pytest.raises(ConflictError) as conflict:
        db.save(record, on_conflict="merge")
    assert conflict.value.contested == ["height"]


# -- merge groups --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "merged"),
    [
        ("merge", None),
        ("mine", ("Mine", date(2001, 4, 17))),
        ("theirs", ("Ann Berg", date(1999, 9, 9))),
        (giving({"born": date(1990, 1, 1)}), ("Ann Berg", date(1990, 1, 1))),
    ],
    ids=[*RULES, "function"],
)
def test_a_merge_group_is_one_value(db: Database, office: Office, rule: Any, merged: Any) -> None:
    ann = db.get(Grouped, 1)
    theirs(office, lambda other: setattr(other, "born", date(1999, 9, 9)))
    ann.name, ann.notes = "Mine", "kept"
    error = failure(lambda: db.save(ann, on_conflict=rule))
    now = db.get(Grouped, 1)
    if merged is None:
        assert isinstance(error, ConflictError)
        assert error.contested == ["name"]
    else:
        assert error is None
        assert ((now.name, now.born), now.notes) == (merged, "kept")
        assert ann.model_dump() == now.model_dump()


def test_rows_have_merge_groups_too(db: Database, office: Office) -> None:
    ann = db.get(Grouped, 1)
    theirs(office, lambda other: setattr(other.addresses[0], "city", "Theirs"))
    ann.places[0].since = date(2020, 2, 2)
    db.save(ann, on_conflict="merge")
    ann.places[0].zip = "9999"
    theirs(office, lambda other: setattr(other.addresses[0], "city", "Again"))
    with pytest.raises(ConflictError) as conflict:
        db.save(ann, on_conflict="merge")
    assert conflict.value.rows[0].contested == ["zip"]
    db.save(ann, on_conflict="mine")
    assert (ann.places[0].city, ann.places[0].zip) == ("Theirs", "9999"), "the city as I knew it"


# -- rows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_changes_of_different_rows_or_their_different_fields_are_both_saved(
    db: Database, office: Office, rule: Any
) -> None:
    ann = db.get(Person, 1)
    first, second = ann.addresses

    def change(other: Person) -> None:
        other.addresses[0].city = "Theirs"
        other.addresses.append(Address(city="New of theirs"))

    theirs(office, change)
    first.zip, second.city = "1111", "Mine"
    ann.addresses.append(Address(city="New of mine"))
    ann.tasks.append(Task(title="Mine"))
    db.save(ann, on_conflict=rule)
    now = db.get(Person, 1)
    assert [(row.city, row.zip) for row in now.addresses] == [
        ("Theirs", "1111"),
        ("Mine", "7011"),
        ("New of theirs", None),
        ("New of mine", None),
    ]
    assert list(ann.addresses)[:2] == [first, second]
    assert ann.addresses[0] is first, "the rows that a program holds stay those of the record"
    assert ann.addresses == now.addresses
    assert [task.title for task in now.tasks] == ["Call back", "Mine"]


@pytest.mark.parametrize(
    ("rule", "city"), [("merge", None), ("mine", "Mine"), ("theirs", "Theirs")], ids=RULES
)
def test_a_field_of_a_row_that_both_have_changed(
    db: Database, office: Office, rule: Any, city: str | None
) -> None:
    ann = db.get(Person, 1)
    theirs(office, lambda other: setattr(other.addresses[0], "city", "Theirs"))
    ann.addresses[0].city, ann.addresses[0].zip = "Mine", "1111"
    error = failure(lambda: db.save(ann, on_conflict=rule))
    row = db.get(Person, 1).addresses[0]
    if city is None:
        assert isinstance(error, ConflictError)
        assert (error.contested, error.rows[0].contested) == ([], ["city"])
        assert state(ann.addresses[0]).is_dirty
    else:
        assert error is None
        assert (row.city, row.zip) == (city, "1111")


@pytest.mark.parametrize("rule", RULES)
def test_a_row_that_they_have_deleted_cannot_be_edited(db: Database, office: Office, rule: Any) -> None:
    ann = db.get(Person, 1)
    theirs(office, lambda other: other.addresses.remove(other.addresses[0]))
    ann.addresses[0].city, ann.name = "Mine", "Anne"
    error = failure(lambda: db.save(ann, on_conflict=rule))
    now = db.get(Person, 1)
    assert [row.city for row in now.addresses] == ["Trondheim"]
    if rule == "theirs":
        assert error is None
        assert (now.name, [row.city for row in ann.addresses]) == ("Anne", ["Trondheim"])
    else:
        assert isinstance(error, ConflictError)
        assert (error.rows[0].mod_id, error.rows[0].contested) == (None, ["city"])
        assert (now.name, ann.addresses[0].city) == ("Ann Berg", "Mine"), "nothing was written or dropped"


@pytest.mark.parametrize(("rule", "left"), [("merge", 2), ("mine", 1), ("theirs", 2)], ids=RULES)
def test_a_row_that_i_have_removed_and_they_have_edited(
    db: Database, office: Office, rule: Any, left: int
) -> None:
    ann = db.get(Person, 1)

    def change(other: Person) -> None:
        other.name, other.addresses[0].city = "Theirs", "Theirs"

    theirs(office, change)
    removed = ann.addresses[0]
    ann.addresses.remove(removed)
    ann.notes = "mine"
    error = failure(lambda: db.save(ann, on_conflict=rule))
    now = db.get(Person, 1)
    assert len(now.addresses) == left
    assert isinstance(error, ConflictError) == (rule == "merge")
    if rule == "theirs":
        assert (ann.addresses[0] is removed, removed.city) == (True, "Theirs")


@pytest.mark.parametrize("rule", RULES)
def test_a_row_that_both_have_removed(db: Database, office: Office, rule: Any) -> None:
    ann = db.get(Person, 1)
    theirs(office, lambda other: other.addresses.remove(other.addresses[0]))
    ann.name = "Anne"
    del ann.addresses[0]
    db.save(ann, on_conflict=rule)
    now = db.get(Person, 1)
    assert (now.name, len(now.addresses), len(ann.addresses)) == ("Anne", 1, 1)


@pytest.mark.parametrize("rule", [*RULES, giving({"places": {"1": None}})])
def test_a_row_beyond_those_that_are_read_is_not_taken_for_deleted(
    db: Database, office: Office, rule: Any
) -> None:
    class OneAtATime(Model, layout="person"):
        name: Field[str] = field("Name")
        places: Portal[Place] = portal("addresses", limit=1)

    ann = db.find(OneAtATime).where(OneAtATime.name == "Ann Berg").portal(OneAtATime.places, offset=1).one()
    theirs(office, lambda other: setattr(other.addresses[1], "city", "Theirs"))
    ann.places[0].zip = "1111"
    with pytest.raises(ConflictError):
        db.save(ann, on_conflict=rule)
    assert ann.places[0].zip == "1111"


@pytest.mark.parametrize("rule", RULES)
def test_a_record_that_they_have_deleted_is_missing(db: Database, office: Office, rule: Any) -> None:
    ann = db.get(Person, 1)
    office.open().delete(Person, 1)
    ann.name = "Anne"
    with pytest.raises(RecordMissing):
        db.save(ann, on_conflict=rule)


# -- functions -----------------------------------------------------------------------------------------------


def both_notes(conflict: ConflictError) -> Mapping[str, Any]:
    return {"notes": f"{conflict.theirs['notes']} / {conflict.mine['notes']}"}


def test_a_function_decides_what_both_have_changed_and_the_rest_is_merged(
    db: Database, office: Office
) -> None:
    ann = db.get(Person, 1)

    def change(other: Person) -> None:
        other.notes, other.name = "theirs", "Theirs"

    theirs(office, change)
    ann.notes, ann.born = "mine", date(2000, 1, 1)
    db.save(ann, on_conflict=both_notes)
    now = db.get(Person, 1)
    assert (now.notes, now.name, now.born) == ("theirs / mine", "Theirs", date(2000, 1, 1))


def test_what_a_function_does_not_decide_stays_a_conflict(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)

    def change(other: Person) -> None:
        other.notes, other.name = "theirs", "Theirs"

    theirs(office, change)
    ann.notes, ann.name = "mine", "Mine"
    with pytest.raises(ConflictError):
        db.save(ann, on_conflict=both_notes)
    assert state(ann).changes.keys() == {"notes", "name"}


def test_a_function_decides_about_rows(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)

    def change(other: Person) -> None:
        other.addresses[0].city = "Theirs"
        del other.addresses[1]

    theirs(office, change)
    ann.addresses[0].city, ann.addresses[0].zip, ann.addresses[1].city = "Mine", "1111", "Gone"
    kept = {"1": {"city": "Both"}, "2": None}
    db.save(ann, on_conflict=giving({"addresses": kept}))
    assert [(row.city, row.zip) for row in db.get(Person, 1).addresses] == [("Both", "1111")]
    theirs(office, lambda other: setattr(other.addresses[0], "city", "Theirs"))
    ann.addresses[0].city = "Mine"
    db.save(ann, on_conflict=giving({"addresses": {"1": None}}))
    assert len(db.get(Person, 1).addresses) == len(ann.addresses) == 0


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (giving({"name": "x", "height": "tall"}), ValidationError),
        (giving({"nmae": "x"}), AttributeError),
        (giving({"id": "x"}), AttributeError),
        (giving("x"), TypeError),
        (giving({"addresses": ["x"]}), TypeError),
        (giving({"addresses": {"1": {"nmae": "x"}}}), AttributeError),
        (giving({"name": "x", "addresses": {"77": {"city": "x"}}}), LookupError),
        (failing, KeyError),
    ],
)
def test_what_a_function_gives_is_checked_before_anything_changes(
    db: Database, office: Office, given: Any, error: type[Exception]
) -> None:
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.name = "Mine"
    before = state(ann).changes
    with pytest.raises(error):
        db.save(ann, on_conflict=given)
    assert (state(ann).changes, state(ann).mod_id) == (before, "0")
    assert db.get(Person, 1).name == "Theirs"


@pytest.mark.parametrize(("rule", "error"), [("overwrite", ValueError), (None, TypeError), (True, TypeError)])
def test_a_rule_that_is_none_is_refused(db: Database, rule: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="on_conflict"):
        db.save(db.get(Person, 1), on_conflict=rule)


# -- rounds, doubt, validators -------------------------------------------------------------------------------


def write_name(office: Office, name: str) -> None:
    """Let somebody else write, if it is anything new, while a save is under way."""
    with Database.embedded(office.app) as other:
        ann = other.get(Person, 1)
        ann.name = name
        other.save(ann)


def test_a_third_writer_is_noticed_and_merged_as_well(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.notes = "mine"
    names = iter(["Third", "Fourth"])

    def meanwhile(conflict: ConflictError) -> Mapping[str, Any]:
        del conflict
        write_name(office, next(names, "Fourth"))
        return {}

    db.save(ann, on_conflict=meanwhile)
    assert (ann.name, db.get(Person, 1).name, db.get(Person, 1).notes) == ("Fourth", "Fourth", "mine")


def test_who_is_always_too_late_is_told_in_the_end(db: Database, office: Office) -> None:
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.notes = "mine"
    asked: list[ConflictError] = []

    def always_later(conflict: ConflictError) -> Mapping[str, Any]:
        asked.append(conflict)
        write_name(office, f"Writer {len(asked)}")
        return {}

    with pytest.raises(ConflictError):
        db.save(ann, on_conflict=always_later)
    assert len(asked) == ROUNDS
    assert (ann.notes, state(ann).is_dirty, db.get(Person, 1).notes) == ("mine", True, "first\nsecond")


@pytest.mark.parametrize("rule", RULES)
def test_a_reply_that_is_lost_while_resolving_is_an_unknown_outcome(office: Office, rule: Any) -> None:
    db = office.open(retry=Retry(attempts=1))
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.notes = "mine"
    office.app.faults.drop("after commit", on="edit", skip=1)
    with pytest.raises(OutcomeUnknown):
        db.save(ann, on_conflict=rule)
    office.app.faults.clear()
    assert (ann.notes, state(ann).is_dirty) == ("mine", True)
    with pytest.raises(ConflictError, match="an earlier save of unknown outcome"):
        db.save(ann)
    assert db.get(Person, 1).notes == "mine"


@pytest.mark.parametrize("rule", [*RULES, giving({})])
def test_new_rows_that_may_have_been_created_are_not_created_by_a_rule(office: Office, rule: Any) -> None:
    db = office.open(retry=Retry(attempts=1))
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city="Oslo"))
    with office.app.faults.drop("after commit", on="edit"), pytest.raises(OutcomeUnknown):
        db.save(ann)
    with pytest.raises(ConflictError, match="an earlier save of unknown outcome"):
        db.save(ann, on_conflict=rule)
    assert [row.city for row in db.get(Person, 1).addresses].count("Oslo") == 1


@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_values_of_unknown_outcome_are_saved_again_as_mine(office: Office, when: Any) -> None:
    db = office.open(retry=Retry(attempts=1))
    ann = db.get(Person, 1)
    ann.name = "Mine"
    with office.app.faults.drop(when, on="edit"), pytest.raises(OutcomeUnknown):
        db.save(ann)
    theirs(office, lambda other: setattr(other, "notes", "theirs"))
    db.save(ann, on_conflict="mine")
    now = db.get(Person, 1)
    assert (now.name, now.notes, state(ann).is_dirty) == ("Mine", "theirs", False)


def test_a_record_that_is_locked_is_waited_for_within_the_bound(office: Office) -> None:
    db = office.open(retry=Retry(attempts=3, backoff=0.0005))
    ann = db.get(Person, 1)
    theirs(office, set_name)
    ann.notes = "mine"
    with office.app.faults.fail(301, on="edit", times=2) as fault:
        db.save(ann, on_conflict="merge")
    assert (fault.count, db.get(Person, 1).notes) == (2, "mine")
    ann.notes = "again"
    with office.app.faults.fail(301, on="edit") as fault, pytest.raises(RecordLocked):
        db.save(ann, on_conflict="merge")
    assert (fault.count, state(ann).is_dirty) == (3, True)


def test_what_both_have_made_together_must_fit_the_model(db: Database, office: Office) -> None:
    class Span(Model, layout="person"):
        weight: Field[float | None] = field("Weight")
        height: Field[float | None] = field("Height")

        @model_validator(mode="after")
        def ordered(self) -> Span:
            if (self.weight or 0) < (self.height or 0):
                raise ValueError("lighter than tall")
            return self

    ann = db.get(Span, 1)
    theirs(office, lambda other: setattr(other, "height", Decimal(50)))
    ann.weight = 40.0
    with pytest.raises(ConflictError) as conflict:
        db.save(ann, on_conflict="merge")
    assert "lighter than tall" in conflict.value.__notes__[0]
    assert (ann.weight, ann.height) == (40.0, 1.74)
