"""Records as the Data API shows them: fields, portals with their rows, and the counts around them."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.finds.foundset import Found, Page
from fmorm.server.schema.parts import Path, Placed, Portal, Slot, Table
from fmorm.server.showing import Showing
from fmorm.server.store.columns import MOD_ID, RECORD_ID, quoted, value_column
from fmorm.server.store.files import SqlRow
from fmorm.server.values.cells import Kind, show
from fmorm.server.values.moments import DateForm

_TOGETHER = 500
"""Records that are read by one statement."""


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a record: its label, the value behind it, and where that stands in what is read."""

    label: str
    table: Table
    slot: Slot
    kind: Kind
    is_global: bool
    group: int
    column: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A record as it is kept; values by group, the first of them the record's own."""

    record_id: int
    mod_id: int
    groups: Sequence[SqlRow]


class _View:
    """What a layout or a portal shows of a record, arranged for reading.

    Fields of one occurrence are one group, read together.
    """

    def __init__(self, table: Table, fields: Sequence[Placed]) -> None:
        slots: dict[Path, list[Slot]] = {(): []}
        self.members: list[_Member] = []
        for placed in fields:
            group = slots.setdefault(placed.path, [])
            for label, slot in placed.labels:
                where = list(slots).index(placed.path), len(group)
                options = slot.field.kind, slot.field.is_global
                self.members.append(_Member(label, placed.occurrence.table, slot, *options, *where))
                group.append(slot)
        self._own, *self._far = [
            (path, _select(path[-1].target.table if path else table, group)) for path, group in slots.items()
        ]

    def rows(self, call: Call, ids: Sequence[int]) -> Iterator[_Row]:
        """Read records in the order of their ids."""
        for start in range(0, len(ids), _TOGETHER):
            part = ids[start : start + _TOGETHER]
            marks = ", ".join("?" * len(part))
            own = {row[0]: row for row in call.engine.store.rows(f"{self._own[1]} ({marks})", part)}
            for record_id in part:
                _, mod_id, *values = own[record_id]
                far = [_first_related(call, path, select, record_id) for path, select in self._far]
                yield _Row(record_id, int(mod_id or 0), [tuple(values), *far])

    def fields(self, call: Call, form: DateForm, row: _Row) -> Mapping[str, Json]:
        """Give the members of a record."""
        shown: dict[str, Json] = {}
        for member in self.members:
            values, kind = row.groups[member.group], member.kind
            value = values[member.column] if values else None
            if member.is_global:
                value = call.user.globals.get((member.table.name, member.slot))
            if value is None:
                shown[member.label] = ""
            elif kind is Kind.TEXT:  # most values are, and stand there as they are kept
                shown[member.label] = str(value)
            elif kind is Kind.CONTAINER:
                shown[member.label] = call.address_of(int(value))
            else:
                shown[member.label] = show(kind, str(value), form)
        return shown


@lru_cache(maxsize=256)
def _view(table: Table, fields: tuple[Placed, ...]) -> _View:
    return _View(table, fields)


def _select(table: Table, slots: Sequence[Slot]) -> str:
    """Write the statement that reads records of a table by their ids; a global field has no column."""
    columns = ["NULL" if slot.field.is_global else value_column(slot) for slot in slots]
    listed = ", ".join([RECORD_ID, MOD_ID, *columns])
    return f"SELECT {listed} FROM {quoted(table.name)} WHERE {RECORD_ID} IN"


def _first_related(call: Call, path: Path, select: str, record_id: int) -> SqlRow:
    first = call.engine.relations.first(path, record_id)
    return () if first is None else call.engine.store.rows(f"{select} (?)", [first])[0][2:]


def records_answer(call: Call, showing: Showing, found: Found) -> Json:
    """Give the `response` of everything that answers with records."""
    layout = showing.layout
    info: Json = {
        "database": call.engine.schema.name,
        "layout": layout.name,
        "table": layout.occurrence.name,
        "totalRecordCount": found.total,
        "foundCount": found.count,
        "returnedCount": len(found.ids),
    }
    return {"dataInfo": info, "data": list(_records(call, showing, found.ids))}


def _records(call: Call, showing: Showing, ids: Sequence[int]) -> Iterator[Json]:
    view = _view(showing.layout.occurrence.table, showing.layout.fields)
    portals = [_PortalView(call, showing.form, portal, page) for portal, page in showing.portals]
    for row in view.rows(call, ids):
        shown = [(one.portal.key, *one.show(row.record_id)) for one in portals]
        yield {
            "fieldData": view.fields(call, showing.form, row),
            "portalData": {key: rows for key, rows, _ in shown},
            "recordId": str(row.record_id),
            "modId": str(row.mod_id),
            "portalDataInfo": [info for _, _, info in shown],
        }


class _PortalView:
    """One portal of the records of a reply."""

    def __init__(self, call: Call, form: DateForm, portal: Portal, page: Page) -> None:
        self.portal = portal
        self._call = call
        self._form = form
        self._page = page
        self._view = _view(portal.occurrence.table, portal.fields)

    def show(self, record_id: int) -> tuple[Json, Json]:
        """Give a record's rows and its entry in `portalDataInfo`."""
        ids, count = self._related(record_id)
        rows: list[Json] = []
        for row in self._view.rows(self._call, ids):
            fields = self._view.fields(self._call, self._form, row)
            rows.append({"recordId": str(row.record_id), **fields, "modId": str(row.mod_id)})
        name = {"portalObjectName": self.portal.object_name} if self.portal.object_name else {}
        info: Json = {
            **name,
            "database": self._call.engine.schema.name,
            "table": self.portal.occurrence.name,
            "foundCount": count,
            "returnedCount": len(rows),
        }
        return rows, info

    def _related(self, record_id: int) -> tuple[list[int], int]:
        """Give the ids of the rows to show, and how many there are in all."""
        portal, page, relations = self.portal, self._page, self._call.engine.relations
        most = page.limit
        if portal.rows is not None:  # without scrolling nobody sees more
            most = min(most, max(portal.rows - page.offset + 1, 0))
        ids = relations.ids(portal.path, record_id, portal.sort, limit=most, offset=page.offset - 1)
        is_all = page.offset == 1 and len(ids) < most
        return ids, len(ids) if is_all else relations.count(portal.path, record_id)
