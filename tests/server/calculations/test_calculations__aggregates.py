from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import pstdev, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import Content, calculate, shown

from fmorm.server.calculations.values import Time

AMOUNTS = [Decimal(10), None, Decimal("2.5"), "", Decimal(30)]
MANY = st.lists(st.decimals(-(10**9), 10**9, places=3), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("Sum ( lines::Amount )", "42.5"),
        ("Count ( lines::Amount )", "3"),
        ("Average ( lines::Amount )", "14.1666666666666667"),
        ("Max ( lines::Amount ) & Min ( lines::Amount )", "302.5"),
        ("List ( lines::Amount )", "10\r2.5\r30"),
        ("Last ( lines::Amount )", "30"),
        ("Sum ( lines::Amount ; 1 ; own )", "16"),
        ('List ( "a" ; "" ; "b" )', "a\rb"),
        ("Sum ( none::Amount ) & Count ( none::Amount )", "00"),
        (
            "Average ( none::Amount ) & Max ( none::Amount ) & List ( none::Amount ) & Last ( none::Amount )",
            "",
        ),
        ('Sum ( "5 apples" ; "x" ; 2 )', "7"),
        ('Average ( 4 ; "x" ; 2 )', "3"),
        ('Max ( "pear" ; "Apple" ) & Min ( "pear" ; "Apple" )', "pearApple"),
        ("Sum ( 1 / 0 ; 2 ) & Max ( 1 / 0 ; 2 ) & Count ( 1 / 0 ; 2 )", "??2"),
        ("Sum ( own[1] ) & Sum ( phones )", "56"),
        ("StDev ( 1 ; 2 ; 3 ; 4 )", "1.2909944487358056"),
        ("StDevP ( 2 ; 4 ; 4 ; 4 ; 5 ; 5 ; 7 ; 9 )", "2"),
        ("Variance ( 1 ; 2 ; 3 ; 4 )", "1.6666666666666667"),
        ("VarianceP ( 5 ) & StDev ( 5 )", "0?"),
    ],
)
def test_results(formula: str, result: str) -> None:
    values: dict[str, Content] = {
        "lines::Amount": AMOUNTS,
        "none::Amount": list[Decimal](),
        "own": Decimal(5),
    }
    assert shown(formula, **values, phones=[Decimal(1), Decimal(2), Decimal(3)]) == result


def test_times_and_dates_stay_what_they_are() -> None:
    hours = [Time(Decimal(3600)), Time(Decimal(7200))]
    assert calculate("Sum ( hours )", hours=hours) == Time(Decimal(10800))
    days = [date(2024, 1, 1), date(2023, 1, 1)]
    assert calculate("Max ( days )", days=days) == date(2024, 1, 1)


@given(MANY)
def test_sums_are_exact_and_means_lie_between(numbers: list[Decimal]) -> None:
    assert calculate("Sum ( n )", n=numbers) == sum(numbers)
    assert calculate("Min ( n ) ≤ Average ( n ) and Average ( n ) ≤ Max ( n )", n=numbers) == 1


@given(MANY)
def test_deviations_are_those_of_statistics(numbers: list[Decimal]) -> None:
    variance, deviation = calculate("VarianceP ( n )", n=numbers), calculate("StDevP ( n )", n=numbers)
    assert isinstance(variance, Decimal)
    assert isinstance(deviation, Decimal)
    assert abs(variance - pvariance(numbers)) <= pvariance(numbers) * Decimal("1e-9")
    assert abs(deviation - pstdev(numbers)) <= pstdev(numbers) * Decimal("1e-9")
