"""What a failure of httpx means for the data, and what to do about it."""

from __future__ import annotations

from typing import Final

import httpx

from fmorm.errors import ConnectionFailed, ConnectionLost, OutcomeUnknown, TransportError
from fmorm.wire.requests import Request

BEFORE_SENDING: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)

_CERTIFICATE: Final = "the server's certificate is not trusted: give verify= an ssl.SSLContext that trusts it"


def meaning(error: httpx.RequestError, request: Request, url: str) -> TransportError:
    """Say what a failure means for the data.

    Args:
        error: What httpx raised.
        request: What was asked.
        url: The server's address.

    Returns:
        The error to raise: whether nothing was sent, nothing was changed, or nobody knows.
    """
    what = f"{request.about} at {url}: {_text(error)}"
    if isinstance(error, BEFORE_SENDING):
        return ConnectionFailed(f"no connection for {what}. Nothing was sent; {_advice(error, url)}")
    if request.writes:
        return OutcomeUnknown(
            f"the connection broke during {what}. The server may or may not have carried it out: "
            "read the record before trying again"
        )
    return ConnectionLost(f"the connection broke during {what}. Nothing was changed; {_advice(error, url)}")


def _text(error: BaseException) -> str:
    """Give the first text down the chain of causes: some layers of the transport have none of their own."""
    cause: BaseException | None = error
    while cause is not None:
        if str(cause):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


def _advice(error: httpx.RequestError, url: str) -> str:
    text = _text(error).lower()
    if "certificate" in text:
        return _CERTIFICATE
    if "ssl" in text or "tls" in text:
        return "does the server speak TLS on this port, or is its address one with http://?"
    if isinstance(error, httpx.TimeoutException):
        return "if the server is only slow, give a longer timeout="
    if isinstance(error, (httpx.RemoteProtocolError, httpx.ReadError)) and url.startswith("http:"):
        return "if the server speaks TLS on this port, its address is one with https://"
    return "check the address and the network"
