"""The way to a file: which headers and cookies go where, and addresses that are none."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from fmorm import ProtocolError
from fmorm.transport.credentials import Account
from fmorm.transport.hops import Journey
from fmorm.transport.http import HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire.requests import Request

HOME = "https://fm.example.com"
TOKEN = {"Authorization": "Bearer t0ken"}
DOWNLOAD = Request("GET", "", "download of photo", private=True, verb="download")


def redirect(journey: Journey, location: str, cookie: str = "") -> None:
    headers = [("Location", location), *([("Set-Cookie", cookie)] if cookie else [])]
    assert journey.goes_on(httpx.Response(302, headers=headers, request=httpx.Request("GET", journey.url)))


def begun(address: str = f"{HOME}/Streaming_SSL/a") -> Journey:
    return Journey(DOWNLOAD, address, HOME, TOKEN)


@pytest.mark.parametrize(
    "address",
    [
        "https://fm.example.com.evil.example/a",
        "https://fm.example.com@evil.example/a",
        "https://evil.example/\\@fm.example.com",
        "https://evil.example\\@fm.example.com:444/",
        "http://fm.example.com/a",
        "https://fm.example.com:8443/a",
        "//evil.example/a",
    ],
)
def test_a_stranger_is_not_shown_the_token(address: str) -> None:
    journey = begun()
    redirect(journey, address)
    assert journey.headers() == {}
    redirect(journey, f"{HOME}/a")
    assert journey.headers() == TOKEN


@pytest.mark.parametrize("address", ["https://fm.example.com:443/a", "HTTPS://FM.example.com/a", "/a", "a?b"])
def test_the_server_itself_is(address: str) -> None:
    journey = begun()
    redirect(journey, address, "key=1; HttpOnly")
    assert journey.headers() == {**TOKEN, "Cookie": "key=1"}


def test_a_cookie_that_was_told_over_tls_is_told_to_nobody_without() -> None:
    journey = begun()
    redirect(journey, "http://fm.example.com/a", "key=1")
    assert journey.headers() == {}
    redirect(journey, "https://fm.example.com/a", "other=2")
    assert journey.headers()["Cookie"] == "other=2; key=1"


@pytest.mark.parametrize(
    "address",
    [
        "http://h:abc/", "http://\x7f/", "http:///x", "http://xn--/", "http://a..b/", "file:/a.png",
        "javascript:x", "remote:a",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_an_error_of_fmorm(address: str) -> None:
    with pytest.raises(ProtocolError, match="download of photo: its address is none of the web"):
        begun(address)


def sent(served: Callable[[httpx.Request], httpx.Response]) -> HttpTransport:
    settings = Settings(url=HOME, database="CRM", credentials=Account("api", "pw"))
    return HttpTransport(settings, httpx.MockTransport(served))


def test_the_cookie_of_one_users_file_goes_with_nobody_elses_requests() -> None:
    """All users of a host share its connections."""
    cookies = list[str | None]()

    def served(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("cookie"))
        if request.url.path == "/first":
            return httpx.Response(302, headers={"Location": "/second", "Set-Cookie": "key=ann"})
        return httpx.Response(200, content=b"file")

    transport = sent(served)
    assert transport.open(DOWNLOAD, f"{HOME}/first", TOKEN).read() == b"file"
    transport.open(DOWNLOAD, f"{HOME}/second", {"Authorization": "Bearer of-bob"}).close()
    transport.send(Request("GET", "/layouts", "layouts"), {"Authorization": "Bearer of-bob"})
    assert cookies == [None, "key=ann", None, None]
    transport.close()
