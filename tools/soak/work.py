"""A program as careful as fmorm asks for: where the outcome of a write is unknown, it reads before it goes on."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fmorm import ConflictError, FmormError, OutcomeUnknown, RecordMissing, state
from tools.soak.colours import Desk, sure
from tools.soak.ledger import Answer, Ledger, Shown, shown
from tools.soak.office import Keyed, Person, Row

MOST_RECORDS: Final = 5
"""How many records of his own a worker has at once, so that finding one stays quick."""
MOST_ROWS: Final = 6


class Worker:
    """One of several that work at once: on records of its own, and on those that all count up."""

    def __init__(self, name: str, seed: str, ledger: Ledger) -> None:
        """Choose what to do by chance, and write down what should come of it in the ledger."""
        self._name = name
        self._random = random.Random(seed)  # noqa: S311 - it guards nothing
        self._ledger = ledger
        self._number = 0
        self._own: dict[str, tuple[type[Person], str]] = {}

    async def work(self, desk: Desk, goes_on: Callable[[], bool]) -> None:
        """Do one thing after the other."""
        choices = [self._change] * 5 + [self._append, self._edit_row, self._remove_row] * 2
        choices += [self._update, self._delete, *[self._count_up] * 4]
        while goes_on():
            if len(self._own) < 2 or (len(self._own) < MOST_RECORDS and self._random.random() < 0.2):
                await self._create(desk)
            else:
                await self._random.choice(choices)(desk)

    # -- its own records -----------------------------------------------------------------------------------

    async def _create(self, desk: Desk) -> None:
        tag = self._new_tag()
        rows = [Row(tag=self._new_tag(), notes="")] * self._random.randrange(2)
        keyed = self._random.random() < 0.5
        person = (
            Keyed(key=tag, tag=tag, notes=tag, rows=rows) if keyed else Person(tag=tag, notes=tag, rows=rows)
        )
        due = Shown(0, tag, tuple((row.tag, "") for row in rows))
        answer: Answer = "done"
        try:
            await desk.create(person)
            record_id = state(person).record_id
        except OutcomeUnknown:
            found = await sure(lambda: desk.tagged(tag))
            answer = self._ledger.found(tag, None, due, shown(found[0]) if found else None)
            record_id = state(found[0]).record_id if found else None
        except FmormError:
            answer, record_id = "not done", None
        self._ledger.note(tag, answer, None if record_id is None else due)
        if record_id is not None:
            self._own[tag] = (type(person), record_id)

    async def _change(self, desk: Desk) -> None:
        tag, person = await self._read(desk)
        before, person.notes = shown(person), self._new_tag()
        if isinstance(person, Keyed) and self._random.random() < 0.3:
            person.key = person.notes
        rows = before.rows
        if len(rows) < MOST_ROWS and self._random.random() < 0.3:
            person.rows.append(Row(tag=self._new_tag(), notes=""))
            rows = (*rows, (person.rows[-1].tag, ""))
        await self._save(desk, tag, person, before, Shown(before.mod + 1, person.notes, rows))

    async def _append(self, desk: Desk) -> None:
        tag, person = await self._read(desk)
        before = shown(person)
        if len(before.rows) < MOST_ROWS:
            row = Row(tag=self._new_tag(), notes="")
            person.rows.append(row)
            due = Shown(before.mod, before.notes, (*before.rows, (row.tag, "")))
            await self._save(desk, tag, person, before, due)

    async def _edit_row(self, desk: Desk) -> None:
        tag, person = await self._read(desk)
        before = shown(person)
        if before.rows:
            person.rows[0].notes = self._new_tag()
            edited = (person.rows[0].tag, person.rows[0].notes)
            await self._save(
                desk, tag, person, before, Shown(before.mod, before.notes, (edited, *before.rows[1:]))
            )

    async def _remove_row(self, desk: Desk) -> None:
        tag, person = await self._read(desk)
        before = shown(person)
        if before.rows:
            del person.rows[0]
            await self._save(desk, tag, person, before, Shown(before.mod, before.notes, before.rows[1:]))

    async def _save(self, desk: Desk, tag: str, person: Person, before: Shown, after: Shown) -> None:
        answer: Answer = "done"
        try:
            await desk.save(person)
        except OutcomeUnknown:
            if self._random.random() < 0.5:
                await self._save_again(desk, person)
            answer = await self._find_out(desk, tag, before, after)
        except FmormError:
            answer = "not done"
        self._ledger.note(tag, answer, after if answer in {"done", "unknown: done"} else before)

    async def _save_again(self, desk: Desk, person: Person) -> None:
        """Save the same object again: it looks first, and refuses to do twice what was done."""
        try:
            await desk.save(person)
        except FmormError:
            return

    async def _update(self, desk: Desk) -> None:
        tag, person = await self._read(desk)
        before = shown(person)
        after = Shown(before.mod + 1, self._new_tag(), before.rows)
        guard = str(before.mod) if self._random.random() < 0.5 else None
        answer: Answer = "done"
        try:
            await desk.update(str(state(person).record_id), after.notes, guard)
        except OutcomeUnknown:
            answer = await self._find_out(desk, tag, before, after)
        except FmormError:
            answer = "not done"
        self._ledger.note(tag, answer, after if answer in {"done", "unknown: done"} else before)

    async def _delete(self, desk: Desk) -> None:
        tag, person = await self._read(desk)
        before = shown(person)
        answer: Answer = "done"
        try:
            await desk.delete(person)
        except OutcomeUnknown:
            answer = await self._find_out(desk, tag, before, None)
        except FmormError:
            answer = "not done"
        gone = answer in {"done", "unknown: done"}
        if gone:
            del self._own[tag]
        self._ledger.note(tag, answer, None if gone else before)

    async def _find_out(self, desk: Desk, tag: str, before: Shown, after: Shown | None) -> Answer:
        model, record_id = self._own[tag]
        try:
            now = shown(await sure(lambda: desk.get(model, record_id), RecordMissing))
        except RecordMissing:
            now = None
        return self._ledger.found(tag, before, after, now)

    async def _read(self, desk: Desk) -> tuple[str, Person]:
        while True:
            while not self._own:
                await self._create(desk)
            tag = self._random.choice(list(self._own))
            model, record_id = self._own[tag]
            try:
                return tag, await sure(lambda: desk.get(model, record_id), RecordMissing)  # noqa: B023
            except RecordMissing:
                del self._own[tag]  # it is lost; the audit will say so

    def _new_tag(self) -> str:
        self._number += 1
        return f"{self._name}-{self._number}"

    # -- what all count up ---------------------------------------------------------------------------------

    async def _count_up(self, desk: Desk) -> None:
        """Read, add one, save; where somebody was faster, read again."""
        record_id = self._random.choice(list(self._ledger.counters))
        for _ in range(20):
            person = await sure(lambda: desk.get(Person, record_id))
            await desk.think()
            person.count = (person.count or 0) + 1
            answer = await _answer(desk.save(person))
            self._ledger.count(record_id, answer)
            if answer != "conflict":
                return


async def _answer(saving: Coroutine[Any, Any, None]) -> Answer:
    try:
        await saving
    except OutcomeUnknown:
        return "unknown"
    except ConflictError:
        return "conflict"
    except FmormError:
        return "not done"
    return "done"
