"""On the embedded server, which has fresh data for each test."""

from __future__ import annotations

import asyncio

import pytest
from address_book.book import count, move, phone_list
from address_book.models import Contact

from fmorm import AsyncDatabase, ConflictError, Database, NotFound, RecordLocked, state
from fmorm.server import App
from fmorm.server.faults.faults import Faults


def test_the_list_has_who_has_a_telephone(fmorm_db: Database) -> None:
    assert phone_list(fmorm_db, "Bodø") == [
        "Agnes Strand: +47 75 00 00 01",
        "Dagfinn Nygård: +47 75 00 00 04",
    ]


def test_who_moves_loses_the_number(fmorm_db: Database, fmorm_app: App) -> None:
    move(fmorm_db, "Birk Lien", "Bodø")
    assert ("Birk Lien", "Bodø", "") in [
        (row["Name"], row["City"], row["Phone"]) for row in fmorm_app.dump_rows("contact")
    ]


def test_nobody_of_that_name(fmorm_db: Database) -> None:
    with pytest.raises(NotFound):
        move(fmorm_db, "Nobody", "Bodø")


@pytest.mark.fmorm(rows={"contact": [{"Name": "Eira Dahl", "City": "Bodø", "Phone": "1"}]})
def test_rows_of_a_test_of_its_own(fmorm_db: Database) -> None:
    assert phone_list(fmorm_db, "Bodø") == ["Eira Dahl: 1"]


def test_somebody_else_was_faster(fmorm_db: Database) -> None:
    mine = fmorm_db.get(Contact, name="Birk Lien")
    move(fmorm_db, "Birk Lien", "Bodø")
    mine.city = "Oslo"
    with pytest.raises(ConflictError):
        fmorm_db.save(mine)


def test_somebody_edits_it_in_filemaker(fmorm_db: Database, fmorm_faults: Faults) -> None:
    record_id = state(fmorm_db.get(Contact, name="Birk Lien")).record_id
    with fmorm_faults.lock("contact", record_id or ""), pytest.raises(RecordLocked):
        move(fmorm_db, "Birk Lien", "Bodø")


def test_counting(fmorm_async_db: AsyncDatabase) -> None:
    assert asyncio.run(count(fmorm_async_db, "Bodø")) == 3


@pytest.mark.parametrize("time", [1, 2])
def test_the_server_of_the_whole_run_is_put_back(
    fmorm_session_server: str, fmorm_session_app: App, time: int
) -> None:
    (account,) = [one for one in fmorm_session_app.schemas["tests"].accounts.values() if one.may_write]
    with Database(fmorm_session_server, "tests", user=account.name, password=account.password) as db:
        move(db, "Agnes Strand", f"Oslo {time}")
        assert len(phone_list(db, "Bodø")) == 1
