"""Container fields in replies: the address of a file is as good as a ticket while the session lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from fmorm.drafting.replies import Raw

FILE: Final = "https://files.example/"
"""What stands for the address of a file: that there is one."""


def container_names(metadata: Raw) -> set[str]:
    """Name the container fields of a layout, as its records name them but without repetitions."""
    fields: Iterable[Raw] = [
        *metadata.get("fieldMetaData", ()),
        *(one for portal in metadata.get("portalMetaData", {}).values() for one in portal),
    ]
    return {one["name"] for one in fields if one.get("result") == "container"}


def without_addresses(records: Raw, containers: AbstractSet[str]) -> Raw:
    """Give a reply with records, in which containers tell only whether there is a file."""

    def hidden(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: FILE if value and is_container(name, containers) else value
            for name, value in fields.items()
        }

    return {**records, "data": [changed(record, hidden) for record in records.get("data", ())]}


def changed(record: Raw, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Raw:
    """Give a record with other contents: `change` is called with its fields, and with each row of its portals."""
    portals = record.get("portalData", {}).items()
    rows = {portal: [change(row) for row in rows] for portal, rows in portals}
    return {**record, "fieldData": change(record["fieldData"]), "portalData": rows}


def is_container(name: str, containers: AbstractSet[str]) -> bool:
    """Whether a field of a record is one of these, or a repetition of one."""
    return name in containers or name.rpartition("(")[0] in containers
