"""Sessions: tokens that live until log-out or fifteen idle minutes, and what belongs to one log-in."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fmorm.server.schema.parts import Account, Slot
from fmorm.server.streams import Streams

_TOKEN_BYTES = 26
"""FileMaker's tokens are 52 hexadecimal digits."""


@dataclass(slots=True)
class Session:
    """One log-in.

    Attributes:
        database: The file.
        accounts: Who it is in each file of the host that has let it in, its own among them.
        last_used: When it was last used, in seconds.
        globals: Its own values of global fields.
        variables: Its `$$` variables, by case-folded name.
        streams: The files of containers that it may fetch.
        turn: Held by the request that runs scripts.
        is_closed: Whether it has ended, while a request may still be about it.
    """

    database: str
    accounts: Mapping[str, Account]
    last_used: float
    globals: dict[Slot, str | None] = field(default_factory=dict[Slot, str | None])
    variables: dict[str, object] = field(default_factory=dict[str, object])
    streams: Streams = field(default_factory=Streams, repr=False)
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    is_closed: bool = False

    @property
    def account(self) -> Account:
        """Who it is in its own file."""
        return self.accounts[self.database]


class Sessions:
    """All live sessions by token."""

    def __init__(self, clock: Callable[[], float], idle_seconds: float) -> None:
        self._clock = clock
        self._idle_seconds = idle_seconds
        self._by_token: dict[str, Session] = {}

    def __len__(self) -> int:
        self._drop_idle()
        return len(self._by_token)

    def open(self, database: str, accounts: Mapping[str, Account]) -> str:
        """Begin a session and give its token."""
        self._drop_idle()
        token = secrets.token_hex(_TOKEN_BYTES)
        self._by_token[token] = Session(database, accounts, self._clock())
        return token

    def use(self, token: str) -> Session | None:
        """Give a live session and start its idle time anew."""
        session = self._by_token.get(token)
        if session is None:
            return None
        if self._is_idle(session):
            del self._by_token[token]
            return None
        session.last_used = self._clock()
        return session

    def that_read(self, name: str) -> Session | None:
        """Give the live session that has read the address of a file; its idle time goes on: a guess."""
        self._drop_idle()
        found = (one for one in self._by_token.values() if one.streams.number(name) is not None)
        return next(found, None)

    def close(self, token: str) -> None:
        """End one session."""
        session = self._by_token.pop(token, None)
        if session is not None:
            session.is_closed = True

    def close_all(self, database: str | None = None) -> None:
        """End every session, or every one of a file."""
        for session in self._by_token.values():
            session.is_closed |= database in {None, session.database}
        self._by_token = {token: one for token, one in self._by_token.items() if not one.is_closed}

    def _is_idle(self, session: Session) -> bool:
        is_busy = session.turn.locked()  # a session is not idle while a script runs
        return not is_busy and self._clock() - session.last_used >= self._idle_seconds

    def _drop_idle(self) -> None:
        self._by_token = {token: one for token, one in self._by_token.items() if not self._is_idle(one)}
