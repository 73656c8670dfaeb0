from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query.find_language import Token, finds, tokens

from fmorm.wire import criteria

OPERATORS = st.text(st.sampled_from('@*#?!=<>"\\≤≥…~./{} \r\nab'), max_size=12)
ANYTHING = st.one_of(OPERATORS, st.text(max_size=12))


def stored(text: str) -> str:
    return text.replace("\r\n", "\r").replace("\n", "\r")


@given(ANYTHING)
def test_escaped_text_reads_back_as_itself(text: str) -> None:
    assert tokens(criteria.escape(text)) == [Token(character, literal=True) for character in stored(text)]


@given(ANYTHING)
def test_only_operators_are_escaped(text: str) -> None:
    assert "\\" not in re.sub(r'\\[@*#?!=<>"\\≤≥…~./]', "", criteria.escape(text))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Ada", "Ada"),
        ("ada@example.com", "ada\\@example.com"),
        ('5" <b> #1?!', '5\\" \\<b\\> \\#1\\?\\!'),
        ("a*b~c=d", "a\\*b\\~c\\=d"),
        ("≤≥…", "\\≤\\≥\\…"),
        ("\\", "\\\\"),
        ("a.b", "a.b"),
        ("a..b...", "a\\.\\.b\\.\\.\\."),
        ("1/2", "1/2"),
        ("//", "\\/\\/"),
        ("https://x", "https:\\/\\/x"),
        ("{1..3}", "{1\\.\\.3}"),
        ("a\nb\r\nc\rd", "a\rb\rc\rd"),
        ("", ""),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert criteria.escape(text) == escaped


@given(text=OPERATORS.filter(bool), around=OPERATORS)
def test_text_finds_take_the_text_as_it_is(text: str, around: str) -> None:
    text, around = stored(text), stored(around)
    assert finds(criteria.equal(criteria.escape(text)), text)
    assert finds(criteria.starts_with(text), text + around) == (text + around).casefold().startswith(text)
    assert finds(criteria.ends_with(text), around + text)
    assert finds(criteria.contains(text), around + text + around)
    assert finds(criteria.contains(text), around) == (text in around)
    assert finds(criteria.equal(criteria.escape(text)), around) == (text == around)


def test_forms() -> None:
    assert criteria.equal("Ada") == "==Ada"
    assert criteria.starts_with("a*") == "==a\\**"
    assert criteria.contains("a") == "==*a*"
    assert criteria.ends_with("a") == "==*a"
    assert criteria.words(["ada", "=x"]) == "ada \\=x"
    assert criteria.compare("<=", "5") == "<=5"
    assert criteria.between("1", "5") == "1...5"
    assert (criteria.EMPTY, criteria.NOT_EMPTY) == ("=", "*")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("-5.50", "-5.5"),
        ("1E+3", "1000"),
        ("100", "100"),
        ("1E-7", "0.0000001"),
        ("-0.0", "0"),
        ("0E+500", "0"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
    ],
)
def test_number(number: str, text: str) -> None:
    assert criteria.number(Decimal(number)) == text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1E+401", "1E-401"])
def test_numbers_that_filemaker_does_not_have(number: str) -> None:
    with pytest.raises(ValueError, match="FileMaker has no number"):
        criteria.number(Decimal(number))


@given(st.decimals(allow_nan=False, allow_infinity=False).filter(lambda n: abs(n.adjusted()) <= 400))
def test_a_number_keeps_its_value(number: Decimal) -> None:
    text = criteria.number(number)
    assert Decimal(text) == number
    assert "E" not in text
