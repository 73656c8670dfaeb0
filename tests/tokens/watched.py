"""A server that notes who uses which token, and whether two do so at once."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from typing import Any

from fmorm.server import App, Reply, Request
from fmorm.server.faults.turns import token_of


class Watched:
    """Watches an app.

    A reply leaves its `delay` after the request was handled, at the earliest. Whoever sends another one on the same
    session before that has not waited for the reply.

    Attributes:
        app: The app.
        delay: Seconds that each reply takes.
        overlaps: Requests that came while another one of their session was under way.
        used: Token and path of every request that had a token.
        log_ins: How many sessions were opened.
        arrived: Set when a request arrives whose path ends with `awaited`; its reply then takes `long` seconds.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.delay = 0.0
        self.overlaps: list[str] = []
        self.used: list[tuple[str, str]] = []
        self.log_ins = 0
        self.awaited = "-"
        self.long = 30.0
        self.arrived = threading.Event()
        self._busy: dict[str, float] = {}
        self._handle = app.handle
        unknown: Any = app
        unknown.handle = self.handle

    def handle(self, request: Request) -> Reply:
        token, path = token_of(request), request.target.partition("?")[0]
        began = time.monotonic()
        if token is not None:
            self.used.append((token, re.sub("/sessions/.*", "/sessions", path)))
            if began < self._busy.get(token, 0.0):
                self.overlaps.append(path)
        reply = self._handle(request)
        if token is None and path.endswith("/sessions") and reply.status == 200:
            self.log_ins += 1
        waits = path.endswith(self.awaited)
        reply = replace(reply, delay=self.long if waits else self.delay)
        if token is not None:
            self._busy[token] = began + reply.delay
        if waits:
            self.arrived.set()
        return reply

    def tokens_for(self, end: str) -> set[str]:
        """Give the tokens that were used for what ends so."""
        return {token for token, path in self.used if path.endswith(end)}

    @property
    def open(self) -> int:
        """How many sessions are open."""
        return self.app.session_count
