"""What the page's tests in a browser look at: two files behind one address."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from server.album import Album

from fmorm.server import App, load_schema

HOSTILE = "<img src=/stolen onerror=alert(1)><script>alert(2)</script>"
DIGITS = "123456789012345678901234567890.5"
PEOPLE: dict[str, Any] = {
    "database": {"name": "people"},
    "accounts": {"api": {"password": "secret"}, "Jörg": {"password": "pässword:1"}},
    "tables": {
        "Person": {
            "fields": {
                "Key": {"type": "text", "auto_enter": "uuid"},
                "Name": "text",
                "Size": "number",
                "Phone": {"type": "text", "repetitions": 3},
                "Photo": "container",
                "Paper": "container",
                "Setting": {"type": "text", "global": True},
            }
        },
        "Letter": {"fields": {"PersonKey": "text", "Title": "text"}},
    },
    "occurrences": {"person": "Person", "letters": "Letter"},
    "relationships": [{"join": "person::Key = letters::PersonKey", "allow_creation": ["letters"]}],
    "layouts": {
        "person": {
            "fields": ["Name", "Size", "Phone", "Photo", "Paper", "Setting"],
            "portals": {
                "Mail": {"occurrence": "letters", "fields": ["Title"]},
                HOSTILE: {"occurrence": "letters", "fields": ["Title"]},
            },
        },
        "a/b #?% 😀": {"occurrence": "person", "fields": ["Name"]},
        HOSTILE: {"occurrence": "person", "fields": ["Name", "Size"]},
        "letters": {"fields": ["Title"]},
    },
}
STORE: dict[str, Any] = {
    "database": {"name": "store"},
    "accounts": {"clerk": {"password": "till"}},
    "tables": {
        "Item": {
            "fields": {
                "Name": {"type": "text", "required": True, "max_length": 30},
                "State": "text",
                "Price": "number",
                "Total": {"type": "number", "calculation": "Price * 2"},
                "Parts": {"type": "text", "repetitions": 5},
            }
        },
        "State": {"fields": {"Number": "text", "Name": "text"}},
    },
    "occurrences": {"item": "Item", "state": "State"},
    "value_lists": {"States": {"field": "state::Number", "second": "state::Name"}},
    "layouts": {
        "Item": {
            "occurrence": "item",
            "fields": [
                "Name",
                {"field": "State", "display": "popupMenu", "values": "States"},
                "Total",
                "<Field Missing>",
                {"field": "Parts", "repetitions": [2, 4]},
            ],
        },
        "Deep": {"occurrence": "item", "fields": ["Name"]},
    },
    "folders": {"layouts": ["Item", "-", {"name": "Sales", "items": [{"name": "Old", "items": ["Deep"]}]}]},
    "rows": {"State": [{"Number": "1", "Name": "open"}, {"Number": "2", "Name": "done"}]},
}


def filled() -> App:
    """Give the two files with sixty people, one of them hostile, and an item."""
    app = App([load_schema(PEOPLE), load_schema(STORE)], authenticated_streaming=True)
    album = Album(app)
    for number in range(1, 60):
        album.create(
            {"Name": f"Person {number:02}", "Size": f"{number * 7 % 60}", "Phone(2)": f"555-{number}"}
        )
    row = {"letters::Title": HOSTILE}
    album.create({"Name": HOSTILE, "Size": DIGITS, "Phone(1)": HOSTILE}, portalData={"Mail": [row, row]})
    album.upload("1", picture(), "red.png")
    album.upload("1", b"<script>alert(3)</script>", "page.html", field="Paper", media_type="text/html")
    album.upload("60", b"<script>alert(4)</script>", '"><img src=x onerror=alert(5)>.png')
    album.call("DELETE", f"/databases/people/sessions/{album.token}")
    return app


def picture() -> bytes:
    """Give a PNG of 3 x 2 red points."""
    lines = (b"\0" + b"\xff\0\0" * 3) * 2
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ]
    packed = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
