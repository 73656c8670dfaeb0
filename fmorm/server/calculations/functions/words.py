"""Functions of words and of value lists: texts whose values stand in lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import of_values, table
from fmorm.server.calculations.kinds import Value, as_number, as_text, whole
from fmorm.server.calculations.moments import as_date, as_time, as_timestamp
from fmorm.server.calculations.operators import text_key

_WORDS = re.compile(r"[0-9]+(?:[.,][0-9]+)+|\w+(?:['\u2019]\w+)*")
_LINES = re.compile(r"\r\n?|\n")


def _part(text: str, words: list[re.Match[str]]) -> str:
    return text[words[0].start() : words[-1].end()] if words else ""


def _words(text: str) -> list[re.Match[str]]:
    """Find the words; white space and punctuation separate them, but no apostrophe, nor a point in a number."""
    return list(_WORDS.finditer(text))


def left_words(text: Value, count: Value) -> Value:
    """Give the first words and what stands between them."""
    whole_text = as_text(text)
    return _part(whole_text, _words(whole_text)[: max(0, whole(count))])


def right_words(text: Value, count: Value) -> Value:
    """Give the last words."""
    whole_text = as_text(text)
    words = _words(whole_text)
    return _part(whole_text, words[max(0, len(words) - max(0, whole(count))) :])


def middle_words(text: Value, start: Value, count: Value) -> Value:
    """Give words from a place on, counted from 1."""
    whole_text, first = as_text(text), max(0, whole(start) - 1)
    return _part(whole_text, _words(whole_text)[first : first + max(0, whole(count))])


def word_count(text: Value) -> Value:
    """Count the words."""
    return Decimal(len(_words(as_text(text))))


def values_of(text: Value) -> list[str]:
    """Split a list into its values; a return at the end begins no further one."""
    lines = _LINES.split(as_text(text))
    return lines[:-1] if not lines[-1] else lines


def listed(values: Iterable[str]) -> str:
    """Write a list as the functions of values do: each with a return."""
    return "".join([f"{value}\r" for value in values])


def value_count(text: Value) -> Value:
    """Count the values."""
    return Decimal(len(values_of(text)))


def get_value(text: Value, place: Value) -> Value:
    """Give one value, counted from 1."""
    values, nth = values_of(text), whole(place)
    return values[nth - 1] if 1 <= nth <= len(values) else ""


def left_values(text: Value, count: Value) -> Value:
    """Give the first values."""
    return listed(values_of(text)[: max(0, whole(count))])


def right_values(text: Value, count: Value) -> Value:
    """Give the last values."""
    values = values_of(text)
    return listed(values[max(0, len(values) - max(0, whole(count))) :])


def middle_values(text: Value, start: Value, count: Value) -> Value:
    """Give values from a place on."""
    first = max(0, whole(start) - 1)
    return listed(values_of(text)[first : first + max(0, whole(count))])


def filter_values(text: Value, allowed: Value) -> Value:
    """Keep the values that are in the second list, ignoring case."""
    those = {value.casefold() for value in values_of(allowed)}
    return listed(value for value in values_of(text) if value.casefold() in those)


Key = tuple[int, Decimal, tuple[str, str]]
"""Nothing first, then values of the type, then what is none."""
_NO_NUMBER = Decimal(0)
_NO_TEXT = ("", "")


def _text_key(value: str) -> Key:
    return 1, _NO_NUMBER, text_key(value)


def _raw_key(value: str) -> Key:
    return 1, _NO_NUMBER, (value, "")


def _key_of(convert: Callable[[Value], Value]) -> Callable[[str], Key]:
    """Make a key of the type; what is no value of it comes last, as text, which is a guess."""

    def key(value: str) -> Key:
        try:
            found = as_number(convert(value))
        except EvaluationError:
            return 2, _NO_NUMBER, text_key(value)
        return (0, _NO_NUMBER, _NO_TEXT) if found is None else (1, found, _NO_TEXT)

    return key


_KEYS: dict[int, Callable[[str], Key]] = {
    2: _key_of(as_number),
    3: _key_of(as_date),
    4: _key_of(as_time),
    5: _key_of(as_timestamp),
}


def _key(datatype: Value, locale: Value) -> Callable[[str], Key]:
    """Choose how values compare; of the locales only `Unicode_Raw` makes a difference here."""
    kind = abs(whole(datatype))
    if as_text(locale).lower() == "unicode_raw" and kind not in _KEYS:
        return _raw_key
    return _KEYS.get(kind, _text_key)


def sort_values(text: Value, datatype: Value = None, locale: Value = None) -> Value:
    """Sort the values as text 1, numbers 2, dates 3, times 4 or timestamps 5; descending when negative."""
    key = _key(datatype, locale)
    return listed(sorted(values_of(text), key=key, reverse=whole(datatype) < 0))


def unique_values(text: Value, datatype: Value = None, locale: Value = None) -> Value:
    """Keep the first of equal values."""
    key = _key(datatype, locale)
    first: dict[Key, str] = {}
    for value in values_of(text):
        first.setdefault(key(value), value)
    return listed(first.values())


WORDS = table(
    of_values("LeftWords", "text ; numberOfWords", left_words),
    of_values("RightWords", "text ; numberOfWords", right_words),
    of_values("MiddleWords", "text ; startingWord ; numberOfWords", middle_words),
    of_values("WordCount", "text", word_count),
    of_values("ValueCount", "text", value_count),
    of_values("GetValue", "listOfValues ; valueNumber", get_value),
    of_values("LeftValues", "text ; numberOfValues", left_values),
    of_values("RightValues", "text ; numberOfValues", right_values),
    of_values("MiddleValues", "text ; startingValue ; numberOfValues", middle_values),
    of_values("FilterValues", "textToFilter ; filterValues", filter_values),
    of_values("SortValues", "values { ; datatype ; locale }", sort_values),
    of_values("UniqueValues", "values { ; datatype ; locale }", unique_values),
)
