"""A write whose reply is lost: done once, or reported, and which of the two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from faults.conftest import ONCE, QUICK
from faults.verbs import Keyed
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import (
    ConflictError,
    Database,
    OutcomeUnknown,
    RecordMissing,
    RequestEvent,
    state,
)
from fmorm.server.faults.fault import Fault

AFTER = pytest.mark.parametrize("when", ["after commit", "mid-body"])
MOMENTS = pytest.mark.parametrize("when", ["before commit", "after commit", "mid-body"])


@pytest.fixture
def db(office: Office) -> Database:
    return office.open(retry=QUICK)


def lose(office: Office, on: str, when: Any, times: int = 1) -> Fault:
    return office.app.faults.drop(when, on=on, times=times)


# -- edits -------------------------------------------------------------------------------------------------


def test_a_save_guarded_by_its_mod_id_is_done_and_nobody_notices(office: Office, db: Database) -> None:
    ann = db.get(Person, 1)
    before = state(ann).mod_id
    ann.name = "Anne"
    lost = lose(office, "edit", "before commit", times=3)
    db.save(ann)
    assert lost.count == 3, "the faults did not happen"
    assert not state(ann).originals
    there = db.get(Person, 1)
    assert there.name == "Anne"
    assert state(ann).mod_id == state(there).mod_id == str(int(before or 0) + 1), "it was done twice, or not"
    ann.name = "Anna"
    db.save(ann)  # the mod id that was told is the right one


@AFTER
def test_what_may_as_well_be_somebody_elses_doing_is_reported(
    office: Office, db: Database, when: str
) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lost = lose(office, "edit", when)
    with pytest.raises(OutcomeUnknown) as unknown:
        db.save(ann)
    assert lost.count == 1
    assert "306" in "".join(unknown.value.__notes__)
    assert "Nothing was written" not in "".join(unknown.value.__notes__), "it was"
    assert state(ann).doubtful
    assert state(ann).originals == {"name": "Ann Berg"}
    there = db.get(Person, 1)
    assert (there.name, state(there).mod_id) == ("Anne", "1"), "it was done twice, or not"


@AFTER
def test_of_two_who_count_none_is_told_that_both_were_done(office: Office, when: str) -> None:
    """Both have read 10 and write 11: what is there after a lost reply is the same whoever wrote it."""
    db = meddling(office, "edit", lambda other: other.update(Person, 1, {"scores": [11, 20]}))
    ann = db.get(Person, 1)
    ann.scores[0] = (ann.scores[0] or 0) + 1
    lose(office, "edit", "before commit")
    with pytest.raises(OutcomeUnknown):
        db.save(ann)


@MOMENTS
def test_an_edit_that_gives_a_key_is_found_by_it(office: Office, db: Database, when: str) -> None:
    ann = db.get(Keyed, 1)
    ann.id, ann.name = "A-2", "Anne"
    lost = lose(office, "edit", when)
    db.save(ann)
    assert lost.count == 1
    there = db.get(Keyed, 1)
    assert (there.id, there.name, state(there).mod_id) == ("A-2", "Anne", "1")
    ann.name = "Anna"
    db.save(ann)


@AFTER
def test_it_is_found_also_where_somebody_else_has_saved_on_top(office: Office, when: str) -> None:
    db = meddling(office, "edit")
    ann = db.get(Keyed, 1)
    ann.id = "A-2"
    lose(office, "edit", when)
    db.save(ann)
    ann.name = "Anne"
    with pytest.raises(ConflictError):  # with the mod id of its own commit, not with theirs
        db.save(ann)


def test_without_patience_it_stays_a_doubt_and_stays_dirty(office: Office) -> None:
    db = office.open(retry=ONCE)
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", "after commit")
    with pytest.raises(OutcomeUnknown, match=r"record 1.*read the record before trying again"):
        db.save(ann)
    assert state(ann).originals == {"name": "Ann Berg"}


def meddling(office: Office, verb: str, how: Callable[[Database], object] | None = None) -> Database:
    """A database that sees to it that somebody else edits record 1 right after the first failure of a verb."""
    done: list[RequestEvent] = []

    def meddle(event: RequestEvent) -> None:
        if event.verb == verb and event.error and not done:
            done.append(event)
            with Database.embedded(office.app) as other:
                how(other) if how else other.update(Person, 1, {"notes": "theirs"})

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
    assert not state(ann).doubtful
    now = db.get(Person, 1)
    assert (now.name, now.notes) == ("Ann Berg", "theirs")


@AFTER
def test_somebody_else_who_comes_after_the_lost_attempt_makes_it_no_conflict(
    office: Office, when: str
) -> None:
    db = meddling(office, "edit")
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", when)
    with pytest.raises(OutcomeUnknown):  # a conflict would say that nothing was written, and it was
        db.save(ann)
    now = db.get(Person, 1)
    assert (now.name, now.notes) == ("Anne", "theirs")


@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_a_record_that_is_gone_meanwhile_is_missing(office: Office, when: str) -> None:
    db = meddling(office, "edit", lambda other: other.delete(Person, 1))
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", when)
    with pytest.raises(RecordMissing):
        db.save(ann)


def test_a_doubt_stays_one_where_what_is_there_cannot_be_read(office: Office, db: Database) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    lose(office, "edit", "after commit")
    lose(office, "get-record", "before commit", times=99)
    with pytest.raises(OutcomeUnknown):  # not that of the read, which says that nothing was changed
        db.save(ann)
    assert state(ann).doubtful


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
def test_a_program_that_puts_its_row_on_top_of_theirs_does_not_double_it(
    office: Office, db: Database, when: str
) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    ann.addresses.append(Address(city="Oslo"))
    lose(office, "edit", when)
    try:
        db.save(ann)
    except ConflictError:  # nothing was written, it says: so once more, on what is there now
        db.reload(ann)
        ann.name = "Anne"
        ann.addresses.append(Address(city="Oslo"))
        db.save(ann)
    except OutcomeUnknown:
        assert when != "before commit"
    now = db.get(Person, 1)
    assert (now.name, [row.city for row in now.addresses]) == ("Anne", ["Bergen", "Trondheim", "Oslo"])


def test_an_update_with_a_mod_id_is_done_once(office: Office, db: Database) -> None:
    before = state(db.get(Person, 1)).mod_id or "0"
    lost = lose(office, "edit", "before commit")
    new = db.update(Person, 1, {"name": "Anne"}, mod_id=before)
    assert lost.count == 1
    assert new == state(db.get(Person, 1)).mod_id == str(int(before) + 1)


@AFTER
def test_an_update_that_may_have_been_done_is_reported(office: Office, db: Database, when: str) -> None:
    lose(office, "edit", when)
    with pytest.raises(OutcomeUnknown):
        db.update(Person, 1, {"name": "Anne"}, mod_id="0")
    assert state(db.get(Person, 1)).mod_id == "1"


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
    with pytest.raises(OutcomeUnknown, match=r"may or may not|may have been"):
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
