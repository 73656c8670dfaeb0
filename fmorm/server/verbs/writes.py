"""Changing records: create, edit, duplicate, delete; each is one transaction, and scripts have theirs around it."""

from __future__ import annotations

from fmorm.server.calls import Call
from fmorm.server.exact import Json, as_array
from fmorm.server.parameters import Parameters
from fmorm.server.refusals import malformed, required
from fmorm.server.scripts.asked import Asked, scripts_of
from fmorm.server.writers import writer_of
from fmorm.server.writing import Writer, record_number

_MODES = ("user", "script")


def create(call: Call) -> Json:
    """`POST …/records`."""
    parameters = call.body_parameters()
    fields = parameters.take_fields("fieldData")
    if fields is None:
        raise required("fieldData")
    portals = parameters.take_rows("portalData")
    writer, asked = _finish(call, parameters)
    with scripts_of(call, asked) as scripts:
        scripts.before()
        with call.engine.store.transaction():
            record_id = writer.create(fields)
            writer.write_portals(record_id, portals)
            mod_id = writer.mod_id(call.layout.occurrence.table, record_id)
        call.user.globals.update(writer.globals)
        scripts.after_record(record_id)
        made = {"recordId": str(record_id), **_mod_id(call, mod_id)}
        return scripts.answer({**made, **_new_rows(call, writer)})


def edit(call: Call) -> Json:
    """`PATCH …/records/{id}`; the mod id of the answer is that before the scripts: a guess."""
    parameters = call.body_parameters()
    fields = parameters.take_fields("fieldData") or {}
    portals = parameters.take_rows("portalData")
    expected = parameters.take_text("modId")
    given = fields.pop("deleteRelated", []), parameters.take("deleteRelated", [])
    deletions = [one for one in given if one != []]
    _check_deletions(call, deletions)
    writer, asked = _finish(call, parameters)
    with scripts_of(call, asked) as scripts:
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        with call.engine.store.transaction():
            writer.mod_id(table, record_id, expected)
            writer.change(record_id, fields)
            writer.write_portals(record_id, portals)
            for doomed in deletions:
                writer.delete_related(record_id, doomed)
            mod_id = writer.mod_id(table, record_id)
        call.user.globals.update(writer.globals)
        scripts.after_record(record_id)
        return scripts.answer({**_mod_id(call, mod_id), **_new_rows(call, writer)})


def duplicate(call: Call) -> Json:
    """`POST …/records/{id}`."""
    writer, asked = _finish(call, call.body_parameters(optional=True))
    with scripts_of(call, asked) as scripts:
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        with call.engine.store.transaction():
            writer.mod_id(table, record_id)
            new_id = writer.duplicate(record_id)
        scripts.after_record(new_id)
        return scripts.answer({"recordId": str(new_id), "modId": "0"})


def delete(call: Call) -> Json:
    """`DELETE …/records/{id}`."""
    writer, asked = _finish(call, call.query_parameters())
    with scripts_of(call, asked) as scripts:
        scripts.before()
        table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
        with call.engine.store.transaction():
            writer.mod_id(table, record_id)
            writer.delete(table, record_id)
        scripts.after_record(None)
        return scripts.answer({})


def _finish(call: Call, parameters: Parameters) -> tuple[Writer, Asked]:
    """Take the rest of the parameters, and give the writer and the scripts that they ask for."""
    form = parameters.take_date_form(call.now.date())
    validates, prohibits = _take_options(parameters)
    asked = parameters.take_scripts()
    parameters.finish()
    return writer_of(call, form, validates=validates, prohibits=prohibits), asked


def _take_options(parameters: Parameters) -> tuple[bool, bool]:
    """Take `options`: a mode of `script` goes past validation or past *prohibit modification*."""
    given = parameters.take_object("options")
    if not given:
        return True, True
    options = Parameters(dict(given))
    modes = [options.take_text("entrymode") or "user", options.take_text("prohibitmode") or "user"]
    options.finish()
    if not set(modes) <= set(_MODES):
        raise malformed("options")
    return modes[0] == "user", modes[1] == "user"


def _check_deletions(call: Call, deletions: list[object]) -> None:
    """Check the form of the names of portal rows, of which old releases take one at a time."""
    for given in deletions:
        names = as_array(given)
        if names and not call.engine.release.has_deletion_lists:
            raise malformed("deleteRelated", "string")
        if not all(isinstance(name, str) for name in ([given] if names is None else names)):
            raise malformed("deleteRelated")


def _mod_id(call: Call, mod_id: int) -> dict[str, Json]:
    return {"modId": str(mod_id)} if call.engine.release.has_mod_ids else {}


def _new_rows(call: Call, writer: Writer) -> dict[str, Json]:
    is_told = bool(writer.new_rows) and call.engine.release.has_new_rows
    return {"newPortalRecordInfo": writer.new_rows} if is_told else {}
