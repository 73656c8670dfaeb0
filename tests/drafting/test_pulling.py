"""What is asked of a server, and what is made of its refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmorm import Container, CredentialError, DatabaseClosed, Field, Model, ServerError, container, field
from fmorm._async.raw_database import AsyncRawDatabase
from fmorm._sync.raw_database import RawDatabase
from fmorm.drafting.pulling import NoMetadata, UnknownLayout, pull
from fmorm.server import App, load_schema

PEOPLE = Path(__file__).parent.parent.parent / "examples" / "people.toml"


@pytest.fixture
def app() -> Iterator[App]:
    made = App(load_schema(PEOPLE))
    yield made
    made.close()


@pytest.fixture
def db(app: App) -> Iterator[RawDatabase]:
    with RawDatabase.embedded(app) as opened:
        yield opened


def asked(app: App) -> list[str]:
    return [f"{request.method} {request.target.partition('/people/')[2]}" for request, _ in app.requests]


def test_each_layout_is_asked_about_once_on_one_session_that_is_logged_out(app: App) -> None:
    with RawDatabase.embedded(app) as db:
        pulled = pull(db, "people")
    assert list(pulled.metadata) == ["person"]
    assert pulled.records["person"]["dataInfo"]["table"] == "person"
    assert pulled.records["person"]["data"] == []
    assert [one.partition("/***")[0] for one in asked(app)] == [
        "POST sessions",
        "GET layouts",
        "GET layouts/person",
        "GET layouts/person/records?_limit=1&portal=%5B%5D",
        "DELETE sessions",
    ]
    assert app.session_count == 0


def test_rows_come_with_all_rows_of_their_portals(app: App, db: RawDatabase) -> None:
    pulled = pull(db, "people", rows=2)
    records = pulled.records["person"]["data"]
    assert len(records) == 2
    assert len(records[0]["portalData"]["person_addresses"]) == 2
    assert "_limit.person_addresses=10000" in asked(app)[-1]


def test_an_empty_table_has_no_rows() -> None:
    schema = {
        "database": {"name": "x"},
        "tables": {"T": {"fields": {"F": "text"}}},
        "layouts": {"l": {"occurrence": "T", "fields": ["F"]}},
    }
    with RawDatabase.embedded(schema) as db:
        assert pull(db, "x", rows=5).records["l"]["data"] == []


def test_a_layout_is_found_whatever_its_case(db: RawDatabase) -> None:
    assert list(pull(db, "people", ["PERSON", "person"]).metadata) == ["person"]


def test_an_unknown_layout_is_told_with_what_was_meant(db: RawDatabase) -> None:
    with pytest.raises(UnknownLayout, match=r"no layout 'persn'.*did you mean 'person'"):
        pull(db, "people", ["persn"])
    with pytest.raises(UnknownLayout, match=r"may not see it$"):
        pull(db, "people", ["zzz"])


@pytest.mark.parametrize("status", [404, 405])
def test_a_server_that_does_not_tell_about_layouts_is_told(app: App, db: RawDatabase, status: int) -> None:
    app.faults.html(status, on="layouts")
    with pytest.raises(NoMetadata, match="FileMaker Server 17"):
        pull(db, "people")


@pytest.mark.parametrize("code", [1700, 960])
def test_so_is_one_that_refuses_the_request(app: App, db: RawDatabase, code: int) -> None:
    app.faults.fail(code, on="layouts")
    with pytest.raises(NoMetadata, match="FileMaker Server 17"):
        pull(db, "people")


@pytest.mark.parametrize("code", [105, 200])
def test_a_layout_that_cannot_be_read_is_left_out_and_told(app: App, db: RawDatabase, code: int) -> None:
    app.faults.fail(code, on="metadata")
    told: list[str] = []
    assert pull(db, "people", tell=told.append).metadata == {}
    assert told[0].startswith("layout 'person' was left out: ")


def test_rows_that_cannot_be_read_are_told(app: App, db: RawDatabase) -> None:
    app.faults.fail(201, on="get-range")
    told: list[str] = []
    pulled = pull(db, "people", rows=1, tell=told.append)
    assert (list(pulled.metadata), pulled.records) == (["person"], {})
    assert told[0].startswith("layout 'person' shows no records: ")


def test_other_refusals_are_those_of_the_client(app: App, db: RawDatabase) -> None:
    app.faults.fail(212, on="log-in", times=1)
    with pytest.raises(CredentialError):
        pull(db, "people")
    app.faults.close_file()
    with pytest.raises(DatabaseClosed):
        pull(db, "people")
    app.faults.open_file()
    app.faults.fail(953, on="layouts")
    with pytest.raises(ServerError, match="953"):
        pull(db, "people")


def test_a_session_that_expires_in_between_is_renewed(app: App, db: RawDatabase) -> None:
    app.faults.fail(952, on="metadata", times=1)
    assert list(pull(db, "people").metadata) == ["person"]


def test_the_raw_verbs_are_there_in_the_other_colour(app: App) -> None:
    async def ask() -> tuple[object, object, object]:
        async with AsyncRawDatabase.embedded(app) as db:
            records = await db.raw_records("person", limit=1, portals=["person_addresses"])
            return await db.raw_layouts(), await db.raw_metadata("person"), records

    with RawDatabase.embedded(app) as db:
        records = db.raw_records("person", limit=1, portals=["person_addresses"])
        assert asyncio.run(ask()) == (db.raw_layouts(), db.raw_metadata("person"), records)


def test_the_address_of_a_file_is_not_kept() -> None:
    schema = {
        "database": {"name": "x"},
        "tables": {"T": {"fields": {"F": "text", "Photo": "container"}}},
        "layouts": {"l": {"occurrence": "T", "fields": ["F", "Photo"]}},
    }

    class Shown(Model, layout="l"):
        name: Field[str] = field("F")
        photo: Container = container("Photo")

    with RawDatabase.embedded(schema) as db:
        db.upload(db.create(Shown(name="a")), "photo", b"bytes", name="a.png")
        db.create(Shown(name="b"))
        pulled = pull(db, "x", rows=5).records["l"]["data"]
    assert [record["fieldData"]["Photo"] for record in pulled] == ["https://files.example/", ""]
