"""Files of containers on their way to a browser, which learns neither FileMaker's address nor a token."""

from __future__ import annotations

import mimetypes
from io import BytesIO
from typing import Final

from flask import Response, abort, request, send_file
from werkzeug.http import quote_etag

from fmorm import Contents, Database, Model, NotFound, state
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
_UNKNOWN: Final = "application/octet-stream"


def send(
    db: Database,
    record: Model,
    field: str | ContainerTerm,
    *,
    download_name: str | None,
    as_attachment: bool,
    conditional: bool,
) -> Response:
    """Answer with the file of a container: see `FMORM.send_file`."""
    attr = field.ref.path[-1] if isinstance(field, ContainerTerm) else field
    contents: Contents | None = getattr(record, attr)
    if contents is None:
        abort(404)
    tag = _tag(record, attr) if conditional else None
    if tag is not None and request.if_none_match.contains_weak(tag):
        return _private(Response(status=304), tag)
    try:
        data = db.download(record, field)
    except NotFound:
        abort(404)  # it was taken out since the record was read
    name = download_name or attr + contents.extension
    kind = mimetypes.guess_type(name, strict=False)[0] or _UNKNOWN
    shown = kind in _SHOWN or kind.startswith(_PLAYED)
    response = send_file(
        BytesIO(data),
        mimetype=kind,
        as_attachment=as_attachment or not shown,
        download_name=name,
        etag=False,
    )
    return _private(response, tag)


def _tag(record: Model, attr: str) -> str | None:
    """Give what changes with the file: each commit of its record gives it another mod id."""
    known = state(record)
    return f"{known.record_id}-{known.mod_id}-{attr}" if known.mod_id is not None else None


def _private(response: Response, tag: str | None) -> Response:
    """Let the browser keep it, and nobody on the way; it has to ask each time, for the user may have changed."""
    response.headers["Cache-Control"] = "private, no-cache" if tag is not None else "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if tag is not None:
        response.headers["ETag"] = quote_etag(tag, weak=True)
    return response
