"""Checking models against the layouts of a live database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fmorm.checking.comparing import compare, first_row_only, missing_layout
from fmorm.checking.findings import Finding, Findings
from fmorm.errors import Missing, NoRecords, PrivilegeError
from fmorm.mapper.given import expect_model
from fmorm.mapper.home import Home, rows_of
from fmorm.model.plan import Plan
from fmorm.model.records import Model
from fmorm.protocol import metadata
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Steps
from fmorm.wire import requests
from fmorm.wire.metadata import LayoutMetadata

_CUTS_PORTALS: Final = "v1"
"""The version in which a layout that opens in table view gives one row of a portal, and no metadata tell the view."""

_LOOKED_AT: Final = 20
"""Records in which a cut portal is looked for: it shows only where there are related records."""


def check(home: Home, models: Sequence[type[Model]]) -> Steps[Findings]:
    """Compare models with their layouts, which are asked for once each.

    Raises:
        TypeError: There are no models, or one of them is none.
        ServerError: The server says no to something else than one layout.
        TransportError: The conversation broke.
    """
    if not models:
        raise TypeError("check takes models: db.check(Person, Order)")
    plans = [expect_model(model, "check") for model in models]
    told: dict[str, LayoutMetadata] = {}
    found: list[Finding] = []
    for plan in plans:
        try:
            if plan.place not in told:
                told[plan.place] = yield from metadata.layout_metadata(home.place, plan.place)
        except (Missing, PrivilegeError) as error:
            found.append(missing_layout(plan, str(error)))
            continue
        found += compare(plan, told[plan.place])
        if home.place.version == _CUTS_PORTALS:
            found += yield from _cut_portals(home, plan, told[plan.place])
    return Findings(found)


def _cut_portals(home: Home, plan: Plan, told: LayoutMetadata) -> Steps[list[Finding]]:
    """Look for portals of which there is one row where there should be more."""
    shown = {one.name for one in told.portals}
    rows = [one for one in rows_of(plan, None) if one.name in shown]
    if not rows:
        return []
    request = requests.read_range(home.place, plan.place, offset=0, limit=_LOOKED_AT, portals=rows)
    try:
        response = yield from call(request)
    except (NoRecords, Missing, PrivilegeError):
        return []
    infos = [info for record in response.get("data", ()) for info in record.get("portalDataInfo", ())]
    cut = {info.get("portalObjectName", info.get("table")) for info in infos if _is_cut(info)}
    limits = {one.name: one.limit for one in rows}
    portals = [one for one in plan.portals.values() if limits.get(one.name, 0) > 1]
    return [first_row_only(plan, one) for one in portals if one.name in cut]


def _is_cut(info: dict[str, Any]) -> bool:
    return info.get("returnedCount") == 1 and info.get("foundCount", 0) > 1
