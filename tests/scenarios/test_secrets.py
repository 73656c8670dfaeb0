"""No secret has a text form, whatever is logged."""

from __future__ import annotations

import base64
import logging

import pytest
from scenarios.conftest import PASSWORD, Office
from scenarios.office import Person

OVER_A_SOCKET = pytest.mark.parametrize("office", ["sync-socket", "async-socket"], indirect=True)


@OVER_A_SOCKET
def test_with_everything_logged_no_token_and_no_password_is(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []
    handle = office.app.handle

    def overhear(request: object) -> object:
        reply = handle(request)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        tokens.extend(value for name, value in reply.headers if name == "X-FM-Data-Access-Token")
        return reply

    monkeypatch.setattr(office.app, "handle", overhear)
    with caplog.at_level(logging.DEBUG):
        db = office.open()
        ann = db.get(Person, 1)
        ann.name = "Anne"
        db.save(ann)
        db.close()
    assert len(tokens) == 1
    assert "httpcore.http11" in {record.name for record in caplog.records}, (
        "nothing was logged that could leak"
    )
    for secret in (*tokens, PASSWORD, base64.b64encode(f"api:{PASSWORD}".encode()).decode()):
        assert secret not in caplog.text
