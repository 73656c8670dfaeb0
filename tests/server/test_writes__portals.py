from __future__ import annotations

from typing import Any

import pytest
from server.client import Client

CITY = "person_addresses::City"
ZIP = "person_addresses::Zip"


@pytest.fixture
def ann(client: Client) -> str:
    """Make Ann with rows 1 and 2."""
    rows = [{CITY: "Oslo", ZIP: "1"}, {CITY: "Bergen", ZIP: "2"}]
    return client.create({"Name": "Ann", "Code": "ann"}, portalData={"Addresses": rows})


def rows(client: Client, record_id: str) -> dict[str, tuple[str, str, str]]:
    """Give city, zip and mod id of each row by record id."""
    record = client.get(record_id).record
    return {row["recordId"]: (row[CITY], row[ZIP], row["modId"]) for row in record["portalData"]["Addresses"]}


def test_new_rows_get_the_parents_key(client: Client, ann: str) -> None:
    key = client.fields(ann)["PrimaryKey"]
    client.layout = "address"
    assert client.call("GET", "records").column("PersonKey") == [key, key]


def test_new_rows_are_reported_field_by_field_in_the_order_sent(client: Client, ann: str) -> None:
    new: list[dict[str, Any]] = [
        {ZIP: "3", CITY: "Aas"},
        {"recordId": "1", ZIP: "9"},
        {},
        {"person_addresses::Since(2)": 7},
    ]
    answer = client.edit(ann, portalData={"Addresses": new})
    entries = answer.response["newPortalRecordInfo"]
    assert entries[0] == {"tableName": "person_addresses", "recordId": "3", "modId": "0"}
    assert [entry["recordId"] for entry in entries] == ["3", "3", "5"], "a row of no fields has no entry"
    assert list(answer.response) == ["modId", "newPortalRecordInfo"]
    assert client.get(ann).record["portalDataInfo"][0]["foundCount"] == 5


def test_rows_are_edited_with_mod_ids_of_their_own(client: Client, ann: str) -> None:
    answer = client.edit(ann, portalData={"person_addresses": [{"recordId": 1, ZIP: "9"}]})
    assert answer.response == {"modId": "0"}, "the person itself has not been changed"
    assert rows(client, ann) == {"1": ("Oslo", "9", "1"), "2": ("Bergen", "2", "0")}


def test_an_old_mod_id_of_a_row_undoes_everything(client: Client, ann: str) -> None:
    client.edit(ann, portalData={"Addresses": [{"recordId": "2", "modId": "0", ZIP: "5"}]})
    before = client.get(ann).text
    answer = client.edit(
        ann,
        fieldData={"Name": "x", "deleteRelated": "Addresses.1"},
        portalData={
            "Addresses": [
                {CITY: "new"},
                {"recordId": "1", ZIP: "7"},
                {"recordId": "2", "modId": "0", ZIP: "6"},
            ]
        },
    )
    assert answer.code == 306
    assert client.get(ann).text == before


def test_edits_new_rows_and_deletions_go_together(client: Client, ann: str) -> None:
    answer = client.edit(
        ann,
        fieldData={"Name": "Anna", "deleteRelated": "Addresses.1"},
        portalData={"Addresses": [{"recordId": "2", ZIP: "22"}, {CITY: "Aas"}]},
        modId="0",
    )
    assert answer.response == {
        "modId": "1",
        "newPortalRecordInfo": [{"tableName": "person_addresses", "recordId": "3", "modId": "0"}],
    }
    assert rows(client, ann) == {"3": ("Aas", "", "0"), "2": ("Bergen", "22", "1")}


@pytest.mark.parametrize("place", ["fieldData", "top"])
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("Addresses.1", ["2"]),
        ("person_addresses.2", ["1"]),
        (["Addresses.1", "Addresses.2"], []),
        ([], ["2", "1"]),
    ],
)
def test_rows_are_deleted_by_either_name_one_or_several(
    client: Client, ann: str, place: str, given: object, left: list[str]
) -> None:
    body: dict[str, object] = {"deleteRelated": given}
    answer = client.edit(ann, **(body if place == "top" else {"fieldData": body}))
    assert answer.code == 0
    assert list(rows(client, ann)) == left


@pytest.mark.parametrize("given", ["Addresses.9", "Nothing.1", "Addresses", "Addresses.x", "", "1"])
def test_a_row_that_is_not_there_cannot_be_deleted(client: Client, ann: str, given: str) -> None:
    assert client.edit(ann, deleteRelated=given).code == 101
    assert len(rows(client, ann)) == 2


@pytest.mark.parametrize("given", [{}, 1.5, True, [1], [None], {"Addresses": "1"}])
def test_deletions_of_another_form_are_refused(client: Client, ann: str, given: object) -> None:
    assert client.edit(ann, deleteRelated=given).code in {960, 101}
    assert len(rows(client, ann)) == 2


def test_rows_of_another_record_are_out_of_reach(client: Client, ann: str) -> None:
    bob = client.create({"Code": "bob"})
    assert client.edit(bob, portalData={"Addresses": [{"recordId": "1", ZIP: "x"}]}).code == 101
    assert client.edit(bob, deleteRelated="Addresses.1").code == 101
    assert rows(client, ann)["1"] == ("Oslo", "1", "0")


@pytest.mark.parametrize(
    ("portal_data", "code"),
    [
        ({"Nothing": [{CITY: "x"}]}, 102),
        ({"Addresses": [{"City": "x"}]}, 102),
        ({"Addresses": [{"person_addresses::Street": "x"}]}, 102),
        ({"Addresses": [{"Name": "x"}]}, 102),
        ({"Addresses": [{CITY: None}]}, 960),
        ({"Addresses": {CITY: "x"}}, 960),
        ({"Addresses": ["x"]}, 960),
        ({"Addresses": [{"recordId": "", CITY: "x"}]}, 101),
        ({"Addresses": [{"recordId": None, CITY: "x"}]}, 960),
        ([], 960),
    ],
)
def test_rows_of_another_form_are_refused(client: Client, ann: str, portal_data: object, code: int) -> None:
    assert client.edit(ann, portalData=portal_data).code == code
    assert len(rows(client, ann)) == 2


def test_rows_are_created_only_where_the_relationship_allows(client: Client, ann: str) -> None:
    client.edit(ann, fieldData={"Note": "road"})
    answer = client.edit(
        ann, fieldData={"Name": "x"}, portalData={"person_visits": [{"person_visits::City": "x"}]}
    )
    assert (answer.status, answer.code) == (500, 101)
    assert client.fields(ann)["Name"] == "Ann"


def test_a_row_cannot_be_created_for_an_empty_key(client: Client, ann: str) -> None:
    client.edit(ann, fieldData={"PrimaryKey": ""})
    assert client.edit(ann, portalData={"Addresses": [{CITY: "x"}]}).code == 101


def test_rows_follow_a_key_that_changes_in_the_same_request(client: Client, ann: str) -> None:
    answer = client.edit(ann, fieldData={"PrimaryKey": "new"}, portalData={"Addresses": [{CITY: "Aas"}]})
    assert answer.code == 0
    assert [row[0] for row in rows(client, ann).values()] == ["Aas"]


def test_a_related_field_writes_the_first_related_record_or_makes_it(client: Client, ann: str) -> None:
    bob = client.create({"Code": "bob"})
    client.layout = "options"
    assert client.edit(ann, fieldData={CITY: "Aas"}).response == {"modId": "0"}
    assert client.edit(bob, fieldData={CITY: "Bodø"}).code == 0
    assert [client.fields(record_id)[CITY] for record_id in (ann, bob)] == ["Aas", "Bodø"]
    assert client.edit(bob, fieldData={"person_visits::Zip": "1"}).code == 101, "this one may not be made"


def test_a_farther_field_of_a_new_row_is_reported_with_its_own_record(client: Client, ann: str) -> None:
    client.layout = "city"
    city = client.create({"Name": "Aas"})
    client.layout = "person"
    new = {CITY: "Aas", "city_info::Population": 5}
    entries = client.edit(ann, portalData={"Addresses": [new]}).response["newPortalRecordInfo"]
    assert entries == [
        {"tableName": "person_addresses", "recordId": "3", "modId": "0"},
        {"tableName": "city_info", "recordId": city, "modId": "1"},
    ]
