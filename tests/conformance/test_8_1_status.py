"""Which HTTP status goes with what."""

from __future__ import annotations

import pytest
from conformance.wire import Wire, basic

from fmorm.server import App

NEEDS_AUTHORIZATION = "Request validation failed: Parameter (Authorization) is required"


def test_what_was_done_is_200_also_when_a_script_has_failed(reader: Wire) -> None:
    assert reader.get("1").outcome == (200, "0", "OK")
    answer = reader.ask("GET", "records/1?script=Lost")
    assert answer.outcome == (200, "0", "OK")
    assert answer.response["scriptError"] == "105"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records?x=1", None),
        ("GET", "records?_limit=x", None),
        ("GET", "records?_sort=x", None),
        ("GET", "records?dateformats=3", None),
        ("GET", "/databases?x=1", None),
        ("GET", "/productInfo?x=1", None),
        ("GET", "/validateSession?x=1", None),
        ("GET", "/databases/office/layouts?x=1", None),
        ("GET", "/databases/office/scripts?x=1", None),
        ("GET", "?x=1", None),
        ("POST", "records", {"fieldData": {}, "x": 1}),
        ("POST", "records", {"fieldData": {}, "options": {"entrymode": "x"}}),
        ("POST", "records", {"fieldData": {}, "options": {"x": "user"}}),
        ("PATCH", "records/1", {"x": 1}),
        ("POST", "records/1", {"x": 1}),
        ("DELETE", "records/1?x=1", None),
        ("POST", "_find", {"query": [{"Name": "x"}], "x": 1}),
        ("POST", "_find", {"query": {}}),
        ("POST", "_find", {}),
        ("PATCH", "/databases/office/globals", {"globalFields": {}, "x": 1}),
    ],
)
def test_a_parameter_that_is_unknown_or_malformed_is_400(
    reader: Wire, method: str, path: str, body: object
) -> None:
    assert reader.ask(method, path, body).outcome[:2] == (400, "960")


@pytest.mark.parametrize(
    ("authorization", "code", "message"),
    [
        ("", "10", "HTTP Authorization header or OAuth headers are missing."),
        ("Basic x", "212", "Authorization header 'Basic' invalid."),
        (basic("api", "no"), "212", "Invalid user account and/or password; please try again"),
        ("Digest x", "212", "Authorization header missing 'Basic' or 'Bearer'."),
    ],
)
def test_a_bad_log_in_is_401(reader: Wire, authorization: str, code: str, message: str) -> None:
    assert reader.log_in(authorization=authorization).outcome == (401, code, message)


@pytest.mark.parametrize(
    ("authorization", "text"),
    [
        ("", '{"code":"10","message":"' + NEEDS_AUTHORIZATION + '"}'),
        ("Bearer x", '{"code":"952","message":"Invalid FileMaker Data API token (*)"}'),
        ("Bearer ", '{"code":"952","message":"Invalid FileMaker Data API token (*)"}'),
    ],
)
def test_a_missing_or_dead_token_is_401(reader: Wire, authorization: str, text: str) -> None:
    answer = reader.ask("GET", "records", authorization=authorization)
    assert (answer.status, answer.text) == (401, '{"messages":[' + text + '],"response":{}}')


@pytest.mark.parametrize("path", ["/nowhere", "records/1/nothing"])
def test_an_address_of_no_known_form_is_404(reader: Wire, path: str) -> None:
    answer = reader.ask("GET", path)
    assert answer.status == 404
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert answer.code in {"1700", "1630"}


def test_it_needs_no_token_to_be_so(reader: Wire) -> None:
    assert reader.ask("GET", "/nowhere", authorization="").status == 404


def test_a_wrong_verb_is_405(reader: Wire) -> None:
    text = '{"code":"1704","message":"Resource doesn\'t support the specified HTTP verb"}'
    answer = reader.ask("PUT", "records")
    assert (answer.status, answer.text) == (405, '{"messages":[' + text + '],"response":{}}')


def test_a_wrong_content_type_is_415(reader: Wire) -> None:
    answer = reader.ask("POST", "_find", {"query": [{"Name": "x"}]}, content_type="text/plain")
    assert answer.status == 415
    assert answer.json["response"] == {}


def test_an_error_of_the_engine_is_500(reader: Wire) -> None:
    assert reader.get("99").outcome[:2] == (500, "101")


@pytest.mark.parametrize("status", [502, 503])
def test_when_the_engine_is_down_the_web_server_answers_in_html(wire: Wire, app: App, status: int) -> None:
    with app.faults.html(status):
        answer = wire.ask("GET", "records")
    assert answer.status == status
    assert (answer.header("Content-Type") or "").startswith("text/html")
    assert wire.ask("GET", "records").code == "0"
