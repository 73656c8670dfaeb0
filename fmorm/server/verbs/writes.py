"""Changing records: create, edit, duplicate, delete; each is one transaction."""

from __future__ import annotations

from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.parameters import Parameters
from fmorm.server.records.records import Records
from fmorm.server.refusals import bad_parameter, malformed
from fmorm.server.values.moments import DateForm
from fmorm.server.writing import Writer, record_number

_MODES = ("user", "script")


def create(call: Call) -> Json:
    """`POST …/records`."""
    parameters = call.body_parameters()
    fields = parameters.take_object("fieldData")
    if fields is None:
        raise bad_parameter("Request validation failed: Parameter (fieldData) is required")
    portals = parameters.take_object("portalData") or {}
    writer = _writer(call, parameters)
    with call.engine.store.transaction():
        record_id = writer.create(fields)
        writer.write_portals(record_id, portals)
        mod_id = writer.mod_id(call.layout.occurrence.table, record_id)
    call.user.globals.update(writer.globals)
    return {"recordId": str(record_id), "modId": str(mod_id), **_new_rows(writer)}


def edit(call: Call) -> Json:
    """`PATCH …/records/{id}`."""
    parameters = call.body_parameters()
    fields = parameters.take_object("fieldData") or {}
    portals = parameters.take_object("portalData") or {}
    expected = parameters.take_text("modId")
    deletions = [fields.pop("deleteRelated", []), parameters.take("deleteRelated", [])]
    writer = _writer(call, parameters)
    table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
    with call.engine.store.transaction():
        writer.mod_id(table, record_id, expected)
        writer.change(record_id, fields)
        writer.write_portals(record_id, portals)
        for given in deletions:
            writer.delete_related(record_id, given)
        mod_id = writer.mod_id(table, record_id)
    call.user.globals.update(writer.globals)
    return {"modId": str(mod_id), **_new_rows(writer)}


def duplicate(call: Call) -> Json:
    """`POST …/records/{id}`; some clients send scripts in the query."""
    query = call.query_parameters()
    query.take_scripts()
    query.finish()
    writer = _writer(call, call.body_parameters(optional=True))
    table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
    with call.engine.store.transaction():
        writer.mod_id(table, record_id)
        new_id = writer.duplicate(record_id)
    return {"recordId": str(new_id), "modId": "0"}


def delete(call: Call) -> Json:
    """`DELETE …/records/{id}`."""
    writer = _writer(call, call.query_parameters())
    table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
    with call.engine.store.transaction():
        writer.mod_id(table, record_id)
        writer.delete(table, record_id)
    return {}


def _writer(call: Call, parameters: Parameters) -> Writer:
    """Take the rest of the parameters and make the writer that they ask for."""
    _ = call.layout  # a missing layout is noticed before anything in the parameters
    form = parameters.take_date_form(call.engine.now().date())
    validates, prohibits = _take_options(parameters)
    parameters.take_scripts()
    parameters.finish()
    return writer_of(call, form, validates=validates, prohibits=prohibits)


def writer_of(
    call: Call, form: DateForm | None = None, *, validates: bool = True, prohibits: bool = True
) -> Writer:
    """Make the writer of a request.

    Raises:
        Refusal: There is no such layout.
    """
    layout = call.layout
    records = Records(call.engine.data, call.author(validates=validates))
    form = form or DateForm(iso=False, today=call.engine.now().date())
    return Writer(call.engine, layout, records, form, call.access(records.sight), prohibits=prohibits)


def _take_options(parameters: Parameters) -> tuple[bool, bool]:
    """Take `options`: a mode of `script` goes past validation or past *prohibit modification*."""
    options = Parameters(dict(parameters.take_object("options") or {}))
    modes = [options.take_text("entrymode") or "user", options.take_text("prohibitmode") or "user"]
    options.finish()
    if not set(modes) <= set(_MODES):
        raise malformed("options")
    return modes[0] == "user", modes[1] == "user"


def _new_rows(writer: Writer) -> dict[str, Json]:
    return {"newPortalRecordInfo": writer.new_rows} if writer.new_rows else {}
