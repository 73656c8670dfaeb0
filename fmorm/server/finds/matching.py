"""A criterion on one slot as a condition in SQL, by the kind of the field.

Text is matched by a regular expression over the folded text of every record; an index of folded words would
take its place in `_words` alone.
"""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from dataclasses import dataclass

from fmorm.server.finds.criterion import Criterion, Operator, unescaped
from fmorm.server.finds.moments import span
from fmorm.server.finds.patterns import whole_pattern, whole_value, word_patterns
from fmorm.server.refusals import WRONG_TYPE, Refusal
from fmorm.server.schema.parts import Slot, Table
from fmorm.server.store.columns import key_column, quoted, value_column
from fmorm.server.store.files import SqlValue
from fmorm.server.values.cells import Kind
from fmorm.server.values.folding import fold
from fmorm.server.values.moments import DateForm
from fmorm.server.values.numbers import number_in, number_key


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL that is true or false, never NULL, and the values bound in it."""

    sql: str
    values: tuple[SqlValue, ...] = ()


NOTHING = Condition("0")


def every(conditions: list[Condition]) -> Condition:
    """Join conditions that must all hold."""
    return _combined(" AND ", conditions)


def some(conditions: list[Condition]) -> Condition:
    """Join conditions of which one must hold."""
    return _combined(" OR ", conditions)


def _combined(word: str, conditions: list[Condition]) -> Condition:
    values = [value for condition in conditions for value in condition.values]
    return Condition(f"({word.join(condition.sql for condition in conditions)})", tuple(values))


def match(criterion: Criterion, table: Table, slot: Slot, alias: str, form: DateForm) -> Condition:
    """Say in SQL what a criterion asks of one slot of the table under an alias.

    Raises:
        Refusal: It asks of a container more than whether there is something in it; the code is a guess.
    """
    key, value = key_column(slot, alias), value_column(slot, alias)
    if slot.field.kind is Kind.CONTAINER and criterion.operator not in {Operator.EMPTY, Operator.FILLED}:
        raise Refusal(WRONG_TYPE)
    match criterion.operator:
        case Operator.EMPTY:
            return Condition(f"{value} IS NULL")
        case Operator.FILLED:
            return Condition(f"{key} IS NOT NULL")
        case Operator.INVALID:
            return Condition(f"({value} IS NOT NULL AND {key} IS NULL)")
        case Operator.DUPLICATED:
            plain = key_column(slot)
            twice = f"SELECT {plain} FROM {quoted(table.stored_as)} GROUP BY {plain} HAVING count(*) > 1"
            return Condition(f"({key} IS NOT NULL AND {key} IN ({twice}))")
        case _:
            sql = _by_kind(criterion, slot.field.kind, value, key, form)
            return Condition(f"({sql.sql}) IS TRUE", sql.values)


def _by_kind(criterion: Criterion, kind: Kind, value: str, key: str, form: DateForm) -> Condition:
    match kind:
        case Kind.TEXT:
            return _text(criterion, key)
        case Kind.NUMBER:
            return _number(criterion, value, key)
        case _:
            spans = [span(kind, unescaped(_without_equals(term)), form) for term in criterion.terms]
            return _ordered(criterion.operator, key, spans[0], spans[-1])


def _ordered(operator: Operator, key: str, first: tuple[str, str], last: tuple[str, str]) -> Condition:
    """Compare with spans: what is more begins after the end of one, what is less ends before its begin."""
    match operator:
        case Operator.LESS:
            return Condition(f"{key} < ?", (first[0],))
        case Operator.AT_MOST:
            return Condition(f"{key} <= ?", (first[1],))
        case Operator.MORE:
            return Condition(f"{key} > ?", (first[1],))
        case Operator.AT_LEAST:
            return Condition(f"{key} >= ?", (first[0],))
        case _:
            return Condition(f"{key} BETWEEN ? AND ?", (first[0], last[1]))


def _text(criterion: Criterion, key: str) -> Condition:
    match criterion.operator:
        case Operator.WHOLE:
            literal = whole_value(criterion.term)
            if literal is not None:
                return Condition(f"{key} = ?", (literal,))
            return Condition(f"{key} REGEXP ?", (whole_pattern(criterion.term),))
        case Operator.MATCHES:
            return _words(criterion.term, key)
        case Operator.RANGE:
            low, high = (fold(unescaped(term)) for term in criterion.terms)
            begins = f"substr({key}, 1, length(?)) = ?"  # the end of a range is met by what begins with it
            return Condition(f"{key} >= ? AND ({key} <= ? OR {begins})", (low, high, high, high))
        case _:
            edge = fold(unescaped(criterion.term))
            return _ordered(criterion.operator, key, (edge, edge), (edge, edge))


def _words(term: str, key: str) -> Condition:
    patterns = word_patterns(term)
    if len(patterns) > 1:
        patterns = [r"\A" + "".join(f"(?=.*?{pattern})" for pattern in patterns)]
    return Condition(f"{key} REGEXP ?", (patterns[0],)) if patterns else NOTHING


def _number(criterion: Criterion, value: str, key: str) -> Condition:
    terms = [_without_equals(term) for term in criterion.terms]
    literal = whole_value(terms[0], str)
    if criterion.operator in {Operator.WHOLE, Operator.MATCHES} and literal is None:
        return Condition(f"{value} REGEXP ?", (whole_pattern(terms[0], str),))
    if criterion.operator is Operator.WHOLE:  # FileMaker compares the number as it is written
        return Condition(f"{value} = ?", (literal,))
    numbers = [number_in(unescaped(term)) for term in terms]
    keys = [number_key(number) for number in numbers if number is not None]
    if len(keys) < len(terms):
        return NOTHING
    return _ordered(criterion.operator, key, (keys[0], keys[0]), (keys[-1], keys[-1]))


def _without_equals(term: str) -> str:
    """Drop the `=` of a whole-word find, which asks no more of a number or date than its value does."""
    return term.strip().removeprefix("=")
