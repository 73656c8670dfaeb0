"""Every operator on every kind of field that has it.

The file is read by type checkers and never run.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import assert_type

from fmorm import (
    Condition,
    Database,
    Field,
    Find,
    Model,
    Portal,
    PortalRow,
    Repeating,
    field,
    portal,
    repeating,
)


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


def str_fields() -> None:
    assert_type(Thing.name == "Ada", Condition)
    assert_type(Thing.name != "Ada", Condition)
    assert_type(Thing.name == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.name.in_(["Ada", None]), Condition)
    assert_type(Thing.name.is_empty(), Condition)
    assert_type(Thing.name.not_empty(), Condition)
    assert_type(Thing.name.duplicated(), Condition)
    assert_type(Thing.name.raw("*"), Condition)
    assert_type(Thing.name < "Ada", Condition)
    assert_type(Thing.name <= "Ada", Condition)
    assert_type(Thing.name > "Ada", Condition)
    assert_type(Thing.name >= "Ada", Condition)
    assert_type(Thing.name.between("Ada", "Ada"), Condition)
    assert_type(Thing.name.startswith("A"), Condition)
    assert_type(Thing.name.contains("A"), Condition)
    assert_type(Thing.name.endswith("A"), Condition)
    assert_type(Thing.name.matches("A"), Condition)


def int_fields() -> None:
    assert_type(Thing.age == 5, Condition)
    assert_type(Thing.age != 5, Condition)
    assert_type(Thing.age == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.age.in_([5, None]), Condition)
    assert_type(Thing.age.is_empty(), Condition)
    assert_type(Thing.age.not_empty(), Condition)
    assert_type(Thing.age.duplicated(), Condition)
    assert_type(Thing.age.raw("*"), Condition)
    assert_type(Thing.age < 5, Condition)
    assert_type(Thing.age <= 5, Condition)
    assert_type(Thing.age > 5, Condition)
    assert_type(Thing.age >= 5, Condition)
    assert_type(Thing.age.between(5, 5), Condition)
    assert_type(Thing.age.invalid(), Condition)


def float_fields() -> None:
    assert_type(Thing.size == 5.5, Condition)
    assert_type(Thing.size != 5.5, Condition)
    assert_type(Thing.size == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.size.in_([5.5, None]), Condition)
    assert_type(Thing.size.is_empty(), Condition)
    assert_type(Thing.size.not_empty(), Condition)
    assert_type(Thing.size.duplicated(), Condition)
    assert_type(Thing.size.raw("*"), Condition)
    assert_type(Thing.size < 5.5, Condition)
    assert_type(Thing.size <= 5.5, Condition)
    assert_type(Thing.size > 5.5, Condition)
    assert_type(Thing.size >= 5.5, Condition)
    assert_type(Thing.size.between(5.5, 5.5), Condition)
    assert_type(Thing.size.invalid(), Condition)


def decimal_fields() -> None:
    assert_type(Thing.price == Decimal("5.5"), Condition)
    assert_type(Thing.price != Decimal("5.5"), Condition)
    assert_type(Thing.price == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.price.in_([Decimal("5.5"), None]), Condition)
    assert_type(Thing.price.is_empty(), Condition)
    assert_type(Thing.price.not_empty(), Condition)
    assert_type(Thing.price.duplicated(), Condition)
    assert_type(Thing.price.raw("*"), Condition)
    assert_type(Thing.price < Decimal("5.5"), Condition)
    assert_type(Thing.price <= Decimal("5.5"), Condition)
    assert_type(Thing.price > Decimal("5.5"), Condition)
    assert_type(Thing.price >= Decimal("5.5"), Condition)
    assert_type(Thing.price.between(Decimal("5.5"), Decimal("5.5")), Condition)
    assert_type(Thing.price.invalid(), Condition)


def bool_fields() -> None:
    assert_type(Thing.active == True, Condition)  # noqa: E712 - what users write
    assert_type(Thing.active != True, Condition)  # noqa: E712 - what users write
    assert_type(Thing.active == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.active.in_([True, None]), Condition)
    assert_type(Thing.active.is_empty(), Condition)
    assert_type(Thing.active.not_empty(), Condition)
    assert_type(Thing.active.duplicated(), Condition)
    assert_type(Thing.active.raw("*"), Condition)
    assert_type(Thing.active.is_(True), Condition)
    assert_type(Thing.active.invalid(), Condition)


def date_fields() -> None:
    assert_type(Thing.born == date(2000, 1, 1), Condition)
    assert_type(Thing.born != date(2000, 1, 1), Condition)
    assert_type(Thing.born == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.born.in_([date(2000, 1, 1), None]), Condition)
    assert_type(Thing.born.is_empty(), Condition)
    assert_type(Thing.born.not_empty(), Condition)
    assert_type(Thing.born.duplicated(), Condition)
    assert_type(Thing.born.raw("*"), Condition)
    assert_type(Thing.born < date(2000, 1, 1), Condition)
    assert_type(Thing.born <= date(2000, 1, 1), Condition)
    assert_type(Thing.born > date(2000, 1, 1), Condition)
    assert_type(Thing.born >= date(2000, 1, 1), Condition)
    assert_type(Thing.born.between(date(2000, 1, 1), date(2000, 1, 1)), Condition)
    assert_type(Thing.born.on(date(2000, 1, 1)), Condition)
    assert_type(Thing.born.in_month(2000, 1), Condition)
    assert_type(Thing.born.in_year(2000), Condition)
    assert_type(Thing.born.is_today(), Condition)
    assert_type(Thing.born.invalid(), Condition)


def datetime_fields() -> None:
    assert_type(Thing.seen == datetime(2000, 1, 1), Condition)
    assert_type(Thing.seen != datetime(2000, 1, 1), Condition)
    assert_type(Thing.seen == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.seen.in_([datetime(2000, 1, 1), None]), Condition)
    assert_type(Thing.seen.is_empty(), Condition)
    assert_type(Thing.seen.not_empty(), Condition)
    assert_type(Thing.seen.duplicated(), Condition)
    assert_type(Thing.seen.raw("*"), Condition)
    assert_type(Thing.seen < datetime(2000, 1, 1), Condition)
    assert_type(Thing.seen <= datetime(2000, 1, 1), Condition)
    assert_type(Thing.seen > datetime(2000, 1, 1), Condition)
    assert_type(Thing.seen >= datetime(2000, 1, 1), Condition)
    assert_type(Thing.seen.between(datetime(2000, 1, 1), datetime(2000, 1, 1)), Condition)
    assert_type(Thing.seen.on(date(2000, 1, 1)), Condition)
    assert_type(Thing.seen.in_month(2000, 1), Condition)
    assert_type(Thing.seen.in_year(2000), Condition)
    assert_type(Thing.seen.is_today(), Condition)
    assert_type(Thing.seen.invalid(), Condition)


def time_fields() -> None:
    assert_type(Thing.opens == time(8), Condition)
    assert_type(Thing.opens != time(8), Condition)
    assert_type(Thing.opens == None, Condition)  # noqa: E711 - what users write
    assert_type(Thing.opens.in_([time(8), None]), Condition)
    assert_type(Thing.opens.is_empty(), Condition)
    assert_type(Thing.opens.not_empty(), Condition)
    assert_type(Thing.opens.duplicated(), Condition)
    assert_type(Thing.opens.raw("*"), Condition)
    assert_type(Thing.opens < time(8), Condition)
    assert_type(Thing.opens <= time(8), Condition)
    assert_type(Thing.opens > time(8), Condition)
    assert_type(Thing.opens >= time(8), Condition)
    assert_type(Thing.opens.between(time(8), time(8)), Condition)
    assert_type(Thing.opens.invalid(), Condition)


def decimals_and_floats_beside_whole_numbers() -> None:
    assert_type(Thing.price == 5, Condition)
    assert_type(Thing.price < 5, Condition)
    assert_type(Thing.price.in_([5, Decimal(6)]), Condition)
    assert_type(Thing.size >= 5, Condition)


def repetitions_and_rows() -> None:
    assert_type(Thing.phones == "1", Condition)
    assert_type(Thing.phones.matches("1"), Condition)
    assert_type(Thing.phones[0].contains("1"), Condition)
    assert_type(Thing.visits.on(date(2000, 1, 1)), Condition)
    assert_type(Thing.visits[1].is_today(), Condition)
    assert_type(Thing.rows.label.startswith("A"), Condition)
    assert_type(Thing.rows.since.in_year(2000), Condition)


def put_together() -> None:
    assert_type((Thing.name == "Ada") & ~(Thing.age > 5) | Thing.born.is_today(), Condition)


def searches(db: Database) -> None:
    assert_type(
        db.find(Thing).search("ada", Thing.name, Thing.phones, Thing.phones[0], Thing.rows.label), Find[Thing]
    )
