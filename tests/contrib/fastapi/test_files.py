"""Files of containers as responses."""

import asyncio
from typing import Any

import pytest
from contrib.fastapi.address_book import PNG, Contact
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect

from fmorm import AsyncDatabase, Database
from fmorm.contrib.fastapi import send_file
from fmorm.server import App

HTML = b"<script>alert(1)</script>"


def test_a_file_passes_through(client: TestClient, other: Database) -> None:
    assert client.get("/contacts/C-3/photo").status_code == 404
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG * 100_000, name="a.png")
    answer = client.get("/contacts/C-3/photo")
    assert answer.content == PNG * 100_000
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == "800000"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"photo.png\"; filename*=UTF-8''photo.png"
    )
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "sandbox" in answer.headers["content-security-policy"]
    known = client.get("/contacts/C-3/photo", headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304
    assert known.content == b""
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG, name="a.png")
    new = client.get("/contacts/C-3/photo", headers={"If-None-Match": f'"x", {answer.headers["etag"]}'})
    assert new.content == PNG


def test_what_could_run_is_not_shown(client: TestClient, other: Database) -> None:
    other.upload(other.get(Contact, id="C-3"), Contact.photo, HTML, name="a.html")
    answer = client.get("/contacts/C-3/photo?name=se%22%C3%A5.html")
    assert answer.headers["content-disposition"].startswith('attachment; filename="se_?.html"')
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_is_closed_when_the_client_has_gone(
    host: App, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.upload(other.get(Contact, id="C-3"), Contact.photo, PNG * 100_000, name="a.png")
    closed: list[str] = []

    async def run() -> None:
        async with AsyncDatabase.embedded(host) as db:
            contact = await db.get(Contact, id="C-3")
            response = await send_file(db, contact, Contact.photo, as_attachment=True)
            assert response.headers["content-disposition"].startswith("attachment")
            assert response.headers["cache-control"] == "private, no-store"
            file: Any = vars(response)["_file"]
            close = file.close

            async def noting() -> None:
                await close()
                closed.append("file")

            monkeypatch.setattr(file, "close", noting)

            async def send(message: Any) -> None:
                raise OSError("gone")

            async def receive() -> Any:
                return {"type": "http.disconnect"}

            scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
            with pytest.raises(ClientDisconnect):
                await response(scope, receive, send)

    asyncio.run(run())
    assert closed == ["file"]
