"""Relations between layouts and what is loaded later, and the types of what they give.

The file is read by type checkers and never run.
"""

from __future__ import annotations

from typing import assert_type

from fmorm import (
    AsyncDatabase,
    AsyncFind,
    BelongsTo,
    Database,
    Field,
    Find,
    HasMany,
    Model,
    Portal,
    PortalRow,
    PortalRows,
    as_model,
    belongs_to,
    field,
    has_many,
    portal,
)


class OrderRow(PortalRow, table="customer_orders"):
    title: Field[str] = field("Title")


class Region(Model, layout="regions"):
    id: Field[int] = field("ID", key=True)


class Customer(Model, layout="customers"):
    id: Field[str] = field("ID", key=True)
    region_id: Field[int | None] = field("RegionID")
    region: BelongsTo[Region] = belongs_to(on="region_id")
    orders: HasMany[Order] = has_many("Order", on="customer_id")
    rows: Portal[OrderRow] = portal("orders")


class Order(Model, layout="orders"):
    customer_id: Field[str | None] = field("CustomerID")
    customer: BelongsTo[Customer] = belongs_to(on="customer_id", key="id")


def values(order: Order, customer: Customer) -> None:
    assert_type(order.customer, Customer | None)
    assert_type(customer.orders, tuple[Order, ...])
    assert_type([each.customer_id for each in customer.orders], list[str | None])
    if order.customer is not None and order.customer.region is not None:
        assert_type(order.customer.region.id, int)


def ways() -> None:
    assert_type(Order.customer, type[Customer])
    assert_type(Order.customer.region, type[Region])
    assert_type(Customer.orders.customer, type[Customer])


def constructors() -> None:
    assert_type(Order(customer_id="C-1"), Order)


def sync(db: Database, order: Order, orders: list[Order], customer: Customer) -> None:
    find = db.find(Order).prefetch(Order.customer, Order.customer.region).where(Order.customer_id == "C-1")
    assert_type(find, Find[Order])
    assert_type(db.load(order, Order.customer), Order)
    assert_type(db.load(orders, Order.customer), list[Order])
    assert_type(db.load((order, order), Order.customer.region), tuple[Order, Order])
    assert_type(db.load(customer), Customer)
    assert_type(db.load(customer, Customer.region_id, Customer.rows, Customer.orders), Customer)
    assert_type(db.load(customer.rows), PortalRows[OrderRow])
    assert_type(as_model(customer.rows[0], Order), Order)


async def coloured(db: AsyncDatabase, order: Order, orders: list[Order], customer: Customer) -> None:
    assert_type(db.find(Order).prefetch(Order.customer), AsyncFind[Order])
    assert_type(await db.load(order, Order.customer), Order)
    assert_type(await db.load(orders, Order.customer), list[Order])
    assert_type(await db.load(customer.rows), PortalRows[OrderRow])
