"""Number criteria as conditions: numbers by their value, with wildcards by what is written."""

from __future__ import annotations

from fmorm.server import refusals
from fmorm.server.finds.conditions import Condition, every
from fmorm.server.finds.criterion import Criterion, Operator, unescaped
from fmorm.server.finds.moments import in_order
from fmorm.server.finds.patterns import whole_pattern, whole_value
from fmorm.server.finds.places import Place
from fmorm.server.refusals import Refusal
from fmorm.server.values.numbers import number_in, number_key


def match_number(criterion: Criterion, place: Place) -> Condition:
    """Say what a criterion asks of a number.

    Raises:
        Refusal: A term has no digits, so it is no number; that this is an error, and which, is a guess.
    """
    terms = [term.strip().removeprefix("=") for term in criterion.terms]
    if criterion.operator in {Operator.WHOLE, Operator.MATCHES}:
        literal = whole_value(terms[0], str)
        if literal is None:
            return _by_pattern(terms[0], place)
        if criterion.operator is Operator.WHOLE:  # FileMaker compares the number as it is written
            return place.by_value("{} = ?", literal)
    keys = [_key(term) for term in terms]
    return in_order(criterion.operator, place, (keys[0], keys[0]), (keys[-1], keys[-1]))


def _by_pattern(term: str, place: Place) -> Condition:
    pattern = whole_pattern(term, str)
    matches = place.by_value("{} REGEXP ?", pattern.expression)
    return (
        every([place.by_value("instr({}, ?) > 0", pattern.literal), matches]) if pattern.literal else matches
    )


def _key(term: str) -> str:
    number = number_in(unescaped(term))
    if number is None:
        raise Refusal(refusals.BAD_NUMBER)
    return number_key(number)
