"""What the page's tests in a browser look at: two files behind one address."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from server.album import Album

from fmorm.server import App, Reply, Request, load_schema
from fmorm.server.exact import Json
from fmorm.server.http import json_reply

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
    "tables": {"Item": {"fields": {"Name": "text", "State": "text", "Total": "number"}}},
    "layouts": {"Item": {"fields": ["Name", "State", "Total"]}},
}
_ITEM: Json = {"name": "Item", "table": ""}
FOLDERS: Json = [
    _ITEM,
    {"name": "-", "table": ""},
    {
        "name": "Sales",
        "isFolder": True,
        "folderLayoutNames": [
            {"name": "Old", "isFolder": True, "folderLayoutNames": [{"name": "Deep", "table": ""}]}
        ],
    },
]


def _field(name: str, **more: Json) -> Json:
    kept: dict[str, Json] = {
        "name": name,
        "type": "normal",
        "displayType": "editText",
        "result": "text",
        "global": False,
        "autoEnter": False,
        "fourDigitYear": False,
        "maxRepeat": 1,
        "maxCharacters": 0,
        "notEmpty": False,
        "numeric": False,
        "timeOfDay": False,
        "repetitionStart": 1,
        "repetitionEnd": 1,
    }
    return kept | more


METADATA: Json = {
    "fieldMetaData": [
        _field("Name", notEmpty=True, maxCharacters=30),
        _field("State", displayType="popupMenu", valueList="States"),
        _field("Total", type="calculation", result="number"),
        _field("", type="invalid", result="invalid"),
        _field("Parts", maxRepeat=5, repetitionStart=2, repetitionEnd=4),
    ],
    "portalMetaData": {},
    "valueLists": [
        {
            "name": "States",
            "type": "customList",
            "values": [{"displayValue": "open", "value": "open"}, {"displayValue": "2 done", "value": "2"}],
        }
    ],
}


class Pair(App):
    """A server with a second file, whose lists have what FileMaker's may have: folders, value lists, a lost field."""

    def __init__(self) -> None:
        super().__init__(load_schema(PEOPLE), authenticated_streaming=True)
        self.second = App(load_schema(STORE))

    def handle(self, request: Request) -> Reply:
        base = "/fmi/data/vLatest/databases"
        told: dict[str, Json] = {
            base: {"databases": [{"name": "people"}, {"name": "store"}]},
            f"{base}/store/layouts": {"layouts": FOLDERS},
            f"{base}/store/layouts/Item": METADATA,
        }
        if request.target in told:
            content: Json = {"response": told[request.target], "messages": [{"code": "0", "message": "OK"}]}
            return json_reply(200, content, host="localhost")
        is_second = request.target.startswith(f"{base}/store/")
        return self.second.handle(request) if is_second else super().handle(request)

    def close(self) -> None:
        super().close()
        self.second.close()


def filled() -> Pair:
    """Give the two files with sixty people, one of them hostile, and an item."""
    app = Pair()
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
