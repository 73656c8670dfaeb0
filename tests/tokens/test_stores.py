"""Every store, by itself: what is put in is given out, and to one only."""

from __future__ import annotations

import asyncio
import pickle
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from scenarios.conftest import Blocking
from tokens.libraries import NoBackoff, Redis, Retry, django_cache
from tokens.names import SECRET

from fmorm import (
    AsyncCacheTokens,
    AsyncMemoryTokens,
    AsyncRedisTokens,
    CacheTokens,
    MemoryTokens,
    RedisTokens,
    TokenStore,
)

KINDS = ["memory", "redis", "redis, decoded", "cache in memory", "cache on redis"]
AGAIN: Any = Retry(NoBackoff(), 1)
WHO = ["https://fm.example.com", "people", "account", "api", "s3cret-passw0rd"]
LocMemCache = django_cache("locmem.LocMemCache")
ROOM = {"OPTIONS": {"MAX_ENTRIES": 100_000}}


@pytest.fixture
def stores(request: pytest.FixtureRequest) -> Callable[[str, str], Any]:
    """Gives an empty store of a kind and a colour."""

    def store(kind: str, colour: str) -> Any:
        is_async = colour == "async"
        if kind == "memory":
            return AsyncMemoryTokens(SECRET) if is_async else MemoryTokens(SECRET)
        if kind.startswith("redis"):
            client = request.getfixturevalue("clients")(colour, decode_responses="decoded" in kind)
            return AsyncRedisTokens(client, SECRET) if is_async else RedisTokens(client, SECRET)
        if kind == "cache on redis":
            cache: Any = django_cache("redis.RedisCache")(request.getfixturevalue("redis_url"), {})
        else:
            cache = LocMemCache(request.node.name, ROOM)
        return AsyncCacheTokens(cache, SECRET) if is_async else CacheTokens(cache, SECRET)

    return store


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(
    kind: str, colour: str, stores: Callable[[str, str], Any], loop: asyncio.AbstractEventLoop
) -> TokenStore:
    made = stores(kind, colour)
    return Blocking(made, loop) if colour == "async" else made  # type: ignore[return-value]


def test_a_token_is_given_out_once(store: TokenStore) -> None:
    assert store.take("fmorm:k") is None
    assert store.put("fmorm:k", "abc", 60) is True
    assert store.take("fmorm:other") is None
    assert store.take("fmorm:k") == "abc"
    assert store.take("fmorm:k") is None


def test_each_of_several_tokens_is_given_out_and_may_come_back(store: TokenStore) -> None:
    tokens = {f"token{number}" for number in range(5)}
    for _ in range(3):
        for token in tokens:
            assert store.put("fmorm:k", token, 60)
        assert {store.take("fmorm:k") for _ in tokens} == tokens
        assert store.take("fmorm:k") is None


def test_a_token_that_waited_for_too_long_is_not_given_out(stores: Callable[[str, str], TokenStore]) -> None:
    every = [stores(kind, "sync") for kind in KINDS]
    for number, store in enumerate(every):
        store.put(f"fmorm:{number}", "old", 1)
    time.sleep(1.1)
    assert [store.take(f"fmorm:{number}") for number, store in enumerate(every)] == [None] * len(KINDS)


class Uses:
    """Notes which tokens are in use, and complains when one is already."""

    def __init__(self) -> None:
        self._now: set[str] = set()
        self._lock = threading.Lock()
        self.count = 0

    def begin(self, token: str) -> None:
        with self._lock:
            assert token not in self._now, f"{token} was given to two at once"
            self._now.add(token)
            self.count += 1

    def end(self, token: str) -> None:
        with self._lock:
            self._now.remove(token)


def test_threads_never_get_the_same_token(kind: str, stores: Callable[[str, str], TokenStore]) -> None:
    store, uses = stores(kind, "sync"), Uses()
    for number in range(3):
        store.put("fmorm:k", f"token{number}", 600)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            token = store.take("fmorm:k")
            if token is None:
                continue
            uses.begin(token)
            time.sleep(chance.random() / 1000)
            uses.end(token)
            assert store.put("fmorm:k", token, 600)

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(work, range(8)))
    assert uses.count > 50, "the threads did not meet"
    assert len({store.take("fmorm:k") for _ in range(3)} - {None}) == 3, "a token was lost"


def test_tasks_never_get_the_same_token(
    kind: str, stores: Callable[[str, str], Any], loop: asyncio.AbstractEventLoop
) -> None:
    store, uses = stores(kind, "async"), Uses()

    async def work() -> None:
        for _ in range(20):
            token = await store.take("fmorm:k")
            if token is None:
                await asyncio.sleep(0)
                continue
            uses.begin(token)
            await asyncio.sleep(0)
            uses.end(token)
            assert await store.put("fmorm:k", token, 600)

    async def all_of_them() -> set[str | None]:
        for number in range(3):
            await store.put("fmorm:k", f"token{number}", 600)
        await asyncio.gather(*(work() for _ in range(8)))
        return {await store.take("fmorm:k") for _ in range(3)}

    left = loop.run_until_complete(all_of_them())
    assert uses.count > 20, "the tasks did not meet"
    assert len(left - {None}) == 3, "a token was lost"


class Halting:
    """A cache of which the next reader halts after it has read, while something else is done."""

    def __init__(self) -> None:
        self.cache = LocMemCache("halting", {})
        self.add, self.delete = self.cache.add, self.cache.delete
        self.meanwhile: list[Callable[[], object]] = []

    def get(self, key: str) -> object:
        entry = self.cache.get(key)
        meanwhile, self.meanwhile = self.meanwhile, []
        for one in meanwhile:
            one()
        return entry


def test_who_reads_an_entry_and_is_slow_does_not_get_what_another_has_taken() -> None:
    cache = Halting()
    store = CacheTokens(cache, SECRET, slots=1)
    taken: list[str | None] = []
    take: Callable[[], object] = lambda: taken.append(store.take("k"))  # noqa: E731 - it is said twice
    store.put("k", "abc", 60)

    cache.meanwhile = [take]
    assert store.take("k") is None
    assert taken == ["abc"]

    store.put("k", "abc", 60)
    cache.meanwhile = [take, lambda: store.put("k", "abc", 60)]
    assert store.take("k") is None, "the entry that was read is gone; the new one is for the next"
    assert store.take("k") == "abc"


def test_who_takes_longer_than_a_claim_is_remembered_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds, taken in ((9, "abc"), (11, None)):
        store = CacheTokens(LocMemCache(f"late by {seconds}", {}), SECRET, slots=1)
        store.put("k", "abc", 600)
        clock = SimpleNamespace(monotonic=iter([0.0, seconds]).__next__)
        monkeypatch.setattr("fmorm._sync.tokens.time", clock)
        assert store.take("k") == taken


def test_a_cache_has_room_for_so_many_tokens() -> None:
    store = CacheTokens(LocMemCache("small", {}), SECRET, slots=2)
    assert [store.put("k", token, 60) for token in "abc"] == [True, True, False]


def test_a_cache_that_gives_a_token_to_two_or_to_nobody_is_refused(tmp_path: Any) -> None:
    for cache in (
        django_cache("filebased.FileBasedCache")(str(tmp_path), {}),
        django_cache("dummy.DummyCache")("", {}),
    ):
        with pytest.raises(ValueError, match=f"{type(cache).__name__} cannot share"):
            CacheTokens(cache, SECRET)


# -- secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", "fifteen letters", b"\x00" * 15])
def test_a_short_secret_is_refused(secret: str | bytes) -> None:
    with pytest.raises(ValueError, match=f"{len(secret)} bytes; give at least 16"):
        MemoryTokens(secret)


def test_the_key_tells_nothing_and_depends_on_every_part_and_on_the_secret() -> None:
    key = MemoryTokens(SECRET).key(WHO)
    assert not any(part in key for part in WHO)
    changed = [[*WHO[:n], WHO[n] + "x", *WHO[n + 1 :]] for n in range(len(WHO))]
    shifted = [[*WHO[:3], "ap", "is3cret-passw0rd"], [*WHO, "other file"], WHO[:-1]]
    keys = {MemoryTokens(SECRET).key(parts) for parts in (*changed, *shifted)}
    keys |= {MemoryTokens(SECRET + "x").key(WHO), key}
    assert len(keys) == len(changed) + len(shifted) + 2
    assert AsyncMemoryTokens(SECRET.encode()).key(WHO) == key, "processes of both colours share"


def test_the_secret_has_no_text_form() -> None:
    store = MemoryTokens(SECRET)
    assert SECRET not in f"{store!r}{store}"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(store)


# -- clients of Redis ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"socket_timeout": 1, "retry": AGAIN}, {"socket_timeout": None, "retry": None}],
    ids=["as it is", "tries again", "waits for ever"],
)
@pytest.mark.parametrize(
    "make", [Redis, partial(Redis.from_url, "redis://localhost")], ids=["by host", "by address"]
)
def test_a_client_that_would_hold_up_every_verb_is_refused(
    make: Callable[..., Any], options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="socket_timeout=1, retry=None"):
        RedisTokens(make(**options), SECRET)
