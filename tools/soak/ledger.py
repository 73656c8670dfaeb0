"""What was asked for and what was answered, kept apart from fmorm; and whether the server's data is what follows."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, Self, TypeAlias

from fmorm import Database, state
from fmorm.server import App
from tools.soak.office import Person

Answer: TypeAlias = Literal["done", "not done", "unknown: done", "unknown: not done", "unknown", "conflict"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as it should be, or is.

    Attributes:
        mod: How many commits of its own fields it has.
        notes: What one of its fields holds.
        rows: Tag and notes of its rows.
    """

    mod: int
    notes: str = ""
    rows: tuple[tuple[str, str], ...] = ()


def shown(record: Person) -> Shown:
    """Tell what a record holds that was just read."""
    rows = tuple((row.tag, row.notes) for row in record.rows)
    return Shown(int(state(record).mod_id or 0), record.notes, rows)


@dataclass(slots=True)
class Verdict:
    """What is wrong; nothing should be.

    Attributes:
        lost: What was confirmed and is not there.
        doubled: What is there twice.
        untold: What is there though an ordinary error said that it was not done.
    """

    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    untold: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.untold)

    def __iadd__(self, other: Verdict) -> Self:
        """Add what else is wrong."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.untold += other.untold
        return self


@dataclass(slots=True)
class Counted:
    """A field that is counted up by many at once: how often that was confirmed, and how often nobody knows."""

    confirmed: int = 0
    unknown: int = 0


class Ledger:
    """What should be there.

    Attributes:
        answers: How the operations ended.
        verdict: What has turned out to be wrong already.
        counters: The records that all count up, by record id.
    """

    def __init__(self) -> None:
        self.answers: Counter[Answer] = Counter()
        self.verdict = Verdict()
        self.counters: dict[str, Counted] = {}
        self._due: dict[str, Shown | None] = {}
        self._lock = threading.Lock()

    def note(self, tag: str, answer: Answer, due: Shown | None) -> None:
        """Write down how an operation on the record of a tag ended, and what should be there now."""
        with self._lock:
            self.answers[answer] += 1
            self._due[tag] = due

    def count(self, record_id: str, answer: Answer) -> None:
        """Write down how counting up has ended."""
        counted = self.counters[record_id]
        with self._lock:
            self.answers[answer] += 1
            counted.confirmed += answer == "done"
            counted.unknown += answer == "unknown"

    def found(self, tag: str, before: Shown | None, after: Shown | None, now: Shown | None) -> Answer:
        """Judge what was found after an unknown outcome: it was done, or it was not, and nothing else."""
        if now == after:
            return "unknown: done"
        if now != before:
            with self._lock:
                _compare(tag, after, [now] if now else [], self.verdict)
        return "unknown: not done"

    def audit(self, app: App) -> Verdict:
        """Compare what should be there with what is, read in process and without faults."""
        there: dict[str, list[Person]] = {}
        with Database.embedded(app) as db:
            for person in db.find(Person).all():
                there.setdefault(person.tag, []).append(person)
        verdict = self.verdict
        for tag, due in self._due.items():
            _compare(tag, due, [shown(person) for person in there.pop(tag, [])], verdict)
        for people in there.values():
            for person in people:
                self._judge_counter(person, verdict)
        return verdict

    def _judge_counter(self, person: Person, verdict: Verdict) -> None:
        counted = self.counters.get(str(state(person).record_id))
        if counted is None:
            verdict.untold.append(f"{person.tag}: nobody has asked for this record")
            return
        told = f"{person.tag}: {person.count} after {counted.confirmed} confirmed, {counted.unknown} unknown"
        if (person.count or 0) < counted.confirmed:
            verdict.lost.append(told)
        elif (person.count or 0) > counted.confirmed + counted.unknown:
            verdict.doubled.append(told)


def _compare(tag: str, due: Shown | None, there: list[Shown], verdict: Verdict) -> None:
    told = f"{tag}: {there} instead of {due}"
    if len(there) > 1 or any(len(set(one.rows)) < len(one.rows) for one in there):
        verdict.doubled.append(told)
    elif due is None and there:
        verdict.untold.append(told)
    elif due is not None and there != [due]:
        worse = not there or there[0].mod <= due.mod
        (verdict.lost if worse else verdict.doubled).append(told)
