"""Files of containers on their way to a client, which learns neither FileMaker's address nor a token."""

from __future__ import annotations

import anyio
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from fmorm import AsyncDatabase, AsyncDownload, Model
from fmorm.contrib.files import caching, is_known, media_type, showing, version
from fmorm.mapper.files import WhichContainer


class FileResponse(StreamingResponse):
    """A file that is sent on piece by piece, and closed however that ends."""

    def __init__(self, file: AsyncDownload, *, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(file, media_type=media_type, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):  # a client that has gone cancels the response
                await self._file.close()


async def send_file(
    db: AsyncDatabase,
    record: Model,
    field: WhichContainer,
    request: Request | None = None,
    *,
    download_name: str | None = None,
    as_attachment: bool = False,
) -> Response:
    """Answer with the file of a container.

    The file passes through the application piece by piece. What could run in the site's name, such as HTML and SVG, is
    given to be kept and not to be shown.

    Args:
        db: The database of the record.
        record: The record, as it was just read.
        field: The container: `Person.photo`, `Person.scans[1]` for a repetition, or the attribute's name.
        request: The request, so that a client that has the file already is told so: the record's mod id tells whether
            it has. Leave it out for a calculation, or a field of another table: their files change without the record.
        download_name: The name under which it is kept; its extension says what the file is. Where it is left out,
            FileMaker says that.
        as_attachment: Whether it is given to be kept in any case.

    Returns:
        The response.

    Raises:
        NotFound: There is no file in it.
    """
    etag = None if request is None else version(record)
    if request is not None and etag is not None and is_known(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=caching(etag))
    file = await db.open_file(record, field)
    kind = media_type(file.media_type, download_name)
    headers = caching(etag) | showing(kind, field, download_name=download_name, as_attachment=as_attachment)
    if file.size is not None:
        headers["Content-Length"] = str(file.size)
    return FileResponse(file, media_type=kind, headers=headers)
