"""Rows of base tables as plain values: dumped for people and other programs, and loaded again.

A row says each field by name: texts and numbers as they are, dates as `2026-11-22`, times as `07:32:00`, an empty
field as `""`, repetitions as a list, a file as its name, type and content. `::id` and `::mod` are the record's ids.
"""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, TypeAlias

from fmorm.server.exact import as_array, as_object
from fmorm.server.records.author import Author
from fmorm.server.records.data import Data
from fmorm.server.records.records import Records
from fmorm.server.records.samples import continue_serials
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Field, Slot, Table
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import unknown
from fmorm.server.store.columns import MOD_ID, RECORD_ID, table_name, value_column
from fmorm.server.store.containers import File
from fmorm.server.store.files import SqlRow, SqlValue, Store
from fmorm.server.store.rows import mod_id_of
from fmorm.server.values.cells import EMPTY, Cell, Kind, keep
from fmorm.server.values.moments import DateForm
from fmorm.server.verbs.containers import media_type

ID: Final = "::id"
MOD: Final = "::mod"
_LONGEST = 18
"""Digits of an id that are sure to fit SQLite's whole numbers."""
Row: TypeAlias = Mapping[str, object]


class RowError(ValueError):
    """Rows cannot be dumped or loaded; the message names the table, the row and the column."""


def kept_fields(table: Table) -> list[Field]:
    """Give the fields that a row has: those whose values are kept with the record."""
    return [one for one in table.stored if one.is_entered]


def table_named(schema: Schema, name: str) -> Table:
    """Find a base table.

    Raises:
        RowError: There is none of this name.
    """
    if name not in schema.tables:
        raise RowError(unknown("table", name, schema.tables))
    return schema.tables[name]


def dump(schema: Schema, store: Store, name: str) -> list[dict[str, object]]:
    """Give the rows of a base table, in the order of their creation.

    Raises:
        RowError: There is no such table.
    """
    table = table_named(schema, name)
    slots = [slot for field in kept_fields(table) for slot in field.slots]
    columns = ", ".join([RECORD_ID, MOD_ID, *map(value_column, slots)])
    kept = store.rows(f"SELECT {columns} FROM {table_name(table)} ORDER BY {RECORD_ID}")
    return [_dumped(store, table, slots, row) for row in kept]


def _dumped(store: Store, table: Table, slots: Sequence[Slot], row: SqlRow) -> dict[str, object]:
    record_id, mod_id, *values = row
    shown = dict(zip(slots, (_shown(store, *pair) for pair in zip(slots, values, strict=True)), strict=True))
    fields: dict[str, object] = {}
    for field in kept_fields(table):
        repetitions = [shown[slot] for slot in field.slots]
        fields[field.name] = repetitions if field.repetitions > 1 else repetitions[0]
    return {ID: record_id, MOD: mod_id, **fields}


def _shown(store: Store, slot: Slot, value: SqlValue) -> object:
    """Give a value as it is kept, which is how it is written here, too."""
    if value is None:
        return ""
    if slot.field.kind is not Kind.CONTAINER:
        return str(value)
    number = int(value)
    file = store.rows('SELECT name, type FROM "::files" WHERE id = ?', [number])[0]
    body = store.blob('SELECT body FROM "::files" WHERE id = ?', [number])
    return {"name": file[0], "type": file[1], "base64": base64.b64encode(body).decode()}


def load(
    schema: Schema,
    data: Data,
    author: Author,
    tables: Mapping[str, Iterable[Row]],
    *,
    replace: bool = False,
) -> int:
    """Make a record of each row: all of them or, where one does not fit, none.

    As in an import, fields that a row does not name are entered by themselves where they have auto-enter options.
    A row keeps its record id and its mod id where nobody has that id; it gets new ones otherwise. Serial numbers go
    on after the highest.

    Args:
        schema: The schema.
        data: The records.
        author: Who loads them, and when.
        tables: The rows by the names of their base tables.
        replace: Whether all records of these tables go first.

    Returns:
        How many rows there were.

    Raises:
        RowError: There is no such table or column, or a value does not fit.
    """
    store, records = data.store, Records(data, author)
    form = DateForm(iso=True, today=author.now.date())
    count = 0
    with store.transaction():
        for name, rows in tables.items():
            loader = _Loader(table_named(schema, name), store, records, form)
            if replace:
                loader.clear()
            for number, row in enumerate(rows, 1):
                loader.load(row, f"{name}, row {number}")
                count += 1
            continue_serials(store, loader.table)
    return count


class _Loader:
    """Loads the rows of one table."""

    def __init__(self, table: Table, store: Store, records: Records, form: DateForm) -> None:
        self.table = table
        self._store = store
        self._records = records
        self._form = form
        self._columns: dict[str, list[Slot]] = {}
        for field in kept_fields(table):
            self._columns |= {slot.label.casefold(): [slot] for slot in field.slots}
            self._columns[field.name.casefold()] = list(field.slots)

    def clear(self) -> None:
        """Remove all records, but not what is related to them."""
        for record_id in self._store.ids(f"SELECT {RECORD_ID} FROM {table_name(self.table)}"):
            self._records.delete(self.table, record_id)

    def load(self, row: Row, place: str) -> None:
        """Make a record of a row."""
        given: dict[Slot, Cell] = {}
        for column, value in row.items():
            if column in (ID, MOD):
                continue
            for slot, cell in self._cells(column, value, f"{place}, {column}"):
                if slot in given:
                    raise RowError(f"{place}, {column}: the field is there twice")
                given[slot] = cell
        try:
            self._records.create(self.table, given, self._ids(row, place))
        except Refusal as refusal:
            raise RowError(f"{place}: {refusal.message}") from refusal

    def _ids(self, row: Row, place: str) -> dict[str, SqlValue]:
        """Give the ids that the record keeps; a mod id belongs to a record id."""
        if row.get(ID) in (None, ""):
            return {}
        record_id = _whole(row[ID], 1, f"{place}, {ID}")
        mod_id = _whole(row.get(MOD) or 0, 0, f"{place}, {MOD}")
        if mod_id_of(self._store, self.table, record_id) is not None:
            return {}
        return {RECORD_ID: record_id, MOD_ID: mod_id}

    def _cells(self, column: str, value: object, place: str) -> Iterator[tuple[Slot, Cell]]:
        slots = self._columns.get(column.casefold())
        if slots is None:
            known = [field.name for field in kept_fields(self.table)]
            raise RowError(f"{place}: {unknown('field', column, known)}")
        items = as_array(value)
        values = [value] if items is None else items
        if len(values) > len(slots):
            raise RowError(f"{place}: there are {len(values)} values for {len(slots)} repetition(s)")
        for slot, one in zip(slots, values, strict=False):
            yield slot, self._cell(slot.field.kind, one, place)

    def _cell(self, kind: Kind, value: object, place: str) -> Cell:
        if kind is Kind.CONTAINER:
            file = _file(value, place)
            return self._records.containers.keep(file) if file else EMPTY
        text = _text(value, place)
        try:
            return keep(kind, text, self._form)
        except Refusal as refusal:
            raise RowError(f"{place}: {refusal.message} ({text!r})") from refusal


def _whole(value: object, least: int, place: str) -> int:
    text = _text(value, place)
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST or int(text) < least:
        raise RowError(f"{place}: expected a whole number of {least} or more ({text!r})")
    return int(text)


def _text(value: object, place: str) -> str:
    """Write a value as this file does; dates and numbers may be Python's own."""
    match value:
        case None:
            return ""
        case str():
            return _storable(value, place)
        case datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case int() | float() | Decimal() if not isinstance(value, bool):
            return str(value)
        case _:
            raise RowError(f"{place}: expected a text ({value!r})")


def _storable(text: str, place: str) -> str:
    if "\0" in text:
        raise RowError(f"{place}: a text cannot hold the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RowError(f"{place}: half a character (a lone surrogate) is no text") from error
    return text


def _file(value: object, place: str) -> File | None:
    """Read a file, None where the container is empty."""
    if value in (None, ""):
        return None
    members = as_object(value)
    if members is None or set(members) - {"name", "type", "base64"}:
        raise RowError(f'{place}: expected a file: {{"name": …, "type": …, "base64": …}}')
    name, given, content = (_text(members.get(one), place) for one in ("name", "type", "base64"))
    if not name:
        raise RowError(f"{place}: the file has no name")
    try:
        body = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RowError(f"{place}: the content of the file is no base64") from error
    return File(name, media_type(given, name), body)
