"""Replies as real servers send them, about a file that nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fmorm.drafting import Metadata

Raw = dict[str, Any]


def told_field(name: str, result: str = "text", **other: Any) -> Raw:
    """One entry of `fieldMetaData`."""
    return {
        "name": name,
        "type": "normal",
        "displayType": "editText",
        "result": result,
        "global": False,
        "autoEnter": False,
        "fourDigitYear": False,
        "maxRepeat": 1,
        "maxCharacters": 0,
        "notEmpty": False,
        "numeric": False,
        "timeOfDay": False,
        "repetitionStart": 1,
        "repetitionEnd": other.get("maxRepeat", 1),
    } | other


def told_layout(
    *fields: Raw | str, portals: Mapping[str, Sequence[Raw | str]] | None = None, lists: Sequence[Raw] = ()
) -> Raw:
    """The reply about a layout; a text is a plain field."""
    reply: Raw = {
        "fieldMetaData": _all(fields),
        "portalMetaData": {name: _all(inner) for name, inner in (portals or {}).items()},
    }
    return reply | ({"valueLists": list(lists)} if lists else {})


def _all(fields: Iterable[Raw | str]) -> list[Raw]:
    return [told_field(one) if isinstance(one, str) else one for one in fields]


def told_list(name: str, *values: str | tuple[str, str], of_a_field: bool = False) -> Raw:
    """One entry of `valueLists`; a pair is what is shown and the value."""
    pairs = [one if isinstance(one, tuple) else (one, one) for one in values]
    return {
        "name": name,
        "type": "byField" if of_a_field else "customList",
        "values": [{"displayValue": shown, "value": value} for shown, value in pairs],
    }


def told_record(record_id: int, fields: Raw, **portals: list[Raw]) -> Raw:
    """One record; the rows of a portal have their `recordId`."""
    return {
        "fieldData": fields,
        "portalData": {name: [{**row, "modId": "0"} for row in rows] for name, rows in portals.items()},
        "recordId": str(record_id),
        "modId": "1",
        "portalDataInfo": [],
    }


def told_records(layout: str, table: str, *records: Raw) -> Raw:
    """The reply with records of a layout."""
    info = {"database": "Office", "layout": layout, "table": table, "totalRecordCount": len(records)}
    return {
        "dataInfo": {**info, "foundCount": len(records), "returnedCount": len(records)},
        "data": list(records),
    }


def told_names(*items: Any) -> Raw:
    """The list of layouts: texts, and folders as pairs of a name and their items."""
    return {"layouts": [_item(one) for one in items]}


def _item(item: Any) -> Raw:
    if isinstance(item, str):
        return {"name": item, "table": ""}
    return {"name": item[0], "isFolder": True, "folderLayoutNames": [_item(one) for one in item[1]]}


ORDER = told_layout(
    told_field("OrderID", "number", autoEnter=True, notEmpty=True),
    told_field("Customer", notEmpty=True),
    told_field("Mail"),
    told_field("Placed", "date"),
    told_field("Pickup", "time"),
    told_field("Changed", "timeStamp", autoEnter=True),
    told_field("Phone", maxRepeat=2),
    told_field("Scan", "container"),
    told_field("Lines", "number", type="calculation"),
    told_field("All", "number", type="summary"),
    told_field("Year", "number", **{"global": True}),
    told_field("Paid", "number", numeric=True),
    told_field("order_customer::City"),
    portals={
        "Items": [
            told_field("order_lines::Item"),
            told_field("order_lines::OrderID", "number"),
            told_field("line_article::Price", "number"),
        ],
        "order_notes": [told_field("order_notes::Text")],
    },
)

ORDER_RECORDS = told_records(
    "orders",
    "order",
    told_record(
        4,
        {
            "OrderID": 104,
            "Customer": "Fjord Bakery",
            "Mail": "post@fjord.no",
            "Placed": "11/22/2026",
            "Pickup": "10:30:00",
            "Changed": "11/22/2026 09:00:01",
            "Phone(1)": "",
            "Phone(2)": "+47 55 00 00 00",
            "Scan": "https://fm.example.com/Streaming_SSL/MainDB/AB.png?RCType=EmbeddedRCFileProcessor",
            "Lines": 2,
            "All": 3,
            "Year": 2026,
            "Paid": "",
            "order_customer::City": "Bergen",
        },
        Items=[
            {
                "recordId": "21",
                "order_lines::Item": "Rye",
                "order_lines::OrderID": 104,
                "line_article::Price": 1.5,
            },
            {
                "recordId": "22",
                "order_lines::Item": "Oat",
                "order_lines::OrderID": 104,
                "line_article::Price": "",
            },
        ],
        order_notes=[],
    ),
    told_record(
        2,
        {
            "OrderID": 102,
            "Customer": "Agnes Moe",
            "Mail": "agnes@moe.no",
            "Placed": "?",
            "Pickup": "30:00:00",
            "Changed": "",
            "Phone(1)": "",
            "Phone(2)": "",
            "Scan": "",
            "Lines": 1,
            "All": 3,
            "Year": 2026,
            "Paid": "cash",
            "order_customer::City": "",
        },
        Items=[
            {
                "recordId": "23",
                "order_lines::Item": "Rye",
                "order_lines::OrderID": 102,
                "line_article::Price": 1.5,
            }
        ],
        order_notes=[{"recordId": "9", "order_notes::Text": "Agnes Moe\rcalls"}],
    ),
)

ARTICLES = told_layout("Name", told_field("Code", autoEnter=True))

OFFICE = Metadata(
    "Office",
    told_names("orders", "articles"),
    {"orders": ORDER, "articles": ARTICLES},
    {"orders": ORDER_RECORDS, "articles": told_records("articles", "article")},
)
