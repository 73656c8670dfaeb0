"""Records as the Data API shows them: fields, portals with their rows, and the counts around them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeAlias

from fmorm.server.calls import Call
from fmorm.server.exact import Json, Literal, dumps, members, quoted
from fmorm.server.finds.foundset import Found, Page
from fmorm.server.records.access import NO_ACCESS
from fmorm.server.records.sight import Sight
from fmorm.server.records.summaries import Summaries
from fmorm.server.records.values import BROKEN
from fmorm.server.schema.parts import Field, Path, Placed, Portal, Slot, Table
from fmorm.server.searching import Searching
from fmorm.server.showing import Showing
from fmorm.server.values.cells import Cell, Kind, show
from fmorm.server.values.moments import DateForm
from fmorm.server.values.numbers import is_json
from fmorm.server.views import Member, Row, View, shown_on, view_of

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
        self._view = view
        self._plain = _plain(view, work.form.iso)
        whole = [table for table in view.tables if work.access.shows_all(table)]
        is_plain = view.is_plain and len(whole) == len(view.tables)
        self._specials = [] if is_plain else [self._special(one, whole) for one in view.members]

    def fields(self, row: Row) -> dict[str, Json]:
        """Give the members of a record."""
        form, specials = self._work.form, self._specials or [None] * len(row.values)
        return {
            one.label: show(one.kind, value, form)
            if special is None
            else special(row, row.ids[one.group], value)
            for one, value, special in zip(self._view.members, row.values, specials, strict=True)
        }

    def written(self, row: Row) -> str:
        """Write the members of a record as JSON, without the braces: a page has many thousands of them."""
        texts = [
            name + ('""' if value is None else write(value))
            for (name, write), value in zip(self._plain, row.values, strict=True)
        ]
        for n, special in enumerate(self._specials):
            if special is not None:
                one = self._view.members[n]
                texts[n] = one.json + dumps(special(row, row.ids[one.group], row.values[n]))
        return ",".join(texts)

    def _special(self, member: Member, whole: Collection[Table]) -> Special | None:
        """Give what finds a member that is no plain value; `whole` are the tables whose fields are all shown."""
        work, field = self._work, member.slot.field
        if member.is_plain and member.table in whole:
            return None
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
        work, path = self._work, self._view.paths[member.group]
        if path:
            return lambda row, _, __: work.summary(member, work.related(path, row.record_id))
        whole = work.summary(member, self._found)
        return lambda _, __, ___: whole


@lru_cache(maxsize=512)
def _plain(view: View, iso: bool) -> Sequence[tuple[str, Callable[[str], str]]]:
    """Give the members of a view as JSON has their labels, and what writes their kept values; worked out once."""
    form = DateForm(iso, date.min)  # what is shown of dates does not depend on today
    writers: Mapping[Kind, Callable[[str], str]] = {
        Kind.NUMBER: lambda kept: kept if is_json(kept) else quoted(kept),
        Kind.DATE: lambda kept: f'"{form.show_date(kept)}"',  # nothing in it that JSON escapes
        Kind.TIMESTAMP: lambda kept: f'"{form.show_timestamp(kept)}"',
    }
    return [(one.json, writers.get(one.kind, quoted)) for one in view.members]


class _Work:
    """What the records of one reply have in common."""

    def __init__(self, call: Call, form: DateForm) -> None:
        self.call = call
        self.form = form
        self.access = call.access

    @cached_property
    def sight(self) -> Sight:
        """What formulas see; most layouts have none."""
        return self.call.sight

    @cached_property
    def _summaries(self) -> Summaries:
        return Summaries(self.call.engine.data, self.sight)

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
    names = f'"database":{quoted(call.schema.name)},"layout":{quoted(layout.name)}'
    counts = f'"totalRecordCount":{found.total},"foundCount":{found.count},"returnedCount":{len(found.ids)}'
    info = Literal(f'{{{names},"table":{quoted(layout.occurrence.name)},{counts}}}')
    return {"dataInfo": info, "data": records}


def _records(call: Call, showing: Showing, found: Found) -> Iterator[Literal]:
    """Write the records; what is around their fields is the same for each, so it is no object that is made first."""
    work = _Work(call, showing.form)
    view = shown_on(showing.layout)
    fields = _Shown(work, view, found.all)
    portals = [_PortalView(work, portal, page) for portal, page in showing.portals]
    has_info = call.engine.release.has_data_info
    for row in view.rows(call, found.ids):
        rows, infos = _portal_data(portals, row.record_id) if portals else ("{}", "[]")
        portal_data = f'"portalData":{rows},"recordId":"{row.record_id}","modId":"{row.mod_id}"'
        info = f',"portalDataInfo":{infos}' if has_info else ""
        yield Literal(f'{{"fieldData":{{{fields.written(row)}}},{portal_data}{info}}}')


def _portal_data(portals: Sequence[_PortalView], record_id: int) -> tuple[str, str]:
    """Write `portalData` and `portalDataInfo` of a record."""
    shown = [(one.portal.key, *one.show(record_id)) for one in portals]
    return dumps(members([(key, rows) for key, rows, _ in shown])), dumps([info for _, _, info in shown])


class _PortalView:
    """One portal of the records of a reply."""

    def __init__(self, work: _Work, portal: Portal, page: Page) -> None:
        self.portal = portal
        self._work = work
        self._page = page
        self._searching = Searching(work.call)
        self._view = shown_on(portal)
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
