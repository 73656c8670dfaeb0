"""The values of value lists, as they are at the moment.

A list by field has every value once, in the order of the field's kind. Where a second field is shown beside the
first, both stand in what is shown, with a space between (a guess).
"""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from fmorm.server.records.access import Access
from fmorm.server.relations import Relations
from fmorm.server.schema.parts import Placed, Slot, Table, ValueList
from fmorm.server.store.columns import RECORD_ID, key_column, key_name, table_name, value_column
from fmorm.server.store.files import SqlRow, Store
from fmorm.server.values.cells import Kind, keep, show
from fmorm.server.values.moments import DateForm

_US = DateForm(iso=False, today=date.min)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a value list: what it enters in a field, and what is shown for it."""

    value: str
    shown: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value of a field, and the key by which it is sorted."""

    value: str
    key: str


def entries(
    one: ValueList,
    store: Store,
    relations: Relations,
    owner: int | None = None,
    access: Access | None = None,
) -> list[Entry]:
    """Give the entries of a value list in their order.

    Args:
        one: The value list.
        store: Where the records are.
        relations: Finds related records.
        owner: The record from which related values are seen; a list of related values has none without it.
        access: What may be seen of fields and records (that a list is shorter by the rest is a guess); None for all.
    """
    if one.field is None:
        return [Entry(value, value) for value in one.values]
    pairs = list(_pairs(one, _rows(one, store, relations, owner, access)))
    pairs.sort(key=lambda pair: (pair[one.sorts_by_second].key, pair[not one.sorts_by_second].key))
    unique: dict[str, tuple[_Cell, _Cell]] = {}
    for pair in pairs:
        unique.setdefault(pair[one.only_second].key, pair)
    return [_entry(one, *pair) for pair in unique.values()]


def values_of(one: ValueList, store: Store, relations: Relations) -> tuple[str, ...]:
    """Give what a value list enters in fields, in its order."""
    return tuple(entry.value for entry in entries(one, store, relations))


def has_value(one: ValueList, store: Store, kind: Kind, key: str | None) -> bool:
    """Tell whether a value is the whole value of a record that the list takes its values from.

    A list may enter it though it is not: a line of a text is a value of its own, and a number may be a text elsewhere.
    """
    if one.field is None or one.related_from is not None or one.field.field.kind is not kind or key is None:
        return False
    table, slot = one.field.occurrence.table, Slot(one.field.field)
    store.index(table, key_name(slot))
    return bool(store.rows(f"SELECT 1 FROM {table_name(table)} WHERE {key_column(slot)} = ? LIMIT 1", [key]))


def _rows(
    one: ValueList, store: Store, relations: Relations, owner: int | None, access: Access | None
) -> list[SqlRow]:
    fields = [placed for placed in (one.field, one.second) if placed]
    table = fields[0].occurrence.table
    if access is not None and not all(access.shows(table, placed.field) for placed in fields):
        return []
    columns = [column for placed in fields for column in _columns(placed)]
    sql = f"SELECT {', '.join(columns)} FROM {table_name(table)}"
    hides = access is not None and not access.sees_all(table)
    if one.related_from is None and not hides:
        return store.rows(sql)
    ids = _ids(one, table, store, relations, owner)
    seen = access.seen(table, ids) if access is not None and hides else ids
    return store.rows(f"{sql} WHERE {RECORD_ID} IN (SELECT value FROM json_each(?))", [json.dumps(seen)])


def _ids(one: ValueList, table: Table, store: Store, relations: Relations, owner: int | None) -> list[int]:
    """Give the records that the values are taken from."""
    if one.related_from is None:
        return store.ids(f"SELECT {RECORD_ID} FROM {table_name(table)}")
    if owner is None:
        return []
    return relations.ids(one.path, owner) if one.path else [owner]


def _columns(placed: Placed) -> Iterable[str]:
    slot = Slot(placed.field)
    return value_column(slot), key_column(slot)


def _pairs(one: ValueList, rows: Iterable[SqlRow]) -> Iterator[tuple[_Cell, _Cell]]:
    """Give the cells of the first and the second field; without a second field the first is there twice."""
    for row in rows:
        first, *second = [_cell(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        if first.key and second:
            yield first, second[0]
        else:
            yield from ((line, line) for line in _lines(one, first) if line.key)


def _cell(value: object, key: object) -> _Cell:
    return _Cell("" if value is None else str(value), "" if key is None else str(key))


def _lines(one: ValueList, cell: _Cell) -> Iterator[_Cell]:
    """Give every line of a text as a value of its own, as FileMaker's index has them."""
    if (
        one.field is None
        or one.field.field.kind is not Kind.TEXT
        or not any(end in cell.value for end in "\r\n")
    ):
        yield cell
    else:
        for line in cell.value.replace("\n", "\r").split("\r"):
            yield _Cell(line, keep(Kind.TEXT, line, _US).key or "")


def _entry(one: ValueList, first: _Cell, second: _Cell) -> Entry:
    value = _shown(one.field, first)
    if one.second is None:
        return Entry(value, value)
    beside = _shown(one.second, second)
    return Entry(value, beside if one.only_second else f"{value} {beside}".rstrip())


def _shown(placed: Placed | None, cell: _Cell) -> str:
    """Write a value as a reply shows it; a number is text, too (a guess)."""
    return str(show(placed.field.kind, cell.value, _US)) if placed else cell.value
