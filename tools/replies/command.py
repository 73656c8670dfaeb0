"""The command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.replies.differences import differences
from tools.replies.questions import Answered, answered
from tools.replies.saved import Saved, Unusable, saved_in

WRONG = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    options = _options(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder}: there is no such folder")
        return WRONG
    same = different = left_out = 0
    for path, content in saved_in(options.folder, options.skip):
        try:
            saved = Saved.of(path, content)
            lines = _compared(path.relative_to(options.folder), saved)
        except Unusable as reason:
            print(f"left out   {path.relative_to(options.folder)}: {reason}")
            left_out += 1
            continue
        same, different = same + (not lines), different + bool(lines)
    print(f"{same} the same, {different} different, {left_out} left out")
    return 1 if different else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="compare_replies", description="Compare saved replies with the embedded server's."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the saved replies are")
    parser.add_argument(
        "--skip", action="append", default=[], metavar="PATTERN", help="file names to leave alone"
    )
    return parser.parse_args(arguments)


def _compared(name: Path, saved: Saved) -> list[str]:
    """Print how one reply compares, and give the differences."""
    ours = answered(saved)
    lines = [*_of_status(saved, ours), *differences(ours.expected, ours.content)]
    verdict = "different" if lines else _degree(saved, ours)
    notes = "".join(f"; {note}" for note in ours.notes)
    print(f"{verdict:<10} {name}: {ours.kind}, as release {ours.release}{notes}")
    for line in lines:
        print(f"    {line}")
    return lines


def _of_status(saved: Saved, ours: Answered) -> list[str]:
    lines: list[str] = []
    if saved.status not in {None, ours.status}:
        lines.append(f"status: {saved.status} is expected, not {ours.status}")
    missing = [name for name in saved.header_names if name not in ours.header_names]
    if missing:
        lines.append(f"headers: {', '.join(missing)} missing")
    return lines


def _degree(saved: Saved, ours: Answered) -> str:
    """Say how much the same they are: to the byte, with the hash that was sent, or but for what may differ."""
    if saved.text != ours.text:
        return "same"
    return "same hash" if saved.tag and saved.tag == ours.tag else "same bytes"
