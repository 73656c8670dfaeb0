"""Files of containers on their way to a browser, which learns neither FileMaker's address nor a token."""

from __future__ import annotations

import mimetypes
from typing import Final
from urllib.parse import quote

from flask import Response, abort, request
from werkzeug.http import quote_etag

from fmorm import Database, Model, NotFound, state
from fmorm.mapper.files import WhichContainer
from fmorm.query.terms import ContainerTerm

_SHOWN: Final = {
    "application/pdf",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/plain",
}
"""What a browser shows without running anything in it: a page or an SVG would be one of the site's own."""
_PLAYED: Final = ("audio/", "video/")


def send(
    db: Database,
    record: Model,
    field: WhichContainer,
    *,
    download_name: str | None,
    as_attachment: bool,
    conditional: bool,
) -> Response:
    """Answer with the file of a container: see `FMORM.send_file`."""
    tag = _tag(record) if conditional else None
    if tag is not None and request.if_none_match.contains_weak(tag):
        return _private(Response(status=304), tag)
    try:
        file = db.open_file(record, field)
    except NotFound:
        abort(404)
    kind = (mimetypes.guess_type(download_name or "", strict=False)[0] or file.media_type).partition(";")[0]
    shown = kind in _SHOWN or kind.startswith(_PLAYED)
    response = Response(file, mimetype=kind)
    response.call_on_close(file.close)
    if file.size is not None:
        response.content_length = file.size
    how = "inline" if shown and not as_attachment else "attachment"
    response.headers["Content-Disposition"] = f"{how}; {_filename(download_name or _named(field, kind))}"
    return _private(response, tag)


def _named(field: WhichContainer, kind: str) -> str:
    attr = field.ref.path[-1] if isinstance(field, ContainerTerm) else field
    return attr + (mimetypes.guess_extension(kind) or "")


def _filename(name: str) -> str:
    """Give a file's name as a header carries it: in ASCII for whoever does not know the other form."""
    plain = name.encode("ascii", "replace").decode().translate({ord(one): "_" for one in '"\\\r\n'})
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _tag(record: Model) -> str | None:
    """Give what changes with the file: each commit of its record gives it another mod id."""
    known = state(record)
    return f"{known.record_id}-{known.mod_id}" if known.mod_id is not None else None


def _private(response: Response, tag: str | None) -> Response:
    """Let the browser keep it, and nobody on the way; it has to ask each time, for the user may have changed."""
    response.headers["Cache-Control"] = "private, no-cache" if tag is not None else "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if tag is not None:
        response.headers["ETag"] = quote_etag(tag, weak=True)
    return response
