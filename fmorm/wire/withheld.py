"""Values of a reply that the account may not see, marked so that nobody takes their text for data."""

from __future__ import annotations

from typing import Any, Final

from fmorm.wire.parsing import parse_json
from fmorm.wire.values.codecs import NO_ACCESS, Withheld

_IN_BODY: Final = b"No Access"
"""Without the angle brackets, which JSON may spell otherwise: with a backslash."""


def parse_reply(body: bytes) -> Any:
    """Parse a reply, and mark the cells of its records that hold FileMaker's words for *no access*.

    A body without these words is not looked through, so that it costs other replies next to nothing.

    Args:
        body: The body of a reply.

    Returns:
        The JSON, of any shape.

    Raises:
        ValueError: It is no JSON.
    """
    reply = parse_json(body)
    if may_withhold(body) and reply.__class__ is dict and reply.get("response").__class__ is dict:
        for record in _dicts(reply["response"].get("data")):
            _mark(record.get("fieldData"))
            portals: Any = record.get("portalData")
            if portals.__class__ is dict:
                _mark_rows(portals)
    return reply


def may_withhold(body: bytes) -> bool:
    """Tell whether there may be FileMaker's words for *no access* in a body."""
    return (b"<" in body or b"\\" in body) and _IN_BODY in body  # one byte is found much quicker than nine


def _mark_rows(portals: dict[str, Any]) -> None:
    for rows in portals.values():
        for row in _dicts(rows):
            _mark(row)


def _dicts(found: Any) -> list[dict[str, Any]]:
    entries: list[Any] = found if found.__class__ is list else []
    return [entry for entry in entries if entry.__class__ is dict]


def _mark(cells: Any) -> None:
    if cells.__class__ is dict:
        cells.update({name: Withheld(value) for name, value in cells.items() if value == NO_ACCESS})
