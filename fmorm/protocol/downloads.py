"""Getting a file from the address that a reply has told."""

from __future__ import annotations

from fmorm.errors import ConnectionLost
from fmorm.protocol.effects import Fetch, Pause, Steps
from fmorm.protocol.repeats import ONLY_READS
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request


def fetch(url: str, about: str) -> Steps[bytes]:
    """Get a file on the session that has read its address.

    Args:
        url: The address.
        about: What is got, for messages.

    Returns:
        The bytes.

    Raises:
        ProtocolError: The server gave something else.
        TransportError: The conversation broke.
    """
    request = Request("GET", "", about, private=True, verb="download")
    attempt = 1
    while True:
        try:
            reply: Reply = yield Fetch(request, url, attempt)
        except ConnectionLost as error:
            if not (yield Pause(request, error, attempt, ONLY_READS)):
                raise
        else:
            return reply.body
        attempt += 1
