"""Input models: what a client may set."""

from typing import Annotated, Any

import pytest
from contrib.fastapi.address_book import Contact
from fastapi.testclient import TestClient

from fmorm import Database, DeclarationError, Field, Model, ReadOnly, Repeating, field, repeating, state
from fmorm.contrib.fastapi import Input


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
