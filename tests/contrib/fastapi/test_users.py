"""People who log in to a FastAPI application with their own FileMaker accounts."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Any

import pytest
from contrib.fastapi.address_book import SCHEMA
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from fmorm import AsyncDatabase, AsyncHost, Field, Model, field
from fmorm.contrib.fastapi import FMORM, MemoryUsers, Users, answer_errors
from fmorm.server import App, Background, load_schema


class Contact(Model, layout="contact"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    city: Field[str | None] = field("City")
    changed_by: Field[str | None] = field("ChangedBy", read_only=True)


class Kept(MemoryUsers):
    """A store that a test can look into, and that can be out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, tuple[str, int]] = {}
        self.broken = False

    async def set(self, key: str, value: str, /, *, ex: int) -> None:
        if self.broken:
            raise OSError("the store is away")
        self.values[key] = value, ex
        await super().set(key, value, ex=ex)

    async def delete(self, key: str, /) -> None:
        del self.values[key]
        await super().delete(key)


@pytest.fixture
def host() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


@pytest.fixture
def store() -> Kept:
    return Kept()


@pytest.fixture
def client(host: App, store: Kept) -> Iterator[TestClient]:
    with ExitStack() as stack:
        server = stack.enter_context(Background(host))
        users = Users(lambda: AsyncHost(server.url), "contacts", store=store, seconds=60)
        fm = FMORM(users=users)
        app = FastAPI(lifespan=fm.lifespan)
        app.include_router(users.router("/users"))
        answer_errors(app)

        @app.get("/me")
        async def me(account: Annotated[str, Depends(users.account)]) -> str:
            return account

        @app.get("/contacts/{key}")
        async def read(key: str, db: Annotated[AsyncDatabase, Depends(users)]) -> Contact:
            return await db.get(Contact, id=key)

        @app.put("/contacts/{key}/city/{city}")
        async def move(key: str, city: str, db: Annotated[AsyncDatabase, Depends(users)]) -> Contact:
            contact = await db.get(Contact, id=key)
            contact.city = city
            return await db.reload(await db.save(contact))

        yield stack.enter_context(TestClient(app))


def log_in(client: TestClient, who: str) -> dict[str, str]:
    """Log in, and give the header that later requests carry."""
    answer = client.post("/users/token", data={"username": who, "password": who})
    assert answer.json()["token_type"] == "bearer"
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_each_sees_and_changes_what_filemaker_lets_the_account(client: TestClient) -> None:
    anna, bo, guest = (log_in(client, who) for who in ("anna", "bo", "guest"))
    assert client.get("/me", headers=anna).json() == "anna"
    assert client.put("/contacts/C-3/city/Voss", headers=bo).json()["changed_by"] == "bo"
    assert client.put("/contacts/C-4/city/Voss", headers=anna).json()["changed_by"] == "anna"
    assert client.get("/contacts/C-3", headers=guest).json()["city"] == "Voss"
    assert client.put("/contacts/C-3/city/Oslo", headers=guest).status_code == 403


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Basic YW5uYTphbm5h"])
def test_who_has_not_logged_in_is_401(client: TestClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for path in ("/me", "/contacts/C-3"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.post("/users/log-out", headers=headers).status_code == 204


def test_a_wrong_password_is_401_and_leaves_nothing_behind(
    client: TestClient, host: App, store: Kept
) -> None:
    answer = client.post("/users/token", data={"username": "anna", "password": "wrong"})
    assert answer.status_code == 401
    assert "wrong" not in answer.text
    assert host.session_count == 0
    assert store.values == {}


def test_the_client_never_gets_filemakers_token(client: TestClient, store: Kept) -> None:
    header = log_in(client, "anna")["Authorization"]
    ((key, (value, seconds)),) = store.values.items()
    account, token = json.loads(value)
    assert (account, seconds) == ("anna", 60)
    assert key.endswith(header.removeprefix("Bearer "))
    assert token not in header
    assert client.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_who_logs_out_is_logged_out_of_filemaker_too(client: TestClient, host: App) -> None:
    anna = log_in(client, "anna")
    client.get("/contacts/C-3", headers=anna)
    assert host.session_count == 1
    assert client.post("/users/log-out", headers=anna).status_code == 204
    assert host.session_count == 0
    assert client.get("/contacts/C-3", headers=anna).status_code == 401


def test_a_session_that_has_ended_is_401_and_nothing_is_done(client: TestClient, host: App) -> None:
    anna = log_in(client, "anna")
    host.expire_sessions()
    answer = client.put("/contacts/C-3/city/Voss", headers=anna)
    assert answer.status_code == 401
    assert "not carried out" in answer.json()["detail"]
    assert client.get("/contacts/C-3", headers=log_in(client, "bo")).json()["city"] == "Bodø"


def test_what_the_store_does_not_keep_is_logged_out_again(client: TestClient, host: App, store: Kept) -> None:
    store.broken = True
    with pytest.raises(OSError, match="the store is away"):
        client.post("/users/token", data={"username": "anna", "password": "anna"})
    assert host.session_count == 0


def test_the_memory_forgets_what_is_too_old() -> None:
    async def run() -> list[str | None]:
        store = MemoryUsers()
        await store.set("old", "anna", ex=0)
        await store.set("new", "bo", ex=60)
        return [await store.get("old"), await store.get("new")]

    assert asyncio.run(run()) == [None, "bo"]


def test_the_document_tells_where_to_log_in(client: TestClient) -> None:
    told: dict[str, Any] = client.get("/openapi.json").json()
    scheme = told["components"]["securitySchemes"]["FileMaker"]
    assert scheme["flows"]["password"]["tokenUrl"] == "users/token"
    assert told["paths"]["/contacts/{key}"]["get"]["security"] == [{"FileMaker": []}]
