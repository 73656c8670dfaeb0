"""One server, one colour, some workers: working under faults until there were enough, and the audit after that."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, product
from typing import Final, Self, get_args

from fmorm import Database, Retry, state
from fmorm.server import App
from fmorm.transport.watch import Traffic
from tools.soak.colours import IMPATIENT, PATIENT, Colour, Desk, Way, Work, work_on
from tools.soak.ledger import Answer, Counted, Ledger, Verdict
from tools.soak.office import Office, Person
from tools.soak.trouble import Trouble
from tools.soak.work import Worker

COUNTERS: Final = 2
"""Records that all workers count up: few, so that they meet."""
ROUND: Final = 2_500
"""Faults after which a fresh server is taken, so that it stays quick."""

MOUNTS: Final[list[tuple[Colour, Way]]] = list(product(get_args(Colour), get_args(Way)))


@dataclass(frozen=True, slots=True)
class Mounted:
    """How the workers reach the server, and how patient their database object is."""

    colour: Colour
    way: Way
    retry: Retry


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done.

    Attributes:
        faults: How many faults are enough.
        workers: How many threads or tasks work at once.
        end: When it is over at the latest, as `time.monotonic` has it.
    """

    faults: int
    workers: int
    end: float


@dataclass(slots=True)
class Tally:
    """What came out, of one round or of several.

    Attributes:
        traffic: What went over the wire.
        faults: How often what has happened.
        answers: How the operations ended.
        verdict: What is wrong.
        leaked: Sessions that were open after the end.
    """

    traffic: Traffic = field(default_factory=Traffic)
    faults: Counter[str] = field(default_factory=Counter[str])
    answers: Counter[Answer] = field(default_factory=Counter[Answer])
    verdict: Verdict = field(default_factory=Verdict)
    leaked: int = 0

    def __iadd__(self, other: Tally) -> Self:
        """Add what came out of another round."""
        self.traffic += other.traffic
        self.faults += other.faults
        self.answers += other.answers
        self.verdict += other.verdict
        self.leaked += other.leaked
        return self

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.verdict and not self.leaked


def rounds(
    faults: int, seconds: float, seed: int, workers: int, watch: Callable[[Tally], None] | None = None
) -> Iterator[Tally]:
    """Do rounds in turns of the four mounts until there were enough faults, or it took long enough.

    Args:
        faults: How many are enough.
        seconds: How long is long enough.
        seed: What all choices are drawn from.
        workers: How many threads or tasks work at once.
        watch: Is told now and then how far a round is.

    Yields:
        What came out of each.
    """
    end, done = time.monotonic() + seconds, 0
    share = min(ROUND, -(-faults // len(MOUNTS)))
    for number, (colour, way) in enumerate(cycle(MOUNTS)):
        size = Size(min(share, faults - done), workers, end)
        retry = PATIENT if number // len(MOUNTS) % 2 == 0 else IMPATIENT
        tally = one_round(Mounted(colour, way, retry), size, seed + number, watch)
        yield tally
        done += tally.faults.total()
        if done >= faults or time.monotonic() >= end:
            return


def one_round(mounted: Mounted, size: Size, seed: int, watch: Callable[[Tally], None] | None = None) -> Tally:
    """Work on a fresh server until there were enough faults, and compare its data with the ledger."""
    app, ledger = Office(), Ledger()
    try:
        _enter_counters(app, ledger)
        trouble = Trouble(app, mounted.way, seed)

        def goes_on() -> bool:
            trouble.happen()
            return sum(trouble.injected().values()) < size.faults and time.monotonic() < size.end

        works = [_work(Worker(f"w{i}", f"{seed} {i}", ledger), goes_on) for i in range(size.workers)]
        with _Watched(lambda: _tally(trouble, ledger), watch):
            traffic = work_on(app, mounted.colour, mounted.way, mounted.retry, works)
        tally = _tally(trouble, ledger)
        tally.traffic = traffic
        tally.leaked = app.session_count
        tally.verdict = ledger.audit(app)
        return tally
    finally:
        app.close()


def _work(worker: Worker, goes_on: Callable[[], bool]) -> Work:
    async def work(desk: Desk) -> None:
        await worker.work(desk, goes_on)

    return work


def _tally(trouble: Trouble, ledger: Ledger) -> Tally:
    return Tally(faults=Counter(trouble.injected()), answers=Counter(ledger.answers))


def _enter_counters(app: App, ledger: Ledger) -> None:
    with Database.embedded(app) as db:
        for number in range(COUNTERS):
            counter = db.create(Person(tag=f"counter-{number}", count=0))
            ledger.counters[str(state(counter).record_id)] = Counted()


class _Watched:
    """Tells how far a round is, every few seconds."""

    SECONDS: Final = 5.0

    def __init__(self, tell: Callable[[], Tally], watch: Callable[[Tally], None] | None) -> None:
        self._tell = tell
        self._watch = watch
        self._over = threading.Event()

    def __enter__(self) -> None:
        if self._watch is not None:
            threading.Thread(target=self._run, args=(self._watch,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _run(self, watch: Callable[[Tally], None]) -> None:
        while not self._over.wait(self.SECONDS):
            watch(self._tell())
