"""The embedded server in process: no socket, the same requests and replies."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from itertools import count
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import httpx

from fmorm.server import App, Code, Reply, Request, load_schema
from fmorm.server.http import How
from fmorm.server.mounts.mount import Exchange, Mount, Wait
from fmorm.server.mounts.waiting import finish, finish_async
from fmorm.server.schema.parts import Account as SchemaAccount
from fmorm.transport.claris_id import ClarisID
from fmorm.transport.credentials import Account, Credentials
from fmorm.transport.http import EitherMount
from fmorm.transport.settings import Settings

SchemaSource: TypeAlias = str | os.PathLike[str] | Mapping[str, object]

_addresses: WeakKeyDictionary[App, str] = WeakKeyDictionary()
_numbers = count(1)

_RESET: Final = "[Errno 104] Connection reset by peer"
_NO_REPLY: Final = "Server disconnected without sending a response."


class EmbeddedMount(EitherMount):
    """Takes httpx's requests to an `App` and its replies back, in both colours.

    Where a fault wants a drop or a delay, httpx's errors are those of a real socket.
    """

    def __init__(self, app: App, *, owned: bool) -> None:
        """Serve from `app`, which is closed with this mount when it is `owned`."""
        self._app = app
        self._owned = owned
        self._mount = Mount(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request.

        Raises:
            httpx.TransportError: The connection broke, or the reply took too long.
        """
        try:
            return self.answer(request, request.read())
        except _Begun as begun:
            held = begun
        try:
            reply = finish(held.exchange, _patience(request), held.first)
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=request) from None
        return self._response(request, reply)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request.

        Raises:
            httpx.TransportError: The connection broke, or the reply took too long.
        """
        try:
            return self.answer(request, await request.aread())
        except _Begun as begun:
            held = begun
        try:
            reply = await finish_async(held.exchange, _patience(request), held.first)
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=request) from None
        return self._response(request, reply)

    def close(self) -> None:
        """Close the app, if it is this mount's own."""
        if self._owned:
            self._app.close()

    async def aclose(self) -> None:
        """Close the app, if it is this mount's own."""
        self.close()

    def answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        """Answer one request whose body was read, where nothing has to be waited for."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers.raw
        }
        target = request.url.raw_path.decode("ascii")
        exchange = self._exchange(Request(request.method, target, headers, body))
        try:
            first = next(exchange)
        except StopIteration as end:
            reply: Reply = end.value
            return self._response(request, reply)
        raise _Begun(exchange, first)

    def _exchange(self, asked: Request) -> Exchange:
        reply = yield from self._mount.exchange(asked)
        if reply.drop and reply.drop.how == "hang" and not reply.drop.mid_body:
            yield from self._mount.silence()
        return reply

    def _response(self, request: httpx.Request, reply: Reply) -> httpx.Response:
        if reply.drop is None:
            return httpx.Response(reply.status, headers=reply.headers, content=reply.body, request=request)
        if not reply.drop.mid_body:
            raise _broken(reply.drop.how, _NO_REPLY)
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        half = _Half(reply, self._mount, _patience(request))
        return httpx.Response(reply.status, headers=headers, stream=half, request=request)


class _Begun(Exception):
    """An exchange that must wait, which each colour does in its own way."""

    def __init__(self, exchange: Exchange, first: Wait) -> None:
        super().__init__()
        self.exchange = exchange
        self.first = first


class _Half(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Half of a body, and then the end of the connection."""

    def __init__(self, reply: Reply, mount: Mount, patience: float | None) -> None:
        self._how: How = reply.drop.how if reply.drop else "close"
        self._half = reply.body[: len(reply.body) // 2]
        self._missing = f"(received {len(self._half)} bytes, expected {len(reply.body)})"
        self._mount = mount
        self._patience = patience

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        if self._how == "hang":
            try:
                finish(self._mount.silence(), self._patience)
            except TimeoutError:
                raise httpx.ReadTimeout("timed out") from None
        raise self._error()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        if self._how == "hang":
            try:
                await finish_async(self._mount.silence(), self._patience)
            except TimeoutError:
                raise httpx.ReadTimeout("timed out") from None
        raise self._error()

    def _error(self) -> httpx.TransportError:
        return _broken(
            self._how, f"peer closed connection without sending complete message body {self._missing}"
        )


def _patience(request: httpx.Request) -> float | None:
    """Give the seconds that the client waits for a reply, None for any number."""
    timeout: Mapping[str, float | None] = request.extensions.get("timeout", {})
    return timeout.get("read")


def _broken(how: How, text: str) -> httpx.TransportError:
    return httpx.ReadError(_RESET) if how == "reset" else httpx.RemoteProtocolError(text)


def embedded(
    source: SchemaSource | App,
    *,
    data: str,
    user: str | None,
    database: str | None = None,
    code: Code | None = None,
    **options: Any,
) -> tuple[Settings, EmbeddedMount]:
    """Start an embedded server, or use one that runs.

    Args:
        source: A schema file, the same as a mapping, or an `App` that somebody else closes.
        data: The SQLite file of the data, or `:memory:`; only with a schema.
        user: The account to log in with; None for the schema's first one that may write.
        database: The file to open, where the app hosts several; None for the first.
        code: Scripts and custom functions; only with a schema.
        **options: The other settings of the database.

    Returns:
        The settings, and the mount to send through.

    Raises:
        LookupError: There is no such file, or its schema has no such account, or that has no password.
    """
    app = source if isinstance(source, App) else App(load_schema(source), data=data, code=code)
    name = app.databases[0] if database is None else database
    if name not in app.schemas:
        raise LookupError(f"the embedded server has no file {name!r}: {', '.join(app.databases)}")
    credentials = _credentials(app.schemas[name].accounts.values(), user)
    settings = Settings(url=_address(app), database=name, credentials=credentials, **options)
    return settings, EmbeddedMount(app, owned=not isinstance(source, App))


def _address(app: App) -> str:
    """Give each server an address of its own: record ids of one mean nothing in another."""
    return _addresses.setdefault(app, f"http://{next(_numbers)}.embedded.invalid")


def _credentials(accounts: Collection[SchemaAccount], user: str | None) -> Credentials:
    for account in accounts:
        if account.name == user or (user is None and account.may_write and account.password is not None):
            return _of(account)
    names = ", ".join(account.name for account in accounts)
    raise LookupError(
        f"the schema has no account {user!r}"
        if user
        else f"no account of the schema may write and has a password: {names}"
    )


def _of(account: SchemaAccount) -> Credentials:
    if account.password is not None:
        return Account(account.name, account.password)
    if account.claris_id is not None:
        return ClarisID(account.claris_id)
    raise LookupError(
        f"account {account.name!r} of the schema has no password: sign in with oauth_begin, over a socket"
    )
