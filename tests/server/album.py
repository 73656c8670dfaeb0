"""A file with containers, and what the tests of containers do with them."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

import httpx
from server.client import Answer, Client

from fmorm.server import App
from fmorm.server.calls import Engine

ALBUM: dict[str, Any] = {
    "database": {"name": "people"},
    "accounts": {
        "api": {"password": "secret"},
        "viewer": {"password": "look", "privileges": "read-only"},
    },
    "tables": {
        "Person": {
            "fields": {
                "Key": {"type": "text", "auto_enter": "uuid"},
                "Name": "text",
                "Photo": "container",
                "Pages": {"type": "container", "repetitions": 3},
                "Seal": {"type": "container", "modifiable": False},
                "Logo": {"type": "container", "global": True},
                "Changed": {"type": "text", "auto_enter": "modification_account"},
            }
        },
        "Letter": {"fields": {"PersonKey": "text", "Title": "text", "Scan": "container"}},
    },
    "occurrences": {"person": "Person", "letters": "Letter"},
    "relationships": [
        {
            "join": "person::Key = letters::PersonKey",
            "allow_creation": ["letters"],
            "cascade_delete": ["letters"],
        }
    ],
    "layouts": {
        "person": {
            "fields": ["Name", "Photo", "Pages", "Seal", "Logo", "Changed", "letters::Scan"],
            "portals": {"letters": {"fields": ["Title", "Scan"]}},
        },
        "letters": {"fields": ["PersonKey", "Title", "Scan"]},
    },
}


def form(
    content: bytes, name: str = "photo.png", part: str = "upload", media_type: str | None = None
) -> tuple[bytes, dict[str, str]]:
    """Give the body and the headers that httpx makes of a file."""
    file = (name, content, media_type) if media_type else (name, content)
    request = httpx.Request("POST", "http://x", files={part: file})
    return request.read(), dict(request.headers)


class Album(Client):
    """A session with a file that has containers."""

    def __init__(self, app: App, account: str = "api", password: str = "secret") -> None:
        super().__init__(app, account, password)

    def upload(
        self,
        record_id: str,
        content: bytes = b"hello",
        name: str = "photo.png",
        field: str = "Photo",
        query: str = "",
        **more: Any,
    ) -> Answer:
        body, headers = form(content, name, **more)
        return self.post(record_id, body, headers["content-type"], field, query)

    def post(
        self,
        record_id: str,
        body: bytes,
        content_type: str,
        field: str = "Photo",
        query: str = "",
        **headers: str,
    ) -> Answer:
        path = f"/databases/people/layouts/{self.layout}/records/{record_id}/containers/{quote(field)}{query}"
        headers = {"authorization": f"Bearer {self.token}", "content_type": content_type, **headers}
        return self.send("POST", path, body=body, **headers)

    def address(self, record_id: str, field: str = "Photo") -> str:
        return str(self.fields(record_id)[field])

    def open(self, address: str, **headers: str) -> Answer:
        """Go through redirect and cookie to a file."""
        first = self.fetch(address, **headers)
        if first.status != 302:
            return first
        cookie = str(first.header("set-cookie")).partition(";")[0]
        return self.fetch(str(first.header("location")), cookie=cookie)

    def content(self, record_id: str, field: str = "Photo") -> bytes | None:
        """Give what is in a container, None when it is empty."""
        address = self.address(record_id, field)
        if not address:
            return None
        answer = self.open(address)
        assert answer.status == 200, f"{address} gave {answer.status}"
        return answer.reply.body

    def kept(self) -> int:
        """How many files there are in the data, whether a record knows them or not."""
        return self.engine.store.ids('SELECT count(*) FROM "::files"')[0]

    @property
    def engine(self) -> Engine:
        """What no client sees."""
        return self.app._engine  # pyright: ignore[reportPrivateUsage]  # what is left behind shows nowhere else


def digest(content: bytes | None) -> str:
    return "empty" if content is None else hashlib.sha256(content).hexdigest()


def with_photo(photo: object) -> dict[str, Any]:
    """Give the schema with another declaration of one container."""
    fields = {**ALBUM["tables"]["Person"]["fields"], "Photo": photo}
    return {**ALBUM, "tables": {**ALBUM["tables"], "Person": {"fields": fields}}}
