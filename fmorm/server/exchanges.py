"""A memory of the last exchanges, without anything that would let somebody in."""

from __future__ import annotations

import re

from fmorm.server.http import Reply, Request

_TOKEN = re.compile(r"\b[0-9a-f]{52}\b")
_SECRET_HEADERS = {"authorization", "cookie", "x-fm-data-oauth-request-id", "x-fm-data-oauth-identifier"}
_MASK = "***"


def masked(request: Request, reply: Reply) -> tuple[Request, Reply]:
    """Give copies without tokens, passwords and credentials."""
    is_login = request.method == "POST" and "/sessions" in request.target
    headers = {name: _MASK if name in _SECRET_HEADERS else value for name, value in request.headers.items()}
    body = b"" if is_login else request.body  # it may hold passwords of other files
    if is_login:
        shown = [(name, _hide(value)) for name, value in reply.headers]
        reply = Reply(reply.status, shown, _hide(reply.body.decode()).encode())
    return Request(request.method, _hide(request.target), headers, body), reply


def _hide(text: str) -> str:
    return _TOKEN.sub(_MASK, text)
