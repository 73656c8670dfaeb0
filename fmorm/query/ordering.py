"""The order of requests: a find adds what it matches, an omit takes away from all that was gathered before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fmorm.errors import FindError
from fmorm.query.alternatives import Alternative, Group, group_key
from fmorm.query.conditions import And, Or
from fmorm.query.merge import excludes


@dataclass(frozen=True, slots=True)
class Run:
    """Alternatives that omit the same, one after the other.

    Attributes:
        members: The alternatives.
        omits: What each of them omits.
    """

    members: list[Alternative]
    omits: tuple[Group, ...]

    def bears(self, omit: Group) -> bool:
        """Whether an omit may come later: it is these alternatives' own, or takes nothing away from them.

        Args:
            omit: The group of criteria.
        """
        own = group_key(omit) in self.members[0].omitted
        return own or all(is_idle(each.finds, omit) for each in self.members)


def in_order(given: Sequence[Alternative]) -> list[tuple[Run, list[Group]]]:
    """Put alternatives in an order in which no omit takes away what another alternative found.

    Args:
        given: Alternatives.

    Returns:
        The runs, each with the omits that follow it: those that no later one needs.

    Raises:
        FindError: There is no such order.
    """
    runs, ordered = _runs(given), list[Run]()
    while runs:
        last = next((run for run in reversed(runs) if _may_be_last(run, runs)), None)
        if last is None:
            raise _refused(runs)
        runs.remove(last)
        ordered.insert(0, last)
    return _followed(ordered)


def is_idle(finds: Group, omit: Group) -> bool:
    """Whether nothing that meets the criteria to find can meet an omit.

    Args:
        finds: The criteria to find.
        omit: The criteria to omit.
    """
    return any(excludes((find, each)) for find in finds for each in omit if find.ref.name == each.ref.name)


def _runs(given: Sequence[Alternative]) -> list[Run]:
    """Put together what omits the same, most omits first, else as written."""
    members: dict[frozenset[object], list[Alternative]] = {}
    for each in given:
        members.setdefault(each.omitted, []).append(each)
    runs = [Run(several, several[0].omits) for several in members.values()]
    return sorted(runs, key=lambda run: len(run.omits), reverse=True)


def _may_be_last(run: Run, runs: Sequence[Run]) -> bool:
    return all(other.bears(omit) for other in runs if other is not run for omit in run.omits)


def _followed(ordered: Sequence[Run]) -> list[tuple[Run, list[Group]]]:
    last = {group_key(omit): run for run in ordered for omit in run.omits}
    return [(run, [omit for omit in run.omits if last[group_key(omit)] is run]) for run in ordered]


def _refused(runs: Sequence[Run]) -> FindError:
    """Say which omit is in the way of which alternative."""
    run = runs[-1]
    other, omit = next(
        (other, omit) for other in runs if other is not run for omit in run.omits if not other.bears(omit)
    )
    return FindError(
        f"{_said(run)} *or* {_said(other)}: an omit takes records away from all finds before it, so the omit of "
        f"{And(omit)!r} would meet both, and that of {_shown(other)} as well; run two finds, or write one "
        f"alternative with raw()"
    )


def _said(run: Run) -> str:
    return f"{And(run.members[0].finds)!r} without {_shown(run)}"


def _shown(run: Run) -> str:
    return repr(Or(tuple(And(group) for group in run.omits)))
