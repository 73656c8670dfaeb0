from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from fmorm.server import App, load_schema
from fmorm.transport.embedded import EmbeddedMount, embedded
from fmorm.transport.http import AsyncHttpTransport, HttpTransport
from fmorm.wire import requests

SCHEMA: dict[str, Any] = {
    "database": {"name": "crm"},
    "accounts": {
        "looker": {"password": "look3r", "privileges": "read-only"},
        "ida": {"password": "s3cr3t"},
        "eva": {"password": "pw"},
    },
    "tables": {"Guest": {"fields": {"Name": "text"}}},
    "occurrences": {"guests": "Guest"},
    "layouts": {"guest": {"occurrence": "guests", "fields": ["Name"]}},
}


def start(source: Any = SCHEMA, user: str | None = None) -> tuple[Any, EmbeddedMount]:
    return embedded(source, data=":memory:", user=user, sessions=2)


def serves(app: App) -> bool:
    """Whether the app still answers a log-in."""
    settings, mount = start(app)
    headers = settings.credentials.headers()
    reply = HttpTransport(settings, mount).send(requests.log_in(settings.place), headers)
    return reply.status == 200


@pytest.mark.parametrize(("user", "name"), [(None, "ida"), ("eva", "eva"), ("looker", "looker")])
def test_the_settings_of_an_embedded_server(user: str | None, name: str) -> None:
    settings, mount = start(user=user)
    assert (settings.database, settings.credentials.name, settings.sessions) == ("crm", name, 2)
    mount.close()


@pytest.mark.parametrize(
    ("schema", "user"),
    [(SCHEMA, "nobody"), ({**SCHEMA, "accounts": {"looker": SCHEMA["accounts"]["looker"]}}, None)],
)
def test_without_such_an_account_there_is_advice_and_no_password(schema: Any, user: str | None) -> None:
    with pytest.raises(LookupError) as caught:
        start(schema, user)
    assert (user or "looker") in str(caught.value)
    assert "look3r" not in str(caught.value)


def test_both_colours_are_served() -> None:
    settings, mount = start()
    request, headers = requests.log_in(settings.place), settings.credentials.headers()
    reply = HttpTransport(settings, mount).send(request, headers)
    again = asyncio.run(AsyncHttpTransport(settings, mount).send(request, headers))
    for one in (reply, again):
        assert one.status == 200
        assert json.loads(one.body)["response"]["token"] == one.headers["x-fm-data-access-token"]
    mount.close()


def test_names_arrive_as_they_were_sent() -> None:
    app = App(load_schema(SCHEMA))
    mount = EmbeddedMount(app, owned=True)
    target = "/fmi/data/vLatest/databases/crm/layouts/a%2Fb%20%C3%A9/records?portal=%5B%5D"
    mount.handle_request(httpx.Request("GET", f"http://embedded.invalid{target}"))
    assert app.requests[-1][0].target == target
    mount.close()


def test_an_app_that_was_given_is_not_closed() -> None:
    app = App(load_schema(SCHEMA))
    _, mount = start(app)
    mount.close()
    asyncio.run(mount.aclose())
    assert serves(app)
    app.close()
