"""What fmorm and a FileMaker Server say to each other. A test makes the records that it needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from cassettes.conftest import Server
from cassettes.people import Address, Brief, Nowhere, Person

from fmorm import (
    ConflictError,
    CredentialError,
    Database,
    LayoutMissing,
    RecordMissing,
    RecordStateError,
    state,
)

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

NO_RECORD = 999_999_999
PUZZLING = 'a@b.no *is* "50 %" <of> 1...3 == \\#?! // ≤ö😀'


def test_logging_in_and_out(db: Database, server: Server, mark: str) -> None:
    assert not db.find(Brief).where(Brief.mark == mark).exists()
    db.close()
    with pytest.raises(RecordStateError, match="closed"):
        db.find(Brief).first()
    assert server.cassette.count("DELETE") in {1, None}, "the log-out"


def test_getting_a_record(db: Database, mark: str) -> None:
    made = db.create(
        Person(
            mark=mark,
            name="Ann Berg",
            born=date(2001, 4, 17),
            height=Decimal("1.740"),
            phones=["one", ""],
            addresses=[Address(city="Bergen", zip="5003")],
        )
    )
    ann = db.get(Person, state(made).record_id)
    assert (ann.name, ann.born, ann.height) == ("Ann Berg", date(2001, 4, 17), Decimal("1.74"))
    assert list(ann.phones) == ["one", ""]
    assert [(row.city, row.zip) for row in ann.addresses] == [("Bergen", "5003")]
    assert db.get(Person, id=ann.id).name == "Ann Berg"


def test_a_missing_record(db: Database) -> None:
    with pytest.raises(RecordMissing, match=rf"101.*record {NO_RECORD}"):
        db.get(Person, NO_RECORD)


def test_finding_by_conditions_omitting_and_sorting(db: Database, mark: str) -> None:
    for name, born in [("Bo", date(2003, 5, 17)), ("Ann", date(2001, 1, 1)), ("Cleo", date(1999, 12, 31))]:
        db.create(Person(mark=mark, name=name, born=born))
    db.create(Person(mark=mark, name="Dag"))
    ours = db.find(Person).where(Person.mark == mark)
    assert [one.name for one in ours.sort(Person.name)] == ["Ann", "Bo", "Cleo", "Dag"]
    assert [one.name for one in ours.sort(Person.name.desc()).limit(2)] == ["Dag", "Cleo"]
    young = ours.where(Person.born >= date(2001, 1, 1)).sort(Person.born)
    assert [one.name for one in young] == ["Ann", "Bo"]
    assert [one.name for one in young.omit(Person.name.startswith("A"))] == ["Bo"]
    assert ours.where(Person.born.is_empty()).one().name == "Dag"
    assert ours.where(Person.name == "nobody").all() == []


def test_finding_text_that_is_full_of_operators(db: Database, mark: str) -> None:
    for name in (PUZZLING, "something else"):
        db.create(Person(mark=mark, name=name))
    ours = db.find(Brief).where(Brief.mark == mark)
    assert [one.name for one in ours.where(Brief.name == PUZZLING)] == [PUZZLING]
    assert [one.name for one in ours.where(Brief.name.startswith("a@b"))] == [PUZZLING]
    assert [one.name for one in ours.where(Brief.name.contains("*is*"))] == [PUZZLING]


def test_paging(db: Database, mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmorm.mapper.finding.RECORDS_AT_ONCE", 2)
    for name in "EBDAC":
        db.create(Person(mark=mark, name=name))
    ours = db.find(Brief).where(Brief.mark == mark).sort(Brief.name)
    assert [one.name for one in ours] == list("ABCDE")
    assert ours.count() == 5
    assert [one.name for one in ours[3:]] == ["D", "E"]


def test_creating_with_portal_rows(db: Database, server: Server, mark: str) -> None:
    new = Person(mark=mark, name="Dag", addresses=[Address(city="Oslo"), Address(city="Moss", zip="1530")])
    db.create(new, reload=True)
    assert server.cassette.count("POST") in {2, None}, "one for the log-in, one for the record and its rows"
    assert new.id > 0
    assert [(row.city, row.zip) for row in new.addresses] == [("Oslo", None), ("Moss", "1530")]
    assert all(state(row).record_id for row in new.addresses)


def test_saving_everything_in_one_patch(db: Database, server: Server, mark: str) -> None:
    ann = Person(mark=mark, name="Ann", addresses=[Address(city="Bergen"), Address(city="Voss")])
    db.create(ann, reload=True)
    ann.name = "Anne\nBerg"
    ann.born = date(2001, 4, 17)
    ann.phones[1] = "two"
    ann.addresses[0].zip = "5003"
    del ann.addresses[1]
    ann.addresses.append(Address(city="Oslo"))
    db.save(ann)
    db.save(ann)
    assert server.cassette.count("PATCH") in {1, None}, (
        "one for everything, and none where nothing is to be saved"
    )
    again = db.get(Person, state(ann).record_id)
    assert (again.name, again.born, list(again.phones)) == ("Anne\nBerg", date(2001, 4, 17), ["", "two"])
    assert [(row.city, row.zip) for row in again.addresses] == [("Bergen", "5003"), ("Oslo", None)]
    assert state(again).mod_id == state(ann).mod_id


def test_a_conflict(db: Database, mark: str) -> None:
    mine = db.create(Person(mark=mark, name="Ann"), reload=True)
    theirs = db.get(Person, state(mine).record_id)
    theirs.name = "Theirs"
    db.save(theirs)
    mine.name = "Mine"
    with pytest.raises(ConflictError, match="306") as conflict:
        db.save(mine)
    assert conflict.value.theirs == {"name": "Theirs"}
    assert db.get(Person, state(mine).record_id).name == "Theirs"
    db.save(mine, expect=state(conflict.value.current).mod_id)
    assert db.get(Person, state(mine).record_id).name == "Mine"


def test_deleting(db: Database, mark: str) -> None:
    ann = db.create(Person(mark=mark, name="Ann"), reload=True)
    db.delete(ann)
    with pytest.raises(RecordMissing):
        db.reload(ann)
    assert db.find(Brief).where(Brief.mark == mark).all() == []


def test_a_wrong_password(server: Server) -> None:
    with pytest.raises(CredentialError, match=r"212.*Check account and password"):
        server.open(password="certainly not this one").find(Brief).first()


def test_an_unknown_layout(db: Database) -> None:
    with pytest.raises(LayoutMissing, match=r"105.*no such layout"):
        db.find(Nowhere).all()
