"""A compiled formula: a small tree whose nodes give their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.kinds import UNKNOWN, Value, boolean, truth, whole
from fmorm.server.calculations.operators import Operation, attempt
from fmorm.server.calculations.scope import Reference, Scope


@dataclass(slots=True)
class Run:
    """One evaluation: its scope and the variables it has set so far."""

    scope: Scope
    variables: dict[str, Value] = field(default_factory=dict[str, Value])


class Node(Protocol):
    """A part of a formula."""

    def value(self, run: Run) -> Value:
        """Give the value of this part; an error is `?`, never an exception."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text that is written in the formula."""

    constant: Value

    def value(self, run: Run) -> Value:  # noqa: ARG002
        """Give it."""
        return self.constant


@dataclass(frozen=True, slots=True)
class Field:
    """A field."""

    reference: Reference

    def value(self, run: Run) -> Value:
        """Ask the scope for this record or the first related one."""
        try:
            return run.scope.field(self.reference)
        except EvaluationError:
            return UNKNOWN

    def values(self, run: Run) -> Sequence[Value]:
        """Ask the scope for all related values or repetitions."""
        try:
            return run.scope.fields(self.reference)
        except EvaluationError:
            return (UNKNOWN,)


@dataclass(frozen=True, slots=True)
class FieldRepetition:
    """A field of the record itself with a computed repetition."""

    field: Field
    number: Node

    def value(self, run: Run) -> Value:
        """Take it out of all repetitions; there is nothing before the first or after the last."""
        try:
            place = whole(self.number.value(run))
        except EvaluationError:
            return UNKNOWN
        values = self.field.values(run)
        return values[place - 1] if 1 <= place <= len(values) else None


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that the formula itself sets; empty before that."""

    name: str

    def value(self, run: Run) -> Value:
        """Give what was set last."""
        return run.variables.get(self.name)


@dataclass(frozen=True, slots=True)
class Global:
    """A `$$variable`."""

    name: str

    def value(self, run: Run) -> Value:
        """Ask the scope."""
        try:
            return run.scope.variable(self.name)
        except EvaluationError:
            return UNKNOWN


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one precedence in a row, from left to right; a long sum is not a deep tree."""

    first: Node
    rest: tuple[tuple[Operation, Node], ...]

    def value(self, run: Run) -> Value:
        """Apply one after the other."""
        result = self.first.value(run)
        for operation, operand in self.rest:
            result = attempt(operation, result, operand.value(run))
        return result


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or` and `xor` in a row; what cannot change the outcome is not evaluated."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    def value(self, run: Run) -> Value:
        """Give 1 or 0."""
        try:
            return boolean(self._outcome(run))
        except EvaluationError:
            return UNKNOWN

    def _outcome(self, run: Run) -> bool:
        outcome = truth(self.first.value(run))
        for word, operand in self.rest:
            if word == "xor":
                outcome = outcome != truth(operand.value(run))
            elif outcome == (word == "and"):
                outcome = truth(operand.value(run))
        return outcome


@dataclass(frozen=True, slots=True)
class Call:
    """A function of plain values: all arguments are evaluated first."""

    function: Callable[..., Value]
    arguments: tuple[Node, ...]

    def value(self, run: Run) -> Value:
        """Apply the function."""
        return attempt(self.function, *[argument.value(run) for argument in self.arguments])


@dataclass(frozen=True, slots=True)
class CustomCall:
    """A custom function."""

    name: str
    arguments: tuple[Node, ...]

    def value(self, run: Run) -> Value:
        """Ask the scope."""
        arguments = [argument.value(run) for argument in self.arguments]
        try:
            return run.scope.call(self.name, arguments)
        except EvaluationError:
            return UNKNOWN


@dataclass(frozen=True, slots=True)
class Get:
    """`Get ( name )`."""

    name: str

    def value(self, run: Run) -> Value:
        """Ask the scope; what it does not know is `?`."""
        try:
            found = run.scope.get(self.name)
        except EvaluationError:
            return UNKNOWN
        return UNKNOWN if found is None else found


@dataclass(frozen=True, slots=True)
class Let:
    """`Let ( [ name = value ; ... ] ; result )`."""

    settings: tuple[tuple[str, Node], ...]
    result: Node

    def value(self, run: Run) -> Value:
        """Set the variables in order, then give the result."""
        _assign(self.settings, run)
        return self.result.value(run)


_MOST_TURNS = 50_000
"""FileMaker's own limit of While."""


@dataclass(frozen=True, slots=True)
class While:
    """`While ( [ initial ] ; condition ; [ logic ] ; result )`."""

    initial: tuple[tuple[str, Node], ...]
    condition: Node
    logic: tuple[tuple[str, Node], ...]
    result: Node

    def value(self, run: Run) -> Value:
        """Repeat the logic while the condition is true."""
        _assign(self.initial, run)
        try:
            for _ in range(_MOST_TURNS):
                if not truth(self.condition.value(run)):
                    return self.result.value(run)
                _assign(self.logic, run)
        except EvaluationError:
            pass
        return UNKNOWN


def _assign(settings: tuple[tuple[str, Node], ...], run: Run) -> None:
    for name, node in settings:
        run.variables[name] = node.value(run)


@dataclass(frozen=True, slots=True)
class Group:
    """Arguments in brackets, as Substitute takes them."""

    members: tuple[Node, ...]

    def value(self, run: Run) -> Value:  # noqa: ARG002
        """Never asked for: the function that takes groups takes their members."""
        return UNKNOWN
