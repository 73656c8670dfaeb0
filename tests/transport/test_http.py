from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol.answers import READ, TOKEN, WRITE

from fmorm import __version__
from fmorm.errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectTimedOut,
    OutcomeTimedOut,
    OutcomeUnknown,
    ReplyTimedOut,
    TlsError,
    TransportError,
)
from fmorm.transport.credentials import Account
from fmorm.transport.http import AsyncHttpTransport, HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire import requests
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place, Request

PLACE = Place("vLatest", "crm")
SETTINGS = Settings(url="https://fm.example.com:8443", database="crm", credentials=Account("ida", "pw"))
NOBODY: Mapping[str, str] = {}
Handler = Callable[[httpx.Request], httpx.Response]
Sender = Callable[..., Reply]


def send_sync(handler: Handler, request: Request, headers: Mapping[str, str] = NOBODY) -> Reply:
    transport = HttpTransport(SETTINGS, mount=httpx.MockTransport(handler))
    try:
        return transport.send(request, headers)
    finally:
        transport.close()


def send_async(handler: Handler, request: Request, headers: Mapping[str, str] = NOBODY) -> Reply:
    async def converse() -> Reply:
        transport = AsyncHttpTransport(SETTINGS, mount=cast("Any", httpx.MockTransport(handler)))
        try:
            return await transport.send(request, headers)
        finally:
            await transport.close()

    return asyncio.run(converse())


@pytest.fixture(params=[send_sync, send_async], ids=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Sender:
    """Sends one request to a handler, in each colour."""
    sender: Sender = request.param
    return sender


class Noted:
    """A handler that answers OK and keeps what came."""

    def __init__(self, response: httpx.Response | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._response = response or httpx.Response(200, json={"response": {}, "messages": []})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._response


# -- what is sent ----------------------------------------------------------------------------------------


def test_method_address_and_body(send: Sender) -> None:
    noted = Noted()
    send(noted, WRITE, {"Authorization": "Bearer abc"})
    (sent,) = noted.requests
    assert (sent.method, str(sent.url)) == ("PATCH", f"https://fm.example.com:8443{WRITE.target}")
    assert sent.content == WRITE.content
    assert sent.headers["Authorization"] == "Bearer abc"
    assert sent.headers["Accept"] == "application/json"
    assert sent.headers["User-Agent"] == f"fmorm/{__version__}"


@pytest.mark.parametrize(
    "request_", [WRITE, requests.log_in(PLACE), requests.create(PLACE, "guest", {}, {})], ids=str
)
def test_a_body_has_exactly_this_content_type(send: Sender, request_: Request) -> None:
    noted = Noted()
    send(noted, request_)
    values = [value for name, value in noted.requests[0].headers.raw if name.lower() == b"content-type"]
    assert values == [b"application/json"]


@pytest.mark.parametrize("request_", [READ, requests.delete(PLACE, "guest", "7")], ids=str)
def test_without_a_body_there_is_no_content_type(send: Sender, request_: Request) -> None:
    noted = Noted()
    send(noted, request_)
    assert "Content-Type" not in noted.requests[0].headers
    assert noted.requests[0].content == b""


def test_without_an_authorization_there_is_no_header(send: Sender) -> None:
    noted = Noted()
    send(noted, requests.log_out(PLACE, TOKEN))
    assert "Authorization" not in noted.requests[0].headers


@pytest.mark.parametrize("name", ["a/b", "#", "?", "100 %", "a+b", "é", "😀", "a;b", "'", "..", "."])
def test_names_are_on_the_wire_as_they_were_encoded(send: Sender, name: str) -> None:
    noted = Noted()
    request = requests.read_range(PLACE, name, offset=0, limit=1, portals=[requests.Rows(name)])
    send(noted, request)
    assert noted.requests[0].url.raw_path.decode() == request.target


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda name: name.strip(".")))
def test_every_name_arrives(name: str) -> None:
    noted = Noted()
    send_sync(noted, requests.read_range(PLACE, name, offset=0, limit=1, portals=[requests.Rows(name)]))
    url = noted.requests[0].url
    assert unquote(url.raw_path.decode().partition("?")[0].split("/")[-2]) == name
    assert json.loads(url.params["portal"]) == [name]


def test_time_outs_are_the_settings_own(send: Sender) -> None:
    noted = Noted()
    send(noted, READ)
    seconds = SETTINGS.timeout
    assert noted.requests[0].extensions["timeout"] == {
        "connect": SETTINGS.connect_timeout, "read": seconds, "write": seconds, "pool": seconds,
    }  # fmt: skip


# -- what comes back -------------------------------------------------------------------------------------


def test_a_reply_is_status_headers_and_body(send: Sender) -> None:
    body = '{"response":{"token":"é"}}'.encode()
    reply = send(Noted(httpx.Response(401, headers={"X-FM-Data-Access-Token": TOKEN}, content=body)), READ)
    assert (reply.status, reply.body) == (401, body)
    assert reply.headers.get("x-fm-data-access-token") == TOKEN


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(send: Sender, status: int) -> None:
    noted = Noted(httpx.Response(status, headers={"Location": "https://elsewhere.example.com/"}))
    assert send(noted, WRITE, {"Authorization": "Bearer abc"}).status == status
    assert len(noted.requests) == 1, "the token went elsewhere"


# -- what goes wrong -------------------------------------------------------------------------------------

BEFORE = [
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
]
LATE = [httpx.ReadTimeout, httpx.WriteTimeout]
BROKEN = [
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
    httpx.LocalProtocolError,
    httpx.DecodingError,
]
DURING = [*LATE, *BROKEN]


def failing(error: type[httpx.RequestError], text: str = "it broke") -> Handler:
    def handle(request: httpx.Request) -> httpx.Response:
        raise error(text, request=request)

    return handle


@pytest.mark.parametrize("error", BEFORE)
@pytest.mark.parametrize("request_", [READ, WRITE], ids=["reading", "writing"])
def test_without_a_connection_nothing_was_sent(
    send: Sender, error: type[httpx.RequestError], request_: Request
) -> None:
    with pytest.raises(ConnectionFailed, match="Nothing was sent") as caught:
        send(failing(error), request_)
    assert type(caught.value) is (
        ConnectTimedOut if issubclass(error, httpx.TimeoutException) else ConnectionFailed
    )
    assert caught.value.request == request_.about in str(caught.value)
    assert caught.value.advice in str(caught.value)
    late = issubclass(error, httpx.TimeoutException)  # their texts speak of scopes and deadlines of their own
    assert ("timed out" if late else "it broke") in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[SSL: WRONG_VERSION_NUMBER] wrong version number", "certificate verify failed"]
)
def test_a_failure_of_tls_is_a_kind_of_its_own(send: Sender, text: str) -> None:
    with pytest.raises(TlsError, match="Nothing was sent"):
        send(failing(httpx.ConnectError, text), WRITE)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("certificate verify failed: self-signed certificate", "the file of the authority that signed it"),
        ("certificate verify failed: certificate has expired", "it needs a new one"),
        ("certificate verify failed: Hostname mismatch", "is for another host"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "is its address one with http://"),
    ],
)
def test_each_failure_of_tls_has_its_advice(send: Sender, text: str, advice: str) -> None:
    with pytest.raises(TlsError) as caught:
        send(failing(httpx.ConnectError, text), READ)
    assert advice in caught.value.advice


def test_a_header_that_http_cannot_carry_is_not_quoted(send: Sender) -> None:
    text = f"Illegal header value b'Bearer {TOKEN}\\n'"
    with pytest.raises(ConnectionLost, match="a character that HTTP cannot carry") as caught:
        send(failing(httpx.LocalProtocolError, text), READ)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("error", DURING)
@pytest.mark.parametrize(
    ("request_", "broken", "late", "text"),
    [
        (READ, ConnectionLost, ReplyTimedOut, "Nothing was changed"),
        (
            requests.find(PLACE, "guest", query=[], offset=0, limit=1),
            ConnectionLost,
            ReplyTimedOut,
            "Nothing was changed",
        ),
        (WRITE, OutcomeUnknown, OutcomeTimedOut, "may or may not have carried it out"),
        (
            requests.create(PLACE, "guest", {}, {}),
            OutcomeUnknown,
            OutcomeTimedOut,
            "may or may not have carried it out",
        ),
        (
            requests.delete(PLACE, "guest", "7"),
            OutcomeUnknown,
            OutcomeTimedOut,
            "may or may not have carried it out",
        ),
    ],
    ids=["get", "find", "edit", "create", "delete"],
)
def test_a_connection_that_breaks_means_what_the_request_does(
    send: Sender,
    error: type[httpx.RequestError],
    request_: Request,
    broken: type[TransportError],
    late: type[TransportError],
    text: str,
) -> None:
    meaning = late if error in LATE else broken
    with pytest.raises(meaning, match=text) as caught:
        send(failing(error), request_)
    assert type(caught.value) is meaning
    assert isinstance(caught.value.__cause__, error)
    assert caught.value.request == request_.about in str(caught.value)
    assert caught.value.advice in str(caught.value)


def test_every_failure_of_httpx_is_in_a_list_above() -> None:
    def leaves(cls: type[Any]) -> list[type[Any]]:
        return [leaf for sub in cls.__subclasses__() for leaf in leaves(sub)] or [cls]

    known = {cls for cls in leaves(httpx.RequestError) if cls.__module__.startswith("httpx")}
    assert known == {*BEFORE, *DURING, httpx.TooManyRedirects}


def test_an_error_without_a_text_is_named(send: Sender) -> None:
    with pytest.raises(ConnectionLost, match="ReadError"):
        send(failing(httpx.ReadError, ""), READ)


class Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose connection breaks in the middle."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"response":'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"response":'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


@pytest.mark.parametrize(("request_", "meaning"), [(READ, ConnectionLost), (WRITE, OutcomeUnknown)])
def test_a_body_that_breaks_off_is_no_reply(
    send: Sender, request_: Request, meaning: type[TransportError]
) -> None:
    with pytest.raises(meaning, match="peer closed connection"):
        send(Noted(httpx.Response(200, stream=Cut())), request_)


@pytest.mark.parametrize(("request_", "meaning"), [(READ, ConnectionLost), (WRITE, OutcomeUnknown)])
def test_a_body_that_cannot_be_unpacked_is_no_reply(
    send: Sender, request_: Request, meaning: type[TransportError]
) -> None:
    response = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))
    with pytest.raises(meaning):
        send(Noted(response), request_)


# -- secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [*BEFORE, *DURING])
def test_no_error_of_a_log_out_shows_the_token(send: Sender, error: type[httpx.RequestError]) -> None:
    with pytest.raises(TransportError) as caught:
        send(failing(error), requests.log_out(PLACE, TOKEN), {"Authorization": f"Bearer {TOKEN}"})
    assert TOKEN not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r} {vars(caught.value)}"


def test_no_log_shows_the_token(send: Sender, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(Noted(), READ, {"Authorization": f"Bearer {TOKEN}"})
    send(Noted(), requests.log_out(PLACE, TOKEN))
    assert TOKEN not in caplog.text, "the token is part of the address of a log-out"
