"""Servers that are slow, hang, or close half of the connection, on real sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from faults.conftest import ON_SOCKETS, ONCE, QUICK
from faults.trickling import trickling
from faults.verbs import CREATE, EDIT, READ, UPDATE, VERBS, done, sent
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import (
    ConnectionLost,
    ConnectTimedOut,
    Database,
    FmormError,
    OutcomeTimedOut,
    OutcomeUnknown,
    ReplyTimedOut,
    Retry,
)

SHORT: Final = 0.15
"""Seconds that a reply may take where none comes."""
LONG: Final = 20.0
"""Seconds that it may take where one does."""

ERRORS: Final[dict[str, tuple[type[FmormError], type[FmormError]]]] = {
    "close": (ConnectionLost, OutcomeUnknown),
    "reset": (ConnectionLost, OutcomeUnknown),
    "half-close": (ConnectionLost, OutcomeUnknown),
    "hang": (ReplyTimedOut, OutcomeTimedOut),
}


@ON_SOCKETS
@pytest.mark.parametrize("when", ["before commit", "after commit", "mid-body"])
@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("asked", [READ, EDIT, UPDATE, CREATE])
def test_however_a_connection_ends_it_is_told_and_nothing_is_doubled(
    office: Office, how: Any, when: Any, asked: str
) -> None:
    db = office.open(retry=ONCE, timeout=SHORT if how == "hang" else LONG)
    verb = VERBS[asked]
    run = verb.prepared(db)
    office.forget()
    office.app.faults.drop(when, how=how, on=verb.on, times=1)
    with pytest.raises(FmormError) as caught:
        run()
    assert type(caught.value) is ERRORS[how][asked != READ]
    assert isinstance(caught.value, TimeoutError) == (how == "hang")
    assert sent(office.app, verb.on) == 1
    assert done(office.app, verb) in {None, int(when != "before commit")}
    assert db.get(Person, 2).name == "Bo Dahl", "the database does not go on"
    db.close()
    assert office.app.session_count == 0


@ON_SOCKETS
@pytest.mark.parametrize("how", ERRORS)
def test_a_read_is_sent_again_however_it_ended(office: Office, how: Any) -> None:
    db = office.open(retry=QUICK, timeout=SHORT if how == "hang" else LONG)
    db.get(Person, 2)
    office.app.faults.drop("mid-body", how=how, on="get-record", times=2)
    assert db.get(Person, 1).name == "Ann Berg"
    assert db.traffic.repeated == 2


# -- slow bodies -------------------------------------------------------------------------------------------


@ON_SOCKETS
@pytest.mark.parametrize("asked", [READ, EDIT, CREATE])
def test_a_body_that_comes_slowly_is_read_to_its_end(office: Office, asked: str) -> None:
    """The time-out is for each piece of the reply, not for the whole."""
    with trickling(office.app, pause=0.05) as office.url:
        db = office.open(retry=ONCE, timeout=LONG)
        VERBS[asked].prepared(db)()
        db.close()
    assert done(office.app, VERBS[asked]) in {None, 1}
    assert office.app.session_count == 0


@ON_SOCKETS
@pytest.mark.parametrize(
    ("asked", "error"), [(READ, ReplyTimedOut), (UPDATE, OutcomeTimedOut), (CREATE, OutcomeTimedOut)]
)
def test_a_body_whose_pieces_come_too_slowly_is_given_up(office: Office, asked: str, error: Any) -> None:
    with trickling(office.app, pause=LONG) as office.url:
        db = office.open(retry=ONCE, timeout=SHORT)
        with pytest.raises(TimeoutError, match="no reply came in time") as caught:
            _without_reading(db, asked)
        assert type(caught.value) is error
    assert done(office.app, VERBS[asked]) in {None, 1}


def _without_reading(db: Database, asked: str) -> None:
    match asked:
        case _ if asked == READ:
            db.get(Person, 1)
        case _ if asked == UPDATE:
            db.update(Person, 1, {"name": "Anne"})
        case _:
            db.create(Person(name="Dag"))


# -- no connection -----------------------------------------------------------------------------------------


@pytest.fixture
def full() -> Iterator[str]:
    """The address of a server that does not accept: its queue is full, so that the system answers nobody."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@ON_SOCKETS
@pytest.mark.parametrize("asked", [READ, UPDATE, CREATE])
def test_a_server_that_does_not_accept_is_given_up(office: Office, full: str, asked: str) -> None:
    office.url = full
    db = office.open(retry=ONCE, connect_timeout=SHORT, timeout=LONG)
    with pytest.raises(TimeoutError, match=r"Nothing was sent; .*connect_timeout=") as caught:
        _without_reading(db, asked)
    assert type(caught.value) is ConnectTimedOut
    assert caught.value.advice
    assert caught.value.request == "log-in to 'Office & Co'"


@ON_SOCKETS
def test_it_is_tried_again(office: Office, full: str) -> None:
    office.url = full
    db = office.open(retry=Retry(attempts=2, backoff=0), connect_timeout=SHORT)
    with pytest.raises(ConnectTimedOut):
        db.get(Person, 1)
    assert db.traffic.requests == 2
