"""Records as the Data API shows them: fields, portals with their rows, and the counts around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from fmorm.server.calls import Call
from fmorm.server.exact import Json, Literal, dumps, members, quoted
from fmorm.server.finds.foundset import Found, Page
from fmorm.server.records.access import NO_ACCESS
from fmorm.server.records.summaries import Summaries
from fmorm.server.records.values import BROKEN
from fmorm.server.schema.parts import Field, Path, Placed, Portal, Slot, Table
from fmorm.server.searching import Searching
from fmorm.server.showing import Showing
from fmorm.server.values.cells import Cell, Kind, show
from fmorm.server.values.moments import DateForm
from fmorm.server.values.numbers import is_json
from fmorm.server.views import Member, Row, View, view_of

Special: TypeAlias = Callable[[Row, int | None, object], Json]
"""Gives what is shown in a row of a record whose id, and perhaps a kept value, are known."""


class _Shown:
    """The members of records for one reply.

    What is no plain value of the record - of the session, calculated, a file, denied - is found by a function of
    the record's id and its kept value.
    """

    def __init__(self, work: _Work, view: View, found: Sequence[int]) -> None:
        self._work = work
        self._found = found
        self._paths = view.paths
        writers = _writers(work.form)
        whole = {table for table in view.tables if work.access.shows_all(table)}
        self._members = [
            (one, writers[one.kind], None if one.is_plain and one.table in whole else self._special(one))
            for one in view.members
        ]

    def fields(self, row: Row) -> dict[str, Json]:
        """Give the members of a record."""
        return {member.label: self._value(row, member, special) for member, _, special in self._members}

    def _value(self, row: Row, member: Member, special: Special | None) -> Json:
        record_id, values = row.groups[member.group]
        value = values[member.column] if values else None
        if special is not None:
            return special(row, record_id, value)
        return show(member.kind, None if value is None else str(value), self._work.form)

    def written(self, row: Row) -> str:
        """Write the members of a record as JSON, without the braces: a page has many thousands of them."""
        texts: list[str] = []
        groups = row.groups
        for member, write, special in self._members:
            values = groups[member.group][1]
            value = values[member.column] if values else None
            if special is not None:
                texts.append(member.json + dumps(self._value(row, member, special)))
            else:
                texts.append(member.json + ('""' if value is None else write(str(value))))
        return ",".join(texts)

    def _special(self, member: Member) -> Special | None:
        work, field = self._work, member.slot.field
        if not work.access.shows(member.table, field):
            return lambda _, __, ___: NO_ACCESS
        if field.is_global and field.calculation is None:
            held = work.call.user.globals.get(member.slot, field.initial or None)
            if field.kind is Kind.CONTAINER:
                return lambda _, __, ___: work.address(held)
            return lambda _, __, ___: show(field.kind, held, work.form)
        if field.unstored or field.is_global:
            return lambda _, record_id, __: work.calculated(member.slot, record_id)
        if field.summary is not None:
            return self._summary(member)
        if field.calculation is not None:
            return lambda _, __, value: work.shown(Cell(None if value is None else str(value), None), field)
        if field.kind is Kind.CONTAINER:
            return lambda _, __, value: work.address(value)
        return None

    def _summary(self, member: Member) -> Special:
        """Give the summary of the found set; that of a related field is of all related records."""
        work, path = self._work, self._paths[member.group]
        if path:
            return lambda row, _, __: work.summary(member, work.related(path, row.record_id))
        whole = work.summary(member, self._found)
        return lambda _, __, ___: whole


@lru_cache(maxsize=4)
def _writers(form: DateForm) -> Mapping[Kind, Callable[[str], str]]:
    """Give what writes kept values as JSON; neither dates nor times hold anything that JSON escapes."""
    return {
        Kind.TEXT: quoted,
        Kind.NUMBER: lambda kept: kept if is_json(kept) else quoted(kept),
        Kind.DATE: lambda kept: f'"{form.show_date(kept)}"',
        Kind.TIME: quoted,
        Kind.TIMESTAMP: lambda kept: f'"{form.show_timestamp(kept)}"',
        Kind.CONTAINER: quoted,
    }


class _Work:
    """What the records of one reply have in common."""

    def __init__(self, call: Call, form: DateForm) -> None:
        self.call = call
        self.form = form
        self.sight = call.sight
        self.access = call.access
        self._summaries = Summaries(call.engine.data, self.sight)

    def summary(self, member: Member, ids: Sequence[int]) -> Json:
        """Give what a summary field tells of some records."""
        return self.shown(self._summaries.cell(member.table, member.slot.field, ids), member.slot.field)

    def address(self, number: object) -> Json:
        """Give the address of the file with this number, if there is one."""
        return "" if number is None else self.call.address_of(int(str(number)))

    def related(self, path: Path, record_id: int) -> Sequence[int]:
        """Give the related records that the account sees."""
        return self.access.seen(path[-1].target.table, self.call.engine.relations.ids(path, record_id))

    def calculated(self, slot: Slot, record_id: int | None) -> Json:
        """Give what a calculated field that is not kept holds for a record."""
        return "" if record_id is None else self.shown(self.sight.cell(slot, record_id), slot.field)

    def shown(self, cell: Cell, field: Field) -> Json:
        """Write a result; one that there is not is no value of its kind."""
        return BROKEN if cell.value == BROKEN else show(field.kind, cell.value, self.form)


def field_values(
    call: Call, form: DateForm, table: Table, fields: tuple[Placed, ...], record_id: int, found: Sequence[int]
) -> Mapping[str, Json]:
    """Give fields of one record, which must be there, by the labels of their repetitions.

    Args:
        call: The request.
        form: How dates are spelt in it.
        table: The table of the record.
        fields: The fields; what is read of the same ones is arranged once.
        record_id: The record.
        found: The found set that summaries tell of.
    """
    view = view_of(table, fields)
    return _Shown(_Work(call, form), view, found).fields(next(view.rows(call, [record_id])))


def records_answer(call: Call, showing: Showing, found: Found) -> Mapping[str, Json]:
    """Give the `response` of everything that answers with records."""
    layout = showing.layout
    records = list(_records(call, showing, found))
    if not call.engine.release.has_data_info:
        return {"data": records}
    info: Json = {
        "database": call.schema.name,
        "layout": layout.name,
        "table": layout.occurrence.name,
        "totalRecordCount": found.total,
        "foundCount": found.count,
        "returnedCount": len(found.ids),
    }
    return {"dataInfo": info, "data": records}


def _records(call: Call, showing: Showing, found: Found) -> Iterator[Json]:
    work = _Work(call, showing.form)
    view = view_of(showing.layout.occurrence.table, showing.layout.fields)
    fields = _Shown(work, view, found.all)
    portals = [_PortalView(work, portal, page) for portal, page in showing.portals]
    for row in view.rows(call, found.ids):
        shown = [(one.portal.key, *one.show(row.record_id)) for one in portals]
        infos: Json = [info for _, _, info in shown]
        yield {
            "fieldData": Literal(f"{{{fields.written(row)}}}"),
            "portalData": members([(key, rows) for key, rows, _ in shown]),
            "recordId": str(row.record_id),
            "modId": str(row.mod_id),
            **({"portalDataInfo": infos} if call.engine.release.has_data_info else {}),
        }


class _PortalView:
    """One portal of the records of a reply."""

    def __init__(self, work: _Work, portal: Portal, page: Page) -> None:
        self.portal = portal
        self._work = work
        self._page = page
        self._searching = Searching(work.call)
        self._view = view_of(portal.occurrence.table, portal.fields)
        self._has_summaries = any(member.slot.field.summary for member in self._view.members)
        self._shown = _Shown(work, self._view, [])
        self._picks = portal in work.call.engine.data.rules.filters or not work.access.sees_all(
            portal.occurrence.table
        )

    def show(self, record_id: int) -> tuple[Json, Json]:
        """Give a record's rows and its entry in `portalDataInfo`."""
        ids, count = self._related(record_id)
        if self._has_summaries:
            self._shown = _Shown(self._work, self._view, self._all(record_id))
        rows: list[Json] = [self._row(row) for row in self._view.rows(self._work.call, ids)]
        name = {"portalObjectName": self.portal.object_name} if self.portal.object_name else {}
        info: Json = {
            **name,
            "database": self.portal.occurrence.table.file,
            "table": self.portal.occurrence.name,
            "foundCount": count,
            "returnedCount": len(rows),
        }
        return rows, info

    def _row(self, row: Row) -> Json:
        fields = self._shown.written(row)
        return Literal(f'{{"recordId":"{row.record_id}",{fields}{"," * bool(fields)}"modId":"{row.mod_id}"}}')

    def _related(self, record_id: int) -> tuple[list[int], int]:
        """Give the ids of the rows to show, and how many there are in all."""
        portal, page, relations = self.portal, self._page, self._work.call.engine.relations
        first = page.offset - 1
        if self._picks:
            picked = self._all(record_id)
            return picked[first : first + page.limit], len(picked)
        with self._searching.calculating():
            ids = relations.ids(portal.path, record_id, portal.sort, limit=page.limit, offset=first)
        is_all = page.offset == 1 and len(ids) < page.limit
        return ids, len(ids) if is_all else relations.count(portal.path, record_id)

    def _all(self, record_id: int) -> list[int]:
        """Give the ids of all rows that the portal's filter and the account's privileges let through."""
        portal, work = self.portal, self._work
        with self._searching.calculating():
            ids = work.call.engine.relations.ids(portal.path, record_id, portal.sort)
        seen = work.access.seen(portal.occurrence.table, ids)
        formula = work.call.engine.data.rules.filters.get(portal)
        return seen if formula is None else [one for one in seen if work.sight.is_true(formula, one)]
