"""Who works with records in one request, when, and what of the session the formulas see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from fmorm.server.calculations.kinds import Value
from fmorm.server.schema.parts import FULL, PrivilegeSet, Slot
from fmorm.server.values.moments import DateForm


@dataclass(frozen=True, slots=True)
class Author:
    """Who, when, and in which surroundings.

    Attributes:
        account: The account's name.
        now: The time, in the server's zone.
        validates: Whether the fields' validation options are those of data entry; a script goes past most of them.
        privileges: What the account may do.
        globals: The session's values of global fields.
        variables: The session's `$$` variables.
        facts: What `Get` tells besides account and time, by the function's name.
    """

    account: str
    now: datetime
    validates: bool = True
    privileges: PrivilegeSet = FULL
    globals: Mapping[Slot, str | None] = field(default_factory=dict[Slot, str | None], repr=False)
    variables: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    facts: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @property
    def form(self) -> DateForm:
        """How dates are spelt that FileMaker enters by itself: month first."""
        return _month_first(self.now.date())


@lru_cache(maxsize=2)
def _month_first(today: date) -> DateForm:
    return DateForm(iso=False, today=today)
