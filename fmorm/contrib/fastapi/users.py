"""People who log in with their own FileMaker accounts.

A client holds a random key and nothing else. Account and token stay on the server, in a store under that key.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Annotated, Any, Final, Literal, Protocol

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.openapi.models import OAuth2, OAuthFlowPassword, OAuthFlows
from fastapi.security import OAuth2PasswordRequestForm
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel

from fmorm import AsyncDatabase, AsyncHost, CredentialError, FmormError
from fmorm.contrib.fastapi.opened import PerLoop

USER_SECONDS: Final = 12 * 60 * 60
"""How long a user stays logged in at most: a long working day. FileMaker ends an idle session after 15 minutes."""
_PREFIX: Final = "fmorm:user:"
CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}


class UserStore(Protocol):
    """Where log-ins are kept: a `redis.asyncio.Redis` fits.

    It holds live tokens, so protect it as you do passwords.
    """

    async def get(self, key: str, /) -> str | bytes | None:
        """Give the value of a key; None where there is none."""

    async def set(self, key: str, value: str, /, *, ex: int) -> Any:
        """Keep a value for so many seconds."""

    async def delete(self, key: str, /) -> Any:
        """Forget a key, if it is there."""


class MemoryUsers:
    """A `UserStore` in the memory of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, str]] = {}

    async def get(self, key: str, /) -> str | None:
        """Give the value of a key; None where there is none."""
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    async def set(self, key: str, value: str, /, *, ex: int) -> None:
        """Keep a value for so many seconds."""
        now = time.monotonic()
        self._kept = {one: held for one, held in self._kept.items() if held[0] > now}
        self._kept[key] = (now + ex, value)

    async def delete(self, key: str, /) -> None:
        """Forget a key, if it is there."""
        self._kept.pop(key, None)


class Token(BaseModel):
    """What a client sends as `Authorization: Bearer …`."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a word of OAuth's


class Users(SecurityBase):
    """People who log in with their own FileMaker accounts; FileMaker decides what each may see and change.

    It is a dependency that gives the database as the user sees it: `Annotated[AsyncDatabase, Depends(users)]`. Who has
    not logged in is answered with 401. `app.include_router(users.router())` adds the routes to log in and out; the
    form at `/docs` knows them.

    Args:
        host: Opens the server that people log in to: `lambda: AsyncHost("https://fm.example.com")`.
        database: The file, without extension.
        store: Where log-ins are kept; in the memory of the process where it is left out. Several processes need one
            that they share.
        seconds: How long a log-in is kept.
    """

    def __init__(
        self,
        host: Callable[[], AsyncHost],
        database: str,
        *,
        store: UserStore | None = None,
        seconds: int = USER_SECONDS,
    ) -> None:
        self._opens = host
        self._file = database
        self._store: UserStore = store or MemoryUsers()
        self._seconds = seconds
        self._host = PerLoop(self._open, "the FileMaker host")
        self._describe("token")
        self.scheme_name = "FileMaker"

    def router(self, prefix: str = "") -> APIRouter:
        """Give the routes to log in and out: `POST /token`, with a form as OAuth 2 has it, and `POST /log-out`.

        Args:
            prefix: What their paths begin with, such as `/users`.

        Returns:
            The routes, for `app.include_router`.
        """
        router = APIRouter(prefix=prefix, tags=["users"])
        router.add_api_route(
            "/token", self._token, methods=["POST"], response_model=Token, responses={401: {}}, name="log_in"
        )
        router.add_api_route("/log-out", self.log_out, methods=["POST"], status_code=204, name="log_out")
        self._describe(f"{prefix}/token".lstrip("/"))
        return router

    async def __call__(self, request: Request) -> AsyncDatabase:
        """Give the database as the user sees it.

        Raises:
            HTTPException: 401, nobody has logged in.
        """
        _, token = await self._who(request)
        return self._host.value().resume(self._file, token)

    async def account(self, request: Request) -> str:
        """Give the account of the user; a dependency.

        Raises:
            HTTPException: 401, nobody has logged in.
        """
        account, _ = await self._who(request)
        return account

    async def log_in(self, user: str, password: str) -> str:
        """Log a user in to FileMaker.

        Args:
            user: The account.
            password: Its password, which is not kept.

        Returns:
            A random key, to be sent as `Authorization: Bearer …`.

        Raises:
            CredentialError: They were not accepted.
            TransportError: The server was not reached.
        """
        host = self._host.value()
        token = await host.log_in(self._file, user=user, password=password)
        key = secrets.token_urlsafe(32)
        try:
            await self._store.set(_PREFIX + key, json.dumps([user, token]), ex=self._seconds)
        except BaseException:
            await host.log_out(self._file, token)
            raise
        return key

    async def log_out(self, request: Request) -> None:
        """Log the user of a request out, of FileMaker, too; where nobody has logged in, nothing happens.

        Args:
            request: The request.
        """
        kept = await self._kept(request)
        if kept is None:
            return
        await self._store.delete(_PREFIX + _bearer(request))
        # A server out of reach ends the session by itself, and here nobody knows its token any more.
        with suppress(FmormError):
            await self._host.value().log_out(self._file, kept[1])

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Keep the host open for the time of a block; `FMORM.lifespan` does so."""
        async with self._host.opened():
            yield

    async def _token(self, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
        """Log in with a FileMaker account."""
        try:
            return Token(access_token=await self.log_in(form.username, form.password))
        except CredentialError:
            raise HTTPException(
                401, "FileMaker does not know this name with this password.", CHALLENGE
            ) from None

    async def _who(self, request: Request) -> tuple[str, str]:
        kept = await self._kept(request)
        if kept is None:
            raise HTTPException(401, "Log in first.", CHALLENGE)
        return kept

    async def _kept(self, request: Request) -> tuple[str, str] | None:
        key = _bearer(request)
        kept = await self._store.get(_PREFIX + key) if key else None
        if not kept:
            return None
        account, token = json.loads(kept)
        return account, token

    def _open(self, closing: AsyncExitStack) -> AsyncHost:
        host = self._opens()
        closing.push_async_callback(host.close)
        return host

    def _describe(self, token_url: str) -> None:
        # An OpenAPI document tells with it where to log in.
        self.model = OAuth2(flows=OAuthFlows(password=OAuthFlowPassword(tokenUrl=token_url)))


def _bearer(request: Request) -> str:
    scheme, key = get_authorization_scheme_param(request.headers.get("Authorization"))
    return key if scheme.lower() == "bearer" else ""
