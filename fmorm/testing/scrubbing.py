"""Takes out of a conversation what must not be written down: tokens, credentials, addresses of servers and files.

What is structure is known and replaced wherever it is: headers, the token in the reply to a log-in and in the
path of a log-out. Of headers only those named here are kept. What is known to be secret (the account's name, the
password, what an Authorization header carried, every token that a log-in gave) is replaced in any text, in each
form that HTTP and JSON give it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Protocol, Self
from urllib.parse import quote, quote_plus, urlsplit

from fmorm.testing.bodies import Json, from_json, laid_out
from fmorm.transport.credentials import Account
from fmorm.transport.settings import Settings

SCRUBBED: Final = "SCRUBBED"
HOST: Final = "https://fm.example.com"

REQUEST_HEADERS: Final = ("Content-Type", "Authorization")
REPLY_HEADERS: Final = ("Content-Type", "Location", "Retry-After", "X-FM-Data-Access-Token")
"""All that is kept: what fmorm reads. Dates, cookies, lengths and versions would only make differences."""

BOUNDARY: Final = "fmorm-boundary"
"""What parts the body of an upload in a recording, where every upload has one of its own."""

IN_SOURCE: Final = {"username", "password", "oAuthRequestId", "oAuthIdentifier"}
"""What opens another file, in an entry of `fmDataSource`."""

TOKEN: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{52}(?![0-9a-f])", re.IGNORECASE)
"""FileMaker's session tokens."""
LOG_OUT: Final = re.compile(r"(/sessions/)[^/?#\s\"'\\]+")
IN_ADDRESS: Final = re.compile(r"(://)[^/\s:@\"']+:[^/\s@\"']+@")
"""An account and its password as an address has them."""
CONTAINER: Final = re.compile(
    r"(?:https?://[^/\s\"']+)?/Streaming(?:_SSL)?/[^\s\"'?]+?(?P<ending>\.\w{1,8})?(?:\?[^\s\"']*)?(?=[\s\"']|\Z)",
    re.IGNORECASE,
)
"""Addresses of container data: whoever has one may download. The ending tells what the file is."""
HIDDEN: Final = re.compile(rf"{re.escape(HOST)}/Streaming_SSL/{SCRUBBED}(?:\.\w{{1,8}})?")
"""The same, scrubbed."""
_BOUNDARY: Final = re.compile(r'\bboundary="?([^";,\s]+)"?')

SHORT: Final = 4
"""A secret of fewer characters is replaced as a word only, or every text would be full of holes."""


class HttpRequest(Protocol):
    """What is used of vcrpy's requests."""

    uri: str
    body: Any
    headers: Any


class Scrubber:
    """Scrubs requests and replies; doing it twice changes nothing, as a replay does it again.

    Args:
        url: The server, which is called `fm.example.com` in the recording.
        account: The account's name.
        password: Its password.
        others: What else is secret.

    Attributes:
        names: What is replaced as a word: a name may be a part of other words.
        secrets: What is replaced wherever it stands; it grows with what the conversation carries.
    """

    def __init__(
        self, url: str = HOST, account: str = SCRUBBED, password: str = SCRUBBED, others: Iterable[str] = ()
    ) -> None:
        self.names = {account} - {SCRUBBED, ""}
        self.secrets = {password, *others} - {SCRUBBED, ""}
        self._hosts = {url: HOST, urlsplit(url).netloc: urlsplit(HOST).netloc}
        self._compile()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Make one that knows what a database is opened with.

        Args:
            settings: How the server is reached, and who logs in.

        Returns:
            The scrubber.

        Raises:
            CredentialsMissing: A secret cannot be had.
        """
        who = settings.credentials
        others = [
            value
            for source in settings.sources
            for name, value in source.entry().items()
            if name in IN_SOURCE and name != "username"
        ]
        if isinstance(who, Account):
            return cls(settings.url, who.name, who.password(), others)
        return cls(settings.url, others=[*who.identity()[1:], *others])

    def request(self, request: Any) -> Any:
        """Scrub a request; to be vcrpy's `before_record_request`."""
        self._request(request)
        return request

    def reply(self, reply: dict[str, Any]) -> dict[str, Any]:
        """Scrub a reply whose body is decompressed; to be vcrpy's `before_record_response`."""
        given = {name.lower(): values for name, values in reply["headers"].items()}
        if encoding := given.get("content-encoding"):
            raise ValueError(f"a reply in the encoding {encoding} cannot be read, so it cannot be scrubbed")
        self._learn(given.get("x-fm-data-access-token", []))
        kept = {name: given[name.lower()] for name in REPLY_HEADERS if name.lower() in given}
        reply["headers"] = {name: [self._header(name, value) for value in kept[name]] for name in kept}
        reply["body"] = {"string": self._body(reply["body"]["string"])}
        return reply

    def text(self, text: str) -> str:
        """Scrub any text."""
        for pattern in self._patterns:
            text = pattern.sub(SCRUBBED, text)
        text = CONTAINER.sub(_hidden, text)
        text = LOG_OUT.sub(rf"\1{SCRUBBED}", text)
        text = IN_ADDRESS.sub(rf"\1{SCRUBBED}:{SCRUBBED}@", text)
        text = TOKEN.sub(SCRUBBED, text)
        for host, instead in self._hosts.items():
            text = text.replace(host, instead)
        return text

    def _request(self, request: HttpRequest) -> None:
        given = {name.lower(): value for name, value in request.headers.items()}
        self._learn(_carried(given.get("authorization", "")))
        self._learn(value for name, value in given.items() if name.startswith("x-fm-data-oauth-"))
        parts = urlsplit(request.uri)
        request.uri = self.text(HOST + parts.path + (f"?{parts.query}" if parts.query else ""))
        request.headers = {
            name: self._header(name, given[name.lower()]) for name in REQUEST_HEADERS if name.lower() in given
        }
        if boundary := _BOUNDARY.search(given.get("content-type", "")):
            request.headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
            request.body = (request.body or b"").replace(boundary[1].encode(), BOUNDARY.encode())
        request.body = self._body(request.body)

    def _header(self, name: str, value: str) -> str:
        if name == "Authorization":
            scheme = value.partition(" ")[0]
            return f"{scheme} {SCRUBBED}" if scheme in {"Basic", "Bearer"} else SCRUBBED
        return SCRUBBED if name.lower().startswith("x-fm-data-") else self.text(value)

    def _body(self, body: bytes | None) -> bytes | None:
        if not body:
            return body
        try:
            content = from_json(body.decode())
        except UnicodeDecodeError:
            return body  # the bytes of a file; what is known to be secret is looked for before it is written
        except ValueError:
            return self.text(body.decode()).encode()
        if isinstance(content, dict):
            self._structure(content)
        return laid_out(self._strings(content)).encode(errors="backslashreplace")

    def _structure(self, content: dict[str, Json]) -> None:
        """Take the token out of a log-in's reply, and other files' credentials out of its request."""
        response = content.get("response")
        if isinstance(response, dict) and "token" in response:
            self._learn([str(response["token"])])
            response["token"] = SCRUBBED
        sources = content.get("fmDataSource")
        for source in sources if isinstance(sources, list) else ():
            if isinstance(source, dict):
                source.update(dict.fromkeys(source.keys() & IN_SOURCE, SCRUBBED))

    def _strings(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {self.text(name): self._strings(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._strings(one) for one in value]
        return self.text(value) if type(value) is str else value  # a Number is none

    def _learn(self, tokens: Iterable[str]) -> None:
        if new := set(tokens) - self.secrets - {SCRUBBED, ""}:
            self.secrets |= new
            self._compile()

    def _compile(self) -> None:
        words = {form for name in self.names for form in _forms(name)}
        forms = {form for secret in self.secrets for form in _forms(secret)}
        words |= {form for form in forms if len(form) < SHORT}
        self._patterns = [
            re.compile(as_word(form) if form in words else re.escape(form), re.IGNORECASE)
            for form in sorted(forms | words, key=len, reverse=True)
        ]


def _hidden(address: re.Match[str]) -> str:
    return f"{HOST}/Streaming_SSL/{SCRUBBED}{address['ending'] or ''}"


def _carried(authorization: str) -> list[str]:
    """Give the secrets in an Authorization header: a token; or credentials, and the password in them."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic" or value == SCRUBBED:
        return [value]
    with suppress(ValueError):
        return [value, b64decode(value).decode().partition(":")[2]]
    return [value]


def _forms(secret: str) -> set[str]:
    """Give a secret as HTTP and JSON write it."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        b64encode(secret.encode()).decode("ascii").rstrip("="),
    }


def as_word(text: str) -> str:
    """Write a pattern for a text that is no part of a word."""
    return rf"(?<!\w){re.escape(text)}(?!\w)"
