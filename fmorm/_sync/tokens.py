# Written by tools/unasync.py from fmorm/_async/tokens.py: edit that file, not this one.
"""Stores through which many database objects, processes and hosts use few FileMaker sessions.

A store holds tokens that nobody uses at the moment. Whoever needs a session takes one out, and puts it back when
done: so no token is ever used by two at once. One that is not put back, since its process died, ends by itself
after FileMaker's 15 minutes.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Final, Never

from fmorm.transport.leaving import OpenTokens, tell_of_forks
from fmorm.transport.sharing import keyed_hash

logger = logging.getLogger("fmorm.session")

LEAST_SECRET: Final = 16
"""Bytes that the key of the hash must have: it stands between a reader of the store and the passwords."""
REST_SECONDS: Final = 30
"""How long a store that has failed is left alone: sessions are kept as without one meanwhile."""
CLAIM_SECONDS: Final = 60
"""How long a claim on an entry of a cache is remembered."""
TAKE_SECONDS: Final = 10.0
"""How long taking an entry out may last: less than a third of `CLAIM_SECONDS`, so that whoever has read the entry
before it was deleted finds the claim on it still there."""
_NOT_ATOMIC: Final = {"FileBasedCache", "DummyCache"}
"""Caches of Django whose `add` says yes to two at once."""


class TokenStore(ABC):
    """Where tokens that are not in use wait for the next who needs one. A program may write a kind of its own.

    Its methods may raise what they like, and should not take long: a store that has failed, or took seconds, is left
    alone for half a minute, and sessions are kept as without one.

    Args:
        secret: The key of the hash by which accounts are told apart; the same in all processes that share, and
            known to nobody else. At least 16 bytes, such as `secrets.token_bytes(32)`.

    Raises:
        ValueError: The secret is too short.
    """

    _rests_until = 0.0

    def __init__(self, secret: str | bytes) -> None:
        self._secret = secret.encode() if isinstance(secret, str) else secret
        if len(self._secret) < LEAST_SECRET:
            raise ValueError(f"secret= has {len(self._secret)} bytes; give at least {LEAST_SECRET}")

    def key(self, identity: Sequence[str]) -> str:
        """Give the key under which tokens of an identity are kept: host, file, data sources and all credentials.

        A name with a wrong password has another key, so it never gets a token that the right one has opened.
        """
        return "fmorm:" + keyed_hash(self._secret, identity)

    @abstractmethod
    def take(self, key: str) -> str | None:
        """Take a token out, so that nobody else gets it; None where there is none."""

    @abstractmethod
    def put(self, key: str, token: str, seconds: float) -> bool:
        """Put a token in, for so many seconds at most.

        Returns:
            Whether there was room for it; a token without is logged out.
        """

    def log_out_at_exit(self, key: str, tokens: OpenTokens) -> None:  # noqa: B027 - most have no use for it
        """Be told what logs out of tokens when the process ends; only for a store whose tokens end with it."""

    @property
    def resting(self) -> bool:
        """Whether it has failed a moment ago and is left alone."""
        return time.monotonic() < self._rests_until

    def rest(self, why: str) -> None:
        """Leave it alone for a while, whichever database object has found out."""
        self._rests_until = time.monotonic() + REST_SECONDS
        logger.warning("the token store %s: doing without it for %d s", why, REST_SECONDS)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> Never:
        raise TypeError(f"a {type(self).__name__} is not pickled or copied: its secret would be in the file")


class MemoryTokens(TokenStore):
    """Tokens shared among the database objects of one process. They are logged out when the process ends.

    Args:
        secret: See `TokenStore`; one that nobody knows where it is left out.
    """

    def __init__(self, secret: str | bytes | None = None) -> None:
        super().__init__(os.urandom(32) if secret is None else secret)
        self._free: dict[str, list[tuple[float, str]]] = {}
        self._leaving: dict[str, OpenTokens] = {}
        self._lock = threading.Lock()  # in both colours: there may be several event loops
        tell_of_forks(self)

    def take(self, key: str) -> str | None:
        """Take the token that was put in last."""
        with self._lock:
            free, leaving = self._free.get(key), self._leaving.get(key)
            if not free:
                return None
            until, token = free.pop()
            if leaving is not None:
                leaving.discard(token)
            if until > time.monotonic():
                return token
            free.clear()  # those put in before it are older still
            if leaving is not None:
                leaving.forget()
            return None

    def put(self, key: str, token: str, seconds: float) -> bool:
        """Put a token in."""
        with self._lock:
            self._free.setdefault(key, []).append((time.monotonic() + seconds, token))
            if key in self._leaving:
                self._leaving[key].add(token)
            return True

    def log_out_at_exit(self, key: str, tokens: OpenTokens) -> None:
        """Note what logs out of the tokens of a key that are here when the process ends."""
        with self._lock:
            self._leaving.setdefault(key, tokens)

    def after_fork(self) -> None:
        """Leave the tokens to the parent process, which has them, too."""
        self._free.clear()
        self._lock = threading.Lock()


class RedisTokens(TokenStore):
    """Tokens shared through Redis, by processes on any host.

    The store holds live tokens: protect it as you do passwords.

    Args:
        client: A client of the library redis (`fmorm[redis]`), which waits for a second at most and does not try again:
            `redis.Redis.from_url(url, socket_timeout=1, retry=None)`.
        secret: See `TokenStore`.

    Raises:
        ValueError: The client waits for ever or tries again, or the secret is too short.
    """

    def __init__(self, client: Any, secret: str | bytes) -> None:
        super().__init__(secret)
        _expect_patience(client)
        self._client = client

    def take(self, key: str) -> str | None:
        """Take the token that was put in last; Redis gives it to one only."""
        token: str | bytes | None = self._client.rpop(key)
        return token.decode() if isinstance(token, bytes) else token

    def put(self, key: str, token: str, seconds: float) -> bool:
        """Put a token in. Redis forgets all of a key when none was put in for so many seconds."""
        with self._client.pipeline(transaction=True) as pipeline:
            pipeline.rpush(key, token)
            pipeline.expire(key, int(seconds))
            pipeline.execute()
        return True


def _expect_patience(client: Any) -> None:
    """Refuse a client that would hold up every verb when Redis is away, or put a token in twice by trying again."""
    if not hasattr(client, "get_connection_kwargs"):
        return  # a stand-in of some test suite
    options: dict[str, Any] = client.get_connection_kwargs()
    again = options.get("retry", "by default") or options.get("retry_on_timeout")
    again = again or options.get("retry_on_error")
    if again or options.get("socket_timeout") is None:
        raise ValueError(
            "the Redis client must neither wait for long nor try again: make it with socket_timeout=1, retry=None"
        )


class CacheTokens(TokenStore):
    """Tokens shared through a cache with the interface of Django's: `add`, `get`, `delete`.

    It must be one whose `add` is atomic, as those on Memcached, Redis and a database are; and one that all the
    processes share, as the one in local memory is not. Each use leaves a small entry there for a minute.

    Args:
        cache: The cache, such as `django.core.cache.cache`.
        secret: See `TokenStore`; Django's `SECRET_KEY` will do.
        slots: How many tokens an account leaves there at most; more than that are logged out.

    Raises:
        ValueError: The cache would give a token to two at once or to nobody, or the secret is too short.
    """

    def __init__(self, cache: Any, secret: str | bytes, *, slots: int = 16) -> None:
        super().__init__(secret)
        _expect_atomic(cache)
        self._cache = cache
        self._slots = slots

    def take(self, key: str) -> str | None:
        """Take a token; who first adds the claim on an entry has it."""
        for slot in self._slot_keys(key):
            began = time.monotonic()
            entry: Any = self._cache.get(slot)
            if entry is None:
                continue
            claim, token = entry
            if not self._cache.add(f"{slot}:{claim}", 1, CLAIM_SECONDS):
                continue
            self._cache.delete(slot)
            if time.monotonic() - began < TAKE_SECONDS:
                return str(token)
        return None

    def put(self, key: str, token: str, seconds: float) -> bool:
        """Put a token into the first slot that is empty."""
        entry = (os.urandom(8).hex(), token)
        for slot in self._slot_keys(key):
            added: bool = self._cache.add(slot, entry, seconds)
            if added:
                return True
        return False

    def _slot_keys(self, key: str) -> list[str]:
        return [f"{key}:{number}" for number in range(self._slots)]


def _expect_atomic(cache: Any) -> None:
    backend: object = getattr(cache.add, "__self__", cache)  # Django's `cache` stands for another object
    bad = _NOT_ATOMIC & {cls.__name__ for cls in type(backend).__mro__}
    if bad:
        raise ValueError(f"a {bad.pop()} cannot share tokens: use a cache on Redis, Memcached or a database")
