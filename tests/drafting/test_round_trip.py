"""A file that is pulled, drafted, served and pulled again is the same: what clients see of it has come through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fmorm._sync.raw import RawDatabase
from fmorm.drafting import Metadata, anonymised, draft_from_metadata
from fmorm.drafting.pulling import pull

TESTS = Path(__file__).parent.parent
SCHEMAS = [TESTS.parent / "examples" / "people.toml", TESTS / "scenarios" / "office.toml"]
MEMBERS = (
    "name",
    "result",
    "global",
    "maxRepeat",
    "repetitionStart",
    "repetitionEnd",
    "displayType",
    "numeric",
)


def pulled(schema: Path | Mapping[str, object]) -> Metadata:
    with RawDatabase.embedded(schema) as db:
        return pull(db, "x", rows=100)


def seen(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{member: one[member] for member in MEMBERS} for one in fields]


def described(metadata: Metadata) -> dict[str, Any]:
    return {
        layout: (
            seen(reply["fieldMetaData"]),
            {name: seen(fields) for name, fields in reply["portalMetaData"].items()},
        )
        for layout, reply in metadata.metadata.items()
    }


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


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
@pytest.mark.parametrize("hide", [False, True], ids=["as it is", "anonymised"])
def test_what_clients_see_comes_through(schema: Path, hide: bool) -> None:
    first = pulled(schema)
    told = anonymised(first, secret=b"secret") if hide else first
    assert any(reply["data"] for reply in told.records.values())
    again = pulled(draft_from_metadata(told).schema)
    assert described(again) == described(first)
    assert contents(again) == contents(told)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_a_draft_of_a_draft_changes_nothing_more(schema: Path) -> None:
    once = draft_from_metadata(pulled(schema))
    twice = draft_from_metadata(pulled(once.schema))
    for part in ("occurrences", "relationships", "layouts"):
        assert twice.schema[part] == once.schema[part]
