"""Getting a file from the address that a reply has told."""

from __future__ import annotations

from typing import Protocol

from fmorm.errors import ConnectionLost
from fmorm.protocol.effects import Close, File, Open, Pause, Read, Steps
from fmorm.protocol.repeats import ONLY_READS
from fmorm.wire.requests import Request


class Target(Protocol):
    """Where the bytes of a file go."""

    def restart(self) -> None:
        """Forget what was written: the file comes again from its beginning."""

    def write(self, piece: bytes, /) -> object:
        """Take the next bytes."""


def open_file(url: str, about: str) -> Steps[File]:
    """Begin to get a file on the session that has read its address.

    Args:
        url: The address.
        about: What is got, for messages.

    Returns:
        The file, to be read and closed.

    Raises:
        ProtocolError: The server gave something else.
        TransportError: The conversation broke.
    """
    request = _request(about)
    attempt = 1
    while True:
        try:
            file: File = yield Open(request, url, attempt)
        except ConnectionLost as error:
            if not (yield Pause(request, error, attempt, ONLY_READS)):
                raise
        else:
            return file
        attempt += 1


def fetch(url: str, about: str, target: Target) -> Steps[None]:
    """Get a whole file; from its beginning again where the connection breaks.

    Args:
        url: The address.
        about: What is got, for messages.
        target: Where it goes.

    Raises:
        ProtocolError: The server gave something else.
        TransportError: The conversation broke.
    """
    attempt = 1
    while True:
        file = yield from open_file(url, about)
        try:
            return (yield from _pour(file, target))
        except ConnectionLost as error:
            if not (yield Pause(_request(about), error, attempt, ONLY_READS)):
                raise
        target.restart()
        attempt += 1


def _pour(file: File, target: Target) -> Steps[None]:
    try:
        while piece := (yield Read(file)):
            target.write(piece)
    except Exception:
        yield Close(file)
        raise


def _request(about: str) -> Request:
    return Request("GET", "", about, private=True, verb="download")
