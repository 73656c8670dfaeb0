"""Where a database lives, and how a model's portals and layout are asked for there."""

from __future__ import annotations

from dataclasses import dataclass, field

from fmorm.errors import RecordStateError
from fmorm.mapper.dateforms import DateForms
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model
from fmorm.model.state import Origin, state
from fmorm.model.unnamed import LayoutRecord
from fmorm.query.find import PortalChoice
from fmorm.wire.requests import PORTAL_ROWS, Place, Rows


@dataclass(frozen=True, slots=True)
class Home:
    """One database on one host.

    Attributes:
        host: The server's address.
        place: The database and the API version.
        dates: What is known of the form of its dates.
        layouts: The models of layouts that have none, which were made of the server's metadata, by layout.
    """

    host: str
    place: Place
    dates: DateForms = field(default_factory=DateForms, compare=False, repr=False)
    layouts: dict[str, type[LayoutRecord]] = field(
        default_factory=dict[str, type[LayoutRecord]], compare=False, repr=False
    )

    def origin(self, layout: str) -> Origin:
        """Give what records of a layout remember."""
        return Origin(self.host, self.place.database, layout)


def rows_of(plan: Plan, choices: tuple[PortalChoice, ...] | None) -> list[Rows]:
    """Say which portal rows to ask for.

    Args:
        plan: The plan of the model.
        choices: What a find chose; None for every portal that the model declares.

    Returns:
        The portals by name, with their limits.
    """
    if choices is None:
        return [Rows(portal.name, portal.limit or PORTAL_ROWS) for portal in plan.portals.values()]
    declared = {portal.name: portal.limit for portal in plan.portals.values()}
    return [
        Rows(choice.name, choice.limit or declared[choice.name] or PORTAL_ROWS, choice.offset)
        for choice in choices
    ]


def asked_in_part(plan: Plan, choices: tuple[PortalChoice, ...] | None) -> frozenset[str]:
    """Name the attributes of the portals of which a part was asked for on purpose."""
    partial = {choice.name for choice in choices or () if choice.limit is not None or choice.offset}
    return frozenset(portal.attr for portal in plan.portals.values() if portal.name in partial)


def at_home(home: Home, record: Model) -> Plan:
    """Give the plan of a record that lives here.

    Raises:
        RecordStateError: It came from another host, database or layout.
    """
    plan = plan_of(type(record))
    expect_here(home, f"this {type(record).__name__}", state(record).origin, plan.place)
    return plan


def expect_here(home: Home, what: str, origin: Origin | None, layout: str) -> None:
    """Check that what has an origin, if it has one, came from this layout of this database.

    Raises:
        RecordStateError: It came from another host, database or layout.
    """
    if origin is not None and origin != home.origin(layout):
        raise RecordStateError(
            f"{what} came from {origin}, and this is {home.origin(layout)}: record ids mean nothing elsewhere"
        )
