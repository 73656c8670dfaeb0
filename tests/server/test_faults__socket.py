"""Faults as bytes on a socket: what exactly arrives, and what the server does with its connections."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from server.callers import SharedServer, wait_until
from server.client import BASE, Client
from server.conftest import PEOPLE

from fmorm.server import App
from fmorm.server.mounts.asgi import asgi_app
from fmorm.server.mounts.socket import Background

REQUEST = f"GET {BASE}/productInfo HTTP/1.1\r\nHost: x\r\n\r\n".encode()


@contextmanager
def connected(url: str) -> Generator[socket.socket]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        yield connection


@pytest.fixture
def url(app: App, shared_server: SharedServer) -> str:
    return shared_server.serve(app)


def read(connection: socket.socket) -> tuple[bytes, int | None]:
    """Read until the end: what came, and the number of the error if it did not end in peace."""
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except OSError as error:
        return got, error.errno
    return got, None


@pytest.mark.parametrize(
    ("how", "error"), [("close", None), ("half-close", None), ("reset", errno.ECONNRESET)]
)
@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_the_end_is_a_fin_or_a_reset(app: App, url: str, when: Any, how: Any, error: int | None) -> None:
    app.faults.drop(when, how=how)
    with connected(url) as connection:
        connection.sendall(REQUEST)
        assert read(connection) == (b"", error)


@pytest.mark.parametrize("how", ["close", "half-close"])
def test_half_of_the_body_is_sent(app: App, url: str, how: Any) -> None:
    app.faults.drop("mid-body", how=how)
    with connected(url) as connection:
        connection.sendall(REQUEST)
        got, error = read(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    app.faults.clear()
    whole = Client(app).send("GET", "/productInfo").text.encode()
    assert error is None
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"content-length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]


def test_a_half_closed_connection_still_takes_what_is_sent(app: App, url: str) -> None:
    app.faults.drop(how="half-close")
    with connected(url) as connection:
        connection.sendall(REQUEST)
        assert read(connection) == (b"", None)
        for _ in range(3):
            connection.sendall(b" " * 1000)  # a closed one would answer with a reset
            time.sleep(0.01)


def test_a_connection_that_hangs_stays_open_and_silent(app: App, url: str) -> None:
    app.faults.drop(how="hang", times=1)
    with connected(url) as connection:
        connection.sendall(REQUEST)
        wait_until(lambda: app.faults.injected["drop after commit"] == 1, "the fault")
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        assert httpx.get(f"{url}{BASE}/productInfo").status_code == 200, "others are served"
        app.faults.restart()
        assert read(connection) == (b"", None), "a restart drops it"


def test_a_restart_drops_idle_connections(app: App, url: str) -> None:
    with connected(url) as first, connected(url) as second:
        for connection in (first, second):
            connection.sendall(REQUEST)
            got = b""
            while not got.endswith(b'"OK"}]}'):
                got += connection.recv(65536)
        app.faults.restart()
        assert read(first) == read(second) == (b"", None)
    assert httpx.get(f"{url}{BASE}/productInfo").status_code == 200, "it listens as before"


def test_a_packed_reply_is_cut_in_its_json_and_not_in_its_packing(app: App, url: str) -> None:
    token = Client(app).token
    app.faults.truncate()
    answer = httpx.get(
        f"{url}{BASE}/databases/people/layouts/person", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.text.startswith('{"response":{"fieldMetaData"')
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_stopping_waits_for_no_fault(app: App) -> None:
    """A reply that is held back and two connections without an end do not keep the server from stopping."""
    app.faults.drop(how="hang", times=1)
    app.faults.drop(how="half-close", times=1)
    app.faults.slow(60, skip=2)
    with Background(app) as server, connected(server.url) as hung, connected(server.url) as half:
        with connected(server.url) as slow:
            for number, connection in enumerate((hung, half, slow), 1):
                connection.sendall(REQUEST)
                wait_until(lambda: app.faults.injected.total() == number, "the fault")  # noqa: B023 - it is waited for here
            began = time.monotonic()
            server.__exit__(None, None, None)
            took = time.monotonic() - began
            assert read(slow) == (b"", None)
        assert read(hung) == read(half) == (b"", None)
    assert took < 0.9, f"it took {took:.1f} s: uvicorn waited for them"


def test_a_client_that_has_gone_leaves_nothing_behind(app: App) -> None:
    """Quiet, also on stderr: uvicorn logs what it has to cancel when it stops."""
    script = f"""
import socket, sys
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background
app = App(load_schema(sys.argv[1]))
app.faults.one_at_a_time()
with Background(app) as server:
    port = int(server.url.rpartition(":")[2])
    for how in ("hang", "half-close", "close", "reset"):
        for when in ("before commit", "after commit", "mid-body"):
            app.faults.drop(when, how=how, times=1)
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall({REQUEST!r})
                while app.faults.active: pass
    app.faults.slow(60)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall({REQUEST!r})
        while not app.faults.injected["slow"]: pass
app.close()
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", script, str(PEOPLE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.stderr == ""
    assert (done.returncode, done.stdout) == (0, "")


def test_an_asgi_server_of_somebody_else_hears_that_it_should_drop(app: App) -> None:
    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        raise AssertionError(f"something was sent: {message}")

    app.faults.drop()
    scope: Any = {"type": "http", "method": "GET", "path": f"{BASE}/productInfo", "headers": []}
    with pytest.raises(ConnectionAbortedError, match="this ASGI server cannot"):
        asyncio.run(to_its_end(asgi_app(app)(scope, receive, send)))


async def to_its_end(application: Awaitable[None]) -> None:
    await application
