"""A write whose reply is lost: done once, or reported, and which of the two."""

from __future__ import annotations

from typing import Any

import pytest
from faults.conftest import QUICK
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import (
    ConflictError,
    Database,
    Field,
    Model,
    OutcomeUnknown,
    RecordMissing,
    RequestEvent,
    Retry,
    field,
    state,
)
from fmorm.server.faults.fault import Fault

MOMENTS = pytest.mark.parametrize("when", ["before commit", "after commit", "mid-body"])


class Keyed(Model, layout="person"):
    """A person with a key that the program gives, and FileMaker takes only once."""

    id: Field[str] = field("PrimaryKey", unique=True)
    name: Field[str] = field("Name")


@pytest.fixture
def db(office: Office) -> Database:
    return office.open(retry=QUICK)


def lose(office: Office, on: str, when: Any, times: int = 1) -> Fault:
    return office.app.faults.drop(when, on=on, times=times)


# -- edits -------------------------------------------------------------------------------------------------


@MOMENTS
def test_a_save_guarded_by_its_mod_id_is_done_once_and_nobody_notices(
    office: Office, db: Database, when: str
) -> None:
    ann = db.get(Person, 1)
    before = state(ann).mod_id
    ann.name = "Anne"
    lost = lose(office, "edit", when)
    db.save(ann)
    assert lost.count == 1, "the fault did not happen"
    assert not state(ann).originals
    there = db.get(Person, 1)
    assert there.name == "Anne"
    assert state(ann).mod_id == state(there).mod_id == str(int(before or 0) + 1), "it was done twice, or not"
    ann.name = "Anna"
    db.save(ann)  # the mod id that was found out is the right one


@MOMENTS
def test_several_lost_replies_are_no_more_than_one(office: Office, db: Database, when: str) -> None:
    ann = db.get(Person, 1)
    before = int(state(ann).mod_id or 0)
    ann.name = "Anne"
    lost = lose(office, "edit", when, times=3)
    db.save(ann)
    assert lost.count >= (3 if when == "before commit" else 1)
    assert int(state(db.get(Person, 1)).mod_id or 0) == before + 1


def test_without_patience_it_stays_a_doubt_and_stays_dirty(office: Office) -> None:
    db = office.open(retry=Retry(attempts=1))
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", "after commit")
    with pytest.raises(OutcomeUnknown, match=r"record 1.*read the record before trying again"):
        db.save(ann)
    assert state(ann).originals == {"name": "Ann Berg"}


def meddling(office: Office, verb: str) -> Database:
    """A database that sees to it that somebody else edits record 1 right after the first failure of a verb."""
    done: list[RequestEvent] = []

    def meddle(event: RequestEvent) -> None:
        if event.verb == verb and event.error and not done:
            done.append(event)
            with Database.embedded(office.app) as other:
                other.update(Person, 1, {"notes": "theirs"})

    return office.open(retry=QUICK, on_request=meddle)


def test_somebody_else_who_comes_between_two_attempts_is_a_conflict(office: Office) -> None:
    db = meddling(office, "edit")
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", "before commit")
    with pytest.raises(ConflictError) as conflict:
        db.save(ann)
    assert conflict.value.theirs["notes"] == "theirs"
    assert conflict.value.mine["name"] == "Anne"
    now = db.get(Person, 1)
    assert (now.name, now.notes) == ("Ann Berg", "theirs")


def test_somebody_else_who_comes_after_the_lost_attempt_is_a_conflict_too(office: Office) -> None:
    db = meddling(office, "edit")
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", "after commit")
    with pytest.raises(ConflictError):  # ours was done, but the record is not what this program has seen
        db.save(ann)
    now = db.get(Person, 1)
    assert (now.name, now.notes) == ("Anne", "theirs")


@MOMENTS
def test_a_new_row_is_never_doubled(office: Office, db: Database, when: str) -> None:
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city="Oslo"))
    lose(office, "edit", when)
    with pytest.raises(OutcomeUnknown):  # a row alone does not move the record's mod id: nothing guards it
        db.save(ann)
    done = when != "before commit"
    if done:
        with pytest.raises(ConflictError):
            db.save(ann)
    else:
        db.save(ann)
    assert [row.city for row in db.get(Person, 1).addresses] == ["Bergen", "Trondheim", "Oslo"]


@MOMENTS
def test_a_row_with_a_value_of_the_record_is_guarded_by_its_mod_id(
    office: Office, db: Database, when: str
) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    ann.addresses.append(Address(city="Oslo"))
    lose(office, "edit", when)
    if when == "before commit":
        db.save(ann)
    else:
        with pytest.raises(ConflictError, match="306"):
            db.save(ann)
    now = db.get(Person, 1)
    assert (now.name, [row.city for row in now.addresses]) == ("Anne", ["Bergen", "Trondheim", "Oslo"])


@MOMENTS
def test_an_update_with_a_mod_id_is_done_once(office: Office, db: Database, when: str) -> None:
    before = state(db.get(Person, 1)).mod_id or "0"
    lost = lose(office, "edit", when)
    new = db.update(Person, 1, {"name": "Anne"}, mod_id=before)
    assert lost.count == 1
    assert new == state(db.get(Person, 1)).mod_id == str(int(before) + 1)


@MOMENTS
def test_an_update_without_one_is_not_repeated(office: Office, db: Database, when: str) -> None:
    lost = lose(office, "edit", when, times=9)
    with pytest.raises(OutcomeUnknown):
        db.update(Person, 1, {"name": "Anne"})
    assert lost.count == 1, "it was sent again, over what somebody else may have written meanwhile"


# -- creates -----------------------------------------------------------------------------------------------


@MOMENTS
def test_a_create_is_not_repeated(office: Office, db: Database, when: str) -> None:
    lost = lose(office, "create", when, times=9)
    dag = Person(name="Dag")
    with pytest.raises(OutcomeUnknown, match="may or may not|may have been"):
        db.create(dag)
    assert lost.count == 1
    there = db.find(Person).where(Person.name == "Dag").count()
    assert there == (0 if when == "before commit" else 1)


@MOMENTS
def test_a_create_with_a_unique_key_is_done_once(office: Office, db: Database, when: str) -> None:
    dag = Keyed(id="D", name="Dag")
    lost = lose(office, "create", when)
    db.create(dag)
    assert lost.count == 1
    (there,) = db.find(Keyed).where(Keyed.id == "D").all()
    assert (state(there).record_id, state(there).mod_id) == (state(dag).record_id, state(dag).mod_id)
    dag.name = "Dagny"
    db.save(dag)
    assert db.get(Keyed, id="D").name == "Dagny"


def test_a_key_that_somebody_else_has_taken_meanwhile_is_no_success(office: Office, db: Database) -> None:
    db.create(Keyed(id="D", name="Somebody else"))
    lose(office, "create", "before commit")
    with pytest.raises(OutcomeUnknown) as unknown:
        db.create(Keyed(id="D", name="Dag"))
    assert "504" in "".join(unknown.value.__notes__)
    assert db.find(Keyed).where(Keyed.id == "D").count() == 1


# -- deletions ---------------------------------------------------------------------------------------------


@MOMENTS
def test_a_deletion_is_done_once(office: Office, db: Database, when: str) -> None:
    ann = db.get(Person, 1)
    lost = lose(office, "delete", when)
    db.delete(ann)
    assert lost.count == 1
    with pytest.raises(RecordMissing):
        db.get(Person, 1)


def test_a_record_changed_between_two_attempts_of_its_deletion_is_kept(office: Office) -> None:
    db = meddling(office, "delete")
    ann = db.get(Person, 1)
    lose(office, "delete", "before commit")
    with pytest.raises(ConflictError):
        db.delete(ann)
    assert db.get(Person, 1).notes == "theirs"
