"""Criteria on text as conditions: words by their own column, order by the language, the rest by patterns."""

from __future__ import annotations

import re

from fmorm.server.finds.conditions import NOTHING, Condition, every
from fmorm.server.finds.criterion import Criterion, Operator, unescaped
from fmorm.server.finds.moments import in_order
from fmorm.server.finds.patterns import Pattern, whole_pattern, whole_value, word_patterns
from fmorm.server.finds.places import Place
from fmorm.server.values.collation import BEYOND, sort_key
from fmorm.server.values.folding import relaxed

_RELAXED = "~"


def match_text(criterion: Criterion, place: Place) -> Condition:
    """Say what a criterion asks of a text."""
    match criterion.operator:
        case Operator.WHOLE:
            return _whole(criterion.term, place)
        case Operator.MATCHES if criterion.term.startswith(_RELAXED):
            return _relaxed(criterion.term.removeprefix(_RELAXED), place)
        case Operator.MATCHES:
            return _words(criterion.term, place)
        case _:
            keys = [sort_key(unescaped(term)) for term in criterion.terms]
            return _in_order(criterion.operator, place, keys[0], keys[-1])


def _whole(term: str, place: Place) -> Condition:
    literal = whole_value(term)
    if literal is not None:
        return place.by_key("{} = ?", literal)
    pattern = whole_pattern(term)
    matching = _matching(pattern, place)
    if not pattern.start:
        return matching
    return every([place.by_key("{} BETWEEN ? AND ?", pattern.start, pattern.start + BEYOND), matching])


def _words(term: str, place: Place) -> Condition:
    found = [
        place.by_words("instr({}, ?) > 0", one) if isinstance(one, str) else _matching(one, place)
        for one in word_patterns(term)
    ]
    return every(found) if found else NOTHING


def _matching(pattern: Pattern, place: Place, text: str = "{}") -> Condition:
    """Ask the pattern only of what holds its literal text, for SQLite finds that much faster."""
    matches = place.by_key(f"{text} REGEXP ?", pattern.expression)
    if not pattern.literal:
        return matches
    return every([place.by_key(f"instr({text}, ?) > 0", pattern.literal), matches])


def _relaxed(term: str, place: Place) -> Condition:
    """Find words however they are written in Japanese; in other languages it changes nothing: a guess."""
    found = [
        _matching(_as_pattern(one) if isinstance(one, str) else one, place, "relaxed({})")
        for one in word_patterns(relaxed(term))
    ]
    return every(found) if found else NOTHING


def _as_pattern(word: str) -> Pattern:
    end = r"(?!\w)" if word.endswith(" ") else ""
    return Pattern(rf"(?<!\w){re.escape(word.strip())}{end}")


def _in_order(operator: Operator, place: Place, first: str, last: str) -> Condition:
    """The end of a range is met by what begins with it."""
    return in_order(operator, place, (first, first), (last, last + BEYOND))
