"""The verbs of both databases, and the types of what they give.

The file is read by type checkers and never run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_type

from fmorm import (
    AsyncDatabase,
    AsyncFind,
    Choice,
    ConflictError,
    Database,
    Field,
    Find,
    Findings,
    LayoutMetadata,
    LayoutRecord,
    ListedLayout,
    ListedScript,
    Model,
    OnConflict,
    Portal,
    PortalRow,
    field,
    portal,
)


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")


class Person(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    born: Field[date | None] = field("BirthDate")
    addresses: Portal[Address] = portal("person_addresses")


def sync_verbs(db: Database, person: Person) -> None:
    assert_type(db.get(Person, 5), Person)
    assert_type(db.get(Person, "5"), Person)
    assert_type(db.get(Person, id="P-1"), Person)
    assert_type(db.reload(person), Person)
    assert_type(db.create(person), Person)
    assert_type(db.create(person, reload=True), Person)
    assert_type(db.save(person), Person)
    assert_type(db.save(person, expect="3"), Person)
    assert_type(db.save(person, expect_rows={"5": "3"}, on_conflict="merge"), Person)
    assert_type(db.save(person, expect_rows={("addresses", "5"): 3}, on_conflict="mine"), Person)
    assert_type(db.save(person, on_conflict=theirs_name), Person)
    assert_type(db.update(Person, 5, {"name": "Ada"}, mod_id=3), str | None)
    db.delete(person)
    db.delete(person, mod_id=3)
    db.delete(Person, 5)
    db.delete(Person, "5", mod_id="3")


def theirs_name(conflict: ConflictError) -> Mapping[str, Any]:
    return {"name": conflict.theirs["name"]}


def rules(db: Database, person: Person, rule: OnConflict, error: ConflictError) -> None:
    db.save(person, on_conflict=rule)
    db.save(person, on_conflict=lambda conflict: {"name": conflict.mine["name"]})
    db.save(person, expect_rows={row.record_id: row.mod_id for row in error.rows})


def sync_metadata(db: Database, person: Person) -> None:
    assert_type(db.layouts(), list[ListedLayout])
    assert_type(db.scripts(), list[ListedScript])
    assert_type(db.databases(), list[str])
    assert_type(db.layout_metadata(Person), LayoutMetadata)
    assert_type(db.layout_metadata("person"), LayoutMetadata)
    assert_type(db.choices(Person.name), list[Choice])
    assert_type(db.choices(Person.addresses.city, person), list[Choice])
    assert_type(db.choices("name", record=person), list[Choice])
    assert_type(db.check(Person), Findings)
    stock = db.layout("Stock")
    assert_type(stock, type[LayoutRecord])
    item = db.find(stock).where(stock.f["Qty on hand"] > 3, stock.f["Suppliers", "Name"] == "Moe").one()
    assert_type(item, LayoutRecord)
    item["Qty on hand"] = 4
    item.qty_on_hand = item["Price"] + item.price
    db.create(stock(name="Spelt"))


async def async_metadata(db: AsyncDatabase) -> None:
    assert_type(await db.layouts(), list[ListedLayout])
    assert_type(await db.choices(Person.name), list[Choice])
    assert_type(await db.check(Person), Findings)
    stock = await db.layout("Stock")
    assert_type(await db.find(stock).all(), list[LayoutRecord])


def sync_finds(db: Database) -> None:
    find = db.find(Person)
    assert_type(find, Find[Person])
    chained = (
        find.where(Person.name.startswith("A") & (Person.born >= date(2000, 1, 1)))
        .omit(Person.addresses.city == "Oslo")
        .sort(Person.born.desc(), Person.name)
        .limit(20)
        .offset(5)
        .portals(Person.addresses)
        .portal(Person.addresses, limit=5)[:10]
    )
    assert_type(chained, Find[Person])
    assert_type(chained.all(), list[Person])
    assert_type(chained.first(), Person | None)
    assert_type(chained.one(), Person)
    assert_type(chained.one_or_none(), Person | None)
    assert_type(chained.count(), int)
    assert_type(chained.exists(), bool)
    assert_type(chained.explain(), str)
    assert_type(list(chained), list[Person])
    for person in chained:
        assert_type(person, Person)
        assert_type(person.addresses[0].city, str)


def sync_opened() -> None:
    with Database.embedded("people.toml") as db:
        assert_type(db, Database)
    assert_type(Database.from_url("https://user:password@host/people"), Database)
    assert_type(Database.from_env(), Database)


async def async_verbs(db: AsyncDatabase, person: Person) -> None:
    assert_type(await db.get(Person, 5), Person)
    assert_type(await db.get(Person, id="P-1"), Person)
    assert_type(await db.reload(person), Person)
    assert_type(await db.create(person, reload=True), Person)
    assert_type(await db.save(person, expect=3), Person)
    assert_type(await db.save(person, expect_rows={5: "3"}, on_conflict="theirs"), Person)
    assert_type(await db.save(person, on_conflict=theirs_name), Person)
    assert_type(await db.update(Person, 5, {"name": "Ada"}), str | None)
    await db.delete(person)
    await db.delete(Person, 5)
    await db.delete(Person, 5, mod_id=3)


async def async_finds(db: AsyncDatabase) -> None:
    chained = (
        db.find(Person)
        .where(Person.name == "Ada")
        .omit(Person.addresses.city == "Oslo")
        .sort(Person.name)[:5]
    )
    assert_type(chained, AsyncFind[Person])
    assert_type(await chained.all(), list[Person])
    assert_type(await chained.first(), Person | None)
    assert_type(await chained.one(), Person)
    assert_type(await chained.one_or_none(), Person | None)
    assert_type(await chained.count(), int)
    assert_type(await chained.exists(), bool)
    assert_type([person async for person in chained], list[Person])
    async for person in chained:
        assert_type(person.born, date | None)


async def async_opened() -> None:
    async with AsyncDatabase.embedded("people.toml") as db:
        assert_type(db, AsyncDatabase)


def any_model(db: Database, model: type[Model], record: Model) -> None:
    assert_type(db.find(model).all(), list[Model])
    assert_type(db.save(record), Model)
