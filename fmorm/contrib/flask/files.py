"""Files of containers on their way to a browser, which learns neither FileMaker's address nor a token."""

from __future__ import annotations

from flask import Response, abort, request

from fmorm import Database, Model, NotFound
from fmorm.contrib.files import caching, is_known, media_type, showing, version
from fmorm.mapper.files import WhichContainer


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
    etag = version(record) if conditional else None
    if etag is not None and is_known(request.headers.get("If-None-Match", ""), etag):
        return Response(status=304, headers=caching(etag))
    try:
        file = db.open_file(record, field)
    except NotFound:
        abort(404)
    kind = media_type(file.media_type, download_name)
    headers = showing(kind, field, download_name=download_name, as_attachment=as_attachment)
    response = Response(file, mimetype=kind, headers={**caching(etag), **headers})
    response.call_on_close(file.close)
    if file.size is not None:
        response.content_length = file.size
    return response
