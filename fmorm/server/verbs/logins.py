"""Sessions: log-in, log-out, whether a token is still alive, and a session's global fields."""

from __future__ import annotations

import base64
import binascii

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.schema.parts import Schema, Slot
from fmorm.server.values.cells import keep
from fmorm.server.values.moments import DateForm


def log_in(call: Call) -> Json:
    """`POST /databases/{db}/sessions` with Basic credentials."""
    header = call.request.headers.get("authorization", "").strip()
    if not header:
        missing = "HTTP Authorization header or OAuth headers are missing."
        raise Refusal(refusals.NO_HEADER, missing, from_validator=True)
    if call.names["database"] != call.engine.schema.name:
        raise Refusal(refusals.FILE_CLOSED)
    name, password = _credentials(header)
    parameters = call.body_parameters(optional=True)
    # the credentials of other files are not looked at before their data is
    parameters.take_list("fmDataSource")
    parameters.finish()
    account = call.engine.schema.account(name, password)
    if account is None:
        raise Refusal(refusals.BAD_ACCOUNT)
    token = call.engine.sessions.open(call.engine.schema.name, account)
    call.headers.append(("X-FM-Data-Access-Token", token))
    return {"token": token}


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header missing 'Basic' or 'Bearer'.")
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header 'Basic' invalid.") from error
    name, separator, password = text.partition(":")
    if not separator:
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header 'Basic' invalid.")
    return name, password


def log_out(call: Call) -> Json:
    """`DELETE /databases/{db}/sessions/{token}`."""
    token = call.names["token"]
    session = call.engine.sessions.use(token)
    if session is None or session.database != call.names["database"]:
        raise Refusal(refusals.BAD_TOKEN)
    call.engine.sessions.close(token)
    return {}


def set_globals(call: Call) -> Json:
    """`PATCH /databases/{db}/globals`; a name begins with a base table or one of its occurrences."""
    parameters = call.body_parameters()
    members = parameters.take_object("globalFields")
    parameters.finish()
    if members is None:
        raise malformed("globalFields", "object")
    form = DateForm(iso=False, today=call.engine.now().date())
    schema = call.engine.schema
    call.user.globals.update([_global(schema, name, value, form) for name, value in members.items()])
    return {}


def _global(schema: Schema, name: str, value: object, form: DateForm) -> tuple[tuple[str, Slot], str | None]:
    if not isinstance(value, str):
        raise malformed("globalFields")
    owner, _, label = name.partition("::")
    occurrence = schema.occurrences.get(owner)
    table = occurrence.table if occurrence else schema.tables.get(owner)
    slots = (
        {slot.label.casefold(): slot for field in table.fields.values() for slot in field.slots}
        if table
        else {}
    )
    slot = slots.get(label.casefold()) or slots.get(f"{label}(1)".casefold())
    if table is None or slot is None or not slot.field.is_global:
        raise Refusal(refusals.FIELD_MISSING)
    return (table.name, slot), keep(slot.field.kind, value, form).value


def validate(call: Call) -> Json:
    """`GET /validateSession`; that the token was good has been seen already."""
    call.query_parameters().finish()
    return {}
