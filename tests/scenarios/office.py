"""The models of `office.toml`."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from fmorm import (
    Container,
    Database,
    Field,
    Model,
    NotFound,
    Portal,
    PortalRow,
    Repeating,
    RepeatingContainer,
    container,
    field,
    portal,
    repeating,
)
from fmorm.server import App


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    since: Field[date | None] = field("Since")
    population: Field[int | None] = field("address_city::Population", read_only=True)


class Task(PortalRow, table="person_tasks"):
    title: Field[str] = field("Title")
    done: Field[bool] = field("Done")


class Person(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    number: Field[int] = field("Number", key=True, read_only=True)
    name: Field[str] = field("Name")
    notes: Field[str | None] = field("Notes")
    born: Field[date | None] = field("Born")
    wakes: Field[time | None] = field("Wakes")
    seen: Field[datetime | None] = field("Seen")
    height: Field[Decimal | None] = field("Height")
    weight: Field[float | None] = field("Weight")
    active: Field[bool] = field("Active")
    code: Field[str | None] = field("Code", kind="number")
    phones: Repeating[str] = repeating("Phone", 3)
    scores: Repeating[int | None] = repeating("Score", 2)
    locked: Field[str | None] = field("Locked")
    addresses: Portal[Address] = portal("addresses")
    tasks: Portal[Task] = portal("person_tasks")


class SlimPerson(Model, layout="person / slim?#1 % é 😀"):
    name: Field[str] = field("Name")
    born: Field[date | None] = field("Born")
    height: Field[Decimal | None] = field("Height")


class AddressRecord(Model, layout="address"):
    person: Field[str] = field("PersonKey")
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")


class Pictured(Model, layout="pictured"):
    name: Field[str] = field("Name")
    notes: Field[str | None] = field("Notes")
    photo: Container = container("Photo")
    scans: RepeatingContainer = container("Scan", 3)


def stored(app: App) -> bytes | None:
    """What is in the container of record 1, as another program sees it."""
    with Database.embedded(app) as other:
        try:
            return other.download(other.get(Pictured, 1), "photo")
        except NotFound:
            return None
