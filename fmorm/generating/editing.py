"""Changes to the lines of a source: all that is not changed stays as it is, to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    lines: tuple[str, ...]


class Edits:
    """Changes that are collected, and made together."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Change these lines."""
        self._lines = list(lines)
        self._changes: list[_Change] = []

    def insert(self, at: int, lines: Iterable[str]) -> None:
        """Put lines before a line; of several insertions at one place the first comes first."""
        self._changes.append(_Change(at, at, tuple(lines)))

    def replace(self, start: int, end: int, lines: Iterable[str]) -> None:
        """Put lines in place of others."""
        self._changes.append(_Change(start, end, tuple(lines)))

    def mark(self, line: int, comment: str, *, wanted: bool) -> None:
        """See that a comment stands right above a line, or does not."""
        is_there = line > 0 and self._lines[line - 1].strip() == comment
        if wanted and not is_there:
            indent = self._lines[line][: len(self._lines[line]) - len(self._lines[line].lstrip())]
            self.insert(line, [indent + comment])
        elif is_there and not wanted:
            self.replace(line - 1, line, [])

    def made(self) -> list[str]:
        """Give the lines with all changes."""
        lines = list(self._lines)
        for number, change in sorted(
            enumerate(self._changes), key=lambda pair: (pair[1].start, pair[0]), reverse=True
        ):
            del number
            lines[change.start : change.end] = change.lines
        return lines
