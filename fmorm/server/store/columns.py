"""How FileMaker's tables and fields are named in SQLite.

A value keeps its field's name, so that the file is readable with any SQLite tool; what FileMaker does not
show has `::` in its name, which no field can have.
"""

from __future__ import annotations

from fmorm.server.schema.parts import Slot, Table

RECORD_ID = '"::id"'
MOD_ID = '"::mod"'


def quoted(name: str) -> str:
    """Give a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def value_name(slot: Slot) -> str:
    """Give the plain name of the column with the value; the first repetition has the field's own name."""
    return slot.field.name if slot.repetition == 1 else f"{slot.field.name}({slot.repetition})"


def key_name(slot: Slot) -> str:
    """Give the plain name of the column by which the value is found and sorted."""
    return value_name(slot) if slot.field.kind.sorts_as_kept else f"{value_name(slot)}::key"


def value_column(slot: Slot, alias: str = "") -> str:
    """Give the column with the value, as SQL writes it."""
    return f"{alias}{'.' * bool(alias)}{quoted(value_name(slot))}"


def key_column(slot: Slot, alias: str = "") -> str:
    """Give the column by which the value is found and sorted, as SQL writes it."""
    return f"{alias}{'.' * bool(alias)}{quoted(key_name(slot))}"


def columns(table: Table) -> dict[str, str]:
    """Give every column of a table with its declared type.

    The word TEXT in each keeps SQLite from turning `0012` into a number; the word before it says the kind.
    """
    declared: dict[str, str] = {}
    for field in table.stored:
        for slot in field.slots:
            declared[value_name(slot)] = "TEXT" if field.kind == "text" else f"{field.kind.upper()} TEXT"
            declared.setdefault(key_name(slot), "TEXT")
    return declared
