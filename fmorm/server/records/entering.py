"""What FileMaker enters by itself: stamps, serial numbers, constants."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache

from fmorm.server.records.author import Author
from fmorm.server.schema.parts import Constant, Field, Serial, Slot, Stamp, Table
from fmorm.server.store.files import Store
from fmorm.server.values.cells import Cell, Kind, keep

_LEAST_NUMBER = 10**15
_NUMBERS = 9 * 10**15
"""A number that stands for a UUID has sixteen digits here."""


class Entries:
    """Gives what is entered, for one author."""

    def __init__(self, store: Store, author: Author) -> None:
        self._store = store
        self._author = author

    def at_creation(self, table: Table, given: set[Slot]) -> dict[Slot, Cell]:
        """Give what goes into a new record besides what is given."""
        return self._entries(table, _entered_at_creation(table), given)

    def at_change(self, table: Table, given: set[Slot]) -> dict[Slot, Cell]:
        """Give what goes into a changed record besides what is given."""
        return self._entries(table, _entered_at_change(table), given)

    def _entries(self, table: Table, fields: Iterable[Field], given: set[Slot]) -> dict[Slot, Cell]:
        return {Slot(one): self._entry(table, one) for one in fields if Slot(one) not in given}

    def _entry(self, table: Table, field: Field) -> Cell:
        match field.auto_enter:
            case Stamp() as stamp:
                text = self._stamp(stamp, field.kind)
            case Serial() as serial:
                text = serial.prefix + str(self._next(table, field, serial))
            case Constant(value):
                text = value
            case _:
                text = ""
        return keep(field.kind, text, self._author.form)

    def _stamp(self, stamp: Stamp, kind: Kind) -> str:
        match stamp.partition("_")[2]:
            case "":
                return str(uuid.uuid4()).upper()
            case "number":
                return str(_LEAST_NUMBER + secrets.randbelow(_NUMBERS))
            case "account" | "name":
                return self._author.account
            case _:  # whichever it is called, the field's type says how much of the moment it holds
                return self._moment(kind)

    def _moment(self, kind: Kind) -> str:
        forms = {Kind.DATE: "%m/%d/%Y", Kind.TIME: "%H:%M:%S"}
        return self._author.now.strftime(forms.get(kind, "%m/%d/%Y %H:%M:%S"))

    def _next(self, table: Table, field: Field, serial: Serial) -> int:
        sql = (
            'INSERT INTO "::serials" VALUES (?, ? + ?) ON CONFLICT (field) DO UPDATE SET next = next + ? '
            "RETURNING next - ?"
        )
        step = serial.increment
        return self._store.ids(sql, [serial_name(table, field), serial.first, step, step, step])[0]


def serial_name(table: Table, field: Field) -> str:
    """Give the name under which the next serial number of a field is kept."""
    return f"{table.stored_as}::{field.name}"


@lru_cache(maxsize=1024)
def _entered_at_creation(table: Table) -> Sequence[Field]:
    """Give the fields of a table that get something in a new record; looked up once."""
    return [one for one in table.stored if isinstance(one.auto_enter, Stamp | Serial | Constant)]


@lru_cache(maxsize=1024)
def _entered_at_change(table: Table) -> Sequence[Field]:
    """Give those that get something in a changed one."""
    stamped = ((one, one.auto_enter) for one in table.stored)
    return [one for one, stamp in stamped if isinstance(stamp, Stamp) and stamp.on_every_change]
