"""What is left of a write that was sent once and whose reply was lost: the doubt, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from faults.conftest import ONCE
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import (
    ConflictError,
    ConnectionLost,
    Database,
    OutcomeUnknown,
    ProtocolError,
    RecordStateError,
    ReplyTimedOut,
    state,
)
from fmorm.server.faults.fault import Fault, Where
from fmorm.server.faults.faults import Faults

Lose = Callable[[Faults, Where], Fault]

LOSSES: dict[str, Lose] = {
    "dropped": lambda faults, where: faults.drop("after commit", **where),
    "timed out": lambda faults, where: faults.drop("after commit", how="hang", **where),
    "bad gateway": lambda faults, where: faults.html(502, when="after commit", **where),
    "cut off": lambda faults, where: faults.truncate(**where),
}
EACH_LOSS = pytest.mark.parametrize("loss", LOSSES)


@pytest.fixture
def db(office: Office, request: pytest.FixtureRequest) -> Database:
    """A database that is impatient only where it is to wait in vain: a busy machine may be slow elsewhere."""
    given: dict[str, Any] = request.node.callspec.params
    return office.open(retry=ONCE, timeout=0.4 if given.get("loss") == "timed out" else 20)


def lose(office: Office, loss: str, on: str) -> None:
    LOSSES[loss](office.app.faults, Where(on=on, times=1))


@EACH_LOSS
def test_a_save_stays_dirty_and_is_not_done_twice(office: Office, db: Database, loss: str) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    ann.addresses.append(Address(city="Oslo"))
    lose(office, loss, "edit")
    with pytest.raises(OutcomeUnknown, match=r"record 1.*read the record before trying again") as unknown:
        db.save(ann)
    assert isinstance(unknown.value, TimeoutError) == (loss == "timed out")
    assert state(ann).originals == {"name": "Ann Berg"}
    with pytest.raises(ConflictError, match="306"):
        db.save(ann)
    assert [row.city for row in db.get(Person, 1).addresses] == ["Bergen", "Trondheim", "Oslo"]


@EACH_LOSS
def test_a_row_is_not_created_twice_though_nothing_but_the_row_was_saved(
    office: Office, db: Database, loss: str
) -> None:
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city="Oslo"))
    lose(office, loss, "edit")
    with pytest.raises(OutcomeUnknown):
        db.save(ann)
    with pytest.raises(ConflictError, match="an earlier save of unknown outcome was carried out"):
        db.save(ann)
    assert [row.city for row in db.get(Person, 1).addresses] == ["Bergen", "Trondheim", "Oslo"]


def test_what_was_lost_before_the_server_did_it_is_saved_by_saving_again(
    office: Office, db: Database
) -> None:
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city="Oslo"))
    ann.addresses[0].zip = "1"
    del ann.addresses[1]
    office.app.faults.drop("before commit", on="edit", times=1)
    with pytest.raises(OutcomeUnknown):
        db.save(ann)
    db.save(ann)
    now = db.get(Person, 1)
    assert [(row.city, row.zip) for row in now.addresses] == [("Bergen", "1"), ("Oslo", None)]


@EACH_LOSS
def test_a_create_is_not_done_twice_by_the_same_object(office: Office, db: Database, loss: str) -> None:
    new = Person(name="Dag")
    lose(office, loss, "create")
    with pytest.raises(OutcomeUnknown):
        db.create(new)
    assert state(new).is_new
    with pytest.raises(RecordStateError, match="unknown outcome before"):
        db.create(new)
    assert db.find(Person).where(Person.name == "Dag").count() == 1


@EACH_LOSS
def test_a_deletion_is_a_doubt_too(office: Office, db: Database, loss: str) -> None:
    lose(office, loss, "delete")
    with pytest.raises(OutcomeUnknown):
        db.delete(Person, 1)


@pytest.mark.parametrize(("loss", "error"), [("dropped", ConnectionLost), ("timed out", ReplyTimedOut)])
def test_a_read_has_changed_nothing(office: Office, db: Database, loss: str, error: Any) -> None:
    lose(office, loss, "get-record")
    with pytest.raises(error, match="Nothing was changed"):
        db.get(Person, 1)


@pytest.mark.parametrize("loss", ["bad gateway", "cut off"])
def test_a_read_that_is_answered_with_something_else_says_with_what(
    office: Office, db: Database, loss: str
) -> None:
    lose(office, loss, "get-record")
    with pytest.raises(
        ProtocolError, match=r"HTTP \d+ to read of layout 'person', record 1: not a FileMaker"
    ):
        db.get(Person, 1)


@EACH_LOSS
def test_the_session_goes_on(office: Office, db: Database, loss: str) -> None:
    db.get(Person, 2)
    lose(office, loss, "edit")
    with pytest.raises(OutcomeUnknown):
        db.update(Person, 1, {"name": "Anne"})
    assert db.get(Person, 1).name == "Anne"
    assert office.app.session_count == 1
    db.close()
    assert office.app.session_count == 0


def test_only_reading_back_what_was_created_fails(office: Office, db: Database) -> None:
    office.app.faults.drop("before commit", on="get-record", times=1)
    dag = Person(name="Dag")
    with pytest.raises(ConnectionLost, match="was created; only reading it back failed") as lost:
        db.create(dag, reload=True)
    assert lost.value.request == f"read of layout 'person', record {state(dag).record_id}"
    assert lost.value.advice == "db.reload(record) does it again"
    assert db.reload(dag).number == 4


def test_reading_it_back_can_also_take_too_long(office: Office) -> None:
    db = office.open(retry=ONCE, timeout=0.4)
    office.app.faults.drop("before commit", how="hang", on="get-record", times=1)
    with pytest.raises(TimeoutError, match="was created"):
        db.create(Person(name="Dag"), reload=True)


def test_a_second_save_that_fails_for_another_reason_leaves_the_doubt(office: Office, db: Database) -> None:
    ann = db.get(Person, 1)
    ann.addresses.append(Address(city="Oslo"))
    lose(office, "dropped", "edit")
    with pytest.raises(OutcomeUnknown):
        db.save(ann)
    lose(office, "dropped", "get-record")
    with pytest.raises(ConnectionLost):  # it could not look, so it has sent nothing
        db.save(ann)
    with pytest.raises(ConflictError, match="an earlier save of unknown outcome was carried out"):
        db.save(ann)
    db.reload(ann)
    ann.addresses.append(Address(city="Voss"))
    db.save(ann)
    assert [row.city for row in db.get(Person, 1).addresses] == ["Bergen", "Trondheim", "Oslo", "Voss"]
