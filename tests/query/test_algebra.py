"""Random conditions on random records: the embedded server finds what plain Python says.

Text is compared as FileMaker's index compares it in most languages: without case and accents. Its order is that of
Unicode's collation, in which the signs used here come before digits and letters, as listed in `SIGNS`. A word is a
run of letters and digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from query.things import (
    CODES,
    DAYS,
    MOMENTS,
    SIZES,
    TEXTS,
    TIMES,
    TODAY,
    Thing,
    ThingModel,
    make_things,
    open_things,
)

from fmorm import Condition, Database, FindError
from fmorm.query.searching import search

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Said:
    """A condition, and what it means for a record among others."""

    condition: Condition
    holds: Callable[[Thing, Sequence[Thing]], bool]

    def __and__(self, other: Said) -> Said:
        return Said(
            self.condition & other.condition, lambda t, all_: self.holds(t, all_) and other.holds(t, all_)
        )

    def __or__(self, other: Said) -> Said:
        return Said(
            self.condition | other.condition, lambda t, all_: self.holds(t, all_) or other.holds(t, all_)
        )

    def __invert__(self) -> Said:
        return Said(~self.condition, lambda t, all_: not self.holds(t, all_))


def fold(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


SIGNS = str.maketrans({sign: chr(place) for place, sign in enumerate("\n .@*&", 1)})


def collated(text: str) -> str:
    """Give a text that is equal and ordered by characters as the given one is by the language."""
    return fold(text).translate(SIGNS)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def begin(texts: Sequence[str | None], word: str) -> bool:
    return any(one.startswith(fold(word)) for text in texts if text is not None for one in words(text))


def some(
    values: Callable[[Thing], Values], test: Callable[[Any], bool]
) -> Callable[[Thing, Sequence[Thing]], bool]:
    """Some value that is not empty meets the test."""
    return lambda thing, _: any(value is not None and test(value) for value in values(thing))


def empty(values: Callable[[Thing], Values]) -> Callable[[Thing, Sequence[Thing]], bool]:
    return lambda thing, _: any(value is None for value in values(thing))


@dataclass(frozen=True, eq=False)
class Place:
    """A field in a condition: its term, the values that it has in a record, and their order."""

    term: Any
    values: Callable[[Thing], Values]
    pool: Sequence[Any]
    key: Callable[[Any], Any]

    def said(self, condition: Condition, test: Callable[[Any], bool]) -> Said:
        return Said(condition, some(self.values, lambda value: test(self.key(value))))

    def is_empty(self) -> Said:
        return Said(self.term.is_empty(), empty(self.values))

    def ordered(self, one: Any, two: Any) -> Iterator[Said]:
        """What everything that has an order can be asked."""
        term, low, high = self.term, self.key(one), self.key(two)
        yield self.said(term == one, lambda v: v == low)
        yield ~self.said(term == one, lambda v: v == low)
        yield Said(term != one, (~self.said(term == one, lambda v: v == low)).holds)
        yield self.said(term < one, lambda v: v < low)
        yield self.said(term <= one, lambda v: v <= low)
        yield self.said(term > one, lambda v: v > low)
        yield self.said(term >= one, lambda v: v >= low)
        yield self.said(term.in_([one, two]), lambda v: v in {low, high})
        yield self.said(term.in_([]), lambda _: False)
        yield Said(
            term.in_([None, two]), (self.is_empty() | self.said(term == two, lambda v: v == high)).holds
        )
        yield self.is_empty()
        yield Said(term == None, self.is_empty().holds)  # noqa: E711 - what users write
        yield self.said(term.not_empty(), lambda _: True)

    def range(self, one: Any, two: Any) -> Said:
        low, high = self.key(one), self.key(two)
        return self.said(self.term.between(one, two), lambda v: low <= v <= high)

    def duplicated(self) -> Said:
        def holds(thing: Thing, others: Sequence[Thing]) -> bool:
            counted = Counter(self.key(v) for other in others for v in self.values(other) if v is not None)
            return any(v is not None and counted[self.key(v)] > 1 for v in self.values(thing))

        return Said(self.term.duplicated(), holds)


def texts(place: Place, one: str, two: str) -> Iterator[Said]:
    """What text can be asked."""
    term, part = place.term, place.key(one)
    yield from place.ordered(one, two)
    yield place.said(term.startswith(one), lambda v: v.startswith(part))
    yield place.said(term.endswith(one), lambda v: v.endswith(part))
    yield place.said(term.contains(one), lambda v: part in v)
    word = (words(one) or ["a"])[0]
    yield place.said(term.matches(word.upper()), lambda v: begin([v], word))
    yield place.said(term.matches(f"{word} be"), lambda v: begin([v], word) and begin([v], "be"))


def days(place: Place, one: Any) -> Iterator[Said]:
    """What dates and timestamps can be asked."""
    term, day = place.term, getattr(one, "date", lambda: one)()
    yield place.said(term.on(day), lambda v: getattr(v, "date", lambda: v)() == day)
    yield place.said(term.in_month(day.year, day.month), lambda v: (v.year, v.month) == (day.year, day.month))
    yield place.said(term.in_year(day.year), lambda v: v.year == day.year)
    yield place.said(term.is_today(), lambda v: getattr(v, "date", lambda: v)() == TODAY)
    yield place.said(term.invalid(), lambda _: False)


def same(value: Any) -> Any:
    return value


M = ThingModel
NAME = Place(M.name, lambda t: (t.name,), TEXTS, collated)
NOTE = Place(M.note, lambda t: (t.note,), TEXTS, collated)
SIZE = Place(M.size, lambda t: (t.size,), SIZES, same)
BORN = Place(M.born, lambda t: (t.born,), DAYS, same)
OPENS = Place(M.opens, lambda t: (t.opens,), TIMES, same)
SEEN = Place(M.seen, lambda t: (t.seen,), MOMENTS, same)
PHONES = Place(M.phones, lambda t: t.phones, TEXTS, collated)
PHONE = Place(M.phones[1], lambda t: t.phones[1:], TEXTS, collated)
LABEL = Place(M.labels.text, lambda t: t.labels, TEXTS, collated)
WEIGHT = Place(M.weights.value, lambda t: t.weights, SIZES, same)
CODE = Place(M.code, lambda t: (t.code,), CODES, same)


def codes(one: str) -> Iterator[Said]:
    """What a number field can be asked that holds text now and then: numbers are compared as such, text as text."""

    def number(text: str) -> Decimal | None:
        return None if text == "abc" else Decimal(text)

    wanted = number(one)
    yield CODE.said(M.code == one, lambda v: v == one if wanted is None else number(v) == wanted)
    yield CODE.said(M.code.startswith(one[0]), lambda v: v.startswith(one[0]))
    yield CODE.said(CODE.term.invalid(), lambda v: number(v) is None)
    yield CODE.said(M.code.not_empty(), lambda v: number(v) is not None)
    yield CODE.is_empty()
    yield CODE.said(M.code > "1", lambda v: (number(v) or 0) > 1)


def truths() -> Iterator[Said]:
    yield Said(M.active.is_(True), lambda t, _: t.active is True)
    yield Said(M.active == False, lambda t, _: not t.active)  # noqa: E712 - what users write
    yield Said(M.active.not_empty(), lambda t, _: t.active is not None)


def searches(one: str, two: str) -> Iterator[Said]:
    """Every word somewhere in one of the fields, those that are found in related rows in one row."""
    typed = " ".join(f"{one} {two}".split()[:4])
    asked = [word for word in typed.split() if words(word)]
    signs = [word for word in asked if fold(word) not in words(word)]
    if signs:  # words with signs in them are asked as matches() asks them
        return

    def holds(thing: Thing, _: Sequence[Thing]) -> bool:
        own = (thing.name, thing.phones[1])
        rows: tuple[str | None, ...] = (*thing.labels, None)
        return bool(asked) and any(all(begin((*own, row), word) for word in asked) for row in rows)

    yield Said(search(typed, [M.name, M.phones[1], M.labels.text]), holds)


@st.composite
def leaves(draw: st.DrawFn) -> Said:
    place = draw(
        st.sampled_from([NAME, NOTE, SIZE, BORN, OPENS, SEEN, PHONES, PHONE, LABEL, WEIGHT, CODE, None])
    )
    if place is None:
        return draw(
            st.sampled_from(
                [*truths(), *searches(draw(st.sampled_from(TEXTS)), draw(st.sampled_from(TEXTS)))]
            )
        )
    one, two = draw(st.sampled_from(place.pool)), draw(st.sampled_from(place.pool))
    if place is CODE:
        return draw(st.sampled_from([*codes(one)]))
    said = [*(partial(texts, place) if place.key is collated else place.ordered)(one, two)]
    if place not in (LABEL, PHONES):  # a range of text is two criteria
        said.append(place.range(one, two))
    if place in (NAME, SIZE, BORN, SEEN):
        said.append(place.duplicated())
    if place in (BORN, SEEN):
        said += days(place, one)
    return draw(st.sampled_from(said))


SAID = st.recursive(
    leaves(),
    lambda parts: st.one_of(
        st.builds(Said.__and__, parts, parts),
        st.builds(Said.__or__, parts, parts),
        st.builds(Said.__invert__, parts),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module", params=[1, 2])
def things(request: pytest.FixtureRequest) -> list[Thing]:
    return make_things(request.param)


@pytest.fixture(scope="module")
def db(things: list[Thing]) -> Iterator[Database]:
    with open_things(things) as opened:
        yield opened


def found(db: Database, wanted: Sequence[Condition], omitted: Sequence[Condition] = ()) -> list[int]:
    return [thing.id for thing in db.find(ThingModel).where(*wanted).omit(*omitted).portals()]


@pytest.mark.parametrize("things", [1], indirect=True)
def test_every_operator_of_every_kind_finds_what_python_says(db: Database, things: list[Thing]) -> None:
    asked = [*truths(), *(said for one in CODES for said in codes(one))]
    for place in [NAME, SIZE, BORN, OPENS, SEEN, PHONE, PHONES, LABEL, WEIGHT]:
        step = 3 if place in (PHONE, PHONES, LABEL) else 1  # what text can be is asked of the name
        for one, two in [*zip(place.pool, [*place.pool[3:], *place.pool[:3]], strict=True)][::step]:
            asked += (partial(texts, place) if place.key is collated else place.ordered)(one, two)
            asked += [place.range(one, two)] if place not in (LABEL, PHONES) else []
            asked += searches(one, two) if place is NAME else []
            asked += days(place, one) if place in (BORN, SEEN) else []
    asked += [place.duplicated() for place in (NAME, SIZE, BORN, OPENS, SEEN)]
    for said in asked:
        assert found(db, [said.condition]) == [t.id for t in things if said.holds(t, things)], said.condition


def test_random_conditions_find_what_python_says(db: Database, things: list[Thing]) -> None:
    counts = Counter[str]()

    @settings(max_examples=150, deadline=None)
    @given(wanted=st.lists(SAID, min_size=1, max_size=2), omitted=st.lists(SAID, max_size=1))
    def check(wanted: list[Said], omitted: list[Said]) -> None:
        try:
            ids = found(db, [said.condition for said in wanted], [said.condition for said in omitted])
        except FindError:
            counts["refused"] += 1
            return
        counts["found"] += 1
        assert ids == [
            t.id
            for t in things
            if all(said.holds(t, things) for said in wanted)
            and not any(said.holds(t, things) for said in omitted)
        ]

    check()
    assert counts["found"] > 2 * counts["refused"], counts


OPERATORS = st.text("@*#?!=<>\"\\≤≥…~/.{}ab é-&'", min_size=1, max_size=6)


def test_whatever_is_typed_is_found_as_text() -> None:
    with open_things(make_things(3, count=1)) as db:
        record = db.find(ThingModel).one()

        @settings(max_examples=60, deadline=None)
        @given(text=OPERATORS, before=OPERATORS, after=OPERATORS)
        def check(text: str, before: str, after: str) -> None:
            record.name, record.note = f"{before}{text}{after}", text
            db.save(record)
            for condition in (
                M.note == text,
                M.name.startswith(before + text),
                M.name.contains(text),
                M.name.endswith(text + after),
                (M.note >= f"x{text}x") | (M.note <= f"x{text}x"),
                M.note.in_([f"{text}x", text]),
            ):
                assert found(db, [condition]) == [record.id], condition
            assert found(db, [M.note == f"{text}x"]) == []

        check()
