"""Portals that stay bytes until somebody looks at them: most of a page is portals, and most are never looked at.

The value of each record's `portalData` is cut out of the body, and a number is put in its place; what is left is
parsed. Where a cut begins and ends is a guess, and this is why a wrong one is found out: if what is left is JSON with
the numbers where the values of `portalData` belong, and each piece is JSON by itself, then the body is the JSON that
has the pieces in these places, and there is only one way to read it. Pieces are checked at once, which costs a third
of decoding them, so that a broken reply is an error when it is read.

Whatever is not as FileMaker Server spells it is parsed as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, overload

from pydantic_core import SchemaValidator, core_schema

from fmorm.wire.withheld import parse_portals, parse_reply

Row = dict[str, Any]

_KEY: Final = b'"portalData"'
_END: Final = b'},"recordId":'
_PORTALS: Final = SchemaValidator(
    core_schema.dict_schema(
        core_schema.str_schema(), core_schema.list_schema(core_schema.typed_dict_schema({}))
    )
)
"""Looks through the portals of a record without making Python's values of them: an empty dict for each row."""


class UnreadRows(Sequence[Row]):
    """The raw rows of a portal, of which only their number is known until one of them is asked for."""

    __slots__ = ("_count", "_name", "_portals")

    def __init__(self, portals: _Portals, name: str, count: int) -> None:
        """Be the rows of the portal of this name, so many."""
        self._portals = portals
        self._name = name
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        return self._portals.read()[self._name][index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._portals.read()[self._name])


class _Portals:
    """The portals of one record; they are decoded together, when the first of them is touched."""

    __slots__ = ("_held",)

    def __init__(self, piece: bytes) -> None:
        self._held: bytes | dict[str, list[Row]] = piece

    def read(self) -> dict[str, list[Row]]:
        """Give the rows by portal."""
        held = self._held
        if isinstance(held, bytes):
            held = self._held = parse_portals(held)
        return held


def parse_page(body: bytes) -> Any:
    """Parse a reply that holds records, as `parse_reply` does, but leave portals for later where that can be done.

    Args:
        body: The body of a reply.

    Returns:
        The JSON; the members of a record's `portalData` are `UnreadRows`, or lists as they were sent.

    Raises:
        ValueError: It is no JSON.
    """
    if _has_portals(body):
        try:
            return _in_parts(body)
        except (ValueError, LookupError, TypeError):
            pass
    return parse_reply(body)


def _has_portals(body: bytes) -> bool:
    """Tell by the first record; a layout has portals in all of them or in none, where nothing is to be gained."""
    after = body.find(_KEY) + len(_KEY)
    return body[after : after + 3] == b':{"'


def _in_parts(body: bytes) -> Any:
    """Parse what is not portals; raises where the body does not come apart as expected."""
    kept, pieces, done = list[bytes](), list[bytes](), 0
    while (start := body.find(_KEY, done)) >= 0:
        start += len(_KEY)
        if not body.startswith(b":{", start):
            raise ValueError("there are spaces, or it is no member")
        end = body.index(_END, start) + 1
        kept += body[done : start + 1], b"%d" % len(pieces)
        pieces.append(body[start + 1 : end])
        done = end
    page = parse_reply(b"".join([*kept, body[done:]]))
    records = page["response"]["data"]
    if [record["portalData"] for record in records] != list(range(len(pieces))):
        raise LookupError("other members are called portalData, too")
    for record, piece in zip(records, pieces, strict=True):
        portals = _Portals(piece)
        counted = _PORTALS.validate_json(piece)
        record["portalData"] = {name: UnreadRows(portals, name, len(rows)) for name, rows in counted.items()}
    return page
