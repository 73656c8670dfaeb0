"""The models and the replies that the tests of models share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from fmorm import Field, Model, Portal, PortalRow, Repeating, field, portal, repeating
from fmorm.model.build import build_records
from fmorm.model.plan import plan_of
from fmorm.model.records import Record
from fmorm.model.source import Source
from fmorm.model.state import Origin

R = TypeVar("R", bound=Record)

ORIGIN = Origin("https://fm.example.com", "people", "person")


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    since: Field[date | None] = field("Since")
    population: Field[int | None] = field("address_city_info::Population", read_only=True)


class Person(Model, layout="person"):
    key: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    born: Field[date | None] = field("BirthDate")
    height: Field[Decimal | None] = field("Height")
    changed: Field[datetime | None] = field("Changed", read_only=True)
    phones: Repeating[str] = repeating("Phone", 3)
    addresses: Portal[Address] = portal("person_addresses")


FIELDS: Mapping[str, Any] = {
    "PrimaryKey": "P-9",
    "Name": "Ada Lund",
    "BirthDate": "12/10/1985",
    "Height": 1.7,
    "Changed": "02/03/2024 16:05:09",
    "Phone(1)": "+47 1",
    "Phone(2)": "",
    "Phone(3)": "+47 3",
}


def address(record_id: str, city: str, **other: Any) -> dict[str, Any]:
    """Give a portal row as servers send it: the ids between the fields, a farther field with its own table."""
    return {
        "recordId": record_id,
        "person_addresses::City": city,
        "person_addresses::Zip": "",
        "person_addresses::Since": "",
        "address_city_info::Population": "",
        "modId": "2",
        **other,
    }


def portal_info(name: str, *, found: int, returned: int, object_name: str | None = None) -> dict[str, Any]:
    named = {"portalObjectName": object_name} if object_name else {}
    return {**named, "database": "people", "table": name, "foundCount": found, "returnedCount": returned}


def raw_person(
    *rows: Mapping[str, Any], found: int | None = None, record_id: str = "7", **fields: Any
) -> dict[str, Any]:
    """Give a record as servers send it; `found` is how many rows the portal has, if more than these."""
    count = len(rows) if found is None else found
    return {
        "fieldData": {**FIELDS, **fields},
        "portalData": {"person_addresses": [dict(row) for row in rows]},
        "recordId": record_id,
        "modId": "4",
        "portalDataInfo": [portal_info("person_addresses", found=count, returned=len(rows))],
    }


def load(model: type[R], *data: Mapping[str, Any], asked: Sequence[str] = ()) -> list[R]:
    """Make records out of the `data` member of a reply."""
    records = build_records(plan_of(model), [dict(raw) for raw in data], Source(ORIGIN, frozenset(asked)))
    return cast("list[R]", records)


def person(*cities: str, found: int | None = None, asked: Sequence[str] = (), **fields: Any) -> Person:
    """Give a loaded person with one row for each city, of the record ids 21, 22, …"""
    rows = [address(str(21 + i), city) for i, city in enumerate(cities)]
    (loaded,) = load(Person, raw_person(*rows, found=found, **fields), asked=asked)
    return loaded


def one(model: type[Any], **fields: Any) -> Any:
    """Make one record of the fields of a reply."""
    (loaded,) = load(model, {"fieldData": fields, "portalData": {}, "recordId": "1", "modId": "0"})
    return loaded
