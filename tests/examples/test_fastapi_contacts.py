"""The address book of examples/fastapi_contacts, over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from examples.fastapi_site import ROOT, filled, site
from fastapi.testclient import TestClient

from fmorm.server import App

PNG = bytes.fromhex("89504e470d0a1a0a")
Headers = dict[str, str]


@pytest.fixture
def host() -> Iterator[App]:
    with filled() as app:
        yield app


@pytest.fixture
def client(host: App) -> Iterator[TestClient]:
    with TestClient(site.app) as client:
        yield client


@pytest.fixture
def anna(client: TestClient) -> Headers:
    return log_in(client, "anna")


def log_in(client: TestClient, who: str) -> Headers:
    token = client.post("/api/token", data={"username": who, "password": who}).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def names(client: TestClient, headers: Headers, query: str) -> list[str]:
    return [one["name"] for one in client.get(f"/api/contacts?{query}", headers=headers).json()["items"]]


def test_the_page_runs_its_own_script_only(client: TestClient) -> None:
    page = client.get("/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    for path in ("/page.js", "/contacts.css"):
        assert client.get(path).status_code == 200


def test_everything_wants_a_log_in(client: TestClient) -> None:
    for path in ("me", "choices", "contacts", "contacts/C-3", "contacts/C-3/photo"):
        assert client.get(f"/api/{path}").status_code == 401


def test_the_list_is_searched_sorted_and_paged(client: TestClient, anna: Headers) -> None:
    assert names(client, anna, "q=lien&per_page=2") == ["Birk Lien", "Cecilie Lien"]
    assert names(client, anna, "q=lien&per_page=2&page=2") == ["Halvard Lien"]
    assert names(client, anna, "q=lien&sort=city&order=desc")[0] == "Halvard Lien"
    assert names(client, anna, "q=nobody") == []
    assert client.get("/api/contacts?sort=notes", headers=anna).status_code == 422


def test_a_contact_is_added_with_its_numbers(client: TestClient, anna: Headers) -> None:
    body = {"name": "Ann", "phones": [{"label": "Home", "number": "1"}]}
    made = client.post("/api/contacts", json=body, headers=anna)
    assert made.status_code == 201
    assert made.json()["changed_by"] == "anna"
    read = client.get(f"/api/contacts/{made.json()['id']}", headers=anna)
    assert [one["number"] for one in read.json()["phones"]] == ["1"]
    assert read.headers["etag"] == made.headers["etag"]


def test_the_second_of_two_tabs_loses_nothing(client: TestClient, anna: Headers) -> None:
    bo = log_in(client, "bo")
    path = "/api/contacts/C-3"
    tag = client.get(path, headers=anna).headers["etag"]
    row: dict[str, Any] = {"record_id": "2", "number": "1"}
    first = client.patch(path, json={"phones": [row]}, headers={**bo, "If-Match": tag})
    assert first.status_code == 200
    second = client.patch(path, json={"phones": [{**row, "number": "2"}]}, headers={**anna, "If-Match": tag})
    assert second.status_code == 412
    assert client.get(path, headers=anna).json()["phones"][0]["number"] == "1"
    assert client.patch(path, json={"city": "Voss"}, headers=anna).status_code == 428


def test_a_guest_may_look_and_not_change(client: TestClient) -> None:
    guest = log_in(client, "guest")
    tag = client.get("/api/contacts/C-3", headers=guest).headers["etag"]
    answer = client.patch("/api/contacts/C-3", json={"city": "Voss"}, headers={**guest, "If-Match": tag})
    assert answer.status_code == 403


def test_a_photograph_passes_through(client: TestClient, anna: Headers) -> None:
    path = "/api/contacts/C-3/photo"
    assert client.get(path, headers=anna).status_code == 404
    tag = client.get("/api/contacts/C-3", headers=anna).headers["etag"]
    sent = {**anna, "If-Match": tag, "Content-Type": "image/png"}
    assert client.put(path, content=PNG, headers={**sent, "Content-Type": "text/html"}).status_code == 415
    assert client.put(path, content=b"x" * 10_000_001, headers=sent).status_code == 413
    assert client.put(path, content=PNG, headers=sent).status_code == 204
    assert client.get(path, headers=anna).content == PNG
    assert client.get("/api/contacts/C-3", headers=anna).json()["has_photo"] is True
    assert client.put(path, content=PNG, headers=sent).status_code == 412


def test_it_is_started_by_one_command() -> None:
    command = [sys.executable, str(ROOT / "examples" / "fastapi_contacts" / "app.py"), "--port", free_port()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # where fmorm is
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stdout is not None
        try:
            told = [run.stdout.readline() for _ in range(2)]
            assert "guest" in told[0]
            assert "<title>Contacts</title>" in patiently(told[1].strip())
        finally:
            run.terminate()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def patiently(url: str) -> str:
    """Get a page of a server that says its address just before it listens."""
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as page:
                return str(page.read().decode())
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
