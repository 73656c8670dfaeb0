"""Replies with invented contents in place of the real ones."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from fmorm.drafting.files import changed, container_names, is_container, without_addresses
from fmorm.drafting.inventing import Inventor
from fmorm.drafting.replies import Metadata, Raw

_IDS: Final = frozenset({"recordId", "modId"})


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
            layout: _with_data(reply, inventor, container_names(metadata.metadata.get(layout, {})))
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


def _with_data(reply: Raw, inventor: Inventor, containers: set[str]) -> Raw:
    def invent(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: value if name in _IDS or is_container(name, containers) else inventor.value(value)
            for name, value in fields.items()
        }

    hidden = without_addresses(reply, containers)
    return {**hidden, "data": [changed(record, invent) for record in hidden["data"]]}
