"""The models of `trade.toml`."""

from __future__ import annotations

from fmorm import (
    BelongsTo,
    Field,
    HasMany,
    Model,
    Portal,
    PortalRow,
    Repeating,
    belongs_to,
    field,
    has_many,
    portal,
    repeating,
)


class Region(Model, layout="regions"):
    id: Field[int] = field("ID", key=True)
    name: Field[str] = field("Name")
    customers: HasMany[Customer] = has_many(on="region_id")


class Customer(Model, layout="customers"):
    id: Field[str] = field("ID", key=True)
    name: Field[str] = field("Name")
    region_id: Field[int | None] = field("RegionID")
    region: BelongsTo[Region] = belongs_to(on="region_id")
    orders: HasMany[Order] = has_many("Order", on="customer_id")


class Order(Model, layout="orders"):
    number: Field[int] = field("Number", key=True, read_only=True)
    customer_id: Field[str] = field("CustomerID")
    title: Field[str] = field("Title")
    status: Field[str | None] = field("Status")
    paid: Field[bool | None] = field("Paid")
    tags: Repeating[str] = repeating("Tag", 2)
    customer: BelongsTo[Customer] = belongs_to(on="customer_id", key="id")


class OrderRow(PortalRow, table="customer_orders"):
    number: Field[int] = field("Number", read_only=True)
    title: Field[str] = field("Title")
    status: Field[str | None] = field("Status")
    paid: Field[bool] = field("Paid")
    tags: Repeating[str] = repeating("Tag", 2)


class TitleRow(PortalRow, table="customer_orders"):
    title: Field[str] = field("Title")


class Account(Model, layout="customers with orders"):
    id: Field[str] = field("ID", key=True)
    name: Field[str] = field("Name")
    notes: Field[str | None] = field("Notes")
    orders: Portal[OrderRow] = portal("orders")
    open: Portal[OrderRow] = portal("open orders")


class Visible(Model, layout="customers with orders"):
    name: Field[str] = field("Name")
    two: Portal[TitleRow] = portal("two orders")


class Slim(Model, layout="customers with orders"):
    name: Field[str] = field("Name")
    orders: Portal[OrderRow] = portal("orders", limit=1)
