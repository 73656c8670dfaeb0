"""`Host`: many accounts over the same connections, and sessions that a web session carries along."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from scenarios.conftest import PASSWORD, SCHEMA, Blocking
from scenarios.office import Person

from fmorm import AsyncHost, CredentialError, Host, PrivilegeError, RecordStateError, SessionLost
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background

FILE = "Office & Co"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[App, str]]:
    app = App(load_schema(SCHEMA))
    with Background(app) as background:
        yield app, background.url
    app.close()


@pytest.fixture
def app(served: tuple[App, str]) -> App:
    served[0].expire_sessions()
    served[0].requests.clear()
    return served[0]


Open = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def open_host(
    request: pytest.FixtureRequest, served: tuple[App, str], loop: asyncio.AbstractEventLoop, app: App
) -> Iterator[Open]:
    opened: list[Any] = []

    def make(**options: Any) -> Any:
        host: Any = (AsyncHost if request.param == "async" else Host)(served[1], **options)
        opened.append(Blocking(host, loop) if request.param == "async" else host)
        return opened[-1]

    yield make
    for host in opened:
        host.close()


@pytest.fixture
def host(open_host: Open) -> Any:
    return open_host()


def given(database: Any, loop: asyncio.AbstractEventLoop) -> Any:
    """A database of an async host is no coroutine's result, so the blocking stand-in does not wrap it."""
    return Blocking(database, loop) if "Async" in type(database).__name__ else database


@pytest.fixture
def ask(host: Any, loop: asyncio.AbstractEventLoop) -> Callable[..., Any]:
    """Give a database of the host by account or token."""

    def give(token: str | None = None, **who: str) -> Any:
        found = host.resume(FILE, token) if token else host.database(FILE, **who)
        return given(found, loop)

    return give


def test_accounts_share_the_host_and_keep_their_privileges(app: App, ask: Callable[..., Any]) -> None:
    api, reader = ask(user="api", password=PASSWORD), ask(user="reader", password="reader")
    assert api.find(Person).count() == reader.find(Person).count() == 3
    with pytest.raises(PrivilegeError):
        reader.update(Person, 1, {"name": "Anne"})
    assert app.session_count == 2


def test_the_same_account_has_the_same_sessions(app: App, ask: Callable[..., Any]) -> None:
    for _ in range(5):
        ask(user="api", password=PASSWORD).get(Person, 1)
    assert app.session_count == 1


def test_a_name_with_a_wrong_password_gets_no_session_of_the_right_one(
    app: App, ask: Callable[..., Any]
) -> None:
    ask(user="api", password=PASSWORD).get(Person, 1)
    with pytest.raises(CredentialError):
        ask(user="api", password="wrong").get(Person, 1)


def test_a_session_is_resumed_by_its_token(app: App, host: Any, ask: Callable[..., Any]) -> None:
    token = host.log_in(FILE, user="api", password=PASSWORD)
    for _ in range(3):
        assert ask(token).get(Person, 1).id == "A"
    assert (app.session_count, log_ins(app)) == (1, 1)
    host.log_out(FILE, token)
    assert app.session_count == 0
    with pytest.raises(SessionLost, match="log in anew"):
        ask(token).get(Person, 1)
    assert log_ins(app) == 1


def test_a_resumed_session_outlives_the_host_that_resumed_it(app: App, open_host: Open) -> None:
    first = open_host()
    token = first.log_in(FILE, user="api", password=PASSWORD)
    first.resume(FILE, token)
    first.close()
    assert app.session_count == 1
    second = open_host()
    second.log_out(FILE, token)
    assert app.session_count == 0


def test_an_explicit_log_in_asks_the_server_each_time(app: App, host: Any) -> None:
    tokens = {host.log_in(FILE, user="api", password=PASSWORD) for _ in range(3)}
    assert (len(tokens), log_ins(app)) == (3, 3)
    with pytest.raises(CredentialError, match=r"212.*log-in to 'Office & Co'") as refused:
        host.log_in(FILE, user="api", password="wr0ng")
    assert "wr0ng" not in f"{refused.value!r} {refused.value}"


def test_an_expired_token_is_for_its_user_to_renew(app: App, host: Any, ask: Callable[..., Any]) -> None:
    token = host.log_in(FILE, user="api", password=PASSWORD)
    app.expire_sessions()
    for _ in range(2):
        with pytest.raises(SessionLost, match="nothing of the request was done"):
            ask(token).update(Person, 1, {"name": "Anne"})
    assert app.session_count == 0


def test_two_browser_tabs_with_one_token_take_turns(app: App, host: Any, ask: Callable[..., Any]) -> None:
    token = host.log_in(FILE, user="api", password=PASSWORD)
    if isinstance(host, Blocking):
        people = host.event_loop.run_until_complete(_together(host.inner, token))
    else:
        with ThreadPoolExecutor(8) as executor:
            people = list(executor.map(ask(token).get, [Person] * 16, [1] * 16))
    assert [person.id for person in people] == ["A"] * 16
    assert app.session_count == 1


async def _together(host: AsyncHost, token: str) -> list[Person]:
    return await asyncio.gather(*(host.resume(FILE, token).get(Person, 1) for _ in range(16)))


def test_what_an_account_does_not_use_for_a_while_is_logged_out(
    app: App, open_host: Open, loop: asyncio.AbstractEventLoop
) -> None:
    host = open_host(idle=0.05)
    api = given(host.database(FILE, user="api", password=PASSWORD), loop)
    api.get(Person, 1)
    deadline = time.monotonic() + 5
    while app.session_count > 1 or log_ins(app) < 2:
        assert time.monotonic() < deadline, "nobody was logged out"
        time.sleep(0.06)
        reader = _on_loop(host, loop, lambda h: h.database(FILE, user="reader", password="reader"))
        reader.get(Person, 1)
    assert api.get(Person, 1).id == "A", "an object that is still held can be used on"


def _on_loop(host: Any, loop: asyncio.AbstractEventLoop, give: Callable[[Any], Any]) -> Any:
    if not isinstance(host, Blocking):
        return give(host)

    async def given_there() -> Any:
        return give(host.inner)

    return Blocking(loop.run_until_complete(given_there()), loop)


def test_closing_a_hosts_database_does_nothing_and_closing_the_host_closes_all(
    app: App, host: Any, ask: Callable[..., Any]
) -> None:
    api = ask(user="api", password=PASSWORD)
    api.get(Person, 1)
    api.close()
    assert api.get(Person, 1).id == "A"
    host.close()
    assert app.session_count == 0
    with pytest.raises(RecordStateError, match="closed"):
        api.get(Person, 1)
    with pytest.raises(RecordStateError, match="host is closed"):
        ask(user="api", password=PASSWORD)


def test_who_asks_for_a_password_by_the_same_function_has_the_same_sessions(
    app: App, ask: Callable[..., Any]
) -> None:
    def password() -> str:
        return PASSWORD

    for _ in range(3):
        ask(user="api", password=password).get(Person, 1)
    assert app.session_count == 1


def test_a_resumed_session_is_not_logged_out_for_a_new_one(
    app: App, host: Any, ask: Callable[..., Any]
) -> None:
    """It could not be opened again: the user would have to log in anew."""
    token = host.log_in(FILE, user="api", password=PASSWORD)
    with pytest.raises(RecordStateError, match="would be lost"):
        ask(token).log_in()
    raw = host.inner.resume(FILE, token) if isinstance(host, Blocking) else host.resume(FILE, token)
    pinned = Pinned(host, raw.session())
    with pytest.raises(RecordStateError, match="would be lost"):
        pinned.enter()
    assert ask(token).get(Person, 1).id == "A"


class Pinned:
    """Enters the `with` block of a session in either colour."""

    def __init__(self, host: Any, session: Any) -> None:
        self._host = host
        self._session = session

    def enter(self) -> None:
        if isinstance(self._host, Blocking):
            self._host.event_loop.run_until_complete(self._session.__aenter__())
        else:
            self._session.__enter__()


def test_an_account_that_was_put_away_while_somebody_holds_it_is_given_again(
    app: App, open_host: Open, loop: asyncio.AbstractEventLoop
) -> None:
    host = open_host(idle=0.01)
    held = given(_on_loop(host, loop, lambda h: h.database(FILE, user="api", password=PASSWORD)), loop)
    held.get(Person, 1)
    time.sleep(0.05)
    _on_loop(host, loop, lambda h: h.database(FILE, user="reader", password="reader"))
    again = _on_loop(host, loop, lambda h: h.database(FILE, user="api", password=PASSWORD))
    held.get(Person, 1)
    again.get(Person, 1)
    assert app.session_count == 1


def test_a_host_that_is_closed_logs_nobody_in_or_out(host: Any) -> None:
    host.close()
    with pytest.raises(RecordStateError, match="host is closed"):
        host.log_in(FILE, user="api", password=PASSWORD)
    with pytest.raises(RecordStateError, match="host is closed"):
        host.log_out(FILE, "token")


def log_ins(app: App) -> int:
    return sum(r.method == "POST" and r.target.endswith("/sessions") for r, _ in app.requests)
