"""Servers on real sockets that misbehave: threads, ports of the system's choice."""

from __future__ import annotations

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Literal, Self, cast

from fmorm.server import App, Request

PATIENCE: Final = 5.0
"""Seconds after which a thread gives up, should a test go wrong."""

TLS_HELLO: Final = b"\x16"
"""How a conversation in TLS begins; a server that does not speak it answers 400."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server does with one request.

    Attributes:
        data: What it sends.
        then: What it does after that: wait for the next request, hang up, hang up rudely, or fall silent.
    """

    data: bytes = b""
    then: Literal["next", "close", "reset", "silence"] = "next"


Respond = Callable[[Request], Answer]

SILENCE: Final = Answer(then="silence")
HANG_UP: Final = Answer(then="close")
RESET: Final = Answer(then="reset")


def http(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Write an HTTP reply.

    Args:
        status: The status.
        body: The body.
        headers: Lines of the head.
        length: What the head says is the length of the body, where that is a lie.
    """
    lines = [
        f"HTTP/1.1 {status} Whatever",
        *headers,
        f"Content-Length: {len(body) if length is None else length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def html(status: int, text: str = "<!DOCTYPE html><title>It works!</title>") -> Answer:
    """Answer as a web server does."""
    return Answer(http(status, text.encode(), "Content-Type: text/html"))


def from_app(app: App) -> Respond:
    """Answer as FileMaker does."""

    def respond(request: Request) -> Answer:
        reply = app.handle(request)
        return Answer(http(reply.status, reply.body, *(f"{name}: {value}" for name, value in reply.headers)))

    return respond


def about_records(request: Request) -> bool:
    """Tell whether a request is a verb: neither a log-in nor a log-out."""
    return "/layouts/" in request.target


class Misbehaving:
    """A server in a thread, for the time of a `with` block.

    Attributes:
        respond: What it does; it may be changed while it runs.
        deaf: Whether it accepts connections and says nothing at all.
        seen: What it was asked.
        port: Its port.
    """

    def __init__(self, respond: Respond, tls: ssl.SSLContext | None = None) -> None:
        self.respond: Respond = respond
        self.tls = tls
        self.deaf = False
        self.seen: list[Request] = []
        self.over = threading.Event()
        self._server = _Server(self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Go away: break off what is open, and listen no more; a second call does nothing."""
        if self._thread.is_alive():
            self.over.set()
            self._server.shutdown()
            self._thread.join()
            self._server.hang_up()
            self._server.server_close()  # which waits for the threads


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    request_queue_size = 16

    def __init__(self, owner: Misbehaving) -> None:
        self.owner = owner
        self._open: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), _Conversation)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: that conversations break is what these servers are for."""


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        owner = cast("_Server", self.server).owner
        connection: socket.socket = self.request
        connection.settimeout(PATIENCE)
        if owner.deaf:
            owner.over.wait(PATIENCE)
        elif owner.tls is None:
            self._converse(owner, connection)
        else:
            with owner.tls.wrap_socket(connection, server_side=True) as secured:
                self._converse(owner, secured)

    def _converse(self, owner: Misbehaving, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            if stream.peek(1)[:1] == TLS_HELLO:
                connection.sendall(http(400, b"<html>Bad Request</html>"))
                return
            while (request := _request(stream)) is not None:
                owner.seen.append(request)
                answer = owner.respond(request)
                connection.sendall(answer.data)
                if answer.then != "next":
                    break
            else:
                return
        if answer.then == "silence":
            owner.over.wait(PATIENCE)
        elif answer.then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()


def _request(stream: Any) -> Request | None:
    first = stream.readline().decode("latin-1").split()
    if not first:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Request(first[0], first[1], headers, body)
