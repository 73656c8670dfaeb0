# Written by tools/unasync.py from fmorm/_async/driver.py: edit that file, not this one.
"""Runs conversations: the only place that waits."""

from __future__ import annotations

import logging
from typing import TypeVar

from fmorm._sync.pool import Session, SessionPool
from fmorm.errors import FmormError, RecordStateError
from fmorm.protocol.effects import Effect, Send, Steps
from fmorm.transport.http import HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire import requests
from fmorm.wire.replies import Reply, response_of, token_of

T = TypeVar("T")

logger = logging.getLogger("fmorm.session")


class Driver:
    """Carries out what the generators of the protocol ask for, on leased sessions."""

    def __init__(self, settings: Settings, transport: HttpTransport) -> None:
        """Send through `transport`; sessions are opened when first needed."""
        self._settings = settings
        self._transport = transport
        self._pool = SessionPool(settings.sessions)
        self._closed = False

    def run(self, steps: Steps[T]) -> T:
        """Run a conversation to its end on one session.

        Args:
            steps: The generator.

        Returns:
            What it returns.

        Raises:
            FmormError: What it raises.
        """
        session = self._pool.lease()
        try:
            if self._closed:
                raise RecordStateError("this database object is closed: open another one")
            return self._converse(steps, session)
        finally:
            steps.close()
            self._pool.give_back(session)

    def close(self) -> None:
        """Let what is under way end, log out of every session and close the connections; once is enough."""
        if self._closed:
            return
        self._closed = True
        try:
            for token in self._pool.drain():
                self._log_out(token)
        finally:
            self._transport.close()

    def _converse(self, steps: Steps[T], session: Session) -> T:
        try:
            effect = next(steps)
            while True:
                try:
                    result = self._carry_out(effect, session)
                except FmormError as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(result)
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _carry_out(self, effect: Effect, session: Session) -> Reply | None:
        if isinstance(effect, Send):
            token = session.token or self._log_in(session)
            return self._transport.send(effect.request, f"Bearer {token}")
        session.token = None
        self._log_in(session)
        return None

    def _log_in(self, session: Session) -> str:
        request = requests.log_in(self._settings.place)
        reply = self._transport.send(request, self._settings.account.authorization())
        session.token = token = token_of(reply, request)
        logger.debug("logged in to %s on %s", self._settings.database, self._settings.url)
        return token

    def _log_out(self, token: str) -> None:
        request = requests.log_out(self._settings.place, token)
        try:
            response_of(self._transport.send(request, None), request)
        except FmormError as error:  # the server forgets an idle session by itself
            logger.debug("log-out of %s failed: %s", self._settings.database, error)
