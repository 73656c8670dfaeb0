"""One way for a record to meet a condition: a few criteria to find and a few groups of criteria to omit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from fmorm.query.conditions import Criterion
from fmorm.query.merge import by_field, excludes

Group: TypeAlias = tuple[Criterion, ...]
Key: TypeAlias = tuple[str, str]
"""What a criterion is on the wire: the field's key and the text."""
Part: TypeAlias = Key | frozenset[Key]
"""What an alternative asks: to meet a criterion, or not to meet all of a group."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way for a record to meet a condition.

    Attributes:
        finds: Criteria that all hold; none is any record.
        omits: Groups of criteria; of none of these groups all hold.
    """

    finds: Group = ()
    omits: tuple[Group, ...] = ()

    @property
    def omitted(self) -> frozenset[Part]:
        """What must not hold; the order in which it was written does not count."""
        return frozenset(group_key(group) for group in self.omits)

    @property
    def parts(self) -> frozenset[Part]:
        """All that it asks; what asks for a part of it finds more."""
        return self.omitted.union(criterion.key for criterion in self.finds)

    @property
    def related(self) -> int:
        """The number of criteria to find that some related row must meet."""
        return sum(criterion.ref.some for criterion in self.finds)

    @property
    def impossible(self) -> bool:
        """Whether it excludes itself."""
        finds = {criterion.key for criterion in self.finds}
        if any(all(criterion.key in finds for criterion in group) for group in self.omits):
            return True
        return any(excludes(criteria) for criteria in by_field(self.finds) if len(criteria) > 1)

    def __and__(self, other: Alternative) -> Alternative:
        return Alternative(_once((self, other)), tuple(dict.fromkeys((*self.omits, *other.omits))))

    def without(self, part: Part) -> Alternative:
        """Give the alternative that asks one thing less.

        Args:
            part: What is no longer asked.
        """
        return Alternative(
            tuple(criterion for criterion in self.finds if criterion.key != part),
            tuple(group for group in self.omits if group_key(group) != part),
        )


EVERY = Alternative()
"""It asks for nothing: any record will do."""


def together(given: Iterable[Alternative]) -> Alternative:
    """Give the alternative that asks all that several ask.

    Args:
        given: The alternatives.
    """
    given = tuple(given)
    return Alternative(_once(given), tuple(dict.fromkeys(group for each in given for group in each.omits)))


def group_key(group: Group) -> frozenset[Key]:
    """Give what tells a group from others, whatever the order of its criteria."""
    return frozenset(criterion.key for criterion in group)


def _once(given: Iterable[Alternative]) -> Group:
    return tuple({criterion.key: criterion for each in given for criterion in each.finds}.values())
