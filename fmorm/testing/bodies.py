"""JSON bodies so that people can review them: laid out in lines, with each number as it was written."""

from __future__ import annotations

import json
from typing import Final, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

WIDTH: Final = 110
"""What fits into a line stays in it."""


class Number(str):
    """A number of a JSON text, digit by digit: to read it as a float could change it."""

    __slots__ = ()


def from_json(text: str) -> Json:
    """Read a JSON text; raises ValueError."""
    content: Json = json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)
    return content


def laid_out(value: Json, indent: int = 0) -> str:
    """Write what `from_json` has read.

    Args:
        value: The value.
        indent: How far to the right its first line begins.

    Returns:
        The text: one line where that fits, else a line for each member.
    """
    line = _line(value)
    if len(line) + indent <= WIDTH or not isinstance(value, dict | list):
        return line
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        lines = [f"{pad}{_line(name)}: {laid_out(one, indent + 1)}" for name, one in value.items()]
    else:
        lines = [f"{pad}{laid_out(one, indent + 1)}" for one in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(lines) + f"\n{pad[1:]}{closing}"


def in_order(value: Json) -> Json:
    """Sort the members of objects, whose order says nothing."""
    if isinstance(value, dict):
        return {name: in_order(value[name]) for name in sorted(value)}
    return [in_order(one) for one in value] if isinstance(value, list) else value


def _line(value: Json) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_line(name)}: {_line(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_line, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
