"""The customers as models: fmorm's, and pydantic's as a program without fmorm would write them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic import Field as Key

from fmorm import Field, Model, Portal, PortalRow, Repeating, field, portal, repeating
from tools.bench.customers import FIELDS, LAYOUT, PORTALS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Order(PortalRow, table="customer_orders"):
    """A row of the first portal."""

    number: Field[str] = field("Number")
    status: Field[str] = field("Status")
    amount: Field[Decimal | None] = field("Amount")
    ordered: Field[date | None] = field("Ordered")
    shipped: Field[datetime | None] = field("Shipped")
    slot: Field[time | None] = field("Slot")


class Visit(PortalRow, table="customer_visits"):
    """A row of the second portal."""

    subject: Field[str] = field("Subject")
    kind: Field[str] = field("Kind")
    minutes: Field[int | None] = field("Minutes")
    due: Field[date | None] = field("Due")
    logged: Field[datetime | None] = field("Logged")
    starts: Field[time | None] = field("Starts")


class FlatCustomer(Model, layout=f"{LAYOUT}_flat"):
    """A customer without portals."""

    key: Field[str] = field("PrimaryKey", key=True)
    first_name: Field[str] = field("FirstName")
    last_name: Field[str] = field("LastName")
    company: Field[str] = field("Company")
    email: Field[str] = field("E-Mail")
    street: Field[str] = field("Street")
    city: Field[str] = field("City")
    country: Field[str] = field("Country")
    group: Field[str] = field("Group")
    notes: Field[str] = field("Notes")
    age: Field[int | None] = field("Age")
    contacts: Field[int | None] = field("Contacts")
    balance: Field[Decimal | None] = field("Balance")
    score: Field[float | None] = field("Score")
    born: Field[date | None] = field("Born")
    since: Field[date | None] = field("Since")
    created: Field[datetime | None] = field("Created")
    changed: Field[datetime | None] = field("Changed")
    call_at: Field[time | None] = field("CallAt")
    phones: Repeating[str] = repeating("Phone", 3)


class Customer(FlatCustomer, layout=LAYOUT):
    """A customer with portals."""

    orders: Portal[Order] = portal("customer_orders")
    visits: Portal[Visit] = portal("customer_visits")


class PlainOrder(BaseModel):
    """A row of the first portal."""

    number: str = Key(validation_alias="customer_orders::Number")
    status: str = Key(validation_alias="customer_orders::Status")
    amount: Decimal | None = Key(validation_alias="customer_orders::Amount")
    ordered: date | None = Key(validation_alias="customer_orders::Ordered")
    shipped: datetime | None = Key(validation_alias="customer_orders::Shipped")
    slot: time | None = Key(validation_alias="customer_orders::Slot")


class PlainVisit(BaseModel):
    """A row of the second portal."""

    subject: str = Key(validation_alias="customer_visits::Subject")
    kind: str = Key(validation_alias="customer_visits::Kind")
    minutes: int | None = Key(validation_alias="customer_visits::Minutes")
    due: date | None = Key(validation_alias="customer_visits::Due")
    logged: datetime | None = Key(validation_alias="customer_visits::Logged")
    starts: time | None = Key(validation_alias="customer_visits::Starts")


class PlainCustomer(BaseModel):
    """The fields of a customer."""

    key: str = Key(validation_alias="PrimaryKey")
    first_name: str = Key(validation_alias="FirstName")
    last_name: str = Key(validation_alias="LastName")
    company: str = Key(validation_alias="Company")
    email: str = Key(validation_alias="E-Mail")
    street: str = Key(validation_alias="Street")
    city: str = Key(validation_alias="City")
    country: str = Key(validation_alias="Country")
    group: str = Key(validation_alias="Group")
    notes: str = Key(validation_alias="Notes")
    age: int | None = Key(validation_alias="Age")
    contacts: int | None = Key(validation_alias="Contacts")
    balance: Decimal | None = Key(validation_alias="Balance")
    score: float | None = Key(validation_alias="Score")
    born: date | None = Key(validation_alias="Born")
    since: date | None = Key(validation_alias="Since")
    created: datetime | None = Key(validation_alias="Created")
    changed: datetime | None = Key(validation_alias="Changed")
    call_at: time | None = Key(validation_alias="CallAt")
    phone_1: str = Key(validation_alias="Phone(1)")
    phone_2: str = Key(validation_alias="Phone(2)")
    phone_3: str = Key(validation_alias="Phone(3)")


class CheckedCustomer(PlainCustomer):
    """The same with every assignment checked, as fmorm checks it."""

    model_config = ConfigDict(validate_assignment=True)


class PlainPortals(BaseModel):
    """The portals of a customer."""

    orders: list[PlainOrder] = Key(validation_alias="customer_orders")
    visits: list[PlainVisit] = Key(validation_alias="customer_visits")


class PlainFlatRecord(BaseModel):
    """One member of `data`."""

    fields: PlainCustomer = Key(validation_alias="fieldData")
    record_id: str = Key(validation_alias="recordId")
    mod_id: str = Key(validation_alias="modId")


class PlainRecord(PlainFlatRecord):
    """One member of `data`, with its portals."""

    portals: PlainPortals = Key(validation_alias="portalData")


class PlainFlatResponse(BaseModel):
    """The member `response`."""

    data: list[PlainFlatRecord]


class PlainResponse(BaseModel):
    """The member `response`."""

    data: list[PlainRecord]


class PlainFlatReply(BaseModel):
    """A whole reply."""

    response: PlainFlatResponse
    messages: list[dict[str, str]]


class PlainReply(BaseModel):
    """A whole reply."""

    response: PlainResponse
    messages: list[dict[str, str]]


PLAIN_FLAT = TypeAdapter(PlainFlatReply)
PLAIN = TypeAdapter(PlainReply)


# -- reading every value -----------------------------------------------------------------------------------

FEW = ("first_name", "age", "created")
"""What a list view shows."""

_attrs = [column.attr for column in FIELDS]
_once = [column.attr for column in FIELDS if column.count == 1]

read_few: Callable[[object], tuple[Any, ...]] = attrgetter(*FEW)
read_once: Callable[[object], tuple[Any, ...]] = attrgetter(*_once)
read_plain: Callable[[object], tuple[Any, ...]] = attrgetter(*_once, "phone_1", "phone_2", "phone_3")
read_order: Callable[[object], tuple[Any, ...]] = attrgetter(*(column.attr for column in PORTALS["orders"]))
read_visit: Callable[[object], tuple[Any, ...]] = attrgetter(*(column.attr for column in PORTALS["visits"]))


def read_record(record: FlatCustomer) -> None:
    """Load every value of a record."""
    read_once(record)
    _first, _second, _third = record.phones


def read_rows(orders: Sequence[object], visits: Sequence[object]) -> None:
    """Load every value of the rows of a record."""
    for order in orders:
        read_order(order)
    for visit in visits:
        read_visit(visit)
