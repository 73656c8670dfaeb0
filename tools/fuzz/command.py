"""The command line."""

from __future__ import annotations

import argparse
import random
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.fuzz.parts import PARTS

_SHOWN = 14
"""Kinds of results that are shown of a part, the most frequent first."""


@dataclass
class Part:
    """What became of one part: its slices, what they counted, and what was wrong."""

    slices: int = 0
    seconds: float = 0.0
    tally: Counter[str] = field(default_factory=Counter[str])
    failures: int = 0

    def line(self, name: str) -> str:
        """Give the counts in a line or two."""
        counts = [f"{kind}: {number:,}" for kind, number in self.tally.most_common(_SHOWN)]
        rest = len(self.tally) - len(counts)
        more = f", and {rest} more kinds" if rest else ""
        return (
            f"{name:9} {self.slices:5} slices {self.seconds:7.0f} s {sum(self.tally.values()):9,} counted "
            f"{self.failures:3} failed\n          {', '.join(counts)}{more}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    options = _options(arguments)
    print(f"seed {options.seed}", flush=True)
    parts = {name: Part() for name in options.only}
    end, numbers = time.monotonic() + options.seconds, random.Random(options.seed)  # noqa: S311 - it guards nothing
    while True:
        for name, part in parts.items():
            _slice(name, part, numbers.randrange(2**32))
        if time.monotonic() >= end:
            break
    for name, part in parts.items():
        print(part.line(name))
    return 1 if any(part.failures for part in parts.values()) else 0


def _slice(name: str, part: Part, number: int) -> None:
    began = time.monotonic()
    try:
        PARTS[name](part.tally, number)
    except Exception:  # noqa: BLE001 - whatever it is, it is told, and the other parts go on
        part.failures += 1
        print(f"--- {name}, {number}", flush=True)
        traceback.print_exc()
    part.slices += 1
    part.seconds += time.monotonic() - began


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/fuzz",
        description="Treat the embedded server badly, and see whether it stays what it should be.",
    )
    parser.add_argument("--seconds", type=float, default=300.0, help="stop after so long (default: 300)")
    parser.add_argument(
        "--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="the parts to run"
    )
    seed = random.randrange(1_000_000)  # noqa: S311 - it guards nothing
    parser.add_argument("--seed", type=int, default=seed, help="repeat the choices of a run")
    return parser.parse_args(arguments)
