"""Replies as FileMaker Server writes them: key order, strings and numbers as in real ones, invented data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fmorm.wire.codes import message as code_text
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Request

JSON = {"content-type": "application/json; charset=utf-8", "cache-control": "no-cache"}
TOKEN = "7d0c41b2a95e8f36d1407be2c8a95f03e6d1b7402c8fa953be61"
"""52 lower-case hex digits, as all that were ever seen."""

READ = Request("GET", "/fmi/data/vLatest/databases/crm/layouts/guest/records/7", "read of layout 'guest'")
WRITE = Request(
    "PATCH",
    "/fmi/data/vLatest/databases/crm/layouts/guest/records/7",
    "edit on layout 'guest', record 7",
    body={"fieldData": {"Name": "Ida"}, "modId": "3"},
    writes=True,
)


def compact(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def ok(response: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply that says OK: `response` before `messages`."""
    body = {"response": dict(response or {}), "messages": [{"code": "0", "message": "OK"}]}
    return Reply(200, {**JSON, **(headers or {})}, compact(body))


def refusal(code: int, status: int = 500, text: str | None = None) -> Reply:
    """An error of the database: `messages` first, and in it `code` first."""
    message = {"code": str(code), "message": code_text(code) if text is None else text}
    return Reply(status, JSON, compact({"messages": [message], "response": {}}))


def invalid(code: int, text: str, status: int = 400) -> Reply:
    """An error of the request validator: `message` first."""
    return Reply(status, JSON, compact({"messages": [{"message": text, "code": str(code)}], "response": {}}))


def expired() -> Reply:
    return refusal(952, status=401)


def page(status: int, kind: str = "text/html") -> Reply:
    """The page of a web server in front of the Data API."""
    html = f"<html><head><title>{status}</title></head><body>Service Unavailable</body></html>"
    return Reply(status, {"content-type": kind}, html.encode())


def record(
    record_id: int,
    fields: Mapping[str, Any] | None = None,
    portals: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    mod_id: int = 0,
    tables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A member of `data`; `tables` gives the table occurrence of each portal that has an object name."""
    named = tables or {}
    info = [
        ({"portalObjectName": name} if name in named else {})
        | {
            "database": "crm",
            "table": named.get(name, name),
            "foundCount": len(rows),
            "returnedCount": len(rows),
        }
        for name, rows in (portals or {}).items()
    ]
    return {
        "fieldData": dict(fields or {}),
        "portalData": {name: list(rows) for name, rows in (portals or {}).items()},
        "recordId": str(record_id),
        "modId": str(mod_id),
        "portalDataInfo": info,
    }


def row(record_id: int, fields: Mapping[str, Any], *, mod_id: int = 0) -> dict[str, Any]:
    """A portal row: `recordId` first and `modId` last."""
    return {"recordId": str(record_id), **fields, "modId": str(mod_id)}


def records(data: Sequence[Mapping[str, Any]], found: int, *, total: int | None = None) -> Reply:
    """The reply to a read or a find."""
    info = {
        "database": "crm",
        "layout": "guest",
        "table": "guests",
        "totalRecordCount": found if total is None else total,
        "foundCount": found,
        "returnedCount": len(data),
    }
    return ok({"dataInfo": info, "data": list(data)})


def records_of_17(data: Sequence[Mapping[str, Any]]) -> Reply:
    """The same from FileMaker Server 17: it counts neither records nor portal rows."""
    plain = [{key: value for key, value in one.items() if key != "portalDataInfo"} for one in data]
    return ok({"data": plain})
