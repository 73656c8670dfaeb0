"""Records of every kind: as rows for the embedded server, and as plain Python values to compare with."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from fmorm import Database, Field, Model, Portal, PortalRow, Repeating, field, portal, repeating
from fmorm.server import App, load_schema

TODAY = date(2000, 2, 3)
TEXTS = ["Ada", "ada", "Adé", "Ann Berg", "berg ann", "lund", "Lund & Co", "a*b", "a@b.no", "*", "x\ny", "a"]
SIZES = [Decimal(text) for text in ("-1", "0", "1", "1.5", "2", "2.50", "3", "12345678901234567890.5")]
CODES = ["1", "01", "1.0", "2", "abc", "10"]
DAYS = [
    date(1999, 12, 31),
    date(2000, 1, 1),
    date(2000, 1, 31),
    date(2000, 2, 3),
    date(2000, 2, 29),
    date(2001, 2, 3),
]
TIMES = [time(0), time(8), time(8, 0, 1), time(12, 30), time(23, 59, 59, 500000)]
MOMENTS = [datetime.combine(day, moment) for day in DAYS[1:5] for moment in TIMES[::2]]


@dataclass(frozen=True)
class Thing:
    """The values of a record; None is empty, and no text is."""

    id: int
    name: str | None
    note: str | None
    size: Decimal | None
    code: str | None
    active: bool | None
    born: date | None
    opens: time | None
    seen: datetime | None
    phones: tuple[str | None, ...]
    labels: tuple[str | None, ...]
    weights: tuple[Decimal | None, ...]


class Label(PortalRow, table="labels"):
    text: Field[str | None] = field("Text")


class Weight(PortalRow, table="weights"):
    value: Field[Decimal | None] = field("Value")


class ThingModel(Model, layout="thing"):
    """The model of the layout that shows things."""

    id: Field[int] = field("Id")
    name: Field[str | None] = field("Name")
    note: Field[str | None] = field("Note")
    size: Field[Decimal | None] = field("Size")
    code: Field[str | None] = field("Code", kind="number")
    active: Field[bool] = field("Active")
    born: Field[date | None] = field("Born")
    opens: Field[time | None] = field("Opens")
    seen: Field[datetime | None] = field("Seen")
    phones: Repeating[str] = repeating("Phone", 2)
    labels: Portal[Label] = portal("labels")
    weights: Portal[Weight] = portal("weights")


def make_things(seed: int, count: int = 120) -> list[Thing]:
    """Draw records, each value empty now and then."""
    draw = random.Random(seed)

    def maybe(values: list[Any]) -> Any:
        return draw.choice([None, *values])

    def several(values: list[Any]) -> tuple[Any, ...]:
        return tuple(maybe(values) for _ in range(draw.randrange(3)))

    return [
        Thing(
            number,
            maybe(TEXTS),
            maybe(TEXTS),
            maybe(SIZES),
            maybe(CODES),
            maybe([True, False]),
            maybe(DAYS),
            maybe(TIMES),
            maybe(MOMENTS),
            (maybe(TEXTS), maybe(TEXTS)),
            several(TEXTS),
            several(SIZES),
        )
        for number in range(count)
    ]


def open_things(things: list[Thing]) -> Database:
    """Open a database with these records, on whose server it is `TODAY`."""
    noon = datetime.combine(TODAY, time(12)).timestamp()
    return Database.embedded(App(load_schema(_schema(things)), clock=lambda: noon))


def _schema(things: list[Thing]) -> dict[str, object]:
    fields = ["Id", "Name", "Note", "Size", "Code", "Active", "Born", "Opens", "Seen", "Phone"]
    kinds = ["number", "text", "text", "number", "number", "number", "date", "time", "timestamp"]
    thing: dict[str, object] = dict(zip(fields, kinds, strict=False))
    return {
        "database": {"name": "Things"},
        "accounts": {"api": {"password": "api", "privileges": "full"}},
        "tables": {
            "Thing": {"fields": thing | {"Phone": {"type": "text", "repetitions": 2}}},
            "Label": {"fields": {"ThingId": "number", "Text": "text"}},
            "Weight": {"fields": {"ThingId": "number", "Value": "number"}},
        },
        "occurrences": {"thing": "Thing", "labels": "Label", "weights": "Weight"},
        "relationships": [
            {"join": "thing::Id = labels::ThingId"},
            {"join": "thing::Id = weights::ThingId"},
        ],
        "layouts": {
            "thing": {
                "occurrence": "thing",
                "fields": fields,
                "portals": {"labels": {"fields": ["Text"]}, "weights": {"fields": ["Value"]}},
            }
        },
        "rows": {
            "Thing": [_row(thing) for thing in things],
            "Label": [_filled(ThingId=thing.id, Text=text) for thing in things for text in thing.labels],
            "Weight": [_filled(ThingId=thing.id, Value=value) for thing in things for value in thing.weights],
        },
    }


def _row(thing: Thing) -> dict[str, object]:
    return _filled(
        Id=thing.id,
        Name=thing.name,
        Note=thing.note,
        Size=thing.size,
        Code=thing.code,
        Active=None if thing.active is None else int(thing.active),
        Born=thing.born and f"{thing.born:%m/%d/%Y}",
        Opens=None if thing.opens is None else _clock(thing.opens),
        Seen=thing.seen and f"{thing.seen:%m/%d/%Y} {_clock(thing.seen.time())}",
        Phone=[_line(phone or "") for phone in thing.phones],
    )


def _clock(moment: time) -> str:
    return f"{moment:%H:%M:%S.%f}" if moment.microsecond else f"{moment:%H:%M:%S}"


def _filled(**values: object) -> dict[str, object]:
    """What a row has; a number goes as its digits, so that none is lost."""
    return {
        name: str(value) if isinstance(value, Decimal) else _line(value)
        for name, value in values.items()
        if value is not None
    }


def _line(value: object) -> object:
    return value.replace("\n", "\r") if isinstance(value, str) else value
