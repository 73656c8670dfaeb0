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
from fmorm.server.refusals import Refusal
from fmorm.server.showing import take_page, take_showing, take_sort
from fmorm.server.store.rows import mod_id_of
from fmorm.server.writing import record_number


def get_record(call: Call) -> Json:
    """`GET …/records/{id}`."""
    parameters, table = call.query_parameters(), call.layout.occurrence.table
    form = parameters.take_date_form(call.engine.now().date())
    showing = take_showing(call, parameters, form)
    _finish(parameters)
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
    page, sort = take_page(parameters), take_sort(parameters, call.layout, "_sort")
    showing = take_showing(call, parameters, form)
    _finish(parameters)
    found = all_records(call.engine.store, call.layout.occurrence.table, sort, page)
    if has_offset and not found.ids:  # without an offset an empty table is no error
        raise Refusal(refusals.RECORD_MISSING)
    return records_answer(call, showing, found)


def find(call: Call) -> Json:
    """`POST …/_find`."""
    parameters = call.body_parameters()
    _take_portal_windows_of_query(call, parameters)
    form = parameters.take_date_form(call.engine.now().date())
    page, sort = take_page(parameters, ""), take_sort(parameters, call.layout, "sort")
    showing = take_showing(call, parameters, form, "")
    query = parameters.take("query")
    _finish(parameters)
    requests = read_requests(query, call.layout, form)
    found = found_records(call.engine.store, call.layout.occurrence.table, requests, sort, page)
    if not found.ids:
        raise Refusal(refusals.NOTHING_FOUND)
    return records_answer(call, showing, found)


def _finish(parameters: Parameters) -> None:
    parameters.take_scripts()
    parameters.finish()


def _take_portal_windows_of_query(call: Call, parameters: Parameters) -> None:
    """Some clients send `_limit.Portal` in the query of a find, and real servers take it."""
    query = call.query_parameters()
    for name in query.names("_limit.") + query.names("_offset."):
        parameters.give(name.removeprefix("_"), query.take(name))
    query.finish()
