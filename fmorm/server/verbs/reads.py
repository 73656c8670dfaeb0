"""Reading records: one, a range, or what a find finds."""

from __future__ import annotations

from fmorm.server import refusals
from fmorm.server.answers import records_answer
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.finds.foundset import Found, all_records, found_records
from fmorm.server.finds.requests import read_requests
from fmorm.server.parameters import Parameters
from fmorm.server.records.sight import Sight
from fmorm.server.refusals import Refusal, required
from fmorm.server.showing import sort_keys, take_page, take_sort, take_wish
from fmorm.server.store.rows import mod_id_of
from fmorm.server.writing import record_number


def get_record(call: Call) -> Json:
    """`GET …/records/{id}`."""
    parameters = call.query_parameters()
    wish = take_wish(parameters, parameters.take_date_form(call.engine.now().date()))
    _finish(parameters)
    showing, table = wish.on(call), call.layout.occurrence.table
    record_id = record_number(call.names["record"])
    if mod_id_of(call.engine.store, table, record_id) is None:
        raise Refusal(refusals.RECORD_MISSING)
    call.access(Sight(call.engine.data, call.author())).check("view", table, record_id)
    return records_answer(call, showing, Found([record_id], 1, call.engine.store.count(table), [record_id]))


def get_range(call: Call) -> Json:
    """`GET …/records`."""
    parameters = call.query_parameters()
    form = parameters.take_date_form(call.engine.now().date())
    has_offset = "_offset" in parameters
    page, sort = take_page(parameters), take_sort(parameters, "_sort")
    wish = take_wish(parameters, form)
    _finish(parameters)
    showing, keys = wish.on(call), sort_keys(call, sort)
    found = all_records(call.engine.store, call.layout.occurrence.table, keys, page)
    if has_offset and not found.ids:  # without an offset an empty table is no error
        raise Refusal(refusals.RECORD_MISSING)
    return records_answer(call, showing, found)


def find(call: Call) -> Json:
    """`POST …/_find`; some clients put limits and offsets of portals into the query, and real servers take it."""
    parameters = call.body_parameters(windows=True)
    form = parameters.take_date_form(call.engine.now().date())
    page, sort = take_page(parameters, ""), take_sort(parameters, "sort")
    wish = take_wish(parameters, form, "")
    query = parameters.take_list("query")
    if query is None:
        raise required("query")
    _finish(parameters)
    showing, keys = wish.on(call), sort_keys(call, sort)
    requests = read_requests(query, call.layout, form)
    found = found_records(call.engine.store, call.layout.occurrence.table, requests, keys, page)
    if not found.ids:
        raise Refusal(refusals.NOTHING_FOUND)
    return records_answer(call, showing, found)


def _finish(parameters: Parameters) -> None:
    parameters.take_scripts()
    parameters.finish()
