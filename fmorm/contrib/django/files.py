"""The files of containers, handed on to browsers: neither FileMaker's address nor its token leaves the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, StreamingHttpResponse

from fmorm import AsyncDatabase, AsyncDownload, Database, Download, Model, NotFound, RecordMissing

_SHOWN: Final = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf"}
"""What a browser shows without running what somebody has put into it; the rest is saved as a file."""


def file_response(
    db: Database, record: Model, field: Any, *, name: str = "", download: bool = False
) -> StreamingHttpResponse:
    """Answer with the file of a container, piece by piece.

    Args:
        db: The database.
        record: The record.
        field: The container: `Contact.photo`, or the attribute's name.
        name: The name to save it under.
        download: Whether to have it saved also where a browser could show it.

    Returns:
        The answer. Pictures and PDFs are shown, everything else is saved: it could be a page with scripts.

    Raises:
        Http404: There is no file in it, or no such record any more.
    """
    try:
        file = db.open_file(record, field)
    except (NotFound, RecordMissing):
        raise _nothing() from None
    return _answer(file, file, name=name, download=download)


async def async_file_response(
    db: AsyncDatabase, record: Model, field: Any, *, name: str = "", download: bool = False
) -> StreamingHttpResponse:
    """Answer with the file of a container in an async view; the same as `file_response`."""
    try:
        file = await db.open_file(record, field)
    except (NotFound, RecordMissing):
        raise _nothing() from None
    return _answer(file, _pieces(file), name=name, download=download)


async def _pieces(file: AsyncDownload) -> AsyncIterator[bytes]:
    async with file:
        async for piece in file:
            yield piece


def _nothing() -> Http404:
    return Http404("there is no file")


def _answer(
    file: Download | AsyncDownload, pieces: Any, *, name: str, download: bool
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=file.media_type)
    if file.size is not None:
        response["Content-Length"] = str(file.size)
    shown = file.media_type.partition(";")[0].strip().lower() in _SHOWN and not download
    named = f"; filename*=utf-8''{quote(name, safe='')}" if name else ""
    response["Content-Disposition"] = ("inline" if shown else "attachment") + named
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-cache"
    return response
