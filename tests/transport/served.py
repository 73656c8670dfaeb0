"""A small web server of the tests: it answers what it is told to and keeps what was asked."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

CERTIFICATE = Path(__file__).parent / "localhost.pem"
"""A certificate of its own authority for localhost, with its key; it protects nothing."""


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass
class Served:
    """A server that runs.

    Attributes:
        url: Its address.
        asked: What was asked so far.
        answer: Gives the answer to a request.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list[Asked])
    answer: Callable[[Asked], Answer] = lambda _: Answer()


@contextmanager
def served(*, tls: bool = False) -> Generator[Served]:
    """Run a server on a free port of this machine."""
    state = Served()

    class Handler(BaseHTTPRequestHandler):
        def answer_it(self) -> None:
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()})
            state.asked.append(asked)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = state.answer(asked)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PATCH = do_CONNECT = answer_it  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away in the middle is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    # The certificate is for the name and not for the number.
    state.url = f"https://localhost:{server.server_port}" if tls else f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
