"""The FileMaker sessions of one database: few, leased one at a time, opened when first needed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable

from fmorm._async.primitives import Detached, Lock, Waiter, caller
from fmorm.errors import NoFreeSession, RecordStateError


class Session:
    """One FileMaker session. It takes one request at a time, so it is leased, never shared.

    Attributes:
        token: The Data API token; None before the first log-in and after an expiry. It has no text form.
        borrowed: The token that came from a token store, and the key it had there.
        opening: A log-in that is under way, or what is done to share the token.
        prepare: What has to be done after each log-in, before anything else.
        ready: Whether that was done.
        preparing: Whether it is being done.
        stateful: Whether it holds what nobody could make again, so that it is not renewed when it has expired.
        lost: Whether that has happened.
        holder: Who leases it.
        doing: What it was last used for.
        since: When it was leased or given back, as `time.monotonic` has it.
    """

    __slots__ = (
        "borrowed", "doing", "holder", "lost", "opening", "prepare", "preparing", "ready", "since", "stateful",
        "token",
    )  # fmt: skip

    def __init__(self, token: str | None = None) -> None:
        self.token = token
        self.borrowed: tuple[str, str] | None = None
        self.opening: Detached[None] | None = None
        self.prepare: Callable[[], Awaitable[None]] | None = None
        self.ready = True
        self.preparing = False
        self.stateful = False
        self.lost = False
        self.holder = ""
        self.doing = ""
        self.since = 0.0

    def __repr__(self) -> str:
        return f"<session, {'open' if self.token else 'not logged in'}>"

    def leased(self) -> Session:
        """Note who has it from now on."""
        self.holder, self.since = caller(), time.monotonic()
        return self

    def told(self) -> str:
        """Say who has it, since when, and what for."""
        doing = f", {self.doing}" if self.doing else ""
        return f"{self.holder} for {time.monotonic() - self.since:.1f} s{doing}"


class SessionPool:
    """Leases sessions in the order in which they are asked for.

    The one used last is leased first, so that those not needed stay unused and can be logged out.

    Attributes:
        size: How many sessions there are at most.
        closed: Whether no more leases are given.
        used: When a lease ended last, as `time.monotonic` has it.
    """

    def __init__(self, database: str, size: int, seconds: float, token: str | None = None) -> None:
        """Hold at most `size` sessions of a database; a caller waits `seconds` for one at most.

        With a `token`, one session is open already.
        """
        self._database = database
        self.size = size
        self._seconds = seconds
        self._lock = Lock()
        self._idle: deque[Session] = deque([Session(token)] if token is not None else ())
        self._leased: set[Session] = set()
        self._waiters: deque[Waiter[Session | None]] = deque()
        self._last: Waiter[None] | None = None
        self.closed = False
        self.used = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether a session is leased."""
        return bool(self._leased)

    @property
    def waiting(self) -> int:
        """How many callers wait for a session."""
        return len(self._waiters)

    async def lease(self, *, fresh: bool = False) -> Session:
        """Take a session, waiting for its turn.

        Args:
            fresh: Whether one that was never opened is taken rather than one that is open, if there is room.

        Raises:
            NoFreeSession: None became free in time.
            RecordStateError: The database was closed.
        """
        with self._lock:
            self._refuse_closed()
            if not self._waiters and len(self._leased) < self.size:
                return self._take(fresh=fresh)
            waiter: Waiter[Session | None] = Waiter()
            self._waiters.append(waiter)
        try:
            await waiter.wait(self._seconds)
        except BaseException as error:
            self._leave(waiter)
            if isinstance(error, TimeoutError):
                raise self._none_free() from None
            raise
        if waiter.thing is None:
            self._refuse_closed()
            raise AssertionError("a waiter was woken without a session")
        return waiter.thing.leased()

    def give_back(self, session: Session) -> None:
        """End a lease; where a log-in is under way on the session, when that has ended."""
        if session.opening is not None:
            session.opening.then(lambda: self._take_back(session))
        else:
            self._take_back(session)

    def overdue(self, seconds: float) -> Session | None:
        """Take the session that was not used for so long, if there is one, in order to log it out."""
        with self._lock:
            if not self._idle or time.monotonic() - self._idle[0].since < seconds:
                return None
            session = self._idle.popleft()
            self._leased.add(session)
            return session.leased()

    async def drain(self) -> None:
        """Refuse new leases, and wait for those there are, but no longer than a lease would be waited for."""
        with self._lock:
            self.closed = True
            waiters, self._waiters = self._waiters, deque()
            last = self._last = Waiter() if self._leased else None
        for waiter in waiters:
            waiter.hand(None)
        if last is not None:
            try:
                await last.wait(self._seconds)
            except TimeoutError:
                return

    def _refuse_closed(self) -> None:
        if self.closed:
            raise RecordStateError("this database object is closed: open another one")

    def _take(self, *, fresh: bool) -> Session:
        room = len(self._leased) + len(self._idle) < self.size
        session = self._idle.pop() if self._idle and not (fresh and room) else Session()
        self._leased.add(session)
        return session.leased()

    def _take_back(self, session: Session) -> None:
        with self._lock:
            self._leased.discard(session)
            if self._waiters:
                self._leased.add(session)
                self._waiters.popleft().hand(session)
                return
            session.since = self.used = time.monotonic()
            if session.token is not None:
                self._idle.append(session)
            if self._last is not None and not self._leased:
                self._last.hand(None)

    def _leave(self, waiter: Waiter[Session | None]) -> None:
        """Stop waiting; a session that was handed over at this very moment goes to the next one."""
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
                return
        if waiter.thing is not None:
            self._take_back(waiter.thing)

    def _none_free(self) -> NoFreeSession:
        holders = [session.told() for session in list(self._leased)]
        return NoFreeSession(
            f"none of the {self.size} FileMaker sessions of {self._database!r} became free within "
            f"{self._seconds:g} s; they are held by {'; '.join(holders)}. Give a larger sessions=, or end what "
            "holds them: a db.session() holds one until its end",
            holders=holders,
        )
