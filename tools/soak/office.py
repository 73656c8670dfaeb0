"""The file that the soak works on, and its models."""

from __future__ import annotations

from typing import Any, Final

from fmorm import Field, Model, Portal, PortalRow, field, portal
from fmorm.server import App, Reply, Request, load_schema
from fmorm.server.faults.turns import token_of

USER: Final = "soak"
PASSWORD: Final = "soak"  # noqa: S105 - it protects nothing
DATABASE: Final = "Soak"

_SCHEMA: Final[dict[str, Any]] = {
    "database": {"name": DATABASE},
    "accounts": {USER: {"password": PASSWORD}},
    "tables": {
        "Person": {
            "fields": {
                "Id": {"type": "text", "auto_enter": "uuid"},
                "Key": {"type": "text", "unique": True},
                "Tag": "text",
                "Notes": "text",
                "Count": "number",
            }
        },
        "Row": {"fields": {"PersonId": "text", "Tag": "text", "Notes": "text"}},
    },
    "occurrences": {"person": "Person", "row": "Row"},
    "relationships": [
        {"join": "person::Id = row::PersonId", "allow_creation": ["row"], "cascade_delete": ["row"]}
    ],
    "layouts": {
        "person": {
            "occurrence": "person",
            "fields": ["Id", "Key", "Tag", "Notes", "Count"],
            "portals": {"row": {"fields": ["Tag", "Notes"]}},
        }
    },
}
_PARSED: Final = load_schema(_SCHEMA)
_SESSIONS: Final = f"/fmi/data/vLatest/databases/{DATABASE}/sessions"
_CLOSED: Final = b'"code":"112"'


class Row(PortalRow, table="row"):
    """A row of a person; its tag tells which operation has appended it."""

    tag: Field[str] = field("Tag")
    notes: Field[str] = field("Notes")


class Person(Model, layout="person"):
    """A person without a key that FileMaker takes only once; the tag tells which operation has created it."""

    tag: Field[str] = field("Tag")
    notes: Field[str] = field("Notes")
    count: Field[int | None] = field("Count")
    rows: Portal[Row] = portal("row")


class Keyed(Person, layout="person"):
    """A person with one."""

    key: Field[str] = field("Key", unique=True)


class Office(App):
    """A server without data. Where it answers 112, it has closed the session, as FileMaker does."""

    def __init__(self) -> None:
        super().__init__(_PARSED)

    def handle(self, request: Request) -> Reply:
        """Answer a request."""
        reply = super().handle(request)
        if _CLOSED in reply.body:
            super().handle(Request("DELETE", f"{_SESSIONS}/{token_of(request)}", {}, b""))
        return reply
