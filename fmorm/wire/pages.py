"""Pages of records out of replies, by the quickest parser that is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from fmorm.wire.withheld import parse_reply


def parse_page(body: bytes) -> Any:
    """Parse a reply that holds records, as `parse_reply` does, but leave portals for later where that can be done.

    Args:
        body: The body of a reply.

    Returns:
        The JSON; the members of a record's `portalData` are `UnreadRows`, or lists as they were sent.

    Raises:
        ValueError: It is no JSON.
    """
    parse = _quick()
    if parse is not None:
        try:
            return parse(body)
        except (ValueError, ArithmeticError, RecursionError):
            pass  # another reply than usual, or none
    return parse_reply(body)


@cache
def _quick() -> Callable[[bytes], Any] | None:
    """Give msgspec's parser; None where it is not installed, or in a release that is older than `fast` asks for."""
    try:
        from fmorm.wire import quick
    except (ImportError, TypeError):
        return None
    return quick.parse_page
