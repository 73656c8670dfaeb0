"""The FileMaker sessions of one database: few, leased one at a time, opened when first needed."""

from __future__ import annotations

from collections import deque

from fmorm._async.primitives import Semaphore


class Session:
    """One FileMaker session. It takes one request at a time, so it is leased, never shared.

    Attributes:
        token: The Data API token; None before the first log-in and after an expiry. It has no text form.
    """

    __slots__ = ("token",)

    def __init__(self) -> None:
        self.token: str | None = None

    def __repr__(self) -> str:
        return f"<session, {'open' if self.token else 'not logged in'}>"


class SessionPool:
    """Leases sessions, the one used last first, so that those not needed can go idle."""

    def __init__(self, size: int) -> None:
        """Hold at most `size` sessions."""
        self._size = size
        self._free = Semaphore(size)
        self._idle: deque[Session] = deque()

    async def lease(self) -> Session:
        """Take a session for one conversation, waiting until one is free."""
        await self._free.acquire()
        try:
            return self._idle.pop()
        except IndexError:
            return Session()

    def give_back(self, session: Session) -> None:
        """End a lease."""
        self._idle.append(session)
        self._free.release()

    async def drain(self) -> list[str]:
        """Wait until nobody leases a session, and take the tokens of all, to log them out."""
        for _ in range(self._size):
            await self._free.acquire()
        for _ in range(self._size):
            self._free.release()
        tokens: list[str] = []
        while self._idle:
            session = self._idle.pop()
            if session.token is not None:
                tokens.append(session.token)
                session.token = None
        return tokens
