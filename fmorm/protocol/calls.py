"""One request and its reply, on a session that may turn out to have expired."""

from __future__ import annotations

from typing import Any, Final

from fmorm.errors import OutcomeUnknown, SessionExpired
from fmorm.protocol.effects import Renew, Send, Steps
from fmorm.wire.replies import response_of
from fmorm.wire.requests import Request

UNKNOWN_TOKEN: Final = 952


def call(request: Request) -> Steps[dict[str, Any]]:
    """Ask, renewing an expired session once.

    A session ends after 15 idle minutes, and the request that finds that out has not been carried out: so it
    can be sent again, whatever it is. A session that is closed in the middle of a request answers 112, which
    does not say so much: then only what reads is sent again.

    Args:
        request: What to ask.

    Returns:
        The `response` member of the reply.

    Raises:
        ServerError: The server says no.
        ProtocolError: The reply is none of the Data API's.
        TransportError: The conversation broke.
    """
    try:
        return response_of((yield Send(request)), request)
    except SessionExpired as expired:
        if request.writes and expired.code != UNKNOWN_TOKEN:
            raise OutcomeUnknown(
                f"{expired}: the session was closed during {request.about}, which may have been carried out: read the "
                "record before trying again"
            ) from expired
        yield Renew()
    return response_of((yield Send(request)), request)
