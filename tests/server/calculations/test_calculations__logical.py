from __future__ import annotations

from decimal import Decimal

import pytest
from server.calculations.desk import Desk, calculate, shown

from fmorm.server.calculations.formula import compile_formula


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ('If ( 1 ; "a" ; "b" ) & If ( 0 ; "a" ; "b" ) & If ( "" ; "a" )', "ab"),
        ('If ( 1 / 0 ; "a" ; "b" )', "?"),
        ("Case ( 0 ; 1 ; 1 ; 2 ; 3 )", "2"),
        ("Case ( 0 ; 1 ; 0 ; 2 ; 3 )", "3"),
        ("Case ( 0 ; 1 ; 0 ; 2 )", ""),
        ("Choose ( 1 ; 10 ; 20 ; 30 )", "20"),
        ("Choose ( 2.9 ; 10 ; 20 ; 30 )", "30"),
        ("Choose ( 3 ; 10 ; 20 ; 30 )", ""),
        ("Choose ( -1 ; 10 ; 20 )", ""),
        ('IsEmpty ( "" ) & IsEmpty ( 0 ) & IsEmpty ( 1 / 0 )', "101"),
        ('IsValid ( "x" ) & IsValid ( 1 / 0 )', "10"),
        ('Let ( a = "x" ; a & a )', "xx"),
        ("Let ( [ a = 1 ; b = a + 1 ; a = 5 ] ; a & b )", "52"),
        ("Let ( [ ] ; 3 )", "3"),
        ("Let ( my value = 2 ; my value * 2 )", "4"),
        ('While ( [ i = 0 ; s = "" ] ; i < 3 ; [ i = i + 1 ; s = s & i ] ; s )', "123"),
        ("While ( [ i = 0 ] ; 1 ; [ i = i + 1 ] ; i )", "?"),
        ("While ( [ i = 0 ] ; 1 / 0 ; [ i = i + 1 ] ; i )", "?"),
    ],
)
def test_results(formula: str, result: str) -> None:
    assert shown(formula) == result


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        ("If ( 1 ; a ; b )", ["a"]),
        ("Case ( 0 ; a ; 1 ; b ; c )", ["b"]),
        ("Choose ( 1 ; a ; b ; c )", ["b"]),
        ("0 and a", []),
        ("Lookup ( a ; b )", ["a"]),
    ],
)
def test_only_what_is_needed_is_evaluated(formula: str, asked: list[str]) -> None:
    desk = Desk({"a": "x", "b": "x", "c": "x"})
    compile_formula(formula).evaluate(desk)
    assert desk.asked == asked


def test_lookup_gives_the_other_value_for_an_empty_one() -> None:
    assert shown('Lookup ( related::Price ; "none" )', **{"related::Price": None}) == "none"
    assert shown("Lookup ( related::Price )", **{"related::Price": None}) == ""


def test_repetitions_are_written_or_computed() -> None:
    phones = ["1", "2", "3"]
    assert shown("Phone & Phone[2] & Phone[1 + n]", Phone=phones, n=Decimal(2)) == "123"
    assert shown("GetRepetition ( Phone ; 3 ) & Phone[n]", Phone=phones, n=Decimal(9)) == "3"
    assert shown('GetRepetition ( "a" ; 1 ) & GetRepetition ( "a" ; 2 )') == "a"
    assert calculate("GetRepetition ( Phone ; 1 / 0 )", Phone=phones) == "?"
