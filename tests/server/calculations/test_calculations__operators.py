from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from server.calculations.desk import calculate, shown

from fmorm.server.calculations.precision import divide
from fmorm.server.calculations.values import Time, Value, as_text

NUMBERS = st.decimals(-(10**20), 10**20, allow_nan=False).filter(lambda one: abs(one.adjusted()) < 60)
DAY = date(2024, 1, 31)
STAMP = datetime(2024, 1, 31, 23, 0)
HOUR = Time(Decimal(3600))


class TestPrecedence:
    @pytest.mark.parametrize(
        ("formula", "result"),
        [
            ("2 + 3 * 4", "14"),
            ("( 2 + 3 ) * 4", "20"),
            ("10 - 4 - 3", "3"),
            ("24 / 4 / 2", "3"),
            ("2 * 3 ^ 2", "18"),
            ("2 ^ 3 ^ 2", "64"),
            ("-2 ^ 2", "4"),
            ("2 ^ -1", ".5"),
            ("- - 3", "3"),
            ("+5", "5"),
            ("1 & 2 + 3", "15"),
            ('1 & 2 = "12"', "1"),
            ("not 1 = 0", "1"),
            ("not ( 1 = 1 )", "0"),
            ("1 or 0 and 0", "1"),
            ("1 xor 1 or 1", "1"),
            ("1 or 1 xor 1", "0"),
            ("3 > 2 and 2 > 1", "1"),
            ("2 <> 3 & 0", "1"),
        ],
    )
    def test_it_is_filemakers(self, formula: str, result: str) -> None:
        assert shown(formula) == result

    def test_what_cannot_change_the_outcome_is_not_evaluated(self) -> None:
        assert calculate("0 and 1 / 0") == 0
        assert calculate("1 or 1 / 0") == 1
        assert calculate("1 xor 1 / 0") == "?"


class TestArithmetic:
    @given(NUMBERS, NUMBERS)
    def test_sums_differences_and_products_are_exact(self, one: Decimal, other: Decimal) -> None:
        values = {"a": one, "b": other}
        for sign, expected in (
            ("+", Fraction(one) + Fraction(other)),
            ("-", Fraction(one) - Fraction(other)),
            ("*", Fraction(one) * Fraction(other)),
        ):
            result = calculate(f"a {sign} b", **values)
            assert isinstance(result, Decimal)
            assert Fraction(result) == expected

    @given(NUMBERS, NUMBERS)
    def test_quotients_are_rounded_half_up_at_16_places_and_16_digits(
        self, one: Decimal, other: Decimal
    ) -> None:
        assume(one and other)
        exact = Fraction(one) / Fraction(other)
        found = divide(one, other)
        places = max(16, 15 - found.adjusted())
        scaled = abs(exact) * 10**places
        assert abs(Fraction(found)) * 10**places == int(scaled + Fraction(1, 2))

    @pytest.mark.parametrize(
        ("formula", "result"),
        [
            ("1 / 3", ".3333333333333333"),
            ("2 / 3", ".6666666666666667"),
            ("10 / 4", "2.5"),
            ("1 / 0", "?"),
            ("0 / 5", "0"),
            ("0.1 + 0.2", ".3"),
            ("1e400 * 10", "?"),
            ("2 ^ 200", str(2**200)),
            ("2 ^ 0.5", "1.414213562373095"),
            ("4 ^ 0.5", "2"),
            ("2 ^ -2", ".25"),
            ("10 ^ 401", "?"),
            ("(-8) ^ (1/3)", "?"),
            ("0 ^ 0", "1"),
            ("0 ^ -1", "?"),
            ('"" + 1', "1"),
            ('"5 apples" * 2', "10"),
            ('"?" + 1', "?"),
        ],
    )
    def test_results(self, formula: str, result: str) -> None:
        assert shown(formula) == result

    @pytest.mark.parametrize(
        ("formula", "result"),
        [
            ("day + 1", date(2024, 2, 1)),
            ("1 + day", date(2024, 2, 1)),
            ("day - 31", date(2023, 12, 31)),
            ("day + 1.9", date(2024, 2, 1)),
            ("day - day", Decimal(0)),
            ("day + hour", datetime(2024, 1, 31, 1)),
            ("hour + day", datetime(2024, 1, 31, 1)),
            ("day - hour", datetime(2024, 1, 30, 23)),
            ("stamp + 7200", datetime(2024, 2, 1, 1)),
            ("stamp + hour", datetime(2024, 2, 1)),
            ("stamp - hour", datetime(2024, 1, 31, 22)),
            ("stamp - stamp", Time(Decimal(0))),
            ("hour + 0.5", Time(Decimal("3600.5"))),
            ("hour - 7200", Time(Decimal(-3600))),
            ("hour + hour", Time(Decimal(7200))),
            ("-hour", Time(Decimal(-3600))),
            ("hour * 2", Decimal(7200)),
            ("day - 1000000", "?"),
            ("stamp - 1e12", "?"),
        ],
    )
    def test_dates_and_times_stay_what_they_are(self, formula: str, result: Value) -> None:
        assert calculate(formula, day=DAY, hour=HOUR, stamp=STAMP) == result


class TestComparison:
    @pytest.mark.parametrize(
        "formula",
        [
            "1 = 1.0",
            "10 > 9",
            '"a" = "A"',
            '"ä" = "Ä"',
            '"e\u0301" = "É"',
            '"a" ≠ "ä"',
            '"a" < "ä" and "ä" < "b"',
            '"apple" < "Banana"',
            '5 = "5"',
            '"8" > 750',
            '"05" ≠ 5',
            '"" = missing',
            '"" < 0',
            '"" ≠ 0',
            '"" = ""',
            "day = stamp - 82800",
            "day < stamp",
            'day = "1/31/2024"',
            '"2/1/2024" > day',
            'day ≠ "x"',
            "hour = 3600",
            'hour < "1:00:01"',
            'stamp ≥ "1/31/2024 11:00 PM"',
            "1 <= 1 and 1 >= 1 and 1 ≤ 1 and 1 ≥ 1",
        ],
    )
    def test_is_true(self, formula: str) -> None:
        assert calculate(formula, day=DAY, hour=HOUR, stamp=STAMP, missing=None) == 1

    def test_an_error_compares_with_nothing(self) -> None:
        assert calculate("1 / 0 = 1") == "?"
        assert calculate('"?" = "?"') == 1

    @given(
        *[st.one_of(st.none(), st.text(max_size=5), NUMBERS, st.dates(), st.just(HOUR), st.just(STAMP))] * 2
    )
    def test_one_of_three_holds(self, one: Value, other: Value) -> None:
        results = [calculate(f"a {sign} b", a=one, b=other) for sign in "<=>"]
        assert results == ["?"] * 3 or sorted(map(as_text, results)) == ["0", "0", "1"]
        assert calculate("a < b", a=one, b=other) == calculate("b > a", a=one, b=other)


def test_the_callers_decimal_context_does_not_matter() -> None:
    moments = "GetAsTimestamp ( 63000000000.123456 ) & ( Time ( 1 ; 1 ; 1.25 ) - 1e12 )"
    formula = f"Abs ( -a ) + Mod ( a ; 7 ) & Sqrt ( 2 ) & {moments}"
    number = Decimal(10**40 + 1)
    expected = shown(formula, a=number)
    with localcontext(prec=2):
        assert shown(formula, a=number) == expected
    assert expected.startswith("10000000000000000000000000000000000000006")
