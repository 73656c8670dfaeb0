"""The command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from tools.bench import (
    attributes,
    bulk,
    calls,
    finds,
    hydrate,
    imports,
    iterate,
    loopback,
    peers,
    server,
    sessions,
)
from tools.bench.table import as_json, table
from tools.bench.timing import FULL, Contest, Result, Size, measure

GROUPS: Final[dict[str, Callable[[Size], AbstractContextManager[list[Contest]]]]] = {
    "hydrate": hydrate.contests,
    "calls": calls.contests,
    "attributes": attributes.contests,
    "imports": imports.contests,
    "server": server.contests,
    "finds": finds.contests,
    "loopback": loopback.contests,
    "sessions": sessions.contests,
    "iterate": iterate.contests,
    "bulk": bulk.contests,
}
if peers.installed():
    GROUPS["peers"] = peers.contests


def main(size: Size = FULL) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="tools/bench", description="Time fmorm's hot paths as ratios against a baseline."
    )
    parser.add_argument("--only", action="append", choices=GROUPS, help="this group alone; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to a file")
    options = parser.parse_args()
    results = list(run(options.only or list(GROUPS), size))
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps([as_json(result) for result in results], indent=1))


def run(groups: list[str], size: Size) -> Iterator[Result]:
    """Time the contests of these groups, one after the other."""
    for group in groups:
        with GROUPS[group](size) as contests:
            for contest in contests:
                print(f"{contest.name} …", file=sys.stderr, flush=True)
                yield measure(contest, size)
