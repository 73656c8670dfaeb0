"""uvicorn, with connections that can be dropped; imported only where a socket is served."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from fmorm.server.http import How
from fmorm.server.mounts.asgi import CONNECTION, mounted
from fmorm.server.mounts.mount import Mount
from fmorm.server.mounts.tls import Certificate

_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""To linger for no time: a socket that closes with this option resets its connection."""
_DROP_SECONDS = 5.0


class Connection(HttpToolsProtocol):
    """A connection that the application finds among the state of its requests, so that it can drop it."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, CONNECTION: self}, _loop)
        self._is_parted = False

    def part(self, how: How) -> None:
        """End the connection, in the way that is wanted, after what was sent already."""
        self._is_parted = True
        match how:
            case "close":
                self.transport.close()
            case "reset":
                self.transport.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE
                )
                self.transport.abort()
            case "half-close":
                self._close_half()
            case "hang":
                pass  # it is the client that ends it, or a restart

    def _close_half(self) -> None:
        if not self.transport.can_write_eof():  # TLS knows no half of a connection
            self.transport.close()
            return
        try:
            self.transport.write_eof()
        except OSError:  # the client has gone before
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends, but ignore it once the server has parted from it."""
        if not self._is_parted:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self.app_state = {}  # it holds this object

    def shutdown(self) -> None:
        """Do not wait for the client where the server has parted from it."""
        if self._is_parted:
            self.transport.abort()
        else:
            super().shutdown()


class Server(uvicorn.Server):
    """A uvicorn server that says when it has begun to accept, and drops its connections in a restart."""

    def __init__(self, mount: Mount, ready: Callable[[], None], shown: Certificate | None = None) -> None:
        config = uvicorn.Config(
            mounted(mount),
            http=Connection,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=shown.file if shown else None,
            ssl_keyfile=shown.key if shown else None,
        )
        super().__init__(config)
        self._mount = mount
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        self._thread = threading.current_thread()
        self._loop = asyncio.get_running_loop()
        self._mount.drop_sockets = self._drop_sockets
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; replies that are held back are not waited for, and no client is left waiting for one."""
        self._mount.drop_sockets = None
        self._mount.end_waits()
        await super().shutdown(sockets)
        await asyncio.sleep(0)  # what was accepted last becomes a connection
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def _drop_sockets(self) -> None:
        """Drop every connection, and wait until that is done, but in the server's own thread."""
        done = threading.Event()

        def drop() -> None:
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            self._loop.call_soon(done.set)  # after the calls that close the sockets

        self._loop.call_soon_threadsafe(drop)
        if threading.current_thread() is not self._thread:
            done.wait(_DROP_SECONDS)
