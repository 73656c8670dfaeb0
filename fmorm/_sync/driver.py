# Written by tools/unasync.py from fmorm/_async/driver.py: edit that file, not this one.
"""Runs conversations on a session: the only place that waits for the server."""

from __future__ import annotations

import logging
import time
from functools import partial
from http import HTTPStatus
from typing import Final, TypeVar, cast

from fmorm._sync.pool import Session
from fmorm._sync.primitives import Detached, Shielded, in_thread, sleep
from fmorm.errors import CredentialsMissing, FmormError, SessionLost, TransportError
from fmorm.protocol import sessions
from fmorm.protocol.effects import Close, Effect, File, Inquire, Open, Pause, Present, Read, Send, Steps
from fmorm.protocol.repeats import wanted_delay
from fmorm.transport.http import HttpTransport
from fmorm.transport.leaving import OpenTokens
from fmorm.transport.secret import is_header_value
from fmorm.transport.settings import Settings
from fmorm.transport.streams import HttpStream
from fmorm.transport.watch import Watch
from fmorm.wire import requests
from fmorm.wire.replies import Reply, response_of
from fmorm.wire.requests import Request

T = TypeVar("T")

logger = logging.getLogger("fmorm.session")
retries = logging.getLogger("fmorm.retry")

LOST: Final = "nothing of the request was done"


class Driver:
    """Carries out what the generators of the protocol ask for, with the credentials and patience of one database."""

    def __init__(
        self, settings: Settings, transport: HttpTransport, watch: Watch, tokens: OpenTokens
    ) -> None:
        """Send through `transport`, tell `watch` of each request, and keep in `tokens` what is to be logged out."""
        self._settings = settings
        self._transport = transport
        self._watch = watch
        self._tokens = tokens

    def converse(self, steps: Steps[T], session: Session) -> T:
        """Run a conversation to its end on one session.

        Args:
            steps: The generator.
            session: A session that nobody else uses meanwhile; it is opened where it is not.

        Returns:
            What the generator returns.

        Raises:
            FmormError: What it raises.
        """
        began = time.monotonic()
        try:
            effect = next(steps)
            while True:
                try:
                    result = self._carry_out(effect, session, began)
                except FmormError as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(result)
        except StopIteration as stop:
            value: T = stop.value
            return value
        finally:
            steps.close()

    def log_out(self, session: Session) -> bool:
        """End a session on the server, if it is open; that this fails is no trouble, for it ends by itself.

        It goes on to its end though the caller is cancelled: otherwise the session would be open until the close.

        Returns:
            Whether the server has answered, or nothing had to be asked.
        """
        token, session.token = session.token, None
        if token is None:
            return True
        session.doing = "log-out"
        return Shielded(self._end, token).result()

    def _end(self, token: str) -> bool:
        request = requests.log_out(self._settings.place, token)
        try:
            response_of(self._send(request, 1, {}), request)
        except FmormError as error:
            logger.debug("log-out of %s failed: %s", self._settings.database, type(error).__name__)
            answered = not isinstance(error, TransportError)
        else:
            logger.debug("logged out of %s on %s", self._settings.database, self._settings.url)
            answered = True
        self._tokens.discard(token)  # not where it was broken off: then it is done when the process ends
        return answered

    def log_in(self, session: Session) -> None:
        """Open a session, whatever it was before.

        A log-in that has begun goes on to its end though the caller is cancelled: otherwise a session would be open
        on the server whose token nobody knows.
        """
        if session.opening is None or session.opening.done:
            session.opening = Detached(self._open, session)
        session.opening.result()
        session.opening = None

    def make_ready(self, session: Session) -> None:
        """Open a session that is not open, and do what has to be done first on it."""
        if session.lost:
            raise self._lost()
        if session.token is None:
            self.log_in(session)
        if session.prepare is None or session.preparing:
            return
        session.preparing = True
        try:
            session.prepare()
            session.ready = True
        finally:
            session.preparing = False

    def _carry_out(
        self, effect: Effect, session: Session, began: float
    ) -> Reply | File | bytes | bool | None:
        if isinstance(effect, Send):
            if session.token is None or not session.ready:
                self.make_ready(session)
            session.doing = effect.request.about
            return self._send(effect.request, effect.attempt, {"Authorization": f"Bearer {session.token}"})
        if isinstance(effect, Present):
            return self._send(effect.request, effect.attempt, self._credentials())
        if isinstance(effect, Inquire):
            return self._send(effect.request, effect.attempt, {})
        if isinstance(effect, (Open, Read, Close)):
            return self._carry_file(effect, session)
        if isinstance(effect, Pause):
            return self._pause(effect, time.monotonic() - began)
        self._renew(session)
        return None

    def _carry_file(self, effect: Open | Read | Close, session: Session) -> File | bytes | None:
        if isinstance(effect, Open):
            session.doing = effect.request.about
            return self._begin(effect, {"Authorization": f"Bearer {session.token}"})
        file = cast("HttpStream", effect.file)
        if isinstance(effect, Read):
            return file.read()
        file.close()
        return None

    def _send(self, request: Request, attempt: int, headers: dict[str, str]) -> Reply:
        began = time.perf_counter()
        try:
            reply = self._transport.send(request, headers)
        except BaseException as error:  # also where the caller was cancelled: the request may have gone out
            self._watch.tell(request, attempt, began, None, error)
            raise
        self._watch.tell(request, attempt, began, reply, None)
        return reply

    def _begin(self, effect: Open, headers: dict[str, str]) -> File:
        began = time.perf_counter()
        try:
            file = self._transport.open(effect.request, effect.url, headers)
        except BaseException as error:
            self._watch.tell(effect.request, effect.attempt, began, None, error)
            raise
        file.on_end = partial(self._tell_file, effect, began)
        return file

    def _tell_file(self, effect: Open, began: float, received: int, error: BaseException | None) -> None:
        reply = Reply(HTTPStatus.OK, {}, b"") if error is None else None
        self._watch.tell(effect.request, effect.attempt, began, reply, error, received=received)

    def _credentials(self) -> dict[str, str]:
        credentials = self._settings.credentials
        headers = in_thread(credentials.headers) if credentials.blocking else credentials.headers()
        if not all(is_header_value(value) for value in headers.values()):
            # httpx would show it in its own error and in its logs
            raise CredentialsMissing(f"{type(credentials).__name__}.headers gave what HTTP cannot carry")
        return headers

    def _open(self, session: Session) -> None:
        request = self._log_in_request()
        token = self.converse(sessions.log_in(request), session)
        self._tokens.add(token)
        session.token = token
        session.ready = session.prepare is None
        logger.debug("logged in to %s on %s", self._settings.database, self._settings.url)

    def _log_in_request(self) -> Request:
        sources = self._settings.sources
        if not sources:
            return requests.log_in(self._settings.place)
        entries = in_thread(lambda: [source.entry() for source in sources])
        return requests.log_in(self._settings.place, entries)

    def _renew(self, session: Session) -> None:
        """Open another session in place of one that has expired; nobody else can have done so, for it is leased."""
        self._forget(session)
        if session.preparing:
            raise SessionLost(f"{self._which} expired while it was being prepared: {LOST}")
        if session.stateful or not self._settings.credentials.renewable:
            session.lost = session.stateful
            raise self._lost()
        logger.info("the session of %s has expired: logging in again", self._settings.database)
        self.log_in(session)

    @property
    def _which(self) -> str:
        return f"the FileMaker session of {self._settings.database!r} on {self._settings.url}"

    def _lost(self) -> SessionLost:
        advice = (
            "Begin again with another db.session()"
            if self._settings.credentials.renewable
            else "It cannot be opened again by itself: log in anew"
        )
        return SessionLost(f"{self._which} has ended, and what it held with it: {LOST}. {advice}")

    def _forget(self, session: Session) -> None:
        if session.token is not None:
            self._tokens.discard(session.token)
        session.token = None

    def _pause(self, pause: Pause, elapsed: float) -> bool:
        """Wait as the policy has it; gives whether to try again."""
        about, kind = pause.request.about, type(pause.error).__name__
        policy = self._settings.retry
        seconds = policy.delay(pause.attempt, elapsed, wanted_delay(pause.error))
        if seconds is None:
            retries.info(
                "%s: %s; given up after attempt %d and %.2f s, as %r has it",
                about, kind, pause.attempt, elapsed, policy,
            )  # fmt: skip
            return False
        retries.info(
            "%s: %s; %s, so it is tried again in %.2f s, after attempt %d",
            about, kind, pause.reason, seconds, pause.attempt,
        )  # fmt: skip
        sleep(seconds)
        return True
