"""What somebody typed into a search box, as a condition on several fields."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

from fmorm.errors import FindError
from fmorm.query.conditions import EVERYTHING, NOTHING, And, Condition, Or
from fmorm.query.normal import MAX_REQUESTS, counted
from fmorm.query.terms import RepeatingTerm, Term


def search(text: object, fields: Sequence[object]) -> Condition:
    """Every word of a text begins some word in one of several fields.

    A request has room for one criterion on a field, so each way to spread the words over the fields is a request.

    Args:
        text: What was typed.
        fields: The terms of text fields.

    Returns:
        The condition: everything where the text is blank, nothing where it has neither letter nor digit.

    Raises:
        TypeError: There are no fields, or something else was given.
        FindError: A field is no text field or global, or there are too many ways to spread the words.
    """
    if not isinstance(text, str):
        raise TypeError(f"search takes a text and was given {text!r}")
    if not fields:
        raise TypeError("search takes the fields to look into: search(text, Person.name, Person.notes)")
    places = [place for given in fields for place in _places(given)]
    for place in places:
        place.matches("a")  # refuses a field without words, whatever the text
    words = _words(text)
    if not words:
        return NOTHING if text.strip() else EVERYTHING
    if (count := len(places) ** len(words)) > MAX_REQUESTS:
        raise FindError(
            f"searching for {len(words)} words in {len(places)} fields makes {counted(count)} requests, more than "
            f"{MAX_REQUESTS}: search fewer fields, or one calculation field that puts their texts together"
        )
    spread = (_together(words, where) for where in product(places, repeat=len(words)))
    return Or(tuple(spread))


def _together(words: Sequence[str], where: Sequence[Term[str]]) -> Condition:
    wanted: dict[str, tuple[Term[str], list[str]]] = {}
    for word, place in zip(words, where, strict=True):
        wanted.setdefault(place.ref.name, (place, []))[1].append(word)
    return And(tuple(place.matches(" ".join(several)) for place, several in wanted.values()))


def _places(given: object) -> list[Term[Any]]:
    if isinstance(given, RepeatingTerm):
        return [given[index] for index in range(given.count)]
    if isinstance(given, Term):
        return [given]
    raise TypeError(f"search takes fields such as Person.name and was given {given!r}")


def _words(text: str) -> list[str]:
    """Give the words that say something: signs alone are none, and what begins with a word says that word, too."""
    words = {word.casefold(): word for word in text.split() if any(map(str.isalnum, word))}
    told = {first for first, second in pairwise(sorted(words)) if second.startswith(first)}
    return [word for folded, word in words.items() if folded not in told]
