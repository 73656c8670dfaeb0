from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from server.album import ALBUM, Album
from server.client import BASE, basic

from fmorm.server import App, Background, Schema, load_schema
from fmorm.server.mounts.log import log_to

LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S+) (\S+) (\S+) (\S+) (\d+\.\d) ms")


class Log:
    """What is written, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The parts of each line but the time: method, path, status, code, milliseconds."""
        found = [LINE.fullmatch(line) for line in self.stream.getvalue().splitlines()]
        assert all(found), self.stream.getvalue()
        return [one.groups()[1:] for one in found if one]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def http(app: App, log: Log) -> Iterator[httpx.Client]:
    with Background(app, log=log_to(log.stream)) as server, httpx.Client(base_url=server.url) as http:
        yield http


def test_each_request_has_a_line(http: httpx.Client, log: Log) -> None:
    http.get(f"{BASE}/productInfo")
    sessions = f"{BASE}/databases/people/sessions"
    token = http.post(sessions, headers={"authorization": basic("api", "secret")}).json()["response"]["token"]
    records = f"{BASE}/databases/people/layouts/person/records"
    http.get(records + "?_limit=5", headers={"authorization": f"Bearer {token}"})
    http.get(records + "/7", headers={"authorization": f"Bearer {token}"})
    http.put(records)
    http.delete(f"{sessions}/{token}")
    assert [one[:4] for one in log.lines] == [
        ("GET", f"{BASE}/productInfo", "200", "0"),
        ("POST", sessions, "200", "0"),
        ("GET", records, "200", "0"),
        ("GET", f"{records}/7", "500", "101"),
        ("PUT", records, "405", "1704"),
        ("DELETE", f"{sessions}/***", "200", "0"),
    ]
    assert token not in log.stream.getvalue()


def test_no_line_holds_what_would_let_somebody_in(http: httpx.Client, log: Log) -> None:
    token = "0123456789abcdef" * 3 + "0123"
    for path in (
        f"/{token}",
        f"{BASE}/databases/people/sessions/mine",
        f"{BASE}/validateSession/{token}?{token}",
    ):
        http.request("DELETE", path)
    http.get("/oauth/getoauthurl?trackingID=mine")
    text = log.stream.getvalue()
    assert token not in text
    assert "mine" not in text
    assert len(log.lines) == 4


def test_a_file_has_a_line_without_its_address() -> None:
    app, log = App(load_schema(ALBUM)), Log()
    client = Album(app)
    record = client.create({"Name": "Agnes"})
    client.upload(record)
    with Background(app, log=log_to(log.stream)) as server:
        httpx.get(server.url + urlsplit(client.address(record)).path)
    app.close()
    assert [one[:4] for one in log.lines] == [("GET", "/Streaming_SSL/MainDB/***.png", "302", "-")]


def test_what_has_no_reply_or_no_json_is_told_as_that(app: App, http: httpx.Client, log: Log) -> None:
    app.faults.html(502, times=1)
    http.get(f"{BASE}/productInfo")
    app.faults.drop("before commit", times=1)
    with pytest.raises(httpx.TransportError):
        http.get(f"{BASE}/productInfo")
    app.faults.truncate(times=1)
    http.get(f"{BASE}/productInfo")
    assert [one[2:4] for one in log.lines] == [("502", "-"), ("dropped", "-"), ("200", "-")]


def test_odd_paths_stay_in_their_line(http: httpx.Client, log: Log) -> None:
    http.get("/a%0Ab%20c")
    http.get("/\N{SNOWMAN}")
    assert [one[1] for one in log.lines] == ["/a%0Ab%20c", "/%E2%98%83"]


def test_latency_holds_back_every_reply_but_not_the_work_of_others(schema: Schema, log: Log) -> None:
    app = App(schema, latency=0.2)
    with Background(app, log=log_to(log.stream)) as server:
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            urls = [server.url + BASE + path for path in ("/productInfo", "/nothing") * 4]
            statuses = [one.status_code for one in pool.map(httpx.get, urls)]
        took = time.monotonic() - began
    assert sorted(statuses) == [200] * 4 + [404] * 4
    assert 0.2 <= took < 1.2, "eight requests wait at the same time"
    assert all(float(one[4]) >= 199 for one in log.lines)
    assert not app.faults.injected
    app.close()
