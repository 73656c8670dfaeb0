"""Fetching files out of containers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conformance.wire import Answer, Serve, Wire, path_of

ADDRESS = re.compile(
    r"http://[^/]+/Streaming_SSL/MainDB/[0-9A-F]{64}(\.[a-z]+)?\?RCType=EmbeddedRCFileProcessor"
)
CONTENT = b"\x89PNG\r\n and more"


def with_file(wire: Wire, file_name: str = "a.png") -> str:
    """Put a file into a container of a new record, and give the path that the record shows."""
    wire.layout = "files"
    record = wire.create()
    wire.upload(record, "Photo", CONTENT, file_name)
    return path_of(wire.get(record).fields["Photo"])


def cookie(answer: Answer) -> dict[str, str]:
    return {"Cookie": (answer.header("Set-Cookie") or "").partition(";")[0]}


def follow(wire: Wire, first: Answer, headers: dict[str, str]) -> Answer:
    return wire.send("GET", path_of(first.header("Location")), headers)


def test_a_record_shows_an_address(wire: Wire) -> None:
    wire.layout = "files"
    record = wire.create()
    wire.upload(record, "Photo", CONTENT, "a.png")
    shown = wire.get(record).fields["Photo"]
    assert ADDRESS.fullmatch(shown)
    assert shown.startswith(f"http://{wire.host}/")


@pytest.mark.parametrize(("file_name", "extension"), [("a.jpeg", ".jpeg"), ("none", ""), ("what. this?", "")])
def test_it_ends_like_the_file_if_that_has_an_extension(wire: Wire, file_name: str, extension: str) -> None:
    path = with_file(wire, file_name).partition("?")[0]
    assert re.fullmatch(f"/Streaming_SSL/MainDB/[0-9A-F]{{64}}{re.escape(extension)}", path)


def test_an_empty_container_is_an_empty_text(wire: Wire) -> None:
    wire.layout = "files"
    assert wire.get(wire.create()).fields["Photo"] == ""


def test_the_first_request_is_redirected_and_sets_a_cookie(wire: Wire) -> None:
    answer = wire.send("GET", with_file(wire), {})
    assert answer.status == 302
    assert re.fullmatch(r"X-FMS-Session-Key=[^;]+; ?HttpOnly", answer.header("Set-Cookie") or "")
    assert answer.header("Location")


def test_with_the_cookie_comes_the_file(wire: Wire) -> None:
    first = wire.send("GET", with_file(wire), {})
    answer = follow(wire, first, cookie(first))
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.header("Content-Type") == "text/plain"
    assert answer.header("Content-Length") == str(len(CONTENT))


def test_the_cookie_also_opens_the_first_address_and_those_of_other_files(wire: Wire) -> None:
    path, other = with_file(wire), with_file(wire)
    key = cookie(wire.send("GET", path, {}))
    assert wire.send("GET", path, key).body == CONTENT
    assert wire.send("GET", other, key).body == CONTENT


@pytest.mark.parametrize("headers", [{}, {"Cookie": "X-FMS-Session-Key=wrong"}, {"Cookie": "other=1"}])
def test_without_it_the_second_address_is_refused(wire: Wire, headers: dict[str, str]) -> None:
    first = wire.send("GET", with_file(wire), {})
    assert follow(wire, first, headers).status == 401


@pytest.mark.parametrize(
    ("release", "is_relative"), [("18", False), ("19", False), ("20", True), ("21", True), ("22", True)]
)
def test_the_second_address_is_relative_since_2023(serve: Serve, release: str, is_relative: bool) -> None:
    wire = serve(release=release)
    wire.begin()
    location = wire.send("GET", with_file(wire), {}).header("Location") or ""
    assert location.startswith("/Streaming_SSL/" if is_relative else f"http://{wire.host}/Streaming_SSL/")


@pytest.mark.parametrize("is_relative", [True, False])
def test_which_may_be_set_otherwise(serve: Serve, is_relative: bool) -> None:
    wire = serve(relative_redirects=is_relative)
    wire.begin()
    location = wire.send("GET", with_file(wire), {}).header("Location") or ""
    assert location.startswith("/") is is_relative


def test_authenticated_streaming_also_wants_the_token(serve: Serve) -> None:
    wire = serve(authenticated_streaming=True)
    wire.begin()
    path = with_file(wire)
    assert wire.send("GET", path, {}).status == 401
    assert wire.send("GET", path, {"Authorization": "Bearer " + "0" * 52}).status == 401
    first = wire.send("GET", path, {"Authorization": f"Bearer {wire.token}"})
    assert first.status == 302
    assert follow(wire, first, cookie(first)).body == CONTENT


def test_otherwise_the_token_does_no_harm(wire: Wire) -> None:
    headers = {"Authorization": f"Bearer {wire.token}"}
    first = wire.send("GET", with_file(wire), headers)
    assert first.status == 302
    assert follow(wire, first, {**headers, **cookie(first)}).body == CONTENT


def test_each_session_has_its_own_addresses(wire: Wire, joined: Callable[..., Wire]) -> None:
    path = with_file(wire)
    other = joined()
    other.layout = "files"
    shown = path_of(other.get("1").fields["Photo"])
    other.close()
    assert shown != path
    first, second = wire.send("GET", path, {}), wire.send("GET", shown, {})
    assert follow(wire, first, cookie(second)).status == 401


def test_an_address_ends_with_its_session(wire: Wire) -> None:
    path = with_file(wire)
    key = cookie(wire.send("GET", path, {}))
    wire.ask("DELETE", f"/databases/office/sessions/{wire.token}")
    answer = wire.send("GET", path, key)
    assert answer.status == 400
    assert "json" not in (answer.header("Content-Type") or "")


def test_an_unknown_address_is_a_web_servers_own_error(reader: Wire) -> None:
    answer = reader.send("GET", f"/Streaming_SSL/MainDB/{'0' * 64}.png?RCType=EmbeddedRCFileProcessor", {})
    assert answer.status == 400
    assert (answer.header("Content-Type") or "").startswith("text/html")
