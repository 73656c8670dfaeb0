from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from query.fields import Person, ref

from fmorm.errors import FindError
from fmorm.query.compile import Request, requests
from fmorm.query.conditions import Condition
from fmorm.query.terms import RepeatingTerm, Term
from fmorm.wire.values import Kind

DAY = date(2024, 2, 3)
born, seen, day = Person.born, Person.seen, Person.day
at: Term[datetime] = Term(ref("At", Kind.TEXT, datetime))
visits: RepeatingTerm[date] = RepeatingTerm(ref("Visit", Kind.DATE, date), 2)


@pytest.mark.parametrize(
    ("condition", "criterion"),
    [
        (born.on(DAY), {"Born": "==02/03/2024"}),
        (born.in_month(2024, 2), {"Born": "02/01/2024...02/29/2024"}),
        (born.in_year(2024), {"Born": "01/01/2024...12/31/2024"}),
        (born.is_today(), {"Born": "//"}),
        (seen.on(DAY), {"Seen": "02/03/2024"}),
        (seen.in_month(24, 2), {"Seen": "02/0024"}),
        (seen.in_year(2024), {"Seen": "2024"}),
        (seen.on(date.max), {"Seen": "12/31/9999"}),
        (seen.is_today(), {"Seen": "//"}),
        (day.on(DAY), {"Day": "==2024-02-03*"}),
        (day.in_month(2024, 2), {"Day": "==2024-02-*"}),
        (at.in_year(2024), {"At": "==2024-*"}),
    ],
)
def test_days_are_named_as_the_field_has_them(condition: Condition, criterion: Request) -> None:
    assert requests(condition) == [criterion]


def test_on_some_repetition() -> None:
    assert requests(visits.on(DAY)) == [{"Visit(1)": "==02/03/2024"}, {"Visit(2)": "==02/03/2024"}]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (seen.in_month(2024, 2) & seen.in_year(2024), [{"Seen": "02/2024"}]),
        (seen.on(DAY) & seen.not_empty(), [{"Seen": "02/03/2024"}]),
        (seen.on(DAY) & seen.in_month(2024, 3), []),
        (seen.on(DAY) & (seen >= datetime(2024, 2, 4)), []),
        (seen.on(DAY) & (seen < datetime(2024, 2, 4)), [{"Seen": "02/03/2024"}]),
        (
            seen.on(DAY) & (seen >= datetime(2024, 2, 3, 12)),
            [{"Seen": ">=02/03/2024 12:00:00"}, {"Seen": ">=02/04/2024 00:00:00", "omit": "true"}],
        ),
        (seen.on(date.max) & (seen > datetime(9999, 12, 31, 12)), [{"Seen": ">12/31/9999 12:00:00"}]),
        (born.in_month(2024, 2) & (born > DAY), [{"Born": "02/04/2024...02/29/2024"}]),
        (~seen.in_year(2024), [{"Seen": "2024", "omit": "true"}]),
        (born.is_today() & born.not_empty(), [{"Born": "//"}]),
        (born.is_today() & born.is_empty(), []),
    ],
)
def test_days_beside_other_conditions(condition: Condition, expected: list[Request]) -> None:
    assert requests(condition) == expected


def test_which_day_is_today_is_not_known_here() -> None:
    with pytest.raises(FindError, match=r"only the server knows .* on\(date\.today\(\)\)"):
        requests(born.is_today() & (born >= DAY))


def untyped(term: object) -> Any:
    return term


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda: untyped(Person.name).on(DAY), "Person.name is held as str; on is for fields held as date"),
        (lambda: untyped(Person.opens).is_today(), "held as time; is_today"),
        (lambda: untyped(Person.age).in_year(2024), "held as int; in_year"),
        (lambda: untyped(Person.code).in_month(2024, 1), "held as str; in_month"),
        (lambda: seen.on(datetime(2024, 2, 3)), r"takes a date .*take its \.date\(\)"),
        (lambda: untyped(seen).on("2024-02-03"), "takes a date and was given '2024-02-03'"),
        (lambda: untyped(born).in_month("2024", 1), "whole numbers, and '2024'"),
        (lambda: born.in_month(2024, True), "whole numbers, and True"),
        (lambda: untyped(seen) == DAY, r"all of a day is \.on\(day\)"),
    ],
)
def test_what_is_no_day(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        mistake()


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda: born.in_month(2024, 13), "no month 13 of the year 2024"),
        (lambda: born.in_year(0), "year 0"),
        (lambda: born.in_year(10**30), "year 1000"),
        (day.is_today, r"text field.*on\(date\.today\(\)\)"),
        (Person.today.is_today, "global"),
    ],
)
def test_days_that_filemaker_has_not(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(FindError, match=message):
        mistake()
