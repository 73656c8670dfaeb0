"""The SQLite file: opened, made when it is new, and brought up to the schema."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import lru_cache
from operator import itemgetter
from types import TracebackType

from fmorm.server.schema.parts import Field, Slot, Table
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import SchemaError
from fmorm.server.store.columns import (
    MOD_ID,
    RECORD_ID,
    columns,
    derived,
    key_name,
    quoted,
    table_name,
)
from fmorm.server.store.remembering import Remembered
from fmorm.server.values.collation import sort_key, text_order
from fmorm.server.values.folding import relaxed, words

_PATIENCE = 1.0
"""Seconds to wait for another process that has the data file open."""
_JOURNAL = 18
"""Where SQLite notes that a file has a journal of the kind WAL (2), which nothing in memory can have (1)."""
SqlValue = str | int | None
SqlRow = tuple[SqlValue, ...]
Calculator = Callable[[str, int, int, int], str | None]
"""Gives a part of a result: `value`, `key`, `words` or `sort`, of a field, repetition and record."""
SqlBytes = bytes | memoryview


class Store:
    """One SQLite connection. It is used by one thread at a time; whoever shares it holds a lock.

    Attributes:
        version: Rises with every change of the data, so that what was worked out from them can be remembered.
        remembered: The found sets of this version.
    """

    def __init__(self, data: str) -> None:
        try:
            self._connection = sqlite3.connect(
                data, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise SchemaError(f"{data}: {error}") from error
        self.version = 0
        self.remembered = Remembered()
        self._is_open = True
        self._counts: dict[str, int] = {}
        self._indexed: set[tuple[str, str]] = set()
        self._calculator: Calculator | None = None
        self._connection.create_function("regexp", 2, _matches, deterministic=True)
        self._connection.create_function("relaxed", 1, _if_filled(relaxed), deterministic=True)
        self._connection.create_function("words", 1, _if_filled(words), deterministic=True)
        self._connection.create_function("calculated", 4, self._calculated)
        self._connection.create_function("sort_key", 1, _if_filled(sort_key), deterministic=True)

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

    def id_array(self, sql: str, values: Iterable[SqlValue] = ()) -> array[int]:
        """Run a query for whole numbers, of which there may be millions."""
        return array("q", map(itemgetter(0), self._connection.execute(sql, tuple(values))))

    def blob(self, sql: str, values: Iterable[SqlValue]) -> bytes:
        """Run a query for bytes, which must be there."""
        found: tuple[bytes] = self._connection.execute(sql, tuple(values)).fetchone()
        return found[0]

    def change(self, sql: str, values: Iterable[SqlValue | SqlBytes] = ()) -> int:
        """Run a statement that may change data; after an insert this gives the new record's id."""
        self.version += 1
        return self._connection.execute(sql, tuple(values)).lastrowid or 0

    def choose(self, ids: Iterable[int]) -> None:
        """Put ids into the temporary table `found`, where statements can join them; no data change by that."""
        self._connection.execute("DELETE FROM temp.found")
        self._connection.executemany("INSERT INTO temp.found VALUES (?)", zip(ids, strict=False))

    @contextmanager
    def calculating(self, calculator: Calculator) -> Generator[None]:
        """Have results that are not kept worked out while statements run that ask for them."""
        before, self._calculator = self._calculator, calculator
        try:
            yield
        finally:
            self._calculator = before

    def _calculated(self, part: str, field: int, repetition: int, record_id: int) -> str | None:
        return self._calculator(part, field, repetition, record_id) if self._calculator else None

    def index(self, table: Table, column: str) -> None:
        """Index a column of a table, unless it is indexed already."""
        if (table.stored_as, column) not in self._indexed:
            name = quoted(f"{table.stored_as}::{column}::index")
            self._connection.execute(
                f"CREATE INDEX IF NOT EXISTS {name} ON {table_name(table)} ({quoted(column)})"
            )
            self._indexed.add((table.stored_as, column))

    def count(self, table: Table) -> int:
        """Count the records of a table; SQLite would read all of them, so the number is remembered."""
        if table.stored_as not in self._counts:
            self._counts[table.stored_as] = self.ids(f"SELECT count(*) FROM {table_name(table)}")[0]
        return self._counts[table.stored_as]

    def count_changed(self, table: Table, by: int) -> None:
        """Note that records were made or removed."""
        if table.stored_as in self._counts:
            self._counts[table.stored_as] += by

    def snapshot(self) -> bytes:
        """Give everything that is in the file, for `restore`."""
        with closing(sqlite3.connect(":memory:")) as copy:
            self._connection.backup(copy)
            image = copy.serialize()
        return image[:_JOURNAL] + b"\1\1" + image[_JOURNAL + 2 :]

    def restore(self, snapshot: bytes) -> None:
        """Have in the file what was in it when the snapshot was taken, and nothing else."""
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(snapshot)
            copy.backup(self._connection)
        self.version += 1
        self._counts.clear()
        self._indexed.clear()

    def undo_interrupted(self) -> None:
        """Undo a transaction that an interrupt has kept from its end: one can come between any two lines."""
        if self._is_open and self._connection.in_transaction:
            self._roll_back()

    def _roll_back(self) -> None:
        self.change("ROLLBACK")
        self._counts.clear()
        self._indexed.clear()

    def transaction(self) -> AbstractContextManager[None]:
        """Keep everything done inside, or nothing of it when it ends in an exception."""
        return _Transaction(self.change, self._roll_back)


class _Transaction:
    """A transaction for the time of a `with` block."""

    def __init__(self, change: Callable[[str], object], roll_back: Callable[[], None]) -> None:
        self._change = change
        self._roll_back = roll_back

    def __enter__(self) -> None:
        self._change("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._change("COMMIT")
        else:
            self._roll_back()


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _matches(pattern: str, text: str | None) -> bool:
    return text is not None and _compiled(pattern).search(text) is not None


def _if_filled(work_out: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else work_out(text)


def open_store(schemas: Sequence[Schema], data: str, fill: Callable[[Store, Schema], None]) -> Store:
    """Open a data file for the files that it holds, and fill those that are new in it.

    Raises:
        SchemaError: It is no data file, or what it holds does not fit the schemas.
    """
    store = Store(data)
    try:
        store.change("PRAGMA locking_mode = EXCLUSIVE")  # what another process changes would not be noticed
        store.change("PRAGMA journal_mode = WAL")
        store.change("PRAGMA synchronous = NORMAL")
        store.change("PRAGMA temp_store = MEMORY")
        store.change(f"CREATE TEMP TABLE found ({RECORD_ID} INTEGER PRIMARY KEY)")
        with store.transaction():
            held = _held(store)
            _check_held(held, schemas, data)
            for schema in schemas:
                _bring_up_to(schema, schemas, store, data)
            _bring_order_up_to(schemas, store)
            for schema in schemas:
                if schema.name not in held:
                    fill(store, schema)
    except sqlite3.Error as error:
        store.close()
        advice = "; another server has it open" if "locked" in str(error) else ""
        raise SchemaError(f"{data}: {error}{advice}") from error
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
            if field.validation.unique or field.validation.existing or field in match_fields:
                store.index(table, key_name(Slot(field)))


def _bring_order_up_to(schemas: Sequence[Schema], store: Store) -> None:
    """Make the sort keys of text anew where they were made in another order."""
    store.change('CREATE TABLE IF NOT EXISTS "::about" (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
    order = text_order().name
    if store.rows("SELECT value FROM \"::about\" WHERE name = 'order'") != [(order,)]:
        store.change("INSERT OR REPLACE INTO \"::about\" VALUES ('order', ?)", [order])
        for table in (table for schema in schemas for table in schema.tables.values()):
            _work_out(store, table, [slot for field in table.stored for slot in field.slots])


def _work_out(store: Store, table: Table, slots: Iterable[Slot]) -> None:
    """Fill the columns that are worked out from others."""
    sets = [f"{quoted(name)} = {sql}" for slot in slots for name, sql in derived(slot).items()]
    if sets:
        store.change(f"UPDATE {table_name(table)} SET {', '.join(sets)}")


def _bring_table_up_to(table: Table, store: Store, data: str) -> None:
    name, wanted = table_name(table), columns(table)
    listed = "".join(f", {quoted(column)} {declared}" for column, declared in wanted.items())
    store.change(
        f"CREATE TABLE IF NOT EXISTS {name} "
        f"({RECORD_ID} INTEGER PRIMARY KEY AUTOINCREMENT, {MOD_ID} INTEGER NOT NULL DEFAULT 0{listed})"
    )
    present = {str(row[1]).casefold(): str(row[2]) for row in store.rows(f"PRAGMA table_info({name})")}
    for column, declared in wanted.items():
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
