"""The server on a socket, by uvicorn and httptools (the extra `server`)."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fmorm.server.app import App
from fmorm.server.mounts.log import Log
from fmorm.server.mounts.mount import Mount
from fmorm.server.mounts.tls import Certificate, Tls, certificate

if TYPE_CHECKING:
    import uvicorn

_BACKLOG = 128
_START_SECONDS = 10.0


def serve(
    app: App,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] | None = None,
    *,
    tls: Tls | None = None,
    log: Log | None = None,
) -> None:
    """Serve until the process is told to stop.

    Args:
        app: The server.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        ready: Called with the address, like `http://127.0.0.1:54321`, once connections are accepted.
        tls: The files of a certificate and its key, to speak HTTPS; None for HTTP.
        log: Is told of each request.

    Raises:
        OSError: The address cannot be used.
        CertificateError: The certificate cannot be used.
        ImportError: The extra `server` is not installed.
    """
    shown = certificate(tls) if tls else None
    # uvicorn stops on an interrupt and then raises it once more; to be stopped is no error
    with _listen(host, port) as listener, suppress(KeyboardInterrupt):
        _server(Mount(app, log), listener, ready or _nobody, shown).run(sockets=[listener])


class Background:
    """A served app in a thread, for the time of a `with` block.

    Args:
        app: The server.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        tls: The files of a certificate and its key, to speak HTTPS; None for HTTP.
        log: Is told of each request.

    Attributes:
        url: The address, once the block is entered.
        mount: The way from the socket to the app.

    Raises:
        CertificateError: The certificate cannot be used.
    """

    def __init__(
        self,
        app: App,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: Tls | None = None,
        log: Log | None = None,
    ) -> None:
        self.url = ""
        self._certificate = certificate(tls) if tls else None
        self.mount = Mount(app, log)
        self._address = (host, port)
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        self._listener = _listen(*self._address)
        self._server = _server(self.mount, self._listener, self._note, self._certificate)
        self._thread = threading.Thread(target=self._run, name="fmorm-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or not self.url:
            self._stop()
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._ready.set()  # also when it has failed, so that nobody waits for it

    def _note(self, url: str) -> None:
        self.url = url
        self._ready.set()

    def _stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


_SECRET = re.compile(r"(/databases/[^/]+/sessions/|/Streaming_SSL/[^/]+/)[^/?\s]+")


def _hide_token(record: logging.LogRecord) -> bool:
    """Mask what is secret of an address in uvicorn's log of requests: a log-out's token, the way to a file."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _SECRET.sub(r"\1***", one) if isinstance(one, str) else one for one in record.args
        )
    return True


def _nobody(url: str) -> None:
    """Tell nobody that the server is ready."""


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without naming TCP, asyncio leaves Nagle's algorithm on: 40 ms for every reply in two pieces.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket, scheme: str) -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _server(
    mount: Mount, listener: socket.socket, ready: Callable[[str], None], shown: Certificate | None
) -> uvicorn.Server:
    from fmorm.server.mounts.serving import Server

    logging.getLogger("uvicorn.access").addFilter(_hide_token)
    url = _url(listener, "https" if shown else "http")
    return Server(mount, lambda: ready(url), shown)
