"""Signing in with an OAuth provider: the two addresses of the host, and one that stands for the provider.

Claris's guides name the addresses, the parameters and the headers. What they leave open is marked as a guess: the
names of members and of the parameters at the return URL are those that public clients read.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fmorm.server import refusals
from fmorm.server.exact import dumps
from fmorm.server.http import Reply, Request
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Account
from fmorm.server.schema.schema import Schema

_PROVIDERS: Final = "/fmws/oauthproviderinfo"
_BEGIN: Final = "/oauth/getoauthurl"
_SIGN_IN: Final = "/oauth/embedded"
"""The provider's page, which has nothing to ask."""
PLACES: Final = ("/fmws/", "/oauth/")
"""Where requests about signing in begin; nothing else of the host does."""
_HOST: Final = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")
"""What can be the name of a host in a header."""
_AT_ONCE: Final = 1000
"""Sign-ins that are remembered; the oldest are forgotten."""
_TEXT: Final = ("Content-Type", "text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that has begun: with which provider, and where the browser goes afterwards."""

    provider: str
    tracking_id: str
    return_url: str


class SignIns:
    """All sign-ins that have begun and were not used, by request id."""

    def __init__(self) -> None:
        self._by_id: dict[str, SignIn] = {}

    def begin(self, sign_in: SignIn) -> str:
        """Begin a sign-in and give its request id."""
        request_id = secrets.token_hex(16).upper()
        self._by_id[request_id] = sign_in
        if len(self._by_id) > _AT_ONCE:
            del self._by_id[next(iter(self._by_id))]
        return request_id

    def get(self, request_id: str) -> SignIn | None:
        """Find a sign-in."""
        return self._by_id.get(request_id)

    def use(self, request_id: str) -> str | None:
        """Log in with a sign-in, once (a guess), and give its provider."""
        sign_in = self._by_id.pop(request_id, None)
        return sign_in.provider if sign_in else None


def answer(request: Request, schemas: Iterable[Schema], sign_ins: SignIns) -> Reply:
    """Answer a request about signing in.

    Raises:
        Refusal: There is no such address, or its method is not GET.
    """
    path, _, query = request.target.partition("?")
    if path not in {_PROVIDERS, _BEGIN, _SIGN_IN}:
        raise Refusal(refusals.NO_RESOURCE)
    if request.method != "GET":
        raise Refusal(refusals.WRONG_VERB)
    parameters = dict(parse_qsl(query))
    accounts = [account for schema in schemas for account in schema.accounts.values()]
    providers = sorted({one.oauth.provider for one in accounts if one.oauth})
    if path == _PROVIDERS:
        return _providers(providers)
    if path == _BEGIN:
        return _begun(request, parameters, providers, sign_ins)
    return _signed_in(parameters, accounts, sign_ins)


def _providers(providers: list[str]) -> Reply:
    listed = [{"Name": name} for name in providers]
    # a guess: a host without providers leaves `data` out
    body = dumps({"data": {"Provider": listed}, "result": 0} if listed else {"result": 0})
    return Reply(200, [("Content-Type", "application/json; charset=utf-8")], body.encode())


def _begun(request: Request, parameters: dict[str, str], providers: list[str], sign_ins: SignIns) -> Reply:
    provider, tracking_id = parameters.get("provider", ""), parameters.get("trackingID", "")
    return_url = request.headers.get("x-fms-return-url", "")
    if provider not in providers or not tracking_id or not _is_address(return_url):
        return Reply(400, [_TEXT, ("X-FMS-Result", "1708")], b"")  # a guess
    request_id = sign_ins.begin(SignIn(provider, tracking_id, return_url))
    address = parameters.get("address", "")
    host = request.headers.get("host") or (address if _HOST.fullmatch(address) else "localhost")
    url = f"{request.scheme}://{host}{_SIGN_IN}?{urlencode({'requestID': request_id})}"
    # the guide of FileMaker 17 has the address in the header, later ones have it in the body
    headers = [_TEXT, ("X-FMS-Request-ID", request_id), ("X-FMS-Return-URL", url), ("X-FMS-Result", "0")]
    return Reply(200, headers, url.encode())


def _signed_in(parameters: dict[str, str], accounts: list[Account], sign_ins: SignIns) -> Reply:
    """Send the browser back as the first account of the provider, or as the one that is asked for."""
    sign_in = sign_ins.get(parameters.get("requestID", ""))
    if sign_in is None:
        return Reply(404, [_TEXT], b"there is no such sign-in")
    wanted = parameters.get("account")
    found = (
        one.oauth.identifier
        for one in accounts
        if one.oauth and one.oauth.provider == sign_in.provider and wanted in {None, one.name}
    )
    identifier = next(found, "")
    error = "0" if identifier else "212"  # a guess, but for the 0
    answered = {"trackingID": sign_in.tracking_id, "identifier": identifier, "error": error}
    parts = urlsplit(sign_in.return_url)
    back = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(answered))))))
    return Reply(302, [_TEXT, ("Location", back)], b"")


def _is_address(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:  # brackets that are no IPv6 address
        return False
    return url.startswith(("http://", "https://")) and url.isascii() and url.isprintable()
