"""Bytes on a socket that are HTTP, nearly HTTP, or nothing of the kind."""

from __future__ import annotations

import re
import select
import socket
from collections import Counter
from contextlib import suppress
from urllib.parse import urlsplit

from hypothesis import strategies as st
from server.client import BASE, basic

from fmorm.server import Background

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
_SESSIONS = f"{BASE}/databases/house/sessions".encode()
_FRAGMENTS = st.sampled_from(
    [
        b"GET / HTTP/1.1\r\n",
        f"GET {BASE}/productInfo HTTP/1.1\r\n".encode(),
        f"GET {BASE}/productInfo HTTP/1.0\r\n".encode(),
        b"POST " + _SESSIONS + b" HTTP/1.1\r\n",
        b"PATCH /\xff\x00 HTTP/1.1\r\n",
        b"GET http://x/fmi/data/v1/productInfo HTTP/1.1\r\n",
        b"CONNECT x:80 HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"GET /%zz?%ff=%00&&= HTTP/1.1\r\n",
        b"get / http/1.1\r\n",
        b"GET / HTTP/9.9\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"Host: x\r\n",
        b"Host:\r\n",
        f"Authorization: {basic('api', 'secret')}\r\n".encode(),
        b"Authorization: Bearer \xff\xfe\r\n",
        b"Content-Type: application/json\r\n",
        b"Content-Length: 2\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked, gzip\r\n",
        b"Expect: 100-continue\r\n",
        b"Connection: close\r\n",
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
        b"Upgrade: h2c\r\nHTTP2-Settings: x\r\n",
        b"X: a\r\n b\r\n",
        b"X : y\r\n",
        b": y\r\n",
        b"X\x00: y\r\n",
        b"X: " + b"y" * 70_000 + b"\r\n",
        b"\r\n",
        b"\r\n",
        b"\n",
        b"{}",
        b"2\r\n{}\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"-1\r\n",
        b"\0",
    ]
)
_WHOLE = st.sampled_from(
    [
        f"GET {BASE}/productInfo HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        f"GET {BASE}/\xff%00 HTTP/1.1\r\nHost: \xff\r\n\r\n".encode("latin-1"),
        b"POST " + _SESSIONS + b" HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"POST " + _SESSIONS + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    ]
)
_ODD = st.lists(_FRAGMENTS | st.binary(max_size=6), min_size=1, max_size=10)
CHUNKS = (
    _ODD | st.lists(_WHOLE | _FRAGMENTS, min_size=1, max_size=5) | st.lists(_WHOLE, min_size=1, max_size=3)
)
_AT_ONCE = 0.02
"""Seconds within which the server answers, mostly, before it sees that nothing more comes."""


class Wire:
    """A server on a socket.

    Attributes:
        tally: How often each status was answered, and how often nothing.
    """

    def __init__(self, server: Background, tally: Counter[str]) -> None:
        address = urlsplit(server.url)
        self._address = (str(address.hostname), int(address.port or 0))
        self.tally = tally

    def send(self, chunks: list[bytes]) -> bytes:
        """Send bytes, and give what comes back until the server or its patience is at the end."""
        answer = b""
        connection = socket.create_connection(self._address, timeout=5)
        with connection, suppress(ConnectionError):  # that it has gone is an answer, too
            connection.sendall(b"".join(chunks))
            select.select([connection], [], [], _AT_ONCE)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        self._check(answer)
        return answer

    def _check(self, answer: bytes) -> None:
        assert b"Traceback" not in answer
        found = _STATUS.findall(answer)
        assert bool(answer) == bool(found), answer[:200]
        for status in found:
            assert status not in {b"500", b"501", b"502", b"503"}, answer[:500]
        self.tally.update([one.decode() for one in found] or ["nothing"])

    def is_alive(self) -> bool:
        """Tell whether the server still answers what is asked as it should be."""
        request = f"GET {BASE}/productInfo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        with socket.create_connection(self._address, timeout=5) as connection:
            connection.sendall(request.encode())
            return connection.recv(65536).startswith(b"HTTP/1.1 200 ")
