"""Sessions: log-in, log-out, whether a token is still alive, and a session's global fields."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeAlias

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json, as_object
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.schema.parts import Account, OAuth, Slot
from fmorm.server.schema.schema import Schema
from fmorm.server.values.cells import keep
from fmorm.server.values.moments import DateForm

SignIn: TypeAlias = Callable[[Schema], Account | None]
"""Gives the account of a file that some credentials open."""
_OAUTH = ("x-fm-data-oauth-request-id", "x-fm-data-oauth-identifier")
_PAIRS = (("username", "password"), ("oAuthRequestId", "oAuthIdentifier"))
"""What opens another file: either of them."""


def log_in(call: Call) -> Json:
    """`POST /databases/{db}/sessions` with Basic credentials, a Claris ID (FMID), or the OAuth headers."""
    check_credentials(call)
    name = call.names["database"]
    if name not in call.engine.schemas:
        raise Refusal(refusals.FILE_CLOSED)
    call.engine.host.check_open(name)
    sign_in = read_sign_in(call)
    parameters = call.body_parameters(optional=True)
    sources = _read_sources(call, parameters.take_list("fmDataSource") or [])
    parameters.finish()
    account = sign_in(call.schema)
    if account is None:
        raise Refusal(refusals.BAD_ACCOUNT)
    if not account.privileges.data_api:
        raise Refusal(refusals.FILE_CLOSED)
    call.engine.host.check_capacity(len(call.engine.sessions))
    token = call.engine.sessions.open(name, _accounts(call, sign_in, sources) | {name: account})
    call.headers.append(("X-FM-Data-Access-Token", token))
    return {"token": token} if call.engine.release.has_token_in_body else {}


def _accounts(call: Call, sign_in: SignIn, sources: Mapping[str, SignIn]) -> dict[str, Account]:
    """Give the accounts in the host's files, by the credentials for each or else by those of the log-in.

    Where they are wrong is seen when data of that file is touched.
    """
    found = {name: sources.get(name, sign_in)(schema) for name, schema in call.engine.schemas.items()}
    return {name: account for name, account in found.items() if account and account.privileges.data_api}


def check_credentials(call: Call) -> None:
    """Refuse a request without credentials."""
    headers = call.request.headers
    if not headers.get("authorization", "").strip() and not all(map(headers.get, _OAUTH)):
        missing = "HTTP Authorization header or OAuth headers are missing."
        raise Refusal(refusals.NO_HEADER, missing, from_validator=True)


def read_sign_in(call: Call) -> SignIn:
    """Read the headers. Credentials in the Authorization go first, a token there does not matter: guesses."""
    headers = call.request.headers
    scheme, _, value = headers.get("authorization", "").strip().partition(" ")
    match scheme.lower():
        case "basic":
            name, password = _credentials(value.strip())
            return lambda schema: schema.account(name, password)
        case "fmid" if call.engine.release.has_claris_ids:
            return lambda schema: schema.account_of_claris_id(value.strip())
        case _ if all(map(headers.get, _OAUTH)):
            return _by_oauth(call, *(headers[name].strip() for name in _OAUTH))
        case _:
            raise Refusal(refusals.BAD_ACCOUNT, "Authorization header missing 'Basic' or 'Bearer'.")


def _by_oauth(call: Call, request_id: str, identifier: str) -> SignIn:
    provider = call.engine.sign_ins.use(request_id)
    return lambda schema: schema.account_of_oauth(OAuth(provider, identifier)) if provider else None


def _credentials(value: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header 'Basic' invalid.") from error
    name, separator, password = text.partition(":")
    if not separator:
        raise Refusal(refusals.BAD_ACCOUNT, "Authorization header 'Basic' invalid.")
    return name, password


def _read_sources(call: Call, sources: list[object]) -> dict[str, SignIn]:
    """Read other files' credentials, which are not looked at before their data is."""
    found: dict[str, SignIn] = {}
    for given in sources:
        source = as_object(given) or {}
        texts = {
            key: str(value) for key, value in source.items() if value.__class__ is str
        }  # a number is a Literal
        name = texts.get("database", "")
        if len(texts) < len(source) or not name or not _is_source(texts, own=name == call.names["database"]):
            raise malformed("fmDataSource")
        found[name] = _by_source(call, texts)
    return found


def _is_source(texts: Mapping[str, str], *, own: bool) -> bool:
    """Tell whether an entry has either pair of credentials; clients also name the file itself without any."""
    members = texts.keys() - {"database"}
    has_pair = any(members >= set(pair) for pair in _PAIRS)
    return (has_pair or (own and not members)) and members <= set().union(*_PAIRS)


def _by_source(call: Call, texts: Mapping[str, str]) -> SignIn:
    password, oauth = ([texts.get(name, "") for name in pair] for pair in _PAIRS)
    return _by_oauth(call, *oauth) if all(oauth) else _by_password(*password)


def _by_password(name: str, password: str) -> SignIn:
    return lambda schema: schema.account(name, password)


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
    form = DateForm(iso=False, today=call.now.date())
    call.user.globals.update([_global(call.schema, name, value, form) for name, value in members.items()])
    return {}


def _global(schema: Schema, name: str, value: object, form: DateForm) -> tuple[Slot, str | None]:
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
    if not slot.field.is_entered:
        raise Refusal(refusals.FIELD_LOCKED)
    return slot, keep(slot.field.kind, value, form).value


def validate(call: Call) -> Json:
    """`GET /validateSession`; that the token was good has been seen already."""
    call.query_parameters().finish()
    return {}
