"""What a check has found: each way in which a model and its layout do not fit, with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, overload

from fmorm.errors import ModelMismatch


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


CODES: Final[dict[str, Severity]] = {
    "missing-layout": Severity.ERROR,
    "missing-field": Severity.ERROR,
    "wrong-kind": Severity.ERROR,
    "repetitions-not-shown": Severity.ERROR,
    "repetitions-not-declared": Severity.WARNING,
    "repeating-field": Severity.ERROR,
    "not-read-only": Severity.ERROR,
    "stamp-not-read-only": Severity.WARNING,
    "global-not-declared": Severity.ERROR,
    "not-global": Severity.WARNING,
    "key-may-be-empty": Severity.WARNING,
    "value-may-be-empty": Severity.WARNING,
    "value-not-declared": Severity.ERROR,
    "value-not-listed": Severity.WARNING,
    "missing-portal": Severity.ERROR,
    "renamed-portal": Severity.ERROR,
    "ambiguous-portal": Severity.ERROR,
    "missing-portal-field": Severity.ERROR,
    "duplicate-field": Severity.WARNING,
    "invalid-field": Severity.WARNING,
    "table-view": Severity.ERROR,
    "many-fields": Severity.WARNING,
    "costly-fields": Severity.WARNING,
}
"""Every code, and how bad it is: an error loses data or raises sooner or later, a warning may be meant so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a model does not fit its layout.

    Attributes:
        code: What it is, as in `missing-field`.
        model: The model's class.
        attribute: The attribute, as in `name` and `addresses.city`; empty where it is about the whole model.
        layout: The layout.
        message: What is wrong, and what to do.
        declared: What the model says, in short.
        told: What the server says, in short.
    """

    code: str
    model: str
    attribute: str
    layout: str
    message: str
    declared: str = ""
    told: str = ""

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return CODES[self.code]

    def __str__(self) -> str:
        label = f"{self.model}.{self.attribute}" if self.attribute else self.model
        return f"{self.severity}: {label}: {self.message} [{self.code}]"


class Findings(Sequence[Finding]):
    """What a check has found, in the order of models and attributes; nothing is falsy, and means that all fits."""

    def __init__(self, found: Sequence[Finding] = ()) -> None:
        """Hold these."""
        self._found = tuple(found)

    @property
    def errors(self) -> list[Finding]:
        """Those that lose data or raise sooner or later."""
        return [one for one in self._found if one.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """Those that may be meant so."""
        return [one for one in self._found if one.severity is Severity.WARNING]

    def raise_for_errors(self) -> None:
        """Do nothing where there are no errors; warnings are none.

        Raises:
            ModelMismatch: There are some; the message has a line for each.
        """
        if self.errors:
            raise ModelMismatch("\n".join(["models do not fit their layouts", *map(str, self.errors)]))

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: int | slice) -> Finding | Findings:
        return Findings(self._found[index]) if isinstance(index, slice) else self._found[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Findings) and self._found == other._found

    def __hash__(self) -> int:
        return hash(self._found)

    def __str__(self) -> str:
        return "\n".join(map(str, self._found)) or "all models fit their layouts"

    def __repr__(self) -> str:
        return f"<Findings: {len(self.errors)} error(s), {len(self.warnings)} warning(s)>"
