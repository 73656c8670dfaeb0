"""The models of `cassettes/fmorm_cassettes.toml`, and of the same file on a FileMaker Server."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fmorm import Field, Model, Portal, PortalRow, Repeating, field, portal, repeating

MARK = "fmorm cassette"
"""How the mark of every record begins that the tests make, so that they can be told from others."""


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")


class Person(Model, layout="person"):
    id: Field[int] = field("PrimaryKey", key=True, read_only=True)
    mark: Field[str] = field("Mark")
    name: Field[str] = field("Name")
    born: Field[date | None] = field("Born")
    height: Field[Decimal | None] = field("Height")
    phones: Repeating[str] = repeating("Phone", 2)
    created_by: Field[str] = field("CreatedBy", read_only=True)
    addresses: Portal[Address] = portal("addresses")


class Brief(Model, layout="person"):
    mark: Field[str] = field("Mark")
    name: Field[str] = field("Name")


class Nowhere(Model, layout="no such layout"):
    name: Field[str] = field("Name")
