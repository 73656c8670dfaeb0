"""The recent exchanges as JSON for the page, without what would let somebody in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fmorm.server.exact import Json, Literal, NotJson, as_array, as_object, loads
from fmorm.server.exchanges import without_tokens
from fmorm.server.http import Reply, Request

LONGEST: Final = 20_000
"""Bytes that are told of a body."""
_END: Final = re.compile(rb'"messages":\[\{"code":"(-?\d+)","message":"([^"\\]*)"\}\]\}\Z')
"""How a long reply ends, so that it need not be read whole."""
_LONGEST_END: Final = 200
_LONGEST_CHARACTER: Final = 4
"""Bytes of one character in UTF-8."""


def exchange(request: Request, reply: Reply) -> Json:
    """Tell one exchange, whose credentials are masked already."""
    code, message = _message(reply.body)
    return {
        "method": request.method,
        "target": without_tokens(request.target),
        "status": reply.status,
        "code": code,
        "message": without_tokens(message),
        "milliseconds": "" if reply.seconds is None else Literal(f"{reply.seconds * 1000:.1f}"),
        "dropped": reply.drop is not None,
        "request": {"headers": _headers(request.headers), "body": _body(request.body)},
        "reply": {"headers": _headers(dict(reply.headers)), "body": _body(reply.body)},
    }


def _headers(headers: Mapping[str, str]) -> Json:
    return {name: without_tokens(value) for name, value in headers.items()}


def _body(body: bytes) -> Json:
    """Tell a body as text; what looks like a token is masked in it, too, since one may be sent as a value."""
    part = body[:LONGEST]
    try:
        text = part.decode()
    except UnicodeDecodeError as error:
        if len(part) == len(body) or error.start < len(part) - _LONGEST_CHARACTER:
            return {"text": "", "binary": True, "cut": False}
        text = part[: error.start].decode()
    is_binary = "\0" in text
    return {
        "text": "" if is_binary else without_tokens(text),
        "binary": is_binary,
        "cut": len(part) < len(body),
    }


def _message(body: bytes) -> tuple[str, str]:
    """Give FileMaker's code and text; they are empty for a reply of another form."""
    found = _END.search(body[-_LONGEST_END:])
    if found:
        return found[1].decode(), found[2].decode("utf-8", "replace")
    if len(body) > LONGEST:
        return "", ""
    try:
        messages = as_array((as_object(loads(body)) or {}).get("messages")) or [None]
    except NotJson:
        return "", ""
    first = as_object(messages[0]) or {}
    code, message = first.get("code"), first.get("message")
    return (code, message) if isinstance(code, str) and isinstance(message, str) else ("", "")
