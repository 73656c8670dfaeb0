"""What comes in and what goes out: requests and replies as plain values, without any socket."""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fmorm.server.exact import Json, dumps


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Attributes:
        method: The verb in capitals.
        target: Path and query as they were sent, still percent-encoded.
        headers: Headers by lower-case name.
        body: The body.
        scheme: How it came: `http`, or `https` where the connection was encrypted.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    scheme: str = "http"


How: TypeAlias = Literal["close", "reset", "half-close", "hang"]
"""How a connection ends: both sides closed (FIN), reset (RST), only the server's side closed, or not at all."""


@dataclass(frozen=True, slots=True)
class Drop:
    """That a reply does not arrive, as a fault wants it.

    Attributes:
        how: How the connection ends.
        mid_body: Whether the status, the headers and half of the body are sent before.
    """

    how: How
    mid_body: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply.

    Attributes:
        status: The HTTP status; 0 where nothing was answered.
        headers: Names and values in the order to send them.
        body: The body.
        delay: Seconds to wait before it is sent.
        drop: How the connection ends instead, None where the reply is sent whole.
        seconds: How long the work took, None where that is not known.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    delay: float = 0.0
    drop: Drop | None = None
    seconds: float | None = field(default=None, compare=False)


def json_reply(status: int, content: Json, *, host: str, cached: bool = True) -> Reply:
    """Write content with the headers of FileMaker's engine; `cached` is off where it sends no ETag."""
    body = dumps(content).encode()
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        *([("Cache-Control", "no-cache"), ("ETag", etag(body))] if cached else ()),
        ("Vary", "Accept-Encoding"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-XSS-Protection", "1; mode=block"),
        ("Access-Control-Allow-Origin", host),
        ("Access-Control-Allow-Headers", "Content-Type, Authorization"),
        ("Access-Control-Allow-Credentials", "true"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Reply(status, headers, body)


def etag(body: bytes) -> str:
    """Give the weak tag that the engine's web framework makes: length and hash of the body."""
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f'W/"{len(body):x}-{b2a_base64(digest)[:27].decode()}"'
