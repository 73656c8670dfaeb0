"""Where the records of a reply, and the rows of their portals, came from."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from fmorm.errors import MappingError, NoAccess
from fmorm.model.state import Origin
from fmorm.model.troubles import OnBadValue
from fmorm.wire.values import number_as_sent


@dataclass(frozen=True, slots=True)
class Spot:
    """Which record, or which row of which portal, is being read.

    Attributes:
        layout: The layout.
        record_id: The record, or None where it is not known.
        portal: The portal's attribute, where it is a row of one.
        on_bad_value: What becomes of values that do not fit.
    """

    layout: str
    record_id: str | None
    portal: str | None = None
    on_bad_value: OnBadValue = "raise"

    def bad(self, reason: str, name: str, raw: object) -> MappingError:
        """Make the error of a value that does not fit its field."""
        shown = (
            [*map(number_as_sent, cast("list[object]", raw))]
            if isinstance(raw, list)
            else number_as_sent(raw)
        )
        return MappingError(
            reason, layout=self.layout, record_id=self.record_id, portal=self.portal, field=name, raw=shown
        )

    def withheld(self, label: str, name: str) -> NoAccess:
        """Make the error of a value that the account may not see."""
        where = (
            f"record {self.record_id}"
            if self.portal is None
            else f"portal {self.portal}, row {self.record_id}"
        )
        return NoAccess(
            f"{label}: layout {self.layout!r}, {where}: FileMaker does not show field {name!r} to this account; a "
            "privilege set that may view it, or another account, can read it, and state(record).no_access tells which "
            "attributes it is so for"
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records of one reply came from.

    Attributes:
        origin: What the records remember.
        asked: The attributes of the portals of which the program itself asked for a part only.
        on_bad_value: What the find said about values that do not fit; None where that is left to the classes.
    """

    origin: Origin
    asked: AbstractSet[str] = frozenset()
    on_bad_value: OnBadValue | None = None

    def spot(self, raw: Mapping[str, Any], of_class: OnBadValue | None) -> Spot:
        """Say which record is being read, of a class that has a policy of its own, or None."""
        policy = self.on_bad_value or of_class or "raise"
        return Spot(self.origin.layout, raw.get("recordId"), on_bad_value=policy)


@dataclass(frozen=True, slots=True)
class RowSource:
    """Where the rows of one portal came from.

    Attributes:
        layout: The layout.
        portal: The portal's label, for messages.
        policy: What becomes of values that do not fit.
        origin: Where their record lives, and so do they; None for that of no record.
    """

    layout: str
    portal: str
    policy: OnBadValue
    origin: Origin | None
    asked: ClassVar[AbstractSet[str]] = frozenset()
    on_bad_value: ClassVar[None] = None

    def spot(self, raw: Mapping[str, Any], of_class: OnBadValue | None) -> Spot:
        """Say which row is being read; what its class says about bad values is in the policy already."""
        del of_class
        return Spot(self.layout, raw.get("recordId"), self.portal, self.policy)
