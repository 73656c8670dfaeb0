"""What database objects share through a store, and what they never do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest
from scenarios.office import Person
from tokens.names import FILE, PASSWORD, SECRET, USER
from tokens.watched import Watched

from fmorm import (
    Account,
    AsyncDatabase,
    AsyncHost,
    AsyncMemoryTokens,
    CredentialError,
    Credentials,
    CredentialsMissing,
    Database,
    DataSource,
    Host,
    MemoryTokens,
    RecordMissing,
    TransportError,
)
from fmorm.transport import leaving

Open = Callable[..., Database]


@pytest.fixture
def store(colour: str) -> Any:
    return AsyncMemoryTokens(SECRET) if colour == "async" else MemoryTokens(SECRET)


@pytest.fixture
def taken(store: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys under which the store was asked for tokens."""
    keys: list[str] = []
    take = store.take

    def noted(key: str) -> Any:
        keys.append(key)
        return take(key)

    monkeypatch.setattr(store, "take", noted)
    return keys


def test_one_database_after_another_uses_one_session(opened: Open, store: Any, watched: Watched) -> None:
    for number in (1, 2, 3):
        db = opened(tokens=store)
        assert db.get(Person, number).id == "ABC"[number - 1]
        db.close()
    assert (watched.log_ins, watched.open) == (1, 1)


def test_two_databases_at_work_in_turn_use_one_session(opened: Open, store: Any, watched: Watched) -> None:
    one, other = opened(tokens=store), opened(tokens=store)
    for _ in range(3):
        one.get(Person, 1)
        other.get(Person, 2)
    assert (watched.log_ins, watched.overlaps) == (1, [])
    assert len(watched.tokens_for("/records/1") | watched.tokens_for("/records/2")) == 1


def test_without_a_store_nothing_is_shared(opened: Open, watched: Watched) -> None:
    for db in (opened(), opened()):
        db.get(Person, 1)
    assert watched.log_ins == 2


def test_a_refusal_of_the_server_lends_the_session_as_well(
    opened: Open, store: Any, watched: Watched
) -> None:
    with pytest.raises(RecordMissing):
        opened(tokens=store).get(Person, 4711)
    opened(tokens=store).get(Person, 1)
    assert watched.log_ins == 1


# -- who shares with whom --------------------------------------------------------------------------------


def test_a_wrong_password_gets_no_live_token(url: str, opened: Open, store: Any, watched: Watched) -> None:
    opened(url, tokens=store).get(Person, 1)
    intruder = opened(url, tokens=store, password="wrong")
    for _ in range(2):
        with pytest.raises(CredentialError):
            intruder.get(Person, 2)
    assert watched.tokens_for("/records/2") == set()
    opened(url, tokens=store, user="reader", password="reader").get(Person, 3)
    assert watched.tokens_for("/records/1").isdisjoint(watched.tokens_for("/records/3"))


def test_other_data_sources_have_other_sessions(url: str, opened: Open, store: Any, watched: Watched) -> None:
    for account in (Account("a", "one"), Account("a", "two")):
        opened(url, tokens=store, sources=[DataSource("Other", account)]).get(Person, 1)
    opened(url, tokens=store).get(Person, 1)
    assert watched.log_ins == 3
    opened(url, tokens=store, sources=[DataSource("Other", Account("a", "two"))]).get(Person, 1)
    assert watched.log_ins == 3


def test_who_has_an_old_password_gets_no_token_that_the_new_one_has_opened(
    url: str, opened: Open, store: Any, watched: Watched
) -> None:
    given = ["old"]
    db = opened(url, tokens=store, password=lambda: given[0])
    with pytest.raises(CredentialError):  # it has asked the store by the old password
        db.get(Person, 1)
    given[0] = PASSWORD
    db.get(Person, 1)
    with pytest.raises(CredentialError):
        opened(url, tokens=store, password="old").get(Person, 2)
    opened(url, tokens=store, password=PASSWORD).get(Person, 3)
    assert watched.log_ins == 1


def test_a_password_that_cannot_be_had_is_told_and_the_store_is_not_blamed(
    url: str, opened: Open, store: Any
) -> None:
    def password() -> str:
        raise OSError("no keyring here")

    with pytest.raises(CredentialsMissing):
        opened(url, tokens=store, password=password).get(Person, 1)
    assert not store.resting


def test_a_provider_is_asked_once_for_each_log_in_and_not_for_each_verb(
    url: str, opened: Open, store: Any
) -> None:
    asked: list[None] = []

    def password() -> str:
        asked.append(None)
        return PASSWORD

    db = opened(url, tokens=store, password=password)
    for _ in range(5):
        db.get(Person, 1)
    assert len(asked) <= 3, "for the key, for the log-in, and for the key of what that has opened"


# -- what never asks the store ---------------------------------------------------------------------------


def test_an_explicit_log_in_asks_the_server(
    url: str, opened: Open, store: Any, taken: list[str], watched: Watched
) -> None:
    opened(url, tokens=store).get(Person, 1)
    taken.clear()
    opened(url, tokens=store).log_in()
    assert (taken, watched.log_ins) == ([], 2)
    with pytest.raises(CredentialError):
        opened(url, tokens=store, password="wrong").log_in()
    assert taken == []


def test_the_log_in_of_a_host_asks_the_server(
    url: str, colour: str, opened: Open, store: Any, watched: Watched, loop: asyncio.AbstractEventLoop
) -> None:
    opened(url, tokens=store).get(Person, 1)

    async def in_tasks() -> None:
        async with AsyncHost(url) as host:
            assert await host.log_in(FILE, user=USER, password=PASSWORD)

    if colour == "async":
        loop.run_until_complete(in_tasks())
    else:
        with Host(url) as host:
            assert host.log_in(FILE, user=USER, password=PASSWORD)
    assert watched.log_ins == 2


def test_a_pinned_session_is_its_users_own(
    colour: str, store: Any, taken: list[str], watched: Watched, loop: asyncio.AbstractEventLoop
) -> None:
    async def in_tasks() -> None:
        async with AsyncDatabase.embedded(watched.app, tokens=store) as db:
            await db.get(Person, 1)
            taken.clear()
            async with db.session() as session:
                await session.get(Person, 2)

    if colour == "async":
        loop.run_until_complete(in_tasks())
    else:
        with Database.embedded(watched.app, tokens=store) as db:
            db.get(Person, 1)
            taken.clear()
            with db.session() as session:
                session.get(Person, 2)
    assert (taken, watched.log_ins, watched.open) == ([], 2, 1)
    assert watched.tokens_for("/records/1").isdisjoint(watched.tokens_for("/records/2"))


# -- tokens that have died -------------------------------------------------------------------------------


def test_a_dead_token_of_the_store_is_renewed_once(opened: Open, store: Any, watched: Watched) -> None:
    opened(tokens=store).get(Person, 1)
    watched.app.expire_sessions()
    db = opened(tokens=store)
    db.create(Person(name="Dag"))
    assert watched.log_ins == 2
    assert db.find(Person).where(Person.name == "Dag").count() == 1
    opened(tokens=store).get(Person, 1)
    assert watched.log_ins == 2, "the new token is in the store"


def test_a_store_full_of_dead_tokens_drains(
    colour: str, store: Any, taken: list[str], watched: Watched, loop: asyncio.AbstractEventLoop
) -> None:
    dead = [f"{number:052x}" for number in range(6)]

    async def at_once() -> None:
        async with AsyncDatabase.embedded(watched.app, tokens=store, sessions=6) as db:
            await db.get(Person, 1)
            for token in dead:
                await store.put(taken[0], token, 60)
            await asyncio.gather(*(db.get(Person, 1) for _ in range(12)))
            assert {await store.take(taken[0]) for _ in range(7)}.isdisjoint(dead)

    def one_by_one() -> None:
        with Database.embedded(watched.app, tokens=store) as db:
            db.get(Person, 1)
            while store.take(taken[0]):
                pass
            for token in dead:
                store.put(taken[0], token, 60)
            for _ in dead:
                db.get(Person, 1)
                live = store.take(taken[0])  # somebody else needs one
                assert live not in dead
            assert store.take(taken[0]) is None

    loop.run_until_complete(at_once()) if colour == "async" else one_by_one()
    assert watched.log_ins <= 1 + len(dead)


# -- verbs that are broken off ---------------------------------------------------------------------------


def test_a_session_whose_request_was_cut_off_is_not_given_to_others(
    opened: Open, store: Any, watched: Watched
) -> None:
    db, other = opened(tokens=store, timeout=0.05), opened(tokens=store)
    person = db.get(Person, 1)
    watched.awaited, watched.long = "/records/1", 0.5
    person.name = "Anne"
    with pytest.raises(TransportError):
        db.save(person)
    other.get(Person, 3)
    assert watched.log_ins == 2, "the server is at work on the first one"
    assert watched.tokens_for("/records/1").isdisjoint(watched.tokens_for("/records/3"))
    db.close()
    assert watched.open == 1, "it was not lost: closing logs it out; the other one is in the store"


def test_an_interrupted_verb_loses_no_token(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(request: object) -> Any:
        raise KeyboardInterrupt

    store = MemoryTokens(SECRET)
    one, two = Database.embedded(watched.app, tokens=store), Database.embedded(watched.app, tokens=store)
    with one, two:
        one.get(Person, 1)
        with monkeypatch.context() as patched:
            patched.setattr(watched.app, "handle", interrupted)
            with pytest.raises(KeyboardInterrupt):
                one.get(Person, 1)
        two.get(Person, 2)
        assert watched.tokens_for("/records/1").isdisjoint(watched.tokens_for("/records/2"))
        one.get(Person, 1)
        assert watched.log_ins == 2, "the session that was interrupted is used on"
        two.get(Person, 3)
    assert (watched.log_ins, watched.open) == (2, 2), "both are in the store in the end"


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - it happens in the server
            await asyncio.sleep(0.001)


async def _cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_cancelled_verb_loses_no_token_and_shares_none_that_is_in_use(
    watched: Watched, loop: asyncio.AbstractEventLoop
) -> None:
    async def scenario() -> None:
        store = AsyncMemoryTokens(SECRET)
        one = AsyncDatabase.embedded(watched.app, tokens=store)
        two = AsyncDatabase.embedded(watched.app, tokens=store)
        async with one, two:
            watched.awaited = "/records/1"
            task = asyncio.create_task(one.get(Person, 1))
            await _until(watched.arrived.is_set)
            await _cancelled(task)
            await two.get(Person, 2)
            assert watched.overlaps == []
            assert watched.log_ins == 2
            watched.awaited = "-"
        assert watched.open == 1, "one's was logged out, two's is in the store"

    loop.run_until_complete(scenario())


class Halting(AsyncMemoryTokens):
    """A store that halts before or after it does something, until it is told to go on."""

    def __init__(self, at: str) -> None:
        super().__init__(SECRET)
        self.at = at
        self.halts = False
        self.going_on = asyncio.Event()

    async def _halt(self, where: str) -> None:
        if where == self.at:
            self.halts = True
            await self.going_on.wait()

    async def take(self, key: str) -> str | None:
        await self._halt("before take")
        token = await super().take(key)
        await self._halt("after take")
        return token

    async def put(self, key: str, token: str, seconds: float) -> bool:
        await self._halt("before put")
        done = await super().put(key, token, seconds)
        await self._halt("after put")
        return done


@pytest.mark.parametrize("at", ["before take", "after take", "before put", "after put"])
def test_a_task_cancelled_while_the_store_answers_loses_no_token(
    at: str, watched: Watched, loop: asyncio.AbstractEventLoop
) -> None:
    async def scenario() -> None:
        store = Halting("-")
        async with AsyncDatabase.embedded(watched.app, tokens=store, sessions=1) as db:
            await db.get(Person, 1)
            store.at = at
            task = asyncio.create_task(db.get(Person, 1))
            await _until(lambda: store.halts)
            await _cancelled(task)
            waiting = asyncio.create_task(db.get(Person, 2))
            await asyncio.sleep(0)
            store.at = "-"
            store.going_on.set()
            await waiting
            async with AsyncDatabase.embedded(watched.app, tokens=store) as other:
                await other.get(Person, 3)
        assert (watched.log_ins, watched.open, watched.overlaps) == (1, 1, [])

    loop.run_until_complete(scenario())


# -- stores that fail ------------------------------------------------------------------------------------


class Trouble:
    """What is wrong with a store at the moment."""

    def __init__(self) -> None:
        self.on_take: Any = None
        self.on_put: Any = None
        self.calls = 0

    def now(self, what: Any) -> Any:
        self.calls += 1
        if isinstance(what, Exception):
            raise what
        return what


class Troubled(MemoryTokens):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(SECRET)
        self.trouble = trouble

    def take(self, key: str) -> str | None:
        return self.trouble.now(self.trouble.on_take) or super().take(key)

    def put(self, key: str, token: str, seconds: float) -> bool:
        kept = super().put(key, token, seconds)
        wrong = self.trouble.now(self.trouble.on_put)
        return kept if wrong is None else wrong


class AsyncTroubled(AsyncMemoryTokens):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(SECRET)
        self.trouble = trouble

    async def take(self, key: str) -> str | None:
        return self.trouble.now(self.trouble.on_take) or await super().take(key)

    async def put(self, key: str, token: str, seconds: float) -> bool:
        kept = await super().put(key, token, seconds)
        wrong = self.trouble.now(self.trouble.on_put)
        return kept if wrong is None else wrong


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture
def troubled(colour: str, trouble: Trouble) -> Any:
    return AsyncTroubled(trouble) if colour == "async" else Troubled(trouble)


@pytest.mark.parametrize(
    "wrong",
    [OSError("it is down"), "two words", "line\nbreak", "lettér", b"bytes", 7],
    ids=repr,
)
def test_a_store_that_fails_to_give_fails_no_verb_and_is_left_alone_for_a_while(
    wrong: Any,
    opened: Open,
    troubled: Any,
    trouble: Trouble,
    watched: Watched,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trouble.on_take = wrong
    with caplog.at_level(logging.WARNING, "fmorm.session"):
        for db in (opened(tokens=troubled), opened(tokens=troubled)):
            for _ in range(3):
                assert db.get(Person, 1).id == "A"
    assert trouble.calls == 1, "whichever database has found out, all leave it alone"
    assert watched.log_ins == 2, "each keeps its own session meanwhile"
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("the token store failed with ")
    assert str(wrong) not in told
    trouble.on_take = None
    monkeypatch.setattr(troubled, "_rests_until", 0.0)
    opened(tokens=troubled).get(Person, 1)
    assert trouble.calls > 1, "it is used again after that while"


def test_a_token_that_was_perhaps_put_in_is_ended(
    opened: Open,
    troubled: Any,
    trouble: Trouble,
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
    loop: asyncio.AbstractEventLoop,
) -> None:
    trouble.on_put = OSError("it broke after the token was stored")
    opened(tokens=troubled).get(Person, 1)
    loop.run_until_complete(_until(lambda: watched.open == 0))
    trouble.on_put = None
    monkeypatch.setattr(troubled, "_rests_until", 0.0)
    opened(tokens=troubled).get(Person, 2)
    assert (watched.log_ins, watched.overlaps) == (2, [])


def test_a_token_that_finds_no_room_is_logged_out(
    opened: Open, troubled: Any, trouble: Trouble, watched: Watched, loop: asyncio.AbstractEventLoop
) -> None:
    trouble.on_put = False
    opened(tokens=troubled).get(Person, 1)
    loop.run_until_complete(_until(lambda: watched.open == 0))
    assert not troubled.resting


def test_a_store_that_is_slow_is_left_alone_for_a_while(
    opened: Open, troubled: Any, trouble: Trouble, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fmorm._sync.sharing.SLOW_SECONDS", -1)
    monkeypatch.setattr("fmorm._async.sharing.SLOW_SECONDS", -1)
    db = opened(tokens=troubled)
    for _ in range(3):
        db.get(Person, 1)
    assert (trouble.calls, watched.log_ins) == (1, 1)


# -- the memory of this process --------------------------------------------------------------------------


def test_what_stays_in_memory_is_logged_out_when_the_process_ends(
    opened: Open, store: Any, watched: Watched
) -> None:
    db = opened(tokens=store)
    db.get(Person, 1)
    watched.app.expire_sessions()
    db.get(Person, 1)
    db.close()
    assert watched.open == 1, "for the next database object"
    leaving._log_out_of_all()  # pyright: ignore[reportPrivateUsage]
    assert watched.open == 0
    log_outs = [path for _, path in watched.used if path.endswith("/sessions")]
    assert len(log_outs) == 1, "not of the one that had expired"


def test_credentials_of_a_programs_own_share_as_well(
    url: str, store: Any, opened: Open, watched: Watched
) -> None:
    class Own(Credentials):
        def headers(self) -> dict[str, str]:
            return Account(USER, PASSWORD).headers()

        def identity(self) -> list[str]:
            return ["mine", USER, PASSWORD]

    for _ in range(2):
        opened(url, tokens=store, user=None, password=None, credentials=Own()).get(Person, 1)
    assert watched.log_ins == 1
