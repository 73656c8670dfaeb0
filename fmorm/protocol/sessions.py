"""A session's beginning and end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from fmorm.errors import FmormError, SessionExpired
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Effect, Pause, Present, Send, Steps
from fmorm.protocol.repeats import reason_to_repeat
from fmorm.wire import requests
from fmorm.wire.replies import Reply, response_of, token_of
from fmorm.wire.requests import Place, Request

T = TypeVar("T")


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
    return persist(request, Present, token_of)


def persist(
    request: Request, ask: Callable[[Request, int], Effect], read: Callable[[Reply, Request], T]
) -> Steps[T]:
    """Ask what needs no session, and ask again where that can help.

    Args:
        request: What to ask; it changes no data.
        ask: `Present` with credentials, or `Inquire` without.
        read: Takes what is wanted from the reply, and raises what it says.

    Returns:
        What `read` gives.

    Raises:
        ServerError: The server says no.
        TransportError: The conversation broke.
    """
    attempt = 1
    while True:
        try:
            return read((yield ask(request, attempt)), request)
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
