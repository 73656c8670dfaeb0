"""How records are shown: on which layout, with which portals and rows, with dates in which form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import as_object
from fmorm.server.finds.foundset import Page
from fmorm.server.parameters import Parameters
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.schema.parts import Layout, Portal, SortKey
from fmorm.server.values.moments import DateForm

RECORDS = 100
"""How many records come when nothing is said."""
PORTAL_ROWS = 50
"""How many rows of a portal come when nothing is said."""
_DIRECTIONS: dict[object, bool] = {"ascend": False, "descend": True}


@dataclass(frozen=True, slots=True)
class Showing:
    """What a reply with records shows of each."""

    layout: Layout
    portals: Sequence[tuple[Portal, Page]]
    form: DateForm


def take_showing(call: Call, parameters: Parameters, form: DateForm, prefix: str = "_") -> Showing:
    """Take `layout.response`, `portal` and the portals' limits and offsets, which a query spells with `_`."""
    layout = _response_layout(call, parameters)
    chosen = parameters.take_names("portal")
    portals = layout.portals
    if chosen is not None:
        portals = tuple(one for one in portals if one.key in chosen or one.occurrence.name in chosen)
    limits = _take_windows(parameters, layout, f"{prefix}limit.")
    offsets = _take_windows(parameters, layout, f"{prefix}offset.")
    pages = [Page(offsets.get(one.key, 1), limits.get(one.key, PORTAL_ROWS)) for one in portals]
    return Showing(layout, list(zip(portals, pages, strict=True)), form)


def _response_layout(call: Call, parameters: Parameters) -> Layout:
    name = parameters.take_text("layout.response")
    if name is None:
        return call.layout
    layout = call.layout_named(name)
    if layout.occurrence.table != call.layout.occurrence.table:
        raise Refusal(refusals.LAYOUT_MISSING)
    return layout


def _take_windows(parameters: Parameters, layout: Layout, prefix: str) -> dict[str, int]:
    windows: dict[str, int] = {}
    for name in parameters.names(prefix):
        portal = layout.portal(name.removeprefix(prefix))
        if portal:
            windows[portal.key] = parameters.take_count(name) or 1
    return windows


def take_page(parameters: Parameters, prefix: str = "_") -> Page:
    """Take offset and limit."""
    offset = parameters.take_count(f"{prefix}offset")
    limit = parameters.take_count(f"{prefix}limit")
    return Page(offset or 1, limit or RECORDS)


def take_sort(parameters: Parameters, layout: Layout, name: str) -> list[SortKey]:
    """Take the sort order."""
    return [_sort_key(one, layout, name) for one in parameters.take_list(name) or []]


def _sort_key(given: object, layout: Layout, name: str) -> SortKey:
    members = as_object(given) or {}
    field = members.get("fieldName")
    if not isinstance(field, str) or set(members) - {"fieldName", "sortOrder"}:
        raise malformed(name)
    found = layout.place(field)
    if found is None:
        raise Refusal(refusals.FIELD_MISSING)
    direction = members.get("sortOrder", "ascend")
    if not isinstance(direction, str) or direction not in _DIRECTIONS:
        raise Refusal(refusals.BAD_SORT_ORDER)
    return SortKey(found[0], _DIRECTIONS[direction])
