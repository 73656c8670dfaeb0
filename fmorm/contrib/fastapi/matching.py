"""Modification ids as entity tags: `ETag` says what was read, and `If-Match` on what a change is based.

The tag of a record is its mod id. With portal rows loaded it has theirs, too, as FileMaker counts them on their own:
`"7;phones.3=1;phones.4=0"`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Annotated, Final
from urllib.parse import quote, unquote

from fastapi import Depends, Header, HTTPException, Response

from fmorm import Model, state
from fmorm.model.portals import is_portal_rows

_TAG: Final = re.compile(r'(?:W/)?"(?P<mod_id>[0-9]+)(?P<rows>(?:;[\w.~%-]+=[0-9]+)*)"', re.ASCII)
"""Weak tags, too: servers that compress a response make them of strong ones, and the mod ids say the same."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a request says that its changes are based on.

    Attributes:
        mod_id: The mod id of the record, for `expect=` of a save and `mod_id=` of a delete; `...` where the request
            says nothing, or that any will do.
        row_mods: The mod ids of portal rows, for `expect_rows=`.
    """

    mod_id: str | EllipsisType = ...
    row_mods: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])


def etag(record: Model) -> str | None:
    """Give the tag of a record, in its quotes.

    Args:
        record: A record that exists in FileMaker.

    Returns:
        The tag; None where a mod id is not known, as that of a portal row that was saved and not read since.
    """
    mods = [state(record).mod_id]
    names: list[str] = []
    for attr, rows in vars(record).items():
        if is_portal_rows(rows):
            names += [f";{quote(attr)}.{state(row).record_id}=" for row in rows]
            mods += [state(row).mod_id for row in rows]
    if None in mods:
        return None
    return '"' + "".join(f"{name}{mod}" for name, mod in zip(["", *names], mods, strict=True)) + '"'


def set_etag(response: Response, record: Model) -> None:
    """Let a response carry the tag of a record, if it is known.

    Args:
        response: The response, as a route gets it for its headers.
        record: A record that exists in FileMaker.
    """
    tag = etag(record)
    if tag is not None:
        response.headers["ETag"] = tag


def match(header: str | None) -> Match:
    """Read `If-Match`.

    Args:
        header: The header; None where the request has none.

    Returns:
        What it says.

    Raises:
        HTTPException: 400, it is no tag of a record, or several.
    """
    if header is None or header.strip() == "*":
        return Match()
    found = _TAG.fullmatch(header.strip())
    if found is None:
        raise HTTPException(400, "If-Match takes the ETag that the record was read with, or *.")
    return Match(found["mod_id"], dict(map(_row, found["rows"].split(";")[1:])))


def _row(text: str) -> tuple[tuple[str, str], str]:
    place, _, mod_id = text.rpartition("=")
    attr, _, record_id = place.rpartition(".")
    return (unquote(attr), record_id), mod_id


_Given = Annotated[
    str | None, Header(alias="If-Match", description="The ETag that the record was read with; * for any.")
]


async def demanded(if_match: _Given = None) -> Match:
    """Read `If-Match`; 428 where the request has none."""
    if if_match is None:
        raise HTTPException(428, "Say with If-Match which ETag the change is based on.")
    return match(if_match)


async def welcome(if_match: _Given = None) -> Match:
    """Read `If-Match`, if there is one."""
    return match(if_match)


IfMatch = Annotated[Match, Depends(demanded)]
"""The parameter of a route that wants `If-Match`: without it the answer is 428."""
MaybeIfMatch = Annotated[Match, Depends(welcome)]
"""The same where it may be left out: then the record is compared with what the route itself has read."""
