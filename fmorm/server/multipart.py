"""Bodies of `multipart/form-data` (RFC 7578), read whole or not at all.

A body whose end is missing is none: what was cut off on its way must not be taken for a shorter file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_HEADER_BYTES = 16 * 1024
_TAIL = re.compile(rb"(--)[ \t]*(?:\r\n|\Z)|[ \t]*\r\n")
"""What follows a boundary: the dashes of the last one, or the end of the line."""
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)")
_PARAMETER = re.compile(r';[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*')
_BOUNDARY = re.compile(r"[\x20-\x7e]{0,69}[\x21-\x7e]")
_EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE | re.DOTALL)
_AS_IT_IS = {"", "7bit", "8bit", "binary"}


class NotMultipart(ValueError):
    """The body is no whole `multipart/form-data`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form.

    Attributes:
        name: The name of the form's field.
        file_name: The name of the file, None where it is no file.
        media_type: Its content type, empty where it has none.
        content: Its bytes, not copied.
    """

    name: str
    file_name: str | None
    media_type: str
    content: memoryview


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """Take a form apart.

    Args:
        content_type: The header, which says the boundary.
        body: The body.

    Returns:
        The parts in their order.

    Raises:
        NotMultipart: It has another form, or its end is missing.
    """
    boundary = _parameters(content_type).get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise NotMultipart("there is no boundary")
    return [_part(body, begin, end) for begin, end in list(_places(body, b"--" + boundary.encode()))]


def _places(body: bytes, line: bytes) -> Iterator[tuple[int, int]]:
    """Give where each part begins and ends."""
    found = _TAIL.match(body, len(line)) if body.startswith(line) else None
    begin = -1
    if found is None:
        _, found = _delimiter(body, line, 0)
    while not found[1]:
        begin = found.end()
        end, found = _delimiter(body, line, begin)
        yield begin, end
    if begin < 0:
        raise NotMultipart("there is no part")


def _delimiter(body: bytes, line: bytes, at: int) -> tuple[int, re.Match[bytes]]:
    """Find the next line that is a boundary; one that goes on in another way is content."""
    line = b"\r\n" + line
    while (at := body.find(line, at)) >= 0:
        tail = _TAIL.match(body, at + len(line))
        if tail:
            return at, tail
        at += len(line)
    raise NotMultipart("the end is missing")


def _part(body: bytes, begin: int, end: int) -> Part:
    at = body.find(b"\r\n\r\n", begin, min(end, begin + _HEADER_BYTES))
    if at < 0:
        raise NotMultipart("a part has no headers")
    headers = _headers(body[begin:at])
    disposition = headers.get("content-disposition", "")
    if disposition.partition(";")[0].strip().lower() != "form-data":
        raise NotMultipart("a part is no form-data")
    if headers.get("content-transfer-encoding", "").lower() not in _AS_IT_IS:
        raise NotMultipart("a part is encoded")
    given = _parameters(disposition)
    if "name" not in given:
        raise NotMultipart("a part has no name")
    content = memoryview(body)[at + 4 : end]
    return Part(_form_text(given["name"]), _file_name(given), headers.get("content-type", ""), content)


def _headers(block: bytes) -> dict[str, str]:
    try:
        found = [_HEADER.fullmatch(line) for line in block.decode().split("\r\n")]
    except UnicodeDecodeError as error:
        raise NotMultipart("a header is not in UTF-8") from error
    headers = {one[1].lower(): one[2].strip(" \t") for one in found if one}
    if len(headers) < len(found):
        raise NotMultipart("a header is malformed, or there twice")
    return headers


def _parameters(value: str) -> dict[str, str]:
    """Give the parameters of a header by lower-case name."""
    given: dict[str, str] = {}
    at = len(value.partition(";")[0])
    while at < len(value):
        found = _PARAMETER.match(value, at)
        if not found:
            raise NotMultipart("a parameter is malformed")
        quoted = found[2]
        # browsers leave other backslashes as they are
        given[found[1].lower()] = found[3] if quoted is None else re.sub(r'\\(["\\])', r"\1", quoted)
        at = found.end()
    return given


def _form_text(text: str) -> str:
    """Undo what clients do to the characters that no quoted text can hold (HTML, multipart form data)."""
    return re.sub(r"%(22|0D|0A)", lambda found: chr(int(found[1], 16)), text, flags=re.IGNORECASE)


def _file_name(given: dict[str, str]) -> str | None:
    """Give the name of a file; RFC 7578 has no `filename*`, but clients send it."""
    if "filename*" not in given:
        return _form_text(given["filename"]) if "filename" in given else None
    found = _EXTENDED.fullmatch(given["filename*"])
    try:
        return unquote(found[2], found[1], "strict") if found else _no_name()
    except UnicodeDecodeError:
        return _no_name()


def _no_name() -> str:
    raise NotMultipart("a file name is malformed")
