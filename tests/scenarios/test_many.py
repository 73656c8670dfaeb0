"""Many records, in both colours and over both mounts; the finer points are in `tests/many`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from scenarios.conftest import Office
from scenarios.office import Person, SlimPerson

from fmorm import Database, Field, Mark, Model, Report, field, state


class Keyed(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", unique=True)
    name: Field[str] = field("Name")
    seen: Field[datetime | None] = field("Seen")
    active: Field[bool] = field("Active")


class Named(Model, layout="person"):
    name: Field[str] = field("Name")


def names(people: Iterator[Person] | list[Person]) -> list[str]:
    return [person.name for person in people]


def test_pages_and_streams(db: Database) -> None:
    for prefetch in (False, True):
        pages = db.find(Person).pages(size=2, prefetch=prefetch)
        assert [names(page) for page in pages] == [["Ann Berg", "Bo Dahl"], ["Cleo Lund"]]
        found = db.find(Person).stream(by=Person.number, size=2, prefetch=prefetch)
        assert names(found) == ["Ann Berg", "Bo Dahl", "Cleo Lund"]


def test_a_stream_goes_by_a_field_that_the_model_of_the_records_does_not_declare(db: Database) -> None:
    found = db.find(Person).using(Named).stream(by=Person.number, size=1)
    assert [one.name for one in found] == ["Ann Berg", "Bo Dahl", "Cleo Lund"]


def test_a_loop_over_a_stream_may_write(office: Office, db: Database) -> None:
    for person in db.find(Person).stream(by=Person.number, size=1):
        if person.name == "Bo Dahl":
            db.delete(person)
        else:
            person.notes = "seen"
            db.save(person)
    assert [person.notes for person in db.find(Person)] == ["seen", "seen"]


def test_portals_and_dates_are_the_same_on_later_pages(office: Office, db: Database) -> None:
    alone = db.find(Person).sort(Person.name.desc()).all()
    paged = [person for page in db.find(Person).sort(Person.name.desc()).pages(size=1) for person in page]
    assert [person.model_dump() for person in paged] == [person.model_dump() for person in alone]
    assert paged[2].born == date(2001, 4, 17)
    assert paged[2].addresses[0].since == date(2020, 1, 1)
    assert any("dateformats=2" in target for target in office.sent)


def test_changes_and_deletions(db: Database) -> None:
    changes = db.find(Keyed).changed_since(Keyed.seen)
    assert changes.mark is not None
    assert len(changes.records) == 3
    db.update(Keyed, 2, {"seen": datetime(2026, 11, 23)})
    later = db.find(Keyed).changed_since(Keyed.seen, Mark.read(str(changes.mark)), by=Keyed.id)
    assert [one.name for one in later.records] == ["Bo Dahl"]
    known = db.find(Keyed).record_ids()
    db.delete(Keyed, 2)
    assert db.find(Keyed).missing(known) == ["2"]


def test_one_record_for_each_key(db: Database) -> None:
    ann, created = db.get_or_create(Keyed(id="A", name="Somebody"), by=Keyed.id)
    assert (ann.name, created) == ("Ann Berg", False)
    dora, created = db.upsert(Keyed(id="D", name="Dora"), by=Keyed.id)
    assert (dora.name, created) == ("Dora", True)
    again, created = db.upsert(Keyed(id="D", active=True), by=Keyed.id)
    assert (again.name, again.active, created) == ("Dora", True, False)


def test_many_are_saved_changed_and_deleted(office: Office, db: Database) -> None:
    people = db.find(Person).all()
    for person in people:
        person.notes = "saved"
    told: list[tuple[int, int]] = []
    report = db.save_all(
        [*people, Person(name="Dora")], progress=lambda done, total: told.append((done, total))
    )
    report.raise_for_failures()
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]

    def shout(person: Person) -> None:
        person.name = person.name.upper()

    assert db.update_all(db.find(Person).where(Person.notes == "saved"), shout).is_complete
    assert sorted(names(db.find(Person).all())) == ["ANN BERG", "BO DAHL", "CLEO LUND", "Dora"]
    office.forget()
    given = Report[SlimPerson]()
    slim = db.delete_all(db.find(SlimPerson).where(SlimPerson.name.contains("B")), report=given)
    assert slim is given
    assert str(slim) == "2 done"
    assert sorted(names(db.find(Person).all())) == ["CLEO LUND", "Dora"]


def test_a_conflict_is_in_the_report_and_can_be_resumed(db: Database) -> None:
    people = db.find(Person).all()
    db.update(Person, state(people[1]).record_id or "", {"notes": "theirs"})
    for person in people:
        person.name = "mine"
    report = db.save_all(people)
    assert [str(entry.outcome) for entry in report] == ["done", "conflict", "done"]
    db.reload(people[1])
    people[1].name = "mine"
    assert db.resume(report).is_complete
    assert names(db.find(Person).all()) == ["mine"] * 3
