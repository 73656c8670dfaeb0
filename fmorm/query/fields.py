"""What a query knows of a field."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from fmorm.wire.values import Codec


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field as a query sees it.

    Attributes:
        label: What a message calls it: `Person.born`.
        name: Its key on the wire: `BirthDate`, `person_addresses::City`, `Phone(2)`.
        codec: How its values are written.
        some: Whether it belongs to a portal row or another table occurrence, so that a condition on it means
            *some related row*.
        is_global: Whether it is a global field, which no find can look into.
        is_repetition: Whether it is one repetition of a repeating field.
        owner: The class that the program named; None for a field that belongs to no class.
        path: The attributes from that class to the field: its own, or that of a portal and of a row.
    """

    label: str
    name: str
    codec: Codec
    some: bool = False
    is_global: bool = False
    is_repetition: bool = False
    owner: type[Any] | None = field(default=None, compare=False)
    path: tuple[str, ...] = field(default=(), compare=False)

    def repetition(self, index: int) -> FieldRef:
        """Give one repetition of a repeating field.

        Args:
            index: The repetition, counted from 0 as Python does; FileMaker counts from 1.
        """
        return replace(
            self, label=f"{self.label}[{index}]", name=f"{self.name}({index + 1})", is_repetition=True
        )
