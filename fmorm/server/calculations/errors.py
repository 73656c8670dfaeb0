"""What can be wrong with a formula: its text, or one evaluation of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FormulaError(ValueError):
    """A mistake in the text of a formula; the message names line and column.

    Args:
        text: The whole formula.
        position: Where in it the mistake stands, counted from 0.
        message: What stands there, and what was expected or meant.
    """

    def __init__(self, text: str, position: int, message: str) -> None:
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1) + 1
        super().__init__(f"line {self.line}, column {self.column}: {message}")


class EvaluationError(Exception):
    """A value cannot be had; the formula shows `?` in its place."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Give the end of a message that names the nearest of the known names, or nothing."""
    spelt = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.lower(), spelt, 1, 0.7)
    return f'; did you mean "{spelt[close[0]]}"?' if close else ""
