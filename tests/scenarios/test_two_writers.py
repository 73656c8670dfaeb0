"""Two writers at once, cancelled writes, and records that are taken for others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import AsyncDatabase, ConflictError, Database, Model, RecordStateError, field, state
from fmorm.model.declare import Field
from fmorm.server import App, load_schema
from fmorm.transport.embedded import EmbeddedMount

SCHEMA = Path(__file__).parent / "office.toml"


@pytest.fixture
def app() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


def test_a_record_of_one_embedded_server_is_not_saved_in_another(app: App) -> None:
    with Database.embedded(app) as one, Database.embedded(SCHEMA) as other:
        ann = one.get(Person, 1)
        ann.name = "Anne"
        with pytest.raises(RecordStateError, match="record ids mean nothing elsewhere"):
            other.save(ann)
        assert other.get(Person, 1).name == "Ann Berg"


def test_a_save_on_top_does_not_hide_what_they_changed_from_the_next_one(
    db: Database, office: Office
) -> None:
    ann = db.get(Person, 1)
    office.open().update(Person, 1, {"height": Decimal("1.99")})
    ann.name = "Anne"
    with pytest.raises(ConflictError) as conflict:
        db.save(ann)
    db.save(ann, expect=state(conflict.value.current).mod_id)
    assert ann.height == Decimal("1.74"), "their value was never read into this record"
    ann.height = Decimal("1.75")
    with pytest.raises(ConflictError) as conflict:
        db.save(ann)
    assert conflict.value.theirs["height"] == Decimal("1.99")
    assert db.get(Person, 1).height == Decimal("1.99")


def test_one_record_is_written_by_one_task_at_a_time(app: App) -> None:
    async def twice() -> tuple[tuple[Any, ...], int, int]:
        async with AsyncDatabase.embedded(app) as db:
            ann = await db.get(Person, 1)
            ann.addresses.append(Address(city="Oslo"))
            new = Person(name="Dag")
            done = await asyncio.gather(
                *(db.save(ann), db.save(ann), db.create(new), db.create(new)), return_exceptions=True
            )
            again = await db.get(Person, 1)
            return done, len(again.addresses), await db.find(Person).where(Person.name == "Dag").count()

    done, rows, created = asyncio.run(_yielding(twice()))
    assert (rows, created) == (3, 1)
    refused = [one for one in done if isinstance(one, Exception)]
    assert all(isinstance(one, RecordStateError) for one in refused), refused


async def _yielding(work: Any) -> Any:
    """Let every request of the embedded server give other tasks a turn, as a socket would."""
    answer = EmbeddedMount.handle_async_request

    async def slow(mount: EmbeddedMount, request: Any) -> Any:
        await asyncio.sleep(0)
        return await answer(mount, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmbeddedMount, "handle_async_request", slow)
        return await work


def test_a_save_that_was_cancelled_after_the_commit_is_not_done_twice(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = EmbeddedMount.handle_async_request

    async def committed_but_silent(mount: EmbeddedMount, request: Any) -> Any:
        response = await answer(mount, request)
        if request.method == "PATCH":
            await asyncio.sleep(60)
        return response

    async def cancelled() -> int:
        async with AsyncDatabase.embedded(app) as db:
            ann = await db.get(Person, 1)
            ann.addresses.append(Address(city="Oslo"))
            with monkeypatch.context() as patch:
                patch.setattr(EmbeddedMount, "handle_async_request", committed_but_silent)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(db.save(ann), 0.05)
            with pytest.raises(ConflictError, match="an earlier save of unknown outcome was carried out"):
                await db.save(ann)
            return len((await db.get(Person, 1)).addresses)

    assert asyncio.run(cancelled()) == 3


def test_closing_waits_for_what_is_under_way_and_leaves_no_session(app: App) -> None:
    async def closing() -> list[Any]:
        db = AsyncDatabase.embedded(app, sessions=2)
        reads = [asyncio.ensure_future(db.get(Person, 1)) for _ in range(5)]
        await asyncio.sleep(0)
        await db.close()
        return await asyncio.gather(*reads, return_exceptions=True)

    done = asyncio.run(_yielding(closing()))
    assert all(isinstance(one, (Person, RecordStateError)) for one in done), done
    assert app.session_count == 0


def test_a_row_belongs_to_one_record(db: Database) -> None:
    ann, bo = db.get(Person, 1), db.get(Person, 2)
    row = Address(city="Oslo")
    ann.addresses.append(row)
    with pytest.raises(RecordStateError, match="appended to another record already"):
        bo.addresses.append(row)
    ann.addresses.remove(row)
    bo.addresses.append(row)
    db.save(bo)
    assert [len(db.get(Person, number).addresses) for number in (1, 2)] == [2, 2]


def test_a_record_that_is_made_while_another_is_read_is_its_own(db: Database) -> None:
    class Hooked(Model, layout="person"):
        name: Field[str] = field("Name")
        _helper: Address

        def model_post_init(self, context: Any, /) -> None:
            del context
            self._helper = Address(city="Voss")

        def helper(self) -> Address:
            return self._helper

    ann = db.get(Hooked, 1)
    assert state(ann).record_id == "1"
    assert state(ann.helper()).record_id is None


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_mod_id_of_a_form_guards_nothing_and_is_refused(db: Database, empty: str) -> None:
    ann = db.get(Person, 1)
    ann.name = "Anne"
    with pytest.raises(ValueError, match="no modification id"):
        db.save(ann, expect=empty)
    with pytest.raises(ValueError, match="no modification id"):
        db.update(Person, 1, {"name": "Anne"}, mod_id=empty)
    assert db.get(Person, 1).name == "Ann Berg"
