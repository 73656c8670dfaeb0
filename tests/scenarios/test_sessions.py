from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from scenarios.conftest import PASSWORD, Office
from scenarios.office import Person

from fmorm import (
    AsyncDatabase,
    ConnectionFailed,
    CredentialError,
    Database,
    DatabaseClosed,
    RecordStateError,
)

OVER_A_SOCKET = pytest.mark.parametrize("office", ["sync-socket", "async-socket"], indirect=True)
"""In process, account and database are the schema's own."""


def log_ins(office: Office) -> int:
    return sum(r.method == "POST" and r.target.endswith("/sessions") for r, _ in office.app.requests)


def test_a_session_is_opened_by_the_first_verb_used_again_and_closed(office: Office) -> None:
    db = office.open()
    assert office.app.session_count == 0
    for _ in range(3):
        db.get(Person, 1)
    assert (office.app.session_count, log_ins(office)) == (1, 1)
    db.close()
    assert office.app.session_count == 0


def test_an_expired_session_is_renewed_and_the_request_repeated(office: Office) -> None:
    db = office.open()
    ann = db.get(Person, 1)
    office.app.expire_sessions()
    ann.name = "Anne"
    db.save(ann)
    office.app.expire_sessions()
    assert db.find(Person).count() == 3
    assert db.get(Person, 1).name == "Anne"
    assert log_ins(office) == 3


def test_a_create_on_an_expired_session_makes_one_record(office: Office) -> None:
    db = office.open()
    db.get(Person, 1)
    office.app.expire_sessions()
    db.create(Person(name="Dag"))
    assert db.find(Person).where(Person.name == "Dag").count() == 1


def test_a_closed_database_says_so_and_may_be_closed_again(office: Office) -> None:
    db = office.open()
    db.get(Person, 1)
    db.close()
    db.close()
    with pytest.raises(RecordStateError, match="closed"):
        db.get(Person, 1)


def test_leaving_the_context_logs_out_also_after_an_error(office: Office) -> None:
    async def in_tasks() -> None:
        async with AsyncDatabase.embedded(office.app) as db:
            await db.get(Person, 1)
            raise KeyError("mine")

    def in_threads() -> None:
        with Database.embedded(office.app) as db:
            db.get(Person, 1)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        asyncio.run(in_tasks()) if office.colour == "async" else in_threads()
    assert office.app.session_count == 0


def test_many_callers_share_a_few_sessions(office: Office) -> None:
    async def tasks() -> list[str]:
        url = office.url or ""
        db = (
            AsyncDatabase(url, "Office & Co", user="api", password=PASSWORD, sessions=3)
            if url
            else AsyncDatabase.embedded(office.app, sessions=3)
        )
        async with db:
            people = await asyncio.gather(*(db.get(Person, 1 + number % 3) for number in range(30)))
            assert office.app.session_count <= 3
        return [person.id for person in people]

    def threads() -> list[str]:
        db = office.open(sessions=3)
        with ThreadPoolExecutor(10) as executor:
            people = list(executor.map(db.get, [Person] * 30, [1, 2, 3] * 10))
        assert office.app.session_count <= 3
        return [person.id for person in people]

    assert (asyncio.run(tasks()) if office.colour == "async" else threads()) == ["A", "B", "C"] * 10
    assert log_ins(office) <= 3


@OVER_A_SOCKET
@pytest.mark.parametrize(("user", "password"), [("api", "wrong"), ("nobody", PASSWORD)])
def test_wrong_credentials_are_told_without_the_password(office: Office, user: str, password: str) -> None:
    db = office.open(user=user, password=password)
    with pytest.raises(CredentialError, match=r"212.*log-in to 'Office & Co'") as refused:
        db.get(Person, 1)
    assert isinstance(refused.value, PermissionError)
    assert password not in f"{refused.value!r}{refused.value}{db!r}"


def test_an_unknown_account_of_the_schema_is_named(office: Office) -> None:
    with pytest.raises(LookupError, match="no account 'nobody'"):
        Database.embedded(office.app, user="nobody")


@OVER_A_SOCKET
def test_an_unknown_database_is_told(office: Office) -> None:
    db = office.open("Nowhere")
    with pytest.raises(DatabaseClosed, match=r"802.*log-in to 'Nowhere'"):
        db.get(Person, 1)
    assert office.app.session_count == 0


def test_a_refused_connection_says_that_nothing_was_sent() -> None:
    db = Database("http://127.0.0.1:1", "x", user="a", password="b")
    with db, pytest.raises(ConnectionFailed, match="Nothing was sent"):
        db.create(Person(name="Dag"))
