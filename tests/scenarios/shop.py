"""The models of `shop.toml`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from fmorm import Container, Field, Model, Portal, PortalRow, Repeating, container, field, portal, repeating


class Supplier(PortalRow, table="item_suppliers"):
    name: Field[str] = field("Name")
    rank: Field[str | None] = field("Class")
    country: Field[str] = field("supplier_town::Country", read_only=True)


class Item(Model, layout="Stock"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    on_hand: Field[Decimal | None] = field("Qty on hand")
    status: Field[str | None] = field("Status")
    tags: Field[str] = field("Tags")
    size: Field[int | None] = field("Size")
    shelf: Field[str] = field("Shelf")
    restocked: Field[date | None] = field("Restocked")
    changed: Field[datetime | None] = field("Changed", read_only=True)
    phones: Repeating[str] = repeating("Phone", 3)
    photo: Container = container("Photo")
    double: Field[Decimal | None] = field("Double", read_only=True)
    year: Field[int | None] = field("Year", is_global=True)
    town: Field[str] = field("item_suppliers::Town")
    suppliers: Portal[Supplier] = portal("Suppliers")
