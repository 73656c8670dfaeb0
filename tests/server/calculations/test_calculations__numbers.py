from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import calculate, shown

NUMBERS = st.decimals(-(10**30), 10**30, places=12)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("Abs ( -3.5 )", "3.5"),
        ("Abs ( Time ( -1 ; 0 ; 0 ) )", "1:00:00"),
        ("Ceiling ( 1.1 ) & Ceiling ( -1.1 )", "2-1"),
        ("Floor ( 1.9 ) & Floor ( -1.1 )", "1-2"),
        ("Int ( 1.9 ) & Int ( -1.9 )", "1-1"),
        ('Int ( "x" )', ""),
        ("Round ( 2.5 ; 0 ) & Round ( -2.5 ; 0 )", "3-3"),
        ("Round ( 123.456 ; 2 )", "123.46"),
        ("Round ( 1250 ; -2 )", "1300"),
        ("Round ( 1.5 ; 9999 )", "1.5"),
        ("Truncate ( 123.456 ; 2 )", "123.45"),
        ("Truncate ( -29999 ; -4 )", "-20000"),
        ("Div ( 7 ; 2 ) & Div ( -7 ; 2 )", "3-4"),
        ("Mod ( 7 ; 3 ) & Mod ( -7 ; 3 )", "12"),
        ("Mod ( 7 ; -3 )", "-2"),
        ("Mod ( 5.5 ; 2 )", "1.5"),
        ("Mod ( 1 ; 0 )", "?"),
        ("Div ( 1 ; 0 )", "?"),
        ("Sign ( -2 ) & Sign ( 0 ) & Sign ( 9 )", "-101"),
        ("Sqrt ( 2 )", "1.414213562373095"),
        ("Sqrt ( 1e40 )", "1" + "0" * 20),
        ("Sqrt ( -1 )", "?"),
        ("Exp ( 0 ) & Exp ( 1 )", "12.7182818284590452"),
        ("Exp ( 50 )", "5184705528587072464087.4533229334853848"),
        ("Exp ( 1000 )", "?"),
        ("Exp ( -1000 )", "0"),
        ("Ln ( 10 )", "2.3025850929940457"),
        ("Ln ( 0 )", "?"),
        ("Log ( 1000 )", "3"),
        ("Lg ( 8 )", "3"),
        ("Factorial ( 5 )", "120"),
        ("Factorial ( 10 ; 3 )", "720"),
        ("Factorial ( 0 )", "1"),
        ("Factorial ( -1 ) & Factorial ( 1.5 ) & Factorial ( 1e9 )", "???"),
        ("Combination ( 4 ; 2 )", "6"),
        ("Combination ( 52 ; 5 )", "2598960"),
        ("Combination ( 2 ; 3 )", "?"),
        ("Pi", "3.1415926535897932"),
        ("Sin ( 0 ) & Cos ( 0 ) & Tan ( 0 ) & Atan ( 0 )", "0100"),
        ("Round ( Sin ( Pi / 6 ) ; 12 )", ".5"),
        ("Asin ( 2 )", "?"),
        ("Degrees ( Pi )", "180"),
        ("Radians ( 180 )", "3.1415926535897932"),
        ('Abs ( "" )', "0"),
        ("True & False", "10"),
    ],
)
def test_results(formula: str, result: str) -> None:
    assert shown(formula) == result


def test_random_is_from_0_up_to_1_and_never_the_same() -> None:
    numbers = {calculate("Random") for _ in range(50)}
    assert len(numbers) == 50
    assert all(isinstance(one, Decimal) and 0 <= one < 1 for one in numbers)


@given(NUMBERS, NUMBERS.filter(bool))
def test_div_and_mod_make_the_number_again(one: Decimal, other: Decimal) -> None:
    assert calculate("Div ( a ; b ) * b + Mod ( a ; b ) = a", a=one, b=other) == 1
    assert calculate("Mod ( a ; b ) = 0 or Sign ( Mod ( a ; b ) ) = Sign ( b )", a=one, b=other) == 1


@given(NUMBERS, st.integers(-20, 20))
def test_rounding_moves_by_half_a_place_at_most(number: Decimal, places: int) -> None:
    formula = f"Abs ( Round ( a ; {places} ) - a ) ≤ 10 ^ {-places} / 2"
    assert calculate(formula, a=number) == 1
    assert calculate(f"Abs ( Truncate ( a ; {places} ) ) ≤ Abs ( a )", a=number) == 1
