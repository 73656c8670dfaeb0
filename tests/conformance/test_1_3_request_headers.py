"""What a request says in its headers: content type and authorization."""

from __future__ import annotations

import pytest
from conformance.wire import Serve, Wire, basic

WITH_BODY = [
    ("POST", "/databases/office/sessions", b'{"fmDataSource":[]}'),
    ("POST", "records", b'{"fieldData":{}}'),
    ("PATCH", "records/1", b'{"fieldData":{"Name":"x"}}'),
    ("POST", "records/1", b'{"script":"Echo"}'),
    ("POST", "_find", b'{"query":[{"Name":"Ada"}]}'),
    ("PATCH", "/databases/office/globals", b'{"globalFields":{"Person::Setting":"x"}}'),
]


@pytest.fixture
def ada(wire: Wire) -> str:
    return wire.create({"Name": "Ada"})


def authorization(wire: Wire, path: str) -> str:
    return basic("api", "secret") if path.endswith("sessions") else f"Bearer {wire.token}"


@pytest.mark.parametrize(("method", "path", "body"), WITH_BODY)
def test_a_json_body_is_taken_as_application_json(
    wire: Wire, ada: str, method: str, path: str, body: bytes
) -> None:
    answer = wire.ask(method, path, body, authorization=authorization(wire, path))
    assert answer.outcome == (200, "0", "OK")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "text/json"])
@pytest.mark.parametrize(("method", "path", "body"), WITH_BODY)
def test_a_body_of_another_content_type_or_of_none_is_refused_with_415(
    wire: Wire, ada: str, method: str, path: str, body: bytes, content_type: str
) -> None:
    answer = wire.ask(method, path, body, content_type=content_type, authorization=authorization(wire, path))
    assert answer.status == 415
    assert answer.json["response"] == {}
    assert wire.get(ada).fields["Name"] == "Ada"


def test_an_upload_of_another_content_type_is_refused_with_415(wire: Wire, ada: str) -> None:
    wire.layout = "files"
    assert wire.ask("POST", f"records/{ada}/containers/Photo", {"upload": "x"}).status == 415


@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain"])
def test_a_get_and_a_delete_may_have_any_content_type_or_none(
    wire: Wire, ada: str, content_type: str
) -> None:
    assert wire.ask("GET", f"records/{ada}", content_type=content_type).code == "0"
    assert wire.ask("DELETE", f"records/{ada}", content_type=content_type).code == "0"


@pytest.mark.parametrize("content_type", ["", "application/json"])
@pytest.mark.parametrize("body", [None, b""])
def test_log_in_and_duplicate_take_an_empty_body(
    wire: Wire, ada: str, body: bytes | None, content_type: str
) -> None:
    credentials = basic("api", "secret")
    path = "/databases/office/sessions"
    assert wire.ask("POST", path, body, content_type=content_type, authorization=credentials).code == "0"
    assert wire.ask("POST", f"records/{ada}", body, content_type=content_type).code == "0"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/json;charset=UTF-8"]
)
@pytest.mark.parametrize("release", ["19", "20", "21", "22"])
def test_a_charset_may_stand_in_the_content_type(serve: Serve, release: str, content_type: str) -> None:
    wire = serve(release=release)
    wire.begin()
    answer = wire.ask("POST", "records", {"fieldData": {"Name": "Åse"}}, content_type=content_type)
    assert answer.outcome == (200, "0", "OK")


def test_release_18_refuses_a_charset_with_400(serve: Serve) -> None:
    wire = serve(release="18")
    wire.begin()
    answer = wire.ask("POST", "records", {"fieldData": {}}, content_type="application/json; charset=utf-8")
    assert answer.status == 400


def test_basic_opens_a_session_and_bearer_uses_it(reader: Wire) -> None:
    token = reader.log_in().response["token"]
    assert reader.ask("GET", "records", authorization=f"Bearer {token}").code == "0"


def test_a_claris_id_opens_a_session(reader: Wire) -> None:
    token = reader.log_in(authorization="FMID ada-id-token").response["token"]
    assert reader.ask("GET", "records", authorization=f"Bearer {token}").code == "0"


def test_a_password_may_hold_colons(reader: Wire) -> None:
    assert reader.log_in("colon", "a:b:c").code == "0"
    assert reader.log_in("colon", "a").outcome[:2] == (401, "212")


@pytest.mark.parametrize("header", ["Digest x", "Token x", "secret"])
def test_another_scheme_is_refused_by_name(reader: Wire, header: str) -> None:
    refused = (401, "212", "Authorization header missing 'Basic' or 'Bearer'.")
    assert reader.log_in(authorization=header).outcome == refused
    assert reader.ask("GET", "records", authorization=header).outcome == refused


@pytest.mark.parametrize("value", ["x", "", "YXBp", "///", "****"])
def test_basic_credentials_that_cannot_be_read_are_refused_by_name(reader: Wire, value: str) -> None:
    answer = reader.log_in(authorization=f"Basic {value}")
    assert answer.outcome == (401, "212", "Authorization header 'Basic' invalid.")
