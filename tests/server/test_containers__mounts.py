"""Uploads and downloads by httpx, in process and over a socket, and what becomes of those that break off."""

from __future__ import annotations

import os
import socket
import time
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from server.album import ALBUM, Album, form
from server.callers import RECORDS, Call, Caller, SharedServer, code_of, wait_until
from server.client import BASE

from fmorm.server import App, Schema, load_schema

BIG = 50_000_000
PATIENCE = 20.0
"""Seconds for 50 MB there or back, which take less than one."""


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema(ALBUM)


@pytest.fixture
def album(app: App) -> Album:
    return Album(app)


@pytest.fixture
def ann(album: Album) -> str:
    return album.create({"Name": "Ann"})


class Loader:
    """Uploads and downloads through a caller's httpx client."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def call(self, record_id: str, content: bytes) -> Call:
        return Call("POST", f"{RECORDS}/{record_id}/containers/Photo", {"upload": content}, timeout=PATIENCE)

    def upload(self, record_id: str, content: bytes) -> httpx.Response:
        return self.caller.ask(self.call(record_id, content))

    def address(self, record_id: str) -> str:
        data = self.caller.call("GET", f"{RECORDS}/{record_id}").json()["response"]["data"]
        return str(data[0]["fieldData"]["Photo"])

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.caller.ask(Call("GET", url, **more))


@pytest.fixture
def loader(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Loader:
    """Let the caller send forms in place of JSON, and whole addresses in place of paths."""
    options = caller.options

    def with_forms(call: Call) -> dict[str, Any]:
        given = options(call)
        if "/containers/" in call.path:
            content = given.pop("json")["upload"]
            given["files"] = {"upload": ("ä.bin", content)}
        if "/Streaming_SSL/" in call.path:
            given |= {"url": call.path, "follow_redirects": True}
        return given

    monkeypatch.setattr(caller, "options", with_forms)
    return Loader(caller)


def test_a_client_that_follows_redirects_gets_the_same_bytes(loader: Loader, ann: str) -> None:
    for content in (b"", b"x", os.urandom(100_000), b"\r\n--x--\r\n" * 1000):
        assert code_of(loader.upload(ann, content)) == 0
        answer = loader.get(loader.address(ann))
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-type"] == "application/octet-stream"
        loader.caller.call("PATCH", f"{RECORDS}/{ann}", {"fieldData": {"Photo": ""}})
        assert loader.address(ann) == ""


def test_fifty_megabytes_take_no_time(loader: Loader, ann: str) -> None:
    content = os.urandom(BIG)
    began = time.monotonic()
    assert code_of(loader.upload(ann, content)) == 0
    answer = loader.get(loader.address(ann), timeout=PATIENCE)
    assert time.monotonic() - began < PATIENCE
    assert answer.content == content, "compared last, since a failure would show 50 MB"


def test_an_upload_whose_reply_is_lost_is_done(loader: Loader, album: Album, ann: str) -> None:
    album.app.faults.drop("after commit", on="upload", times=1)
    with pytest.raises(httpx.TransportError):
        loader.upload(ann, b"kept")
    assert album.content(ann) == b"kept"
    assert album.get(ann).record["modId"] == "1"


def test_an_upload_that_is_dropped_before_stores_nothing(loader: Loader, album: Album, ann: str) -> None:
    loader.upload(ann, b"before")
    for fault in (
        album.app.faults.drop("before commit", on="upload"),
        album.app.faults.fail(301, on="writes"),
    ):
        with fault:
            try:
                assert code_of(loader.upload(ann, b"after")) == 301
            except httpx.TransportError:
                assert fault.effect.name == "drop"
    assert (album.content(ann), album.kept()) == (b"before", 1)


def test_a_download_can_break_off(loader: Loader, album: Album, ann: str) -> None:
    loader.upload(ann, b"x" * 1000)
    address = loader.address(ann)
    album.app.faults.drop("mid-body", on="download", skip=1, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        loader.get(address)
    assert loader.get(address).content == b"x" * 1000


class TestHalfSent:
    """A raw socket, since no client stops in the middle of a body."""

    @pytest.fixture
    def half(
        self, app: App, album: Album, ann: str, shared_server: SharedServer
    ) -> tuple[socket.socket, bytes]:
        """Send one half of an upload; gives the connection and the other half."""
        address = urlsplit(shared_server.serve(app))
        body, headers = form(os.urandom(200_000))
        headers["authorization"] = f"Bearer {album.token}"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"POST {BASE}{RECORDS}/{ann}/containers/Photo HTTP/1.1\r\n{head}\r\n".encode() + body
        connection = socket.create_connection((address.hostname, address.port or 80), timeout=PATIENCE)
        connection.sendall(request[:100_000])
        return connection, request[100_000:]

    def test_a_session_that_ends_meanwhile_is_952_and_nothing_is_stored(
        self, app: App, album: Album, ann: str, half: tuple[socket.socket, bytes]
    ) -> None:
        connection, rest = half
        app.expire_sessions()
        with connection:
            connection.sendall(rest)
            answer = HTTPResponse(connection)
            answer.begin()
            content = answer.read()
        assert answer.status == 401
        assert b'"952"' in content
        assert (album.kept(), Album(app).get(ann).record["modId"]) == (0, "0")

    def test_a_client_that_goes_away_has_stored_nothing(
        self, app: App, album: Album, ann: str, half: tuple[socket.socket, bytes]
    ) -> None:
        connection, _ = half
        connection.close()
        wait_until(lambda: album.get(ann).record["modId"] == "0", "an answer")
        assert (album.kept(), album.fields(ann)["Photo"]) == (0, "")
        assert not any("/containers/" in request.target for request, _ in app.requests)
