"""A session's beginning and end."""

from __future__ import annotations

from collections.abc import Mapping

from fmorm.errors import FmormError, SessionExpired
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Pause, Present, Send, Steps
from fmorm.protocol.repeats import reason_to_repeat
from fmorm.wire import requests
from fmorm.wire.replies import response_of, token_of
from fmorm.wire.requests import Place, Request


def log_in(request: Request) -> Steps[str]:
    """Open a session.

    A log-in whose reply was lost is sent again: a session that nobody uses ends by itself after 15 minutes.

    Args:
        request: The log-in.

    Returns:
        The token.

    Raises:
        CredentialError: The credentials were not accepted.
        CapacityError: The host has no room for another session.
        ServerError: The server says no.
        TransportError: The conversation broke.
    """
    attempt = 1
    while True:
        try:
            return token_of((yield Present(request, attempt)), request)
        except FmormError as error:
            reason = reason_to_repeat(error, writes=False)
            if reason is None or not (yield Pause(request, error, attempt, reason)):
                raise
        attempt += 1


def set_globals(place: Place, values: Mapping[str, str]) -> Steps[None]:
    """Set global fields of the session, by their fully qualified names."""
    yield from call(requests.set_globals(place, values))


def is_alive(place: Place) -> Steps[bool]:
    """Tell whether the server still knows the session; one that it does not is not renewed."""
    request = requests.validate(place)
    try:
        response_of((yield Send(request)), request)
    except SessionExpired:
        return False
    return True
