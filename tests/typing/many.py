"""The verbs for many records, and the types of what they give.

The file is read by type checkers and never run.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_type

from fmorm import AsyncDatabase, Changes, Database, Field, Mark, Model, Outcome, Report, field


class Person(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", unique=True)
    name: Field[str] = field("Name")
    changed: Field[datetime | None] = field("Changed")


def shout(person: Person) -> None:
    person.name = person.name.upper()


def sync_verbs(db: Database, person: Person, mark: Mark | None) -> None:
    find = db.find(Person)
    for page in find.pages(size=5, prefetch=True):
        assert_type(page, list[Person])
    for one in find.stream(by=Person.id, size=5):
        assert_type(one, Person)
    changes = find.changed_since(Person.changed, mark, by=Person.id)
    assert_type(changes, Changes[Person])
    assert_type(changes.records, list[Person])
    assert_type(changes.mark, Mark | None)
    assert_type(find.record_ids(), list[str])
    assert_type(find.missing([1, "2"]), list[str])
    assert_type(db.get_or_create(person, by=Person.id), tuple[Person, bool])
    assert_type(db.upsert(person, by=Person.id, reload=True), tuple[Person, bool])
    report = db.save_all([person])
    assert_type(report, Report[Person])
    assert_type(report.failed[0].record, Person | None)
    assert_type(report.failed[0].outcome, Outcome)
    assert_type(db.update_all(find, {"name": "Ada"}), Report[Person])
    assert_type(db.update_all(find, shout, report=report), Report[Person])
    assert_type(db.delete_all(find, progress=print), Report[Person])
    assert_type(db.resume(report), Report[Person])


async def async_verbs(db: AsyncDatabase, person: Person) -> None:
    find = db.find(Person)
    async for page in find.pages():
        assert_type(page, list[Person])
    async for one in find.stream(by=Person.id):
        assert_type(one, Person)
    assert_type(await find.changed_since(Person.changed), Changes[Person])
    assert_type(await db.get_or_create(person, by=Person.id), tuple[Person, bool])
    assert_type(await db.save_all([person]), Report[Person])
    assert_type(await db.update_all(find, shout), Report[Person])
    assert_type(await db.resume(await db.delete_all(find)), Report[Person])
