"""Which table occurrences layouts and portals show, as far as a server's replies tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from fmorm.drafting.replies import Metadata, Raw
from fmorm.drafting.sketch import occurrence_name


class Occurrences:
    """The table occurrences of layouts and portals.

    Attributes:
        of_layout: That of each layout.
        of_portal: That of each portal, by layout and portal.
        certain: The layouts whose occurrence was told.
    """

    def __init__(self, metadata: Metadata) -> None:
        """Work them out: from `dataInfo` where there is one, else from the list of layouts, else guess."""
        told = dict(_told_tables(metadata))
        self.certain = set(told)
        self.of_portal = {
            (layout, portal): _of_portal(metadata.records.get(layout, {}), portal, fields)
            for layout, reply in metadata.metadata.items()
            for portal, fields in reply.get("portalMetaData", {}).items()
        }
        self.of_layout: dict[str, str] = {}
        for layout in metadata.metadata:
            self.of_layout[layout] = occurrence_name(told.get(layout) or self._guess(layout))

    def meant(self, name: str) -> str:
        """Give the occurrence of a layout of this name, unless it is the name of an occurrence."""
        known = {*self.of_layout.values(), *self.of_portal.values()}
        return name if name in known else self.of_layout.get(name, name)

    def _guess(self, layout: str) -> str:
        """Take the occurrence of a layout with the same related one in a portal, else name it after the layout."""
        mine = self._portals_of(layout)
        for other in self.of_layout:
            if not mine.isdisjoint(self._portals_of(other)):
                return self.of_layout[other]
        name = occurrence_name(layout)
        while name in mine:
            name += " layout"
        return name

    def _portals_of(self, layout: str) -> set[str]:
        return {occurrence for (owner, _), occurrence in self.of_portal.items() if owner == layout}


def _told_tables(metadata: Metadata) -> Iterator[tuple[str, str]]:
    yield from _listed(metadata.layouts.get("layouts", ()))
    for layout, reply in metadata.records.items():
        table = reply.get("dataInfo", {}).get("table")
        if table:
            yield layout, table


def _listed(items: Iterable[Raw]) -> Iterator[tuple[str, str]]:
    """Give the tables in a list of layouts; real servers leave them empty."""
    for item in items:
        if item.get("isFolder"):
            yield from _listed(item.get("folderLayoutNames", ()))
        elif item.get("table"):
            yield item["name"], item["table"]


def _of_portal(records: Raw, portal: str, fields: Iterable[Raw]) -> str:
    """Give a portal's occurrence: as its records tell, else its own name, else the one of most of its fields."""
    for record in records.get("data", ()):
        for info in record.get("portalDataInfo", ()):
            if portal == info.get("portalObjectName", info.get("table")) and info.get("table"):
                return str(info["table"])
    owners = Counter(_owner(one) for one in fields if "::" in one.get("name", ""))
    if not owners or portal in owners:
        return portal
    return owners.most_common(1)[0][0]


def _owner(told: Any) -> str:
    owner: str = told["name"].rpartition("::")[0]
    return owner
