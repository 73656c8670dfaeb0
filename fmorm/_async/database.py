"""A database: how it is opened, and what concerns all of its sessions. The verbs are in `verbs`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from fmorm._async.runs import AsyncPooled
from fmorm._async.session import AsyncSession, AsyncSessionVerbs
from fmorm._async.tokens import AsyncTokenStore
from fmorm._async.verbs import AsyncVerbs
from fmorm.mapper.dateforms import DateForms
from fmorm.mapper.home import Home
from fmorm.transport import settings as connecting
from fmorm.transport.credentials import Credentials, DataSource
from fmorm.transport.given import credentials_given
from fmorm.transport.http import AsyncHttpTransport, EitherMount
from fmorm.transport.secret import Secret
from fmorm.transport.settings import (
    CONNECT_TIMEOUT,
    IDLE,
    RETRY,
    SESSIONS,
    TIMEOUT,
    VERSION,
    WAIT,
    Settings,
)
from fmorm.transport.trust import Verify
from fmorm.transport.watch import Hook, Traffic, expect_hook

if TYPE_CHECKING:
    from fmorm.protocol.retry import Retry
    from fmorm.server import App, Code
    from fmorm.transport.embedded import SchemaSource


class AsyncDatabase(AsyncVerbs):
    """One FileMaker database on one server, through the Data API.

    Use it as a context manager, or `close` it: that logs out, and an open session counts against the server's
    capacity. It connects with the first verb. What nobody closes is logged out when the interpreter exits.

    Args:
        url: The server's address, such as `https://fm.example.com`.
        database: The file, without extension.
        user: The account; its privilege set needs the extended privilege *fmrest*.
        password: Its password, or a function that gives it, which is called for each log-in.
        credentials: Other credentials in place of user and password: `OAuth`, `ClarisID`.
        sources: Other files that the database takes data from, and who opens them.
        version: The Data API's version segment: `v1`, `v2` or `vLatest`.
        timeout: Seconds to wait for the next piece of a reply.
        connect_timeout: Seconds to wait for a connection.
        verify: Whether the server's certificate is checked, or the TLS context or file of authorities to check it
            with.
        proxy: The address of a proxy; that of the environment where it is left out.
        sessions: How many FileMaker sessions may be open at once.
        wait: Seconds to wait for one of them to become free.
        idle: Seconds after which a session is logged out that the others have left without work.
        retry: How often and how long a request is sent again, where nothing can happen twice.
        debug: Whether each request is printed to the standard error stream, as a command for curl without secrets.
        iso_dates: Whether finds of several pages ask for ISO dates, which are read sooner. Left out, the server is
            asked whether it knows them, and the layout whether the model holds all its dates as dates.
        on_request: Called after each request with a `RequestEvent`, in the thread or task that has sent it.
        tokens: A store through which sessions are shared with other processes.

    Raises:
        ValueError: An argument cannot be meant so.
        TypeError: Neither an account nor credentials were given, or both.
    """

    def __init__(
        self,
        url: str,
        database: str,
        *,
        user: str | None = None,
        password: Secret | None = None,
        credentials: Credentials | None = None,
        sources: Sequence[DataSource] = (),
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
        tokens: AsyncTokenStore | None = None,
    ) -> None:
        expect_hook(on_request)
        settings = Settings(
            url=url,
            database=database,
            credentials=credentials_given(user, password, credentials),
            sources=tuple(sources),
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
        self._open(AsyncPooled(settings, AsyncHttpTransport(settings), hook=on_request, store=tokens))

    def _open(self, pooled: AsyncPooled) -> None:
        self._pooled = self._runs = pooled
        self._home = Home(pooled.settings.url, pooled.settings.place, DateForms(pooled.settings.iso_dates))

    @classmethod
    def _from(
        cls,
        settings: Settings,
        mount: EitherMount | None = None,
        *,
        on_request: Hook | None = None,
        tokens: AsyncTokenStore | None = None,
    ) -> Self:
        self = cls.__new__(cls)
        transport = AsyncHttpTransport(settings, mount)
        self._open(AsyncPooled(settings, transport, hook=on_request, store=tokens))
        return self

    @classmethod
    def from_url(
        cls, url: str, *, on_request: Hook | None = None, tokens: AsyncTokenStore | None = None
    ) -> Self:
        """Open a database by one URL.

        Args:
            url: `https://user:password@host/database`, optionally with options, such as `?timeout=30&sessions=8`.
            on_request: Called after each request with a `RequestEvent`.
            tokens: A store through which sessions are shared with other processes.

        Returns:
            The database.

        Raises:
            ValueError: Something is missing or unknown; the message shows no password.
        """
        return cls._from(connecting.from_url(url), on_request=on_request, tokens=tokens)

    @classmethod
    def from_env(cls, *, on_request: Hook | None = None, tokens: AsyncTokenStore | None = None) -> Self:
        """Open the database that the environment names.

        It reads `FMORM_URL`, which may hold everything, and a variable for each setting: `FMORM_DATABASE`,
        `FMORM_USER`, `FMORM_PASSWORD` and so on.

        Args:
            on_request: Called after each request with a `RequestEvent`.
            tokens: A store through which sessions are shared with other processes.

        Returns:
            The database.

        Raises:
            LookupError: A variable is missing.
            ValueError: A variable cannot be meant so.
        """
        return cls._from(connecting.from_env(), on_request=on_request, tokens=tokens)

    @classmethod
    def embedded(
        cls,
        schema: SchemaSource | App,
        *,
        data: str = ":memory:",
        user: str | None = None,
        database: str | None = None,
        code: Code | None = None,
        sessions: int = SESSIONS,
        wait: float = WAIT,
        idle: float = IDLE,
        timeout: float = TIMEOUT,
        retry: Retry = RETRY,
        debug: bool = False,
        iso_dates: bool | None = None,
        on_request: Hook | None = None,
        tokens: AsyncTokenStore | None = None,
    ) -> Self:
        """Open a database of the embedded server, in this process and without a socket.

        Args:
            schema: A schema file, the same as a mapping, or an `App` that is running already.
            data: The SQLite file that keeps the data; `:memory:` forgets it at the end.
            user: The account to use; the schema's first one that may write where it is left out.
            database: The file to open, where the app hosts several; the first where it is left out.
            code: Scripts and custom functions of the file; an `App` has its own.
            sessions: How many FileMaker sessions may be open at once.
            wait: Seconds to wait for one of them to become free.
            idle: Seconds after which a session is logged out that the others have left without work.
            timeout: Seconds to wait for a reply, which matters where the server is told to be slow.
            retry: How often and how long a request is sent again, where nothing can happen twice.
            debug: Whether each request is printed to the standard error stream.
            iso_dates: Whether finds of several pages ask for ISO dates; found out where it is left out.
            on_request: Called after each request with a `RequestEvent`.
            tokens: A store through which sessions are shared with other database objects.

        Returns:
            The database.

        Raises:
            SchemaError: The schema is wrong; the message says where.
            LookupError: There is no such file, or its schema has no such account.
        """
        from fmorm.transport.embedded import embedded

        expect_hook(on_request)
        settings, mount = embedded(
            schema,
            data=data,
            user=user,
            database=database,
            code=code,
            sessions=sessions,
            wait=wait,
            idle=idle,
            timeout=timeout,
            retry=retry,
            debug=debug,
            iso_dates=iso_dates,
        )
        return cls._from(settings, mount, on_request=on_request, tokens=tokens)

    def session(
        self,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - FileMaker's word
        *,
        on_new_session: Callable[[AsyncSessionVerbs], Awaitable[object]] | None = None,
        stateful: bool = False,
    ) -> AsyncSession:
        """Pin one FileMaker session for the time of a `with` block: it has the verbs of the database.

        What belongs to a session stays in it: global fields, and the `$$` variables and found set of scripts. It is
        logged out at the end of the block, so nothing of it reaches the next user. It takes one of the database's
        sessions; other verbs use the others meanwhile.

        Args:
            globals: Values of global fields by qualified name, as in `{"Prefs::Year": 2026}`. They are set when the
                session is opened, and again when it was renewed.
            on_new_session: Called with the session's verbs after each log-in, the first included, to set up what
                else the session needs.
            stateful: Whether the session comes to hold what neither of the two can make again. Then it is not
                renewed when it has expired: SessionLost is raised.

        Returns:
            The session, to be used in a `with` statement.

        Raises:
            ValueError: The name of a global field is not qualified.
            BadValue: FileMaker has no form for a value.
            RecordStateError: At the beginning of the block: there are no credentials to open a session with.
        """
        return AsyncSession(self._home, self._pooled, globals or {}, on_new_session, stateful=stateful)

    async def log_in(self) -> None:
        """Log in now rather than with the first verb: to find out whether server, file and credentials are right.

        It always asks the server, never a token store.

        Raises:
            CredentialError: The credentials were not accepted.
            DatabaseClosed: There is no such file, or the account may not use the Data API.
            CapacityError: The host has no room for another session.
            TransportError: The server was not reached.
            RecordStateError: There are no credentials to do so: the database was resumed by a token.
        """
        await self._pooled.log_in()

    @property
    def traffic(self) -> Traffic:
        """How many requests and bytes went over the wire so far: the licence's yearly allowance counts bytes."""
        return self._pooled.watch.traffic

    async def close(self) -> None:
        """Log out and close the connections; a second call does nothing, nor does one on a host's database."""
        await self._pooled.leave()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._home.place.database!r} on {self._home.host}>"
