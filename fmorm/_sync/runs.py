# Written by tools/unasync.py from fmorm/_async/runs.py: edit that file, not this one.
"""On which session a verb runs: on one of the pool's, or on a pinned one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fmorm._sync.driver import Driver
from fmorm._sync.pool import Session, SessionPool
from fmorm._sync.primitives import Detached, ExchangeLock, Once, Place, Shielded, user
from fmorm._sync.sharing import Sharing
from fmorm._sync.tokens import TokenStore
from fmorm.errors import FmormError, ProtocolError, RecordStateError, TransportError
from fmorm.protocol.effects import Steps
from fmorm.transport.http import HttpTransport
from fmorm.transport.leaving import OpenTokens, tell_of_forks
from fmorm.transport.settings import Settings
from fmorm.transport.watch import Hook, Watch, print_curl

T = TypeVar("T")


class Runs(Protocol):
    """Runs a verb."""

    @property
    def room(self) -> int:
        """How many conversations can be under way at once."""
        ...

    def run(self, steps: Steps[T]) -> T:
        """Run a conversation to its end, and give what it gives."""
        ...


class Pooled:
    """Runs each verb on a session of the pool."""

    def __init__(
        self,
        settings: Settings,
        transport: HttpTransport,
        *,
        owns_transport: bool = True,
        hook: Hook | None = None,
        store: TokenStore | None = None,
        token: str | None = None,
        total: Watch | None = None,
        place: Place | None = None,
    ) -> None:
        """Open sessions as `settings` say, when first needed.

        Args:
            settings: How to reach the database.
            transport: What sends the requests.
            owns_transport: Whether it is closed with this.
            hook: Who is told about each request.
            store: Where tokens are shared with other processes, if they are.
            token: That of a session which is open already.
            total: Who counts the requests of several databases.
            place: Where it is used, if that is known.
        """
        self.settings = settings
        self._transport = transport
        self._owns_transport = owns_transport
        self._store = store
        self._token = token
        self._place = place or Place()
        hooks = [one for one in (hook, print_curl if settings.debug else None) if one is not None]
        self.watch = Watch(settings.url, settings.database, hooks, total=total)
        self._start()
        tell_of_forks(self)

    def _start(self) -> None:
        settings = self.settings
        self.tokens = OpenTokens(settings, self._transport.mount)
        self.driver = Driver(settings, self._transport, self.watch, self.tokens)
        self._sharing = (
            Sharing(self._store, settings, self.driver, self.tokens) if self._store is not None else None
        )
        size = settings.sessions if settings.credentials.renewable else 1  # the others log in only once
        self.pool = SessionPool(settings.database, size, settings.wait, self._token)
        self._closing = Once(self._close)

    @property
    def room(self) -> int:
        """How many conversations can be under way at once: one on each session."""
        return self.pool.size

    def after_fork(self) -> None:
        """Forget the parent's sessions and connections: both processes would speak on them at once."""
        self._transport.after_fork()
        self.watch.after_fork()
        self._place.forget()
        self._start()

    def run(self, steps: Steps[T]) -> T:
        """Run a conversation on a session that is free, or becomes so.

        Raises:
            NoFreeSession: None became free in time.
            RecordStateError: The database was closed, or belongs to another event loop.
        """
        session = self.lease()
        try:
            if self._sharing is None:
                return self.driver.converse(steps, session)
            return self._run_shared(steps, session, self._sharing)
        finally:
            self.give_back(session)

    def _run_shared(self, steps: Steps[T], session: Session, sharing: Sharing) -> T:
        """Run a conversation on a session that is others' before and after it.

        Where it was cut off, the server may be at work on it still, and others would have to wait: so it stays here.
        """
        sharing.borrow(session)
        try:
            result = self.driver.converse(steps, session)
        except (TransportError, ProtocolError):
            raise
        except FmormError:
            sharing.lend(session)
            raise
        sharing.lend(session)
        return result

    def lease(self, *, fresh: bool = False) -> Session:
        """Take a session, a `fresh` one rather than one that is open; whoever does must give it back."""
        self._place.stay()
        return self.pool.lease(fresh=fresh)

    def lease_new(self) -> Session:
        """Take a session that is not open: what its last user has left behind is not for the next one.

        Raises:
            NoFreeSession: None became free in time.
            RecordStateError: The only session there is could not be opened again.
        """
        session = self.lease(fresh=True)
        try:
            self._refuse_the_last(session)
            self.driver.log_out(session)
        except BaseException:
            self.give_back(session)
            raise
        return session

    def _refuse_the_last(self, session: Session) -> None:
        if session.token is not None and not self.settings.credentials.renewable:
            raise RecordStateError(
                f"the FileMaker session of {self.settings.database!r} is open and would be lost: this would log out "
                "of it, and its credentials log in only once"
            )

    def log_in(self) -> None:
        """Open a session on the server now, whatever is open already, and keep it."""
        session = self.lease_new()
        try:
            self.driver.log_in(session)
        finally:
            self.give_back(session)

    def give_back(self, session: Session) -> None:
        """End a lease, and log out what has not been used for long."""
        self.pool.give_back(session)
        unused = self.pool.overdue(self.settings.idle)
        if unused is not None:
            Detached(self._retire, unused)

    def give_away(self) -> str:
        """Log in, and give the token to the caller, whose session it is from now on."""
        self._place.stay()
        session = Session()
        try:
            self.driver.log_in(session)
        except BaseException:  # where the caller was cancelled, nobody will ever use it
            if session.opening is not None and not session.opening.done:
                session.opening.then(lambda: Detached(self.driver.log_out, session))
            raise
        token = session.token or ""
        self.tokens.discard(token)
        return token

    def end(self, token: str) -> None:
        """Log out the session of a token that was given away."""
        self._place.stay()
        self.driver.log_out(Session(token))

    def rest(self) -> None:
        """Log out of what nobody uses at the moment; this can be used on."""
        while self._token is None and (session := self.pool.overdue(0)) is not None:
            self._retire(session)

    def leave(self) -> None:
        """Close this, unless a host does when it is closed itself."""
        if self._owns_transport:
            self.close()

    def close(self) -> None:
        """Let what is under way end, log out of every session, close the connections; once is enough."""
        self._place.stay()
        self._closing.result()

    def _close(self) -> None:
        try:
            self.pool.drain()
            for token in self.tokens.all():
                if not self.driver.log_out(Session(token)):
                    break  # each of the others would wait as long; they are left to the end of the process
        finally:
            if self._owns_transport:
                self._transport.close()

    def _retire(self, session: Session) -> None:
        try:
            self.driver.log_out(session)
        finally:
            self.pool.give_back(session)


@dataclass(slots=True)
class On:
    """Runs each verb on one session, which the caller has to himself."""

    driver: Driver
    session: Session
    room: int = 1

    def run(self, steps: Steps[T]) -> T:
        """Run a conversation."""
        return self.driver.converse(steps, self.session)


class Pinned:
    """Runs each verb on one session, one after the other, and lets nobody else have it."""

    def __init__(self, pooled: Pooled, prepare: Callable[[Runs], None], *, stateful: bool) -> None:
        """Take a session of `pooled` later; `prepare` is called after each of its log-ins."""
        self._pooled = pooled
        self._prepare = prepare
        self._stateful = stateful
        self.room = 1
        self.after_fork()
        tell_of_forks(self)

    def after_fork(self) -> None:
        """Leave the session to the parent process, which is in its `with` block still."""
        self._lock = ExchangeLock()
        self._session: Session | None = None
        self._user: object = None

    def begin(self) -> None:
        """Take a session, open it and prepare it.

        Raises:
            RecordStateError: It has begun already.
        """
        if self._session is not None:
            raise RecordStateError("this session has begun already: open another one with db.session()")
        session = self._pooled.lease_new()
        driver = self._pooled.driver
        alone = On(driver, session)
        session.prepare = lambda: self._prepare(alone)
        session.ready = False
        self._session = session
        try:
            driver.make_ready(session)
        except BaseException:
            self.end()
            raise
        session.stateful = self._stateful

    def run(self, steps: Steps[T]) -> T:
        """Run a conversation, when those before it have ended.

        Raises:
            RecordStateError: The `with` block of the session is over, or has not begun; or a verb of it is under way,
                which has called this.
            SessionLost: The session has ended and cannot be made again.
        """
        me = user()
        if self._user == me:
            raise RecordStateError(
                "this db.session() is at work on another verb, which has called the function that uses it here: it "
                "would wait for itself. on_new_session is given verbs to use; others can use the database"
            )
        with self._lock:
            self._user = me
            try:
                return self._converse(steps)
            finally:
                self._user = None

    def _converse(self, steps: Steps[T]) -> T:
        if self._session is None:
            raise RecordStateError(
                "a db.session() is used within its with block: it has not begun, or has ended"
            )
        return self._pooled.driver.converse(steps, self._session)

    def end(self) -> None:
        """Let what is under way end, log out, and give the place in the pool back, also where this is cancelled."""
        Shielded(self._end).result()

    def _end(self) -> None:
        with self._lock:
            session, self._session = self._session, None
            if session is None:
                return
            session.prepare, session.ready, session.stateful, session.lost = None, True, False, False
            try:
                self._pooled.driver.log_out(session)
            finally:
                self._pooled.give_back(session)
