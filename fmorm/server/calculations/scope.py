"""What a formula needs of the world around it: fields, Get functions, custom functions, variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from fmorm.server.calculations.kinds import Value


@dataclass(frozen=True, slots=True)
class Reference:
    """A field as a formula names it; capitals are the formula's own.

    Attributes:
        owner: The table occurrence before `::`, None for a field of the record itself.
        name: The field's name; `Self` stands for the field that the formula belongs to.
        repetition: The number in brackets, None when there is none.
    """

    owner: str | None
    name: str
    repetition: int | None = None

    def __str__(self) -> str:
        owner = f"{self.owner}::" if self.owner is not None else ""
        return f"{owner}{self.name}" + (f"[{self.repetition}]" if self.repetition is not None else "")


SELF: Final = Reference(None, "Self")
"""What the keyword `Self` refers to."""


class Scope(Protocol):
    """Where a formula is evaluated: one record, one user, one file.

    A method may raise `EvaluationError` for what it cannot give; the formula shows `?` for it. Any other exception
    goes through to whoever evaluates.
    """

    def field(self, reference: Reference) -> Value:
        """Give the value in this record, or in the first related one; None when it is empty or there is none."""
        ...

    def fields(self, reference: Reference) -> Sequence[Value]:
        """Give the values of all related records or of all repetitions, in order and with the empty ones."""
        ...

    def get(self, name: str) -> Value | None:
        """Give what `Get ( name )` does, the name spelt as FileMaker does; `""` when empty, None when unknown."""
        ...

    def call(self, name: str, arguments: Sequence[Value]) -> Value:
        """Call a custom function."""
        ...

    def variable(self, name: str) -> Value:
        """Give a global variable by its name without `$$`."""
        ...
