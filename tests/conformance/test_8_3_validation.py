"""What is refused before the database is touched."""

from __future__ import annotations

import pytest
from conformance.wire import Wire

BODIES = [
    ("POST", "records"),
    ("PATCH", "records/1"),
    ("POST", "_find"),
    ("PATCH", "/databases/office/globals"),
]


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"x",
        b'{"fieldData":{}',
        b'{"fieldData":{}}}',
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":01}',
        b"\xff",
        b"{,}",
    ],
)
def test_malformed_json_is_refused(reader: Wire, method: str, path: str, body: bytes) -> None:
    answer = reader.ask(method, path, body)
    assert answer.outcome[:2] == (400, "960")
    assert answer.json["response"] == {}


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_so_is_json_that_is_no_object(reader: Wire, method: str, path: str, body: bytes) -> None:
    assert reader.ask(method, path, body).outcome[:2] == (400, "960")


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize("body", [None, b"", b" \r\n"])
def test_so_is_an_empty_body_where_one_is_required(
    reader: Wire, method: str, path: str, body: bytes | None
) -> None:
    assert reader.ask(method, path, body).outcome[:2] == (400, "960")


@pytest.mark.parametrize(
    ("method", "path", "body", "names"),
    [
        ("GET", "records?a=1&b=2", None, "a, b"),
        ("GET", "records/1?b=2&a=1", None, "b, a"),
        ("DELETE", "records/1?_limit=2", None, "_limit"),
        ("POST", "_find", {"query": [{"Name": "x"}], "_limit": 1, "_limit.Tasks": 1}, "_limit, _limit.Tasks"),
        ("POST", "records", {"fieldData": {}, "a": 1, "b": 2}, "a, b"),
        ("PATCH", "records/1", {"fieldData": {}, "query": []}, "query"),
        ("POST", "/databases/office/sessions", {"user": "api"}, "user"),
    ],
)
def test_unknown_parameters_are_listed_with_commas(
    reader: Wire, method: str, path: str, body: object, names: str
) -> None:
    authorization = "Basic YXBpOnNlY3JldA==" if path.endswith("sessions") else f"Bearer {reader.token}"
    answer = reader.ask(method, path, body, authorization=authorization)
    message = '{"message":"Unknown parameter(s): ' + names + '","code":"960"}'
    assert (answer.status, answer.text) == (400, '{"messages":[' + message + '],"response":{}}')


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records?a=1", None),
        ("GET", "records/99?a=1", None),
        ("DELETE", "records/99?a=1", None),
        ("GET", "?a=1", None),
        ("POST", "records", {"fieldData": {"Nothing": "x"}, "a": 1}),
        ("PATCH", "records/99", {"fieldData": {"Nothing": "x"}, "a": 1}),
        ("POST", "records/99", {"a": 1}),
        ("POST", "_find", {"query": [{"Nothing": "x"}], "a": 1}),
        ("POST", "_find", {"query": [], "limit": "x"}),
        ("POST", "records", {"fieldData": {"Nothing": None}}),
    ],
)
def test_a_bad_request_is_one_whatever_the_database_would_say(
    reader: Wire, method: str, path: str, body: object
) -> None:
    reader.layout = "nothing"
    assert reader.ask(method, path, body).outcome[:2] == (400, "960")


def test_a_token_is_asked_for_before_parameters_are_looked_at(reader: Wire) -> None:
    assert reader.ask("GET", "records?a=1", authorization="").outcome[:2] == (401, "10")
    assert reader.ask("POST", "records", b"{", authorization="Bearer x").outcome[:2] == (401, "952")


@pytest.mark.parametrize("value", [None, True, False, [], {}, ["x"]])
@pytest.mark.parametrize(
    ("method", "path", "member"),
    [("POST", "records", "fieldData"), ("PATCH", "records/1", "fieldData"), ("POST", "_find", "query")],
)
def test_a_value_is_a_text_or_a_number(
    reader: Wire, method: str, path: str, member: str, value: object
) -> None:
    fields = {"Name": value}
    body = {member: [fields] if member == "query" else fields}
    assert reader.ask(method, path, body).outcome[:2] == (400, "960")
