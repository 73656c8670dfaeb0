"""Replies to creating and editing: a record, and the portal rows that were made with it."""

from __future__ import annotations

from collections import Counter

from fmorm.server.exact import as_array, as_object
from fmorm.server.http import Reply
from tools.replies.hosting import Host

_LAYOUT, _TABLE, _KEY = "Layout", "Table", "_key"
Object = dict[str, object]


def _made(response: Object) -> Counter[tuple[str, str]]:
    """Give the portal rows that were made, by occurrence and record id, with the number of their fields."""
    infos = [as_object(one) or {} for one in as_array(response.get("newPortalRecordInfo")) or []]
    return Counter((str(one["tableName"]), str(one["recordId"])) for one in infos)


def schema_of(response: Object) -> Object:
    """Give the schema of a file in which such a record can be written."""
    made = _made(response)
    widths = {table: max(made[one] for one in made if one[0] == table) for table, _ in made}
    fields = {table: {f"Field {n}": "text" for n in range(width)} for table, width in widths.items()}
    layout = {
        "occurrence": _TABLE,
        "fields": [_KEY],
        "portals": {table: {"fields": list(names)} for table, names in fields.items()},
    }
    return {
        "database": {"name": "File"},
        "tables": {
            _TABLE: {"fields": {_KEY: "text"}},
            **{table: {"fields": {**names, _KEY: "text"}} for table, names in fields.items()},
        },
        "relationships": [
            {"join": f"{_TABLE}::{_KEY} = {table}::{_KEY}", "allow_creation": [table]} for table in fields
        ],
        "layouts": {_LAYOUT: layout},
    }


def write(host: Host, response: Object) -> Reply:
    """Create or edit a record as the reply tells."""
    portals: dict[str, list[Object]] = {}
    for (table, _), width in _made(response).items():
        row: Object = {f"{table}::Field {n}": "x" for n in range(width)}
        portals.setdefault(table, []).append(row)
    body: Object = {"fieldData": {_KEY: "1"}, **({"portalData": portals} if portals else {})}
    if "recordId" in response:
        return host.ask("POST", f"/layouts/{_LAYOUT}/records", body)
    host.ask("POST", f"/layouts/{_LAYOUT}/records", {"fieldData": {_KEY: "1"}})
    return host.ask("PATCH", f"/layouts/{_LAYOUT}/records/1", body)
