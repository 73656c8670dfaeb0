"""Sessions of the pool that are shared: for each verb a token is borrowed from a store, and lent to it again."""

from __future__ import annotations

import time
from typing import Final

from fmorm._async.driver import AsyncDriver
from fmorm._async.pool import Session
from fmorm._async.primitives import Detached, Shielded, in_thread
from fmorm._async.tokens import AsyncTokenStore
from fmorm.errors import CredentialsMissing
from fmorm.transport.leaving import OpenTokens
from fmorm.transport.secret import fits_header
from fmorm.transport.settings import Settings
from fmorm.transport.sharing import identity_of

SHARED_SECONDS: Final = 14 * 60.0
"""How long a token is kept for others: a minute less than FileMaker keeps the session."""
SLOW_SECONDS: Final = 2.0
"""A store that takes longer to answer is left alone for a while: to log in takes no longer than that."""


class AsyncSharing:
    """What one database object has to do with a token store.

    A store that fails makes no verb fail: sessions are then kept as without one.
    """

    def __init__(
        self, store: AsyncTokenStore, settings: Settings, driver: AsyncDriver, tokens: OpenTokens
    ) -> None:
        """Share through `store`; what is not in it at the moment is in `tokens`, to be logged out some day."""
        self._store = store
        self._settings = settings
        self._driver = driver
        self._tokens = tokens
        self._key: str | None = None

    async def borrow(self, session: Session) -> None:
        """Open a session with a token that somebody has left, if there is one.

        A task that is cancelled meanwhile loses nothing: the token gets into the pool with the session.
        """
        if session.token is None and not self._store.resting:
            session.opening = Shielded(self._take, session)
            await session.opening.result()
            session.opening = None

    async def lend(self, session: Session) -> None:
        """Leave the token of a session to whoever needs one next, and the session without."""
        if session.token is not None and not self._store.resting:
            session.opening = Shielded(self._put, session, session.token)
            await session.opening.result()
            session.opening = None

    async def _take(self, session: Session) -> None:
        try:
            key = self._key = self._key or await self._found_out()
            began = time.monotonic()
            token = await self._store.take(key)
            self._see(began, token)
        except CredentialsMissing:
            return  # the log-in says so
        except Exception as error:  # noqa: BLE001 - whatever the store's own library raises
            self._store.rest(f"failed with {type(error).__name__}")
            return
        if token is not None:
            self._tokens.add(token)
            session.token, session.borrowed = token, (token, key)

    async def _put(self, session: Session, token: str) -> None:
        try:
            key = await self._key_of(session, token)
        except Exception:  # noqa: BLE001 - whatever a program's own credentials raise
            return  # the token stays in this process
        session.token, session.borrowed = None, None
        if await self._kept(key, token):
            self._tokens.discard(token)
        else:
            Detached(self._driver.log_out, Session(token))

    async def _kept(self, key: str, token: str) -> bool:
        """Put a token into the store, and say whether it is there for certain.

        Where that failed it may be there all the same: the token is ended then, lest two use it at once.
        """
        try:
            began = time.monotonic()
            kept = await self._store.put(key, token, SHARED_SECONDS)
            self._see(began, token)
        except Exception as error:  # noqa: BLE001 - whatever the store's own library raises
            self._store.rest(f"failed with {type(error).__name__}")
            return False
        return kept

    def _see(self, began: float, token: str | None) -> None:
        seconds = time.monotonic() - began
        if seconds > SLOW_SECONDS:
            self._store.rest(f"took {seconds:.1f} s to answer")
        if token is not None and not fits_header(token):
            raise ValueError("that is no token")

    async def _key_of(self, session: Session, token: str) -> str:
        """Give the key for a token: the one it was found under, or that of the credentials which have opened it.

        A provider of passwords may give another one than before. Who still has the old one must not get a token
        that was opened with the new one.
        """
        if session.borrowed is not None and session.borrowed[0] == token:
            return session.borrowed[1]
        self._key = await self._found_out()
        return self._key

    async def _found_out(self) -> str:
        settings = self._settings
        blocking = settings.credentials.blocking or any(source.blocking for source in settings.sources)
        parts = await in_thread(lambda: identity_of(settings)) if blocking else identity_of(settings)
        key = self._store.key(parts)
        self._store.log_out_at_exit(key, self._tokens.another())
        return key
