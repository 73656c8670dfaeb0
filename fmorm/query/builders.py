"""What each verb of a term means as a condition on one field."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fmorm.errors import FindError
from fmorm.query import operands
from fmorm.query.conditions import NOTHING, And, Comparison, Condition, Criterion, Op, Or
from fmorm.query.fields import FieldRef
from fmorm.wire import criteria
from fmorm.wire.criteria import Order
from fmorm.wire.values import Kind


def comparison(ref: FieldRef, op: Op, value: Any) -> Criterion:
    """Make the criterion of a comparison.

    Args:
        ref: The field.
        op: The comparison: `==`, an order or `between`.
        value: What is compared with, from `operands.operand`; a pair for `between`.

    Returns:
        The criterion.
    """
    return Criterion(ref, _text(ref, op, value), Comparison(op, value))


def _text(ref: FieldRef, op: Op, value: Any) -> str:
    if op == "between":
        return criteria.between(*(operands.literal(ref, end) for end in value))
    literal = operands.literal(ref, value)
    if op == "==":
        # In a number field `==` looks at the text that was typed; the bare number compares numbers.
        return literal if isinstance(value, Decimal) else criteria.equal(literal)
    if op in ("<", "<=", ">", ">="):
        return criteria.compare(op, literal)
    raise AssertionError(op)


def is_empty(ref: FieldRef) -> Criterion:
    """The field is empty."""
    return Criterion(ref, criteria.EMPTY, Comparison("empty"))


def not_empty(ref: FieldRef) -> Criterion:
    """The field is not empty."""
    return Criterion(ref, criteria.NOT_EMPTY, Comparison("not_empty"))


def equal(ref: FieldRef, value: object) -> Condition:
    """The field has a value, or is empty where the value is None or an empty text."""
    if value is None:
        return is_empty(ref)
    wanted = operands.operand(ref, value)
    if wanted == "":
        return is_empty(ref)
    if ref.codec.lenient:
        return _lenient(ref, bool(value))
    if ref.codec.held is bool and not value:
        return Or((comparison(ref, "==", wanted), is_empty(ref)))
    if ref.codec.kind is Kind.NUMBER and isinstance(wanted, str):  # what somebody typed into a number field
        return _like(ref, criteria.equal(operands.literal(ref, wanted)), wanted)
    return comparison(ref, "==", wanted)


def _lenient(ref: FieldRef, value: bool) -> Condition:
    """The field holds a number that is not 0; or it holds 0, nothing, or text without a number."""
    zero = comparison(ref, "==", Decimal())
    if value:
        return And((not_empty(ref), ~zero))
    return Or((zero, is_empty(ref), invalid(ref)))


def ordered(ref: FieldRef, op: Order, value: object) -> Condition:
    """The field comes before or after a value."""
    wanted = operands.operand(ref, value)
    operands.orders(ref, wanted)
    return comparison(ref, op, wanted)


def between(ref: FieldRef, low: object, high: object) -> Condition:
    """The field lies between two values or is one of them.

    A range of text is written as two comparisons: FileMaker's `a...b` may also take in values that only begin
    with `b`, which `<= b` does not find.
    """
    ends = operands.operand(ref, low), operands.operand(ref, high)
    for end in ends:
        operands.orders(ref, end)
    if ref.codec.kind is Kind.TEXT:
        return And((comparison(ref, ">=", ends[0]), comparison(ref, "<=", ends[1])))
    if ends[0] > ends[1]:
        return NOTHING
    return comparison(ref, "==", ends[0]) if ends[0] == ends[1] else comparison(ref, "between", ends)


def one_of(ref: FieldRef, values: Iterable[object]) -> Condition:
    """The field has one of several values; of none, nothing."""
    if isinstance(values, str | bytes):
        raise TypeError(f"{ref.label}.in_ takes a list of values and was given the text {values!r}")
    conditions = [equal(ref, value) for value in values]
    if isinstance(values, set | frozenset):  # a set has no order of its own, and requests should have one
        conditions.sort(key=repr)
    unique = tuple(dict.fromkeys(conditions))
    return unique[0] if len(unique) == 1 else Or(unique)


def starts_with(ref: FieldRef, value: object) -> Condition:
    """The field's text begins with a text."""
    return _like(ref, criteria.starts_with(operands.text(ref, value, "startswith")), value)


def contains(ref: FieldRef, value: object) -> Condition:
    """The field's text has a text somewhere."""
    return _like(ref, criteria.contains(operands.text(ref, value, "contains")), value)


def ends_with(ref: FieldRef, value: object) -> Condition:
    """The field's text ends with a text."""
    return _like(ref, criteria.ends_with(operands.text(ref, value, "endswith")), value)


def matches(ref: FieldRef, value: object) -> Condition:
    """The field's text has words that begin with the given ones."""
    wanted = operands.text(ref, value, "matches")
    if ref.codec.kind is not Kind.TEXT:
        raise FindError(f"{ref.label} is a {ref.codec.kind} field and has no words: compare it with ==")
    return matching(ref, wanted.split())


def matching(ref: FieldRef, words: Iterable[str]) -> Criterion:
    """Make the criterion of a word find.

    Args:
        ref: The field, a text field.
        words: The words; one that is the same but for case is asked once.

    Returns:
        The criterion.
    """
    unique = tuple({word.casefold(): word for word in words}.values())
    return Criterion(ref, criteria.words(unique), Comparison("words", unique))


def has(ref: FieldRef, value: object) -> Condition:
    """One of the lines of the field's text is a value: the only one, the first, the last, or one between others."""
    line = operands.line(ref, value)
    return Or(tuple(_like(ref, text, line) for text in criteria.lines_with(line)))


def _like(ref: FieldRef, text: str, value: object) -> Condition:
    return Criterion(ref, text, Comparison("like", value))


def truth(ref: FieldRef, value: object) -> Condition:
    """The field is true, or it is false or empty."""
    if ref.codec.held is not bool:
        raise TypeError(f"{ref.label} holds {ref.codec.held.__name__}; is_ is for fields that hold bool")
    if not isinstance(value, bool):
        raise TypeError(f"{ref.label}.is_ takes True or False and was given {value!r}")
    return equal(ref, value)


def duplicated(ref: FieldRef) -> Condition:
    """The field has a value that other records have, too."""
    if ref.some:
        raise FindError(
            f"{ref.label} belongs to related rows, and what a find for duplicates means there is not documented: "
            f"find them on a layout of that table"
        )
    if ref.is_repetition:
        raise FindError(
            f"{ref.label} is a repetition, and what a find for duplicates means there is not documented: "
            f"compare the values in Python"
        )
    return Criterion(ref, criteria.DUPLICATED, Comparison("duplicated"))


def invalid(ref: FieldRef) -> Criterion:
    """The field has something that is no value of its kind."""
    if ref.codec.kind is Kind.TEXT:
        raise FindError(f"{ref.label} is a text field, in which any text is valid")
    return Criterion(ref, criteria.INVALID, Comparison("invalid"))


def raw(ref: FieldRef, text: object) -> Condition:
    """The field meets a criterion in FileMaker's find language."""
    if not isinstance(text, str):
        raise TypeError(f"{ref.label}.raw takes the text of a criterion and was given {text!r}")
    if not text:
        raise FindError(
            f"{ref.label}.raw was given an empty text, which is no criterion: '=' finds empty fields"
        )
    return Criterion(ref, text, None)
