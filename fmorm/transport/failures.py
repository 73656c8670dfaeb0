"""What a failure of httpx means for the data, and what to do about it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

import httpx

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
from fmorm.wire.requests import Request

BEFORE_SENDING: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,  # raised while the proxy makes the way to the server
    httpx.UnsupportedProtocol,
)

_READ_FIRST: Final = "The server may or may not have carried it out: read the record before trying again"


def meaning(error: httpx.RequestError, request: Request, url: str) -> TransportError:
    """Say what a failure means for the data.

    Args:
        error: What httpx raised.
        request: What was asked.
        url: The server's address.

    Returns:
        The error to raise: whether nothing was sent, nothing was changed, or nobody knows.
    """
    what = f"{request.about} at {url}: {_text(error).rstrip('.')}"
    if isinstance(error, BEFORE_SENDING):
        advice = _advice(error, url)
        text = f"no connection for {what}. Nothing was sent; {advice}"
        return _before(error)(text, request=request.about, advice=advice)
    late = isinstance(error, httpx.TimeoutException)
    broke = f"{'no reply came in time' if late else 'the connection broke'} during {what}."
    if request.writes:
        kind = OutcomeTimedOut if late else OutcomeUnknown
        return kind(f"{broke} {_READ_FIRST}", request=request.about, advice=_READ_FIRST)
    advice = _advice(error, url)
    lost = ReplyTimedOut if late else ConnectionLost
    return lost(f"{broke} Nothing was changed; {advice}", request=request.about, advice=advice)


def _before(error: httpx.RequestError) -> type[ConnectionFailed]:
    if isinstance(error, httpx.TimeoutException):
        return ConnectTimedOut
    return TlsError if _of_tls(error) else ConnectionFailed


def _advice(error: httpx.RequestError, url: str) -> str:
    if isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout)):
        return "check the address and the network; for a distant host, give a longer connect_timeout="
    if isinstance(error, httpx.TimeoutException):
        return "if the server is only slow, give a longer timeout="
    if isinstance(error, httpx.ProxyError):
        return "ask the proxy's keeper, or check proxy= and the variables HTTPS_PROXY and ALL_PROXY"
    if _of_tls(error):
        return _tls_advice(_text(error).lower())
    if isinstance(error, (httpx.RemoteProtocolError, httpx.ReadError)) and url.startswith("http:"):
        return "if the server speaks TLS on this port, its address is one with https://"
    return "check the address and the network"


def _tls_advice(text: str) -> str:
    if "hostname mismatch" in text or "ip address mismatch" in text:
        return "the certificate is for another host: use the name that it was made for"
    if "expired" in text:
        return "the server's certificate has expired: it needs a new one"
    if "certificate" in text:
        return (
            "the server's certificate is not trusted: give verify= the file of the authority that signed it, "
            "or an ssl.SSLContext"
        )
    return "does the server speak TLS on this port, or is its address one with http://?"


def _of_tls(error: BaseException) -> bool:
    text = _text(error).lower()
    return (
        any(isinstance(one, ssl.SSLError) for one in _chain(error)) or "ssl" in text or "certificate" in text
    )


def _text(error: BaseException) -> str:
    """Give the first text down the chain of causes: some layers of the transport have none of their own."""
    if isinstance(error, httpx.TimeoutException):  # some have a text about scopes and deadlines of their own
        return "timed out"
    if isinstance(error, httpx.LocalProtocolError):  # its text quotes the header, which may be a token
        return "a header or the address holds a character that HTTP cannot carry"
    texts = [str(one) for one in _chain(error)]
    return next((text for text in texts if text), type(error).__name__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
