"""The results, for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tools.bench.timing import Result

HEAD: Final = ("bench", "fmorm", "baseline", "ratio", "target")
FOOT: Final = (
    "Times are those of the fastest slice. ratio: the median over slices done in turns (in parentheses, that of "
    "the fastest slices)."
)


def table(results: Iterable[Result]) -> str:
    """Write the table."""
    rows = [HEAD, *map(_row, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], "", FOOT])


def as_json(result: Result) -> dict[str, object]:
    """Give everything about a result; seconds for one unit."""
    contest = result.contest
    return {
        "bench": contest.name,
        "unit": contest.unit,
        "ratio": result.paired,
        "ratio_of_fastest": result.least,
        "target": contest.target,
        "fmorm": result.ours,
        "baseline": result.baseline,
    }


def _row(result: Result) -> tuple[str, ...]:
    contest = result.contest
    show = _rate if contest.rate else _bytes if contest.is_memory else _time
    return (
        contest.name,
        f"{show(min(result.ours))}/{'s' if contest.rate else contest.unit}",
        show(min(result.baseline)),
        f"{result.paired:.2f} ({result.least:.2f})",
        "" if contest.target is None else f"<= {contest.target:.3g}",
    )


def _time(seconds: float) -> str:
    for scale, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        if seconds * scale < 1000 or unit == "ms":
            return f"{seconds * scale:.3g} {unit}"
    raise AssertionError("ms is the last")


def _bytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.2f} kB"


def _rate(seconds: float) -> str:
    return f"{1 / seconds:,.0f}"
