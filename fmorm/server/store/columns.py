"""How FileMaker's tables and fields are named in SQLite, and what of a value each column keeps.

A value keeps its field's name, so that the file is readable with any SQLite tool; what FileMaker does not
show has `::` in its name, which no field can have.

* the value, as it was given;
* its key, by which it is equal to others: folded text, a number's or time's own order. It is the value where that
  is in order already;
* for text its words, by which they are found, and its place in the order of the language. Of other kinds the key is
  the order, too.

A calculated field whose results are not kept has no columns: SQLite asks a function for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from fmorm.server.schema.parts import Slot, Table
from fmorm.server.values.cells import Cell, Kind
from fmorm.server.values.collation import sort_key
from fmorm.server.values.folding import words

RECORD_ID = '"::id"'
MOD_ID = '"::mod"'


def quoted(name: str) -> str:
    """Give a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@lru_cache(maxsize=1024)
def table_name(table: Table) -> str:
    """Give a table as SQL writes it."""
    return quoted(table.stored_as)


def value_name(slot: Slot) -> str:
    """Give the plain name of the column with the value; the first repetition has the field's own name."""
    return slot.field.name if slot.repetition == 1 else f"{slot.field.name}({slot.repetition})"


def key_name(slot: Slot) -> str:
    """Give the plain name of the column by which the value is equal to others."""
    return value_name(slot) if slot.field.kind.sorts_as_kept else f"{value_name(slot)}::key"


def words_name(slot: Slot) -> str:
    """Give the plain name of the column with the words of a text."""
    return f"{value_name(slot)}::words"


def sort_name(slot: Slot) -> str:
    """Give the plain name of the column by which the value sorts, and is less or more than another."""
    return f"{value_name(slot)}::sort" if slot.field.kind is Kind.TEXT else key_name(slot)


def value_column(slot: Slot, alias: str = "") -> str:
    """Give the column with the value, as SQL writes it."""
    return _column("value", value_name(slot), slot, alias)


def key_column(slot: Slot, alias: str = "") -> str:
    """Give the column by which the value is equal to others, as SQL writes it."""
    return _column("key", key_name(slot), slot, alias)


def words_column(slot: Slot, alias: str = "") -> str:
    """Give the column with the words of a text, as SQL writes it."""
    return _column("words", words_name(slot), slot, alias)


def sort_column(slot: Slot, alias: str = "") -> str:
    """Give the column by which the value sorts, as SQL writes it."""
    is_text = slot.field.kind is Kind.TEXT
    return _column("sort" if is_text else "key", sort_name(slot), slot, alias)


def _column(part: str, name: str, slot: Slot, alias: str) -> str:
    before = f"{alias}." if alias else ""
    if slot.field.unstored:
        return f"calculated('{part}', {id(slot.field)}, {slot.repetition}, {before}{RECORD_ID})"
    return before + quoted(name)


def columns(table: Table) -> dict[str, str]:
    """Give every column of a table with its declared type.

    The word TEXT in each keeps SQLite from turning `0012` into a number; the word before it says the kind.
    """
    declared: dict[str, str] = {}
    for field in table.stored:
        for slot in field.slots:
            declared[value_name(slot)] = "TEXT" if field.kind == "text" else f"{field.kind.upper()} TEXT"
            declared.setdefault(key_name(slot), "TEXT")
            declared |= dict.fromkeys(derived(slot), "TEXT")
    return declared


def derived(slot: Slot) -> dict[str, str]:
    """Give the columns that are worked out from others, by plain name, with the SQL that does it."""
    if slot.field.kind is not Kind.TEXT:
        return {}
    return {
        words_name(slot): f"words({key_column(slot)})",
        sort_name(slot): f"sort_key({value_column(slot)})",
    }


def kept(cells: Mapping[Slot, Cell]) -> dict[str, str | None]:
    """Give what goes into each column of a record, for values of some slots."""
    row: dict[str, str | None] = {}
    for slot, cell in cells.items():
        value, key, *more = _columns(slot)
        row[value] = cell.value
        row[key] = cell.key
        if more:
            row[more[0]] = None if cell.key is None else words(cell.key)
            row[more[1]] = None if cell.value is None else sort_key(cell.value)
    return row


@lru_cache(maxsize=4096)
def _columns(slot: Slot) -> tuple[str, ...]:
    """Give the columns of a slot, as SQL writes them: value and key, and of a text words and order."""
    more = (words_column(slot), sort_column(slot)) if slot.field.kind is Kind.TEXT else ()
    return (value_column(slot), key_column(slot), *more)


def part_of(cell: Cell, part: str) -> str | None:
    """Give what one column would keep of a value: `value`, `key`, `words` or `sort`."""
    if part == "value":
        return cell.value
    if part == "key":
        return cell.key
    if part == "words":
        return None if cell.key is None else words(cell.key)
    return None if cell.value is None else sort_key(cell.value)
