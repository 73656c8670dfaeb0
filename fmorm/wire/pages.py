"""Pages of records out of replies, by the quickest parser that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from fmorm.wire.shaped import Cells
from fmorm.wire.withheld import may_withhold, parse_reply

Parse: TypeAlias = Callable[[bytes], Any]
"""Makes JSON of the body of a reply, as `parse_reply` does; raises ValueError."""


def page_parser(fields: Cells, portals: Mapping[str, Cells]) -> Parse:
    """Give what parses replies that hold records.

    Args:
        fields: The cells of `fieldData` that are read.
        portals: The portals that are read, and the cells of their rows.

    Returns:
        Parses the body of a reply as `parse_reply` does. Where msgspec is installed, and the reply is as FileMaker
        Server sends it, the `data` are `ShapedRecord`s, in which there is nothing that is not read.
    """
    quick = _quick_parser()
    if quick is None:
        return parse_reply
    try:
        parse_quickly = quick(fields, portals)
    except ValueError:  # msgspec takes no key with a quotation mark, a backslash or a control character
        return parse_reply

    def parse_page(body: bytes) -> Any:
        if not may_withhold(body):
            try:
                return parse_quickly(body)
            except (ValueError, ArithmeticError, RecursionError):
                pass  # another reply than usual, or none
        return parse_reply(body)

    return parse_page


@cache
def _quick_parser() -> Callable[[Cells, Mapping[str, Cells]], Parse] | None:
    """Give what makes msgspec's; None where it is not installed, or in a release that is older than `fast` asks for."""
    try:
        from fmorm.wire import quick

        quick.page_parser({}, {})
    except (ImportError, TypeError):
        return None
    return quick.page_parser
