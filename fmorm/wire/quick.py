"""Pages of records by msgspec, which the extra `fast` brings: every digit of a number, and portals left as bytes.

The core's parser makes floats, so that it has to look through a body first for numbers that would lose digits. This
one hands over how a number is written. What it leaves as bytes it checks, so that a broken reply is an error when it is
read; only text that is no UTF-8 is seen when somebody looks at it.

Only what has the very members that FileMaker Server sends is parsed here; the core parses the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from msgspec import UNSET, Raw, Struct, UnsetType, field, structs
from msgspec.json import Decoder

from fmorm.errors import ProtocolError
from fmorm.wire.parsing import exact_number, parse_json
from fmorm.wire.unread import Row, UnreadRows
from fmorm.wire.withheld import mark_cells, may_withhold


class _Record(Struct, rename="camel", forbid_unknown_fields=True, gc=False):
    field_data: dict[str, Any]
    portal_data: dict[str, Raw]
    record_id: str
    mod_id: str
    portal_data_info: list[dict[str, Any]]


class _Row(Struct):
    """What of a row is looked at while it is left for later: that it is one."""


class _Response(Struct, rename="camel", forbid_unknown_fields=True):
    data_info: dict[str, Any]
    data: list[_Record]
    script_result: str | UnsetType = UNSET
    script_error: str | UnsetType = UNSET
    result_before: str | UnsetType = field(default=UNSET, name="scriptResult.prerequest")
    error_before: str | UnsetType = field(default=UNSET, name="scriptError.prerequest")
    result_presort: str | UnsetType = field(default=UNSET, name="scriptResult.presort")
    error_presort: str | UnsetType = field(default=UNSET, name="scriptError.presort")


class _Page(Struct, forbid_unknown_fields=True):
    response: _Response
    messages: list[dict[str, Any]]


_read_page: Final = Decoder(_Page, float_hook=exact_number).decode
_count_rows: Final = Decoder(list[_Row]).decode
_read_rows: Final = Decoder(list[Row], float_hook=exact_number).decode
_MEMBERS: Final = [(member.encode_name, member.name) for member in structs.fields(_Response)]


def parse_page(body: bytes) -> dict[str, Any]:
    """Parse a reply that holds records, and mark the cells that the account may not see.

    Args:
        body: The body of a reply.

    Returns:
        The JSON; the members of a record's `portalData` are `UnreadRows`, and numbers with a point or an exponent are
        Decimals.

    Raises:
        ValueError: It is no JSON, or has other members than FileMaker Server sends.
        ArithmeticError: A number is beyond FileMaker's.
    """
    page = _read_page(body)
    withheld = may_withhold(body)
    if withheld:
        for record in page.response.data:
            mark_cells(record.field_data)
    read = _marked_rows if withheld else _rows
    members = {name: getattr(page.response, attr) for name, attr in _MEMBERS}
    members["data"] = [
        {
            "fieldData": record.field_data,
            "portalData": {name: _unread(rows, read) for name, rows in record.portal_data.items()},
            "recordId": record.record_id,
            "modId": record.mod_id,
            "portalDataInfo": record.portal_data_info,
        }
        for record in page.response.data
    ]
    response = {name: value for name, value in members.items() if value is not UNSET}
    return {"response": response, "messages": page.messages}


def _unread(rows: Raw, read: Callable[[bytes], list[Row]]) -> UnreadRows:
    piece = bytes(rows)  # a copy: the part itself would keep the whole body
    return UnreadRows(piece, len(_count_rows(piece)), read)


def _rows(piece: bytes) -> list[Row]:
    try:
        return _read_rows(piece)
    except (ValueError, ArithmeticError):
        pass
    try:
        rows: list[Row] = parse_json(piece)
    except ValueError as error:
        text = f"the rows of a portal are no JSON ({error}): was the reply damaged on its way?"
        raise ProtocolError(text, status=HTTPStatus.OK) from error
    return rows


def _marked_rows(piece: bytes) -> list[Row]:
    rows = _rows(piece)
    for row in rows:
        mark_cells(row)
    return rows
