"""Two who change the same record."""

from contextlib import ExitStack
from typing import Annotated

from contrib.fastapi.address_book import Contact
from fastapi import Depends, FastAPI, Response
from fastapi.testclient import TestClient

from fmorm import AsyncDatabase, Database
from fmorm.contrib.fastapi import FMORM, answer_errors, etag, set_etag
from fmorm.server import App


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
