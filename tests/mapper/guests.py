"""The models and the replies that the tests of the mapper share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from protocol.answers import record as raw_record
from protocol.answers import row as raw_row

from fmorm import Field, Model, Portal, PortalRow, Repeating, field, portal, repeating
from fmorm.model.build import build_records
from fmorm.model.plan import plan_of
from fmorm.model.source import Source
from fmorm.model.state import Origin


class Home(PortalRow, table="homes"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    tags: Repeating[str] = repeating("Tag", 2)
    mayor: Field[str | None] = field("cities::Mayor")
    size: Field[int | None] = field("cities::Size", read_only=True)


class City(PortalRow, table="cities"):
    mayor: Field[str] = field("Mayor")


class Guest(Model, layout="guest"):
    serial: Field[int] = field("Serial", read_only=True)
    name: Field[str] = field("Name")
    nick: Field[str | None] = field("Nick")
    born: Field[date | None] = field("Born")
    balance: Field[Decimal | None] = field("Balance")
    state_: Field[str] = field("State", default="new")
    phones: Repeating[str] = repeating("Phone", 3)
    homes: Portal[Home] = portal("Homes")
    seconds: Portal[Home] = portal("Second homes")
    cities: Portal[City] = portal()


ORIGIN = Origin("https://fm.example.com", "crm", "guest")
FIELDS = {
    "Serial": 41,
    "Name": "Ida",
    "Nick": "",
    "Born": "02/29/2024",
    "Balance": 12.5,
    "State": "old",
    "Phone(1)": "1",
    "Phone(2)": "",
    "Phone(3)": "3",
    "": "",
}
TABLES = {"Homes": "homes", "Second homes": "homes"}


def home(record_id: int, city: str = "Oslo", *, mod_id: int = 1) -> dict[str, Any]:
    fields = {"homes::City": city, "homes::Zip": "", "homes::Tag(1)": "a", "homes::Tag(2)": ""}
    return raw_row(record_id, {**fields, "cities::Mayor": "Eva", "cities::Size": 7}, mod_id=mod_id)


def loaded(
    homes: Sequence[dict[str, Any]] = (),
    seconds: Sequence[dict[str, Any]] = (),
    fields: dict[str, Any] | None = None,
) -> Guest:
    """A guest as a reply gives it."""
    portals = {"Homes": homes, "Second homes": seconds, "cities": ()}
    raw = raw_record(7, FIELDS if fields is None else fields, portals, mod_id=3, tables=TABLES)
    (guest,) = build_records(plan_of(Guest), [raw], Source(ORIGIN))
    assert isinstance(guest, Guest)
    return guest
