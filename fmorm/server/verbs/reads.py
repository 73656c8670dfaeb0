"""Reading records: one, a range, or what a find finds."""

from __future__ import annotations

from collections.abc import Sequence

from fmorm.server import refusals
from fmorm.server.answers import records_answer
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.finds.foundset import Found, Page
from fmorm.server.finds.requests import read_requests
from fmorm.server.parameters import Parameters
from fmorm.server.refusals import Refusal, required
from fmorm.server.schema.parts import SortKey
from fmorm.server.scripts.asked import Asked, scripts_of
from fmorm.server.searching import Searching
from fmorm.server.showing import sort_keys, take_page, take_sort, take_wish
from fmorm.server.store.rows import mod_id_of
from fmorm.server.writing import record_number


def get_record(call: Call) -> Json:
    """`GET …/records/{id}`; it gives the record that the path names, whatever its scripts have found: a guess."""
    parameters = call.query_parameters()
    form = parameters.take_date_form(call.now.date())
    wish = take_wish(parameters)
    asked = _finish(parameters)
    showing = wish.on(call, form)
    with scripts_of(call, asked) as scripts:
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        if asked or not call.access.sees_all(table):
            _check(call, record_id)
            scripts.after_record(record_id)
            _check(call, record_id)  # a script may have deleted it
        found = Found([record_id], 1, call.engine.store.count(table), [record_id])
        return scripts.answer(records_answer(call, showing, found))


def _check(call: Call, record_id: int) -> None:
    """Refuse where a record is not there for the account."""
    table = call.layout.occurrence.table
    if mod_id_of(call.engine.store, table, record_id) is None:
        raise Refusal(refusals.RECORD_MISSING)
    call.access.check("view", table, record_id)


def get_range(call: Call) -> Json:
    """`GET …/records`."""
    parameters = call.query_parameters()
    form = parameters.take_date_form(call.now.date())
    has_offset = "_offset" in parameters
    page, sort = take_page(parameters), take_sort(parameters, "_sort")
    wish = take_wish(parameters)
    asked = _finish(parameters)
    showing, keys = wish.on(call, form), sort_keys(call, sort)

    def ranged(keys: Sequence[SortKey], page: Page) -> Found:
        return Searching(call).find(call.layout.occurrence.table, None, keys, page)

    with scripts_of(call, asked) as scripts:
        scripts.before()
        found = scripts.around_sort(ranged, keys, page)
        if has_offset and not found.ids:  # without an offset an empty table is no error
            raise Refusal(refusals.RECORD_MISSING)
        return scripts.answer(records_answer(call, showing, found))


def find(call: Call) -> Json:
    """`POST …/_find`; some clients put limits and offsets of portals into the query, and real servers take it."""
    parameters = call.body_parameters(windows=True)
    form = parameters.take_date_form(call.now.date())
    page, sort = take_page(parameters, ""), take_sort(parameters, "sort")
    wish = take_wish(parameters, "")
    query = parameters.take_requests("query")
    asked = _finish(parameters)
    if query is None:
        raise required("query")
    showing, keys = wish.on(call, form), sort_keys(call, sort)
    requests = read_requests(query, call.layout, form, Searching(call).visible)

    def searched(keys: Sequence[SortKey], page: Page) -> Found:
        searching = Searching(call)
        # a script may have changed which related records are seen
        now = read_requests(query, call.layout, form, searching.visible) if asked else requests
        return _some(searching.find(call.layout.occurrence.table, now, keys, page))

    with scripts_of(call, asked) as scripts:
        scripts.before()
        found = _some(scripts.around_sort(searched, keys, page))
        return scripts.answer(records_answer(call, showing, found))


def _some(found: Found) -> Found:
    """Refuse to have found nothing, or nothing that the page would show; scripts may also leave nothing."""
    if not found.ids:
        raise Refusal(refusals.NOTHING_FOUND)
    return found


def _finish(parameters: Parameters) -> Asked:
    asked = parameters.take_scripts()
    parameters.finish()
    return asked
