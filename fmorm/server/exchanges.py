"""A memory of the last exchanges, without anything that would let somebody in."""

from __future__ import annotations

import re
from dataclasses import replace

from fmorm.server.http import Reply, Request
from fmorm.server.signing_in import PLACES

_TOKEN = re.compile(r"\b[0-9a-f]{52}\b")
_SESSION = re.compile(r"(/databases/[^/]+/sessions/)[^/?]+")
"""Also a token that is none of this server's: it may open something elsewhere."""
_SECRET_HEADERS = {"authorization", "cookie", "x-fm-data-oauth-request-id", "x-fm-data-oauth-identifier"}
_SECRET_ANSWERS = {"x-fms-request-id", "x-fms-return-url", "location"}
"""What a sign-in with an OAuth provider hands out."""
_MASK = "***"


def masked(request: Request, reply: Reply) -> tuple[Request, Reply]:
    """Give copies without tokens, passwords and credentials."""
    is_login = request.method == "POST" and "/sessions" in request.target
    headers = {name: _MASK if name in _SECRET_HEADERS else value for name, value in request.headers.items()}
    body = b"" if is_login else request.body  # it may hold passwords of other files
    target = _SESSION.sub(rf"\1{_MASK}", _hide(request.target))
    if is_login:
        shown = [(name, _hide(value)) for name, value in reply.headers]
        reply = replace(reply, headers=shown, body=_hide(reply.body.decode()).encode())
    elif target.startswith(PLACES):
        path, mark, _ = target.partition("?")
        target = path + mark + (_MASK if mark else "")
        reply = _without_sign_in(reply)
    return Request(request.method, target, headers, body), reply


def _without_sign_in(reply: Reply) -> Reply:
    shown = [(name, _MASK if name.lower() in _SECRET_ANSWERS else value) for name, value in reply.headers]
    is_list = any("json" in value for _, value in reply.headers)
    return replace(reply, headers=shown, body=reply.body if is_list else b"")


def _hide(text: str) -> str:
    return _TOKEN.sub(_MASK, text)
