"""Two people at one record: what each has changed, for the one whose form comes later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody has changed since the form was shown.

    Attributes:
        label: The field's label; that of its portal comes before it.
        mine: What the form says now; None also where it removes the row.
        theirs: What is in FileMaker now; None also where the row is gone.
        i_changed: Whether the form says something else than it has shown.
        they_changed: Whether FileMaker does.
        gone: Whether it is a field of a portal row that somebody has removed.
    """

    label: str
    mine: Any
    theirs: Any
    i_changed: bool
    they_changed: bool
    gone: bool = False

    @property
    def clash(self) -> bool:
        """Whether both have changed it, to different values."""
        return self.i_changed and self.they_changed and (self.gone or self.mine != self.theirs)
