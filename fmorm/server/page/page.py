"""The two addresses of the page: the page itself, and the recent exchanges that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Final

from fmorm.server import refusals
from fmorm.server.exact import Json
from fmorm.server.http import Reply, Request, json_reply
from fmorm.server.page.document import document, policy
from fmorm.server.page.told import exchange
from fmorm.server.refusals import Refusal

_PAGE: Final = "/"
_REQUESTS: Final = "/fmorm/requests"
_OK: Json = [{"code": "0", "message": "OK"}]


class Page:
    """What people see who open the server's address in a browser.

    Whoever can log in to one of the files sees the recent exchanges of all sessions.

    Args:
        session_of: Gives the live session of a token, None where there is none.
        exchanges: The recent exchanges, newest last, with credentials masked.
        lock: Held while they change.
        host: The name under which replies speak of the server.
    """

    def __init__(
        self,
        session_of: Callable[[str], object],
        exchanges: Iterable[tuple[Request, Reply]],
        lock: AbstractContextManager[object],
        host: str,
    ) -> None:
        self._session_of = session_of
        self._exchanges = exchanges
        self._lock = lock
        self._host = host

    def is_for(self, request: Request) -> bool:
        """Tell whether a request is for the page."""
        return _path(request) in {_PAGE, _REQUESTS}

    def answer(self, request: Request) -> Reply:
        """Give the page, or the recent exchanges to those who have a token."""
        try:
            _check_verb(request)
            return _page() if _path(request) == _PAGE else self._requests(request)
        except Refusal as refusal:
            return json_reply(refusal.status, refusal.content(), host=self._host)

    def _requests(self, request: Request) -> Reply:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            if scheme.lower() != "bearer" or self._session_of(token.strip()) is None:
                raise Refusal(refusals.BAD_TOKEN)
            newest_first = list(self._exchanges)[::-1]
        told: Json = [exchange(*one) for one in newest_first]
        reply = json_reply(
            200, {"response": {"requests": told}, "messages": _OK}, host=self._host, cached=False
        )
        reply.headers.append(("Cache-Control", "no-store"))
        return reply


def _path(request: Request) -> str:
    return request.target.partition("?")[0]


def _check_verb(request: Request) -> None:
    if request.method not in {"GET", "HEAD"}:
        raise Refusal(refusals.WRONG_VERB)


def _page() -> Reply:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Encoding"),
        ("Content-Security-Policy", policy()),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    ]
    return Reply(200, headers, document())
