"""A raw client: bytes out, bytes in. It knows HTTP and JSON, and nothing of fmorm."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

ROOT = "/fmi/data"
OK = '"messages":[{"code":"0","message":"OK"}]}'
"""How every reply of a request that was done ends."""
DONE = '{"response":{},' + OK


@dataclass(frozen=True)
class Answer:
    """A reply as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def outcome(self) -> tuple[int, str, str]:
        """The HTTP status, FileMaker's code and its message."""
        (message,) = self.json["messages"]
        return self.status, message["code"], message["message"]

    @property
    def code(self) -> str:
        return self.outcome[1]

    @property
    def response(self) -> Any:
        assert self.outcome == (200, "0", "OK"), self.text
        return self.json["response"]

    @property
    def fields(self) -> Any:
        """The fields of the only record."""
        (record,) = self.response["data"]
        return record["fieldData"]

    @property
    def names(self) -> list[str]:
        """The names of all records."""
        return [record["fieldData"]["Name"] for record in self.response["data"]]

    def header(self, name: str) -> str | None:
        """Give a header, which must not be there twice."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) < 2, f"{name} is there {len(found)} times"
        return found[0] if found else None


class Clock:
    """A clock that stands still until it is moved; it begins on 22 November 2026."""

    def __init__(self) -> None:
        self.seconds = 1795348800.0

    def __call__(self) -> float:
        return self.seconds


class Wire:
    """One client of a server, with a connection of its own.

    Args:
        host: The server's host and port.
        database: The file.
        layout: The layout that paths begin with.

    Attributes:
        version: The version that paths begin with.
        token: The token of the session, empty where there is none.
    """

    def __init__(self, host: str, database: str = "office", layout: str = "person") -> None:
        self.database = database
        self.layout = layout
        self.version = "vLatest"
        self.token = ""
        self.host = host
        self._connection = HTTPConnection(host, timeout=10)

    def close(self) -> None:
        self._connection.close()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Send these bytes, with no header of its own but Host and Content-Length."""
        connection = self._connection
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        return Answer(reply.status, reply.getheaders(), reply.read())

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
        version: str = "",
        **headers: str,
    ) -> Answer:
        """Send a request of the Data API.

        Args:
            method: The verb.
            path: What comes after the version, or after the layout unless it begins with a slash.
            body: Bytes, or what is to be JSON; None for no body.
            query: Parameters; those that are no texts are written as JSON.
            version: The version in the path, if it is another.
            headers: Headers, with `_` for `-`. The token and the content type are there by themselves; an empty
                text leaves them out.
        """
        if not path.startswith("/"):
            slash = "" if path[:1] in {"", "?"} else "/"
            path = f"/databases/{named(self.database)}/layouts/{named(self.layout)}{slash}{path}"
        if query:
            path += "?" + urlencode({name: _written(value) for name, value in query.items()})
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given.setdefault("authorization", f"Bearer {self.token}")
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if raw:
            given.setdefault("content-type", "application/json")
        sent = {name: value for name, value in given.items() if value}
        return self.send(method, f"{ROOT}/{version or self.version}{path}", sent, raw)

    def log_in(
        self, account: str = "api", password: str = "secret", body: object = None, **headers: Any
    ) -> Answer:
        """Ask for a session with Basic credentials, without using it."""
        headers = {"authorization": basic(account, password), **headers}
        return self.ask("POST", f"/databases/{named(self.database)}/sessions", body or b"{}", **headers)

    def begin(self, account: str = "api", password: str = "secret", body: object = None) -> None:
        """Log in, and use the session from now on."""
        answer = self.log_in(account, password, body)
        assert answer.status == 200, answer.text
        self.token = answer.header("X-FM-Data-Access-Token") or ""

    def create(self, fields: Mapping[str, object] | None = None, **more: object) -> str:
        """Make a record, and give its id."""
        answer = self.ask("POST", "records", {"fieldData": fields or {}, **more})
        return str(answer.response["recordId"])

    def get(self, record: str, **query: object) -> Answer:
        return self.ask("GET", f"records/{record}", query=query)

    def get_all(self, **query: object) -> Answer:
        return self.ask("GET", "records", query=query)

    def edit(self, record: str, body: object) -> Answer:
        return self.ask("PATCH", f"records/{record}", body)

    def find(self, body: object, **more: Any) -> Answer:
        return self.ask("POST", "_find", body, **more)

    def mod_id(self, record: str) -> str:
        return str(self.get(record).response["data"][0]["modId"])

    def upload(
        self, record: str, field: str, body: bytes, file_name: str = "a.txt", query: str = ""
    ) -> Answer:
        """Send a file in the part `upload`; the field may have a repetition after a slash."""
        form = part(f'name="upload"; filename="{file_name}"', body)
        return self.ask("POST", f"records/{record}/containers/{field}{query}", form, content_type=FORM)


Serve = Callable[..., Wire]
"""Serves empty files with some options, and gives a client that has not logged in."""
FORM = "multipart/form-data; boundary=x"


def part(disposition: str, content: bytes, media_type: str = "text/plain") -> bytes:
    """Give a form of one part."""
    head = f"--x\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {media_type}\r\n\r\n"
    return head.encode() + content + b"\r\n--x--\r\n"


def path_of(address: str | None) -> str:
    """Give path and query of an address."""
    parts = urlsplit(address or "")
    return f"{parts.path}?{parts.query}"


def named(name: str) -> str:
    """Write one part of a path."""
    return quote(name, safe="")


def basic(account: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{account}:{password}".encode()).decode()


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
