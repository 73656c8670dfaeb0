"""The embedded server in process: no socket, the same requests and replies."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from typing import TypeAlias
from weakref import WeakKeyDictionary

import httpx

from fmorm.server import App, Reply, Request, load_schema
from fmorm.transport.account import Account
from fmorm.transport.settings import Settings

SchemaSource: TypeAlias = str | os.PathLike[str] | Mapping[str, object]

_addresses: WeakKeyDictionary[App, str] = WeakKeyDictionary()
_numbers = count(1)


class EmbeddedMount(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Takes httpx's requests to an `App` and its replies back, in both colours."""

    def __init__(self, app: App, *, owned: bool) -> None:
        """Serve from `app`, which is closed with this mount when it is `owned`."""
        self._app = app
        self._owned = owned

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self.answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self.answer(request, await request.aread())

    def close(self) -> None:
        """Close the app, if it is this mount's own."""
        if self._owned:
            self._app.close()

    async def aclose(self) -> None:
        """Close the app, if it is this mount's own."""
        self.close()

    def answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        """Answer one request whose body was read."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers.raw
        }
        target = request.url.raw_path.decode("ascii")
        reply: Reply = self._app.handle(Request(request.method, target, headers, body))
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body, request=request)


def embedded(
    source: SchemaSource | App, *, data: str, user: str | None, sessions: int
) -> tuple[Settings, EmbeddedMount]:
    """Start an embedded server, or use one that runs.

    Args:
        source: A schema file, the same as a mapping, or an `App` that somebody else closes.
        data: The SQLite file of the data, or `:memory:`; only with a schema.
        user: The account to log in with; None for the schema's first one that may write.
        sessions: How many FileMaker sessions may be open at once.

    Returns:
        The settings, and the mount to send through.

    Raises:
        LookupError: The schema has no such account.
    """
    app = source if isinstance(source, App) else App(load_schema(source), data=data)
    settings = Settings(
        url=_address(app), database=app.databases[0], account=_account(app, user), sessions=sessions
    )
    return settings, EmbeddedMount(app, owned=not isinstance(source, App))


def _address(app: App) -> str:
    """Give each server an address of its own: record ids of one mean nothing in another."""
    return _addresses.setdefault(app, f"http://{next(_numbers)}.embedded.invalid")


def _account(app: App, user: str | None) -> Account:
    for account in app.schema.accounts.values():
        if account.name == user or (user is None and account.may_write):
            return Account(account.name, account.password)
    names = ", ".join(account.name for account in app.schema.accounts.values())
    raise LookupError(
        f"the schema has no account {user!r}" if user else f"no account of the schema may write: {names}"
    )
