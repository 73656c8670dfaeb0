"""What happens when the connection drops before, during and after a write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from scenarios.office import Address, Person

from fmorm import (
    AsyncDatabase,
    ConflictError,
    ConnectionLost,
    Database,
    OutcomeUnknown,
    ProtocolError,
    RecordStateError,
    state,
)
from fmorm.server import App, load_schema
from fmorm.transport.embedded import EmbeddedMount

SCHEMA = Path(__file__).parent / "office.toml"

Fault = Callable[[httpx.Request, httpx.Response], httpx.Response]


def dropped(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    raise httpx.ReadError("connection reset", request=request)


def timed_out(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    raise httpx.ReadTimeout("timed out", request=request)


def bad_gateway(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    return httpx.Response(502, headers={"content-type": "text/html"}, content=b"<html>Bad Gateway</html>")


def cut_off(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    return httpx.Response(200, headers=response.headers, content=response.content[:-5])


AFTER_COMMIT = [dropped, timed_out, bad_gateway, cut_off]


@pytest.fixture
def app() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


class Colour:
    """Runs one verb against an app whose replies to one method go wrong after the server has done its work."""

    def __init__(self, app: App, colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = app
        self.colour = colour
        self.monkeypatch = monkeypatch

    def break_replies(self, method: str, fault: Fault) -> None:
        answer = EmbeddedMount.answer

        def broken(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
            response = answer(mount, request, body)
            about_records = "/layouts/" in request.url.path
            return fault(request, response) if request.method == method and about_records else response

        self.monkeypatch.setattr(EmbeddedMount, "answer", broken)

    def lose_requests(self, method: str) -> None:
        answer = EmbeddedMount.answer

        def lost(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
            if request.method == method:
                raise httpx.ReadError("connection reset", request=request)
            return answer(mount, request, body)

        self.monkeypatch.setattr(EmbeddedMount, "answer", lost)

    def mend(self) -> None:
        self.monkeypatch.undo()

    def run(self, verb: Callable[[Any], Any]) -> Any:
        if self.colour == "sync":
            with Database.embedded(self.app) as db:
                return verb(db)

        async def in_task() -> Any:
            async with AsyncDatabase.embedded(self.app) as db:
                return await verb(db)

        return asyncio.run(in_task())


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest, app: App, monkeypatch: pytest.MonkeyPatch) -> Colour:
    return Colour(app, str(request.param), monkeypatch)


@pytest.mark.parametrize("fault", AFTER_COMMIT)
def test_a_save_whose_reply_is_lost_is_unknown_and_stays_dirty(colour: Colour, fault: Fault) -> None:
    ann: Person = colour.run(lambda db: db.get(Person, 1))
    ann.name = "Anne"
    ann.addresses.append(Address(city="Oslo"))
    colour.break_replies("PATCH", fault)
    with pytest.raises(OutcomeUnknown, match=r"record 1.*read the record before trying again"):
        colour.run(lambda db: db.save(ann))
    assert state(ann).originals == {"name": "Ann Berg"}
    colour.mend()
    with pytest.raises(ConflictError, match="306"):  # it was committed: trying again cannot double the row
        colour.run(lambda db: db.save(ann))
    now: Person = colour.run(lambda db: db.get(Person, 1))
    assert [row.city for row in now.addresses] == ["Bergen", "Trondheim", "Oslo"]


@pytest.mark.parametrize("fault", AFTER_COMMIT)
def test_a_row_is_not_created_twice_though_nothing_but_the_row_was_saved(
    colour: Colour, fault: Fault
) -> None:
    ann: Person = colour.run(lambda db: db.get(Person, 1))
    ann.addresses.append(Address(city="Oslo"))
    colour.break_replies("PATCH", fault)
    with pytest.raises(OutcomeUnknown):
        colour.run(lambda db: db.save(ann))
    colour.mend()
    with pytest.raises(ConflictError, match="an earlier save of unknown outcome was carried out"):
        colour.run(lambda db: db.save(ann))
    now: Person = colour.run(lambda db: db.get(Person, 1))
    assert [row.city for row in now.addresses] == ["Bergen", "Trondheim", "Oslo"]


def test_what_was_lost_before_the_server_saw_it_is_saved_by_trying_again(colour: Colour) -> None:
    ann: Person = colour.run(lambda db: db.get(Person, 1))
    ann.addresses.append(Address(city="Oslo"))
    ann.addresses[0].zip = "1"
    del ann.addresses[1]
    colour.lose_requests("PATCH")
    with pytest.raises(OutcomeUnknown):
        colour.run(lambda db: db.save(ann))
    colour.mend()
    colour.run(lambda db: db.save(ann))
    now: Person = colour.run(lambda db: db.get(Person, 1))
    assert [(row.city, row.zip) for row in now.addresses] == [("Bergen", "1"), ("Oslo", None)]


@pytest.mark.parametrize("fault", AFTER_COMMIT)
def test_a_create_whose_reply_is_lost_is_unknown_and_is_not_repeated(colour: Colour, fault: Fault) -> None:
    new = Person(name="Dag")
    colour.break_replies("POST", fault)
    with pytest.raises(OutcomeUnknown):
        colour.run(lambda db: db.create(new))
    colour.mend()
    with pytest.raises(RecordStateError, match="unknown outcome before"):
        colour.run(lambda db: db.create(new))
    assert colour.run(lambda db: db.find(Person).where(Person.name == "Dag").count()) == 1


@pytest.mark.parametrize("fault", AFTER_COMMIT)
def test_a_deletion_whose_reply_is_lost_is_unknown(colour: Colour, fault: Fault) -> None:
    colour.break_replies("DELETE", fault)
    with pytest.raises(OutcomeUnknown):
        colour.run(lambda db: db.delete(Person, 1))


@pytest.mark.parametrize("fault", [dropped, timed_out])
def test_a_read_whose_reply_is_lost_has_changed_nothing(colour: Colour, fault: Fault) -> None:
    colour.break_replies("GET", fault)
    with pytest.raises(ConnectionLost, match="Nothing was changed"):
        colour.run(lambda db: db.get(Person, 1))


@pytest.mark.parametrize("fault", [bad_gateway, cut_off])
def test_a_read_that_is_answered_with_something_else_says_with_what(colour: Colour, fault: Fault) -> None:
    colour.break_replies("GET", fault)
    with pytest.raises(
        ProtocolError, match=r"HTTP \d+ to read of layout 'person', record 1: not a FileMaker"
    ):
        colour.run(lambda db: db.get(Person, 1))


def test_the_session_goes_on_after_a_lost_reply(colour: Colour) -> None:
    def verb(db: Any) -> Any:
        async def asynchronous() -> str:
            with pytest.raises(ConnectionLost):
                await db.get(Person, 1)
            colour.mend()
            person: Person = await db.get(Person, 1)
            return person.name

        if colour.colour == "async":
            return asynchronous()
        with pytest.raises(ConnectionLost):
            db.get(Person, 1)
        colour.mend()
        return db.get(Person, 1).name

    colour.break_replies("GET", dropped)
    assert colour.run(verb) == "Ann Berg"
    assert colour.app.session_count == 0
