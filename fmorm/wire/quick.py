"""Pages of records by msgspec, which the extra `fast` brings: what is asked for is read, and all else is passed over.

The core's parser makes dictionaries of whatever comes, and floats, so that it has to look through a body first for
numbers that would lose digits. This one is told the keys beforehand, hands over how a number is written, and leaves
portals as bytes until somebody looks at them.

Only pages that have all the keys are parsed here; the core parses the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import GenericAlias
from typing import Any, Final

from msgspec import UNSET, MsgspecError, Struct, UnsetType, defstruct, field, structs
from msgspec import Raw as Part
from msgspec.json import Decoder

from fmorm.errors import ProtocolError
from fmorm.wire.parsing import parse_json
from fmorm.wire.shaped import Raw, Shaped, ShapedInfo, ShapedRecord
from fmorm.wire.unread import UnreadRows
from fmorm.wire.values import exact_number

Member = tuple[str, str, Any]
"""An attribute, its key and its type."""
ReadRows = Callable[[bytes], list[Raw]]


class _Info(ShapedInfo, Struct, gc=False):
    table: str
    found: int = field(name="foundCount")
    object_name: str | None = field(name="portalObjectName", default=None)


class _Record(ShapedRecord, Struct, kw_only=True, gc=False):
    fields: Shaped = field(name="fieldData")
    portals: Shaped = field(name="portalData")
    record_id: str = field(name="recordId")
    mod_id: str = field(name="modId")
    infos: tuple[_Info, ...] = field(name="portalDataInfo", default=())


class _Response(Struct, kw_only=True):
    data: list[_Record]
    info: dict[str, Any] | UnsetType = field(name="dataInfo", default=UNSET)
    result: str | UnsetType = field(name="scriptResult", default=UNSET)
    error: str | UnsetType = field(name="scriptError", default=UNSET)
    result_before: str | UnsetType = field(name="scriptResult.prerequest", default=UNSET)
    error_before: str | UnsetType = field(name="scriptError.prerequest", default=UNSET)
    result_presort: str | UnsetType = field(name="scriptResult.presort", default=UNSET)
    error_presort: str | UnsetType = field(name="scriptError.presort", default=UNSET)


class _Page(Struct):
    response: _Response
    messages: list[dict[str, Any]]


_MEMBERS: Final = [(member.encode_name, member.name) for member in structs.fields(_Response)]


def page_parser(fields: Iterable[str], portals: Mapping[str, Iterable[str]]) -> Callable[[bytes], Any]:
    """Give what parses pages of one form.

    Args:
        fields: The keys of `fieldData` that are read.
        portals: The portals that are read, and the keys of their rows.

    Returns:
        Parses a body, and gives JSON whose `data` are `ShapedRecord`s, and the portals in them `UnreadRows`. Numbers
        with a point or an exponent are Decimals. It raises ValueError where the reply is no such page, and
        ArithmeticError where a number is beyond FileMaker's.
    """
    parts = [(f"portal{number}", name) for number, name in enumerate(portals)]
    readers = [(attr, _row_reader(portals[name])) for attr, name in parts]
    read = _page_reader(
        _shaped("Fields", _cells(fields)), _shaped("Portals", [(attr, name, Part) for attr, name in parts])
    )

    def parse_page(body: bytes) -> dict[str, Any]:
        try:
            page = read(body)
        except MsgspecError as error:  # which is no ValueError before release 0.21
            raise ValueError(str(error)) from error
        for one in page.response.data:
            for attr, read_rows in readers:
                setattr(one.portals, attr, _unread(getattr(one.portals, attr), read_rows))
        members = {name: getattr(page.response, attr) for name, attr in _MEMBERS}
        response = {name: value for name, value in members.items() if value is not UNSET}
        return {"response": response, "messages": page.messages}

    return parse_page


def _page_reader(fields: Any, portals: Any) -> Callable[[bytes], _Page]:
    """Give what decodes pages whose records have such `fieldData` and `portalData`."""
    members = [
        ("fields", fields, field(name="fieldData")),
        ("portals", portals, field(name="portalData")),
    ]
    record = defstruct("Record", members, bases=(_Record,), kw_only=True, gc=False)
    response = defstruct("Response", [("data", _list_of(record))], bases=(_Response,), kw_only=True)
    page: Any = defstruct("Page", [("response", response)], bases=(_Page,), kw_only=True)
    read: Callable[[bytes], _Page] = Decoder(page, float_hook=exact_number).decode
    return read


def _list_of(kind: object) -> Any:
    return GenericAlias(list, (kind,))


def _unread(part: Part, read: ReadRows) -> UnreadRows:
    """Leave rows for later; raises ValueError where there can be none."""
    piece = bytes(part)  # a copy: the part itself would keep the whole body
    if piece[:1] != b"[":
        raise ValueError("a portal is no list")
    return UnreadRows(piece, read)


def _row_reader(keys: Iterable[str]) -> ReadRows:
    """Give what reads the rows of a portal; other rows than those with all keys as the core does."""
    members = [*_cells(keys), ("record_id", "recordId", Any), ("mod_id", "modId", Any)]
    rows = _list_of(_shaped("Row", members))
    decode: Callable[[bytes], list[Raw]] = Decoder(rows, float_hook=exact_number).decode

    def read(piece: bytes) -> list[Raw]:
        try:
            return decode(piece)
        except (MsgspecError, ValueError, ArithmeticError, RecursionError):
            return _as_they_are(piece)

    return read


def _as_they_are(piece: bytes) -> list[Raw]:
    try:
        rows: list[Raw] = parse_json(piece)
    except ValueError as error:
        raise _damaged(f"they are no JSON, {error}") from error
    if any(row.__class__ is not dict for row in rows):
        raise _damaged("one is no object")
    return rows


def _damaged(why: str) -> ProtocolError:
    text = f"the rows of a portal cannot be read: {why}; was the reply damaged on its way?"
    return ProtocolError(text, status=HTTPStatus.OK)


def _cells(keys: Iterable[str]) -> list[Member]:
    return [(f"cell{number}", key, Any) for number, key in enumerate(keys)]


def _shaped(name: str, members: Iterable[Member]) -> Any:
    """Make the class of an object whose keys are known; it has no part in cycles."""
    listed = [*members]
    return defstruct(
        name,
        [(attr, kind, field(name=key)) for attr, key, kind in listed],
        bases=(Shaped, Struct),
        namespace={"members": {key: attr for attr, key, _ in listed}},
        gc=False,
        eq=False,
    )
