"""Over real sockets: certificates, proxies and time-outs."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from protocol.answers import READ, WRITE
from transport.served import CERTIFICATE, Answer, Asked, Served, served

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
from fmorm.transport.credentials import Account, OAuth
from fmorm.transport.http import AsyncHttpTransport, HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire import requests
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

SECRET = "s3cr3t-0f-1da"
Sender = Callable[..., Reply]


@pytest.fixture(autouse=True)
def no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def send_sync(settings: Settings, request: Request = READ) -> Reply:
    transport = HttpTransport(settings)
    try:
        return transport.send(request, settings.credentials.headers())
    finally:
        transport.close()


def send_async(settings: Settings, request: Request = READ) -> Reply:
    async def converse() -> Reply:
        transport = AsyncHttpTransport(settings)
        try:
            return await transport.send(request, settings.credentials.headers())
        finally:
            await transport.close()

    return asyncio.run(converse())


@pytest.fixture(params=[send_sync, send_async], ids=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Sender:
    sender: Sender = request.param
    return sender


@pytest.fixture
def server() -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Served]:
    with served(tls=True) as server:
        yield server


def settings(url: str, **given: Any) -> Settings:
    defaults: dict[str, Any] = {"url": url, "database": "crm", "credentials": Account("ida", SECRET)}
    return Settings(**defaults | given)


def told(error: TransportError) -> str:
    assert error.request == READ.about or error.request == WRITE.about
    assert error.advice in str(error)
    assert SECRET not in str(error)
    return error.advice


# -- certificates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verify", [str(CERTIFICATE), CERTIFICATE, False, "context"])
def test_a_server_with_a_certificate_of_ones_own(send: Sender, encrypted: Served, verify: Any) -> None:
    if verify == "context":
        verify = ssl.create_default_context(cafile=CERTIFICATE)
    assert send(settings(encrypted.url, verify=verify)).status == 200


def test_an_unknown_authority_is_told_with_advice(send: Sender, encrypted: Served) -> None:
    before = len(encrypted.asked)
    with pytest.raises(TlsError, match="Nothing was sent") as caught:
        send(settings(encrypted.url), WRITE)
    assert "give verify= the file of the authority" in told(caught.value)
    assert len(encrypted.asked) == before


def test_a_certificate_for_another_host_is_told_with_advice(send: Sender, encrypted: Served) -> None:
    url = encrypted.url.replace("localhost", "127.0.0.1")
    with pytest.raises(TlsError) as caught:
        send(settings(url, verify=CERTIFICATE))
    assert "for another host" in told(caught.value)


def test_a_server_without_tls_is_told_with_advice(send: Sender, server: Served) -> None:
    with pytest.raises(TlsError) as caught:
        send(settings(server.url.replace("http:", "https:")))
    assert "is its address one with http://" in told(caught.value)


def test_a_server_with_tls_at_a_plain_address_is_told_with_advice(send: Sender, encrypted: Served) -> None:
    with pytest.raises(ConnectionLost) as caught:
        send(settings(encrypted.url.replace("https:", "http:")))
    assert "its address is one with https://" in told(caught.value)


# -- proxies ---------------------------------------------------------------------------------------------


def test_requests_go_through_the_proxy_with_its_account(
    send: Sender, server: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    proxy = server.url.replace("http://", f"http://eva:{SECRET}@")
    reply = send(settings("http://fm.invalid", proxy=proxy))
    assert reply.status == 200
    (asked,) = server.asked
    assert asked.target == f"http://fm.invalid{READ.target}"
    code = b64encode(f"eva:{SECRET}".encode()).decode()
    assert asked.headers["proxy-authorization"] == f"Basic {code}"
    assert SECRET not in caplog.text
    assert code not in caplog.text


def test_a_proxy_that_refuses_the_way_has_sent_nothing(
    send: Sender, server: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer = lambda _: Answer(status=407)
    proxy = server.url.replace("http://", f"http://eva:{SECRET}@")
    with pytest.raises(ConnectionFailed, match=r"407.*Nothing was sent") as caught:
        send(settings("https://fm.invalid", proxy=proxy), WRITE)
    assert "check proxy=" in told(caught.value)
    assert [asked.method for asked in server.asked] == ["CONNECT"]
    assert SECRET not in caplog.text
    assert b64encode(f"eva:{SECRET}".encode()).decode() not in caplog.text


def test_the_password_of_a_socks_proxy_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    line = f"setup_socks5_connection.started stream=<s> host='fm' port=443 auth=(b'eva', b'a){SECRET}')"
    logging.getLogger("httpcore.socks").debug(line)
    assert "setup_socks5_connection" in caplog.text
    assert SECRET not in caplog.text


def test_without_an_argument_the_environment_says_which_proxy(
    send: Sender, server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    assert send(settings("http://fm.invalid")).status == 200
    assert len(server.asked) == 1


# -- logs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "credentials",
    [Account("ida", SECRET), Account("ida", lambda: SECRET), OAuth(SECRET, "i"), OAuth("r", SECRET)],
    ids=["account", "asked", "request id", "identifier"],
)
def test_no_log_shows_what_logs_in(
    send: Sender, server: Served, caplog: pytest.LogCaptureFixture, credentials: Any
) -> None:
    def mirror(asked: Asked) -> Answer:
        return Answer(headers={k: v for k, v in asked.headers.items() if k.startswith(("x-fm", "author"))})

    caplog.set_level(logging.DEBUG)
    server.answer = mirror
    given = settings(server.url, credentials=credentials)
    sources = [{"database": "erp", "username": "eva", "password": SECRET}]
    send(given, requests.log_in(given.place, sources))
    assert server.asked[0].headers.items() >= {k.lower(): v for k, v in credentials.headers().items()}.items()
    assert "httpcore" in caplog.text
    assert SECRET not in caplog.text
    assert b64encode(f"ida:{SECRET}".encode()).decode() not in caplog.text


# -- time-outs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "error", "advice"),
    [(READ, ReplyTimedOut, "give a longer timeout="), (WRITE, OutcomeTimedOut, "read the record")],
    ids=["reading", "writing"],
)
def test_a_server_that_is_silent(
    send: Sender, server: Served, request_: Request, error: type[Any], advice: str
) -> None:
    done = threading.Event()

    def answer(_: Asked) -> Answer:
        done.wait(5)
        return Answer()

    server.answer = answer
    try:
        with pytest.raises(error, match="no reply came in time") as caught:
            send(settings(server.url, timeout=0.05), request_)
    finally:
        done.set()
    assert {TimeoutError, OutcomeUnknown if request_.writes else ConnectionLost} < set(error.__mro__)
    assert advice in told(caught.value)


def test_a_host_that_does_not_take_the_connection(send: Sender) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:  # the queue of those who wait to be accepted
            one.setblocking(False)
            one.connect_ex(address)
        try:
            with pytest.raises(ConnectTimedOut, match="Nothing was sent") as caught:
                send(settings(f"http://127.0.0.1:{address[1]}", connect_timeout=0.05), WRITE)
        finally:
            for one in waiting:
                one.close()
    assert isinstance(caught.value, TimeoutError)
    assert "connect_timeout=" in told(caught.value)


def test_a_host_that_refuses(send: Sender) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConnectionFailed, match="Nothing was sent") as caught:
            send(settings(url))
    assert type(caught.value) is ConnectionFailed
