"""What comes in and what goes out: requests and replies as plain values, without any socket."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from fmorm.server.exact import Json, dumps


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Attributes:
        method: The verb in capitals.
        target: Path and query as they were sent, still percent-encoded.
        headers: Headers by lower-case name.
        body: The body.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply.

    Attributes:
        status: The HTTP status.
        headers: Names and values in the order to send them.
        body: The body.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def json_reply(status: int, content: Json, *, host: str, cached: bool = True) -> Reply:
    """Write content with the headers of FileMaker's engine; `cached` is off where it sends no ETag."""
    body = dumps(content).encode()
    headers = [("Content-Type", "application/json; charset=utf-8")]
    if cached:
        headers += [("Cache-Control", "no-cache"), ("ETag", etag(body))]
    headers += [
        ("Vary", "Accept-Encoding"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-XSS-Protection", "1; mode=block"),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", host),
        ("Access-Control-Allow-Headers", "Content-Type, Authorization"),
        ("Access-Control-Allow-Credentials", "true"),
    ]
    return Reply(status, headers, body)


def etag(body: bytes) -> str:
    """Give the weak tag that the engine's web framework makes: length and hash of the body."""
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f'W/"{len(body):x}-{base64.b64encode(digest).decode()[:27]}"'
