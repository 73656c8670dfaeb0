"""What a protocol generator can ask of its driver."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from fmorm.errors import FmormError
from fmorm.wire.requests import Request


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request on the leased session and give the `Reply`; the driver adds the token.

    Attributes:
        request: What to ask.
        attempt: The how-manieth sending of it this is, from 1.
    """

    request: Request
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Present:
    """Send a log-in, or what else wants credentials, and give the `Reply`; the driver adds them.

    Attributes:
        request: The log-in.
        attempt: The how-manieth sending of it this is, from 1.
    """

    request: Request
    attempt: int = 1


class File(Protocol):
    """A file on its way, as the driver has opened it."""

    media_type: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Inquire:
    """Send a request as somebody whom the server need not know, and give the `Reply`.

    Attributes:
        request: What to ask.
        attempt: The how-manieth sending of it this is, from 1.
    """

    request: Request
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Open:
    """Begin to get a file from an address that the leased session was told, and give it as a `File`.

    Attributes:
        request: Names what is got.
        url: The address.
        attempt: The how-manieth attempt this is, from 1.
    """

    request: Request
    url: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Read:
    """Give the next bytes of a file, none at its end.

    Attributes:
        file: The file.
    """

    file: File


@dataclass(frozen=True, slots=True)
class Close:
    """Want no more of a file.

    Attributes:
        file: The file.
    """

    file: File


@dataclass(frozen=True, slots=True)
class Renew:
    """Open a new session in place of the leased one, which has turned out to be gone."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before something is tried again that may be; gives whether to try, as the driver's patience has it.

    Attributes:
        request: What has failed.
        error: How.
        attempt: The how-manieth attempt that was, from 1.
        reason: Why it may be repeated.
    """

    request: Request
    error: FmormError
    attempt: int
    reason: str


T = TypeVar("T")

Effect: TypeAlias = Send | Present | Inquire | Open | Read | Close | Renew | Pause
Steps: TypeAlias = Generator[Effect, Any, T]
"""A conversation that ends in a T: yields effects, is sent their results, or has their errors thrown in."""
