"""Asking what there is: layouts, scripts and files, and what is on a layout."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fmorm.errors import CredentialError, ProtocolError, SessionLost
from fmorm.protocol.calls import call_for
from fmorm.protocol.effects import Inquire, Present, Steps
from fmorm.protocol.sessions import persist
from fmorm.wire import requests, told
from fmorm.wire.metadata import LayoutMetadata, ListedLayout, ListedScript, ProductInfo
from fmorm.wire.replies import Reply, response_of
from fmorm.wire.requests import Place, Request
from fmorm.wire.told import Malformed

T = TypeVar("T")


def layouts(place: Place) -> Steps[list[ListedLayout]]:
    """Read the list of layouts."""
    return call_for(requests.layouts(place), _typed(told.layouts_of))


def scripts(place: Place) -> Steps[list[ListedScript]]:
    """Read the list of scripts."""
    return call_for(requests.scripts(place), _typed(told.scripts_of))


def layout_metadata(place: Place, layout: str, record_id: str | None = None) -> Steps[LayoutMetadata]:
    """Read what is on a layout; with a record, value lists are those of the record."""
    return call_for(requests.layout_metadata(place, layout, record_id), _metadata)


def product_info(place: Place) -> Steps[ProductInfo]:
    """Read what the server tells of itself: it tells anybody."""
    return persist(requests.product_info(place), Inquire, _typed(told.product_info_of))


def databases(place: Place) -> Steps[list[str]]:
    """Read the names of the files; credentials are shown only where the server wants them, as some last only once."""
    request, read = requests.databases(place), _typed(told.databases_of)
    try:
        return (yield from persist(request, Inquire, read))
    except CredentialError as refusal:
        try:
            return (yield from persist(request, Present, read))
        except SessionLost:  # there are none to show: a token was resumed
            raise refusal from None


def _typed(of: Callable[[Mapping[str, Any]], T]) -> Callable[[Reply, Request], T]:
    def read(reply: Reply, request: Request) -> T:
        response = response_of(reply, request)
        try:
            return of(response)
        except Malformed as error:
            raise ProtocolError(
                f"{request.about}: the reply says OK but is not of the Data API's form: {error}",
                status=reply.status,
                request=request.about,
            ) from error

    return read


def _metadata(reply: Reply, request: Request) -> LayoutMetadata:
    layout = request.layout or ""
    return _typed(lambda response: told.metadata_of(layout, response, portals_told_twice(reply.body)))(
        reply, request
    )


class _Members(dict[str, Any]):
    """A JSON object that remembers which of its names came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.twice = [name for name, count in counts.items() if count > 1]


def portals_told_twice(body: bytes) -> list[str]:
    """Name the portals that a reply about a layout names more than once, of which parsed JSON keeps one."""
    reply: Any = json.loads(body, object_pairs_hook=_Members)
    portals = reply["response"].get("portalMetaData")
    return portals.twice if isinstance(portals, _Members) else []
