from __future__ import annotations

import re

import pytest
from server.client import Client, Clock, basic

from fmorm.server import App, Schema

SESSIONS = "/databases/people/sessions"


def test_log_in_gives_52_hex_digits_in_body_and_header(client: Client) -> None:
    answer = client.log_in("api", "secret")
    assert re.fullmatch("[0-9a-f]{52}", answer.response["token"])
    assert answer.header("X-FM-Data-Access-Token") == answer.response["token"]
    assert answer.status == 200


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"fmDataSource":[]}', b'{"fmDataSource":[{"database":"people"}]}']
)
def test_log_in_takes_the_bodies_that_clients_send(client: Client, body: bytes) -> None:
    assert client.log_in("api", "secret", body).code == 0


def test_account_names_ignore_case_and_passwords_do_not(client: Client) -> None:
    assert client.log_in("API", "secret").code == 0
    assert client.log_in("api", "Secret").code == 212


@pytest.mark.parametrize(
    ("authorization", "code", "message"),
    [
        ("", 10, "HTTP Authorization header or OAuth headers are missing."),
        ("Basic !!!", 212, "Authorization header 'Basic' invalid."),
        ("Basic " + "YXBp", 212, "Authorization header 'Basic' invalid."),
        (basic("api", "wrong"), 212, "Invalid user account and/or password; please try again"),
        (basic("nobody", "secret"), 212, "Invalid user account and/or password; please try again"),
        ("Digest x", 212, "Authorization header missing 'Basic' or 'Bearer'."),
    ],
)
def test_log_in_refuses_what_opens_nothing(
    client: Client, authorization: str, code: int, message: str
) -> None:
    answer = client.send("POST", SESSIONS, authorization=authorization)
    assert (answer.status, answer.code, answer.message) == (401, code, message)


def test_an_unknown_database_cannot_be_opened(client: Client) -> None:
    answer = client.send("POST", "/databases/other/sessions", authorization=basic("api", "secret"))
    assert (answer.status, answer.code) == (500, 802)


def test_a_route_without_authorization_says_what_is_missing(client: Client) -> None:
    answer = client.send("GET", "/validateSession")
    assert (answer.status, answer.code) == (401, 10)
    assert answer.message == "Request validation failed: Parameter (Authorization) is required"


@pytest.mark.parametrize("authorization", ["Bearer 123", "Bearer ", "Basic x", "Bearer"])
def test_a_wrong_token_is_refused(client: Client, authorization: str) -> None:
    answer = client.send("GET", "/validateSession", authorization=authorization)
    assert (answer.status, answer.code) == (401, 952)
    assert answer.text == (
        '{"messages":[{"code":"952","message":"Invalid FileMaker Data API token (*)"}],"response":{}}'
    )


def test_a_token_opens_no_other_database(client: Client) -> None:
    assert client.call("GET", "/databases/other/layouts").code == 952


def test_log_out_ends_the_session_and_needs_no_header(client: Client) -> None:
    answer = client.send("DELETE", f"{SESSIONS}/{client.token}")
    assert answer.text == '{"response":{},"messages":[{"code":"0","message":"OK"}]}'
    assert client.call("GET", "/validateSession").code == 952
    assert client.send("DELETE", f"{SESSIONS}/{client.token}").code == 952


def test_a_session_dies_after_fifteen_idle_minutes(client: Client, clock: Clock) -> None:
    clock.seconds += 15 * 60 - 1
    assert client.call("GET", "/validateSession").code == 0
    clock.seconds += 15 * 60 - 1
    assert client.call("GET", "/validateSession").code == 0, "each use starts the idle time anew"
    clock.seconds += 15 * 60
    assert client.call("GET", "/validateSession").code == 952


def test_the_idle_time_can_be_set(schema: Schema, clock: Clock) -> None:
    app = App(schema, clock=clock, session_seconds=5)
    client = Client(app)
    clock.seconds += 5
    assert client.call("GET", "/validateSession").code == 952
    app.close()


def test_sessions_are_counted_and_can_all_be_ended(app: App, client: Client, clock: Clock) -> None:
    Client(app)
    assert app.session_count == 2
    app.expire_sessions()
    assert app.session_count == 0
    assert client.call("GET", "/validateSession").code == 952
    Client(app)
    clock.seconds += 15 * 60
    assert app.session_count == 0, "what has been idle too long is not alive"


def test_global_fields_belong_to_the_session(app: App, client: Client) -> None:
    other = Client(app)
    record_id = client.create({"Code": "1"})
    assert (
        client.call("PATCH", "/databases/people/globals", {"globalFields": {"Person::Setting": "a"}}).response
        == {}
    )
    assert client.fields(record_id)["Setting"] == "a"
    assert other.fields(record_id)["Setting"] == ""
    assert (
        client.call("PATCH", "/databases/people/globals", {"globalFields": {"person::Setting": "b"}}).code
        == 0
    )
    client.edit(record_id, fieldData={"Setting": "c"})
    assert client.fields(record_id)["Setting"] == "c"


@pytest.mark.parametrize("name", ["Person::Name", "Setting", "Nothing::Setting"])
def test_only_global_fields_with_their_table_can_be_set(client: Client, name: str) -> None:
    assert client.call("PATCH", "/databases/people/globals", {"globalFields": {name: "x"}}).code == 102
