"""The files of containers, handed on to browsers: neither FileMaker's address nor its token leaves the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.http import Http404, StreamingHttpResponse

from fmorm import AsyncDatabase, AsyncDownload, Database, Download, Model, NotFound, RecordMissing
from fmorm.contrib.files import caching, media_type, showing


def file_response(
    db: Database, record: Model, field: Any, *, name: str = "", download: bool = False
) -> StreamingHttpResponse:
    """Answer with the file of a container, piece by piece.

    Args:
        db: The database.
        record: The record.
        field: The container: `Contact.photo`, or the attribute's name.
        name: The name to save it under; the field's where it is left out.
        download: Whether to have it saved also where a browser could show it.

    Returns:
        The answer. What could run in the site's name, such as HTML and SVG, is saved and not shown.

    Raises:
        Http404: There is no file in it, or no such record any more.
    """
    try:
        file = db.open_file(record, field)
    except (NotFound, RecordMissing):
        raise _nothing() from None
    return _answer(file, file, field, name=name, download=download)


async def async_file_response(
    db: AsyncDatabase, record: Model, field: Any, *, name: str = "", download: bool = False
) -> StreamingHttpResponse:
    """Answer with the file of a container in an async view; the same as `file_response`."""
    try:
        file = await db.open_file(record, field)
    except (NotFound, RecordMissing):
        raise _nothing() from None
    return _answer(file, _pieces(file), field, name=name, download=download)


async def _pieces(file: AsyncDownload) -> AsyncIterator[bytes]:
    async with file:
        async for piece in file:
            yield piece


def _nothing() -> Http404:
    return Http404("there is no file")


def _answer(
    file: Download | AsyncDownload, pieces: Any, field: Any, *, name: str, download: bool
) -> StreamingHttpResponse:
    kind = media_type(file.media_type)
    headers = caching(None) | showing(kind, field, download_name=name, as_attachment=download)
    if file.size is not None:
        headers["Content-Length"] = str(file.size)
    return StreamingHttpResponse(pieces, content_type=kind, headers=headers)
