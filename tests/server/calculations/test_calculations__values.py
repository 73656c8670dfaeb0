from __future__ import annotations

import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.server.calculations.formula import EvaluationError
from fmorm.server.calculations.kinds import UNKNOWN
from fmorm.server.calculations.values import (
    Time,
    Value,
    as_date,
    as_number,
    as_text,
    as_time,
    as_timestamp,
    truth,
    written,
)

DIGITS = st.from_regex(r"-?[0-9]{1,60}(\.[0-9]{1,60})?", fullmatch=True)
DATES = st.dates(date(1, 1, 1), date(4000, 12, 31))
STAMPS = st.datetimes(datetime(1, 1, 1), datetime(4000, 12, 31, 23, 59, 59))
TIMES = st.decimals(-(10**9), 10**9, places=3).map(Time)


class TestText:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            ("a", "a"),
            (Decimal("0.5"), ".5"),
            (Decimal("-0.50"), "-.5"),
            (Decimal("1.00"), "1"),
            (Decimal("-0"), "0"),
            (Decimal("1E+3"), "1000"),
            (Decimal("1E-7"), ".0000001"),
            (Decimal("1E-900"), "0"),
            (date(2024, 1, 5), "1/5/2024"),
            (date(12, 12, 31), "12/31/0012"),
            (Time(Decimal(0)), "0:00:00"),
            (Time(Decimal("97205.250")), "27:00:05.25"),
            (Time(Decimal(-90)), "-0:01:30"),
            (datetime(2024, 1, 5), "1/5/2024 12:00:00 AM"),
            (datetime(2024, 1, 5, 14, 3, 2), "1/5/2024 2:03:02 PM"),
            (datetime(2024, 1, 5, 12, 0, 0, 500000), "1/5/2024 12:00:00.5 PM"),
        ],
    )
    def test_every_kind_has_the_text_of_a_us_file(self, value: Value, text: str) -> None:
        assert as_text(value) == text

    @given(DIGITS)
    def test_numbers_come_back_with_every_digit(self, digits: str) -> None:
        number = Decimal(digits)
        assert as_number(as_text(number)) == number
        assert "E" not in as_text(number)

    @given(DATES)
    def test_dates_come_back(self, day: date) -> None:
        assert as_date(as_text(day)) == day
        assert as_date(as_number(day)) == day

    @given(STAMPS)
    def test_timestamps_come_back(self, stamp: datetime) -> None:
        assert as_timestamp(as_text(stamp)) == stamp
        assert as_timestamp(as_number(stamp)) == stamp

    @given(TIMES)
    def test_times_come_back(self, time: Time) -> None:
        assert as_time(as_text(time)) == time
        assert as_time(as_number(time)) == time


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "number"),
        [
            (None, None),
            ("", None),
            ("none", None),
            ("FY20", "20"),
            ("$1,254.50", "1254.5"),
            ("2 - 2", "22"),
            ("2(2)", "22"),
            ("-22", "-22"),
            ("(22)", "-22"),
            (".(22)", ".22"),
            ("1e3", "1000"),
            (date(1, 1, 1), "1"),
            (date(2019, 10, 10), "737342"),
            (Time(Decimal("1.5")), "1.5"),
            (datetime(1, 1, 1, 13, 53, 20), "50000"),
        ],
    )
    def test_the_number_in_a_value(self, value: Value, number: str | None) -> None:
        assert as_number(value) == (None if number is None else Decimal(number))

    @pytest.mark.parametrize("value", [UNKNOWN, "?", "1e401", "1e999999999", "9" * 500])
    def test_there_is_none_in_an_error_or_beyond_filemakers(self, value: Value) -> None:
        with pytest.raises(EvaluationError):
            as_number(value)

    def test_truth_is_a_number_that_is_not_0(self) -> None:
        assert truth(Decimal("0.1"))
        assert truth(date(2024, 1, 1))
        assert not truth(None)
        assert not truth("true")
        assert not truth(Decimal(0))


class TestMoments:
    @pytest.mark.parametrize("text", ["2/30/2024", "13/1/2024", "1/1/24", "2024-01-05", "x", "1/1/4001", "?"])
    def test_no_date(self, text: str) -> None:
        with pytest.raises(EvaluationError):
            as_date(text)

    @pytest.mark.parametrize("days", [0, -1, 10**9])
    def test_no_day_outside_the_calendar(self, days: int) -> None:
        with pytest.raises(EvaluationError):
            as_date(Decimal(days))

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("2:47", 10020),
            ("02:47:35.5", "10055.5"),
            ("12:00 AM", 0),
            ("1:00 pm", 46800),
            ("-1:00:00", -3600),
            ("99:00", 356400),
        ],
    )
    def test_times(self, text: str, seconds: str) -> None:
        assert as_time(text) == Time(Decimal(seconds))

    @pytest.mark.parametrize("text", ["1:60", "1:00:60", "13:00 PM", "-1:00 PM", "1", "?"])
    def test_no_time(self, text: str) -> None:
        with pytest.raises(EvaluationError):
            as_time(text)

    def test_a_timestamp_gives_its_date_and_its_time(self) -> None:
        stamp = datetime(2024, 1, 5, 14, 0, 1)
        assert as_date(stamp) == date(2024, 1, 5)
        assert as_time(stamp) == Time(Decimal(50401))

    def test_a_date_is_its_midnight(self) -> None:
        assert as_timestamp(date(2024, 1, 5)) == as_timestamp("1/5/2024") == datetime(2024, 1, 5)


class TestWritten:
    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            (Decimal("0.50"), "text", ".5"),
            (Decimal("0.50"), "number", "0.5"),
            (Decimal("1E+20"), "number", "100000000000000000000"),
            ("5 apples", "number", "5"),
            ("apples", "number", ""),
            (date(2024, 1, 5), "date", "01/05/2024"),
            ("1/5/2024", "date", "01/05/2024"),
            (date(2024, 1, 5), "number", "738890"),
            (Time(Decimal("3600.25")), "time", "01:00:00.25"),
            (Time(Decimal(-3600)), "time", "-01:00:00"),
            (Decimal(90), "time", "00:01:30"),
            (date(2024, 1, 5), "timestamp", "01/05/2024 00:00:00"),
            (datetime(2024, 1, 5, 14, 0, 1), "timestamp", "01/05/2024 14:00:01"),
            (datetime(2024, 1, 5, 14, 0, 1), "date", "01/05/2024"),
            ("tomorrow", "date", "?"),
            ("noon", "time", "?"),
            (UNKNOWN, "text", "?"),
            (UNKNOWN, "number", "?"),
            (UNKNOWN, "timestamp", "?"),
            (Decimal("Infinity"), "number", "?"),
            (Decimal("NaN"), "text", "?"),
            (None, "number", ""),
            ("", "date", ""),
            (None, "time", ""),
            (None, "timestamp", ""),
        ],
    )
    def test_a_result_is_written_as_a_client_would(self, value: Value, kind: str, text: str) -> None:
        assert written(value, kind) == text

    @given(DIGITS)
    def test_numbers_keep_every_digit(self, digits: str) -> None:
        assert Decimal(written(Decimal(digits), "number")) == Decimal(digits)


def test_a_long_row_of_digits_is_read_at_once() -> None:
    start = time.process_time()
    assert as_number("1" * 300 + "x" * 9 + "0" * 50 + " ") == Decimal("1" * 300 + "0" * 50)
    with pytest.raises(EvaluationError):
        as_number("9" * 100_000 + "x")
    assert time.process_time() - start < 1
