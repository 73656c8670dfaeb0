"""A server on a real socket whose replies to verbs come in pieces, with a pause before each."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fmorm.server import App, Request

PIECES = 5


@contextmanager
def trickling(app: App, pause: float) -> Generator[str]:
    """Serve an app for the time of the block, and give the address."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = app.handle(Request(self.command, self.path, headers, body))
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            size = len(reply.body) // PIECES + 1
            for start in range(0, len(reply.body), size):
                if "/layouts/" in self.path:
                    over.wait(pause)
                self.wfile.write(reply.body[start : start + size])

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - what the library calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: that clients give up is what this server is for."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
