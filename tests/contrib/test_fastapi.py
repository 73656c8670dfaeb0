"""FastAPI applications over its own test client, and a FileMaker server in the same process."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient
from pydantic import field_validator
from starlette.requests import ClientDisconnect

from fmorm import (
    AsyncDatabase,
    Container,
    Database,
    DeclarationError,
    Field,
    Model,
    Portal,
    PortalRow,
    ReadOnly,
    Repeating,
    container,
    errors,
    field,
    portal,
    repeating,
    state,
)
from fmorm.contrib.fastapi import (
    FMORM,
    IfMatch,
    Input,
    MaybeIfMatch,
    Page,
    PageQuery,
    RowInput,
    answer_errors,
    apply_rows,
    etag,
    paginate,
    responses,
    send_file,
    set_etag,
)
from fmorm.server import App, load_schema

SCHEMA = Path(__file__).parents[2] / "examples" / "contacts" / "contacts.toml"
PNG = bytes.fromhex("89504e470d0a1a0a")
HTML = b"<script>alert(1)</script>"


class Phone(PortalRow, table="contact_phones"):
    label: Field[str | None] = field("Label")
    number: Field[str] = field("Number")


class Contact(Model, layout="contact"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    email: Field[str | None] = field("Email", unique=True)
    city: Field[str | None] = field("City")
    photo: Container = container("Photo")
    phones: Portal[Phone] = portal("phones")

    @field_validator("city")
    @classmethod
    def no_shouting(cls, city: str | None) -> str | None:
        if city is not None and city.isupper():
            raise ValueError("do not shout")
        return city


class NewContact(Input[Contact], only=("name", "email", "city")):
    pass


class PhoneChange(RowInput[Phone], only=("label", "number"), partial=True):
    pass


class ContactChange(Input[Contact], only=("name", "email", "city"), partial=True):
    phones: tuple[PhoneChange, ...] = ()


@pytest.fixture
def host() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


@pytest.fixture
def other(host: App) -> Iterator[Database]:
    """Somebody else at the same data."""
    with Database.embedded(host, user="bo") as db:
        yield db


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def client(host: App, closing: ExitStack) -> TestClient:
    fm = FMORM(lambda: AsyncDatabase.embedded(host))
    app = FastAPI(lifespan=fm.lifespan)
    answer_errors(app)
    app.include_router(contacts(fm.db))
    return closing.enter_context(TestClient(app))


def contacts(db: Callable[..., Any]) -> APIRouter:
    """The routes of an address book."""
    router = APIRouter()

    @router.get("/contacts")
    async def listed(
        query: PageQuery, db: Annotated[AsyncDatabase, Depends(db)], city: str | None = None
    ) -> Page[Contact]:
        find = db.find(Contact).portals().sort(Contact.name)
        return await paginate(find.where(Contact.city == city) if city else find, query)

    @router.post("/contacts", status_code=201, responses=responses(errors.PrivilegeError))
    async def add(body: NewContact, db: Annotated[AsyncDatabase, Depends(db)]) -> Contact:
        return await db.create(body.new(), reload=True)

    @router.get("/contacts/{key}", responses=responses(errors.NotFound))
    async def read(key: str, db: Annotated[AsyncDatabase, Depends(db)], response: Response) -> Contact:
        contact = await db.get(Contact, id=key)
        set_etag(response, contact)
        return contact

    @router.patch("/contacts/{key}", responses=responses(errors.NotFound, errors.ConflictError))
    async def change(
        key: str,
        body: ContactChange,
        match: IfMatch,
        db: Annotated[AsyncDatabase, Depends(db)],
        response: Response,
    ) -> Contact:
        contact = await db.get(Contact, id=key)
        body.apply_to(contact)
        apply_rows(contact.phones, body.phones, match)
        await db.save(contact, expect=match.mod_id, expect_rows=match.row_mods)
        set_etag(response, await db.reload(contact))
        return contact

    @router.put("/contacts/{key}/city/{city}")
    async def move(
        key: str, city: str, match: MaybeIfMatch, db: Annotated[AsyncDatabase, Depends(db)]
    ) -> Contact:
        contact = await db.get(Contact, id=key)
        contact.city = city
        return await db.save(contact, expect=match.mod_id)

    @router.delete("/contacts/{key}", status_code=204)
    async def remove(key: str, match: IfMatch, db: Annotated[AsyncDatabase, Depends(db)]) -> None:
        await db.delete(await db.get(Contact, id=key), mod_id=match.mod_id)

    @router.get("/contacts/{key}/photo")
    async def photo(
        key: str, request: Request, db: Annotated[AsyncDatabase, Depends(db)], name: str | None = None
    ) -> Response:
        return await send_file(db, await db.get(Contact, id=key), Contact.photo, request, download_name=name)

    return router


# -- opening ---------------------------------------------------------------------------------------------


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


# -- reading ---------------------------------------------------------------------------------------------


def test_a_record_is_a_response_body(client: TestClient) -> None:
    answer = client.get("/contacts/C-3")
    assert answer.json() == {
        "id": "C-3",
        "name": "Cecilie Lien",
        "email": "cecilie@example.com",
        "city": "Bodø",
        "phones": [
            {"label": "Mobile", "number": "+47 64 87 56 70"},
            {"label": "Work", "number": "+47 35 24 72 69"},
        ],
    }
    assert answer.headers["etag"] == '"0;phones.2=0;phones.3=0"'


def test_what_was_not_loaded_is_left_out(client: TestClient) -> None:
    first = client.get("/contacts?per_page=1").json()["items"][0]
    assert first["name"] == "Agnes Strand"
    assert "phones" not in first


def test_a_file_is_no_part_of_the_body(client: TestClient, other: Database) -> None:
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG, name="a.png")
    body = client.get("/contacts/C-3").text
    assert "photo" not in body
    assert "Streaming" not in body


def test_pages_tell_how_many_there_are(client: TestClient) -> None:
    page = client.get("/contacts?page=3&per_page=10").json()
    assert {name: value for name, value in page.items() if name != "items"} == {
        "page": 3,
        "per_page": 10,
        "total": 28,
        "pages": 3,
    }
    assert len(page["items"]) == 8
    assert client.get("/contacts?per_page=10").json()["total"] == 28
    assert client.get("/contacts?per_page=14&page=2").json()["pages"] == 2
    assert client.get("/contacts?city=Nowhere").json() == {
        "items": [],
        "page": 1,
        "per_page": 20,
        "total": 0,
        "pages": 0,
    }
    assert client.get("/contacts?page=4&per_page=10").status_code == 404
    assert client.get("/contacts?page=0").status_code == 422
    assert client.get("/contacts?per_page=101").status_code == 422


def test_the_schema_tells_all_of_it(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    schemas = told["components"]["schemas"]
    assert set(schemas["Contact"]["properties"]) == {"id", "name", "email", "city", "phones"}
    assert schemas["NewContact"]["required"] == ["name"]
    assert "required" not in schemas["ContactChange"]
    assert schemas["ContactChange"]["properties"]["name"] == {"title": "Name", "type": "string"}
    assert set(schemas["PhoneChange"]["properties"]) == {"label", "number", "record_id", "remove"}
    assert set(schemas["Page_Contact_"]["properties"]) == {"items", "page", "per_page", "total", "pages"}
    change = told["paths"]["/contacts/{key}"]["patch"]
    assert set(change["responses"]) == {"200", "404", "409", "412", "422"}
    assert [one["name"] for one in change["parameters"] if one["in"] == "header"] == ["If-Match"]
    assert set(schemas["Conflict"]["properties"]) == {"detail", "mine", "theirs", "rows"}


# -- input models ----------------------------------------------------------------------------------------


def test_a_client_sets_what_the_input_model_names(client: TestClient) -> None:
    made = client.post("/contacts", json={"name": "Ann", "city": None})
    assert made.status_code == 201
    assert made.json()["name"] == "Ann"
    assert made.json()["id"]
    assert client.get(f"/contacts/{made.json()['id']}").json()["email"] is None


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        ({"name": "Ann", "id": "C-99"}, ["body", "id"], "extra_forbidden"),
        ({"city": "Voss"}, ["body", "name"], "missing"),
        ({"name": None}, ["body", "name"], "string_type"),
        ({"name": "Ann", "city": "VOSS"}, ["body", "city"], "value_error"),
    ],
)
def test_anything_else_is_422_with_the_place(
    client: TestClient, body: Any, place: list[str], kind: str
) -> None:
    answer = client.post("/contacts", json=body)
    assert answer.status_code == 422
    (line,) = answer.json()["detail"]
    assert line["loc"] == place
    assert line["type"] == kind


def test_a_partial_one_leaves_alone_what_it_does_not_bring(client: TestClient, other: Database) -> None:
    tag = client.get("/contacts/C-3").headers["etag"]
    answer = client.patch("/contacts/C-3", json={"email": None}, headers={"If-Match": tag})
    assert answer.status_code == 200
    assert answer.json()["email"] is None
    assert other.get(Contact, id="C-3").city == "Bodø"
    shouted = client.patch(
        "/contacts/C-3", json={"city": "VOSS"}, headers={"If-Match": answer.headers["etag"]}
    )
    assert shouted.json()["detail"][0]["loc"] == ["body", "city"]
    assert other.get(Contact, id="C-3").city == "Bodø"


def test_rows_are_changed_added_and_removed(client: TestClient, other: Database) -> None:
    read = client.get("/contacts/C-3")
    rows = [
        {"record_id": "2", "number": "1"},
        {"record_id": "3", "remove": True},
        {"label": "Home", "number": "2"},
        {"remove": True},
        {"record_id": "99", "remove": True},  # somebody else has
    ]
    tag = read.headers["etag"]
    answer = client.patch("/contacts/C-3", json={"phones": rows}, headers={"If-Match": tag})
    assert answer.json()["phones"] == [{"label": "Mobile", "number": "1"}, {"label": "Home", "number": "2"}]
    assert [row.number for row in other.get(Contact, id="C-3").phones] == ["1", "2"]
    assert answer.headers["etag"] != tag


def test_an_input_model_is_declared_for_fields_that_can_be_set() -> None:
    with pytest.raises(ReadOnly, match=r"Contact\.id is read-only"):
        type("Wrong", (Input[Contact],), {}, only={"id"})
    with pytest.raises(AttributeError, match=r"Contact\.nme is not declared"):
        type("Wrong", (Input[Contact],), {}, only={"nme"})
    with pytest.raises(AttributeError, match="is a portal"):
        type("Wrong", (Input[Contact],), {}, only={"phones"})
    with pytest.raises(DeclarationError, match="not a text"):
        type("Wrong", (Input[Contact],), {}, only="name")
    with pytest.raises(DeclarationError, match="of which model"):
        type("Wrong", (Input,), {}, only={"name"})


def test_an_input_model_keeps_constraints_and_repetitions() -> None:
    from annotated_types import MaxLen

    class Lamp(Model, layout="lamp"):
        name: Field[Annotated[str, MaxLen(3)]] = field("Name")
        watts: Repeating[int | None] = repeating("Watts", 2)

    class LampInput(Input[Lamp], only={"name", "watts"}, partial=True):
        pass

    with pytest.raises(ValueError, match="at most 3"):
        LampInput.model_validate({"name": "four"})
    lamp = LampInput.model_validate({"watts": [1, None]}).new()
    assert list(lamp.watts) == [1, None]
    assert not state(lamp).record_id


# -- two writers -----------------------------------------------------------------------------------------


def test_a_change_says_what_it_is_based_on(client: TestClient) -> None:
    assert client.patch("/contacts/C-3", json={"city": "Voss"}).status_code == 428
    for wrong in ("5", '"a"', '"1", "2"', '"1;x=y"'):
        assert client.patch("/contacts/C-3", json={}, headers={"If-Match": wrong}).status_code == 400
    for any_will_do in ("*", ' W/"0" '):
        answer = client.patch("/contacts/C-3", json={}, headers={"If-Match": any_will_do})
        assert answer.status_code == 200


def test_the_second_of_two_gets_412_with_both_sides(client: TestClient, other: Database) -> None:
    tag = client.get("/contacts/C-3").headers["etag"]
    theirs = other.get(Contact, id="C-3")
    theirs.city, theirs.name = "Oslo", "Cecilie Eide"
    theirs.phones[0].number = "9"
    other.save(theirs)
    body = {"city": "Voss", "phones": [{"record_id": "2", "number": "8"}]}
    answer = client.patch("/contacts/C-3", json=body, headers={"If-Match": tag})
    assert answer.status_code == 412
    said = answer.json()
    assert said["mine"] == {"city": "Voss"}
    assert said["theirs"] == {"city": "Oslo"}
    assert said["rows"] == [
        {
            "portal": "phones",
            "record_id": "2",
            "mine": {"number": "8"},
            "theirs": {"number": "9"},
            "removed": False,
        }
    ]
    assert other.get(Contact, id="C-3").city == "Oslo"
    again = client.patch("/contacts/C-3", json=body, headers={"If-Match": answer.headers["etag"]})
    assert again.status_code == 200
    assert again.json()["city"] == "Voss"
    assert again.json()["name"] == "Cecilie Eide"


def test_rows_have_mod_ids_of_their_own(client: TestClient, other: Database) -> None:
    tag = client.get("/contacts/C-3").headers["etag"]
    theirs = other.get(Contact, id="C-3")
    theirs.phones[0].number = "9"
    other.save(theirs)
    for row in ({"record_id": "2", "label": "Home"}, {"record_id": "2", "remove": True}):
        answer = client.patch("/contacts/C-3", json={"phones": [row]}, headers={"If-Match": tag})
        assert answer.status_code == 412
        assert answer.json()["rows"][0]["record_id"] == "2"
    free = client.patch(
        "/contacts/C-3", json={"phones": [{"record_id": "3", "label": "Home"}]}, headers={"If-Match": tag}
    )
    assert free.status_code == 200
    assert free.json()["phones"][0]["number"] == "9"


def test_a_row_that_somebody_has_removed_is_a_conflict(client: TestClient, other: Database) -> None:
    tag = client.get("/contacts/C-3").headers["etag"]
    theirs = other.get(Contact, id="C-3")
    theirs.phones.remove(theirs.phones[0])
    other.save(theirs)
    body = {"phones": [{"record_id": "2", "label": "Home"}]}
    answer = client.patch("/contacts/C-3", json=body, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert answer.json()["rows"] == []


def test_a_new_row_that_is_sent_twice_is_there_once(client: TestClient, other: Database) -> None:
    tag = client.get("/contacts/C-3").headers["etag"]
    body = {"phones": [{"number": "7"}, {"number": "8"}]}
    first, second = (client.patch("/contacts/C-3", json=body, headers={"If-Match": tag}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 412)
    assert [row.number for row in other.get(Contact, id="C-3").phones][2:] == ["7", "8"]
    assert client.patch("/contacts/C-3", json=body, headers={"If-Match": "*"}).status_code == 200


def test_a_record_is_deleted_as_it_was_seen(client: TestClient, other: Database) -> None:
    tag = client.get("/contacts/C-3").headers["etag"]
    theirs = other.get(Contact, id="C-3")
    theirs.city = "Oslo"
    other.save(theirs)
    assert client.delete("/contacts/C-3", headers={"If-Match": tag}).status_code == 412
    now = client.get("/contacts/C-3").headers["etag"]
    assert client.delete("/contacts/C-3", headers={"If-Match": now}).status_code == 204
    assert client.get("/contacts/C-3").status_code == 404


def test_without_if_match_a_conflict_is_409(host: App, other: Database, closing: ExitStack) -> None:
    fm = FMORM(lambda: AsyncDatabase.embedded(host))
    app = FastAPI(lifespan=fm.lifespan)
    answer_errors(app)

    @app.put("/")
    async def between(db: Annotated[AsyncDatabase, Depends(fm.db)]) -> None:
        contact = await db.get(Contact, id="C-3")
        theirs = other.get(Contact, id="C-3")
        theirs.city, theirs.email = "Oslo", "c@example.com"
        other.save(theirs)
        contact.city = "Voss"
        await db.save(contact)

    answer = closing.enter_context(TestClient(app)).put("/")
    assert answer.status_code == 409
    assert answer.json()["mine"] == {"city": "Voss"}
    assert answer.json()["theirs"] == {
        "city": "Oslo"
    }  # and not the address, of which the request says nothing


def test_if_match_may_be_left_out_where_the_route_says_so(client: TestClient) -> None:
    assert client.put("/contacts/C-3/city/Voss").json()["city"] == "Voss"
    assert client.put("/contacts/C-3/city/Oslo", headers={"If-Match": '"0"'}).status_code == 412


def test_a_tag_is_given_where_all_mod_ids_are_known(other: Database) -> None:
    contact = other.get(Contact, id="C-3")
    contact.phones[0].number = "1"
    other.save(contact)
    assert etag(contact) is None
    answer = Response()
    set_etag(answer, contact)
    assert "etag" not in answer.headers


# -- errors ----------------------------------------------------------------------------------------------


def test_what_is_not_there_is_404(client: TestClient) -> None:
    answer = client.get("/contacts/C-99")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no such record."}


def test_what_filemaker_does_not_take_is_422(client: TestClient) -> None:
    taken = client.post("/contacts", json={"name": "Ann", "email": "agnes@example.com"})
    assert taken.status_code == 422
    (line,) = taken.json()["detail"]
    assert line["type"] == "filemaker_504"
    assert client.post("/contacts", json={"name": ""}).json()["detail"][0]["type"] == "filemaker_509"


@pytest.mark.parametrize(("code", "status", "after"), [(301, 423, "1"), (812, 503, "10"), (201, 403, None)])
def test_refusals_have_their_status(
    client: TestClient, host: App, code: int, status: int, after: str | None
) -> None:
    host.faults.fail(code)
    answer = client.put("/contacts/C-3/city/Voss")
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == after
    assert "contact" not in answer.text


def test_what_is_nobodys_fault_but_the_programs_is_500(client: TestClient, host: App) -> None:
    host.faults.fail(102, on="reads")
    with pytest.raises(errors.FieldMissing):  # the test client raises what a server answers with 500
        client.get("/contacts/C-3")


def test_only_what_is_answered_can_be_described() -> None:
    assert set(responses()) == {401, 403, 404, 409, 412, 423, 503}
    assert responses(errors.NotUnique) == {}
    with pytest.raises(LookupError, match="ProtocolError is not answered"):
        responses(errors.ProtocolError)


# -- files -----------------------------------------------------------------------------------------------


def test_a_file_passes_through(client: TestClient, other: Database) -> None:
    assert client.get("/contacts/C-3/photo").status_code == 404
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG * 100_000, name="a.png")
    answer = client.get("/contacts/C-3/photo")
    assert answer.content == PNG * 100_000
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == "800000"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"photo.png\"; filename*=UTF-8''photo.png"
    )
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "sandbox" in answer.headers["content-security-policy"]
    known = client.get("/contacts/C-3/photo", headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304
    assert known.content == b""
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG, name="a.png")
    new = client.get("/contacts/C-3/photo", headers={"If-None-Match": f'"x", {answer.headers["etag"]}'})
    assert new.content == PNG


def test_what_could_run_is_not_shown(client: TestClient, other: Database) -> None:
    other.upload(other.get(Contact, id="C-3"), Contact.photo, HTML, name="a.html")
    answer = client.get("/contacts/C-3/photo?name=se%22%C3%A5.html")
    assert answer.headers["content-disposition"].startswith('attachment; filename="se_?.html"')
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_is_closed_when_the_client_has_gone(
    host: App, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG * 100_000, name="a.png")
    closed: list[str] = []

    async def run() -> None:
        async with AsyncDatabase.embedded(host) as db:
            contact = await db.get(Contact, id="C-3")
            response = await send_file(db, contact, Contact.photo, as_attachment=True)
            assert response.headers["content-disposition"].startswith("attachment")
            assert response.headers["cache-control"] == "private, no-store"
            file: Any = vars(response)["_file"]
            close = file.close

            async def noting() -> None:
                await close()
                closed.append("file")

            monkeypatch.setattr(file, "close", noting)

            async def send(message: Any) -> None:
                raise OSError("gone")

            async def receive() -> Any:
                return {"type": "http.disconnect"}

            scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
            with pytest.raises(ClientDisconnect):
                await response(scope, receive, send)

    asyncio.run(run())
    assert closed == ["file"]
