"""What a layout or a portal reads of records: which columns, in which statements."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeAlias, cast

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import quoted
from fmorm.server.records.access import Access
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Field, Layout, Path, Placed, Portal, Slot, Table
from fmorm.server.store.columns import MOD_ID, RECORD_ID, table_name, value_column
from fmorm.server.store.files import SqlValue
from fmorm.server.values.cells import Kind

_TOGETHER = 500
"""Records that are read by one statement."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a record: its label, and the value behind it.

    Attributes:
        json: The label as JSON has it, with its colon.
        is_plain: Whether what is read is what is shown: it is neither calculated nor of the session nor a file.
        group: Whose value it is: the record's own, which is 0, or a related one's.
    """

    label: str
    json: str
    table: Table
    slot: Slot
    kind: Kind
    is_plain: bool
    group: int


Values: TypeAlias = tuple[str | None, ...]


class Row(NamedTuple):
    """A record as it is kept.

    Attributes:
        ids: Its own id and those of the related records, by group; None where there is no such record.
        values: What is kept, member by member.
    """

    record_id: int
    mod_id: int
    ids: Sequence[int | None]
    values: Values


class View:
    """What a layout or a portal shows of a record, arranged for reading.

    Fields of one occurrence are one group, read together.
    """

    def __init__(self, table: Table, fields: Sequence[Placed]) -> None:
        members: dict[str, Member] = {}  # a field that is there twice is one member
        self.paths: list[Path] = list(dict.fromkeys([(), *(placed.path for placed in fields)]))
        for placed in fields:
            for label, slot in placed.labels:
                what = placed.occurrence.table, slot, placed.field.kind, _is_plain(placed.field)
                members[label] = Member(label, quoted(label) + ":", *what, self.paths.index(placed.path))
        self.members = list(members.values())
        self.tables = tuple(dict.fromkeys(member.table for member in self.members))
        self.is_plain = all(member.is_plain for member in self.members)
        groups = [[one for one in self.members if one.group == n] for n in range(len(self.paths))]
        self._own = _select(table, groups[0])
        self._own_one = f"{self._own} (?)"
        self._far = [
            _Far(path, _select(path[-1].target.table, group), (None,) * len(group))
            for path, group in zip(self.paths[1:], groups[1:], strict=True)
        ]
        self._arrange = _arrange(list(chain(*groups)), self.members)

    def rows(self, call: Call, ids: Sequence[int]) -> Iterator[Row]:
        """Read records in the order of their ids.

        Raises:
            Refusal: One is not there.
        """
        for start in range(0, len(ids), _TOGETHER):
            part = ids[start : start + _TOGETHER]
            own = {row[0]: row for row in call.engine.store.rows(self._select_own(len(part)), part)}
            for record_id in part:
                kept = own.get(record_id)
                if kept is None:
                    raise Refusal(refusals.RECORD_MISSING)
                row = Row(record_id, int(kept[1] or 0), (record_id,), _kept(kept[2:]))
                yield self._with_related(call, row) if self._far else row

    def _select_own(self, count: int) -> str:
        """Give the statement that reads so many records; that for one is ready, since it is what most requests need."""
        return self._own_one if count == 1 else f"{self._own} ({', '.join('?' * count)})"

    def _with_related(self, call: Call, row: Row) -> Row:
        """Add what is shown of related records."""
        access = call.access
        far = [one.read(call, access, row.record_id) for one in self._far]
        values = self._arrange((*row.values, *chain(*(values for _, values in far))))
        return row._replace(ids=(row.record_id, *(related for related, _ in far)), values=values)


@dataclass(frozen=True, slots=True)
class _Far:
    """The fields of one related occurrence; where it has no record, nothing is in them."""

    path: Path
    select: str
    nothing: Values

    def read(self, call: Call, access: Access, record_id: int) -> tuple[int | None, Values]:
        """Read the first related record; one that is hidden is as if it were not there (a guess)."""
        first = call.engine.relations.first(self.path, record_id)
        if first is None or not access.allows("view", self.path[-1].target.table, first):
            return None, self.nothing
        return first, _kept(call.engine.store.rows(f"{self.select} (?)", [first])[0][2:])


def _kept(values: tuple[SqlValue, ...]) -> Values:
    """Take what was read for what it is: a column with values has no affinity but that to text."""
    return cast("Values", values)


def _arrange(read: Sequence[Member], shown: Sequence[Member]) -> Callable[[Values], Values]:
    """Give what puts values, read group by group, into the order in which they are shown."""
    order = [read.index(one) for one in shown]
    return itemgetter(*order) if len(order) > 1 else lambda values: values


def _is_plain(field: Field) -> bool:
    return field.is_entered and not field.is_global and field.kind is not Kind.CONTAINER


@lru_cache(maxsize=256)
def view_of(table: Table, fields: tuple[Placed, ...]) -> View:
    """Give the view of some fields, arranged once."""
    return View(table, fields)


@lru_cache(maxsize=512)
def shown_on(place: Layout | Portal) -> View:
    """Give the view of the fields of a layout or a portal, arranged once."""
    return View(place.occurrence.table, place.fields)


def _select(table: Table, members: Sequence[Member]) -> str:
    """Write the statement that reads records of a table by their ids; what is not kept has no column."""
    kept = set(table.stored)
    columns = [value_column(one.slot) if one.slot.field in kept else "NULL" for one in members]
    listed = ", ".join([RECORD_ID, MOD_ID, *columns])
    return f"SELECT {listed} FROM {table_name(table)} WHERE {RECORD_ID} IN"
