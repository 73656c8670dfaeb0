"""Records as response bodies, and what is answered where there is none."""

import pytest
from contrib.fastapi.address_book import PNG, Contact
from fastapi.testclient import TestClient

from fmorm import Database, errors
from fmorm.contrib.fastapi import responses
from fmorm.server import App


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


# -- errors ----------------------------------------------------------------------------------------------------


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
