"""Files of containers on their way to a client, which learns neither FileMaker's address nor a token."""

from __future__ import annotations

import mimetypes
from typing import Final
from urllib.parse import quote

import anyio
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from fmorm import AsyncDatabase, AsyncDownload, Model, state
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
    headers = _private(None if request is None else _tag(record))
    if request is not None and "etag" in headers and _knows(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    file = await db.open_file(record, field)
    kind = (mimetypes.guess_type(download_name or "", strict=False)[0] or file.media_type).partition(";")[0]
    shown = kind in _SHOWN or kind.startswith(_PLAYED)
    how = "inline" if shown and not as_attachment else "attachment"
    headers["content-disposition"] = f"{how}; {_filename(download_name or _named(field, kind))}"
    if file.size is not None:
        headers["content-length"] = str(file.size)
    return FileResponse(file, media_type=kind, headers=headers)


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
    return f'W/"{known.record_id}-{known.mod_id}"' if known.mod_id is not None else None


def _knows(request: Request, tag: str) -> bool:
    told = request.headers.get("if-none-match", "")
    return told.strip() == "*" or tag.removeprefix("W/") in {
        one.strip().removeprefix("W/") for one in told.split(",")
    }


def _private(tag: str | None) -> dict[str, str]:
    """Let the client keep it, and nobody on the way; it has to ask each time, for the user may have changed."""
    headers = {"x-content-type-options": "nosniff"}
    if tag is None:
        return {**headers, "cache-control": "private, no-store"}
    return {**headers, "cache-control": "private, no-cache", "etag": tag}
