"""What every way to reach the app does with a request: its turn, the work, the delay.

An exchange is a generator. It yields what to wait for, so that threads and event loops can wait in their own way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from fmorm.server.app import App
from fmorm.server.faults.turns import settle, token_of
from fmorm.server.http import Drop, Reply, Request
from fmorm.server.mounts.log import Log


@dataclass(frozen=True, slots=True)
class Wait:
    """Something to wait for.

    Attributes:
        future: Ends the wait when it is set.
        seconds: How long to wait at most; None for as long as it takes.
        binds: Whether others wait for the end of this exchange, also when its client has gone.
    """

    future: Future[None]
    seconds: float | None
    binds: bool


Exchange: TypeAlias = Generator[Wait, None, Reply]


class Mount:
    """One way to reach an app.

    Args:
        app: The app.
        log: Is told of each request.

    Attributes:
        app: The app.
        drop_sockets: Drops the connections of this mount, where it has any.
    """

    def __init__(self, app: App, log: Log | None = None) -> None:
        self.app = app
        self._log = log
        self.drop_sockets: Callable[[], None] | None = None
        self._waits: set[Future[None]] = set()
        self._ends = 0
        app.faults.mount(self)

    def serve(self, app: App) -> None:
        """Lead to another app from now on.

        Args:
            app: The app.
        """
        self.app.faults.unmount(self)
        self.app = app
        app.faults.mount(self)

    def exchange(self, request: Request) -> Exchange:
        """Answer a request.

        Args:
            request: The request.

        Yields:
            What to wait for.

        Returns:
            The reply, to send or to drop now: its delay is over.
        """
        began = time.perf_counter()
        token = token_of(request) if self.app.faults.is_one_at_a_time else None
        if token is None:
            reply = yield from self._answered(request, binds=False)
        else:
            reply = yield from self._in_turn(request, token)
        if self._log:
            self._log(request, reply, time.perf_counter() - began)
        return reply

    def _in_turn(self, request: Request, token: str) -> Exchange:
        turns, ends = self.app.faults.turns, self._ends
        with self._waiting() as turn:
            turns.queue(token, turn)
            try:
                yield Wait(turn, None, binds=True)
                if ends != self._ends:  # also when somebody who was dropped has let it be its turn
                    return _cut_off(Reply(0, [], b""))
                return (yield from self._answered(request, binds=True))
            finally:
                turns.leave(token, turn)

    def silence(self) -> Generator[Wait, None, None]:
        """Wait until a restart."""
        with self._waiting() as end:
            yield Wait(end, None, binds=False)

    def restart(self) -> None:
        """Drop every connection, and end every wait."""
        if self.drop_sockets:
            self.drop_sockets()
        self.end_waits()

    def end_waits(self) -> None:
        """End every wait: the replies that were held back are never sent."""
        self._ends += 1
        for wait in list(self._waits):
            settle(wait)

    def _answered(self, request: Request, *, binds: bool) -> Exchange:
        ends = self._ends
        if self.app.may_run_script(request):
            reply = yield from self._handled_apart(request, binds=binds)
        else:
            reply = self.app.handle(request)
        if not reply.delay:
            return reply
        with self._waiting() as end:
            if ends == self._ends:
                yield Wait(end, reply.delay, binds=binds)
            return reply if ends == self._ends else _cut_off(reply)

    def _handled_apart(self, request: Request, *, binds: bool) -> Exchange:
        """Handle a request in a thread of its own, which goes on when nobody waits for it any more."""
        app, replies = self.app, list[Reply]()

        def handle() -> None:
            try:
                replies.append(app.handle(request))
            finally:
                settle(end)

        ends = self._ends
        with self._waiting() as end:
            threading.Thread(target=handle, name="fmorm-script", daemon=True).start()
            yield Wait(end, None, binds=binds)
        if replies and ends == self._ends:
            return replies[0]
        return _cut_off(Reply(0, [], b""))

    @contextmanager
    def _waiting(self) -> Generator[Future[None]]:
        wait: Future[None] = Future()
        self._waits.add(wait)
        try:
            yield wait
        finally:
            self._waits.discard(wait)


def _cut_off(reply: Reply) -> Reply:
    """Give the reply whose connection has dropped meanwhile."""
    return replace(reply, drop=Drop("close"))
