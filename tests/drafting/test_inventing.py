"""The laws of invented values."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.drafting.inventing import Inventor
from fmorm.drafting.permuting import Permutation

INVENTOR = Inventor(b"secret", kept=["open", "closed", "7"])
OTHER = Inventor(b"another secret")

PLAIN = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\v"))
NUMBERS = st.from_regex(r"[-+]?[0-9]{1,12}(\.[0-9]{1,4})?", fullmatch=True)
MAILS = st.from_regex(r"[a-zA-Z0-9.]{1,9}@[a-z0-9-]{1,9}\.(com|org|co)", fullmatch=True)
DATES = st.dates().map(lambda day: f"{day:%m/%d}/{day.year:04d}")
TIMES = st.from_regex(r"-?[0-9]{2,3}:[0-5][0-9](:[0-5][0-9])?", fullmatch=True)
FINITE = (
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
)
TEXTS = PLAIN | NUMBERS | MAILS | DATES | TIMES | st.sampled_from(["open", "OPEN", "0", "1", "7", "0150"])


@given(TEXTS, TEXTS)
def test_what_is_the_same_stays_the_same_and_nothing_else_becomes_so(one: str, other: str) -> None:
    assert (INVENTOR.text(one) == INVENTOR.text(other)) == (one == other)


@given(st.lists(st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True), unique=True, max_size=60))
def test_keys_that_differ_differ_still(keys: list[str]) -> None:
    assert len({INVENTOR.text(key) for key in keys}) == len(keys)


def test_every_key_of_a_small_shape_gets_one_of_its_own() -> None:
    assert len({INVENTOR.text(f"{n:02d}x") for n in range(100)}) == 100
    assert len({INVENTOR.text(str(n)) for n in range(1000)}) == 1000
    assert {INVENTOR.text(str(n)) for n in range(1000)} == {str(n) for n in range(1000)}


@given(TEXTS)
def test_the_same_secret_invents_the_same_values(text: str) -> None:
    again = Inventor(b"secret", kept=["open", "closed", "7"])
    assert again.text(text) == INVENTOR.text(text)


@given(PLAIN)
def test_text_keeps_its_length_and_its_signs(text: str) -> None:
    invented = INVENTOR.text(text)
    if "@" not in text:
        assert len(invented) == len(text)
        assert [c for c in invented if not c.isalnum()] == [c for c in text if not c.isalnum()]


@pytest.mark.parametrize(
    "text", ["Agnes Moe", "+47 22 11 11 11", "Ærlig Øst", "東京都港区", "A-1/b", "a" * 1000]
)
def test_it_is_another_value_of_the_same_pattern(text: str) -> None:
    invented = INVENTOR.text(text)
    assert invented != text
    assert OTHER.text(text) not in (text, invented)
    pattern = [(c.isdigit(), c.isupper(), c.islower(), c.isalpha()) for c in text]
    assert [(c.isdigit(), c.isupper(), c.islower(), c.isalpha()) for c in invented] == pattern


def test_case_does_not_count_for_keys() -> None:
    assert INVENTOR.text("AB-Øst").lower() == INVENTOR.text("ab-øst")


@given(FINITE)
def test_a_number_keeps_its_size_and_its_type(number: float | Decimal) -> None:
    invented = INVENTOR.value(number)
    assert type(invented) is type(number)
    assert isinstance(invented, int | float | Decimal)
    assert (invented > 0, invented < 0) == (number > 0, number < 0)
    if isinstance(number, int) and isinstance(invented, int):
        assert len(str(invented)) == len(str(number))


@given(st.integers())
def test_a_key_is_the_same_as_number_and_as_text(key: int) -> None:
    assert str(INVENTOR.value(key)) == INVENTOR.text(str(key))


@pytest.mark.parametrize("value", ["", " ", "\r\r", 0, 1, "0", "1", "open", "Closed", "open\rclosed", None])
def test_what_is_empty_a_flag_or_kept_stays(value: object) -> None:
    assert INVENTOR.value(value) == value


@given(st.text())
def test_what_is_kept_is_never_invented(text: str) -> None:
    kept = ["open", "closed", "7"]
    if text.casefold() not in kept:
        assert INVENTOR.text(text).casefold() not in kept


@given(st.dates(), st.dates())
def test_dates_are_shifted_together(one: date, other: date) -> None:
    def shifted(day: date) -> date:
        return datetime.strptime(str(INVENTOR.value(f"{day:%m/%d}/{day.year:04d}")), "%m/%d/%Y").date()

    if date(10, 1, 1) < min(one, other):
        assert shifted(one) - shifted(other) == one - other
    assert shifted(one) != one


@given(st.datetimes(min_value=datetime(1000, 1, 1)))
def test_a_timestamp_stays_one(moment: datetime) -> None:
    for form in ("%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        text = moment.strftime(form)
        assert datetime.strptime(INVENTOR.text(text), form).strftime(form) != text


@given(TIMES)
def test_a_time_stays_one(time: str) -> None:
    invented = INVENTOR.text(time)
    assert re.fullmatch(r"-?[0-9]{2,3}:[0-5][0-9](:[0-5][0-9])?", invented)
    assert (invented.count(":"), invented[0] == "-") == (time.count(":"), time[0] == "-")


@given(MAILS)
def test_a_mail_address_leads_nowhere(mail: str) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9.]+@[a-z0-9.-]+\.example", INVENTOR.text(mail))


@given(st.lists(st.from_regex(r"[A-Za-z ]{1,9}", fullmatch=True), min_size=1))
def test_lines_are_values_of_their_own(lines: list[str]) -> None:
    assert INVENTOR.text("\r".join(lines)) == "\r".join(INVENTOR.text(line) for line in lines)


@given(st.integers(min_value=1, max_value=70), st.text(max_size=3))
def test_a_permutation_is_one(size: int, tweak: str) -> None:
    permutation = Permutation(b"x")
    assert sorted(permutation.number(n, size, tweak) for n in range(size)) == list(range(size))
