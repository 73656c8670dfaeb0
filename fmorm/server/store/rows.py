"""Rows of the data file as they are kept, without anything that FileMaker does of itself."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from fmorm.server.schema.parts import Slot, Table
from fmorm.server.store.columns import MOD_ID, RECORD_ID, kept, key_column, table_name, value_column
from fmorm.server.store.files import SqlValue, Store
from fmorm.server.values.cells import Cell

Cells = Mapping[Slot, Cell]


def insert(store: Store, table: Table, cells: Cells, ids: Mapping[str, SqlValue] | None = None) -> int:
    """Make a row and give its id; its ids may be given, by column."""
    sets: dict[str, SqlValue] = {**kept(cells), **(ids or {})}
    names = ", ".join(sets) or MOD_ID
    marks = ", ".join("?" * len(sets)) or "0"
    store.count_changed(table, 1)
    return store.change(f"INSERT INTO {table_name(table)} ({names}) VALUES ({marks})", sets.values())


def set_cells(store: Store, table: Table, record_id: int, cells: Cells, *, commits: bool = False) -> None:
    """Set values of a row; its mod id rises by one where this is what a client commits."""
    sets = kept(cells)
    if sets or commits:
        store.change(_update(table, tuple(sets), commits), (*sets.values(), record_id))


@lru_cache(maxsize=1024)
def _update(table: Table, columns: Sequence[str], commits: bool) -> str:
    """Write the statement that sets columns of a row; the same ones are set over and over."""
    assignments = [f"{MOD_ID} = {MOD_ID} + 1"] * commits + [f"{column} = ?" for column in columns]
    return f"UPDATE {table_name(table)} SET {', '.join(assignments)} WHERE {RECORD_ID} = ?"


def remove(store: Store, table: Table, record_id: int) -> None:
    """Remove a row; its id is never used again."""
    store.change(f"DELETE FROM {table_name(table)} WHERE {RECORD_ID} = ?", [record_id])
    store.count_changed(table, -1)


def mod_id_of(store: Store, table: Table, record_id: int) -> int | None:
    """Give a row's mod id, None when there is no such row."""
    found = store.rows(f"SELECT {MOD_ID} FROM {table_name(table)} WHERE {RECORD_ID} = ?", (record_id,))
    return int(found[0][0] or 0) if found else None


def cell_of(store: Store, table: Table, record_id: int, slot: Slot) -> Cell:
    """Give one value of a row that there is."""
    return cells_of(store, table, record_id, [slot])[slot]


def cells_of(store: Store, table: Table, record_id: int, slots: list[Slot]) -> dict[Slot, Cell]:
    """Give several values of a row that there is."""
    pairs = [f"{value_column(slot)}, {key_column(slot)}" for slot in slots]
    sql = f"SELECT {', '.join([MOD_ID, *pairs])} FROM {table_name(table)} WHERE {RECORD_ID} = ?"
    values = [None if value is None else str(value) for value in store.rows(sql, [record_id])[0][1:]]
    return dict(zip(slots, map(Cell, values[::2], values[1::2]), strict=True))
