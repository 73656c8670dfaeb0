"""How records are shown: on which layout, with which portals and rows, with dates in which form.

What a request says is taken first, and looked at on the layout afterwards: a parameter of the wrong form is noticed
before a layout that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import as_object
from fmorm.server.finds.foundset import Page
from fmorm.server.parameters import Parameters, unknown_parameters
from fmorm.server.refusals import Refusal, malformed
from fmorm.server.schema.parts import Layout, Portal, SortKey
from fmorm.server.value_lists import values_of
from fmorm.server.values.moments import DateForm

RECORDS = 100
"""How many records come when nothing is said."""
PORTAL_ROWS = 50
"""How many rows of a portal come when nothing is said."""
_DIRECTIONS = {"ascend": False, "descend": True}
_FIRST_ROW_ONLY = "v1"
"""The version that returns of a layout in table view no more than the table shows."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What a reply with records shows of each."""

    layout: Layout
    portals: Sequence[tuple[Portal, Page]]
    form: DateForm


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request says of how records are to be shown, before that is looked up on a layout."""

    layout: str | None
    portals: Sequence[str] | None
    limits: Mapping[str, int]
    offsets: Mapping[str, int]

    def on(self, call: Call, form: DateForm) -> Showing:
        """Look it up.

        Args:
            call: The request.
            form: How dates are spelt in it.

        Raises:
            Refusal: A layout is missing, or the layout has no such portal.
        """
        layout = self._layout(call)
        first_row_only = layout.view == "table" and call.version == _FIRST_ROW_ONLY
        if self.portals is None and not self.limits and not self.offsets:
            return Showing(layout, _everything(layout, first_row_only), form)
        limits = _by_portal(layout, self.limits, "limit.")
        offsets = _by_portal(layout, self.offsets, "offset.")
        pages = [
            _page(
                one, offsets.get(one.key, 1), limits.get(one.key, PORTAL_ROWS), first_row_only=first_row_only
            )
            for one in layout.portals
        ]
        wanted = layout.portals if self.portals is None else _named(layout, self.portals)
        shown = zip(layout.portals, pages, strict=True)
        return Showing(layout, [one for one in shown if one[0] in wanted], form)

    def _layout(self, call: Call) -> Layout:
        own = call.layout
        layout = own if self.layout is None else call.layout_named(self.layout)
        if layout.occurrence.table != own.occurrence.table:
            raise Refusal(refusals.LAYOUT_MISSING)
        return layout


@lru_cache(maxsize=512)
def _everything(layout: Layout, first_row_only: bool) -> Sequence[tuple[Portal, Page]]:
    """Give what a layout shows when nothing is said; worked out once."""
    return [(one, _page(one, 1, PORTAL_ROWS, first_row_only=first_row_only)) for one in layout.portals]


_NOTHING_SAID = Wish(None, None, {}, {})


def take_wish(parameters: Parameters, prefix: str = "_") -> Wish:
    """Take `layout.response`, `portal` and the portals' limits and offsets, which a query spells with `_`."""
    if not parameters:
        return _NOTHING_SAID
    return Wish(
        parameters.take_text("layout.response"),
        parameters.take_names("portal"),
        _take_windows(parameters, f"{prefix}limit."),
        _take_windows(parameters, f"{prefix}offset."),
    )


def _take_windows(parameters: Parameters, prefix: str) -> dict[str, int]:
    return {name: parameters.take_count(name) or 1 for name in parameters.names(prefix)}


def _named(layout: Layout, names: Sequence[str]) -> list[Portal]:
    """Give the portals of some names; the name of an occurrence means all its portals if none is called so."""
    keys = {one.key for one in layout.portals}
    return [one for one in layout.portals if one.key in names or one.occurrence.name in set(names) - keys]


def _by_portal(layout: Layout, windows: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Give numbers by the portals that they are for, whose names come after the prefix."""
    numbers: dict[str, int] = {}
    for name, number in windows.items():
        portal = layout.portal(name.removeprefix("_").removeprefix(prefix))
        if portal is None:
            raise unknown_parameters([name])
        numbers[portal.key] = number
    return numbers


def _page(portal: Portal, offset: int, limit: int, *, first_row_only: bool) -> Page:
    """Give the rows to show: without scrolling nobody sees more than the portal does."""
    rows = 1 if first_row_only else portal.rows
    if rows is not None:
        limit = min(limit, max(rows - offset + 1, 0))
    return Page(portal.initial + offset - 1, limit)


def take_page(parameters: Parameters, prefix: str = "_") -> Page:
    """Take offset and limit."""
    offset = parameters.take_count(f"{prefix}offset")
    limit = parameters.take_count(f"{prefix}limit")
    return Page(offset or 1, limit or RECORDS)


@dataclass(frozen=True, slots=True)
class SortWish:
    """One level of a sort as a request says it: a field's name, and a direction or a value list's name."""

    field: str
    order: str

    def on(self, call: Call) -> SortKey:
        """Look it up.

        Raises:
            Refusal: The layout has no such field, or there is no such order.
        """
        found = call.layout.place(self.field)
        if found is None:
            raise Refusal(refusals.FIELD_MISSING)
        if self.order in _DIRECTIONS:
            return SortKey(found[0], _DIRECTIONS[self.order])
        value_list = call.schema.value_lists.get(self.order)
        if value_list is None:
            raise Refusal(refusals.BAD_SORT_ORDER)
        return SortKey(found[0], False, values_of(value_list, call.engine.store, call.engine.relations))


def take_sort(parameters: Parameters, name: str) -> list[SortWish]:
    """Take the sort order."""
    return [_sort_wish(one, name) for one in parameters.take_list(name) or []]


def _sort_wish(given: object, name: str) -> SortWish:
    members = as_object(given) or {}
    field, order = members.get("fieldName"), members.get("sortOrder", "ascend")
    if (
        not isinstance(field, str)
        or not isinstance(order, str)
        or members.keys() - {"fieldName", "sortOrder"}
    ):
        raise malformed(name)
    return SortWish(field, order)


def sort_keys(call: Call, wishes: Sequence[SortWish]) -> list[SortKey]:
    """Look up a sort order."""
    return [one.on(call) for one in wishes]
