"""Sessions: log-in, log-out, whether a token is still alive, and a session's global fields."""

from __future__ import annotations

import base64
import binascii

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json, as_object
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.schema.parts import Account, OAuth, Schema, Slot
from fmorm.server.values.cells import keep
from fmorm.server.values.moments import DateForm

_OAUTH = ("x-fm-data-oauth-request-id", "x-fm-data-oauth-identifier")


def log_in(call: Call) -> Json:
    """`POST /databases/{db}/sessions` with Basic credentials, a Claris ID (FMID), or the OAuth headers."""
    check_credentials(call)
    if call.names["database"] != call.schema.name:
        raise Refusal(refusals.FILE_CLOSED)
    call.engine.host.check_open()
    account = account_of(call)
    parameters = call.body_parameters(optional=True)
    _check_sources(parameters.take_list("fmDataSource") or [])
    parameters.finish()
    if account is None:
        raise Refusal(refusals.BAD_ACCOUNT)
    call.engine.host.check_capacity(len(call.engine.sessions))
    token = call.engine.sessions.open(call.schema.name, account)
    call.headers.append(("X-FM-Data-Access-Token", token))
    return {"token": token} if call.engine.release.has_token_in_body else {}


def check_credentials(call: Call) -> None:
    """Refuse a request without credentials."""
    headers = call.request.headers
    if not headers.get("authorization", "").strip() and not all(map(headers.get, _OAUTH)):
        missing = "HTTP Authorization header or OAuth headers are missing."
        raise Refusal(refusals.NO_HEADER, missing, from_validator=True)


def account_of(call: Call) -> Account | None:
    """Give the account that the headers open. The Authorization goes first where both are there: a guess."""
    schema, headers = call.schema, call.request.headers
    scheme, _, value = headers.get("authorization", "").strip().partition(" ")
    match scheme.lower():
        case "basic":
            return schema.account(*_credentials(value.strip()))
        case "fmid":
            return schema.account_of_claris_id(value.strip())
        case "":
            request_id, identifier = (headers[name].strip() for name in _OAUTH)
            provider = call.engine.sign_ins.use(request_id)
            return schema.account_of_oauth(OAuth(provider, identifier)) if provider else None
        case _:
            raise Refusal(refusals.BAD_ACCOUNT, "Authorization header missing 'Basic' or 'Bearer'.")


def _credentials(value: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header 'Basic' invalid.") from error
    name, separator, password = text.partition(":")
    if not separator:
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header 'Basic' invalid.")
    return name, password


def _check_sources(sources: list[object]) -> None:
    """Check the form of other files' credentials, which are not looked at before their data is."""
    for given in sources:
        source = as_object(given) or {}
        is_text = all(value.__class__ is str for value in source.values())  # a number is a Literal
        if not source.get("database") or not is_text:
            raise malformed("fmDataSource")


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
    schema = call.schema
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
