"""`db.session()`: one FileMaker session to oneself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import AsyncDatabase, BadValue, Database, FieldMissing, RecordStateError, SessionLost


class Pinned:
    """A `db.session()` in the colour of the office."""

    def __init__(self, office: Office, db: Any, *args: Any, **options: Any) -> None:
        self.office = office
        raw = db.inner if office.colour == "async" else db
        self.session = raw.session(*args, **options)

    def __enter__(self) -> Any:
        if self.office.colour == "sync":
            return self.session.__enter__()
        self.office.loop.run_until_complete(self.session.__aenter__())
        from scenarios.conftest import Blocking

        return Blocking(self.session, self.office.loop)

    def __exit__(self, *error: object) -> None:
        if self.office.colour == "sync":
            self.session.__exit__(*error)
        else:
            self.office.loop.run_until_complete(self.session.__aexit__(*error))


def hook(office: Office, notes: list[str]) -> Callable[[Any], Any]:
    async def tasks(session: Any) -> None:
        notes.append((await session.get(Person, 1)).name)

    def threads(session: Any) -> None:
        notes.append(session.get(Person, 1).name)

    return tasks if office.colour == "async" else threads


def test_it_has_the_verbs_and_is_logged_out_at_its_end(office: Office) -> None:
    db = office.open()
    with Pinned(office, db) as session:
        ann = session.get(Person, 1)
        ann.name = "Anne"
        session.save(ann)
        assert [person.name for person in session.find(Person).where(Person.name == "Anne")] == ["Anne"]
        assert office.app.session_count == 1
    assert office.app.session_count == 0


def test_it_gets_a_session_that_nobody_has_used(office: Office) -> None:
    db = office.open(sessions=1)
    db.get(Person, 1)
    with Pinned(office, db):
        assert office.app.session_count == 1
        assert sum(r.method == "DELETE" for r, _ in office.app.requests) == 1, "the old one is still open"
    assert office.app.session_count == 0
    db.get(Person, 1)


def test_other_verbs_go_on_beside_it(office: Office) -> None:
    db = office.open(sessions=2)
    with Pinned(office, db) as session:
        session.get(Person, 1)
        db.get(Person, 1)
        assert office.app.session_count == 2


def test_a_renewed_session_is_prepared_again(office: Office) -> None:
    db = office.open()
    names: list[str] = []
    with Pinned(office, db, on_new_session=hook(office, names)) as session:
        assert names == ["Ann Berg"]
        session.update(Person, 1, {"name": "Anne"})
        office.app.expire_sessions()
        assert session.get(Person, 2).name
        assert names == ["Ann Berg", "Anne"]


def test_one_that_cannot_be_made_again_is_lost_and_stays_so(office: Office) -> None:
    db = office.open()
    with Pinned(office, db, stateful=True) as session:
        session.get(Person, 1)
        office.app.expire_sessions()
        office.forget()
        for _ in range(2):
            with pytest.raises(
                SessionLost, match=r"has ended.*nothing of the request was done.*db\.session\(\)"
            ):
                session.update(Person, 1, {"name": "Anne"})
        assert len(office.sent) == 1, "a session that is lost was asked again"
    assert db.get(Person, 1).name == "Ann Berg"


def test_preparing_that_fails_is_the_error_and_leaks_nothing(office: Office) -> None:
    db = office.open(sessions=1)

    async def tasks(session: Any) -> None:
        raise KeyError("mine")

    def threads(session: Any) -> None:
        raise KeyError("mine")

    chosen = tasks if office.colour == "async" else threads
    with pytest.raises(KeyError, match="mine"), Pinned(office, db, on_new_session=chosen):
        pass
    assert office.app.session_count == 0
    assert db.get(Person, 1).name == "Ann Berg"


def test_it_is_used_within_its_block(office: Office) -> None:
    db = office.open()
    pinned = Pinned(office, db)
    with pinned as session:
        session.get(Person, 1)
        with pytest.raises(RecordStateError, match="begun already"), pinned:
            pass
    with pytest.raises(RecordStateError, match="within its with block"):
        session.get(Person, 1)


def test_globals_are_the_session_s_own_and_come_back_after_an_expiry(office: Office) -> None:
    db: Database = office.open(sessions=2)
    with Pinned(office, db, {"Person::Year": 2026}) as session:
        session.set_globals({"person::Motto": "line\nline"})
        office.app.expire_sessions()
        session.get(Person, 1)
        set_again = [office.last("PATCH")["globalFields"]]
        assert set_again == [{"Person::Year": "2026", "person::Motto": "line\rline"}]


def test_globals_that_cannot_be_set_are_told(office: Office) -> None:
    db = office.open()
    wrong = Pinned(office, db, {"Person::Nothing": 1})
    with pytest.raises(FieldMissing, match=r"setting of globals Person::Nothing"), wrong:
        pass
    with pytest.raises(ValueError, match="table::field"):
        Pinned(office, db, {"Year": 1})
    with pytest.raises(BadValue, match="Person::Year"):
        Pinned(office, db, {"Person::Year": object()})
    assert office.app.session_count == 0


async def at_once(db: AsyncDatabase) -> list[Person]:
    async with db.session() as session:
        return await asyncio.gather(*(session.get(Person, 1) for _ in range(5)))


def test_verbs_of_several_threads_on_it_come_one_after_the_other(office: Office) -> None:
    db = office.open()
    if office.colour == "async":
        people = office.loop.run_until_complete(at_once(cast("Any", db).inner))
    else:
        from concurrent.futures import ThreadPoolExecutor

        with db.session() as session, ThreadPoolExecutor(5) as executor:
            people = list(executor.map(session.get, [Person] * 5, [1] * 5))
    assert [person.name for person in people] == ["Ann Berg"] * 5
    assert office.app.session_count == 0
