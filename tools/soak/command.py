"""The command line."""

from __future__ import annotations

import argparse
import random
import time
from copy import deepcopy

from tools.soak.rounds import Tally, rounds
from tools.soak.table import line, table


def main() -> int:
    """Run the command line; gives the exit status."""
    options = _options()
    print(f"seed {options.seed}: --seed {options.seed} repeats its choices", flush=True)
    began, total = time.monotonic(), Tally()

    def watch(current: Tally) -> None:
        so_far = deepcopy(total)
        so_far += current
        print(line(time.monotonic() - began, so_far), flush=True)

    for tally in rounds(options.faults, options.seconds, options.seed, options.threads, watch):
        total += tally
    print(line(time.monotonic() - began, total))
    print()
    print(table(total))
    return 0 if total.is_clean else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/soak", description="Work under faults, and look whether anything was lost or doubled."
    )
    parser.add_argument("--faults", type=int, default=100_000, help="stop after so many (default: 100,000)")
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after so long")
    seed = random.randrange(1_000_000)  # noqa: S311 - it guards nothing
    parser.add_argument("--seed", type=int, default=seed, help="repeat the choices of a run")
    parser.add_argument("--threads", type=int, default=8, help="how many threads or tasks work at once")
    return parser.parse_args()
