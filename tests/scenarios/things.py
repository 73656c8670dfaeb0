"""The models of `types.toml`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, HttpUrl

from fmorm import Field, Model, Portal, PortalRow, Repeating, field, portal, repeating


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Day(Enum):
    MONDAY = "mo"
    TUESDAY = "tu"


class Address(BaseModel):
    city: str
    lines: list[str] = []


class Part(PortalRow, table="thing_parts"):
    name: Field[str] = field("Name")
    size: Field[int | None] = field("Size")
    labels: Field[list[str]] = field("Labels")


class Thing(Model, layout="thing", zone="Europe/Oslo"):
    key: Field[str] = field("Key", key=True)
    name: Field[str | None] = field("Name")
    born: Field[date | None] = field("Born")
    count: Field[int | None] = field("Count")
    exact: Field[Decimal | None] = field("Exact")
    about: Field[float | None] = field("About")
    length: Field[timedelta | None] = field("Length")
    clock: Field[time | None] = field("Clock")
    at: Field[datetime | None] = field("At")
    tags: Field[list[str]] = field("Tags")
    colour: Field[Colour | None] = field("Colour")
    level: Field[Level | None] = field("Level")
    status: Field[Literal["open", "closed"] | None] = field("Status")
    said: Field[bool] = field("Said", true="Yes", false="No")
    flag: Field[bool] = field("Flag", lenient=True)
    site: Field[HttpUrl | None] = field("Site")
    uuid: Field[UUID | None] = field("Uuid")
    address: Field[Address | None] = field("Address")
    score: Repeating[int | None] = repeating("Score", 2)
    days: Repeating[Day | None] = repeating("Days", 2)
    parts: Portal[Part] = portal("thing_parts")


class Narrow(Model, layout="thing"):
    """Holds the same fields as other types, so that values do not fit."""

    key: Field[str] = field("Key", key=True)
    name: Field[str | None] = field("Name")
    length: Field[time | None] = field("Length")
    flag: Field[bool] = field("Flag")
    score: Repeating[bool | None] = repeating("Score", 2)
