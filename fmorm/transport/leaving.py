"""Sessions that are still open when the interpreter exits are logged out; a forked child leaves its parent's alone.

Both are for databases that nobody has closed: `close` does it in good time.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import Any, Final, Protocol
from weakref import WeakSet

import httpx

from fmorm.errors import FmormError
from fmorm.transport.http import HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire import requests

logger = logging.getLogger("fmorm.session")

SECONDS: Final = 3.0
"""How long each log-out at exit may take: nobody likes a program that does not end."""
ALTOGETHER: Final = 10.0
"""How long all of them may take; what is open still then, the server forgets by itself."""


class OpenTokens:
    """The tokens of one database object that are logged out when the process ends, unless that is done before.

    Args:
        settings: How to reach the database.
        mount: What takes the requests instead of the network, if anything does.
    """

    def __init__(self, settings: Settings, mount: httpx.BaseTransport | None) -> None:
        self._settings = settings
        self._mount = mount
        self._tokens: set[str] = set()

    def another(self) -> OpenTokens:
        """Give one for other tokens of the same database."""
        return OpenTokens(self._settings, self._mount)

    def add(self, token: str) -> None:
        """Remember a token."""
        self._tokens.add(token)
        _open[id(self)] = self

    def discard(self, token: str) -> None:
        """Forget a token: it was logged out, has expired, or is somebody else's from now on."""
        self._tokens.discard(token)
        if not self._tokens:
            _open.pop(id(self), None)

    def all(self) -> list[str]:
        """Give all of them."""
        return list(self._tokens)

    def forget(self) -> None:
        """Forget all tokens without logging them out."""
        self._tokens.clear()
        _open.pop(id(self), None)

    @property
    def url(self) -> str:
        """The server's address."""
        return self._settings.url

    def log_out(self) -> bool:
        """Log out of all, synchronously; an async program has no event loop any more when it ends.

        Returns:
            Whether the server was there; where it is not, nothing more is asked of it.
        """
        tokens = self.all()
        self.forget()
        settings = replace(self._settings, timeout=SECONDS, connect_timeout=SECONDS)
        transport = HttpTransport(settings, self._mount)
        try:
            for token in tokens:
                transport.send(requests.log_out(settings.place, token), {})
        except (FmormError, OSError) as error:
            logger.debug("log-out of %s at exit failed: %s", settings.database, type(error).__name__)
            return False
        finally:
            if self._mount is None:
                transport.close()
        return True


_open: dict[int, OpenTokens] = {}
"""Kept alive here: what nobody closed is often what nobody holds any more."""


class Forkable(Protocol):
    """What has to start anew in a forked child."""

    def after_fork(self) -> None:
        """Forget what belongs to the parent process."""


_forkable: WeakSet[Forkable] = WeakSet()
_registering = threading.Lock()


def tell_of_forks(one: Forkable) -> None:
    """Have `after_fork` called in a child process, for as long as the object lives."""
    with _registering:
        _forkable.add(one)


_unfinished: WeakSet[Future[Any]] = WeakSet()


def finish_first(work: Future[Any]) -> None:
    """Have a thread's work waited for before the process ends: a log-in, whose token nobody knows as yet."""
    _unfinished.add(work)


def _log_out_of_all() -> None:
    wait(list(_unfinished), SECONDS)
    until, away = time.monotonic() + ALTOGETHER, set[str]()
    for tokens in list(_open.values()):
        if tokens.url in away or time.monotonic() > until:
            tokens.forget()
        elif not tokens.log_out():
            away.add(tokens.url)  # the next one would have to wait as long


def _forget_the_parent() -> None:
    global _registering  # noqa: PLW0603 - another thread of the parent may have held it
    _registering = threading.Lock()
    _unfinished.clear()
    for tokens in list(_open.values()):
        tokens.forget()
    for one in list(_forkable):
        one.after_fork()
    multiprocessing = sys.modules.get("multiprocessing.util")
    if multiprocessing is not None:
        multiprocessing.register_after_fork(_forkable, _log_out_when_a_worker_ends)


def _log_out_when_a_worker_ends(_: object) -> None:
    """Tell multiprocessing, whose forked processes end without `atexit`; it forgets at the fork what it was told."""
    from multiprocessing.util import Finalize

    Finalize(None, _log_out_of_all, exitpriority=0)


atexit.register(_log_out_of_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_the_parent)
