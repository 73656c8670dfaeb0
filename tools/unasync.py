"""Write `fmorm/_sync` from `fmorm/_async`, or check that it is what would be written.

    python tools/unasync.py            # write
    python tools/unasync.py --check    # exit with 1 and a diff where it differs

The rules are words, applied to whole files, docstrings included. A rule that matches nothing anywhere is an
error: it has outlived its reason.
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent.parent / "fmorm"
SOURCE: Final = PACKAGE / "_async"
TARGET: Final = PACKAGE / "_sync"

BY_HAND: Final = {"__init__.py", "primitives.py"}
"""Files that exist in both colours and are written in each."""

RULES: Final = [
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAsync([A-Z]\w+)\b", r"\1"),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"\bimport Awaitable, Callable\b", "import Callable"),
    (r"\.a(add|get|delete)\(", r".\1("),
    (r"\baclosing\b", "closing"),
    (r"\bredis\.asyncio\b", "redis"),
    (r"\b_async\b", "_sync"),
    (r"\b__a(iter|enter|exit)__\b", r"__\1__"),
]

HEADER: Final = "# Written by tools/unasync.py from fmorm/_async/{name}: edit that file, not this one.\n"


def convert(name: str, text: str, used: set[str]) -> str:
    """Give the sync form of a file of `_async`; notes in `used` which rules matched."""
    for pattern, replacement in RULES:
        text, count = re.subn(pattern, replacement, text)
        if count:
            used.add(pattern)
    return _formatted(HEADER.format(name=name) + text)


def converted() -> dict[str, str]:
    """Give the text of every file that `_sync` should have, by name."""
    used: set[str] = set()
    files = {
        path.name: convert(path.name, path.read_text(encoding="utf-8"), used)
        for path in sorted(SOURCE.glob("*.py"))
        if path.name not in BY_HAND
    }
    unused = [pattern for pattern, _ in RULES if pattern not in used]
    if unused:
        sys.exit(f"rules that match nothing any more: {', '.join(unused)}")
    return files


def differences(wanted: dict[str, str]) -> list[str]:
    """Give a diff for each file of `_sync` that is not as it should be, or should not be there."""
    present = {
        path.name: path.read_text(encoding="utf-8")
        for path in TARGET.glob("*.py")
        if path.name not in BY_HAND
    }
    return [
        "".join(
            difflib.unified_diff(
                present.get(name, "").splitlines(keepends=True),
                wanted.get(name, "").splitlines(keepends=True),
                f"fmorm/_sync/{name}",
                f"what fmorm/_async/{name} gives",
            )
        )
        or f"fmorm/_sync/{name} should not be there\n"
        for name in sorted(present.keys() | wanted.keys())
        if present.get(name) != wanted.get(name)
    ]


def write(wanted: dict[str, str]) -> None:
    """Make `_sync` what it should be."""
    for path in TARGET.glob("*.py"):
        if path.name not in BY_HAND | wanted.keys():
            path.unlink()
    for name, text in wanted.items():
        (TARGET / name).write_text(text, encoding="utf-8")


def _formatted(text: str) -> str:
    """Bring shorter lines and renamed imports into the form that the linter wants."""
    ruff = [sys.executable, "-m", "ruff"]
    name = ["--stdin-filename", str(TARGET / "generated.py")]
    for command in (
        ["check", "--select", "I", "--fix", "--quiet", *name, "-"],
        ["format", "--quiet", *name, "-"],
    ):
        done = subprocess.run([*ruff, *command], input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write fmorm/_sync from fmorm/_async.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail where something differs")
    options = parser.parse_args()
    wanted = converted()
    if not options.check:
        write(wanted)
    elif found := differences(wanted):
        sys.exit("".join(found) + "\nfmorm/_sync is not what fmorm/_async gives: run make sync\n")


if __name__ == "__main__":
    main()
