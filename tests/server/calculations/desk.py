"""A scope for formulas, filled by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias, cast

from fmorm.server.calculations.formula import EvaluationError, Reference, compile_formula
from fmorm.server.calculations.values import Value, as_text

Content: TypeAlias = Value | Sequence[Value]
"""A field's value, or a list of its repetitions or related values."""


@dataclass
class Desk:
    """Gives what it was given, and notes what it was asked for."""

    values: Mapping[str, Content] = field(default_factory=dict[str, Content])
    asked: list[str] = field(default_factory=list[str])

    def field(self, reference: Reference) -> Value:
        found, place = self.fields(reference), (reference.repetition or 1) - 1
        return found[place] if place < len(found) else None

    def fields(self, reference: Reference) -> Sequence[Value]:
        self.asked.append(str(reference))
        name = str(Reference(reference.owner, reference.name))
        if name not in self.values:
            raise EvaluationError
        found = self.values[name]
        return found if isinstance(found, list) else [cast("Value", found)]

    def get(self, name: str) -> Value | None:
        known: dict[str, Value] = {"AccountName": "agnes", "FoundCount": Decimal(3), "ScriptParameter": ""}
        return known.get(name)

    def call(self, name: str, arguments: Sequence[Value]) -> Value:
        return f"{name}({', '.join(map(as_text, arguments))})"

    def variable(self, name: str) -> Value:
        return f"global {name}"


def calculate(formula: str, **values: Content) -> Value:
    """Evaluate a formula among fields."""
    return compile_formula(formula).evaluate(Desk(values))


def shown(formula: str, **values: Content) -> str:
    """Evaluate a formula and give the result as text."""
    return as_text(calculate(formula, **values))
