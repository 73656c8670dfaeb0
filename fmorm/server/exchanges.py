"""A memory of the last exchanges, which shows nothing that would let somebody in."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import overload
from urllib.parse import unquote

from fmorm.server.http import Reply, Request
from fmorm.server.signing_in import PLACES
from fmorm.server.streams import PLACE

_TOKEN = re.compile(r"\b[0-9a-f]{52}\b")
_PIECE = re.compile(rb"\b[0-9a-f]{8,52}\b")
"""A token or a part of one: a fault may cut the reply that hands it out."""
_SESSION = re.compile(r"(/databases/[^/]+/sessions/)[^/?]+")
"""Also a token that is none of this server's: it may open something elsewhere."""
_SECRET_HEADERS = {"authorization", "cookie", "x-fm-data-oauth-request-id", "x-fm-data-oauth-identifier"}
_SECRET_ANSWERS = {"set-cookie", "x-fms-request-id", "x-fms-return-url", "location"}
"""What a sign-in with an OAuth provider hands out, and what lets in to a file."""
_MASK = "***"
_PLACE = PLACE.encode()
_ADDRESS = re.compile(_PLACE + b"[0-9A-F]+")
"""The part of an address that lets its holder fetch the file; it stands in bodies as well."""
_TARGET = re.compile("(/Streaming_SSL/[^/]+/)[0-9A-F]+")
_LONGEST_FILE = 200
"""Bytes that are remembered of an upload or a download: enough to see the part's headers."""


class Exchanges(Sequence[tuple[Request, Reply]]):
    """The last exchanges, newest last, without tokens, passwords and credentials.

    Few are ever looked at, so one is masked when it is, unless it holds more than may be kept until then.
    """

    def __init__(self, most: int) -> None:
        self._kept: deque[_Exchange] = deque(maxlen=most)

    def note(self, request: Request, reply: Reply) -> None:
        """Remember an exchange."""
        if not _can_wait(request):
            request, reply = masked(request, reply)
        self._kept.append(_Exchange(request, reply))

    def extend(self, exchanges: Iterable[tuple[Request, Reply]]) -> None:
        """Remember more of them."""
        for request, reply in exchanges:
            self.note(request, reply)

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()

    def __iter__(self) -> Iterator[tuple[Request, Reply]]:
        return (one.masked() for one in tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> tuple[Request, Reply]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[Request, Reply]]: ...

    def __getitem__(self, index: int | slice) -> tuple[Request, Reply] | list[tuple[Request, Reply]]:
        if isinstance(index, slice):
            return [one.masked() for one in list(self._kept)[index]]
        return self._kept[index].masked()


def _can_wait(request: Request) -> bool:
    """Tell whether nothing is secret in it but what a session knows, and no whole file is in it."""
    is_of_session = request.headers.get("authorization", "").startswith("Bearer ")
    return is_of_session and "/layouts/" in request.target and "/containers/" not in request.target


class _Exchange:
    """An exchange as it was; it has no text form, since its request may hold a token."""

    __slots__ = ("_reply", "_request")

    def __init__(self, request: Request, reply: Reply) -> None:
        self._request = request
        self._reply = reply

    def masked(self) -> tuple[Request, Reply]:
        return masked(self._request, self._reply)


def timed(answer: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
    """Give what answers in the same way, and notes how long that took."""

    def answered(request: Request) -> Reply:
        began = time.perf_counter()
        reply = answer(request)
        seconds = time.perf_counter() - began
        return Reply(reply.status, reply.headers, reply.body, reply.delay, reply.drop, seconds)

    return answered


def masked(request: Request, reply: Reply) -> tuple[Request, Reply]:
    """Give copies without tokens, passwords and credentials."""
    is_login = request.method == "POST" and "/sessions" in unquote(request.target)
    headers = {name: _MASK if name in _SECRET_HEADERS else value for name, value in request.headers.items()}
    body = b"" if is_login else request.body  # it may hold passwords of other files
    if "/containers/" in request.target:
        body = body[:_LONGEST_FILE]
    target = _masked_target(request.target)
    if is_login:
        shown = [(name, without_tokens(value)) for name, value in reply.headers]
        reply = replace(reply, headers=shown, body=_PIECE.sub(_MASK.encode(), reply.body))
    elif target.startswith(PLACES):
        path, mark, _ = target.partition("?")
        target = path + mark + (_MASK if mark else "")
        reply = _without_sign_in(reply)
    elif target.startswith(PLACE):
        reply = _without_secrets(replace(reply, body=reply.body[:_LONGEST_FILE]))
    elif _PLACE in reply.body:
        reply = replace(reply, body=_hide_address(reply.body))
    return Request(request.method, target, headers, _hide_address(body), request.scheme), reply


def _masked_target(target: str) -> str:
    shown = without_tokens(target)
    if "/sessions/" in shown:
        shown = _SESSION.sub(rf"\1{_MASK}", shown)
    if "/Streaming_SSL/" in shown:
        shown = _TARGET.sub(rf"\1{_MASK}", shown)
    return shown


def _without_sign_in(reply: Reply) -> Reply:
    is_list = any("json" in value for _, value in reply.headers)
    return _without_secrets(replace(reply, body=reply.body if is_list else b""))


def _without_secrets(reply: Reply) -> Reply:
    shown = [(name, _MASK if name.lower() in _SECRET_ANSWERS else value) for name, value in reply.headers]
    return replace(reply, headers=shown)


def _hide_address(content: bytes) -> bytes:
    return _ADDRESS.sub(_PLACE + _MASK.encode(), content) if _PLACE in content else content


def without_tokens(text: str) -> str:
    """Mask whatever has the form of a token."""
    return _TOKEN.sub(_MASK, text)
