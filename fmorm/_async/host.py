"""One server for many: files and accounts over the same connections, as a site needs that its users log in to."""

from __future__ import annotations

import os
import time
from collections.abc import Hashable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from weakref import WeakValueDictionary

from fmorm._async.database import AsyncDatabase
from fmorm._async.primitives import Detached, Lock, Once, Place
from fmorm._async.runs import AsyncPooled
from fmorm.errors import RecordStateError
from fmorm.transport.credentials import Account, Credentials, DataSource
from fmorm.transport.given import Resumed, credentials_given
from fmorm.transport.http import AsyncHttpTransport
from fmorm.transport.leaving import tell_of_forks
from fmorm.transport.secret import Secret
from fmorm.transport.settings import CONNECT_TIMEOUT, RETRY, TIMEOUT, VERSION, WAIT, Settings
from fmorm.transport.sharing import identity_of, keyed_hash
from fmorm.transport.trust import Verify
from fmorm.transport.watch import Hook, Traffic, Watch, expect_hook

if TYPE_CHECKING:
    from fmorm.protocol.retry import Retry


class AsyncHostedDatabase(AsyncDatabase):
    """A database of a host, which shares its connections and is closed with it."""

    def __init__(self, pooled: AsyncPooled) -> None:
        """Stand for what the host keeps."""
        self._open(pooled)


SESSIONS: Final = 1
"""Sessions for each account: a person does one thing at a time, and every session counts against the capacity."""
IDLE: Final = 600.0
"""Seconds after which the database of an account that nobody uses is closed."""


class AsyncHost:
    """One FileMaker server, of which several files are used, or one file by many accounts.

    All databases that it gives share their connections. What an account has not used for a while is logged out by
    itself, when a database is asked for again; the object can be used on. Use the host as a context manager, or
    `close` it: that closes all of its databases, which are not closed one by one.

    Args:
        url: The server's address, such as `https://fm.example.com`.
        version: The Data API's version segment: `v1`, `v2` or `vLatest`.
        timeout: Seconds to wait for the next piece of a reply.
        connect_timeout: Seconds to wait for a connection.
        verify: Whether the server's certificate is checked, or the TLS context or file of authorities to check it
            with.
        proxy: The address of a proxy; that of the environment where it is left out.
        sessions: How many FileMaker sessions each database may have open at once.
        wait: Seconds to wait for one of them to become free.
        idle: Seconds after which a session without work is logged out.
        retry: How often and how long a request is sent again, where nothing can happen twice.
        debug: Whether each request is printed to the standard error stream, as a command for curl without secrets.
        iso_dates: Whether finds of several pages ask for ISO dates; found out where it is left out.
        on_request: Called after each request with a `RequestEvent`, in the thread or task that has sent it.

    Raises:
        ValueError: An argument cannot be meant so.
    """

    def __init__(
        self,
        url: str,
        *,
        version: str = VERSION,
        timeout: float = TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        verify: Verify = True,
        proxy: str | None = None,
        sessions: int = SESSIONS,
        wait: float = WAIT,
        idle: float = IDLE,
        retry: Retry = RETRY,
        debug: bool = False,
        iso_dates: bool | None = None,
        on_request: Hook | None = None,
    ) -> None:
        expect_hook(on_request)
        # The file and the account are those of nobody: what they are belongs to each database.
        self._common = Settings(
            url=url,
            database="?",
            credentials=Account("", ""),
            version=version,
            timeout=timeout,
            connect_timeout=connect_timeout,
            verify=verify,
            proxy=proxy,
            sessions=sessions,
            wait=wait,
            idle=idle,
            retry=retry,
            debug=debug,
            iso_dates=iso_dates,
        )
        self._transport = AsyncHttpTransport(self._common)
        self._hook = on_request
        self._watch = Watch(url, "")
        self._secret = os.urandom(32)
        self._place = Place()
        self._open: dict[Hashable, AsyncPooled] = {}
        self._given: WeakValueDictionary[Hashable, AsyncPooled] = WeakValueDictionary()
        self._closed = False
        self.after_fork()
        tell_of_forks(self)

    def after_fork(self) -> None:
        """Forget the parent's connections, and who was at work in it; its databases do so for themselves."""
        self._lock = Lock()
        self._closing = Once(self._close)
        self._place.forget()
        self._transport.after_fork()

    def database(
        self,
        database: str,
        *,
        user: str | None = None,
        password: Secret | None = None,
        credentials: Credentials | None = None,
        sources: Sequence[DataSource] = (),
    ) -> AsyncDatabase:
        """Give a file as an account sees it. The same file and credentials give the same object again.

        Nothing is sent yet: `log_in` on the database finds out whether the credentials are right.

        Args:
            database: The file, without extension.
            user: The account.
            password: Its password, or a function that gives it.
            credentials: Other credentials in place of both.
            sources: Other files that the database takes data from, and who opens them.

        Returns:
            The database. Closing it does nothing: it is the host's.

        Raises:
            RecordStateError: The host was closed.
            ValueError: An argument cannot be meant so.
        """
        who = credentials_given(user, password, credentials)
        settings = self._of(database, who, sources)
        return self._give(settings, None)

    def resume(self, database: str, token: str) -> AsyncDatabase:
        """Give a file as the holder of a token sees it, which `log_in` gave; a web session has kept it meanwhile.

        The session stays open for the next web request; `log_out` ends it. Requests that come with the same token
        at once are served one after the other.

        Args:
            database: The file, without extension.
            token: The token.

        Returns:
            The database. Its verbs raise SessionLost when the session has ended: let the user log in again.

        Raises:
            RecordStateError: The host was closed.
            ValueError: That is no token.
        """
        return self._give(self._of(database, Resumed(token)), token)

    async def log_in(
        self,
        database: str,
        *,
        user: str | None = None,
        password: Secret | None = None,
        credentials: Credentials | None = None,
        sources: Sequence[DataSource] = (),
    ) -> str:
        """Log a user in, and give the token of the session for `resume`.

        It always asks the server. The token is as good as the password while it lives: 15 minutes after its last use.

        Args:
            database: The file, without extension.
            user: The account.
            password: Its password.
            credentials: Other credentials in place of both.
            sources: Other files that the database takes data from, and who opens them.

        Returns:
            The token.

        Raises:
            CredentialError: The credentials were not accepted.
            DatabaseClosed: There is no such file, or the account may not use the Data API.
            TransportError: The server was not reached.
            RecordStateError: The host was closed.
        """
        self._refuse_closed()
        who = credentials_given(user, password, credentials)
        return await self._pooled(self._of(database, who, sources), None).give_away()

    async def log_out(self, database: str, token: str) -> None:
        """End the session of a token; that it has ended before is no error.

        Args:
            database: The file, without extension.
            token: The token.

        Raises:
            RecordStateError: The host was closed.
            ValueError: That is no token.
        """
        self._refuse_closed()
        settings = self._of(database, Resumed(token))
        with self._lock:
            self._open.pop(self._key(settings), None)
        await self._pooled(settings, None).end(token)

    @property
    def traffic(self) -> Traffic:
        """How many requests and bytes went over the wire so far, for all files and accounts together."""
        return self._watch.traffic

    async def close(self) -> None:
        """Close all the databases and the connections; a second call does nothing."""
        self._place.stay()
        await self._closing.result()

    async def _close(self) -> None:
        with self._lock:
            self._closed = True
            # Before they are forgotten: nobody else may hold some of them any more.
            given = list(self._given.values())
            self._open.clear()
        try:
            for pooled in given:
                await pooled.close()
        finally:
            await self._transport.close()

    def _of(self, database: str, who: Credentials, sources: Sequence[DataSource] = ()) -> Settings:
        return replace(self._common, database=database, credentials=who, sources=tuple(sources))

    def _give(self, settings: Settings, token: str | None) -> AsyncDatabase:
        key = self._key(settings)
        with self._lock:
            self._refuse_closed()
            pooled = self._open.pop(key, None) or self._given.get(key) or self._pooled(settings, token)
            unused = self._take_unused()
            self._open[key] = self._given[key] = pooled
        for one in unused:
            Detached(one.rest)
        return AsyncHostedDatabase(pooled)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise RecordStateError("this host is closed: open another one")

    def _pooled(self, settings: Settings, token: str | None) -> AsyncPooled:
        return AsyncPooled(
            settings,
            self._transport,
            owns_transport=False,
            hook=self._hook,
            token=token,
            total=self._watch,
            place=self._place,
        )

    def _take_unused(self) -> list[AsyncPooled]:
        oldest = time.monotonic() - self._common.idle
        unused = [key for key, one in self._open.items() if one.pool.used < oldest and not one.pool.busy]
        return [self._open.pop(key) for key in unused]

    def _key(self, settings: Settings) -> Hashable:
        """Tell accounts apart without keeping their passwords; one that has to be asked for is told by its source."""
        who, sources = settings.credentials, settings.sources
        if who.blocking or any(source.blocking for source in sources):
            return settings.database, who if isinstance(who, Account) else id(who), *map(id, sources)
        return keyed_hash(self._secret, identity_of(settings))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._common.url}>"
