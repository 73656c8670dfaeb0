"""What is timed on: customers with orders and visits, the same from every run, as values and as replies.

Twenty fields (ten of text, two whole numbers, a Decimal, a float, two dates, two timestamps, a time, and a
text of three repetitions) and two portals of five rows with six fields each; 7 % of the values are empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any, Final

DATABASE: Final = "shop"
LAYOUT: Final = "customer"
PAGE: Final = 500
EMPTY: Final = 0.07
PORTAL_ROWS: Final = 5

Values = dict[str, Any]
Wire = dict[str, Any]


class Form(Enum):
    """How a reply spells what is not text.

    `FRIENDLY` is sent by no FileMaker: ISO dates, and null for what is empty. A decoder that needs no Python for
    a single value shows on it how fast it can be at all.
    """

    US = "US dates"
    ISO = "ISO dates"
    FRIENDLY = "ISO dates, null for empty"


@dataclass(frozen=True, slots=True)
class Column:
    """One field.

    Attributes:
        attr: The attribute of the model.
        name: FileMaker's name, qualified in a portal.
        kind: FileMaker's kind.
        make: Makes a value of it.
        count: How many repetitions it has.
    """

    attr: str
    name: str
    kind: str
    make: Callable[[Random], Any]
    count: int = 1

    @property
    def keys(self) -> list[str]:
        """The keys on the wire."""
        return [self.name] if self.count == 1 else [f"{self.name}({i + 1})" for i in range(self.count)]


@dataclass(frozen=True, slots=True)
class Customer:
    """The values of one record; those of a repeating field are a list.

    Attributes:
        record_id: FileMaker's record id.
        fields: Values by attribute.
        portals: Rows by attribute of the portal.
    """

    record_id: int
    fields: Values
    portals: dict[str, list[Values]]


# -- values ----------------------------------------------------------------------------------------------


def _one_of(text: str) -> Callable[[Random], str]:
    choices = text.split()
    return lambda random: random.choice(choices)


def _words(least: int, most: int) -> Callable[[Random], str]:
    word = _one_of("please send the new price list before delivery and call again about an invoice")
    return lambda random: " ".join(word(random) for _ in range(random.randint(least, most)))


def _numbered(form: str, below: int) -> Callable[[Random], str]:
    return lambda random: form.format(random.randrange(below))


def _key(random: Random) -> str:
    digits = f"{random.getrandbits(128):032X}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def _whole(random: Random) -> int:
    return random.randrange(5_000)


def _cents(random: Random) -> Decimal:
    return Decimal(random.randrange(1, 10_000_000)) / 100


def _thousandths(random: Random) -> float:
    return random.randrange(1, 1_000_000) / 1000


def _day(random: Random) -> date:
    return date(1960, 1, 1) + timedelta(days=random.randrange(22_000))


def _moment(random: Random) -> datetime:
    return datetime(2010, 1, 1) + timedelta(seconds=random.randrange(450_000_000))


def _clock(random: Random) -> time:
    return time(random.randrange(24), random.randrange(60), random.randrange(60))


FIELDS: Final = [
    Column("key", "PrimaryKey", "text", _key),
    Column(
        "first_name", "FirstName", "text", _one_of("Åse Bjørn Chiara Daniël Émilie Fatima Jürgen Łukasz Max")
    ),
    Column(
        "last_name", "LastName", "text", _one_of("Berg Dąbrowski Fischer García Nguyễn O'Hara Rossi Tanaka")
    ),
    Column("company", "Company", "text", _words(1, 3)),
    Column("email", "E-Mail", "text", _numbered("customer{}@example.com", 100_000)),
    Column("street", "Street", "text", _numbered("Long Street {}", 400)),
    Column("city", "City", "text", _one_of("Bergen Brno Gent Lyon Kraków Osaka Porto São-Paulo Wien Zürich")),
    Column("country", "Country", "text", _one_of("NO CZ BE FR PL JP PT BR AT CH")),
    Column("group", "Group", "text", _one_of("lead customer partner")),
    Column("notes", "Notes", "text", _words(8, 30)),
    Column("age", "Age", "number", _whole),
    Column("contacts", "Contacts", "number", _whole),
    Column("balance", "Balance", "number", _cents),
    Column("score", "Score", "number", _thousandths),
    Column("born", "Born", "date", _day),
    Column("since", "Since", "date", _day),
    Column("created", "Created", "timestamp", _moment),
    Column("changed", "Changed", "timestamp", _moment),
    Column("call_at", "CallAt", "time", _clock),
    Column("phones", "Phone", "text", _numbered("+47 {:08}", 100_000_000), 3),
]

PORTALS: Final = {
    "orders": [
        Column("number", "customer_orders::Number", "text", _numbered("A-{:06}", 1_000_000)),
        Column("status", "customer_orders::Status", "text", _one_of("open paid shipped cancelled")),
        Column("amount", "customer_orders::Amount", "number", _cents),
        Column("ordered", "customer_orders::Ordered", "date", _day),
        Column("shipped", "customer_orders::Shipped", "timestamp", _moment),
        Column("slot", "customer_orders::Slot", "time", _clock),
    ],
    "visits": [
        Column("subject", "customer_visits::Subject", "text", _words(4, 4)),
        Column("kind", "customer_visits::Kind", "text", _one_of("call mail visit")),
        Column("minutes", "customer_visits::Minutes", "number", _whole),
        Column("due", "customer_visits::Due", "date", _day),
        Column("logged", "customer_visits::Logged", "timestamp", _moment),
        Column("starts", "customer_visits::Starts", "time", _clock),
    ],
}


def customers(count: int, *, seed: int = 1) -> list[Customer]:
    """Make records; the same count and seed make the same ones."""
    random = Random(seed)  # noqa: S311 - no secret is made of it
    return [_customer(random, number) for number in range(1, count + 1)]


def _customer(random: Random, number: int) -> Customer:
    portals = {
        attr: [_values(random, columns) for _ in range(PORTAL_ROWS)] for attr, columns in PORTALS.items()
    }
    return Customer(number, _values(random, FIELDS), portals)


def _values(random: Random, columns: Sequence[Column]) -> Values:
    return {
        column.attr: _value(random, column)
        if column.count == 1
        else [_value(random, column) for _ in range(column.count)]
        for column in columns
    }


def _value(random: Random, column: Column) -> Any:
    if random.random() < EMPTY and column.make is not _key:
        return "" if column.kind == "text" else None
    return column.make(random)


# -- replies ---------------------------------------------------------------------------------------------


def page(records: Sequence[Customer], form: Form, *, portals: bool) -> bytes:
    """Write the reply to a find of exactly these records."""
    info = {
        "database": DATABASE,
        "layout": LAYOUT,
        "table": LAYOUT,
        "totalRecordCount": len(records),
        "foundCount": len(records),
        "returnedCount": len(records),
    }
    data = [_record(record, form, portals=portals) for record in records]
    reply = {"response": {"dataInfo": info, "data": data}, "messages": [{"code": "0", "message": "OK"}]}
    return json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode()


def _record(record: Customer, form: Form, *, portals: bool) -> Wire:
    shown = record.portals if portals else {}
    return {
        "fieldData": wire(record.fields, FIELDS, form),
        "portalData": {f"customer_{attr}": _rows(attr, rows, form) for attr, rows in shown.items()},
        "recordId": str(record.record_id),
        "modId": "0",
        "portalDataInfo": [_portal_info(attr, rows) for attr, rows in shown.items()],
    }


def _rows(attr: str, rows: Sequence[Values], form: Form) -> list[Wire]:
    return [
        {"recordId": str(number), **wire(row, PORTALS[attr], form), "modId": "0"}
        for number, row in enumerate(rows, 1)
    ]


def _portal_info(attr: str, rows: Sequence[Values]) -> Wire:
    count = len(rows)
    return {"database": DATABASE, "table": f"customer_{attr}", "foundCount": count, "returnedCount": count}


def wire(values: Values, columns: Sequence[Column], form: Form) -> Wire:
    """Write values by FileMaker's names, as a reply has them."""
    return {
        key: _spelt(value, form)
        for column in columns
        for key, value in zip(column.keys, each(values[column.attr]), strict=True)
    }


def each(value: Any) -> list[Any]:
    """Give the values of a field: those of its repetitions, or its only one."""
    return value if value.__class__ is list else [value]


def _spelt(value: Any, form: Form) -> Any:
    if value is None:
        return None if form is Form.FRIENDLY else ""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, date):
        if form is Form.US:
            return value.strftime("%m/%d/%Y %H:%M:%S" if isinstance(value, datetime) else "%m/%d/%Y")
        return str(value)
    return value
