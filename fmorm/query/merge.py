"""Several criteria on one field that must all hold: a request has room for one.

Numbers, dates and times are intervals, which Python can cut. Text is ordered and compared by the field's
language, which only the server knows, so there a second comparison becomes an omit of its contrary: that is
exact, because what is found has a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from fmorm.errors import FindError
from fmorm.query.builders import comparison, is_empty, matching, not_empty
from fmorm.query.conditions import Comparison, Criterion, Op
from fmorm.query.intervals import Interval, interval_of
from fmorm.wire.values import Kind


class Merged(NamedTuple):
    """What stands for several criteria.

    Attributes:
        find: The one criterion that is looked for.
        omits: Criteria to omit afterwards, each by itself.
    """

    find: Criterion
    omits: tuple[Criterion, ...] = ()


def by_field(criteria: Iterable[Criterion]) -> list[list[Criterion]]:
    """Put criteria on the same field together.

    Args:
        criteria: The criteria.

    Returns:
        The groups, in the order in which their fields appear first.
    """
    groups: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        groups.setdefault(criterion.ref.name, []).append(criterion)
    return list(groups.values())


def excludes(criteria: Sequence[Criterion]) -> bool:
    """Whether no value can meet all the criteria, so far as their texts say.

    Args:
        criteria: Criteria on one field.
    """
    if criteria[0].ref.some:  # each may be met by another row
        return False
    ops = {criterion.comparison.op for criterion in criteria if criterion.comparison}
    if "empty" in ops and ops - {
        "empty",
        "duplicated",
    }:  # whether empty values are duplicates is not documented
        return True
    if criteria[0].ref.codec.kind is Kind.TEXT:
        return len({_folded(criterion) for criterion in _with(criteria, "==")}) > 1
    return _interval(criteria).is_empty()


def covers(wide: Criterion, narrow: Criterion) -> bool:
    """Whether every value that meets one criterion meets the other, so far as their texts say.

    Args:
        wide: The one that may find more.
        narrow: The other, on the same field.
    """
    if wide.ref.some:  # each may be met by another row
        return False
    if wide.key == narrow.key:
        return True
    if wide.comparison is None or narrow.comparison is None:
        return False
    within, around = interval_of(narrow.comparison), interval_of(wide.comparison)
    if within is None or wide.ref.codec.kind is Kind.TEXT:
        return False
    return wide.comparison.op == "not_empty" or (around is not None and within.cut(around) == within)


def merge(criteria: Sequence[Criterion]) -> Merged:
    """Find what stands for several criteria, none of which excludes another.

    Args:
        criteria: Different criteria on one field.

    Returns:
        What means the same.

    Raises:
        FindError: Nothing does.
    """
    if len(criteria) == 1:
        return Merged(criteria[0])
    if criteria[0].ref.some:
        raise _refused(
            criteria,
            "it belongs to related rows, and FileMaker does not say whether the same row must meet both; "
            "use between() for a range, or read the rows and choose in Python",
        )
    if not all(criterion.comparison for criterion in criteria):
        raise _refused(criteria, "one is raw: write all of it into the raw criterion")
    if _with(criteria, "duplicated", "invalid"):
        raise _refused(criteria, "find by one and omit with the other, as in f.duplicated() & ~(f == value)")
    wanted = [criterion for criterion in criteria if _op(criterion) != "not_empty"]
    if criteria[0].ref.codec.kind is Kind.TEXT:
        return _merge_text(wanted)
    if _with(criteria, "like"):  # a number field may hold text, which `*` and comparisons do not find
        raise _refused(criteria, _ADVICE)
    if _with(criteria, "today"):
        return _merge_today(wanted)
    return _merge_interval(wanted)


def contrary_of_emptiness(criterion: Criterion) -> Criterion | None:
    """Give `*` for `=` and `=` for `*`, where each finds all that the other does not.

    In a number field text that is no number is neither; of related rows there may be none.

    Args:
        criterion: A criterion.
    """
    if criterion.comparison is None or criterion.ref.some or criterion.ref.codec.kind is Kind.NUMBER:
        return None
    contrary = {"empty": not_empty, "not_empty": is_empty}.get(criterion.comparison.op)
    return contrary and contrary(criterion.ref)


_ADVICE: Final = "run two finds, write one criterion with raw(), or find with one and choose in Python"


def _refused(criteria: Sequence[Criterion], why: str) -> FindError:
    both = " & ".join(map(repr, criteria))
    return FindError(
        f"a request has room for one criterion on {criteria[0].ref.label} and {both} is more: {why}"
    )


def _compared(criterion: Criterion) -> Comparison:
    return criterion.comparison or Comparison("like")


def _op(criterion: Criterion) -> Op:
    return _compared(criterion).op


def _with(criteria: Sequence[Criterion], *ops: Op) -> list[Criterion]:
    return [criterion for criterion in criteria if criterion.comparison and criterion.comparison.op in ops]


# -- text ------------------------------------------------------------------------------------------------


def _merge_text(criteria: Sequence[Criterion]) -> Merged:
    words = _with(criteria, "words")
    anchors = [*_with(criteria, "==", "like"), *([_all_words(words)] if words else [])]
    ordered = _with(criteria, "<", "<=", ">", ">=")
    if len({_same(anchor) for anchor in anchors}) > 1:
        raise _refused(criteria, _ADVICE)
    first, *rest = [*anchors[:1], *ordered]
    return Merged(first, tuple(map(_contrary, rest)))


def _all_words(criteria: Sequence[Criterion]) -> Criterion:
    """Ask for the words of several criteria in one: a word find asks for each word by itself."""
    return matching(criteria[0].ref, (word for criterion in criteria for word in _compared(criterion).value))


def _same(criterion: Criterion) -> str:
    """Give what is equal for finds that FileMaker takes for the same, which ignores case."""
    return criterion.text.casefold()


def _folded(criterion: Criterion) -> str:
    """Give a text without case and accents: texts that differ still are different in every language."""
    characters = normalize("NFKD", criterion.text).casefold()
    return "".join(character for character in characters if not combining(character))


_CONTRARY: Final[dict[Op, Op]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _contrary(criterion: Criterion) -> Criterion:
    """Give the criterion that finds what this one does not, of records in which the field has a value."""
    compared = _compared(criterion)
    return comparison(criterion.ref, _CONTRARY[compared.op], compared.value)


# -- numbers, dates and times ----------------------------------------------------------------------------


def _interval(criteria: Sequence[Criterion]) -> Interval:
    found = Interval()
    for criterion in criteria:
        if criterion.comparison and (part := interval_of(criterion.comparison)):
            found = found.cut(part)
    return found.closed_days() if criteria[0].ref.codec.kind is Kind.DATE else found


def _merge_today(criteria: Sequence[Criterion]) -> Merged:
    if len(criteria) > 1:
        raise _refused(criteria, "only the server knows which day is today: compare with on(date.today())")
    return Merged(criteria[0])


def _merge_interval(criteria: Sequence[Criterion]) -> Merged:
    ref, found = criteria[0].ref, _interval(criteria)
    for criterion in criteria:
        if interval_of(_compared(criterion)) == found:
            return Merged(criterion)
    if (single := found.comparison()) is not None:
        return Merged(comparison(ref, *single))
    low, high = found.comparisons()
    return Merged(comparison(ref, *low), (_contrary(comparison(ref, *high)),))
