"""Requests over httpx, in both colours, and what its errors mean for the data."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from http.cookiejar import CookieJar
from typing import Any, Final

import httpx

from fmorm._version import __version__
from fmorm.errors import RecordStateError
from fmorm.transport.failures import meaning
from fmorm.transport.hops import Journey
from fmorm.transport.settings import Settings
from fmorm.transport.streams import AsyncHttpStream, HttpStream
from fmorm.wire.containers import Upload
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

HEADERS: Final = {"Accept": "application/json", "User-Agent": f"fmorm/{__version__}"}
JSON: Final = {"Content-Type": "application/json"}
"""Exactly so: FileMaker Server 18 refuses a charset behind it."""

_SESSION: Final = re.compile(r"(/fmi/data/[^/]+/databases/[^/]+/sessions/)[^/?]+")


_HEADER: Final = re.compile(
    r"""((?:authorization|x-fm-data-(?:access-token|oauth-request-id|oauth-identifier)|x-fms-request-id|(?:set-)?cookie)"""
    r"""\W+b?['"])[^'"]+""",
    re.IGNORECASE,
)
_STREAM: Final = re.compile(r"(/Streaming(?:_SSL)?/)[^\s'\"]+", re.IGNORECASE)
"""The address of a file in a container, which is good for as long as its session."""
_SOCKS: Final = re.compile(r"(\bauth=\().*", re.DOTALL)
"""How httpcore writes user and password of a SOCKS proxy, at the end of its line."""


class EitherMount(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """What takes requests instead of the network, in both colours: a log-out at exit is never asynchronous."""


def _hide_secrets(record: logging.LogRecord) -> bool:
    """Mask tokens in the logs of httpx and httpcore: in the address of a log-out, and in headers."""
    record.msg = _masked(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(map(_masked, record.args))
    return True


def _masked(value: object) -> object:
    text = str(value)
    for secret in (_HEADER, _SESSION, _STREAM, _SOCKS):
        text = secret.sub(r"\1***", text)
    return value if text == str(value) else text


for _name in (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
):
    logging.getLogger(_name).addFilter(_hide_secrets)


class HttpTransport:
    """Sends requests and reads replies to their end.

    Attributes:
        mount: What takes the requests instead of the network, if anything does.
    """

    def __init__(self, settings: Settings, mount: httpx.BaseTransport | None = None) -> None:
        """Prepare the connection, which opens with the first request; `mount` replaces the network."""
        self.mount = mount
        self._settings = settings
        self._url = settings.url.rstrip("/")
        self._process = os.getpid()
        self._client = httpx.Client(transport=mount, **_client_options(settings))

    def send(self, request: Request, headers: Mapping[str, str]) -> Reply:
        """Send a request.

        Args:
            request: What to ask.
            headers: Who asks: a token's header, those of credentials, or none.

        Returns:
            The reply.

        Raises:
            ConnectionFailed: There was no connection; nothing was sent.
            ConnectionLost: It broke while reading; nothing can have changed.
            OutcomeUnknown: It broke while writing.
        """
        _expect_open(self._client)
        try:
            response = self._client.send(_built(self._client, self._url, request, headers))
        except httpx.RequestError as error:
            raise meaning(error, request, self._url) from error
        return Reply(response.status_code, response.headers, response.content)

    def open(self, request: Request, url: str, headers: Mapping[str, str]) -> HttpStream:
        """Begin to get a file.

        Args:
            request: What is got, for messages.
            url: Its address.
            headers: The token's header, which only the server itself is shown.

        Returns:
            The file, to be read.

        Raises:
            ProtocolError: There is no file.
            ConnectionLost: The connection broke.
        """
        journey = Journey(request, url, self._url, headers)
        _expect_open(self._client)
        try:
            response = self._client.send(journey.built(self._client), stream=True)
            while journey.goes_on(response):
                response.close()
                response = self._client.send(journey.built(self._client), stream=True)
        except httpx.RequestError as error:
            raise meaning(error, request, self._url) from error
        if not journey.is_file(response):
            response.close()
            raise journey.no_file(response)
        return HttpStream(response, request, self._url)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def after_fork(self) -> None:
        """Leave the connections to the parent process, once: closing them would end its encrypted ones."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        _left_to_the_parent.append(self._client)
        self._client = httpx.Client(transport=self.mount, **_client_options(self._settings))


class AsyncHttpTransport:
    """Sends requests and reads replies to their end.

    Attributes:
        mount: What takes the requests instead of the network, if anything does.
    """

    def __init__(self, settings: Settings, mount: EitherMount | None = None) -> None:
        """Prepare the connection, which opens with the first request; `mount` replaces the network."""
        self.mount = mount
        self._settings = settings
        self._url = settings.url.rstrip("/")
        self._process = os.getpid()
        self._client = httpx.AsyncClient(transport=mount, **_client_options(settings))

    async def send(self, request: Request, headers: Mapping[str, str]) -> Reply:
        """Send a request; as in `HttpTransport.send`."""
        _expect_open(self._client)
        try:
            response = await self._client.send(_built(self._client, self._url, request, headers))
        except httpx.RequestError as error:
            raise meaning(error, request, self._url) from error
        return Reply(response.status_code, response.headers, response.content)

    async def open(self, request: Request, url: str, headers: Mapping[str, str]) -> AsyncHttpStream:
        """Begin to get a file; as in `HttpTransport.open`."""
        journey = Journey(request, url, self._url, headers)
        _expect_open(self._client)
        try:
            response = await self._client.send(journey.built(self._client), stream=True)
            while journey.goes_on(response):
                await response.aclose()
                response = await self._client.send(journey.built(self._client), stream=True)
        except httpx.RequestError as error:
            raise meaning(error, request, self._url) from error
        if not journey.is_file(response):
            await response.aclose()
            raise journey.no_file(response)
        return AsyncHttpStream(response, request, self._url)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def after_fork(self) -> None:
        """Leave the connections to the parent process, once: closing them would end its encrypted ones."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        _left_to_the_parent.append(self._client)
        self._client = httpx.AsyncClient(transport=self.mount, **_client_options(self._settings))


_left_to_the_parent: list[httpx.Client | httpx.AsyncClient] = []


def _expect_open(client: httpx.Client | httpx.AsyncClient) -> None:
    if client.is_closed:
        raise RecordStateError("this database object or its host is closed: open another one")


class _NoCookies(CookieJar):
    """Keeps no cookies: the one that opens a file would go with all requests of all users of the same connections.

    It takes no lock either, which a thread that is interrupted would leave behind.
    """

    def extract_cookies(self, response: object, request: object) -> None:
        """Keep none."""

    def add_cookie_header(self, request: object) -> None:
        """Send none."""


def _client_options(settings: Settings) -> dict[str, Any]:
    return {
        "headers": HEADERS,
        "cookies": _NoCookies(),
        "timeout": httpx.Timeout(settings.timeout, connect=settings.connect_timeout),
        # Without TLS, the 17 ms that loading the authorities takes are saved.
        "verify": settings.verify if settings.url.startswith("https:") else False,
        "proxy": settings.proxy,
        "follow_redirects": False,
    }


def _built(
    client: httpx.Client | httpx.AsyncClient, url: str, request: Request, who: Mapping[str, str]
) -> httpx.Request:
    if request.upload is not None:
        return _with_file(client, url + request.target, request.upload, who)
    content = request.content
    headers = {**JSON, **who} if content is not None else who
    # The whole address: with `base_url` httpx would parse it twice, a tenth of what it takes for a request.
    return client.build_request(request.method, url + request.target, content=content, headers=headers)


def _with_file(
    client: httpx.Client | httpx.AsyncClient, url: str, file: Upload, who: Mapping[str, str]
) -> httpx.Request:
    headers = {**who, "Content-Type": file.content_type, "Content-Length": str(file.length)}
    built = client.build_request("POST", url, headers=headers)
    return httpx.Request(
        built.method, built.url, headers=built.headers, stream=_Pieces(file), extensions=built.extensions
    )


class _Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an upload, in both colours; each reading begins at the beginning."""

    def __init__(self, file: Upload) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        return self._file.pieces()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._file.pieces():
            yield piece
