"""The list of layouts, and what is on one."""

from __future__ import annotations

from collections.abc import Iterable

from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.schema.parts import Placed
from fmorm.server.values.cells import Kind


def layouts(call: Call) -> Json:
    """`GET /databases/{db}/layouts`; the table is the empty text, as real servers answer."""
    call.query_parameters().finish()
    return {"layouts": [{"name": name, "table": ""} for name in call.schema.layouts]}


def scripts(call: Call) -> Json:
    """`GET /databases/{db}/scripts`, in the order in which they were registered."""
    call.query_parameters().finish()
    return {"scripts": [_script(name) for name in call.engine.code.scripts]}


def _script(name: str) -> Json:
    return {"name": name, "isFolder": False}


def metadata(call: Call) -> Json:
    """`GET /databases/{db}/layouts/{layout}`."""
    parameters = call.query_parameters()
    parameters.take("recordId")  # decides which values of value lists are shown, and there are none yet
    parameters.finish()
    portals = {portal.key: _fields(portal.fields) for portal in call.layout.portals}
    return {"fieldMetaData": _fields(call.layout.fields), "portalMetaData": portals}


def _fields(fields: Iterable[Placed]) -> list[Json]:
    return [_field(placed) for placed in fields]


def _field(placed: Placed) -> Json:
    field = placed.field
    return {
        "name": placed.name,
        "type": "normal",
        "displayType": "editText",
        "result": "timeStamp" if field.kind is Kind.TIMESTAMP else str(field.kind),
        "global": field.is_global,
        "autoEnter": field.auto_enter is not None,
        "fourDigitYear": False,
        "maxRepeat": field.repetitions,
        "maxCharacters": 0,
        "notEmpty": field.validation.required,
        "numeric": field.validation.numeric,
        "timeOfDay": False,
        "repetitionStart": 1,
        "repetitionEnd": field.repetitions,
    }
