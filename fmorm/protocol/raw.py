"""Raw verbs: what the Data API answers, as it is, for those who want no models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fmorm.errors import NoRecords, RecordMissing
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Steps
from fmorm.wire import requests
from fmorm.wire.requests import Place, Rows


def ask(
    place: Place,
    method: str,
    path: str,
    parameters: Mapping[str, Any],
    body: Mapping[str, Any] | None,
    *,
    writes: bool,
) -> Steps[dict[str, Any]]:
    """Send any request of a database; see `requests.raw`."""
    return call(requests.raw(place, method, path, parameters, body, writes=writes))


def layouts(place: Place) -> Steps[dict[str, Any]]:
    """Read the list of layouts, with its folders."""
    return call(requests.layouts(place))


def layout_metadata(place: Place, layout: str) -> Steps[dict[str, Any]]:
    """Read what is on a layout: fields, portals, value lists."""
    return call(requests.layout_metadata(place, layout))


def records(place: Place, layout: str, limit: int, portals: Sequence[str]) -> Steps[dict[str, Any]]:
    """Read the first records of a layout with all rows of these portals; an empty table has none."""
    rows = [Rows(name) for name in portals]
    try:
        return (yield from call(requests.read_range(place, layout, offset=0, limit=limit, portals=rows)))
    except (NoRecords, RecordMissing):
        return {"data": []}
