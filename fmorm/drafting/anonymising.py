"""Replies with invented contents in place of the real ones."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from fmorm.drafting.inventing import Inventor
from fmorm.drafting.replies import Metadata, Raw

_IDS: Final = frozenset({"recordId", "modId"})
_FILE: Final = "https://files.example/"
"""What stands for the address of a file: that there is one."""


def anonymised(metadata: Metadata, *, secret: bytes | None = None) -> Metadata:
    """Replace the contents of records, and of value lists that come from fields.

    The same value becomes the same value everywhere, so keys still match. Custom value lists, and values in them, stay.
    Names of layouts, fields and lists stay as well.

    Args:
        metadata: The replies.
        secret: What decides the values; a new secret for each call where it is left out.

    Returns:
        Replies of the same form.
    """
    inventor = Inventor(secret or secrets.token_bytes(32), _custom_values(metadata))
    return replace(
        metadata,
        metadata={layout: _with_lists(reply, inventor) for layout, reply in metadata.metadata.items()},
        records={
            layout: _with_data(reply, inventor, _containers(metadata.metadata.get(layout, {})))
            for layout, reply in metadata.records.items()
        },
    )


def _custom_values(metadata: Metadata) -> Iterator[str]:
    for reply in metadata.metadata.values():
        for one in reply.get("valueLists", ()):
            if _is_custom(one):
                yield from (str(entry["value"]) for entry in one.get("values", ()))


def _is_custom(value_list: Raw) -> bool:
    return value_list.get("type") == "customList"


def _with_lists(reply: Raw, inventor: Inventor) -> Raw:
    if "valueLists" not in reply:
        return reply
    lists = [one if _is_custom(one) else _with_values(one, inventor) for one in reply["valueLists"]]
    return {**reply, "valueLists": lists}


def _with_values(value_list: Raw, inventor: Inventor) -> Raw:
    values = [
        {name: inventor.value(value) for name, value in entry.items()}
        for entry in value_list.get("values", ())
    ]
    return {**value_list, "values": values}


def _containers(reply: Raw) -> set[str]:
    """Name the container fields of a layout, as its records name them but without repetitions."""
    fields: Iterable[Raw] = [
        *reply.get("fieldMetaData", ()),
        *(one for portal in reply.get("portalMetaData", {}).values() for one in portal),
    ]
    return {one["name"] for one in fields if one.get("result") == "container"}


def _with_data(reply: Raw, inventor: Inventor, containers: set[str]) -> Raw:
    def invent(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: _file(value) if _is_in(name, containers) else _invented(name, value, inventor)
            for name, value in fields.items()
        }

    def record(raw: Raw) -> dict[str, Any]:
        portals = raw.get("portalData", {}).items()
        rows = {portal: [invent(row) for row in rows] for portal, rows in portals}
        return {**raw, "fieldData": invent(raw["fieldData"]), "portalData": rows}

    return {**reply, "data": [record(raw) for raw in reply.get("data", ())]}


def _invented(name: str, value: object, inventor: Inventor) -> object:
    return value if name in _IDS else inventor.value(value)


def _is_in(name: str, containers: set[str]) -> bool:
    return name in containers or name.rpartition("(")[0] in containers


def _file(value: object) -> object:
    return _FILE if value else value
