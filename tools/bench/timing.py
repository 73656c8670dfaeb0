"""Two ways to the same end, timed in turns: figures come and go with the machine, their ratio stays."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done.

    Attributes:
        seconds: How long one contest may take, give or take its last round.
        rounds: How many rounds it has at least.
        records: How many records there are.
        calls: How many requests make up one slice.
        processes: How many rounds a contest has that starts processes.
    """

    seconds: float
    rounds: int
    records: int
    calls: int
    processes: int


FULL = Size(seconds=2.5, rounds=5, records=1_000, calls=40, processes=12)
TINY = Size(seconds=0, rounds=1, records=6, calls=2, processes=1)


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One line of the table.

    Attributes:
        name: What is done.
        unit: What is counted.
        count: How many of them one slice does.
        ours: Does a slice by fmorm.
        baseline: Does the same without it.
        target: The ratio that is wanted; None where it is for information.
        clock: Tells the time.
        before: Is called before each slice, outside the clock.
        rate: Whether people read it as so many a second.
        is_memory: Whether it is bytes that the clock tells.
        rounds: How many rounds, where a round is dear; None for as many as fit.
    """

    name: str
    unit: str
    count: int
    ours: Callable[[], object]
    baseline: Callable[[], object]
    target: float | None = None
    clock: Callable[[], float] = time.perf_counter
    before: Callable[[], object] = nothing
    rate: bool = False
    is_memory: bool = False
    rounds: int | None = None


@dataclass(slots=True)
class Result:
    """What came out: seconds for each unit, slice by slice.

    Attributes:
        contest: What was timed.
        ours: fmorm's slices.
        baseline: The slices done in turn with them.
    """

    contest: Contest
    ours: list[float] = field(default_factory=list[float])
    baseline: list[float] = field(default_factory=list[float])

    @property
    def paired(self) -> float:
        """The median of the ratios of slices done one after the other."""
        return statistics.median(a / b for a, b in zip(self.ours, self.baseline, strict=True))

    @property
    def least(self) -> float:
        """The ratio of the fastest slices: that of a quiet machine."""
        return min(self.ours) / min(self.baseline)


def measure(contest: Contest, size: Size) -> Result:
    """Time a contest: slices in turns, and who begins changes with each round."""
    result = Result(contest)
    sides = [(contest.ours, result.ours), (contest.baseline, result.baseline)]
    for work, _ in sides:  # what is made on first use is made now
        contest.before()
        work()
    end = time.perf_counter() + size.seconds
    while not _enough(result, size, end):
        for work, samples in sides:
            contest.before()
            samples.append(_slice(contest, work))
        sides.reverse()
    return result


def _enough(result: Result, size: Size, end: float) -> bool:
    done = len(result.ours)
    if result.contest.rounds is not None:
        return done >= result.contest.rounds
    return done >= size.rounds and time.perf_counter() >= end


def _slice(contest: Contest, work: Callable[[], object]) -> float:
    gc.collect()
    start = contest.clock()
    work()
    return (contest.clock() - start) / contest.count
