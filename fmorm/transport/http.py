"""Requests over httpx, in both colours, and what its errors mean for the data."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

import httpx

from fmorm._version import __version__
from fmorm.errors import ConnectionFailed, ConnectionLost, OutcomeUnknown, TransportError
from fmorm.transport.settings import Settings
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

HEADERS: Final = {"Accept": "application/json", "User-Agent": f"fmorm/{__version__}"}
JSON: Final = {"Content-Type": "application/json"}
"""Exactly so: FileMaker Server 18 refuses a charset behind it."""

BEFORE_SENDING: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


_SESSION: Final = re.compile(r"(/fmi/data/[^/]+/databases/[^/]+/sessions/)[^/?]+")


def _hide_token(record: logging.LogRecord) -> bool:
    """Mask the token in httpx's own log of requests: it is part of the address of a log-out."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _SESSION.sub(r"\1***", str(one)) if isinstance(one, httpx.URL) else one for one in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_hide_token)


class HttpTransport:
    """Sends requests and reads replies to their end."""

    def __init__(self, settings: Settings, mount: httpx.BaseTransport | None = None) -> None:
        """Prepare the connection, which opens with the first request; `mount` replaces the network."""
        self._client = httpx.Client(transport=mount, **_client_options(settings))

    def send(self, request: Request, authorization: str | None) -> Reply:
        """Send a request.

        Args:
            request: What to ask.
            authorization: The value of the Authorization header, if one is wanted.

        Returns:
            The reply.

        Raises:
            ConnectionFailed: There was no connection; nothing was sent.
            ConnectionLost: It broke while reading; nothing can have changed.
            OutcomeUnknown: It broke while writing.
        """
        try:
            response = self._client.send(_built(self._client, request, authorization))
        except httpx.RequestError as error:
            raise _meaning(error, request) from error
        return Reply(response.status_code, response.headers, response.content)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncHttpTransport:
    """Sends requests and reads replies to their end."""

    def __init__(self, settings: Settings, mount: httpx.AsyncBaseTransport | None = None) -> None:
        """Prepare the connection, which opens with the first request; `mount` replaces the network."""
        self._client = httpx.AsyncClient(transport=mount, **_client_options(settings))

    async def send(self, request: Request, authorization: str | None) -> Reply:
        """Send a request; as in `HttpTransport.send`."""
        try:
            response = await self._client.send(_built(self._client, request, authorization))
        except httpx.RequestError as error:
            raise _meaning(error, request) from error
        return Reply(response.status_code, response.headers, response.content)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _client_options(settings: Settings) -> dict[str, Any]:
    return {
        "base_url": settings.url,
        "headers": HEADERS,
        "timeout": settings.timeout,
        # Without TLS, the 17 ms that loading the authorities takes are saved.
        "verify": settings.verify if settings.url.startswith("https:") else False,
        "follow_redirects": False,
    }


def _built(
    client: httpx.Client | httpx.AsyncClient, request: Request, authorization: str | None
) -> httpx.Request:
    content = request.content
    headers = dict(JSON) if content is not None else {}
    if authorization is not None:
        headers["Authorization"] = authorization
    return client.build_request(request.method, request.target, content=content, headers=headers)


def _meaning(error: httpx.RequestError, request: Request) -> TransportError:
    """Say what a failure of httpx means for the data."""
    what = f"{request.about}: {str(error) or type(error).__name__}"
    if isinstance(error, BEFORE_SENDING):
        return ConnectionFailed(
            f"no connection for {what}. Nothing was sent; check the address and the network"
        )
    if request.writes:
        return OutcomeUnknown(
            f"the connection broke during {what}. The server may or may not have carried it out: "
            "read the record before trying again"
        )
    return ConnectionLost(f"the connection broke during {what}. Nothing was changed")
