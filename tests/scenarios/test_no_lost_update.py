"""Two writers of one record, at random, against a model of what must be in it: no update is ever lost.

The model knows nothing of mod ids in FileMaker's sense: it counts commits by itself, keeps for each writer what it
has read and what it has changed, and says of each save what must come of it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fmorm import ConflictError, Database, Model, Portal, PortalRow, Repeating, portal, repeating, state
from fmorm import field as fm_field
from fmorm.model.declare import Field
from fmorm.server import App, load_schema

SCHEMA = load_schema(Path(__file__).parent / "office.toml")
FIELDS = ("name", "notes", "code")
GROUP = ("notes", "code")
VALUES = st.sampled_from("abc")
WRITERS = st.integers(0, 1)
PLACES = st.integers(0, 2)
RULES = st.sampled_from(("raise", "merge", "mine", "theirs", "function"))
FIELD_EDITS = st.tuples(st.just("set_field"), st.sampled_from(FIELDS), VALUES)
EDITS = st.lists(
    st.one_of(
        FIELD_EDITS,
        st.tuples(st.just("set_repetition"), PLACES, VALUES),
        st.tuples(st.just("edit_row"), PLACES, st.sampled_from(("city", "zip")), VALUES),
        st.tuples(st.just("remove_row"), PLACES),
        st.tuples(st.just("add_row"), VALUES),
    ),
    min_size=1,
    max_size=4,
)


class Home(PortalRow, table="person_addresses"):
    city: Field[str] = fm_field("City")
    zip: Field[str] = fm_field("Zip")


class Person(Model, layout="person", merge_groups=[GROUP]):
    name: Field[str] = fm_field("Name")
    notes: Field[str] = fm_field("Notes")
    code: Field[str] = fm_field("Code", kind="number")
    phones: Repeating[str] = repeating("Phone", 3)
    homes: Portal[Home] = portal("addresses")


Key = str | tuple[str, int]


@dataclass
class Row:
    values: dict[str, str]
    commits: int | None = 0  # None: a writer does not know


@dataclass
class Content:
    """A record as FileMaker has it, or as a writer has read it."""

    values: dict[Key, str]
    rows: dict[str, Row]
    commits: int = 0


@dataclass
class Mine:
    """What a writer has changed."""

    values: dict[Key, str] = field(default_factory=dict[Key, str])
    rows: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    removed: set[str] = field(default_factory=set[str])
    added: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return bool(self.values or self.rows or self.removed or self.added)


@dataclass
class Writer:
    db: Database
    record: Person
    read: Content
    mine: Mine


def group_of(key: Key) -> tuple[Key, ...]:
    return GROUP if key in GROUP else (key,)


def moved(read: Content, now: Content, key: Key) -> bool:
    return any(read.values[one] != now.values[one] for one in group_of(key))


def row_moved(read: Content, now: Content, row: str) -> bool:
    known, there = read.rows[row], now.rows.get(row)
    if there is None:
        return True
    return known.values != there.values if known.commits is None else known.commits != there.commits


def is_noticed(mine: Mine, read: Content, now: Content) -> bool:
    """Whether the service can notice that somebody else was faster: it compares no row that is only removed."""
    return (
        read.commits != now.commits
        or any(row_moved(read, now, row) for row in mine.rows)
        or any(row not in now.rows for row in mine.removed)
    )


@dataclass
class Clash:
    """What both have changed."""

    values: set[Key]
    rows: dict[str, set[str]]
    gone: set[str]  # rows that I edited and they removed
    removed: set[str]  # rows that I removed and they edited

    def __bool__(self) -> bool:
        return bool(self.values or self.gone or self.removed or any(self.rows.values()))


def clash_of(mine: Mine, read: Content, now: Content) -> Clash:
    return Clash(
        {key for key in mine.values if moved(read, now, key)},
        {
            row: {a for a in edits if read.rows[row].values[a] != now.rows[row].values[a]}
            for row, edits in mine.rows.items()
            if row in now.rows
        },
        {row for row in mine.rows if row not in now.rows},
        {row for row in mine.removed if row in now.rows and row_moved(read, now, row)},
    )


def without(mine: Mine, clash: Clash) -> Mine:
    rows = {
        row: {a: v for a, v in edits.items() if a not in clash.rows.get(row, ())}
        for row, edits in mine.rows.items()
    }
    return Mine(
        {key: value for key, value in mine.values.items() if key not in clash.values},
        {row: edits for row, edits in rows.items() if edits and row not in clash.gone},
        mine.removed - clash.removed,
        mine.added,
    )


def resolver(conflict: ConflictError) -> Mapping[str, Any]:
    """Say "r" of every field that both have changed; of rows, take theirs."""
    decided: dict[str, Any] = {
        attr: ["r", "r", "r"] if attr == "phones" else "r" for attr in conflict.contested
    }
    rows: dict[str, Any] = {
        row.record_id: None if row.mod_id is None else {} for row in conflict.rows if row.contested
    }
    return decided | {"homes": rows}


def decided_by_resolver(clash: Clash, now: Content) -> dict[Key, str]:
    phones = any(isinstance(key, tuple) for key in clash.values)
    said: dict[Key, str] = {key: "r" for key in clash.values if isinstance(key, str)}
    said |= {("phones", i): "r" for i in range(3) if phones}
    return {key: value for key, value in said.items() if now.values[key] != value}


class TwoWriters(RuleBasedStateMachine):
    """Loads, edits and saves, in any order."""

    @initialize()
    def begin(self) -> None:
        self.app = App(SCHEMA)
        self.auditor = Database.embedded(self.app)
        self.truth = self.there()
        self.writers = [self.writer(), self.writer()]

    def teardown(self) -> None:
        for db in (self.auditor, *(writer.db for writer in self.writers)):
            db.close()
        self.app.close()

    def writer(self) -> Writer:
        db = Database.embedded(self.app)
        return Writer(db, db.get(Person, 1), copy.deepcopy(self.truth), Mine())

    def there(self) -> Content:
        """What is in FileMaker, read by somebody else."""
        record = self.auditor.get(Person, 1)
        values: dict[Key, str] = {attr: getattr(record, attr) for attr in FIELDS}
        values |= {("phones", i): phone for i, phone in enumerate(record.phones)}
        rows = {
            str(state(row).record_id): Row({"city": row.city, "zip": row.zip}, int(state(row).mod_id or 0))
            for row in record.homes
        }
        return Content(values, rows, int(state(record).mod_id or 0))

    # -- what a writer does ----------------------------------------------------------------------------------

    @rule(number=WRITERS)
    def load(self, number: int) -> None:
        writer = self.writers[number]
        writer.db.reload(writer.record)
        writer.read, writer.mine = copy.deepcopy(self.truth), Mine()

    @rule(number=WRITERS, edits=EDITS)
    def edit(self, number: int, edits: list[tuple[Any, ...]]) -> None:
        for what, *how in edits:
            getattr(self, what)(self.writers[number], *how)

    def set_field(self, writer: Writer, attr: str, value: str) -> None:
        setattr(writer.record, attr, value)
        self._note(writer, attr, value)

    def set_repetition(self, writer: Writer, place: int, value: str) -> None:
        writer.record.phones[place] = value
        self._note(writer, ("phones", place), value)

    def _note(self, writer: Writer, key: Key, value: str) -> None:
        writer.mine.values.pop(key, None)
        if writer.read.values[key] != value:
            writer.mine.values[key] = value

    def edit_row(self, writer: Writer, place: int, attr: str, value: str) -> None:
        for row_id, row in self._row(writer, place):
            setattr(row, attr, value)
            edits = writer.mine.rows.setdefault(row_id, {})
            edits.pop(attr, None)
            if writer.read.rows[row_id].values[attr] != value:
                edits[attr] = value
            if not edits:
                del writer.mine.rows[row_id]

    def remove_row(self, writer: Writer, place: int) -> None:
        for row_id, row in self._row(writer, place):
            writer.record.homes.remove(row)
            writer.mine.rows.pop(row_id, None)
            writer.mine.removed.add(row_id)

    def add_row(self, writer: Writer, city: str) -> None:
        if len(self.truth.rows) + len(writer.mine.added) < 6:
            writer.record.homes.append(Home(city=city, zip="n"))
            writer.mine.added.append(city)

    def _row(self, writer: Writer, place: int) -> Iterator[tuple[str, Home]]:
        rows = [row for row in writer.record.homes if not state(row).is_new]
        if place < len(rows):
            yield str(state(rows[place]).record_id), rows[place]

    # -- saving ----------------------------------------------------------------------------------------------

    @rule(number=WRITERS, mine=EDITS, theirs=EDITS, how=RULES)
    def race(self, number: int, mine: list[Any], theirs: list[Any], how: str) -> None:
        """Let one save between the other's reading and writing."""
        other = 1 - number
        self.load(other)
        self.edit(other, theirs)
        self.save(other, "raise")
        self.edit(number, mine)
        self.save(number, how)

    @rule(
        number=WRITERS,
        mine=st.lists(FIELD_EDITS, min_size=1, max_size=2),
        theirs=st.lists(FIELD_EDITS, min_size=1, max_size=2),
        how=RULES,
    )
    def race_for_fields(self, number: int, mine: list[Any], theirs: list[Any], how: str) -> None:
        self.race(number, mine, theirs, how)

    @rule(number=WRITERS, how=RULES)
    def save(self, number: int, how: str) -> None:
        writer, now = self.writers[number], self.truth
        mine, read = writer.mine, writer.read
        if not mine:
            writer.db.save(writer.record)  # which asks nobody, and so learns nothing
            return
        noticed = is_noticed(mine, read, now)
        clash = clash_of(mine, read, now)
        refused = noticed and (
            how == "raise" or (how == "merge" and bool(clash)) or (how == "mine" and bool(clash.gone))
        )
        held = read.values | mine.values
        on_conflict: Any = resolver if how == "function" else how
        if refused:
            with pytest.raises(ConflictError):
                writer.db.save(writer.record, on_conflict=on_conflict)
            return  # the invariant says that nothing was written
        writer.db.save(writer.record, on_conflict=on_conflict)
        if noticed:
            writer.read = read = copy.deepcopy(now)
            mine = self._left(how, mine, clash, now, held=held)
        self._commit(writer, mine)

    def _left(self, how: str, mine: Mine, clash: Clash, now: Content, *, held: dict[Key, str]) -> Mine:
        """What is to be written after a conflict."""
        left = Mine(dict(mine.values), mine.rows, mine.removed & now.rows.keys(), mine.added)
        if how == "mine":
            for key in clash.values & set(GROUP):
                left.values |= {one: held[one] for one in group_of(key)}
        else:
            left = without(left, clash)
        if how == "function":
            left.values |= decided_by_resolver(clash, now)
        left.values = {key: value for key, value in left.values.items() if now.values[key] != value}
        left.rows = {
            row: changed
            for row, edits in left.rows.items()
            if (changed := {a: v for a, v in edits.items() if now.rows[row].values[a] != v})
        }
        return left

    def _commit(self, writer: Writer, mine: Mine) -> None:
        """Let the model and the writer's reading be what they must be after a save."""
        for content in (self.truth, writer.read):
            content.values |= mine.values
            for row, edits in mine.rows.items():
                content.rows[row].values |= edits
            for row in mine.removed:
                content.rows.pop(row, None)
        self.truth.commits += bool(mine.values)
        for row in mine.rows:
            commits = self.truth.rows[row].commits
            assert commits is not None
            self.truth.rows[row].commits = commits + 1
            writer.read.rows[row].commits = None  # the service does not tell it
        if mine.added:
            for home in list(writer.record.homes)[-len(mine.added) :]:
                for content in (self.truth, writer.read):
                    content.rows[str(state(home).record_id)] = Row({"city": home.city, "zip": "n"})
        writer.read.commits = self.truth.commits
        writer.mine = Mine()

    @rule(number=WRITERS, attr=st.sampled_from(FIELDS), value=VALUES)
    def update(self, number: int, attr: str, value: str) -> None:
        writer = self.writers[number]
        based = writer.read.commits
        if based != self.truth.commits:
            with pytest.raises(ConflictError):
                writer.db.update(Person, 1, {attr: value}, mod_id=based)
            return
        assert writer.db.update(Person, 1, {attr: value}, mod_id=based) == str(based + 1)
        self.truth.values[attr] = value
        self.truth.commits += 1

    @invariant()
    def everything_is_as_it_must_be(self) -> None:
        assert self.there() == self.truth
        for writer in self.writers:
            assert state(writer.record).is_dirty == bool(writer.mine)


TestTwoWriters = TwoWriters.TestCase
TestTwoWriters.settings = settings(max_examples=30, stateful_step_count=15, deadline=None, derandomize=True)
