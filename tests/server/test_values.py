from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.server.exact import Literal, NotJson, dumps, loads
from fmorm.server.refusals import Refusal
from fmorm.server.values.cells import Kind, keep, show
from fmorm.server.values.folding import fold
from fmorm.server.values.moments import DateForm, read_time, time_key
from fmorm.server.values.numbers import number_in, number_key

US = DateForm(iso=False, today=date(2026, 11, 22))
ISO = DateForm(iso=True, today=date(2026, 11, 22))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)


def through(kind: Kind, given: str, read: DateForm = US, write: DateForm = US) -> str:
    return show(kind, keep(kind, given, read).value, write)


class TestNumbers:
    @given(DECIMALS, DECIMALS)
    def test_keys_sort_as_numbers_do(self, one: Decimal, other: Decimal) -> None:
        keys = number_key(one), number_key(other)
        assert (keys[0] < keys[1], keys[0] == keys[1]) == (one < other, one == other)

    @given(st.from_regex(r"-?(0|[1-9][0-9]{0,80})(\.[0-9]{1,80})?([eE][+-]?[0-9]{1,3})?", fullmatch=True))
    def test_digits_of_a_literal_are_never_changed(self, text: str) -> None:
        value = loads(text.encode())
        assert isinstance(value, Literal)
        shown = through(Kind.NUMBER, value)
        assert isinstance(shown, Literal)
        assert dumps([shown]) == f"[{text}]"

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("1A", "1"),
            ("12 years", "12"),
            ("-5,5", "-55"),
            ("a", None),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1000"),
            ("x1.5.2", "1.52"),
        ],
    )
    def test_letters_in_a_number_do_not_count(self, text: str, number: str | None) -> None:
        assert number_in(text) == (None if number is None else Decimal(number))

    @pytest.mark.parametrize("text", ["0012", ".5", "+1", "5.", "twelve", "1 2"])
    def test_what_json_cannot_hold_unchanged_is_shown_as_text(self, text: str) -> None:
        shown = through(Kind.NUMBER, text)
        assert shown == text
        assert not isinstance(shown, Literal)


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("2/29/2024", "02/29/2024"),
            ("02/09/2022", "02/09/2022"),
            ("12-31-1999", "12/31/1999"),
            ("1/1/56", "01/01/2056"),
            ("1/1/57", "01/01/1957"),
            ("1/1/0001", "01/01/0001"),
            ("12/31/4000", "12/31/4000"),
        ],
    )
    def test_dates_are_read_month_first(self, text: str, shown: str) -> None:
        assert through(Kind.DATE, text) == shown

    @pytest.mark.parametrize(
        "text",
        ["2/30/2024", "13/1/2024", "0/1/2024", "2024-01-31", "1/2", "1/1/4001", "1/1/0000", "1/2-2024", "x"],
    )
    def test_impossible_dates_are_refused(self, text: str) -> None:
        with pytest.raises(Refusal, match=r"^500 "):
            keep(Kind.DATE, text, US)

    @given(st.dates(max_value=date(4000, 12, 31)))
    def test_a_date_comes_back_in_both_forms(self, day: date) -> None:
        iso, us = day.isoformat(), f"{day.month:02d}/{day.day:02d}/{day.year:04d}"
        assert through(Kind.DATE, us) == us
        assert through(Kind.DATE, iso, ISO, ISO) == iso
        assert through(Kind.DATE, us, US, ISO) == iso

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("9:15:55", "09:15:55"),
            ("9:15:55 PM", "21:15:55"),
            ("12:00 am", "00:00:00"),
            ("9:15", "09:15:00"),
            ("100:00:01", "100:00:01"),
            ("-1:30:00", "-01:30:00"),
            ("-0:00:00", "00:00:00"),
            ("1:02:03.50", "01:02:03.5"),
        ],
    )
    def test_times_are_durations(self, text: str, shown: str) -> None:
        assert through(Kind.TIME, text) == shown

    @pytest.mark.parametrize("text", ["9", "1:60", "1:00:60", "13:00 PM", "x", "-1:00 AM", "1:2:3:4"])
    def test_impossible_times_are_refused(self, text: str) -> None:
        with pytest.raises(Refusal, match=r"^501 "):
            keep(Kind.TIME, text, US)

    @given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
    def test_time_keys_sort_as_times_do(self, one: int, other: int) -> None:
        def key(seconds: int) -> str:
            minutes = abs(seconds) // 60
            sign = "-" if seconds < 0 else ""
            return time_key(
                read_time(f"{sign}{minutes // 60}:{minutes % 60:02d}:{abs(seconds) % 60:02d}") or ""
            )

        assert (key(one) < key(other), key(one) == key(other)) == (one < other, one == other)

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("2/22/2022 9:15:55 PM", "02/22/2022 21:15:55"),
            ("02/22/2022 09:15", "02/22/2022 09:15:00"),
            ("2/22/2022", "02/22/2022 00:00:00"),
        ],
    )
    def test_timestamps(self, text: str, shown: str) -> None:
        assert through(Kind.TIMESTAMP, text) == shown

    @pytest.mark.parametrize(
        "text", ["2/22/2022 24:00:00", "2/22/2022 -1:00:00", "9:15:00", "2/30/2022 9:00:00", "x y"]
    )
    def test_impossible_timestamps_are_refused(self, text: str) -> None:
        with pytest.raises(Refusal, match=r"^500 "):
            keep(Kind.TIMESTAMP, text, US)

    @pytest.mark.parametrize("separator", [" ", "T"])
    def test_iso_timestamps_are_read_with_a_space_or_a_t(self, separator: str) -> None:
        assert through(Kind.TIMESTAMP, f"2022-02-22{separator}09:15:55", ISO, ISO) == "2022-02-22 09:15:55"


class TestText:
    @pytest.mark.parametrize(
        ("one", "other"), [("Åse", "ase"), ("STRASSE", "straße"), ("cafe\u0301", "CAFÉ"), ("ΣΑΣ", "σας")]
    )
    def test_case_and_accents_do_not_count(self, one: str, other: str) -> None:
        assert fold(one) == fold(other)

    @given(st.text())
    def test_folding_twice_changes_nothing_more(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    @given(st.text())
    def test_text_is_kept_as_it_is(self, text: str) -> None:
        assert through(Kind.TEXT, text) == text


class TestExactJson:
    def test_it_is_compact_and_not_escaped(self) -> None:
        assert dumps({"a/b": ["é", "\r", 1, True, Literal("1.50")]}) == '{"a/b":["é","\\r",1,true,1.50]}'

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"NaN", b"-Infinity", b"\xff", b"[" * 10**5, rb'"\ud800"', rb'{"\udc00":1}']
    )
    def test_what_is_no_json_is_refused(self, body: bytes) -> None:
        with pytest.raises(NotJson):
            loads(body)
