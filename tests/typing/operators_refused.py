"""What both type checkers refuse of the operators: each line says the error that it must give, once for each of them.

As in `mistakes.py`, a comment without its error is an error.

The file is read by type checkers and never run.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (what cannot be found has no type either; that is not the error meant)

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from fmorm import Condition, Database, Field, Model, Portal, PortalRow, Repeating, field, portal, repeating


class Row(PortalRow, table="rows"):
    label: Field[str | None] = field("Label")
    since: Field[date | None] = field("Since")


class Thing(Model, layout="thing"):
    name: Field[str] = field("Name")
    age: Field[int | None] = field("Age")
    size: Field[float | None] = field("Size")
    price: Field[Decimal | None] = field("Price")
    active: Field[bool] = field("Active")
    born: Field[date | None] = field("Born")
    seen: Field[datetime | None] = field("Seen")
    opens: Field[time | None] = field("Opens")
    phones: Repeating[str] = repeating("Phone", 3)
    visits: Repeating[date | None] = repeating("Visit", 3)
    rows: Portal[Row] = portal("rows")


def wants(condition: Condition) -> None:
    del condition


def str_fields() -> None:
    Thing.name.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.name.in_month(2000, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.name.in_year(2000)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.name.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.name.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.name.invalid()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.name == 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.name.in_([5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = Thing.name < 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.name >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.name.between("Ada", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.name.startswith(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.name.contains(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.name.endswith(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.name.matches(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.name.raw(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def int_fields() -> None:
    Thing.age.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.in_month(2000, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.in_year(2000)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.age.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.age == "5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.age.in_(["5"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = Thing.age < "5"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.age >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.age.between(5, "5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def float_fields() -> None:
    Thing.size.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.in_month(2000, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.in_year(2000)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.size.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.size == "5.5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.size.in_(["5.5"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = Thing.size < "5.5"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.size >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.size.between(5.5, "5.5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def decimal_fields() -> None:
    Thing.price.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.in_month(2000, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.in_year(2000)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.price.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.price == 5.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.price.in_([5.5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    _ = Thing.price < 5.5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.price >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.price.between(Decimal("5.5"), 5.5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


def bool_fields() -> None:
    _ = Thing.active < True  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.active <= True  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.active > True  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.active >= True  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.active.between(True, True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.in_month(2000, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.in_year(2000)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.active.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.active == 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.active.in_([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    Thing.active.is_(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def date_fields() -> None:
    Thing.born.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.born.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.born.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.born.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.born.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.born == "2000-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.born.in_(["2000-01-01"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = Thing.born < "2000-01-01"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.born >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.born.between(date(2000, 1, 1), "2000-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.born.on("2000-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.born.in_month("2000", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.born.in_year("2000")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def datetime_fields() -> None:
    Thing.seen.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.seen.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.seen.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.seen.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.seen.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.seen == date(2000, 1, 1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.seen.in_([date(2000, 1, 1)])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = Thing.seen < date(2000, 1, 1)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.seen >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.seen.between(datetime(2000, 1, 1), date(2000, 1, 1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.seen.on("2000-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.seen.in_month("2000", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.seen.in_year("2000")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def time_fields() -> None:
    Thing.opens.startswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.contains("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.endswith("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.matches("A")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.in_month(2000, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.in_year(2000)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.opens.is_(True)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    wants(Thing.opens == "08:00")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Thing.opens.in_(["08:00"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    _ = Thing.opens < "08:00"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = Thing.opens >= None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    Thing.opens.between(time(8), "08:00")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def repetitions_and_rows() -> None:
    Thing.phones.on(date(2000, 1, 1))  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.visits.contains("2")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.visits[0].matches("2")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.phones[0].invalid()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.rows.label.is_today()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Thing.rows.since.startswith("2")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def put_together() -> None:
    wants(Thing.name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    wants(True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    _ = (Thing.name == "Ada") & Thing.name  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    _ = (Thing.name == "Ada") | True  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]


def searches(db: Database) -> None:
    db.find(Thing).search(5, Thing.name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Thing).search("ada", Thing.age)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Thing).search("ada", "name")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Thing).search("ada", Thing.visits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.find(Thing).search("ada", Thing.rows)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
