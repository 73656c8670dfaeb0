"""A table with keys of several kinds, and somebody who changes it while it is being read."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from fmorm import Database, Field, Model, RecordMissing, Repeating, field, repeating, state
from fmorm.server import App, load_schema

SCHEMA: dict[str, Any] = {
    "database": {"name": "Stock"},
    "accounts": {"api": {"password": "x"}},
    "tables": {
        "Item": {
            "fields": {
                "Code": {"type": "text", "unique": True},
                "Number": "number",
                "Name": "text",
                "Price": "number",
                "Cheap": "number",
                "Weight": "number",
                "Tag": {"type": "text", "repetitions": 2},
                "Shelf": {"type": "text", "unique": True},
                "Year": {"type": "number", "global": True},
                "Changed": "timestamp",
            }
        },
        "Note": {"fields": {"Code": "text", "Text": "text"}},
    },
    "occurrences": {"item": "Item", "note": "Note"},
    "relationships": [{"join": "item::Code = note::Code", "allow_creation": ["note"]}],
    "layouts": {
        "item": {
            "fields": [
                "Code",
                "Number",
                "Name",
                "Price",
                "Cheap",
                "Weight",
                "Tag",
                "Shelf",
                "Year",
                "Changed",
                "note::Text",
            ],
            "portals": {"note": {"fields": ["Text"]}},
        },
    },
}


def running() -> list[str]:
    """Name the threads that are at work for a database; other tests may keep a server running."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("fmorm-") and name != "fmorm-server"]


class Item(Model, layout="item"):
    code: Field[str] = field("Code", unique=True)
    number: Field[int | None] = field("Number", key=True)
    name: Field[str] = field("Name")
    price: Field[Decimal | None] = field("Price")
    weight: Field[float | None] = field("Weight")
    tags: Repeating[str] = repeating("Tag", 2)
    changed: Field[datetime | None] = field("Changed")


class Noted(Item, layout="item"):
    note: Field[str] = field("note::Text")
    year: Field[int | None] = field("Year", is_global=True)
    cheap: Field[bool] = field("Cheap")
    shelf: Field[str | None] = field("Shelf", unique=True)


def stock(**options: Any) -> App:
    """A server with an empty table."""
    return App(load_schema(SCHEMA), **options)


def fill(db: Database, keys: list[int]) -> list[str]:
    """Create a record for each key; gives their ids."""
    made = [db.create(Item(code=f"c{n}", number=key, name=f"n{key}")) for n, key in enumerate(keys)]
    return [str(state(one).record_id) for one in made]


class Somebody:
    """Somebody else, who adds, edits and deletes; his choices are a seed's."""

    def __init__(self, db: Database, ids: list[str], seed: int) -> None:
        self._db = db
        self._random = Random(seed)
        self._codes = count()
        self.there = list(ids)
        self.always = set(ids)

    def act(self) -> None:
        """Do nothing or some of it."""
        for _ in range(self._random.randrange(4)):
            self._random.choice([self._add, self._edit, self._delete])()

    def _add(self) -> None:
        key = self._random.randrange(-100, 1_000)
        made = self._db.create(Item(code=f"x{next(self._codes)}", number=key, name=f"n{key}"))
        self.there.append(str(state(made).record_id))

    def _edit(self) -> None:
        if self.there:
            self._db.update(Item, self._random.choice(self.there), {"price": self._random.randrange(99)})

    def _delete(self) -> None:
        if self.there:
            gone = self.there.pop(self._random.randrange(len(self.there)))
            self.always.discard(gone)
            with suppress(RecordMissing):
                self._db.delete(Item, gone)


def ids_of(records: list[Item]) -> list[str]:
    """Their record ids."""
    return [str(state(one).record_id) for one in records]


class Text(Model, layout="item"):
    """The number as whatever stands in it."""

    number: Field[str | None] = field("Number", kind="number")
