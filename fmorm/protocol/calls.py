"""One request and its reply, on a session that may turn out to have expired, over a connection that may break."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from fmorm.errors import (
    FmormError,
    OutcomeUnknown,
    ProtocolError,
    ServerError,
    SessionExpired,
    TransportError,
)
from fmorm.protocol.effects import Pause, Renew, Send, Steps
from fmorm.protocol.repeats import reason_to_repeat
from fmorm.wire.replies import Reply, response_of
from fmorm.wire.requests import Request

UNKNOWN_TOKEN: Final = 952
EXPIRED: Final = "its session had expired, so it was not carried out"
ENDED: Final = "its session has ended, and it only reads"
GUARDED: Final = "what it would do twice the server refuses"

T = TypeVar("T")

logger = logging.getLogger("fmorm.retry")


class Tries:
    """How often a request was sent, in whatever way it came to be sent again.

    Attributes:
        number: The how-manieth sending is the next, or under way.
        guarded: Whether it is sent again also where it may have been done.
    """

    __slots__ = ("guarded", "number")

    def __init__(self, *, guarded: bool = False) -> None:
        self.number = 1
        self.guarded = guarded


def call(request: Request, tries: Tries | None = None) -> Steps[dict[str, Any]]:
    """Ask as `call_for` does, and give the `response` member of the reply."""
    return call_for(request, response_of, tries)


def call_for(request: Request, read: Callable[[Reply, Request], T], tries: Tries | None = None) -> Steps[T]:
    """Ask, and ask again where nothing can happen twice.

    A session ends after 15 idle minutes, and the request that finds that out has not been carried out: so it
    is sent again on a new session, whatever it is. A session that is closed in the middle of a request answers
    112, which does not say so much: then only what reads is sent again. For other failures see `repeats`.

    Args:
        request: What to ask.
        read: Takes what is wanted from the reply, and raises what it says.
        tries: How often it was sent before.

    Returns:
        What `read` gives.

    Raises:
        ServerError: The server says no.
        ProtocolError: The reply is none of the Data API's.
        TransportError: The conversation broke.
    """
    tries = tries or Tries()
    renewed = False
    while True:
        try:
            return read((yield Send(request, tries.number)), request)
        except SessionExpired as expired:
            _refuse_doubt(request, expired, tries)
            why = EXPIRED if expired.code == UNKNOWN_TOKEN else ENDED
            if renewed and not (yield Pause(request, expired, tries.number, why)):
                raise
            logger.info("%s: %s; %s, so it is sent again on a new one", request.about, _kind(expired), why)
            yield Renew()
            renewed = True
        except FmormError as error:
            if not _is_about(error, request):
                raise  # the log-in before it has failed, and that was tried often enough
            reason = reason_to_repeat(error, writes=request.writes)
            if reason is None:
                _note_refusal(request, error, tries)
                raise
            if not (yield Pause(request, error, tries.number, reason)):
                raise
        tries.number += 1


def _is_about(error: FmormError, request: Request) -> bool:
    """Whether it was this request that failed, and not a log-in before it; an error may add to its name."""
    if not isinstance(error, (TransportError, ProtocolError, ServerError)):
        return True
    return not error.request or error.request.startswith(request.about)


def _refuse_doubt(request: Request, expired: SessionExpired, tries: Tries) -> None:
    if not request.writes or expired.code == UNKNOWN_TOKEN:
        return
    error = OutcomeUnknown(
        f"{expired}: the session was closed during {request.about}, which may have been carried out: read the "
        "record before trying again",
        request=request.about,
        advice="read the record before trying again",
    )
    _note_refusal(request, error, tries)
    raise error from expired


def _note_refusal(request: Request, error: FmormError, tries: Tries) -> None:
    about, kind = request.about, _kind(error)
    if isinstance(error, OutcomeUnknown):
        if not tries.guarded:
            logger.info("%s: %s; not sent again by itself: it may have been done", about, kind)
    elif isinstance(error, (TransportError, ProtocolError)):
        logger.info("%s: %s; not sent again: it would fail in the same way", about, kind)


def _kind(error: FmormError) -> str:
    return type(error).__name__


def settle(
    request: Request,
    done: Callable[[ServerError], Steps[dict[str, Any] | None]],
    *,
    before_again: Callable[[], Steps[None]] | None = None,
) -> Steps[dict[str, Any]]:
    """Ask for what the server itself refuses to do twice; so it is sent again also after its reply was lost.

    An edit with the record's mod id is such a request: once it is done, the mod id is another one. A create with
    a key that FileMaker validates as unique is, and a deletion.

    Args:
        request: What to ask.
        done: Finds out, after an attempt of unknown outcome and a refusal of the next one, whether the first was
            carried out. Gives what its reply would have told, None where that is not certain; raises where it was not.
        before_again: What has to be looked at before each further attempt.

    Returns:
        The `response` member of the reply, or what `done` gives in its place.

    Raises:
        ServerError: The server says no, and this request has done nothing.
        OutcomeUnknown: It may have been carried out; further attempts did not find out.
        TransportError: The conversation broke and nothing was done.
    """
    lost: OutcomeUnknown | None = None
    tries = Tries(guarded=True)
    while True:
        try:
            if lost is not None and before_again is not None:
                yield from before_again()
            return (yield from call(request, tries))
        except OutcomeUnknown as error:
            lost = error
            if not (yield Pause(request, error, tries.number, GUARDED)):
                raise
        except ServerError as refusal:
            if lost is None:
                raise
            found = yield from done(refusal)
            if found is None:
                raise _still_unknown(lost, refusal) from refusal
            logger.info("%s: the attempt whose reply was lost had been carried out", request.about)
            return found
        except FmormError as error:
            if lost is None:
                raise
            raise _still_unknown(lost, error) from error
        tries.number += 1


def _still_unknown(lost: OutcomeUnknown, error: FmormError) -> OutcomeUnknown:
    """An attempt after one of unknown outcome failed before it could tell anything: the doubt remains."""
    # a refusal's advice is about the further attempt only: "nothing was written" is not true of the first
    told = f"FileMaker error {error.code}: {error.text}" if isinstance(error, ServerError) else str(error)
    lost.add_note(f"Trying to find out has failed as well: {told}")
    return lost
