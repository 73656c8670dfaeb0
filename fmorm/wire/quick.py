"""Pages of records by msgspec, which the extra `fast` brings: what is asked for is read, and all else is passed over.

The core's parser makes dictionaries of whatever comes, and floats, so that it has to look through a body first for
numbers that would lose digits. This one is told the keys beforehand, hands over how a number is written, and leaves
portals as bytes until somebody looks at them.

What a model holds as text or as a float is decoded as that. A page where it is something else is decoded once more,
with cells of any type.

Only pages that have all the keys are parsed here; the core parses the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from operator import attrgetter
from types import GenericAlias
from typing import Any, Final, NoReturn, TypeVar, cast

from msgspec import UNSET, MsgspecError, Struct, UnsetType, ValidationError, defstruct, field, structs
from msgspec import Raw as Part
from msgspec.json import Decoder

from fmorm.errors import ProtocolError
from fmorm.wire.parsing import parse_json
from fmorm.wire.shaped import Cells, Raw, Shaped, ShapedInfo, ShapedRecord
from fmorm.wire.unread import ReadRows, UnreadPortals
from fmorm.wire.values import exact_number

T = TypeVar("T")
Decode = Callable[[bytes], T]
Member = tuple[str, str, Any]
"""An attribute, its key and its type."""

_BACKSLASH: Final = ord("\\")
_FAILURES: Final = (MsgspecError, ValueError, ArithmeticError, RecursionError)
"""What decoding raises; msgspec's own errors are no ValueErrors before release 0.21."""
_NARROW: Final[dict[type[Any], Any]] = {str: str, float: int | float | str}
"""What a cell of text and one of a float is in JSON, as long as it is what it is declared to be."""


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


def page_parser(fields: Cells, portals: Mapping[str, Cells]) -> Callable[[bytes], Any]:
    """Give what parses pages of one form.

    Args:
        fields: The cells of `fieldData` that are read.
        portals: The portals that are read, and the cells of their rows.

    Returns:
        Parses a body, and gives JSON whose `data` are `ShapedRecord`s with `UnreadPortals`. Numbers with a point or an
        exponent are Decimals, or floats where no more is asked for. It raises ValueError where the reply is no such
        page, or a number is beyond FileMaker's.
    """
    readers = {name: _row_reader(cells) for name, cells in portals.items()}
    parts = [(f"portal{number}", name, Part) for number, name in enumerate(portals)]

    def decoder(escaped: bool, narrow: bool) -> Decode[_Page]:
        held = _cells("Fields", fields, (), escaped=escaped, narrow=narrow)
        decode = _page_decoder(held, _shaped("Portals", parts, UnreadPortals, readers=readers))
        return _exactly(decode, fields, _fields_in) if narrow else decode

    read = _reader(decoder, otherwise=_refuse)

    def parse_page(body: bytes) -> dict[str, Any]:
        page = read(body)
        members = {name: getattr(page.response, attr) for name, attr in _MEMBERS}
        response = {name: value for name, value in members.items() if value is not UNSET}
        return {"response": response, "messages": page.messages}

    return parse_page


def _page_decoder(fields: Any, portals: Any) -> Decode[_Page]:
    """Give what decodes pages whose records have such `fieldData` and `portalData`."""
    members = [
        ("fields", fields, field(name="fieldData")),
        ("portals", portals, field(name="portalData")),
    ]
    record = defstruct("Record", members, bases=(_Record,), kw_only=True, gc=False)
    response = defstruct("Response", [("data", _list_of(record))], bases=(_Response,), kw_only=True)
    return _decoder(defstruct("Page", [("response", response)], bases=(_Page,), kw_only=True))


def _row_reader(cells: Cells) -> ReadRows:
    """Give what reads the rows of a portal; other rows than those with all keys as the core does."""
    ids = [("record_id", "recordId", Any), ("mod_id", "modId", Any)]

    def decoder(escaped: bool, narrow: bool) -> Decode[list[Raw]]:
        decode = _decoder(_list_of(_cells("Row", cells, ids, escaped=escaped, narrow=narrow)))
        return _exactly(decode, cells, iter) if narrow else decode

    return _reader(decoder, otherwise=_as_they_are)


def _reader(
    decoder: Callable[[bool, bool], Decode[T]], otherwise: Callable[[bytes, Exception], T]
) -> Decode[T]:
    """Give what decodes with the narrowest types that fit.

    Args:
        decoder: Makes a decoder: whether for what has a backslash in it, whether for cells as they are declared.
        otherwise: Gives what cannot be decoded, or raises.
    """
    decoder = cache(decoder)
    usual = decoder(False, True)

    def read(piece: bytes) -> T:
        escaped = _BACKSLASH in piece
        try:
            return decoder(True, True)(piece) if escaped else usual(piece)
        except ValidationError:
            pass  # not as declared, or another object
        except _FAILURES as error:
            return otherwise(piece, error)
        try:
            return decoder(escaped, False)(piece)
        except _FAILURES as error:
            return otherwise(piece, error)

    return read


def _decoder(kind: Any) -> Decode[Any]:
    decode: Decode[Any] = Decoder(kind, float_hook=exact_number).decode
    return decode


def _exactly(decode: Decode[T], cells: Cells, held_in: Callable[[T], Iterable[Any]]) -> Decode[T]:
    """Let a decoder refuse floats that are zero: what is too small for one becomes that, and FileMaker's zero is `0`.

    Args:
        decode: Decodes.
        cells: The cells that are read.
        held_in: Gives the objects that hold them.
    """
    floats = [attrgetter(attr) for attr, _, kind in _members(cells) if kind is float]

    def decode_exactly(piece: bytes) -> T:
        whole = decode(piece)
        for get in floats:
            if 0.0 in [number for number in map(get, held_in(whole)) if number.__class__ is float]:
                raise ValidationError("it may be a number that is too small for a float")
        return whole

    return decode_exactly if floats else decode


def _fields_in(page: _Page) -> Iterable[Any]:
    return [one.fields for one in page.response.data]


def _list_of(kind: object) -> Any:
    return GenericAlias(list, (kind,))


def _refuse(body: bytes, error: Exception) -> NoReturn:
    del body
    raise ValueError(str(error)) from error


def _as_they_are(piece: bytes, error: Exception) -> list[Raw]:
    del error  # what it comes to is what the core makes of it
    try:
        rows = parse_json(piece)
    except ValueError as failure:
        raise _damaged(f"they are no JSON, {failure}") from failure
    if rows.__class__ is not list:
        raise _damaged("they are no list")
    if any(row.__class__ is not dict for row in rows):
        raise _damaged("one is no object")
    return cast("list[Raw]", rows)


def _damaged(why: str) -> ProtocolError:
    text = f"the rows of a portal cannot be read: {why}; was the reply damaged on its way?"
    return ProtocolError(text, status=HTTPStatus.OK)


def _cells(name: str, cells: Cells, others: Iterable[Member], *, escaped: bool, narrow: bool) -> Any:
    """Make the class of an object that holds cells."""
    kinds = _NARROW if narrow else {}
    members = [(attr, key, kinds.get(kind, Any)) for attr, key, kind in _members(cells)]
    texts = frozenset(key for _, key, kind in members if kind is str)
    return _shaped(name, [*members, *others], escaped=escaped, texts=texts)


def _members(cells: Cells) -> list[Member]:
    return [(f"cell{number}", key, kind) for number, (key, kind) in enumerate(cells.items())]


def _shaped(name: str, members: Sequence[Member], base: type[Shaped] = Shaped, **told: object) -> Any:
    """Make the class of an object whose keys are known; it has no part in cycles."""
    return defstruct(
        name,
        [(attr, kind, field(name=key)) for attr, key, kind in members],
        bases=(base, Struct),
        namespace={"members": {key: attr for attr, key, _ in members}, **told},
        gc=False,
        eq=False,
    )
