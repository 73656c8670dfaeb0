"""A line for each request: when, what was asked for, what came of it, how long it took; no secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import TextIO, TypeAlias

from fmorm.server.exchanges import masked
from fmorm.server.http import Reply, Request

Log: TypeAlias = Callable[[Request, Reply, float], None]
"""Takes a request, its reply, and the seconds between them."""

_DONE = b'"messages":[{"code":"0","message":"OK"}]}'
_CODE = re.compile(r"-?[0-9]+")


def log_to(stream: TextIO) -> Log:
    """Write the lines to a stream.

    Args:
        stream: The stream; it is flushed after each line.

    Returns:
        What writes a line: time, method, path with tokens masked, HTTP status, FileMaker's code, milliseconds.
    """

    def write(request: Request, reply: Reply, seconds: float) -> None:
        stream.write(line(datetime.now(), request, reply, seconds) + "\n")  # noqa: DTZ005 - the zone of who reads it
        stream.flush()

    return write


def line(now: datetime, request: Request, reply: Reply, seconds: float) -> str:
    """Write what there is to say about a request in a line; `-` stands for what there is not."""
    shown, _ = masked(Request(request.method, request.target), Reply(0, [], b""))
    path = "".join(
        one if one.isascii() and one.isprintable() else "?" for one in shown.target.partition("?")[0]
    )
    status = "dropped" if reply.drop else str(reply.status)
    return f"{now:%Y-%m-%d %H:%M:%S} {request.method} {path} {status} {_code(reply)} {seconds * 1000:.1f} ms"


def _code(reply: Reply) -> str:
    """Give FileMaker's code; what has been done ends alike, and need not be read."""
    if reply.body.endswith(_DONE):
        return "0"
    try:
        code = str(json.loads(reply.body)["messages"][0]["code"])
    except (ValueError, LookupError, TypeError):
        return "-"
    return code if _CODE.fullmatch(code) else "-"
