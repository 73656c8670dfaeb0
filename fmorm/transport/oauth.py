"""Signing in with an OAuth provider that the server knows: Google, Microsoft, Amazon or one of the host's own.

1. `oauth_providers` tells which there are.
2. `oauth_begin` gives the address where the person signs in. Keep its `request_id` and `tracking_id`, in the web
   session say, and send the browser there.
3. The browser comes back to the return URL. `oauth_finish` makes `OAuth` credentials of the address it came with.

Requests and replies are as Claris's guides describe them; the names of members and parameters that the guides leave
open, `data.Provider[].Name` in the list and `trackingID`, `identifier` and `error` at the return URL, are those that
public clients read. None of it was recorded from a server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Final, Never, TypedDict, Unpack
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from fmorm.errors import CredentialsMissing, ProtocolError
from fmorm.transport.addresses import expect_proxy, expect_server
from fmorm.transport.credentials import OAuth
from fmorm.transport.failures import meaning
from fmorm.transport.http import HEADERS
from fmorm.transport.secret import expect_header, expect_text
from fmorm.transport.trust import Verify, trusting
from fmorm.wire.requests import Request

TIMEOUT: Final = 30.0
"""Seconds to wait for the server's answer; it asks nobody else for it."""

OK: Final = 200

_APPLICATION: Final = {"X-FMS-Application-Type": "9", "X-FMS-Application-Version": "15"}
"""Who asks: the Data API, as the guide has it."""
_QUERY: Final = {"X-FMS-OAuth-AuthType": "2"}


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """A provider that the server trusts.

    Attributes:
        name: Its name, as `oauth_begin` takes it.
    """

    name: str


class OAuthStart:
    """A sign-in that has begun.

    Attributes:
        url: Where the person signs in: send the browser there.
        request_id: One half of the credentials: keep it where only this person's session finds it.
        tracking_id: What the return must carry, so that nobody slips in a sign-in of their own.
    """

    __slots__ = ("request_id", "tracking_id", "url")

    def __init__(self, url: str, request_id: str, tracking_id: str) -> None:
        self.url = url
        self.request_id = request_id
        self.tracking_id = tracking_id

    def __repr__(self) -> str:
        return f"<OAuth sign-in at {urlsplit(self.url).hostname}>"

    def __reduce__(self) -> Never:
        raise TypeError("a sign-in is not pickled or copied: keep its request_id and tracking_id yourself")


class Reaching(TypedDict, total=False):
    """How the server is reached.

    Attributes:
        verify: Whether its certificate is checked, a path to authorities, or a TLS context; True where left out.
        timeout: Seconds to wait for the answer; 30 where left out.
        proxy: The proxy to go through; that of the environment where left out.
    """

    verify: Verify
    timeout: float
    proxy: str | None


# -- the list of providers -------------------------------------------------------------------------------


def oauth_providers(url: str, **reaching: Unpack[Reaching]) -> list[OAuthProvider]:
    """Ask the server which OAuth providers it trusts.

    Args:
        url: The server's address.
        reaching: See `Reaching`.

    Returns:
        The providers; none where the host has set none up.

    Raises:
        ValueError: An argument cannot be meant so.
        TransportError: There was no connection, or it broke.
        ProtocolError: The answer is not the list.
    """
    return _read_providers(_ask(_Ask(url, _PROVIDERS, {}, reaching)))


async def async_oauth_providers(url: str, **reaching: Unpack[Reaching]) -> list[OAuthProvider]:
    """Ask the server which OAuth providers it trusts; as `oauth_providers`."""
    return _read_providers(await _ask_async(_Ask(url, _PROVIDERS, {}, reaching)))


# -- the beginning ---------------------------------------------------------------------------------------


def oauth_begin(
    url: str,
    provider: str | OAuthProvider,
    return_url: str,
    *,
    address: str | None = None,
    **reaching: Unpack[Reaching],
) -> OAuthStart:
    """Begin a sign-in.

    Args:
        url: The server's address.
        provider: One of `oauth_providers`, or its name.
        return_url: Where the browser comes back to: an address of your program.
        address: The name by which the browser reaches the server; the host of `url` where it is left out.
        reaching: See `Reaching`.

    Returns:
        Where to send the browser, and what to keep until it comes back.

    Raises:
        ValueError: An argument cannot be meant so.
        TransportError: There was no connection, or it broke.
        ProtocolError: The answer holds no address or no request id.
    """
    start = _beginning(url, provider, return_url, address)
    return _read_start(_ask(_Ask(url, start.request(), start.headers(), reaching)), start)


async def async_oauth_begin(
    url: str,
    provider: str | OAuthProvider,
    return_url: str,
    *,
    address: str | None = None,
    **reaching: Unpack[Reaching],
) -> OAuthStart:
    """Begin a sign-in; as `oauth_begin`."""
    start = _beginning(url, provider, return_url, address)
    return _read_start(await _ask_async(_Ask(url, start.request(), start.headers(), reaching)), start)


# -- the return ------------------------------------------------------------------------------------------


def oauth_finish(returned: str, *, request_id: str, tracking_id: str) -> OAuth:
    """Make credentials of the address that the browser came back with.

    Args:
        returned: The whole address, or its query.
        request_id: That of the beginning.
        tracking_id: That of the beginning.

    Returns:
        The credentials, which log in once.

    Raises:
        CredentialsMissing: The person did not sign in, or this is the return of another sign-in.
    """
    query = returned.partition("?")[2] or returned
    values = {name: found[-1] for name, found in parse_qs(query).items()}
    if not compare_digest(values.get("trackingID", tracking_id).encode(), tracking_id.encode()):
        raise CredentialsMissing("this is the return of another sign-in: begin again with oauth_begin")
    error = values.get("error", "0")
    if error != "0":
        told = f" (error {error})" if error.lstrip("-").isdecimal() else ""
        raise CredentialsMissing(f"nobody has signed in{told}: begin again with oauth_begin")
    if not values.get("identifier"):
        raise CredentialsMissing("the address that the browser came back with has no identifier: begin again")
    return OAuth(request_id, values["identifier"])


# -- what is asked and answered --------------------------------------------------------------------------

_PROVIDERS: Final = Request("GET", "/fmws/oauthproviderinfo", "list of OAuth providers")


@dataclass(frozen=True, slots=True)
class _Beginning:
    provider: str
    return_url: str
    address: str
    tracking_id: str

    def request(self) -> Request:
        query = {"trackingID": self.tracking_id, "provider": self.provider, "address": self.address}
        about = f"sign-in with {self.provider!r}"
        return Request("GET", "/oauth/getoauthurl", about, query=query | _QUERY, private=True)

    def headers(self) -> dict[str, str]:
        return _APPLICATION | {"X-FMS-Return-URL": self.return_url}


def _beginning(url: str, provider: str | OAuthProvider, return_url: str, address: str | None) -> _Beginning:
    expect_server(url)
    name = provider.name if isinstance(provider, OAuthProvider) else provider
    expect_text("provider", name)
    expect_header("return_url", return_url)
    return _Beginning(name, return_url, address or urlsplit(url).hostname or "", str(uuid4()))


@dataclass(frozen=True, slots=True, repr=False)
class _Ask:
    url: str
    request: Request
    headers: Mapping[str, str]
    reaching: Reaching

    @property
    def address(self) -> str:
        return self.url.rstrip("/") + self.request.target

    def options(self) -> dict[str, Any]:
        expect_server(self.url)
        proxy = self.reaching.get("proxy")
        if proxy is not None:
            expect_proxy(proxy)
        verify = trusting(self.reaching.get("verify", True))
        return {
            "headers": HEADERS | dict(self.headers),
            "verify": verify if self.url.startswith("https:") else False,
            "timeout": self.reaching.get("timeout", TIMEOUT),
            "proxy": proxy,
        }


def _ask(ask: _Ask) -> httpx.Response:
    with httpx.Client(**ask.options()) as client:
        try:
            return client.get(ask.address)
        except httpx.RequestError as error:
            raise meaning(error, ask.request, ask.url) from error


async def _ask_async(ask: _Ask) -> httpx.Response:
    async with httpx.AsyncClient(**ask.options()) as client:
        try:
            return await client.get(ask.address)
        except httpx.RequestError as error:
            raise meaning(error, ask.request, ask.url) from error


def _read_providers(response: httpx.Response) -> list[OAuthProvider]:
    names = _names(response.content) if response.status_code == OK else None
    if names is None:
        raise ProtocolError(
            f"list of OAuth providers: HTTP {response.status_code}, and not the list. "
            "Is this a FileMaker Server? FileMaker Cloud has Claris ID instead",
            status=response.status_code,
            request=_PROVIDERS.about,
        )
    return [OAuthProvider(name) for name in names]


def _names(body: bytes) -> list[str] | None:
    """Read the providers' names; a server without any leaves `data` out."""
    try:
        data: Any = json.loads(body).get("data")
        listed: Any = data["Provider"] if data else []
        names: list[Any] = [entry["Name"] for entry in listed]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return names if all(isinstance(name, str) for name in names) else None


def _read_start(response: httpx.Response, beginning: _Beginning) -> OAuthStart:
    # The guide of FileMaker 17 has the address in the header, later ones have it in the body.
    texts = [response.text.strip(), response.headers.get("X-FMS-Return-URL", "")]
    url = next((text for text in texts if text.startswith(("https://", "http://"))), "")
    request_id = response.headers.get("X-FMS-Request-ID", "")
    if response.status_code == OK and url and request_id:
        return OAuthStart(url, request_id, beginning.tracking_id)
    result = response.headers.get("X-FMS-Result", "")
    told = f", result {result}" if result.lstrip("-").isdecimal() else ""
    raise ProtocolError(
        f"{beginning.request().about}: HTTP {response.status_code}{told}, "
        f"and {'no request id' if url else 'no address to sign in at'}. "
        "Is the provider's name as oauth_providers tells it, and switched on in the Admin Console?",
        status=response.status_code,
        request=beginning.request().about,
    )
