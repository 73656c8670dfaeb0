from __future__ import annotations

import asyncio
import json
import logging
import pickle
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from transport.served import CERTIFICATE, Answer, Served, served

from fmorm.errors import ConnectionFailed, CredentialsMissing, ProtocolError
from fmorm.transport.oauth import (
    OAuthProvider,
    OAuthStart,
    async_oauth_begin,
    async_oauth_providers,
    oauth_begin,
    oauth_finish,
    oauth_providers,
)

REQUEST_ID = "E65B98BB17429C0643B31119F"
IDENTIFIER = "B164A3459A776E5177445DR223"
SIGN_IN = "https://login.example.com/authorize?client_id=abc&state=xyz"
RETURN = "https://app.example.com/signed-in"


@pytest.fixture(autouse=True)
def no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Served]:
    with served() as server:
        yield server


def providers_async(*args: Any, **options: Any) -> Any:
    return asyncio.run(async_oauth_providers(*args, **options))


def begin_async(*args: Any, **options: Any) -> Any:
    return asyncio.run(async_oauth_begin(*args, **options))


@pytest.fixture(params=[oauth_providers, providers_async], ids=["sync", "async"])
def providers(request: pytest.FixtureRequest) -> Callable[..., list[OAuthProvider]]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=[oauth_begin, begin_async], ids=["sync", "async"])
def begin(request: pytest.FixtureRequest) -> Callable[..., OAuthStart]:
    return request.param  # type: ignore[no-any-return]


def answering(server: Served, body: object, status: int = 200, **headers: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    server.answer = lambda _: Answer(text.encode(), status, named)


# -- the list of providers -------------------------------------------------------------------------------


def test_the_providers_of_a_server(server: Served, providers: Callable[..., Any]) -> None:
    answering(
        server,
        {"data": {"Provider": [{"Name": "Google"}, {"Name": "My Own", "ButtonName": "x"}]}, "result": 0},
    )
    assert providers(server.url) == [OAuthProvider("Google"), OAuthProvider("My Own")]
    (asked,) = server.asked
    assert (asked.method, asked.target) == ("GET", "/fmws/oauthproviderinfo")


@pytest.mark.parametrize(
    "body", [{}, {"result": 0}, {"data": None}, {"data": {}}, {"data": {"Provider": []}}]
)
def test_a_server_without_providers(server: Served, providers: Callable[..., Any], body: object) -> None:
    answering(server, body)
    assert providers(server.url) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html>Not Found</html>", 404),
        ("<html>", 200),
        ("", 200),
        ("[]", 200),
        ("null", 200),
        ({"data": []}, 500),
        ({"data": 7}, 200),
        ({"data": {"Provider": [{"name": "Google"}]}}, 200),
        ({"data": {"Provider": [{"Name": None}]}}, 200),
        ({"data": {"Provider": ["Google"]}}, 200),
        ({"data": {"Provider": 7}}, 200),
        ({"data": {"Other": []}}, 200),
        ({"data": {"Provider": []}}, 302),
    ],
)
def test_what_is_no_list_of_providers(
    server: Served, providers: Callable[..., Any], body: object, status: int
) -> None:
    answering(server, body, status)
    with pytest.raises(
        ProtocolError, match=f"HTTP {status}, and not the list. Is this a FileMaker Server"
    ) as caught:
        providers(server.url)
    assert caught.value.status == status


def test_no_server_is_told(providers: Callable[..., Any]) -> None:
    with served() as gone:
        pass
    with pytest.raises(ConnectionFailed, match="list of OAuth providers"):
        providers(gone.url)


def test_a_server_with_a_certificate_of_ones_own(providers: Callable[..., Any]) -> None:
    with served(tls=True) as server:
        answering(server, {})
        assert providers(server.url, verify=CERTIFICATE, timeout=5) == []


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("fm.example.com", {}, "write it like https://fm.example.com"),
        ("https://fm.example.com", {"proxy": "eva:s3cr3t@proxy"}, "write it like http://proxy"),
        ("https://fm.example.com", {"verify": "nothing.pem"}, "verify='nothing.pem'"),
    ],
)
def test_arguments_are_checked(providers: Callable[..., Any], url: str, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        providers(url, **options)
    assert "s3cr3t" not in str(caught.value)


# -- the beginning ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["My & Own", OAuthProvider("My & Own")], ids=["name", "provider"])
def test_a_sign_in_begins(server: Served, begin: Callable[..., Any], provider: Any) -> None:
    answering(server, f"{SIGN_IN}\n", X_FMS_Request_ID=REQUEST_ID)
    start = begin(server.url, provider, RETURN)
    assert (start.url, start.request_id) == (SIGN_IN, REQUEST_ID)
    (asked,) = server.asked
    parts = urlsplit(asked.target)
    assert (asked.method, parts.path) == ("GET", "/oauth/getoauthurl")
    assert parse_qs(parts.query) == {
        "trackingID": [start.tracking_id],
        "provider": ["My & Own"],
        "address": ["127.0.0.1"],
        "X-FMS-OAuth-AuthType": ["2"],
    }
    assert asked.headers["x-fms-application-type"] == "9"
    assert asked.headers["x-fms-application-version"] == "15"
    assert asked.headers["x-fms-return-url"] == RETURN


def test_each_sign_in_is_tracked_by_an_id_of_its_own(server: Served, begin: Callable[..., Any]) -> None:
    answering(server, SIGN_IN, X_FMS_Request_ID=REQUEST_ID)
    assert begin(server.url, "Google", RETURN).tracking_id != begin(server.url, "Google", RETURN).tracking_id


def test_the_browser_may_know_the_server_by_another_name(server: Served, begin: Callable[..., Any]) -> None:
    answering(server, SIGN_IN, X_FMS_Request_ID=REQUEST_ID)
    begin(server.url, "Google", RETURN, address="fm.example.com")
    assert "address=fm.example.com&" in server.asked[0].target


def test_an_old_server_has_the_address_in_a_header(server: Served, begin: Callable[..., Any]) -> None:
    answering(server, "", X_FMS_Request_ID=REQUEST_ID, X_FMS_Return_URL=SIGN_IN)
    assert begin(server.url, "Google", RETURN).url == SIGN_IN


@pytest.mark.parametrize(
    ("body", "status", "headers", "message"),
    [
        (SIGN_IN, 200, {}, "HTTP 200, and no request id"),
        ("", 200, {"X_FMS_Request_ID": REQUEST_ID}, "HTTP 200, and no address to sign in at"),
        ("<html>", 200, {"X_FMS_Request_ID": REQUEST_ID}, "no address"),
        ("javascript:alert(1)", 200, {"X_FMS_Request_ID": REQUEST_ID}, "no address"),
        ("", 400, {"X_FMS_Result": "25000"}, "HTTP 400, result 25000, and no address"),
        ("", 400, {"X_FMS_Result": "<b>"}, "HTTP 400, and no address"),
        (SIGN_IN, 500, {"X_FMS_Request_ID": REQUEST_ID}, "HTTP 500"),
    ],
)
def test_what_is_no_beginning(
    server: Served, begin: Callable[..., Any], body: str, status: int, headers: Any, message: str
) -> None:
    answering(server, body, status, **headers)
    with pytest.raises(
        ProtocolError, match=f"sign-in with 'Google': .*{message}.*oauth_providers tells it"
    ) as caught:
        begin(server.url, "Google", RETURN)
    assert caught.value.status == status
    assert REQUEST_ID not in str(caught.value)


@pytest.mark.parametrize(
    "given", [("fm", "Google", RETURN), ("https://fm", "Google", "https://a b"), ("https://fm", "Google", "")]
)
def test_what_cannot_be_asked_is_told(begin: Callable[..., Any], given: Any) -> None:
    with pytest.raises(ValueError, match=r"write it like|return_url"):
        begin(*given)


def test_the_request_id_is_in_no_text_and_no_log(
    server: Served, begin: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answering(server, SIGN_IN, X_FMS_Request_ID=REQUEST_ID)
    start = begin(server.url, "Google", RETURN)
    assert repr(start) == "<OAuth sign-in at login.example.com>"
    assert "httpcore" in caplog.text
    assert REQUEST_ID not in caplog.text
    with pytest.raises(TypeError, match="keep its request_id and tracking_id"):
        pickle.dumps(start)


# -- the return ------------------------------------------------------------------------------------------


def finish(returned: str) -> dict[str, str]:
    return oauth_finish(returned, request_id=REQUEST_ID, tracking_id="7-é").headers()


@pytest.mark.parametrize(
    "returned",
    [
        f"{RETURN}?trackingID=7-%C3%A9&identifier={IDENTIFIER}&error=0",
        f"{RETURN}?identifier={IDENTIFIER}",
        f"identifier={IDENTIFIER}&trackingID={quote('7-é')}",
        f"{RETURN}?next=%2F&identifier={IDENTIFIER}&error=",
    ],
)
def test_the_return_of_the_browser_makes_credentials(returned: str) -> None:
    assert finish(returned) == {
        "X-FM-Data-OAuth-Request-Id": REQUEST_ID,
        "X-FM-Data-OAuth-Identifier": IDENTIFIER,
    }


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (f"{RETURN}?trackingID=8&identifier={IDENTIFIER}&error=0", "the return of another sign-in"),
        (f"{RETURN}?identifier={IDENTIFIER}&error=5", r"nobody has signed in \(error 5\): begin again"),
        (f"{RETURN}?error=<script>&identifier={IDENTIFIER}", "nobody has signed in: begin again"),
        (f"{RETURN}?error=0", "has no identifier"),
        (RETURN, "has no identifier"),
        ("", "has no identifier"),
    ],
)
def test_a_return_that_does_not_do(returned: str, message: str) -> None:
    with pytest.raises(CredentialsMissing, match=message) as caught:
        finish(returned)
    assert IDENTIFIER not in str(caught.value)
    assert REQUEST_ID not in str(caught.value)
