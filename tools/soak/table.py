"""The results, for people."""

from __future__ import annotations

from collections.abc import Iterable

from tools.soak.rounds import Tally

MOST_SHOWN = 5


def line(seconds: float, tally: Tally) -> str:
    """Say in one line how far it is."""
    wrong = tally.verdict
    return (
        f"{seconds:6.0f} s  {tally.faults.total():>9,} faults  {tally.answers.total():>9,} operations  "
        f"{_unknown(tally):>7,} unknown  {len(wrong.lost)} lost  {len(wrong.doubled)} doubled"
    )


def table(tally: Tally) -> str:
    """Write the table."""
    traffic, wrong = tally.traffic, tally.verdict
    parts = [
        [("requests", traffic.requests), ("sent again", traffic.repeated), ("log-ins", traffic.log_ins)],
        [("faults injected", tally.faults.total()), *_indented(sorted(tally.faults.items()))],
        [("operations", tally.answers.total()), *_indented(sorted(tally.answers.items()))],
        [("unknown outcomes reported", _unknown(tally))],
        [
            ("lost", len(wrong.lost)),
            ("doubled", len(wrong.doubled)),
            ("done but reported as not done", len(wrong.untold)),
            ("sessions leaked", tally.leaked),
        ],
    ]
    shown = [f"{name:<34}{number:>12,}" for part in parts for name, number in [*part, ("", -1)]]
    lines = ["" if one.endswith("-1") else one for one in shown]
    return "\n".join(
        lines + [f"! {told}" for told in [*wrong.lost, *wrong.doubled, *wrong.untold][:MOST_SHOWN]]
    )


def _unknown(tally: Tally) -> int:
    return sum(number for answer, number in tally.answers.items() if answer.startswith("unknown"))


def _indented(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(f"  {name}", number) for name, number in rows]
