"""The club's file on a socket, fresh for each test, and a client that knows of nothing but HTTP and JSON.

PYTEST_DONT_REWRITE: test modules import it before pytest loads it as a plugin.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from fmorm.server import App, Background, Code, Run, load_schemas

HERE = Path(__file__).parent
PATIENCE = 10.0
"""Seconds that nothing here takes."""
NOON = 1795348800.0
"""The moment of all tests unless they move it: 22 November 2026, a Sunday, at noon."""


class Gate:
    """Where the script `Wait` waits until a test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()


@dataclass(frozen=True)
class Answer:
    """A reply taken apart."""

    reply: httpx.Response

    @property
    def status(self) -> int:
        return self.reply.status_code

    @property
    def text(self) -> str:
        return self.reply.content.decode()

    @property
    def content(self) -> Any:
        return json.loads(self.text, parse_float=Decimal)

    @property
    def messages(self) -> Any:
        return self.content["messages"]

    @property
    def code(self) -> str:
        return str(self.messages[0]["code"])

    @property
    def refusal(self) -> tuple[int, str]:
        """The HTTP status and FileMaker's code of a request that was refused."""
        assert self.content["response"] == {}, f"this was not refused: {self.text}"
        return self.status, self.code

    @property
    def response(self) -> Any:
        assert (self.status, self.code) == (200, "0"), f"{self.reply.request.url} was refused: {self.text}"
        return self.content["response"]

    @property
    def record(self) -> Any:
        [record] = self.response["data"]
        return record

    @property
    def fields(self) -> Any:
        return self.record["fieldData"]

    @property
    def ids(self) -> list[str]:
        return [record["recordId"] for record in self.response["data"]]

    def column(self, name: str) -> list[Any]:
        return [record["fieldData"][name] for record in self.response["data"]]


class Club:
    """One session with the club's file, on one of its layouts."""

    def __init__(self, app: App, http: httpx.Client, url: str, now: list[float], gate: Gate) -> None:
        self.app = app
        self.gate = gate
        self.layout = "member"
        self.token = ""
        self.base = f"/fmi/data/{'v1' if app.release == '17' else 'vLatest'}"
        self._http = http
        self._url = url
        self._now = now

    def on(self, layout: str) -> Club:
        """Give the same session on another layout."""
        other = Club(self.app, self._http, self._url, self._now, self.gate)
        other.layout, other.token = layout, self.token
        return other

    def with_another_session(self, account: str = "api", password: str = "secret") -> Club:
        other = self.on(self.layout)
        other.token = other.log_in(account, password).response["token"]
        return other

    def wait(self, seconds: float) -> None:
        """Let time go by for the server."""
        self._now[0] += seconds

    def send(
        self, method: str, target: str, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request just as it is said."""
        return Answer(self._http.request(method, self._url + target, content=content, headers=headers or {}))

    def call(
        self, method: str, path: str, body: object = None, query: Mapping[str, object] | None = None
    ) -> Answer:
        """Send a request with the token; a path without a leading / begins after the name of the layout."""
        inner = path if path.startswith("/") else f"/databases/club/layouts/{quote(self.layout)}/{path}"
        if query:
            inner += "?" + urlencode({name: _spelt(value) for name, value in query.items()})
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is None:
            return self.send(method, self.base + inner, headers=headers)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(method, self.base + inner, content, headers | {"Content-Type": "application/json"})

    def log_in(
        self,
        account: str = "api",
        password: str = "secret",
        content: bytes = b"{}",
        path: str = "/databases/club/sessions",
    ) -> Answer:
        """Ask for a session; without a body the request has no content type either."""
        credentials = base64.b64encode(f"{account}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"}
        if content:
            headers["Content-Type"] = "application/json"
        return self.send("POST", self.base + path, content, headers)

    def upload(self, record_id: str, part: str) -> Answer:
        """Put a file into the container of a member; its part has these parameters."""
        edge = "-- an edge --"
        head = f"--{edge}\r\nContent-Disposition: form-data; {part}\r\n\r\n"
        return self.send(
            "POST",
            f"{self.base}/databases/club/layouts/member/records/{record_id}/containers/Photo",
            f"{head}content\r\n--{edge}--\r\n".encode(),
            {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": f'multipart/form-data; boundary="{edge}"',
            },
        )

    def fetch(self, address: str, *, cookies: bool = False) -> Answer:
        """Ask for a file at its address, or follow the redirect from there with the cookies that come."""
        target = self._url + "/" + address.split("/", 3)[3]
        with httpx.Client(verify=False, follow_redirects=cookies) as visitor:
            return Answer(visitor.get(target))

    def rows(self, table: str, *rows: Mapping[str, object], database: str | None = None) -> None:
        """Enter rows past the Data API; their record ids count from 1."""
        self.app.load_rows(table, rows, database=database)

    def members(self, field: str, *values: object) -> None:
        """Make a member for each value of one field, named after the value."""
        for value in values:
            self.create({"Name": f"{value}", field: f"{value}"})

    def create(self, fields: object = None, **more: object) -> str:
        """Make a record and give its id."""
        answer = self.call("POST", "records", {"fieldData": fields or {}, **more})
        return str(answer.response["recordId"])

    def edit(self, record_id: str, **body: object) -> Answer:
        return self.call("PATCH", f"records/{record_id}", body)

    def get(self, record_id: str, **query: object) -> Answer:
        return self.call("GET", f"records/{record_id}", query=query)

    def range(self, **query: object) -> Answer:
        return self.call("GET", "records", query=query)

    def find(self, *query: object, **more: object) -> Answer:
        return self.call("POST", "_find", {"query": list(query), **more})

    def found(self, *query: object, **more: object) -> list[Any]:
        """Give the names of the members that are found, none where the code is that of nothing found."""
        answer = self.find(*query, **more)
        return [] if answer.code == "401" else answer.column("Name")

    def raw(self, record_id: str, field: str, **query: object) -> str:
        """Give the JSON text of a field's value, as it comes."""
        text = self.get(record_id, **query).text
        found = text.partition(f'"{field}":')[2]
        _, end = json.JSONDecoder(parse_float=Decimal).raw_decode(found)
        return found[:end]


def _spelt(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class Host:
    """One socket for all tests, since to stop a server takes a while."""

    def __init__(self) -> None:
        self._files = load_schemas(HERE / "club.toml", HERE / "league.toml")
        self._background: Background | None = None
        self._http = httpx.Client(verify=False)  # to read certificates takes long, and there is no TLS

    @contextmanager
    def club(self, release: str = "22") -> Generator[Club]:
        """Serve a file that has no records yet, and give a session with it."""
        now, gate = [NOON], Gate()
        app = App(self._files, code=_scripts(gate), clock=lambda: now[0], release=release)
        club = Club(app, self._http, self.serve(app), now, gate)
        club.token = club.log_in().reply.headers["X-FM-Data-Access-Token"]
        yield club
        self._http.cookies.clear()
        app.close()

    def serve(self, app: App) -> str:
        """Serve this app from now on, and give the address."""
        if self._background is None:
            self._background = Background(app).__enter__()
        self._background.mount.serve(app)
        return self._background.url

    def stop(self) -> None:
        self._http.close()
        if self._background is not None:
            self._background.__exit__(None, None, None)


@pytest.fixture(scope="session")
def club_host() -> Iterator[Host]:
    host = Host()
    yield host
    host.stop()


@pytest.fixture
def club_release() -> str:
    """The release that the server is like; a test may say another."""
    return "22"


@pytest.fixture
def club(club_host: Host, club_release: str) -> Iterator[Club]:
    """Give a session with a file that has no records yet."""
    with club_host.club(club_release) as club:
        yield club


def _scripts(gate: Gate) -> Code:
    code = Code()

    @code.script("Say")
    def say(run: Run) -> str | None:
        return run.parameter or None

    @code.script("Loop")
    def loop(run: Run) -> None:
        run.error = 101  # as every loop does that ends at the last record

    @code.script("Raise Scores")
    def raise_scores(run: Run) -> str:
        for record in run.found_set:
            record["Score"] = int(record["Score"]) + 1
        return "raised"

    @code.script("Remember")
    def remember(run: Run) -> str:
        before = str(run.variables.get("$$last", "nothing"))
        run.variables["$$last"] = run.parameter
        return before

    @code.script("Wait")
    def wait(run: Run) -> str:
        gate.reached.set()
        assert gate.opened.wait(PATIENCE), "nobody has opened the gate"
        return "waited"

    return code
