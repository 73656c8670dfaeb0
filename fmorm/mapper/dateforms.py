"""In which form dates are asked for: ISO, which is read sooner, where that is known to change nothing else.

The Data API writes dates as `MM/DD/YYYY` unless `dateformats` asks for ISO. A release that does not know the parameter
refuses it; and a date that a model holds as text would be another text. So the server is asked for its release, and
the layout for its fields; both once, and only when a find turns out to have several pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fmorm.errors import FmormError
from fmorm.model.plan import FieldPlan, Plan, plan_of
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Steps
from fmorm.query.conditions import fields_of
from fmorm.query.find import FindSpec
from fmorm.wire import requests
from fmorm.wire.requests import Place
from fmorm.wire.values import Kind

DATED: Final = frozenset({Kind.DATE, Kind.TIMESTAMP})
RESULTS: Final = frozenset({"date", "timestamp"})
"""The same, as the metadata of a layout call them, in lower case."""
FIRST_RELEASE: Final = 19
"""The first whose guide has `dateformats` on reads. Those that do not tell their version are later."""


class DateForms:
    """What one database object knows of the form of dates; all of its sessions share it."""

    def __init__(self, setting: bool | None = None) -> None:
        """Begin with what a setting says: True and False are not asked about, None is found out."""
        self._setting = setting
        self._taken = setting
        self._layouts: dict[Plan, bool] = {}

    def is_iso(self, plan: Plan, spec: FindSpec) -> bool:
        """Tell whether a find is to ask for ISO dates, as far as that is known now."""
        fits = self._setting or self._layouts.get(plan, False)
        return bool(self._taken and fits) and self._gains(plan, spec)

    def learn(self, place: Place, plan: Plan, spec: FindSpec) -> Steps[None]:
        """Find out, where it is not known yet and the find would gain by it; what cannot be found out is no."""
        if self._setting is not None or not self._gains(plan, spec):
            return
        if self._taken is None:
            self._taken = yield from _asked(_is_taken(place))
        if self._taken and plan not in self._layouts:
            self._layouts[plan] = yield from _asked(_is_safe(place, plan))

    def refuse(self) -> None:
        """Note that the server has refused the parameter."""
        self._taken = False

    def _gains(self, plan: Plan, spec: FindSpec) -> bool:
        """Whether there are dates to read, and none to find by: those might be read as ISO, too."""
        conditions = [one for one in (spec.condition, *spec.omits) if one is not None]
        kinds = {ref.codec.kind for one in conditions for ref in fields_of(one)}
        return kinds.isdisjoint(DATED) and any(field.codec.kind in DATED for field in _fields(plan))


def _asked(question: Steps[bool]) -> Steps[bool]:
    try:
        return (yield from question)
    except (
        FmormError,
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
    ):  # also a reply that is made otherwise
        return False


def _is_taken(place: Place) -> Steps[bool]:
    told: dict[str, Any] = (yield from call(requests.product_info(place))).get("productInfo", {})
    version = str(told.get("version") or FIRST_RELEASE).partition(".")[0]
    return int(version) >= FIRST_RELEASE


def _is_safe(place: Place, plan: Plan) -> Steps[bool]:
    """Whether the model holds as dates all dates of the layout that it declares."""
    response = yield from call(requests.layout_metadata(place, plan.place))
    dates = {_bare(name) for name in _dates(response)}
    return all(field.codec.kind in DATED or _bare(field.name) not in dates for field in _fields(plan))


def _dates(response: Mapping[str, Any]) -> Iterator[str]:
    fields: list[Mapping[str, Any]] = [
        *response["fieldMetaData"],
        *(field for portal in response.get("portalMetaData", {}).values() for field in portal),
    ]
    return (field["name"] for field in fields if str(field["result"]).lower() in RESULTS)


def _fields(plan: Plan) -> Iterable[FieldPlan]:
    yield from plan.fields.values()
    for portal in plan.portals.values():
        yield from plan_of(portal.row).fields.values()


def _bare(name: str) -> str:
    """Give the name without its table, for a portal's may be either: taking two for one only makes it careful."""
    return name.rpartition("::")[2].casefold()
