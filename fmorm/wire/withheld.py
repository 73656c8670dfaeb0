"""Values of a reply that the account may not see, marked so that nobody takes their text for data."""

from __future__ import annotations

from typing import Any, Final

from fmorm.wire.values.codecs import NO_ACCESS, Withheld

_IN_BODY: Final = b"No Access"
"""Without the angle brackets, which JSON may spell otherwise."""


def mark_withheld(body: bytes, response: dict[str, Any]) -> None:
    """Mark the cells of records that hold FileMaker's words for *no access*.

    A body without these words is not looked through, so that it costs other replies next to nothing.

    Args:
        body: The body of a reply.
        response: Its `response` member, which may be of any shape; cells are replaced in place.
    """
    if _IN_BODY not in body:
        return
    for record in _dicts(response.get("data")):
        _mark(record.get("fieldData"))
        portals: Any = record.get("portalData")
        for rows in portals.values() if portals.__class__ is dict else ():
            for row in _dicts(rows):
                _mark(row)


def _dicts(found: Any) -> list[dict[str, Any]]:
    entries: list[Any] = found if found.__class__ is list else []
    return [entry for entry in entries if entry.__class__ is dict]


def _mark(cells: Any) -> None:
    if cells.__class__ is dict:
        cells.update({name: Withheld(value) for name, value in cells.items() if value == NO_ACCESS})
