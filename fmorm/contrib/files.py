"""What a browser is told of a container's file: what it is, whether it is shown or kept, and under which name."""

from __future__ import annotations

import mimetypes
import re
from typing import Final
from urllib.parse import quote

from fmorm import Model, state
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
_NEEDS_NOTHING: Final = ("image/", "text/")
"""What is shown without scripts, styles or a viewer, so that all of them can be forbidden."""

_MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
_UNKNOWN: Final = "application/octet-stream"
_UNSAFE: Final = {ord(one): "_" for one in ['"', "\\", "\x7f", *map(chr, range(0x20))]}
"""What ends a quoted text of a header or the header itself, or is refused there, by what stands in its place."""


def media_type(told: str, download_name: str | None = None) -> str:
    """Say what a file is.

    Args:
        told: The media type that FileMaker gives it, with its parameters.
        download_name: The name under which it is kept; its extension is believed before FileMaker.

    Returns:
        The media type without parameters, in lower case; `application/octet-stream` for what is none, as a list of
        two is, of which a browser may take either.
    """
    kind = mimetypes.guess_type(download_name or "", strict=False)[0] or told
    kind = kind.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else _UNKNOWN


def version(record: Model) -> str | None:
    """Give the ETag of the files of a record.

    Args:
        record: The record, as it was just read.

    Returns:
        A weak ETag, another one after each commit of the record; None where its mod id is not known.
    """
    known = state(record)
    return f'W/"{known.record_id}-{known.mod_id}"' if known.mod_id is not None else None


def is_known(if_none_match: str, etag: str) -> bool:
    """Tell whether a client has the file already.

    Args:
        if_none_match: The header of its request; an empty text where there is none.
        etag: The file's ETag.

    Returns:
        Whether it has.
    """
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in known or etag.removeprefix("W/") in known


def caching(etag: str | None) -> dict[str, str]:
    """Let the browser keep a file, and nobody on the way; it has to ask each time, for the user may have changed.

    Args:
        etag: The file's ETag; None where it may change without its record, so that not even the browser keeps it.

    Returns:
        The headers for that.
    """
    if etag is None:
        return {"Cache-Control": "private, no-store"}
    return {"Cache-Control": "private, no-cache", "ETag": etag}


def showing(
    kind: str, field: WhichContainer, *, download_name: str | None, as_attachment: bool
) -> dict[str, str]:
    """Let the browser show a file if nothing in it can run, and keep it else.

    Args:
        kind: What it is, from `media_type`.
        field: The container.
        download_name: The name under which it is kept; the field's where it is left out.
        as_attachment: Whether it is to be kept in any case.

    Returns:
        The headers for that.
    """
    shown = (kind in _SHOWN or kind.startswith(_PLAYED)) and not as_attachment
    name = _filename(download_name or _named(field, kind))
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; {name}",
        "X-Content-Type-Options": "nosniff",
    }
    if kind.startswith(_NEEDS_NOTHING):
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return headers


def _named(field: WhichContainer, kind: str) -> str:
    attr = field.ref.path[-1] if isinstance(field, ContainerTerm) else field
    return attr + (mimetypes.guess_extension(kind) or "")


def _filename(name: str) -> str:
    """Give a file's name as a header carries it: in ASCII for whoever does not know the other form."""
    plain = name.encode("ascii", "replace").decode().translate(_UNSAFE)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
