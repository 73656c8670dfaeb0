"""What the Data API answers: bytes in, the `response` member or an error out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Final
from urllib.parse import urlsplit

from fmorm.errors import FmormError, OutcomeUnknown, ProtocolError, ServerError, server_error
from fmorm.wire.parsing import parse_json
from fmorm.wire.requests import Request
from fmorm.wire.shaped import Raw, ShapedRecord
from fmorm.wire.withheld import parse_reply

OK: Final = 0
NO_FIELD: Final = 102
_CODE: Final = re.compile(r"-?[0-9]{1,9}")
LONGEST_ID: Final = 100
"""Digits of a record id. FileMaker's have twenty at most; Python makes no number of thousands."""
_CELLS: Final = itemgetter("fieldData")
_RECORD_ID: Final = itemgetter("recordId")
_SHAPED_ID: Final = attrgetter("record_id")
_TOKEN: Final = re.compile(r"[!-~]+")
"""A token goes into a header and a path: visible ASCII."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply, read to its end.

    Attributes:
        status: The HTTP status.
        headers: Header values by lower-case name.
        body: The body, decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)  # a log-in's holds the token
    body: bytes = field(repr=False)


def response_of(
    reply: Reply, request: Request, parse: Callable[[bytes], Any] = parse_reply
) -> dict[str, Any]:
    """Give the `response` member of a reply that says OK.

    Args:
        reply: The reply.
        request: What was asked, for messages.
        parse: What parses the body; it raises ValueError.

    Returns:
        The member.

    Raises:
        ServerError: The server says no; the class is that of FileMaker's code.
        ProtocolError: It is no reply of the Data API.
        OutcomeUnknown: It is none, and the request was one that writes.
    """
    envelope = _envelope(reply, request, parse)
    error = _error(envelope, reply, request)
    if error is not None:
        raise error
    response: dict[str, Any] = envelope["response"]
    return response


def data_of(response: dict[str, Any], request: Request) -> list[Raw]:
    """Give the records of a reply to a read.

    Args:
        response: The `response` member.
        request: What was asked, for messages.

    Returns:
        The member `data`, raw.

    Raises:
        ProtocolError: There is none, or it holds something else than records.
    """
    data: list[Raw] = response.get("data", ())
    if data.__class__ is list and (_are_shaped(data) or _are_records(data)) and _are_ids(data):
        return data
    raise ProtocolError(f"{request.about}: the reply says OK but holds no records", status=HTTPStatus.OK)


def ids_of(data: Sequence[Raw]) -> Iterator[str]:
    """Give the ids of raw records."""
    return map(_SHAPED_ID, data) if _are_shaped(data) else map(str, map(_RECORD_ID, data))


def _are_shaped(data: Sequence[Raw]) -> bool:
    """Tell whether records come from a parser that shapes them: it does so with all or none."""
    return bool(data) and isinstance(data[0], ShapedRecord)


def found_of(response: dict[str, Any]) -> int | None:
    """Give how many records the found set has; None where the reply does not tell, as on FileMaker Server 17."""
    info: Any = response.get("dataInfo")
    found: Any = info.get("foundCount") if info.__class__ is dict else None
    return found if found.__class__ is int and found >= 0 else None


def found_counts(record: Raw) -> dict[str, int]:
    """Give how many rows each portal of a raw record has, by object name and by table occurrence."""
    infos: Any = record.get("portalDataInfo") or ()
    return {info.get("portalObjectName") or info["table"]: info["foundCount"] for info in infos}


def _are_records(data: list[Any]) -> bool:
    """Tell whether these are records, and what they hold of portals is portals.

    A page is looked at as a whole, member by member, so that the loops are C's.
    """
    if not _are(dict, data) or not all("fieldData" in record for record in data):
        return False
    infos = [record.get("portalDataInfo") for record in data]
    portals = [record.get("portalData") for record in data]
    return _are(dict, map(_CELLS, data)) and _are_infos(infos) and _are_portals(portals)


def _are_ids(data: list[Any]) -> bool:
    try:
        ids = [*ids_of(data)]
    except KeyError:
        return False
    return all(map(str.isdecimal, ids)) and max(map(len, ids), default=0) <= LONGEST_ID


def _are_infos(members: list[Any]) -> bool:
    shown = [member for member in members if member]
    if not _are(list, shown):
        return False
    infos: list[Any] = [info for member in shown for info in member]
    return (
        _are(dict, infos)
        and _are(str, [info.get("table") for info in infos])
        and _are(int, [info.get("foundCount") for info in infos])
    )


def _are_portals(members: list[Any]) -> bool:
    shown = [member for member in members if member]
    if not _are(dict, shown):
        return False
    portals: list[Any] = [rows for member in shown for rows in member.values()]
    return _are(list, portals) and _are(dict, chain.from_iterable(portals))


def _are(kind: type[Any], values: Iterable[Any]) -> bool:
    return {*map(type, values)} <= {kind}


def token_of(reply: Reply, request: Request) -> str:
    """Give the session token of a log-in: in the body, or in a header on FileMaker Server 17."""
    token = response_of(reply, request).get("token") or reply.headers.get("x-fm-data-access-token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ProtocolError("the server accepted the log-in but gave no session token", status=reply.status)
    return token


def _envelope(reply: Reply, request: Request, parse: Callable[[bytes], Any]) -> dict[str, Any]:
    try:
        envelope = parse(reply.body)
        if _CODE.fullmatch(envelope["messages"][0]["code"]) and isinstance(envelope["response"], dict):
            return dict(envelope)
    except (ValueError, KeyError, IndexError, TypeError):
        pass
    raise _no_envelope(reply, request)


def _no_envelope(reply: Reply, request: Request) -> FmormError:
    """Make the error for a reply that is none; after a write it may hide that the write was done."""
    kind = reply.headers.get("content-type", "no content type")
    size = f"{len(reply.body)} bytes"
    begin = "" if request.private else f", beginning {reply.body[:80].decode('utf-8', 'replace')!r}"
    leads = "" if request.writes else _leads(reply.headers.get("location"), private=request.private)
    text = (
        f"HTTP {reply.status} to {request.about}: not a FileMaker Data API reply ({kind}, {size}{begin}){leads}. "
        "Is the Data API switched on at this address, and was the reply cut off on its way?"
    )
    refused = HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
    if request.writes and not refused:
        advice = "read the record before trying again"
        text = f"{text} It may have been carried out: {advice}."
        return OutcomeUnknown(text, request=request.about, advice=advice)
    return ProtocolError(
        text,
        status=reply.status,
        request=request.about,
        retry_after=_retry_after(reply),
        cut_off=_is_cut_off(reply.body),
    )


def _leads(location: str | None, *, private: bool) -> str:
    """Say where a redirect leads; of a private request, the host alone."""
    if location is None:
        return ""
    parts = urlsplit(location)
    return f"; it leads to {f'{parts.scheme}://{parts.netloc}' if private else location}"


def _is_cut_off(body: bytes) -> bool:
    """Whether a body begins as the Data API's do and is no JSON as a whole."""
    try:
        parse_json(body)
    except ValueError:
        return body[:1] == b"{"
    return False


def _retry_after(reply: Reply) -> float | None:
    """Give the seconds of a Retry-After header; its other form, a date, is left to the policy."""
    text = reply.headers.get("retry-after", "")
    return float(text) if text.isdecimal() and len(text) < 6 else None


def _error(envelope: dict[str, Any], reply: Reply, request: Request) -> ServerError | None:
    message = envelope["messages"][0]
    code = int(message["code"])
    if code == OK:
        return None
    text = str(message.get("message", ""))
    names = request.field_names() if code == NO_FIELD else []
    about = f"{request.about}, which names {', '.join(names)}" if names else request.about
    return server_error(code, text, status=reply.status, request=about)
