"""What became of a condition, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fmorm.query.compile import OMIT, Request
from fmorm.query.conditions import And

_SHOWN: Final = 400
"""Characters of a condition that are shown: a list of `in_` may have thousands of values."""


def told(written: And, query: Sequence[Request] | None) -> tuple[str, ...]:
    """Tell what was written and what it is sent as.

    Args:
        written: All that a record must meet.
        query: Its requests.

    Returns:
        Two lines; none where there is no condition, or where one request says it all.
    """
    if not written.parts or (query and len(query) == 1 and OMIT not in query[0]):
        return ()
    text = repr(written.parts[0] if len(written.parts) == 1 else written)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ... ({len(text)} characters)"
    return f"written: {shown}", f"sent as: {_counted(query)}"


def _counted(query: Sequence[Request] | None) -> str:
    if query is None:
        return "a range of all records, because every record meets it"
    if not query:
        return "nothing, because no record can meet it"
    omits = sum(OMIT in request for request in query)
    counts = (len(query) - omits, "to find"), (omits, "to omit")
    return " and ".join(f"{_requests(count)} {what}" for count, what in counts if count)


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"
