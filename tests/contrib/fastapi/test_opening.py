"""Databases that are open while an application runs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest
from contrib.fastapi.address_book import Contact, contacts
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fmorm import AsyncDatabase
from fmorm.contrib.fastapi import FMORM
from fmorm.server import App


def test_the_database_is_open_while_the_application_runs_and_logged_out_at_the_end(host: App) -> None:
    opened: list[AsyncDatabase] = []

    def opens() -> AsyncDatabase:
        opened.append(AsyncDatabase.embedded(host))
        return opened[-1]

    fm = FMORM(opens)
    app = FastAPI(lifespan=fm.lifespan)
    app.include_router(contacts(fm.db))
    for _ in range(2):
        with TestClient(app) as client:
            assert client.get("/contacts/C-3").json()["name"] == "Cecilie Lien"
            assert client.get("/contacts/C-4").json()["name"] == "Dagfinn Nygård"
            assert host.session_count == 1
        assert host.session_count == 0
    assert len(opened) == 2  # one for each run


def test_a_lifespan_of_ones_own_enters_it_and_several_applications_share_it(host: App) -> None:
    fm = FMORM(lambda: AsyncDatabase.embedded(host))
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, Any]]:
        async with fm.lifespan(app), fm.lifespan(app):
            log.append("open")
            yield {"mine": 1}
            assert await fm.database().find(Contact).exists()
        log.append("closed")

    app, inner = FastAPI(lifespan=lifespan), FastAPI()
    inner.include_router(contacts(fm.db))
    app.mount("/v1", inner)
    with TestClient(app) as client:
        assert client.get("/v1/contacts/C-3").status_code == 200
    assert log == ["open", "closed"]
    assert host.session_count == 0


def test_without_the_lifespan_it_is_said_what_to_do() -> None:
    fm = FMORM(AsyncDatabase.from_env)
    app = FastAPI()
    app.include_router(contacts(fm.db))
    with pytest.raises(RuntimeError, match=r"lifespan=fm\.lifespan"):
        TestClient(app).get("/contacts/C-3")


def test_what_was_opened_is_closed_if_another_one_cannot_be(
    host: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []

    class Watched(AsyncDatabase):
        async def close(self) -> None:
            closed.append("first")
            await super().close()

    monkeypatch.delenv("FMORM_URL", raising=False)
    fm = FMORM(lambda: Watched.embedded(host), binds={"stock": AsyncDatabase.from_env})

    async def start() -> None:
        async with fm.lifespan(FastAPI()):
            pass

    with pytest.raises(LookupError, match="FMORM_URL"):
        asyncio.run(start())
    assert closed == ["first"]


def test_there_may_be_several_databases(host: App, closing: ExitStack) -> None:
    fm = FMORM(binds={"copy": lambda: AsyncDatabase.embedded(host), "rest": AsyncDatabase.from_env})
    with pytest.raises(LookupError, match="no database 'cpy'; it has copy, rest"):
        fm.bind("cpy")
    with pytest.raises(LookupError, match="no FileMaker account of its own"):
        fm.database()
    with pytest.raises(LookupError, match="it has none"):
        FMORM().bind("x")
    fm = FMORM(binds={"copy": lambda: AsyncDatabase.embedded(host)})
    app = FastAPI(lifespan=fm.lifespan)
    app.include_router(contacts(fm.bind("copy")))
    assert closing.enter_context(TestClient(app)).get("/contacts/C-3").status_code == 200


def test_a_test_puts_another_database_in_its_place(host: App, closing: ExitStack) -> None:
    fm = FMORM(AsyncDatabase.from_env, binds={"copy": AsyncDatabase.from_env})
    test = FMORM(lambda: AsyncDatabase.embedded(host))
    app = FastAPI(lifespan=test.lifespan)
    app.include_router(contacts(fm.db), prefix="/main")
    app.include_router(contacts(fm.bind("copy")), prefix="/copy")
    app.dependency_overrides = {fm.db: test.db, fm.bind("copy"): test.db}
    client = closing.enter_context(TestClient(app))
    assert client.get("/main/contacts/C-3").status_code == 200
    assert client.get("/copy/contacts/C-3").status_code == 200
