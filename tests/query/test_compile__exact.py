"""What is compiled means what was written: both are evaluated, and never by the same code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from query.fields import Person
from query.find_language import Record, run

from fmorm.errors import FindError
from fmorm.query.conditions import Condition
from fmorm.query.find import FindSpec


@dataclass(frozen=True)
class Said:
    """A condition, and what it means."""

    condition: Condition
    holds: Callable[[Record], bool]

    def __and__(self, other: Said) -> Said:
        return Said(self.condition & other.condition, lambda r: self.holds(r) and other.holds(r))

    def __or__(self, other: Said) -> Said:
        return Said(self.condition | other.condition, lambda r: self.holds(r) or other.holds(r))

    def __invert__(self) -> Said:
        return Said(~self.condition, lambda r: not self.holds(r))


NUMBERS = [None, 0, 1, 2, 3, Decimal("1.5"), Decimal("2.0")]
DAYS = [None, *(date(2000, 1, day) for day in range(1, 6))]
TEXTS = [None, "a", "B", "ab", "ba c", "c*"]

RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "Price": st.sampled_from(NUMBERS),
            "Active": st.sampled_from([None, 0, 1]),
            "Born": st.sampled_from(DAYS),
            "Name": st.sampled_from(TEXTS),
            "addresses::City": st.lists(st.sampled_from(TEXTS), max_size=3).map(tuple),
        }
    ),
    min_size=6,
    max_size=12,
)


def meets(name: str, test: Callable[[Any], bool]) -> Callable[[Record], bool]:
    """Make the meaning of a condition on a field: the value meets it, or some row does; no empty one does."""

    def holds(record: Record) -> bool:
        value = record[name]
        return any(v is not None and test(v) for v in (value if isinstance(value, tuple) else (value,)))  # pyright: ignore[reportUnknownVariableType]

    return holds


def empty(name: str) -> Callable[[Record], bool]:
    return lambda record: record[name] is None


def _some(value: int, *, of: Any) -> Any:
    return [v for v in of if v is not None][value % (len(of) - 1)]


INDEX = st.integers(0, 11)


@st.composite
def scalars(draw: st.DrawFn, *, closed: bool = False) -> Said:
    """Make a condition on a number or a date."""
    of, term, name = draw(st.sampled_from([(NUMBERS, Person.price, "Price"), (DAYS, Person.born, "Born")]))
    term_: Any = term
    low, high = (_some(draw(INDEX), of=of) for _ in range(2))
    said = [
        Said(term_ == low, meets(name, lambda v: v == low)),
        Said(term_ >= low, meets(name, lambda v: v >= low)),
        Said(term_ <= low, meets(name, lambda v: v <= low)),
        Said(term_.between(low, high), meets(name, lambda v: low <= v <= high)),
        Said(term_.is_empty(), empty(name)),
        Said(term_.not_empty(), meets(name, lambda _: True)),
        Said(term_.in_([low, high]), meets(name, lambda v: v in {low, high})),
        Said(term_ > low, meets(name, lambda v: v > low)),
        Said(term_ < low, meets(name, lambda v: v < low)),
        Said(term_ != low, lambda r: not meets(name, lambda v: v == low)(r)),
        Said(term_.in_([low, None]), lambda r: empty(name)(r) or meets(name, lambda v: v == low)(r)),
    ]
    return draw(st.sampled_from(said[:7] if closed else said))


@st.composite
def texts(draw: st.DrawFn) -> Said:
    """Make a condition on text, of the record or of related rows."""
    term, name = draw(st.sampled_from([(Person.name, "Name"), (Person.city, "addresses::City")]))
    text: str = _some(draw(INDEX), of=TEXTS)
    low = text.casefold()
    return draw(
        st.sampled_from(
            [
                Said(term == text, meets(name, lambda v: v.casefold() == low)),
                Said(term.startswith(text), meets(name, lambda v: v.casefold().startswith(low))),
                Said(term.endswith(text), meets(name, lambda v: v.casefold().endswith(low))),
                Said(term.contains(text), meets(name, lambda v: low in v.casefold())),
                Said(term < text, meets(name, lambda v: v.casefold() < low)),
                Said(term >= text, meets(name, lambda v: v.casefold() >= low)),
                Said(term.raw(f"==*{low[0]}*"), meets(name, lambda v: low[0] in v.casefold())),
                Said(term.not_empty(), meets(name, lambda _: True)),
                Said(Person.name.is_empty(), empty("Name")),
                Said(Person.name.between("a", text), meets("Name", lambda v: "a" <= v.casefold() <= low)),
            ]
        )
    )


TRUTHS = st.sampled_from(
    [
        Said(Person.active.is_(True), meets("Active", lambda v: v == 1)),
        Said(Person.active.is_(False), lambda r: not r["Active"]),
        Said(Person.price.in_([]), lambda _: False),
    ]
)


def trees(leaves: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.builds(Said.__and__, parts, parts),
            st.builds(Said.__or__, parts, parts),
            st.builds(Said.__invert__, parts),
        ),
        max_leaves=6,
    )


SAID = trees(st.one_of(scalars(), texts(), TRUTHS))


def check(find: FindSpec, holds: Callable[[Record], bool], records: list[Record]) -> None:
    compiled = find.compile()
    expected = [i for i, record in enumerate(records) if holds(record)]
    if compiled.nothing:
        assert expected == []
    elif compiled.query is None:
        assert expected == list(range(len(records)))
    else:
        assert run(compiled.query, records) == expected, compiled.query
        assert compiled.query == find.compile().query


@settings(max_examples=600, deadline=None)
@given(said=SAID, records=RECORDS)
def test_a_condition_compiles_to_what_it_means_or_is_refused(said: Said, records: list[Record]) -> None:
    try:
        check(FindSpec("person").where(said.condition), said.holds, records)
    except FindError:
        event("refused")
    else:
        event("compiled")


@settings(max_examples=300, deadline=None)
@given(wanted=st.lists(SAID, max_size=2), unwanted=st.lists(SAID, max_size=2), records=RECORDS)
def test_a_find_with_omits_does(wanted: list[Said], unwanted: list[Said], records: list[Record]) -> None:
    find = FindSpec("person").where(*(w.condition for w in wanted)).omit(*(u.condition for u in unwanted))

    def holds(record: Record) -> bool:
        return all(w.holds(record) for w in wanted) and not any(u.holds(record) for u in unwanted)

    try:
        check(find, holds, records)
    except FindError:
        event("refused")
    else:
        event("compiled")


POSITIVE = st.recursive(
    st.one_of(scalars(closed=True), TRUTHS),
    lambda parts: st.one_of(st.builds(Said.__and__, parts, parts), st.builds(Said.__or__, parts, parts)),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(said=POSITIVE, omitted=st.lists(scalars(closed=True), max_size=2), records=RECORDS)
def test_without_inner_negation_numbers_and_dates_are_never_refused(
    said: Said, omitted: list[Said], records: list[Record]
) -> None:
    find = FindSpec("person").where(said.condition).omit(*(o.condition for o in omitted))
    check(find, lambda r: said.holds(r) and not any(o.holds(r) for o in omitted), records)
