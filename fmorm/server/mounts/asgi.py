"""The server as an ASGI application, for any ASGI server or in-process transport; no framework."""

from __future__ import annotations

import gzip
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

from fmorm.server.app import App
from fmorm.server.http import Drop, How, Reply, Request
from fmorm.server.mounts.mount import Mount
from fmorm.server.mounts.waiting import finish_async

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]

_WORTH_PACKING = 1024
"""FileMaker's engine sends smaller bodies as they are."""
_NO_WEIGHT = re.compile(r"q *= *0(\.0*)?", re.IGNORECASE)


CONNECTION = "fmorm.connection"
"""The member of a request's state under which the socket mount gives the connection."""


class Connection(Protocol):
    """A connection that can be dropped."""

    def part(self, how: How) -> None:
        """End the connection in this way."""


def asgi_app(app: App) -> AsgiApp:
    """Wrap a server for ASGI.

    Args:
        app: The server; it answers inline, since SQLite is faster than a thread's wake-up.

    Returns:
        An ASGI 3 application. Where a fault wants to drop the connection, it raises `ConnectionAbortedError`: only
        `serve` and `Background` have the sockets in their hands.
    """
    return mounted(Mount(app))


def mounted(mount: Mount) -> AsgiApp:
    """Give the ASGI application of a mount."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                request = await _request(scope, receive)
                if request is not None:
                    reply = _packed(request, await _reply(mount, request))
                    if reply.drop:
                        await _drop(reply, reply.drop, scope, receive, send)
                    else:
                        await _send(reply, send)
            case "lifespan":
                await _lifespan(receive, send)
            case _:
                await send({"type": "websocket.close"})

    return answer


async def _reply(mount: Mount, request: Request) -> Reply:
    """Answer a request; nearly all are answered without waiting for anything."""
    exchange = mount.exchange(request)
    try:
        wanted = next(exchange)
    except StopIteration as end:
        reply: Reply = end.value
        return reply
    return await finish_async(exchange, first=wanted)


async def _request(scope: Message, receive: Receive) -> Request | None:
    """Read a whole request; None when the client has gone before its end."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    target = (path + b"?" + query if query else path).decode("latin-1")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scheme = str(scope.get("scheme") or "http")
    return Request(scope["method"].upper(), target, headers, b"".join(parts), scheme)


def _packed(request: Request, reply: Reply) -> Reply:
    if ("Vary", "Accept-Encoding") not in reply.headers:  # a file, which goes as it is
        return reply
    if len(reply.body) < _WORTH_PACKING or not _takes_gzip(request.headers.get("accept-encoding", "")):
        return reply
    body = gzip.compress(reply.body, compresslevel=1, mtime=0)
    return replace(reply, headers=[*reply.headers, ("Content-Encoding", "gzip")], body=body)


def _takes_gzip(accepted: str) -> bool:
    """Tell whether a client takes gzip: a coding that it gives no weight is one that it refuses."""
    weights = {
        name.strip().lower(): weight
        for name, _, weight in (one.partition(";") for one in accepted.split(","))
    }
    weight = weights.get("gzip", weights.get("*"))
    return weight is not None and _NO_WEIGHT.fullmatch(weight.strip()) is None


async def _send(reply: Reply, send: Send) -> None:
    await _send_start(reply, send)
    await send({"type": "http.response.body", "body": reply.body})


async def _send_start(reply: Reply, send: Send) -> None:
    headers = [*map(_encoded, reply.headers), (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


@lru_cache(maxsize=256)
def _encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    """Encode a header; nearly all replies have the same ones."""
    name, value = header
    return name.lower().encode("latin-1"), value.encode("latin-1")


async def _drop(reply: Reply, drop: Drop, scope: Message, receive: Receive, send: Send) -> None:
    """Drop the connection, after half of the reply if that is wanted, and wait until it has ended."""
    connection: Connection | None = scope.get("state", {}).get(CONNECTION)
    if connection is None:
        raise ConnectionAbortedError("a fault drops this connection, and this ASGI server cannot")
    if drop.mid_body:
        await _send_start(reply, send)
        half = reply.body[: len(reply.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
    connection.part(drop.how)
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return
