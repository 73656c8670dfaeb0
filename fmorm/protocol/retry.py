"""How patient to be: a value that says how often and how long something that may be repeated is repeated.

What *may* be repeated is not decided here but in `calls`: only what cannot happen twice.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a request is sent again where nothing can happen twice, and how long to wait before.

    The waiting time doubles with each attempt, and half of it is left to chance, so that many clients that
    failed together do not come back together. A server that says `Retry-After` is obeyed.

    Args:
        attempts: How often a request is sent at most, the first time included; with 1 only an expired
            session is renewed.
        backoff: Seconds before the second attempt.
        longest: Seconds that one wait may take at most.
        deadline: Seconds from the first attempt after which no further one begins.

    Raises:
        ValueError: An argument cannot be meant so.
    """

    attempts: int = 4
    backoff: float = 0.2
    longest: float = 10.0
    deadline: float = 60.0

    def __post_init__(self) -> None:
        """Check what a slip would turn into a storm of requests later."""
        if self.attempts.__class__ is not int or self.attempts < 1:
            raise ValueError(
                f"attempts={self.attempts!r}: one attempt is the least, and it is a whole number"
            )
        for name in ("backoff", "longest", "deadline"):
            value = getattr(self, name)
            if value.__class__ not in {int, float} or not 0 <= value < math.inf:
                raise ValueError(f"{name}={value!r}: give seconds, 0 or more")

    def delay(self, attempt: int, elapsed: float, wanted: float | None = None) -> float | None:
        """Say how long to wait after an attempt that failed.

        Args:
            attempt: Which attempt has failed, counted from 1.
            elapsed: Seconds since the first one began.
            wanted: Seconds that the server asked for, if it did.

        Returns:
            Seconds; None where the policy is to give up.
        """
        if attempt >= self.attempts:
            return None
        full = min(self.backoff * 2 ** (attempt - 1), self.longest)
        # S311: this spreads load, it guards nothing
        seconds = full * (0.5 + random.random() / 2) if wanted is None else wanted  # noqa: S311
        if seconds > self.longest or elapsed + seconds > self.deadline:
            return None
        return seconds
