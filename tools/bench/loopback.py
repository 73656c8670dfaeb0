"""The embedded server over loopback, against the smallest application on the same HTTP stack, which echoes bodies.

What the echo is sent, and sends back, is the reply of the embedded server, so that both write as much.
Either runs in a process of its own, and the client is the same: sockets that are kept open, and bytes made beforehand.
Sixteen clients against one show whether requests that come together hold each other up.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tools.bench.customers import DATABASE
from tools.bench.listening import listen
from tools.bench.serving import FLAT, PASSWORD, ROOT, USER, child
from tools.bench.timing import Contest, Size

RECORDS: Final = 20
CLIENTS: Final = 16
TARGET: Final = 2.5
BASE: Final = f"/fmi/data/vLatest/databases/{DATABASE}"
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests; the servers run as long as they last."""
    with ExitStack() as stack:
        url, echo_url = stack.enter_context(child(RECORDS)), stack.enter_context(echo())
        served = [stack.enter_context(Wire(url)) for _ in range(CLIENTS)]
        bare = stack.enter_context(Wire(echo_url))
        token = json.loads(served[0].ask("POST", f"{BASE}/sessions", _BASIC, b"{}"))["response"]["token"]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        get = request("GET", f"{BASE}/layouts/{FLAT}/records/1", headers)
        patch = request(
            "PATCH", f"{BASE}/layouts/{FLAT}/records/1", headers, b'{"fieldData":{"City":"Narvik"}}'
        )
        yield [
            *(
                Contest(
                    name=f"server over loopback, {name}, to an echo",
                    unit="request",
                    count=5 * size.calls,
                    ours=partial(together, served[:1], message, 5 * size.calls),
                    baseline=partial(together, [bare], _to_echo(served[0], message), 5 * size.calls),
                    before=partial(renew, [*served[:1], bare]),
                    target=TARGET,
                )
                for name, message in (("get", get), ("patch", patch))
            ),
            Contest(
                name=f"server over loopback, {CLIENTS} clients to one",
                unit="get",
                count=CLIENTS * size.calls,
                ours=partial(together, served, get, CLIENTS * size.calls),
                baseline=partial(together, served[:1], get, CLIENTS * size.calls),
                before=partial(renew, served),
                target=1.0,
                rate=True,
            ),
        ]


class Wire:
    """One connection that stays open."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._place = place.hostname or "", place.port or 0
        self._socket = self._connected()

    def _connected(self) -> socket.socket:
        connected = socket.create_connection(self._place)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def renew(self) -> None:
        """Connect anew: the server closes a connection that is idle for some seconds."""
        self._socket.close()
        self._socket = self._connected()

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
        """Send a request and give the body of its reply."""
        self.send(request(method, path, headers, body))
        return self.receive()

    def send(self, message: bytes) -> None:
        """Send a request."""
        self._socket.sendall(message)

    def receive(self) -> bytes:
        """Give the body of the next reply."""
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head, body = received[:end], received[end + 4 :]
        length = _LENGTH.search(head)
        if length is None or not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(received)
        while len(body) < int(length[1]):
            body += self._more()
        return body

    def _more(self) -> bytes:
        received = self._socket.recv(1 << 16)
        if not received:
            raise ConnectionError("the server has closed the connection")
        return received

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Write a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


_BASIC = {
    "Authorization": f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}",
    "Content-Type": "application/json",
}


def together(wires: list[Wire], message: bytes, count: int) -> None:
    """Send a request so many times over several connections, on each when its last reply has come."""
    for _ in range(count // len(wires)):
        for wire in wires:
            wire.send(message)
        for wire in wires:
            wire.receive()


def _to_echo(served: Wire, message: bytes) -> bytes:
    """Write a request that is answered with what the server answers to another."""
    served.send(message)
    return request("POST", "/", {"Content-Type": "application/json"}, served.receive())


def renew(wires: list[Wire]) -> None:
    """Connect anew."""
    for wire in wires:
        wire.renew()


@contextmanager
def echo() -> Generator[str]:
    """Serve the echo from a child process for the time of the block; gives its address."""
    command = [sys.executable, "-m", __spec__.name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise RuntimeError("the echo in the child process did not start")
            yield url
        finally:
            process.terminate()


async def _echo(
    _scope: object,
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    body = b""
    more = True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve the echo until told to stop, with the settings of the embedded server."""
    listen(_echo)


if __name__ == "__main__":
    main()
