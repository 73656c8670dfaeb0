"""Where log-ins are kept, on the server's side."""

from __future__ import annotations

import threading
import time
from typing import Any, Protocol


class UserStore(Protocol):
    """Where log-ins are kept: what the caches of cachelib, Flask-Caching and Django have in common.

    It holds live tokens, so protect it as you do passwords.
    """

    def get(self, key: str, /) -> Any:
        """Give the value of a key; None where there is none."""

    def set(self, key: str, value: Any, /, *, timeout: int) -> Any:
        """Keep a value for so many seconds. False says that it was not kept."""

    def delete(self, key: str, /) -> Any:
        """Forget a key, if it is there."""


class MemoryUsers:
    """A `UserStore` in the memory of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, /) -> Any:
        """Give the value of a key; None where there is none."""
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def set(self, key: str, value: Any, /, *, timeout: int) -> None:
        """Keep a value for so many seconds."""
        now = time.monotonic()
        with self._lock:
            self._kept = {one: held for one, held in self._kept.items() if held[0] > now}
            self._kept[key] = (now + timeout, value)

    def delete(self, key: str, /) -> None:
        """Forget a key, if it is there."""
        with self._lock:
            self._kept.pop(key, None)
