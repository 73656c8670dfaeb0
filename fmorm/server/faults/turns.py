"""One request at a time for each session, in the order of arrival."""

from __future__ import annotations

import re
import threading
from collections import deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from fmorm.server.http import Request

_LOG_OUT = re.compile(r"/sessions/([^/?]+)")


class Turns:
    """The queues of requests, by session. It is used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Future[None]]] = {}

    def __len__(self) -> int:
        """How many requests are served or wait for their turn."""
        with self._lock:
            return sum(map(len, self._queues.values()))

    def queue(self, key: str, turn: Future[None]) -> None:
        """Stand in the queue of a session; the future is set when it is its turn."""
        with self._lock:
            queue = self._queues.setdefault(key, deque())
            queue.append(turn)
            if queue[0] is turn:
                settle(turn)

    def leave(self, key: str, turn: Future[None]) -> None:
        """Leave the queue, which is the next one's turn if it was the first."""
        with self._lock:
            queue = self._queues[key]
            was_first = queue[0] is turn
            queue.remove(turn)
            if not queue:
                del self._queues[key]
            elif was_first:
                settle(queue[0])


def settle(future: Future[None]) -> None:
    """Set a future unless somebody else was quicker."""
    with suppress(InvalidStateError):
        future.set_result(None)


def token_of(request: Request) -> str | None:
    """Give the token that a request is sent with, None where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    log_out = _LOG_OUT.search(request.target)
    return log_out[1] if log_out else None
