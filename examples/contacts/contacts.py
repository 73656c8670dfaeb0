"""The models of the example applications: one layout of an address book."""

from __future__ import annotations

from datetime import date, datetime

from fmorm import Container, Field, Model, Portal, PortalRow, container, field, portal


class Phone(PortalRow, table="contact_phones"):
    label: Field[str | None] = field("Label")
    number: Field[str] = field("Number")


class Contact(Model, layout="contact"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    company: Field[str | None] = field("Company")
    email: Field[str | None] = field("Email", unique=True)
    category: Field[str | None] = field("Category")
    birthday: Field[date | None] = field("Birthday")
    city: Field[str | None] = field("City")
    notes: Field[str | None] = field("Notes")
    photo: Container = container("Photo")
    changed: Field[datetime | None] = field("Changed", read_only=True)
    changed_by: Field[str | None] = field("ChangedBy", read_only=True)
    phones: Portal[Phone] = portal("phones")
