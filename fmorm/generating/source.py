"""Python source as ruff formats it: lines of at most 88 columns, strings in double quotes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

WIDTH: Final = 88
"""The formatter's own default; where a project has another, its formatter brings the file into shape."""

INDENT: Final = "    "


def quoted(text: str) -> str:
    """Write a text as a literal, in the quotes that need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return f"{quote}{''.join(_escaped(char, quote) for char in text)}{quote}"


def _escaped(char: str, quote: str) -> str:
    if char in {quote, "\\"}:
        return f"\\{char}"
    return char if char.isprintable() else repr(char)[1:-1]


def docstring(text: str) -> str:
    """Write a docstring of one line, whatever names are in it."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    escaped = plain.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{escaped}"""'


def wrapped(head: str, parts: Sequence[str], tail: str, indent: str = "") -> list[str]:
    """Write what stands between brackets: in the line, in a line of its own, or one part in each line.

    Args:
        head: What stands before, with the bracket.
        parts: What commas part.
        tail: What stands behind, with the bracket.
        indent: The indentation.

    Returns:
        The lines.
    """
    whole = f"{indent}{head}{', '.join(parts)}{tail}"
    if columns(whole) <= WIDTH:
        return [whole]
    inner = f"{indent}{INDENT}{', '.join(parts)}"
    if columns(inner) <= WIDTH:
        return [indent + head, inner, indent + tail]
    return [indent + head, *(f"{indent}{INDENT}{part}," for part in parts), indent + tail]


def declared(attr: str, annotation: str, call: str, parts: Sequence[str]) -> list[str]:
    """Write an attribute of a class with its annotation and its call; a long one is broken in the annotation first."""
    head = f"{attr}: {annotation} = {call}("
    word, bracket, held = annotation.partition("[")
    if not bracket or columns(INDENT + head) <= WIDTH:
        return wrapped(head, parts, ")", INDENT)
    inner = f"{INDENT}{INDENT}{held.removesuffix(']')}"
    return [f"{INDENT}{attr}: {word}[", inner, *wrapped(f"] = {call}(", parts, ")", INDENT)]


def columns(line: str) -> int:
    """Give how wide a line is; what East Asian scripts write is twice as wide."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def imported(module: str, names: Iterable[str]) -> list[str]:
    """Write an import, its names in the order that ruff has: constants, classes, functions."""
    ordered = sorted(set(names), key=lambda name: (not name.isupper(), not name[:1].isupper(), name))
    whole = f"from {module} import {', '.join(ordered)}"
    if columns(whole) <= WIDTH:
        return [whole]
    return [f"from {module} import (", *(f"{INDENT}{name}," for name in ordered), ")"]
