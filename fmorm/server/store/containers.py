"""Files in container fields: bytes, name and media type, in a table beside the records.

The record's own column holds the number of its file, which is enough to tell whether there is one. No number is
ever used again, so that nothing that speaks of an old file can come to mean a new one.
"""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fmorm.server.schema.parts import Slot, Table
from fmorm.server.store.columns import RECORD_ID, quoted, table_name, value_column
from fmorm.server.store.files import Store
from fmorm.server.values.cells import Cell, Kind


@dataclass(frozen=True, slots=True)
class File:
    """What a container holds."""

    name: str
    media_type: str
    body: bytes | memoryview


class Containers:
    """The files of all container fields. What changes them runs inside a transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, file: File) -> Cell:
        """Keep a file, and give what goes into the record."""
        sql = 'INSERT INTO "::files" (name, type, body) VALUES (?, ?, ?)'
        return _cell(self._store.change(sql, [file.name, file.media_type, file.body]))

    def copy(self, cell: Cell) -> Cell:
        """Keep a file once more, for another record."""
        sql = 'INSERT INTO "::files" (name, type, body) SELECT name, type, body FROM "::files" WHERE id = ?'
        return _cell(self._store.change(sql, [cell.value])) if cell.value else cell

    def remove(self, table: Table, record_id: int, slots: Iterable[Slot]) -> None:
        """Remove the files in some slots of a record."""
        columns = [value_column(slot) for slot in slots if slot.field.kind is Kind.CONTAINER]
        if columns:
            sql = f"SELECT {', '.join(columns)} FROM {table_name(table)} WHERE {RECORD_ID} = ?"
            for number in self._store.rows(sql, [record_id])[0]:
                self._store.change('DELETE FROM "::files" WHERE id = ?', [number])

    def remove_lost(self) -> None:
        """Remove the files that no record has: sessions had them.

        What is looked at are the columns of the data file: a field that the schema has no more keeps its files.
        """
        kept: set[int] = set()
        for table in self._store.rows("SELECT name FROM main.sqlite_schema WHERE type = 'table'"):
            name = quoted(str(table[0]))
            for one in self._store.rows(f"PRAGMA table_info({name})"):
                if str(one[2]).startswith(Kind.CONTAINER.upper()):
                    column = quoted(str(one[1]))
                    kept.update(self._store.ids(f"SELECT {column} FROM {name} WHERE {column} IS NOT NULL"))
        for number in set(self._store.ids('SELECT id FROM "::files"')) - kept:
            self._store.change('DELETE FROM "::files" WHERE id = ?', [number])

    def name(self, number: int) -> str:
        """Give the name of a file."""
        return str(self._store.rows('SELECT name FROM "::files" WHERE id = ?', [number])[0][0])

    def get(self, number: int) -> File | None:
        """Give a file, None when it has been removed."""
        found = self._store.rows('SELECT name, type FROM "::files" WHERE id = ?', [number])
        if not found:
            return None
        body = self._store.blob('SELECT body FROM "::files" WHERE id = ?', [number])
        return File(str(found[0][0]), str(found[0][1]), body)


def _cell(number: int) -> Cell:
    return Cell(str(number), str(number))
