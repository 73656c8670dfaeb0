"""What a layout or a portal reads of records: which columns, in which statements."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import quoted
from fmorm.server.records.access import Access
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Field, Path, Placed, Slot, Table
from fmorm.server.store.columns import MOD_ID, RECORD_ID, table_name, value_column
from fmorm.server.store.files import SqlRow
from fmorm.server.values.cells import Kind

_TOGETHER = 500
"""Records that are read by one statement."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a record: its label, the value behind it, and where that stands in what is read.

    Attributes:
        json: The label as JSON has it, with its colon.
        is_plain: Whether what is read is what is shown: it is neither calculated nor of the session nor a file.
    """

    label: str
    json: str
    table: Table
    slot: Slot
    kind: Kind
    is_plain: bool
    group: int
    column: int


Group: TypeAlias = tuple[int | None, SqlRow]
"""The id and the values of a record, or of a related one where there is any."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is kept; the first group is its own, the others are related records'."""

    record_id: int
    mod_id: int
    groups: Sequence[Group]


class View:
    """What a layout or a portal shows of a record, arranged for reading.

    Fields of one occurrence are one group, read together.
    """

    def __init__(self, table: Table, fields: Sequence[Placed]) -> None:
        slots: dict[Path, list[Slot]] = {(): []}
        members: dict[str, Member] = {}  # a field that is there twice is one member
        for placed in fields:
            group = slots.setdefault(placed.path, [])
            for label, slot in placed.labels:
                where = list(slots).index(placed.path), len(group)
                what = placed.occurrence.table, slot, placed.field.kind, _is_plain(placed.field)
                members[label] = Member(label, quoted(label) + ":", *what, *where)
                group.append(slot)
        self.members = list(members.values())
        self.tables = tuple(dict.fromkeys(member.table for member in self.members))
        self.paths = list(slots)
        self._own, *self._far = [
            (path, _select(path[-1].target.table if path else table, group)) for path, group in slots.items()
        ]

    def rows(self, call: Call, ids: Sequence[int]) -> Iterator[Row]:
        """Read records in the order of their ids.

        Raises:
            Refusal: One is not there.
        """
        access = call.access
        for start in range(0, len(ids), _TOGETHER):
            part = ids[start : start + _TOGETHER]
            marks = ", ".join("?" * len(part))
            own = {row[0]: row for row in call.engine.store.rows(f"{self._own[1]} ({marks})", part)}
            for record_id in part:
                if record_id not in own:
                    raise Refusal(refusals.RECORD_MISSING)
                _, mod_id, *values = own[record_id]
                far = [_first_related(call, access, path, select, record_id) for path, select in self._far]
                yield Row(record_id, int(mod_id or 0), [(record_id, tuple(values)), *far])


def _is_plain(field: Field) -> bool:
    return field.is_entered and not field.is_global and field.kind is not Kind.CONTAINER


@lru_cache(maxsize=256)
def view_of(table: Table, fields: tuple[Placed, ...]) -> View:
    """Give the view of some fields, arranged once."""
    return View(table, fields)


def _select(table: Table, slots: Sequence[Slot]) -> str:
    """Write the statement that reads records of a table by their ids; what is not kept has no column."""
    kept = set(table.stored)
    columns = [value_column(slot) if slot.field in kept else "NULL" for slot in slots]
    listed = ", ".join([RECORD_ID, MOD_ID, *columns])
    return f"SELECT {listed} FROM {table_name(table)} WHERE {RECORD_ID} IN"


def _first_related(call: Call, access: Access, path: Path, select: str, record_id: int) -> Group:
    """Read the first related record; one that is hidden is as if it were not there (a guess)."""
    first = call.engine.relations.first(path, record_id)
    if first is None or not access.allows("view", path[-1].target.table, first):
        return None, ()
    return first, call.engine.store.rows(f"{select} (?)", [first])[0][2:]
