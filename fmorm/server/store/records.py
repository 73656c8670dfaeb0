"""Records of base tables: made, changed, duplicated, deleted, with what FileMaker enters by itself."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fmorm.server import refusals
from fmorm.server.schema.parts import AutoEnter, Field, Slot, Table
from fmorm.server.store.columns import MOD_ID, RECORD_ID, kept, key_column, quoted, value_column
from fmorm.server.store.containers import Containers
from fmorm.server.store.files import Store
from fmorm.server.values.cells import Cell, Kind, keep
from fmorm.server.values.moments import DateForm
from fmorm.server.values.numbers import is_plain

Cells = Mapping[Slot, Cell]


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes records in one request, when, and whether the fields' validation options apply."""

    account: str
    now: datetime
    validates: bool = True


class Records:
    """The verbs on records, for one author; run them inside a transaction.

    Attributes:
        containers: The files in container fields.
    """

    def __init__(self, store: Store, author: Author) -> None:
        self.containers = Containers(store)
        self._store = store
        self._author = author

    def create(self, table: Table, given: Cells) -> int:
        """Make a record and give its id."""
        cells = {**self._auto_entered(table, set(given)), **given}
        self._validate(table, None, {**{Slot(field): None for field in table.stored}, **cells})
        row = kept(cells)
        names = ", ".join(row) or MOD_ID
        marks = ", ".join("?" * len(row)) or "0"
        sql = f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({marks})"
        self._store.count_changed(table, 1)
        return self._store.change(sql, row.values())

    def change(self, table: Table, record_id: int, given: Cells) -> None:
        """Set values of a record; its mod id rises by one."""
        cells = {**self._entered_on_change(table, set(given)), **given}
        self._validate(table, record_id, given)
        self.containers.remove(table, record_id, given)
        row = kept(cells)
        sets = "".join(f", {column} = ?" for column in row)
        sql = f"UPDATE {quoted(table.name)} SET {MOD_ID} = {MOD_ID} + 1{sets} WHERE {RECORD_ID} = ?"
        self._store.change(sql, (*row.values(), record_id))

    def duplicate(self, table: Table, record_id: int) -> int:
        """Copy a record; what FileMaker enters at creation is entered anew."""
        slots = [slot for field in table.stored if not _is_fresh(field) for slot in field.slots]
        pairs = [f"{value_column(slot)}, {key_column(slot)}" for slot in slots]
        sql = f"SELECT {', '.join([MOD_ID, *pairs])} FROM {quoted(table.name)} WHERE {RECORD_ID} = ?"
        row = [None if value is None else str(value) for value in self._store.rows(sql, [record_id])[0][1:]]
        cells = dict(zip(slots, map(Cell, row[::2], row[1::2]), strict=True))
        files = [slot for slot in slots if slot.field.kind is Kind.CONTAINER]
        return self.create(table, cells | {slot: self.containers.copy(cells[slot]) for slot in files})

    def delete(self, table: Table, record_id: int) -> None:
        """Remove a record and its files; its id is never used again."""
        self.containers.remove(table, record_id, [slot for field in table.stored for slot in field.slots])
        self._store.change(f"DELETE FROM {quoted(table.name)} WHERE {RECORD_ID} = ?", [record_id])
        self._store.count_changed(table, -1)

    def _auto_entered(self, table: Table, given: set[Slot]) -> dict[Slot, Cell]:
        waiting = [field for field in table.stored if field.auto_enter and Slot(field) not in given]
        return {Slot(field): self._auto_value(table, field) for field in waiting}

    def _entered_on_change(self, table: Table, given: set[Slot]) -> dict[Slot, Cell]:
        waiting = [one for one in table.stored if one.auto_enter and one.auto_enter.on_every_change]
        return {Slot(one): self._auto_value(table, one) for one in waiting if Slot(one) not in given}

    def _auto_value(self, table: Table, field: Field) -> Cell:
        match field.auto_enter:
            case AutoEnter.UUID:
                text = str(uuid.uuid4()).upper()
            case AutoEnter.SERIAL:
                text = str(self._next_serial(table, field))
            case AutoEnter.CREATION_TIMESTAMP | AutoEnter.MODIFICATION_TIMESTAMP:
                text = self._now(field.kind)
            case AutoEnter.CREATION_ACCOUNT | AutoEnter.MODIFICATION_ACCOUNT:
                text = self._author.account
            case _:
                text = field.auto_value
        return keep(field.kind, text, DateForm(iso=False, today=self._author.now.date()))

    def _now(self, kind: Kind) -> str:
        forms = {Kind.DATE: "%m/%d/%Y", Kind.TIME: "%H:%M:%S"}
        return self._author.now.strftime(forms.get(kind, "%m/%d/%Y %H:%M:%S"))

    def _next_serial(self, table: Table, field: Field) -> int:
        sql = (
            'INSERT INTO "::serials" VALUES (?, 2) ON CONFLICT (field) DO UPDATE SET next = next + 1 '
            "RETURNING next - 1"
        )
        return self._store.ids(sql, [serial_name(table, field)])[0]

    def _validate(self, table: Table, record_id: int | None, cells: Mapping[Slot, Cell | None]) -> None:
        if not self._author.validates:
            return
        for slot, cell in cells.items():
            if cell is None or cell.value is None:
                if slot.field.required and slot.repetition == 1:
                    raise refusals.Refusal(refusals.VALUE_REQUIRED)
            elif slot.field.numeric and not is_plain(cell.value):
                raise refusals.Refusal(refusals.BAD_NUMBER)
            elif slot.field.unique and self._is_taken(table, record_id, slot, cell):
                raise refusals.Refusal(refusals.NOT_UNIQUE)

    def _is_taken(self, table: Table, record_id: int | None, slot: Slot, cell: Cell) -> bool:
        same = f"{key_column(slot)} = ? AND {RECORD_ID} IS NOT ?"
        sql = f"SELECT 1 FROM {quoted(table.name)} WHERE {same} LIMIT 1"
        return bool(self._store.rows(sql, [cell.key, record_id]))


def mod_id_of(store: Store, table: Table, record_id: int) -> int | None:
    """Give a record's mod id, None when there is no such record."""
    sql = f"SELECT {MOD_ID} FROM {quoted(table.name)} WHERE {RECORD_ID} = ?"
    return next(iter(store.ids(sql, [record_id])), None)


def cell_of(store: Store, table: Table, record_id: int, slot: Slot) -> Cell:
    """Give one value of a record that there is."""
    columns = f"{value_column(slot)}, {key_column(slot)}"
    sql = f"SELECT {columns} FROM {quoted(table.name)} WHERE {RECORD_ID} = ?"
    value, key = store.rows(sql, [record_id])[0]
    return Cell(None if value is None else str(value), None if key is None else str(key))


def serial_name(table: Table, field: Field) -> str:
    """Give the name under which the next serial number of a field is kept."""
    return f"{table.name}::{field.name}"


def _is_fresh(field: Field) -> bool:
    return field.auto_enter not in (None, AutoEnter.VALUE)
