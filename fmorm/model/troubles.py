"""Values of a reply that cannot be had: they do not fit their field, or the account may not see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from fmorm.errors import FmormError

OnBadValue: TypeAlias = Literal["raise", "collect", "keep"]
"""What becomes of a value that does not fit its field.

`raise`: reading it raises `MappingError`. `collect`: the attribute holds nothing, and touching it raises that error.
`keep`: the attribute is the raw value.
"""

ON_BAD_VALUE: Final[tuple[OnBadValue, ...]] = get_args(OnBadValue)


def check_on_bad_value(given: object) -> OnBadValue:
    """Check what a program says is to become of bad values; raises ValueError."""
    for policy in ON_BAD_VALUE:
        if given == policy:
            return policy
    raise ValueError(f"on_bad_value is one of {', '.join(map(repr, ON_BAD_VALUE))}, not {given!r}")


@dataclass(slots=True)
class Troubles:
    """What a record knows of the values that could not be had.

    Attributes:
        policy: What the find said about bad values; None where it left that to the class.
        cells: Why a plain field's value could not be had, by attribute.
    """

    policy: OnBadValue | None = None
    cells: dict[str, FmormError] = field(default_factory=dict[str, FmormError])

    def copy(self) -> Troubles:
        """Give a copy that changes on its own."""
        return Troubles(self.policy, dict(self.cells))
