"""What is said to FileMaker: replayed here, and held with a real server by `pytest --fmorm-live`."""

from __future__ import annotations

import asyncio

import pytest
from address_book.book import count, move, phone_list
from address_book.models import Contact

from fmorm import Database
from fmorm.testing import Cassette

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

CITY = "Testby"


def test_moving(fmorm_cassette_db: Database) -> None:
    contact = fmorm_cassette_db.create(Contact(name="Test Person", city="Bergen", phone="1"))
    move(fmorm_cassette_db, "Test Person", CITY)
    assert phone_list(fmorm_cassette_db, CITY) == []
    fmorm_cassette_db.delete(fmorm_cassette_db.reload(contact))


def test_counting(fmorm_cassette: Cassette) -> None:
    async def ask() -> int:
        async with fmorm_cassette.open_async() as db:
            return await count(db, CITY)

    assert asyncio.run(ask()) == 0
