"""Reading records: one, a range, or what a find finds."""

from __future__ import annotations

from collections.abc import Sequence

from fmorm.server import refusals
from fmorm.server.answers import records_answer
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.finds.foundset import Found, Page, all_records, found_records
from fmorm.server.finds.requests import read_requests
from fmorm.server.parameters import Parameters
from fmorm.server.records.sight import Sight
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import SortKey
from fmorm.server.scripts.asked import scripts_of
from fmorm.server.showing import take_page, take_showing, take_sort
from fmorm.server.store.rows import mod_id_of
from fmorm.server.writing import record_number


def get_record(call: Call) -> Json:
    """`GET …/records/{id}`; it gives the record that the path names, whatever its scripts have found: a guess."""
    parameters = call.query_parameters()
    form = parameters.take_date_form(call.engine.now().date())
    showing = take_showing(call, parameters, form)
    with scripts_of(call, parameters) as scripts:
        scripts.before()
        record_id = _checked(call)
        scripts.after_record(record_id)
        _checked(call)
        found = Found([record_id], 1, call.engine.store.count(call.layout.occurrence.table), [record_id])
        return scripts.answer(records_answer(call, showing, found))


def _checked(call: Call) -> int:
    """Give the id of the record that the path names, which must be there for the account."""
    table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
    if mod_id_of(call.engine.store, table, record_id) is None:
        raise Refusal(refusals.RECORD_MISSING)
    call.access(Sight(call.engine.data, call.author())).check("view", table, record_id)
    return record_id


def get_range(call: Call) -> Json:
    """`GET …/records`."""
    parameters = call.query_parameters()
    form = parameters.take_date_form(call.engine.now().date())
    has_offset = "_offset" in parameters
    page, sort = take_page(parameters), take_sort(parameters, call.layout, "_sort")
    showing = take_showing(call, parameters, form)

    def ranged(sort: Sequence[SortKey], page: Page) -> Found:
        return all_records(call.engine.store, call.layout.occurrence.table, sort, page)

    with scripts_of(call, parameters) as scripts:
        scripts.before()
        found = scripts.around_sort(ranged, sort, page)
        if has_offset and not found.ids:  # without an offset an empty table is no error
            raise Refusal(refusals.RECORD_MISSING)
        return scripts.answer(records_answer(call, showing, found))


def find(call: Call) -> Json:
    """`POST …/_find`."""
    parameters = call.body_parameters()
    _take_from_query(call, parameters)
    form = parameters.take_date_form(call.engine.now().date())
    page, sort = take_page(parameters, ""), take_sort(parameters, call.layout, "sort")
    showing = take_showing(call, parameters, form, "")
    query = parameters.take("query")

    def searched(sort: Sequence[SortKey], page: Page) -> Found:
        found = found_records(call.engine.store, call.layout.occurrence.table, requests, sort, page)
        if not found.ids:
            raise Refusal(refusals.NOTHING_FOUND)
        return found

    with scripts_of(call, parameters) as scripts:
        requests = read_requests(query, call.layout, form)
        scripts.before()
        found = scripts.around_sort(searched, sort, page)
        if not found.ids:  # scripts may leave nothing
            raise Refusal(refusals.NOTHING_FOUND)
        return scripts.answer(records_answer(call, showing, found))


def _take_from_query(call: Call, parameters: Parameters) -> None:
    """Some clients send `_limit.Portal` in the query of a find, and real servers take it."""
    query = call.query_parameters()
    for name in query.names("_limit.") + query.names("_offset."):
        parameters.give(name.removeprefix("_"), query.take(name))
    query.finish()
