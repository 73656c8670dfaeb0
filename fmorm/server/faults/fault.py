"""One fault that is waiting for its requests: which they are, how often it happens, and what it does."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypedDict

from fmorm.server.faults.effects import Effect, one_of, text, whole
from fmorm.server.http import Request
from fmorm.server.refusals import Refusal
from fmorm.server.routes import ROUTES, arrive

_READS = frozenset({"get-record", "get-range", "find"})
_WRITES = frozenset({"create", "edit", "duplicate", "delete", "upload"})
_NAMES = frozenset(name for route in ROUTES for name in route.verb_names)
_GROUPS = {"reads": _READS, "writes": _WRITES, "records": _READS | _WRITES}


class Where(TypedDict, total=False):
    """Which requests a fault is for, and how often it happens; what is left out does not matter.

    Attributes:
        method: The HTTP method, in capitals.
        on: What the request asks for: `log-in`, `log-out`, `get-record`, `get-range`, `find`, `create`, `edit`,
            `duplicate`, `delete`, `upload` …, or one of the groups `reads`, `writes`, `records` (both).
        skip: How many of these requests go well before.
        times: How often it happens at most.
        chance: How likely it happens each time, between 0 and 1.
        seed: What the chances are drawn from: the same seed gives the same ones.
    """

    method: str | None
    on: str | None
    skip: int
    times: int | None
    chance: float
    seed: int


class Fault:
    """A fault that is set; `app.faults` makes them. As a context manager it is taken back at the end.

    Attributes:
        number: The fault's number in its app, counted from 1.
        effect: What it does.
        count: How often it has happened.
    """

    def __init__(self, number: int, effect: Effect, where: Where, remove: Callable[[Fault], None]) -> None:
        if strange := where.keys() - Where.__annotations__:
            raise TypeError(f"unknown argument(s): {', '.join(sorted(strange))}")
        self.number = number
        self.effect = effect
        self.count = 0
        self._where = where
        self._method, self._on = where.get("method"), _meant(where.get("on"))
        self._skip, self._times = _counts(where)
        self._chance = where.get("chance", 1.0)
        self._random = random.Random(f"{where.get('seed', 0)} {number}")  # noqa: S311 - it guards nothing
        self._remove = remove

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        settings = "".join(f", {name}={value!r}" for name, value in self.settings().items())
        return f"<fault {self.number}: {self.effect.name}{settings}; happened {self.count} times>"

    def remove(self) -> None:
        """Take the fault back; does nothing when that was done already."""
        self._remove(self)

    def settings(self) -> dict[str, object]:
        """Give what was asked for, by name."""
        return {**self.effect.settings, **self._where}

    @property
    def is_spent(self) -> bool:
        """Whether it has happened as often as it was meant to."""
        return self._times is not None and self.count >= self._times

    def is_due(self, request: Request) -> bool:
        """Decide about a request; one that is let pass counts as passed."""
        if self._method not in {None, request.method}:
            return False
        if self._on is not None and verb_name(request) not in self._on:
            return False
        if self._skip:
            self._skip -= 1
            return False
        # drawn for every request that fits, so that the same seed hits the same requests
        return self._random.random() < self._chance

    def note(self) -> None:
        """Count that it has happened."""
        self.count += 1


def verb_name(request: Request) -> str | None:
    """Give the name of what a request asks for, None where it asks for nothing that there is."""
    try:
        return arrive(request.method, request.target).name
    except Refusal:
        return None


def _meant(on: str | None) -> frozenset[str] | None:
    if on is None:
        return None
    one_of("on", on, sorted(_NAMES | _GROUPS.keys()))
    return _GROUPS.get(on, frozenset({on}))


def _counts(where: Where) -> tuple[int, int | None]:
    """Check the numbers and the method, and give how many requests pass, and how often it happens."""
    method, times, chance = where.get("method"), where.get("times"), where.get("chance", 1.0)
    if method is not None and not text("method", method).isupper():
        raise ValueError(f"method={method!r}: give an HTTP method in capitals")
    if chance.__class__ not in {int, float} or not 0 <= chance <= 1:
        raise ValueError(f"chance={chance!r}: give a number between 0 and 1")
    whole("seed", where.get("seed", 0), 0)
    return whole("skip", where.get("skip", 0), 0), None if times is None else whole("times", times, 1)
