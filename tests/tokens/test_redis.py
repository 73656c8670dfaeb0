"""A Redis that is away, slow, or not what it should be: the work goes on without it."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from scenarios.office import Person
from tokens.libraries import AsyncRedis, Redis
from tokens.names import SECRET
from tokens.watched import Watched

from fmorm import AsyncRedisTokens, Database, RedisTokens

Open = Callable[..., Database]


@pytest.fixture
def store_at(colour: str, loop: Any) -> Iterator[Callable[[str], Any]]:
    """Gives a store at an address, whose client waits for a fifth of a second."""
    with ExitStack() as opened:

        def give(address: str) -> Any:
            options: dict[str, Any] = {"socket_timeout": 0.2, "retry": None}
            if colour == "async":
                client = AsyncRedis.from_url(address, **options)
                opened.callback(lambda: loop.run_until_complete(client.aclose()))
                return AsyncRedisTokens(client, SECRET)
            return RedisTokens(opened.enter_context(Redis.from_url(address, **options)), SECRET)

        yield give


@pytest.fixture(
    params=[b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$5\r\n\xff\xfe\xfd\xfc\xfb\r\n" * 9, b"+OK\r\n" * 9]
)
def impostor(request: pytest.FixtureRequest) -> Iterator[str]:
    """Something that accepts connections, and answers with silence or nonsense."""
    answer: bytes = request.param
    with closing(socket.create_server(("127.0.0.1", 0))) as listener, ExitStack() as accepted:

        def serve() -> None:
            while True:
                try:
                    connection = accepted.enter_context(listener.accept()[0])
                    connection.recv(4096)
                    if answer:
                        connection.sendall(answer)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def expect_work_without(store: Any, opened: Open, watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    began = time.monotonic()
    with caplog.at_level(logging.WARNING, "fmorm.session"):
        db, other = opened(tokens=store), opened(tokens=store)
        for number in (1, 2, 3):
            assert db.get(Person, number).id == other.get(Person, number).id
    assert time.monotonic() - began < 10, "a verb waited for the store"
    assert watched.log_ins <= 4, "one for each, and one more where what it took for a token was none"
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("the token store failed with ")


def test_a_redis_that_is_away_fails_no_verb(
    tmp_path: Path,
    store_at: Callable[[str], Any],
    opened: Open,
    watched: Watched,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expect_work_without(store_at(f"unix://{tmp_path}/nowhere"), opened, watched, caplog)


def test_a_redis_that_is_silent_or_talks_nonsense_fails_no_verb(
    impostor: str,
    store_at: Callable[[str], Any],
    opened: Open,
    watched: Watched,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expect_work_without(store_at(impostor), opened, watched, caplog)


class _Fixed:
    """A key, whoever asks."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, identity: object) -> str:
        return self.key


def test_a_key_that_holds_something_else_fails_no_verb(
    redis_url: str,
    store_at: Callable[[str], Any],
    opened: Open,
    watched: Watched,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = store_at(redis_url)
    monkeypatch.setattr(store, "key", _Fixed("fmorm:taken"))
    with Redis.from_url(redis_url) as client:
        client.set("fmorm:taken", "by somebody else")
        expect_work_without(store, opened, watched, caplog)
        assert client.get("fmorm:taken") == b"by somebody else"


def test_nonsense_among_the_tokens_fails_no_verb(
    redis_url: str,
    store_at: Callable[[str], Any],
    opened: Open,
    watched: Watched,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = store_at(redis_url)
    monkeypatch.setattr(store, "key", _Fixed("fmorm:nonsense"))
    with Redis.from_url(redis_url) as client:
        client.rpush("fmorm:nonsense", b"\xff\xfe")
    expect_work_without(store, opened, watched, caplog)
