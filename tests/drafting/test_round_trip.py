"""A file that is pulled, drafted, served and pulled again is the same: what clients see of it has come through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fmorm._sync.raw_database import RawDatabase
from fmorm.drafting import Metadata, anonymised, draft_from_metadata
from fmorm.drafting.pulling import pull

TESTS = Path(__file__).parent.parent
FILES = [TESTS.parent / "examples" / "people.toml", TESTS / "scenarios" / "office.toml"]
EVERYTHING: Mapping[str, object] = {
    "database": {"name": "everything"},
    "tables": {
        "Order": {
            "fields": {
                "ID": {"type": "number", "auto_enter": "serial", "required": True, "unique": True},
                "Status": {"type": "text", "max_length": 9},
                "Due": {"type": "date", "four_digit_year": True},
                "At": {"type": "time", "time_of_day": True},
                "Marks": {"type": "text", "repetitions": 5},
                "Twice": {"type": "number", "calculation": "ID * 2"},
            }
        },
        "Line": {"fields": {"Order": "number", "Item": "text", "Made": "timestamp"}},
    },
    "occurrences": {"order": "Order", "lines": "Line", "line": "Line"},
    "relationships": [{"join": "order::ID = lines::Order", "allow_creation": ["lines"]}],
    "value_lists": {"Statuses": ["open", "closed", "-"], "Items": {"field": "line::Item"}},
    "layouts": {
        "order": {
            "fields": [
                "ID",
                {"field": "Status", "display": "popupMenu", "values": "Statuses"},
                "Due",
                "At",
                {"field": "Marks", "repetitions": [1, 3]},
                "Twice",
            ],
            "portals": {
                "Lines": {
                    "occurrence": "lines",
                    "fields": [{"field": "Item", "display": "popupList", "values": "Items"}, "Made"],
                }
            },
        },
        "line": {"fields": ["Item", "Order"]},
        "slim order": {
            "occurrence": "order",
            "fields": ["ID", "<Field Missing>", {"field": "Marks", "repetitions": [2, 2]}],
        },
    },
    "folders": {
        "layouts": [
            "order",
            "-",
            {"name": "Others", "items": ["line", {"name": "In", "items": ["slim order"]}]},
        ]
    },
    "rows": {
        "Order": [
            {"ID": 7, "Status": "open", "Due": "11/22/2026", "At": "10:30:00", "Marks": ["a", "", "c"]},
            {"ID": 9, "Status": "closed", "Marks": ["", "b"]},
        ],
        "Line": [
            {"Order": 7, "Item": "Rye", "Made": "11/22/2026 09:00:00"},
            {"Order": 7, "Item": "Oat"},
            {"Order": 9, "Item": "Rye"},
        ],
    },
}
SCHEMAS: list[Path | Mapping[str, object]] = [*FILES, EVERYTHING]
NAMES = ["people", "office", "everything"]
MEMBERS = (
    *("name", "result", "global", "maxRepeat", "repetitionStart", "repetitionEnd", "displayType", "numeric"),
    *("maxCharacters", "timeOfDay", "fourDigitYear", "valueList"),
)


def pulled(schema: Path | Mapping[str, object]) -> Metadata:
    with RawDatabase.embedded(schema) as db:
        return pull(db, "x", rows=100)


def seen(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{member: one.get(member) for member in MEMBERS} for one in fields]


def described(metadata: Metadata) -> dict[str, Any]:
    return {
        layout: (
            seen(reply["fieldMetaData"]),
            {name: seen(fields) for name, fields in reply["portalMetaData"].items()},
        )
        for layout, reply in metadata.metadata.items()
    }


def listed(metadata: Metadata) -> Any:
    """The value lists of the layouts; those of fields are custom ones in a draft."""
    lists = [one for reply in metadata.metadata.values() for one in reply.get("valueLists", ())]
    return [(one["name"], [entry["value"] for entry in one["values"]]) for one in lists]


def shown(fields: Mapping[str, Any], entered: set[str]) -> dict[str, Any]:
    """The contents of a record or row that are not the server's own."""
    return {name: value for name, value in fields.items() if name not in entered | {"recordId", "modId"}}


def contents(metadata: Metadata) -> dict[str, Any]:
    return {layout: _contents(metadata.metadata[layout], reply) for layout, reply in metadata.records.items()}


def _contents(metadata: Mapping[str, Any], records: Mapping[str, Any]) -> list[Any]:
    told = {one["name"] for one in metadata["fieldMetaData"] if one["global"] or one["result"] == "container"}
    return [
        (
            shown(record["fieldData"], told),
            {name: [shown(row, told) for row in rows] for name, rows in record["portalData"].items()},
        )
        for record in records["data"]
    ]


@pytest.mark.parametrize("schema", SCHEMAS, ids=NAMES)
@pytest.mark.parametrize("hide", [False, True], ids=["as it is", "anonymised"])
def test_what_clients_see_comes_through(schema: Path | Mapping[str, object], hide: bool) -> None:
    first = pulled(schema)
    told = anonymised(first, secret=b"secret") if hide else first
    assert any(reply["data"] for reply in told.records.values())
    again = pulled(draft_from_metadata(told).schema)
    assert described(again) == described(first)
    assert contents(again) == contents(told)
    assert again.layouts == told.layouts
    assert listed(again) == listed(told)


@pytest.mark.parametrize("schema", SCHEMAS, ids=NAMES)
def test_a_draft_of_a_draft_changes_nothing_more(schema: Path | Mapping[str, object]) -> None:
    once = draft_from_metadata(pulled(schema))
    twice = draft_from_metadata(pulled(once.schema))
    for part in ("occurrences", "relationships", "layouts"):
        assert twice.schema[part] == once.schema[part]
