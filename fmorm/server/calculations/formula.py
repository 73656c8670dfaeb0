"""A formula: read once, evaluated as often as needed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from fmorm.server.calculations.errors import EvaluationError, FormulaError
from fmorm.server.calculations.kinds import UNKNOWN, Value, truth
from fmorm.server.calculations.nodes import Node, Run
from fmorm.server.calculations.parsing import TOO_DEEP, Parser
from fmorm.server.calculations.scope import Reference, Scope

__all__ = ["EvaluationError", "Formula", "FormulaError", "Reference", "Scope", "compile_formula"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula.

    Attributes:
        text: As it was written.
        references: Every field that it names.
        calls: The custom functions that it calls.
        is_volatile: Whether its value may change though no field does: it uses Random, a `$$variable`, or a Get
            function that is not always the same for one record.
        is_personal: Whether that is so only because it tells of the account.
    """

    text: str
    references: frozenset[Reference]
    calls: frozenset[str]
    is_volatile: bool
    is_personal: bool
    _node: Node = field(repr=False, compare=False)

    def evaluate(self, scope: Scope) -> Value:
        """Give the value; what cannot be computed is the text `?`.

        Raises:
            Exception: Only what the scope itself raises, other than `EvaluationError`.
        """
        try:
            return self._node.value(Run(scope))
        except RecursionError:  # a scope may evaluate further formulas, on and on
            return UNKNOWN

    def is_true(self, scope: Scope) -> bool:
        """Tell whether the value is a number other than 0."""
        try:
            return truth(self.evaluate(scope))
        except EvaluationError:
            return False


def compile_formula(text: str, custom: Collection[str] | None = None) -> Formula:
    """Read a formula in FileMaker's notation.

    Args:
        text: The formula.
        custom: The names of the custom functions there are. Without them any unknown function is taken for a custom
            one, and a custom function without parentheses for a field.

    Raises:
        FormulaError: The formula has a mistake; the message names line and column.
    """
    parser = Parser(text, custom)
    try:
        node = parser.parse()
    except RecursionError as error:  # the caller has used up the stack
        raise FormulaError(text, 0, TOO_DEEP) from error
    is_volatile = parser.is_volatile or parser.is_personal
    is_personal = parser.is_personal and not parser.is_volatile
    return Formula(
        text, frozenset(parser.references), frozenset(parser.calls), is_volatile, is_personal, node
    )
