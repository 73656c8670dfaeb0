"""Sessions: tokens that live until log-out or fifteen idle minutes, and what belongs to one log-in."""

from __future__ import annotations

import secrets
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
    """

    database: str
    accounts: Mapping[str, Account]
    last_used: float
    globals: dict[Slot, str | None] = field(default_factory=dict[Slot, str | None])
    variables: dict[str, object] = field(default_factory=dict[str, object])
    streams: Streams = field(default_factory=Streams, repr=False)

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
        self._by_token.pop(token, None)

    def close_all(self, database: str | None = None) -> None:
        """End every session, or every one of a file."""
        kept = {} if database is None else self._by_token
        self._by_token = {token: one for token, one in kept.items() if one.database != database}

    def _is_idle(self, session: Session) -> bool:
        return self._clock() - session.last_used >= self._idle_seconds

    def _drop_idle(self) -> None:
        self._by_token = {token: one for token, one in self._by_token.items() if not self._is_idle(one)}
