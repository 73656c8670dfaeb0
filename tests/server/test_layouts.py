from __future__ import annotations

from server.client import Client


def test_product_info_is_that_of_a_current_release(client: Client) -> None:
    assert client.send("GET", "/productInfo").response == {
        "productInfo": {
            "name": "FileMaker Data API Engine",
            "dateFormat": "MM/dd/yyyy",
            "timeFormat": "HH:mm:ss",
            "timeStampFormat": "MM/dd/yyyy HH:mm:ss",
        }
    }


def test_databases_are_listed_to_anyone(client: Client) -> None:
    assert client.send("GET", "/databases").response == {"databases": [{"name": "people"}]}


def test_layouts_are_listed_with_an_empty_table(client: Client) -> None:
    layouts = client.call("GET", "/databases/people/layouts").response["layouts"]
    assert layouts[:2] == [{"name": "person", "table": ""}, {"name": "plain", "table": ""}]


def test_there_are_no_scripts_to_list(client: Client) -> None:
    assert client.call("GET", "/databases/people/scripts").response == {"scripts": []}


def test_metadata_describes_fields_in_the_order_of_the_layout(client: Client) -> None:
    metadata = client.call("GET", "/databases/people/layouts/person").response
    assert list(metadata) == ["fieldMetaData", "portalMetaData"]
    fields = {field["name"]: field for field in metadata["fieldMetaData"]}
    assert list(fields)[:5] == ["PrimaryKey", "Number", "Name", "Born", "Phone"]
    assert fields["Phone"] == {
        "name": "Phone",
        "type": "normal",
        "displayType": "editText",
        "result": "text",
        "global": False,
        "autoEnter": False,
        "fourDigitYear": False,
        "maxRepeat": 3,
        "maxCharacters": 0,
        "notEmpty": False,
        "numeric": False,
        "timeOfDay": False,
        "repetitionStart": 1,
        "repetitionEnd": 3,
    }
    assert list(fields["Phone"])[:3] == ["name", "type", "displayType"]
    assert fields["Seen"]["result"] == "timeStamp"
    assert fields["Setting"]["global"] is True
    assert fields["Code"]["notEmpty"] is True
    assert fields["PrimaryKey"]["autoEnter"] is True


def test_metadata_names_portal_fields_by_their_occurrence(client: Client) -> None:
    portals = client.call("GET", "/databases/people/layouts/person").response["portalMetaData"]
    assert list(portals) == ["Addresses", "person_visits"]
    assert [field["name"] for field in portals["Addresses"]] == [
        "person_addresses::City",
        "person_addresses::Zip",
        "person_addresses::Since",
        "city_info::Population",
    ]
    client.layout = "options"
    fields = client.call("GET", "/databases/people/layouts/options").response["fieldMetaData"]
    assert [field["name"] for field in fields][-2:] == ["person_addresses::City", "person_visits::Zip"]
