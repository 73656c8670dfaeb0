"""Changing records: create, edit, duplicate, delete; each is one transaction, and scripts have theirs around it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.parameters import Parameters
from fmorm.server.refusals import bad_parameter, malformed
from fmorm.server.scripts.asked import Scripts, scripts_of, take_from_query
from fmorm.server.writers import writer_of
from fmorm.server.writing import Writer, record_number

_MODES = ("user", "script")


def create(call: Call) -> Json:
    """`POST …/records`; some clients send scripts in the query."""
    parameters = call.body_parameters()
    take_from_query(call, parameters)
    fields = parameters.take_object("fieldData")
    if fields is None:
        raise bad_parameter("Request validation failed: Parameter (fieldData) is required")
    portals = parameters.take_object("portalData") or {}
    with _writing(call, parameters) as (writer, scripts):
        scripts.before()
        with call.engine.store.transaction():
            record_id = writer.create(fields)
            writer.write_portals(record_id, portals)
            mod_id = writer.mod_id(call.layout.occurrence.table, record_id)
        call.user.globals.update(writer.globals)
        scripts.after_record(record_id)
        return scripts.answer({"recordId": str(record_id), "modId": str(mod_id), **_new_rows(writer)})


def edit(call: Call) -> Json:
    """`PATCH …/records/{id}`; the mod id is that before the scripts: a guess."""
    parameters = call.body_parameters()
    take_from_query(call, parameters)
    fields = parameters.take_object("fieldData") or {}
    portals = parameters.take_object("portalData") or {}
    expected = parameters.take_text("modId")
    deletions = [fields.pop("deleteRelated", []), parameters.take("deleteRelated", [])]
    with _writing(call, parameters) as (writer, scripts):
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        with call.engine.store.transaction():
            writer.mod_id(table, record_id, expected)
            writer.change(record_id, fields)
            writer.write_portals(record_id, portals)
            for given in deletions:
                writer.delete_related(record_id, given)
            mod_id = writer.mod_id(table, record_id)
        call.user.globals.update(writer.globals)
        scripts.after_record(record_id)
        return scripts.answer({"modId": str(mod_id), **_new_rows(writer)})


def duplicate(call: Call) -> Json:
    """`POST …/records/{id}`; some clients send scripts in the query."""
    parameters = call.body_parameters(optional=True)
    take_from_query(call, parameters).finish()
    with _writing(call, parameters) as (writer, scripts):
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        with call.engine.store.transaction():
            writer.mod_id(table, record_id)
            new_id = writer.duplicate(record_id)
        scripts.after_record(new_id)
        return scripts.answer({"recordId": str(new_id), "modId": "0"})


def delete(call: Call) -> Json:
    """`DELETE …/records/{id}`."""
    with _writing(call, call.query_parameters()) as (writer, scripts):
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        with call.engine.store.transaction():
            writer.mod_id(table, record_id)
            writer.delete(table, record_id)
        scripts.after_record(None)
        return scripts.answer({})


@contextmanager
def _writing(call: Call, parameters: Parameters) -> Generator[tuple[Writer, Scripts]]:
    """Take the rest of the parameters, and give the writer and the scripts that they ask for."""
    _ = call.layout  # a missing layout is noticed before anything in the parameters
    form = parameters.take_date_form(call.engine.now().date())
    validates, prohibits = _take_options(parameters)
    with scripts_of(call, parameters) as scripts:
        yield writer_of(call, form, validates=validates, prohibits=prohibits), scripts


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
