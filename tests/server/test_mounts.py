from __future__ import annotations

import asyncio
import gzip
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from server.client import BASE, Client, basic
from server.conftest import PEOPLE

from fmorm.server import App
from fmorm.server.mounts.asgi import asgi_app
from fmorm.server.mounts.socket import Background

SERVE = """
import sys
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import serve

serve(App(load_schema(sys.argv[1])), ready=lambda url: print(url, flush=True))
"""


@pytest.fixture
def http(app: App) -> Iterator[httpx.Client]:
    with Background(app) as server, httpx.Client(base_url=server.url + BASE) as http:
        yield http


def token_of(http: httpx.Client) -> dict[str, str]:
    answer = http.post("/databases/people/sessions", headers={"Authorization": basic("api", "secret")})
    return {"Authorization": f"Bearer {answer.json()['response']['token']}"}


class TestSocket:
    def test_a_whole_life_of_a_record(self, http: httpx.Client) -> None:
        http.headers.update(token_of(http))
        records = "/databases/people/layouts/person/records"
        created = http.post(records, json={"fieldData": {"Code": "1", "Name": "Åse 😀\r"}}).json()
        assert created["response"] == {"recordId": "1", "modId": "0"}
        assert http.patch(f"{records}/1", json={"fieldData": {"Size": 2}, "modId": "0"}).json()[
            "response"
        ] == {"modId": "1"}
        found = http.post("/databases/people/layouts/person/_find", json={"query": [{"Name": "åse"}]}).json()
        assert found["response"]["data"][0]["fieldData"]["Name"] == "Åse 😀\r"
        assert http.delete(f"{records}/1").json()["response"] == {}
        assert http.get(f"{records}/1").status_code == 500

    def test_layout_names_of_any_letters_reach_their_layout(self, http: httpx.Client) -> None:
        http.headers.update(token_of(http))
        answer = http.get("/databases/people/layouts/a%2Fb%20%23%3F%25%20%F0%9F%98%80/records")
        assert answer.json()["response"]["dataInfo"]["layout"] == "a/b #?% 😀"

    def test_connections_are_kept(self, http: httpx.Client) -> None:
        answers = [http.get("/productInfo") for _ in range(3)]
        streams = {answer.extensions["network_stream"] for answer in answers}
        assert len(streams) == 1
        assert [answer.headers["content-length"] for answer in answers] == [str(len(answers[0].content))] * 3

    def test_long_replies_are_packed_for_who_takes_it(self, http: httpx.Client) -> None:
        http.headers.update(token_of(http))
        metadata = "/databases/people/layouts/person"
        packed = http.get(metadata)
        plain = http.get(metadata, headers={"Accept-Encoding": "identity"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert packed.content == plain.content
        assert "Content-Encoding" not in http.get("/databases").headers, "short ones are not worth it"

    def test_it_starts_quickly_and_frees_its_port(self, app: App) -> None:
        began = time.perf_counter()
        with Background(app) as server:
            took = time.perf_counter() - began
            port = httpx.URL(server.url).port
        assert took < 0.3, f"it took {took:.2f} s to start"
        assert port
        with Background(app, port=port) as again:
            assert again.url == f"http://127.0.0.1:{port}"

    def test_a_port_in_use_is_an_error_at_once(self, app: App) -> None:
        with Background(app) as server, pytest.raises(OSError, match="in use"):
            Background(app, port=httpx.URL(server.url).port or 0).__enter__()

    @pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
    def test_serve_says_when_it_is_ready_and_stops_when_told(self, sign: signal.Signals) -> None:
        command = [sys.executable, "-W", "error", "-c", SERVE, str(PEOPLE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            url = process.stdout.readline().strip()
            assert httpx.get(f"{url}{BASE}/productInfo").status_code == 200, "it accepts when it says so"
            process.send_signal(sign)
            assert process.wait(timeout=5) in {0, -sign}
            assert process.stderr.read() == ""


class TestAsgi:
    def test_it_is_an_application_for_in_process_transports(self, app: App) -> None:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=asgi_app(app))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                return await http.get(f"{BASE}/databases/people/layouts/a%2Fb/records?x=%41")

        answer = asyncio.run(ask())
        assert answer.json()["messages"][0]["code"] == "10"
        assert app.requests[-1][0].target == f"{BASE}/databases/people/layouts/a%2Fb/records?x=%41"

    @pytest.mark.parametrize(
        ("scope", "received", "sent"),
        [
            (
                {"type": "lifespan"},
                ["lifespan.startup", "lifespan.shutdown"],
                ["lifespan.startup.complete", "lifespan.shutdown.complete"],
            ),
            ({"type": "websocket"}, ["websocket.connect"], ["websocket.close"]),
            ({"type": "http", "method": "GET", "path": "/", "headers": []}, ["http.disconnect"], []),
        ],
    )
    def test_other_events(
        self, app: App, scope: dict[str, Any], received: list[str], sent: list[str]
    ) -> None:
        assert [
            message["type"] for message in events(app, scope, [{"type": kind} for kind in received])
        ] == sent

    def test_a_body_may_come_in_pieces(self, app: App, client: Client) -> None:
        headers = [
            (b"Content-Type", b"application/json"),
            (b"authorization", f"Bearer {client.token}".encode()),
        ]
        path = f"{BASE}/databases/people/layouts/person/records"
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        pieces = [
            {"type": "http.request", "body": piece, "more_body": True}
            for piece in (b'{"fieldData":', b'{"Code":"1"}}')
        ]
        _, body = events(app, scope, [*pieces, {"type": "http.request"}])
        assert b'"recordId":"1"' in body["body"]

    def test_packed_bodies_are_whole(self, app: App, client: Client) -> None:
        headers = [(b"accept-encoding", b"gzip, br"), (b"authorization", f"Bearer {client.token}".encode())]
        scope = {
            "type": "http",
            "method": "GET",
            "path": f"{BASE}/databases/people/layouts/person",
            "headers": headers,
        }
        start, body = events(app, scope, [{"type": "http.request"}])
        assert (b"content-length", str(len(body["body"])).encode()) in start["headers"]
        assert gzip.decompress(body["body"]).startswith(b'{"response":{"fieldMetaData"')


def events(app: App, scope: dict[str, Any], received: list[dict[str, Any]]) -> list[Any]:
    """Run the application on these messages and give what it sends."""
    sent: list[Any] = []
    waiting = iter(received)

    async def receive() -> Any:
        return next(waiting)

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        await asgi_app(app)(scope, receive, send)

    asyncio.run(run())
    return sent
