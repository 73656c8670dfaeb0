"""What a protocol generator can ask of its driver."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from fmorm.wire.requests import Request


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request on the leased session and give the `Reply`; the driver adds the token."""

    request: Request


@dataclass(frozen=True, slots=True)
class Renew:
    """Open a new session in place of the leased one, which has turned out to be gone."""


T = TypeVar("T")

Effect: TypeAlias = Send | Renew
Steps: TypeAlias = Generator[Effect, Any, T]
"""A conversation that ends in a T: yields effects, is sent their results, or has their errors thrown in."""
