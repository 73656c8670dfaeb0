"""A server on a socket that keeps what has come to it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Came:
    """What reached the server of a test."""

    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list[Any])
    url: str = ""

    def shown(self) -> list[tuple[str, str, dict[str, str | None], bytes]]:
        """What fmorm and curl have in common: method, target, the headers that matter, and the body."""
        kept = ("authorization", "content-type")
        return [
            (method, target, {name: headers.get(name) for name in kept}, body)
            for method, target, headers, body in self.asked
        ]


@contextmanager
def listening(body: bytes = b"{}", headers: dict[str, str] | None = None) -> Generator[Came]:
    came = Came()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer_it(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            came.asked.append(
                (self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, sent)
            )
            self.send_response(200)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = answer_it  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    came.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
