"""Files in container fields: sent in, and fetched by the address that a record gives for them."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from urllib.parse import quote

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.http import Reply, Request
from fmorm.server.multipart import NotMultipart, read_parts
from fmorm.server.refusals import Refusal, bad_parameter, malformed
from fmorm.server.schema.parts import Layout, Slot
from fmorm.server.sessions import Session
from fmorm.server.store.containers import File
from fmorm.server.streams import PLACE, QUERY, STORE
from fmorm.server.values.cells import Kind
from fmorm.server.writers import writer_of
from fmorm.server.writing import record_number

_FORM = "multipart/form-data"
_PART = "upload"
_COOKIE = "X-FMS-Session-Key"
_REDIRECTED = "Redirect"
"""What tells the second address from the first, which wants no cookie yet."""
_REPETITION = re.compile(r"[0-9]{1,9}")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+[\x20-\x7e]*", re.ASCII)
_ANY_TYPE = "application/octet-stream"


def upload(call: Call) -> Json:
    """`POST …/containers/{field}[/{repetition}]`."""
    parameters = call.query_parameters()
    expected = parameters.take_text("modId")
    parameters.finish()
    file = _sent(call.request)
    writer = writer_of(call)
    table, record_id = call.layout.occurrence.table, record_number(call.names["record"])
    with call.engine.store.transaction():
        writer.mod_id(table, record_id, expected)
        writer.put(record_id, _slot(call.layout, call.names), file)
        mod_id = writer.mod_id(table, record_id)
    call.user.globals.update(writer.globals)
    return {"modId": str(mod_id)} if call.engine.release.has_mod_ids else {}


def _sent(request: Request) -> File:
    """Read the file out of a form.

    Raises:
        Refusal: The form is another, has no file in the part `upload`, or is not whole.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise Refusal(refusals.HEADER_ABSENT, f"Content-Type must be {_FORM}")
    if request.headers.get("content-length", str(len(request.body))) != str(len(request.body)):
        raise malformed("body", _FORM)
    try:
        parts = read_parts(content_type, request.body)
    except NotMultipart as error:
        raise malformed("body", _FORM) from error
    for part in parts:
        if part.name == _PART and part.file_name:  # a form's plain field is no file: a guess
            return File(part.file_name, media_type(part.media_type, part.file_name), part.content)
    raise bad_parameter("Upload payload must contain a part named 'upload'.")


def media_type(given: str, file_name: str) -> str:
    """Give what the client says of the file; if it says nothing, or "any bytes", what its name says."""
    if _MEDIA_TYPE.fullmatch(given) and given != _ANY_TYPE:
        return given
    guessed, encoding = mimetypes.guess_type(file_name)
    return guessed if guessed and not encoding else _ANY_TYPE


def _slot(layout: Layout, names: Mapping[str, str]) -> Slot:
    """Find the container of the layout's own table; every code here is a guess."""
    found = layout.place(names["field"])
    if found is None or found[0].path or found[1]:  # a repetition has a part of the path to itself
        raise Refusal(refusals.FIELD_MISSING)
    field = found[0].field
    if field.kind is not Kind.CONTAINER:
        raise Refusal(refusals.WRONG_TYPE)
    text = names.get("repetition", "1")
    if not _REPETITION.fullmatch(text):
        raise malformed("repetition", f"integer: {text}")
    if not 1 <= int(text) <= field.repetitions:
        raise Refusal(refusals.FIELD_MISSING)
    return Slot(field, int(text))


def download(call: Call) -> Reply:
    """`GET /Streaming_SSL/{store}/{file}`: first a redirect that sets a cookie, and with the cookie the file.

    An address that nobody knows, or knows any more, is answered with 400; what real servers answer is not
    recorded. All files are in the store `MainDB`.
    """
    name = call.names["file"]
    session = call.engine.sessions.that_read(name)
    if session is None or call.names["store"] != STORE:
        return _refused(400)
    if session.streams.key in _cookies(call.request):
        return _file(call, session.streams.number(name))
    if _REDIRECTED in call.query or not _is_let_in(call, session):
        return _refused(401)
    location = f"{'' if call.engine.streaming.relative else call.origin}{PLACE}{name}{QUERY}&{_REDIRECTED}"
    cookie = f"{_COOKIE}={session.streams.key}; HttpOnly"
    return Reply(302, [("Location", location), ("Set-Cookie", cookie)], b"")


def _is_let_in(call: Call, session: Session) -> bool:
    if not call.engine.streaming.authenticated:
        return True
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and call.engine.sessions.use(token.strip()) is session


def _cookies(request: Request) -> list[str]:
    """Give every value of the cookie: a client may know several sessions."""
    pairs = [one.strip().partition("=") for one in request.headers.get("cookie", "").split(";")]
    return [value for name, _, value in pairs if name == _COOKIE]


def _file(call: Call, number: int | None) -> Reply:
    file = None if number is None else call.engine.containers.get(number)
    if file is None:  # the container was emptied, or another file put into it
        return _refused(400)
    headers = [
        ("Content-Type", file.media_type),
        ("Content-Disposition", _disposition(file.name)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Reply(200, headers, bytes(file.body))


def _disposition(name: str) -> str:
    """Say the file's name, in the second form where the first has no room for its characters (RFC 6266)."""
    plain = re.sub(r"[^ -~]|[\"\\%]", "_", name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'inline; filename="{plain}"{extended}'


def _refused(status: int) -> Reply:
    """The part of the host that streams knows no JSON."""
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n"
    )
    return Reply(status, [("Content-Type", "text/html; charset=utf-8")], page.encode())
