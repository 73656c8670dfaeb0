from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import calculate, shown

DATES = st.dates(date(1, 1, 1), date(4000, 12, 31))


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("Date ( 10 ; 10 ; 2019 )", "10/10/2019"),
        ("Date ( 13 ; 5 ; 2019 )", "1/5/2020"),
        ("Date ( 3 ; 0 ; 2024 )", "2/29/2024"),
        ("Date ( 1 ; -1 ; 2024 )", "12/30/2023"),
        ("Date ( 0 ; 1 ; 2024 )", "12/1/2023"),
        ("Date ( 1 ; 1 ; 0 )", "?"),
        ("Date ( 12 ; 32 ; 4000 )", "?"),
        ("Date ( 1e9 ; 1 ; 1 )", "?"),
        ("Time ( 4 ; 14 ; 32 )", "4:14:32"),
        ("Time ( 4.5 ; 15 ; 70 )", "4:46:10"),
        ("Time ( 0 ; 0 ; -1 )", "-0:00:01"),
        ("Timestamp ( Date ( 10 ; 11 ; 2019 ) ; Time ( 10 ; 20 ; 0 ) )", "10/11/2019 10:20:00 AM"),
        ("Timestamp ( Date ( 10 ; 11 ; 2019 ) ; Time ( 25 ; 0 ; 0 ) )", "10/12/2019 1:00:00 AM"),
        ('Timestamp ( "" ; 1 )', ""),
        ('Day ( "5/15/2019" ) & "." & Month ( "5/15/2019" ) & "." & Year ( "5/15/2019" )', "15.5.2019"),
        ('DayName ( "11/22/2026" )', "Sunday"),
        ('DayOfWeek ( "11/22/2026" ) & DayOfWeek ( "11/28/2026" )', "17"),
        ('DayOfYear ( "12/31/2024" )', "366"),
        ('MonthName ( "6/6/2019" )', "June"),
        ('WeekOfYear ( "1/1/2014" )', "1"),
        ('WeekOfYear ( "2/2/2014" )', "6"),
        ('WeekOfYear ( "12/31/2028" )', "54"),
        ("WeekOfYearFiscal ( Date ( 1 ; 7 ; 2008 ) ; 1 )", "2"),
        ("WeekOfYearFiscal ( Date ( 1 ; 1 ; 2009 ) ; 5 )", "1"),
        ("WeekOfYearFiscal ( Date ( 1 ; 2 ; 2009 ) ; 1 )", "53"),
        ("WeekOfYearFiscal ( Date ( 1 ; 2 ; 2009 ) ; 8 )", "?"),
        ('Hour ( "27:30:15" ) & Minute ( "27:30:15" ) & Seconds ( "27:30:15.5" )', "273015.5"),
        ("Hour ( 12345 )", "3"),
        ('Minute ( "-1:30:00" )', "-30"),
        ('Hour ( GetAsTimestamp ( "1/5/2024 2:30 PM" ) )', "14"),
        ('Year ( "" ) & DayName ( "" ) & Hour ( "" )', ""),
        ('Month ( "soon" )', "?"),
    ],
)
def test_results(formula: str, result: str) -> None:
    assert shown(formula) == result


@given(DATES)
def test_a_date_is_made_of_its_parts(day: date) -> None:
    assert calculate("Date ( Month ( d ) ; Day ( d ) ; Year ( d ) )", d=day) == day
    assert calculate("d - Date ( 1 ; 1 ; Year ( d ) ) + 1 = DayOfYear ( d )", d=day) == 1


@given(DATES)
def test_fiscal_weeks_from_monday_are_those_of_iso(day: date) -> None:
    assert calculate("WeekOfYearFiscal ( d ; 2 )", d=day) == day.isocalendar().week


@given(DATES, st.integers(1, 7))
def test_a_fiscal_week_has_the_same_number_to_its_end(day: date, start: int) -> None:
    first = calculate(f"d - Mod ( DayOfWeek ( d ) - {start} ; 7 )", d=day)
    if isinstance(first, date):
        week = f"WeekOfYearFiscal ( d ; {start} )"
        assert calculate(week, d=first) == calculate(week, d=day)
