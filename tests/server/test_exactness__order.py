"""Which of two faults is told: the form of the URL, the method, the token, parameters, layout, record, fields."""

from __future__ import annotations

from typing import Any

import pytest
from server.client import Client

BAD: dict[str, Any] = {"x": 1}


@pytest.fixture
def elsewhere(client: Client) -> Client:
    """A client of a layout that there is not."""
    client.layout = "nowhere"
    return client


def test_the_url_goes_before_the_method_and_the_token(client: Client) -> None:
    answer = client.send("PUT", "/databases/people/nothing")
    assert (answer.status, answer.code) == (404, 1700)


def test_the_method_goes_before_the_token(client: Client) -> None:
    answer = client.send("PUT", "/databases/people/layouts/person/records", body=b"{")
    assert (answer.status, answer.code) == (405, 1704)


def test_the_token_goes_before_the_parameters(client: Client) -> None:
    for authorization, code in (("", 10), ("Bearer x", 952)):
        answer = client.send(
            "POST", "/databases/people/layouts/nowhere/_find", body=b"{", authorization=authorization
        )
        assert (answer.status, answer.code) == (401, code)


@pytest.mark.parametrize(
    ("method", "path", "body", "query"),
    [
        ("GET", "records", None, BAD),
        ("GET", "records", None, {"_limit": "x"}),
        ("GET", "records", None, {"_sort": [{"fieldName": None}]}),
        ("GET", "records", None, {"_limit.Addresses": 0}),
        ("GET", "records", None, {"dateformats": 3}),
        ("GET", "records/1", None, BAD),
        ("POST", "_find", {"query": [{"Name": "x"}], "x": 1}, {}),
        ("POST", "_find", {"query": {"Name": "x"}}, {}),
        ("POST", "_find", {}, {}),
        ("POST", "_find", {"query": ["x"]}, {}),
        ("POST", "_find", {"query": [{"Name": None}]}, {}),
        ("POST", "_find", {"query": [{"Name": "x"}], "sort": ["Name"]}, {}),
        ("POST", "records", {"fieldData": {}, "x": 1}, {}),
        ("POST", "records", {}, {}),
        ("POST", "records", {"fieldData": {"Name": None}}, {}),
        ("POST", "records", {"fieldData": {}, "portalData": {"x": [1]}}, {}),
        ("POST", "records", {"fieldData": {}}, BAD),
        ("PATCH", "records/1", {"x": 1}, {}),
        ("PATCH", "records/1", {"fieldData": {"Name": True}}, {}),
        ("PATCH", "records/1", {"options": {"entrymode": "x"}}, {}),
        ("PATCH", "records/1", {"fieldData": {"deleteRelated": None}}, {}),
        ("PATCH", "records/1", {"deleteRelated": [None]}, {}),
        ("POST", "records/1", {"x": 1}, {}),
        ("DELETE", "records/1", None, BAD),
        ("GET", "/databases/people/layouts/nowhere", None, BAD),
        ("GET", "metadata", None, BAD),
        ("GET", "script/x", None, BAD),
    ],
)
def test_parameters_go_before_the_layout(
    elsewhere: Client, method: str, path: str, body: object, query: dict[str, Any]
) -> None:
    answer = elsewhere.call(method, path, body, **query)
    assert (answer.status, answer.code) == (400, 960)


@pytest.mark.parametrize(
    ("method", "path", "body", "query"),
    [
        ("GET", "records", None, {"_sort": [{"fieldName": "x"}]}),
        ("GET", "records", None, {"_limit.x": 1}),
        ("GET", "records/x", None, {}),
        ("POST", "_find", {"query": [{"x": "x"}]}, {}),
        ("POST", "_find", {"query": []}, {}),
        ("POST", "records", {"fieldData": {"x": ""}}, {}),
        ("PATCH", "records/1", {"fieldData": {"x": ""}}, {}),
        ("POST", "records/1", None, {}),
        ("DELETE", "records/x", None, {}),
        ("GET", "/databases/people/layouts/nowhere", None, {"recordId": "x"}),
        ("GET", "metadata", None, {}),
        ("GET", "script/x", None, {}),
    ],
)
def test_the_layout_goes_before_record_and_fields(
    elsewhere: Client, method: str, path: str, body: object, query: dict[str, Any]
) -> None:
    assert elsewhere.call(method, path, body, **query).code == 105


def test_the_record_goes_before_the_fields(client: Client) -> None:
    assert client.edit("99", fieldData={"x": "1"}).code == 101
    assert client.edit("99", fieldData={"Born": "never"}).code == 101


def test_a_missing_field_goes_before_a_wrong_value(client: Client) -> None:
    record_id = client.create({"Code": "1"})
    assert client.edit(record_id, fieldData={"x": "1", "Born": "never"}).code == 102


def test_a_portal_of_no_such_name_is_an_unknown_parameter(client: Client) -> None:
    answer = client.call("GET", "records", **{"_limit.x": 1})
    assert (answer.status, answer.message) == (400, "Unknown parameter(s): _limit.x")
