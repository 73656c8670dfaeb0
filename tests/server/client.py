"""A small Data API client for the server's tests: its own JSON, nothing of fmorm but the server."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from fmorm.server import App, Reply, Request

BASE = "/fmi/data/vLatest"


@dataclass(frozen=True)
class Answer:
    """A reply taken apart. It is true when the request was done."""

    request: str
    reply: Reply
    content: Any = field(repr=False)

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def code(self) -> int:
        """FileMaker's code; a reply that is no JSON has none."""
        return -1 if self.content is None else int(self.content["messages"][0]["code"])

    @property
    def message(self) -> str:
        return str(self.content["messages"][0]["message"])

    @property
    def text(self) -> str:
        return self.reply.body.decode()

    @property
    def response(self) -> Any:
        assert self.code == 0, f"{self.request} was refused: {self.text}"
        return self.content["response"]

    @property
    def records(self) -> list[Any]:
        return list(self.response["data"])

    @property
    def record(self) -> Any:
        assert len(self.records) == 1, f"{self.request} gave {len(self.records)} records, not one"
        return self.records[0]

    def column(self, name: str) -> list[Any]:
        """Give one field of all records; an empty found set gives an empty list."""
        if self.code == 401:
            return []
        return [record["fieldData"][name] for record in self.records]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.reply.headers if key.lower() == name.lower()), None)


class Clock:
    """A clock that stands still until it is moved; it begins on 22 November 2026, a Sunday, at noon."""

    def __init__(self) -> None:
        self.seconds = 1795348800.0

    def __call__(self) -> float:
        return self.seconds


class Client:
    """One account's session with an app."""

    def __init__(
        self,
        app: App,
        account: str = "api",
        password: str = "secret",
        layout: str = "person",
        database: str | None = None,
    ) -> None:
        self.app = app
        self.database = database or app.databases[0]
        self.layout = layout
        self.token = ""
        self.token = self.log_in(account, password).response["token"]

    def log_in(self, account: str, password: str, body: bytes = b"{}") -> Answer:
        return self.send(
            "POST",
            f"/databases/{quote(self.database, safe='')}/sessions",
            body=body,
            authorization=basic(account, password),
        )

    def send(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Answer:
        """Send a request with these headers only, `content_type` and the like, and a body if there is one."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if body:
            given.setdefault("content-type", "application/json")
        target = path if path.startswith("/fmi/") else BASE + path
        reply = self.app.handle(Request(method, target, given, body))
        return Answer(f"{method} {path}", reply, json.loads(reply.body))

    def call(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        """Send a request with the token; the path begins after the layout's name unless it begins with /."""
        if not path.startswith("/"):
            path = f"/databases/{quote(self.database, safe='')}/layouts/{quote(self.layout, safe='')}/{path}"
        if query:
            path += "?" + urlencode(
                {key: value if isinstance(value, str) else json.dumps(value) for key, value in query.items()}
            )
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.send(method, path, body=raw, authorization=f"Bearer {self.token}")

    def fetch(self, address: str, **headers: str) -> Answer:
        """Follow the address of a file for one step."""
        target = "/" + address.split("/", 3)[3] if "://" in address else address
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self.app.handle(Request("GET", target, given))
        is_json = ("Content-Type", "application/json; charset=utf-8") in reply.headers
        return Answer(f"GET {address}", reply, json.loads(reply.body) if is_json else None)

    def create(self, fields: object = None, **more: object) -> str:
        """Make a record and give its id."""
        return str(self.call("POST", "records", {"fieldData": fields or {}, **more}).response["recordId"])

    def get(self, record_id: str, **query: object) -> Answer:
        return self.call("GET", f"records/{record_id}", **query)

    def fields(self, record_id: str, **query: object) -> Any:
        return self.get(record_id, **query).record["fieldData"]

    def edit(self, record_id: str, **body: object) -> Answer:
        return self.call("PATCH", f"records/{record_id}", body)

    def find(self, *query: object, **more: object) -> Answer:
        return self.call("POST", "_find", {"query": list(query), **more})

    def names(self, *query: object, **more: object) -> list[Any]:
        """Give the names of the records that a find finds."""
        return self.find(*query, **more).column("Name")


def basic(account: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{account}:{password}".encode()).decode()
