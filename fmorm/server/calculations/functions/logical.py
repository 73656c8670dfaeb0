"""Logical functions: only what is needed of their arguments is evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import Function, special, table
from fmorm.server.calculations.kinds import (
    FALSE,
    TRUE,
    UNKNOWN,
    Value,
    boolean,
    is_empty,
    is_unknown,
    truth,
    whole,
)
from fmorm.server.calculations.nodes import Constant, Field, FieldRepetition, Node, Run


@dataclass(frozen=True, slots=True)
class _Case:
    """Tests with their results, in order, and what is given when none holds; If is the same with one test."""

    tests: tuple[tuple[Node, Node], ...]
    default: Node

    def value(self, run: Run) -> Value:
        try:
            for test, result in self.tests:
                if truth(test.value(run)):
                    return result.value(run)
        except EvaluationError:
            return UNKNOWN
        return self.default.value(run)


def _case(nodes: tuple[Node, ...]) -> Node:
    tests = tuple(zip(nodes[0::2], nodes[1::2], strict=False))
    return _Case(tests, nodes[-1] if len(nodes) % 2 else Constant(None))


@dataclass(frozen=True, slots=True)
class _Choose:
    test: Node
    results: tuple[Node, ...]

    def value(self, run: Run) -> Value:
        try:
            place = whole(self.test.value(run))
        except EvaluationError:
            return UNKNOWN
        return self.results[place].value(run) if 0 <= place < len(self.results) else None


@dataclass(frozen=True, slots=True)
class _IsEmpty:
    data: Node

    def value(self, run: Run) -> Value:
        found = self.data.value(run)
        return boolean(is_empty(found) or is_unknown(found))


@dataclass(frozen=True, slots=True)
class _IsValid:
    data: Node

    def value(self, run: Run) -> Value:
        return boolean(not is_unknown(self.data.value(run)))


@dataclass(frozen=True, slots=True)
class _Lookup:
    source: Node
    otherwise: Node

    def value(self, run: Run) -> Value:
        found = self.source.value(run)
        return self.otherwise.value(run) if is_empty(found) or is_unknown(found) else found


@dataclass(frozen=True, slots=True)
class _Repetition:
    """The repetition of what is no field of the record: the first one is the value itself, the others are nothing."""

    data: Node
    number: Node

    def value(self, run: Run) -> Value:
        try:
            place = whole(self.number.value(run))
        except EvaluationError:
            return UNKNOWN
        return self.data.value(run) if place == 1 else None


def _repetition(nodes: tuple[Node, ...]) -> Node:
    data, number = nodes
    if isinstance(data, Field) and data.reference.owner is None:
        return FieldRepetition(data, number)
    return _Repetition(data, number)


LOGICAL = table(
    special("If", "test ; resultIfTrue { ; resultIfFalse }", _case),
    special("Case", "test1 ; result1 { ; test2 ; result2 ; ... ; defaultResult }", _case),
    special("Choose", "test ; result0 { ; result1 ; ... }", lambda nodes: _Choose(nodes[0], nodes[1:])),
    special("IsEmpty", "field", lambda nodes: _IsEmpty(nodes[0])),
    special("IsValid", "field", lambda nodes: _IsValid(nodes[0])),
    special(
        "Lookup",
        "sourceField { ; failExpression }",
        lambda nodes: _Lookup(nodes[0], (*nodes, Constant(None))[1]),
    ),
    special("GetRepetition", "repeatingField ; number", _repetition),
    Function("True", "", lambda _: Constant(TRUE)),
    Function("False", "", lambda _: Constant(FALSE)),
)
