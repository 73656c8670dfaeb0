"""Files that come piece by piece, in both colours."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from fmorm.transport.failures import meaning
from fmorm.wire.containers import PIECE
from fmorm.wire.requests import Request


class Arriving:
    """What is known of a file while it comes.

    Attributes:
        media_type: What it is, as the server says.
        size: Its length in bytes; None where the server does not tell.
        on_end: Is told once how many bytes have come, and what has gone wrong, if anything has.
    """

    def __init__(self, response: httpx.Response) -> None:
        """Look at the headers of a response whose body was not read."""
        self.media_type = str(response.headers.get("content-type", "application/octet-stream"))
        length = response.headers.get("content-length", "")
        packed = "content-encoding" in response.headers  # then that is the length of something else
        self.size = int(length) if length.isdecimal() and not packed else None
        self.on_end: Callable[[int, BaseException | None], object] | None = None
        self._received = 0

    def took(self, piece: bytes) -> bytes:
        """Count a piece; nothing is the end of the file."""
        self._received += len(piece)
        if not piece:
            self.ended(None)
        return piece

    def ended(self, error: BaseException | None) -> None:
        """Tell of the end, once."""
        told, self.on_end = self.on_end, None
        if told is not None:
            told(self._received, error)


class HttpStream(Arriving):
    """A file on its way."""

    def __init__(self, response: httpx.Response, request: Request, url: str) -> None:
        """Take over a response; `request` and `url` are for messages."""
        super().__init__(response)
        self._response = response
        self._pieces = response.iter_bytes(PIECE)
        self._about = request, url

    def read(self) -> bytes:
        """Give the next piece; nothing at the end.

        Raises:
            ConnectionLost: The connection broke before the end of the file.
        """
        try:
            return self.took(next(self._pieces, b""))
        except httpx.RequestError as error:
            lost = meaning(error, *self._about)
            self.ended(lost)
            raise lost from error

    def close(self) -> None:
        """Want no more of it."""
        self._response.close()
        self.ended(None)


class AsyncHttpStream(Arriving):
    """A file on its way; as `HttpStream`."""

    def __init__(self, response: httpx.Response, request: Request, url: str) -> None:
        """Take over a response."""
        super().__init__(response)
        self._response = response
        self._pieces = response.aiter_bytes(PIECE)
        self._about = request, url

    async def read(self) -> bytes:
        """Give the next piece; nothing at the end. Raises as `HttpStream.read`."""
        try:
            return self.took(await anext(self._pieces, b""))
        except httpx.RequestError as error:
            lost = meaning(error, *self._about)
            self.ended(lost)
            raise lost from error

    async def close(self) -> None:
        """Want no more of it."""
        await self._response.aclose()
        self.ended(None)
