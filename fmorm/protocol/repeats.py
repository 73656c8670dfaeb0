"""Which failures leave nothing behind, so that the request can be sent again: the reasons, in one table.

How often and how long is not said here; see `retry`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fmorm.errors import (
    CapacityError,
    ConnectionFailed,
    ConnectionLost,
    FmormError,
    OutcomeUnknown,
    ProtocolError,
    RecordLocked,
    TlsError,
)

NOT_SENT: Final = "nothing was sent"
ONLY_READS: Final = "it only reads"
NOT_DONE: Final = "the server has refused the whole of it"
BUSY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""What the web server in front of FileMaker answers while the engine is away or is being started."""


def reason_to_repeat(error: FmormError, *, writes: bool) -> str | None:
    """Say why a request that has failed may be sent again.

    Args:
        error: How it has failed.
        writes: Whether the request can change data.

    Returns:
        The reason; None where it may not, or where it would fail in the same way.
    """
    match error:
        case TlsError() | OutcomeUnknown():
            return None
        case ConnectionFailed():
            return NOT_SENT
        case RecordLocked() | CapacityError():
            return NOT_DONE
        case ConnectionLost():
            return ONLY_READS
        case ProtocolError():
            return _reason_for_reply(error, writes=writes)
        case _:
            return None


def _reason_for_reply(error: ProtocolError, *, writes: bool) -> str | None:
    """A reply that is none of FileMaker's: of one that is cut off, or of a server that is away, try again."""
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return NOT_DONE
    if not writes and (error.cut_off or error.status in BUSY):
        return ONLY_READS
    return None


def wanted_delay(error: FmormError) -> float | None:
    """Give the seconds after which the server wants to be asked again; None where it did not say."""
    return error.retry_after if isinstance(error, ProtocolError) else None
