"""The SQLite file: opened, made when it is new, and brought up to the schema."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import lru_cache

from fmorm.server.schema.parts import Field, Slot, Table
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import SchemaError
from fmorm.server.store.columns import MOD_ID, RECORD_ID, columns, key_column, quoted

SqlValue = str | int | None
SqlRow = tuple[SqlValue, ...]
SqlBytes = bytes | memoryview


class Store:
    """One SQLite connection. It is used by one thread at a time; whoever shares it holds a lock."""

    def __init__(self, data: str) -> None:
        try:
            self._connection = sqlite3.connect(data, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise SchemaError(f"{data}: {error}") from error
        self._is_open = True
        self._counts: dict[str, int] = {}
        self._connection.create_function("regexp", 2, _matches, deterministic=True)

    def close(self) -> None:
        """Close the file."""
        self._is_open = False
        self._connection.close()

    def rows(self, sql: str, values: Iterable[SqlValue] = ()) -> list[SqlRow]:
        """Run a query and give all of its rows."""
        return self._connection.execute(sql, tuple(values)).fetchall()

    def ids(self, sql: str, values: Iterable[SqlValue] = ()) -> list[int]:
        """Run a query for whole numbers in its first column."""
        return [int(row[0] or 0) for row in self.rows(sql, values)]

    def blob(self, sql: str, values: Iterable[SqlValue]) -> bytes:
        """Run a query for bytes, which must be there."""
        found: tuple[bytes] = self._connection.execute(sql, tuple(values)).fetchone()
        return found[0]

    def change(self, sql: str, values: Iterable[SqlValue | SqlBytes] = ()) -> int:
        """Run a statement; after an insert this gives the new record's id."""
        return self._connection.execute(sql, tuple(values)).lastrowid or 0

    def count(self, table: Table) -> int:
        """Count the records of a table; SQLite would read all of them, so the number is remembered."""
        if table.stored_as not in self._counts:
            self._counts[table.stored_as] = self.ids(f"SELECT count(*) FROM {quoted(table.stored_as)}")[0]  # noqa: S608 - a quoted name of the schema
        return self._counts[table.stored_as]

    def count_changed(self, table: Table, by: int) -> None:
        """Note that records were made or removed."""
        if table.stored_as in self._counts:
            self._counts[table.stored_as] += by

    def undo_interrupted(self) -> None:
        """Undo a transaction that an interrupt has kept from its end: one can come between any two lines."""
        if self._is_open and self._connection.in_transaction:
            self.change("ROLLBACK")
            self._counts.clear()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Keep everything done inside, or nothing of it when it ends in an exception."""
        self.change("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.change("ROLLBACK")
            self._counts.clear()
            raise
        self.change("COMMIT")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _matches(pattern: str, text: str | None) -> bool:
    return text is not None and _compiled(pattern).search(text) is not None


def open_store(schemas: Sequence[Schema], data: str, fill: Callable[[Store, Schema], None]) -> Store:
    """Open a data file for the files that it holds, and fill those that are new in it.

    Raises:
        SchemaError: It is no data file, or what it holds does not fit the schemas.
    """
    store = Store(data)
    try:
        store.change("PRAGMA journal_mode = WAL")
        store.change("PRAGMA synchronous = NORMAL")
        store.change("PRAGMA temp_store = MEMORY")
        store.change(f"CREATE TEMP TABLE found ({RECORD_ID} INTEGER PRIMARY KEY)")
        with store.transaction():
            held = _held(store)
            _check_held(held, schemas, data)
            for schema in schemas:
                _bring_up_to(schema, schemas, store, data)
            for schema in schemas:
                if schema.name not in held:
                    fill(store, schema)
    except sqlite3.Error as error:
        store.close()
        raise SchemaError(f"{data}: {error}") from error
    except BaseException:
        store.close()
        raise
    return store


def _held(store: Store) -> set[str]:
    """Give the files that a data file holds something of."""
    sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
    return {
        name.partition("::")[0] for (name,) in store.rows(sql) if isinstance(name, str) and "::" in name[1:]
    }


def _check_held(held: set[str], schemas: Sequence[Schema], data: str) -> None:
    """Refuse to leave data behind: a file that got another name would seem to be empty."""
    unknown = sorted(held - {schema.name for schema in schemas} - {""})
    if unknown:
        names = ", ".join(f'"{name}"' for name in unknown)
        raise SchemaError(f"{data}: it holds data of the file {names} as well; serve its schema, too")


def _bring_up_to(schema: Schema, schemas: Sequence[Schema], store: Store, data: str) -> None:
    store.change('CREATE TABLE IF NOT EXISTS "::serials" (field TEXT PRIMARY KEY, next INTEGER NOT NULL)')
    store.change(
        'CREATE TABLE IF NOT EXISTS "::files" (id INTEGER PRIMARY KEY AUTOINCREMENT, '
        "name TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL)"
    )
    for table in schema.tables.values():
        _bring_table_up_to(table, store, data)
        match_fields = _match_fields(schemas, table)
        for field in table.stored:
            if field.validation.unique or field in match_fields:
                _index(store, table, Slot(field))


def _bring_table_up_to(table: Table, store: Store, data: str) -> None:
    name = quoted(table.stored_as)
    store.change(
        f"CREATE TABLE IF NOT EXISTS {name} "
        f"({RECORD_ID} INTEGER PRIMARY KEY AUTOINCREMENT, {MOD_ID} INTEGER NOT NULL DEFAULT 0)"
    )
    present = {str(row[1]).casefold(): str(row[2]) for row in store.rows(f"PRAGMA table_info({name})")}
    for column, declared in columns(table).items():
        kept = present.get(column.casefold())
        if kept is None:
            store.change(f"ALTER TABLE {name} ADD COLUMN {quoted(column)} {declared}")
        elif kept != declared:
            was, now = kept.split()[0].lower(), declared.split()[0].lower()
            raise SchemaError(
                f'{data}: "{column}" of table "{table.name}" is kept as {was}, but the schema says {now}; '
                "give the field another name, or begin a new data file"
            )


def _match_fields(schemas: Sequence[Schema], table: Table) -> set[Field]:
    every = [steps for schema in schemas for steps in schema.steps.values()]
    steps = [step for steps in every for step in steps if step.source.table is table]
    return {predicate.left for step in steps for predicate in step.predicates}


def _index(store: Store, table: Table, slot: Slot) -> None:
    name = quoted(f"{table.stored_as}::{slot.field.name}::index")
    store.change(f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(table.stored_as)} ({key_column(slot)})")
