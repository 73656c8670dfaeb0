"""Finds compared with what plain Python says about the same values; only the rules are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server.client import Client, Clock

from fmorm.server import App, Schema

RUNS = settings(max_examples=60, deadline=None)
WORDS = ["al", "alpha", "Älp", "beta", "be", "b2", "ßa", "gamma"]
DAY = date(2024, 2, 27)


@dataclass(frozen=True)
class Asked:
    """A criterion, and what Python says of a value."""

    criterion: str
    is_met: Callable[[str], bool]


@pytest.fixture(scope="module")
def shared(schema: Schema) -> Client:
    return Client(App(schema, clock=Clock()))


def plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))


def begin(text: str, asked: Sequence[str]) -> bool:
    return all(any(word.startswith(plain(one)) for word in words(text)) for one in asked)


TEXTS = st.lists(st.sampled_from([*WORDS, ", ", " ", "-", "."]), max_size=5).map("".join)
SOME_WORDS = st.lists(st.sampled_from([*WORDS, "a", "g", "alpha1"]), min_size=1, max_size=2)


@st.composite
def of_texts(draw: st.DrawFn) -> Asked:
    some = draw(SOME_WORDS)
    one = some[0]
    return draw(
        st.sampled_from(
            [
                Asked(" ".join(some), lambda text: begin(text, some)),
                Asked(
                    " ".join(f"={word}" for word in some), lambda text: {*map(plain, some)} <= {*words(text)}
                ),
                Asked(f"=={one}", lambda text: plain(text) == plain(one)),
                Asked(f"=={one}*", lambda text: plain(text).startswith(plain(one))),
                Asked(f"==*{one}", lambda text: plain(text).endswith(plain(one))),
                Asked(f"==*{one}*", lambda text: plain(one) in plain(text)),
                Asked(f'*"{one}"', lambda text: plain(one) in plain(text)),
                Asked("=", lambda text: not text),
                Asked("*", bool),
            ]
        )
    )


NUMBERS = st.decimals(-20, 20, places=1).map(lambda number: f"{number:f}") | st.sampled_from(
    ["", "5", "5.0", "05"]
)


@st.composite
def of_numbers(draw: st.DrawFn) -> Asked:
    one, other = Decimal(draw(st.integers(-20, 20))), Decimal(draw(st.integers(-20, 20)))

    def of(is_met: Callable[[Decimal], bool]) -> Callable[[str], bool]:
        return lambda text: bool(text) and is_met(Decimal(text))

    return draw(
        st.sampled_from(
            [
                Asked(f"{one}", of(lambda number: number == one)),
                Asked(f"<{one}", of(lambda number: number < one)),
                Asked(f"≤ {one}", of(lambda number: number <= one)),
                Asked(f">{one}", of(lambda number: number > one)),
                Asked(f">={one}", of(lambda number: number >= one)),
                Asked(f"{one}...{other}", of(lambda number: one <= number <= other)),
                Asked(f"=={one}", lambda text: text == str(one)),
                Asked("=", lambda text: not text),
            ]
        )
    )


def us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


DATES = st.integers(0, 800).map(lambda days: us(DAY + timedelta(days=days)))


@st.composite
def of_dates(draw: st.DrawFn) -> Asked:
    low, high = (DAY + timedelta(days=draw(st.integers(0, 800))) for _ in range(2))

    def of(is_met: Callable[[date], bool]) -> Callable[[str], bool]:
        def meets(text: str) -> bool:
            month, day, year = map(int, text.split("/"))
            return is_met(date(year, month, day))

        return meets

    return draw(
        st.sampled_from(
            [
                Asked(us(low), of(lambda day: day == low)),
                Asked(f"<{us(low)}", of(lambda day: day < low)),
                Asked(f">{us(low)}", of(lambda day: day > low)),
                Asked(f"{us(low)}..{us(high)}", of(lambda day: low <= day <= high)),
                Asked(str(low.year), of(lambda day: day.year == low.year)),
                Asked(f">{low.year}", of(lambda day: day.year > low.year)),
                Asked(
                    f"{low.month}/{low.year}", of(lambda day: (day.month, day.year) == (low.month, low.year))
                ),
                Asked(f"*/{low.day}/*", of(lambda day: day.day == low.day)),
                Asked(f"{low.month}/*/{low.year}", of(lambda day: day.replace(day=1) == low.replace(day=1))),
                Asked(
                    f"{{2..6}}/{{1..{low.day}}}/*", of(lambda day: 2 <= day.month <= 6 and day.day <= low.day)
                ),
                Asked(f"{low:%A}", of(lambda day: day.weekday() == low.weekday())),
                Asked(f"{low:%a}", of(lambda day: day.weekday() == low.weekday())),
                Asked("Tue...Thu", of(lambda day: 1 <= day.weekday() <= 3)),
            ]
        )
    )


def check(client: Client, field: str, values: list[str], requests: list[tuple[Asked, bool]]) -> None:
    """Find among the values, and say the same in Python."""
    for record in client.call("GET", "records", _limit=1000).records:
        client.call("DELETE", f"records/{record['recordId']}")
    for number, value in enumerate(values):
        client.create({"Name": str(number), "Code": str(number), field: value})
    expected = {*range(len(values))} if requests[0][1] else set[int]()
    for asked, omits in requests:
        met = {number for number, value in enumerate(values) if asked.is_met(value)}
        expected = expected - met if omits else expected | met
    query = [{field: asked.criterion, "omit": "true" if omits else "false"} for asked, omits in requests]
    assert client.names(*query) == [str(number) for number in sorted(expected)]


@RUNS
@given(
    values=st.lists(TEXTS, max_size=5),
    requests=st.lists(st.tuples(of_texts(), st.booleans()), min_size=1, max_size=3),
)
def test_texts(shared: Client, values: list[str], requests: list[tuple[Asked, bool]]) -> None:
    check(shared, "Note", values, requests)


@RUNS
@given(
    values=st.lists(NUMBERS, max_size=5),
    requests=st.lists(st.tuples(of_numbers(), st.booleans()), min_size=1, max_size=3),
)
def test_numbers(shared: Client, values: list[str], requests: list[tuple[Asked, bool]]) -> None:
    check(shared, "Size", values, requests)


@RUNS
@given(
    values=st.lists(DATES, max_size=5),
    requests=st.lists(st.tuples(of_dates(), st.booleans()), min_size=1, max_size=3),
)
def test_dates(shared: Client, values: list[str], requests: list[tuple[Asked, bool]]) -> None:
    check(shared, "Born", values, requests)
