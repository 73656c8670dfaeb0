"""What both type checkers refuse: each line says the error that it must give, once for each of them.

mypy complains where an error vanishes, and so does pyright by the settings beside this file, which also keep it
from honouring mypy's comments. The file is read by type checkers and never run.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (what cannot be found has no type either; that is not the error meant)

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from fmorm import (
    AsyncDatabase,
    BelongsTo,
    Database,
    Field,
    HasMany,
    Model,
    Portal,
    PortalRow,
    Repeating,
    as_model,
    belongs_to,
    field,
    has_many,
    portal,
    repeating,
)
from fmorm.server import Code, Run


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")


class Other(PortalRow, table="others"):
    city: Field[str] = field("City")


class Person(Model, layout="person"):
    name: Field[str] = field("Name")
    born: Field[date | None] = field("BirthDate")
    height: Field[Decimal | None] = field("Height")
    phones: Repeating[str] = repeating("Phone", 3)
    addresses: Portal[Address] = portal("person_addresses")


def misspelt(person: Person) -> None:
    _ = Person.naem  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Person.addresses.town  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = person.naem  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = person.addresses[0].town  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    person.naem = "Ada"  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


class Colour(StrEnum):
    RED = "red"


class Thing(Model, layout="thing"):
    length: Field[timedelta | None] = field("Length")
    tags: Field[list[str]] = field("Tags")
    colour: Field[Colour | None] = field("Colour")


def types(db: Database, thing: Thing) -> None:
    Person.name.has("x")  # type: ignore[call-overload, misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.colour.has(Colour.RED)  # type: ignore[call-overload, misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.tags.has(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = Thing.tags < ["a"]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.length > 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.colour < Colour.RED  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.tags.startswith("a")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.colour.in_(["red"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    thing.tags.append(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    thing.length = 5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    db.find(Thing).on_bad_value("ignore")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def terms() -> None:
    _ = Person.name < 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Person.born >= "2000"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Person.born.startswith("2")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Person.name.in_([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    Person.phones.desc()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Person.addresses.city > date(2000, 1, 1)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Person.addresses.phones  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def values(person: Person) -> None:
    person.name.desc()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = person.born.year  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    _ = person.name + 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    person.phones.append("x")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = person.phones[0] + 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = person.addresses.city  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    person.addresses.by_id(5.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def assignments(person: Person, other: Other) -> None:
    person.name = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    person.name = 5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    person.born = "2000-01-01"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    person.height = "1.7"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    person.phones = 5  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    person.phones = [1]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    person.phones[0] = None  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]
    person.addresses = [other]  # type: ignore[list-item]  # pyright: ignore[reportAttributeAccessIssue]
    person.addresses.append(other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    person.addresses.append(person)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    person.addresses += [other]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]


def constructors() -> None:
    Person(naem="Ada")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Person(name=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Person("Ada")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Address(city=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Person(addresses=[Other()])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


class Wrong(Model, layout="wrong"):
    rows: Portal[int] = portal("x")  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    model: Portal[Person] = portal("x")  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    table: Repeating[int, str] = repeating("x", 2)  # type: ignore[type-arg]  # pyright: ignore[reportInvalidTypeArguments]


def finds(db: Database, person: Person, row: Address) -> None:
    db.find(Person).where(person.name == "Ada")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Person).where(True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Person).where(Person.name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Person).sort("name")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Person).sort(Person.phones)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Person).portals("addresses")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Address)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    db.find(person)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = db.find(Person).first().name  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    db.save(row)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    db.save(person, on_conflict="overwrite")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.save(person, on_conflict=len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.save(person, expect_rows=["5"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    person.apply({"name": "Ada"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    db.create(Person)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    db.delete(Person)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    db.delete(person, 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    db.get(Person, 5.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.update(Person, 5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaited(db: AsyncDatabase, person: Person) -> None:
    _ = (await db.find(Person).first()).name  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    _ = (await db.find(Person).all()).name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    db.find(Person).all().append(person)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    await db.delete(Person)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    _ = [each.name for each in db.find(Person)]  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]


class Order(Model, layout="orders"):
    number: Field[str] = field("Number", key=True)
    person: BelongsTo[Person] = belongs_to(on="number")
    row: BelongsTo[Address] = belongs_to(on="number")  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    others: HasMany[Person] = has_many(key="number")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def relations(db: Database, order: Order, person: Person, other: Other) -> None:
    _ = Order.persno  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = Order.person.naem  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = order.person.name  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    _ = order.others[0].naem  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    order.person = person  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    order.others.append(person)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    Order(person=person)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Order).prefetch("person")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Order).prefetch(Order.number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.load([order], Order.number)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    db.load(person.addresses, Person.name)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    as_model(order, Person)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    as_model(other, Address)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


def scripts(code: Code, run: Run) -> None:
    code.script("x")(len)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    code.script(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    code.function("x")(5)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    run.found_set[0]["Name"] = [5]  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]
    run.found_set["Name"]  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    run.create(Name="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    run.parameter.append("x")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    _ = run.record["Name"]  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]
    _ = int(run.perform("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
