"""The sample rows of a schema, entered when its data file is new."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fmorm.server.exact import as_array
from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.entering import serial_name
from fmorm.server.records.records import Records
from fmorm.server.refusals import Refusal
from fmorm.server.schema.fields import written
from fmorm.server.schema.parts import Serial, Slot, Table
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import Section
from fmorm.server.store.columns import table_name, value_column
from fmorm.server.store.files import Store
from fmorm.server.values.cells import Cell, keep
from fmorm.server.values.moments import DateForm

_LARGEST_SERIAL = 10**18
"""Far enough from the largest number that SQLite can count to."""


def enter_samples(schema: Schema, data: Data, author: Author) -> None:
    """Enter all sample rows, with auto-enter and validation.

    Raises:
        SchemaError: A row does not fit its table; the message names the row.
    """
    records = Records(data, author)
    form = author.form
    for name, rows in schema.rows.items():
        for number, row in enumerate(rows, 1):
            part = Section(f"rows.{name}[{number}]", row, schema.source)
            try:
                records.create(schema.tables[name], dict(_cells(schema.tables[name], row, form, part)))
            except Refusal as refusal:
                raise part.mistake(refusal.message) from refusal
        continue_serials(data.store, schema.tables[name])


def _cells(
    table: Table, row: Mapping[str, object], form: DateForm, part: Section
) -> Iterator[tuple[Slot, Cell]]:
    for name, given in row.items():
        field = table.fields[name.casefold()]
        values = as_array(given) or [given]
        for slot, value in zip(field.slots, values, strict=False):
            try:
                yield slot, keep(field.kind, written(value), form)
            except Refusal as refusal:
                raise part.mistake(f"{refusal.message} ({value!r})", name) from refusal


def continue_serials(store: Store, table: Table) -> None:
    """Let serial numbers go on after those that rows brought along."""
    for field in table.stored:
        if isinstance(field.auto_enter, Serial):
            digits = f"substr({value_column(Slot(field))}, ?)"
            highest = f"SELECT max(CAST({digits} AS INTEGER)) FROM {table_name(table)}"
            last = store.ids(highest, [len(field.auto_enter.prefix) + 1])[0]
            following = min(last + field.auto_enter.increment, _LARGEST_SERIAL)
            store.change(
                'INSERT INTO "::serials" VALUES (?, ?) '
                "ON CONFLICT (field) DO UPDATE SET next = max(next, excluded.next)",
                [serial_name(table, field), max(following, field.auto_enter.first)],
            )
