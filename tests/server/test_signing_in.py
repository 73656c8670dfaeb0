"""Log-in with a Claris ID and with an OAuth provider, and the credentials of other files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from server.callers import SharedServer
from server.client import BASE, Answer, Client, basic

from fmorm.server import App, Reply, Request, SchemaError, load_schema
from fmorm.transport.embedded import embedded

SESSIONS = f"{BASE}/databases/people/sessions"
TOKEN = "eyJraWQ.claris.id-token"
IDENTIFIER = "B164A3459A776E5177445DR223"
ACCOUNTS: dict[str, Any] = {
    "api": {"password": "secret"},
    "cloud": {"claris_id": TOKEN, "privileges": "read-only"},
    "ann@example.com": {"oauth": {"provider": "Google", "identifier": IDENTIFIER}},
    "bo@example.com": {"oauth": {"provider": "Google", "identifier": "BO"}, "privileges": "read-only"},
    "both": {"oauth": {"provider": "Microsoft", "identifier": IDENTIFIER}, "password": "secret"},
}
BEGIN = "/oauth/getoauthurl?trackingID=7&provider={}&address=127.0.0.1&X-FMS-OAuth-AuthType=2"
BACK = "https://portal.example.com/back?next=1"


def schema(accounts: dict[str, Any]) -> dict[str, Any]:
    return {
        "database": {"name": "people"},
        "accounts": accounts,
        "tables": {"Person": {"fields": {"Name": "text"}}},
        "layouts": {"person": {"occurrence": "Person", "fields": ["Name"]}},
    }


@pytest.fixture
def app() -> Iterator[App]:
    app = App(load_schema(schema(ACCOUNTS)))
    yield app
    app.close()


def send(app: App, method: str, target: str, body: bytes = b"", **headers: str) -> Reply:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.handle(Request(method, target, given, body))


def answer(reply: Reply) -> Answer:
    return Answer("log-in", reply, json.loads(reply.body))


def log_in(app: App, **headers: str) -> Answer:
    return answer(send(app, "POST", SESSIONS, b"", **headers))


def oauth(app: App, request_id: str, identifier: str) -> Answer:
    return log_in(app, x_fm_data_oauth_request_id=request_id, x_fm_data_oauth_identifier=identifier)


def header(reply: Reply, name: str) -> str:
    return next(value for known, value in reply.headers if known == name)


def begin(app: App, provider: str = "Google") -> Reply:
    return send(app, "GET", BEGIN.format(provider), x_fms_return_url=BACK, host="fm.example.com")


def may_write(app: App, token: str) -> bool:
    target = f"{BASE}/databases/people/layouts/person/records"
    headers = {"authorization": f"Bearer {token}", "content_type": "application/json"}
    return answer(send(app, "POST", target, b'{"fieldData":{}}', **headers)).code == 0


class TestClarisId:
    @pytest.mark.parametrize("scheme", ["FMID", "fmid"])
    def test_the_id_token_logs_in_its_account(self, app: App, scheme: str) -> None:
        said = log_in(app, authorization=f"{scheme} {TOKEN}")
        assert said.header("X-FM-Data-Access-Token") == said.response["token"]
        assert not may_write(app, said.response["token"])

    @pytest.mark.parametrize("token", ["", "x", TOKEN.upper()])
    def test_another_does_not(self, app: App, token: str) -> None:
        said = log_in(app, authorization=f"FMID {token}")
        assert (said.status, said.code) == (401, 212)

    def test_an_account_without_a_password_has_no_empty_one(self, app: App) -> None:
        assert log_in(app, authorization=basic("cloud", "")).code == 212
        assert log_in(app, authorization=basic("ann@example.com", "")).code == 212
        assert log_in(app, authorization=basic("both", "secret")).code == 0


class TestOAuth:
    def test_the_whole_way(self, app: App) -> None:
        listed = json.loads(send(app, "GET", "/fmws/oauthproviderinfo").body)
        assert [one["Name"] for one in listed["data"]["Provider"]] == ["Google", "Microsoft"]
        begun = begin(app)
        request_id, url = header(begun, "X-FMS-Request-ID"), header(begun, "X-FMS-Return-URL")
        assert begun.body.decode() == url
        assert url.startswith("http://fm.example.com/oauth/")
        back = send(app, "GET", url.removeprefix("http://fm.example.com"))
        location = header(back, "Location")
        assert back.status == 302
        assert location.startswith(BACK)
        values = {name: found[0] for name, found in parse_qs(urlsplit(location).query).items()}
        assert values == {"next": "1", "trackingID": "7", "identifier": IDENTIFIER, "error": "0"}
        said = oauth(app, request_id, values["identifier"])
        assert may_write(app, said.response["token"])

    def test_a_sign_in_is_good_for_one_log_in(self, app: App) -> None:
        request_id = header(begin(app), "X-FMS-Request-ID")
        assert oauth(app, request_id, IDENTIFIER).code == 0
        assert oauth(app, request_id, IDENTIFIER).code == 212

    @pytest.mark.parametrize(
        ("provider", "identifier"), [("Google", "nobody's"), ("Google", ""), ("Microsoft", "BO")]
    )
    def test_the_identifier_belongs_to_the_provider(self, app: App, provider: str, identifier: str) -> None:
        said = oauth(app, header(begin(app, provider), "X-FMS-Request-ID"), identifier)
        assert (said.status, said.code) == (401, 212 if identifier else 10)

    @pytest.mark.parametrize("name", ["x_fm_data_oauth_request_id", "x_fm_data_oauth_identifier"])
    def test_half_of_the_headers_is_none(self, app: App, name: str) -> None:
        said = log_in(app, **{name: "x"})
        assert (said.status, said.code) == (401, 10)
        assert said.message == "HTTP Authorization header or OAuth headers are missing."

    def test_another_account_of_the_provider_can_be_chosen(self, app: App) -> None:
        url = header(begin(app), "X-FMS-Return-URL").removeprefix("http://fm.example.com")
        assert "identifier=BO&error=0" in header(
            send(app, "GET", f"{url}&account=bo@example.com"), "Location"
        )
        assert "identifier=&error=212" in header(send(app, "GET", f"{url}&account=both"), "Location")

    @pytest.mark.parametrize(
        ("target", "headers"),
        [
            (BEGIN.format("Gogle"), {"x_fms_return_url": BACK}),
            (BEGIN.format(""), {"x_fms_return_url": BACK}),
            ("/oauth/getoauthurl?provider=Google", {"x_fms_return_url": BACK}),
            (BEGIN.format("Google"), {"x_fms_return_url": "http://[x"}),
            (BEGIN.format("Google"), {}),
            (BEGIN.format("Google"), {"x_fms_return_url": "javascript:x"}),
        ],
    )
    def test_what_is_missing_begins_nothing(self, app: App, target: str, headers: dict[str, str]) -> None:
        reply = send(app, "GET", target, b"", **headers)
        assert reply.status == 400
        assert not any(name in {"X-FMS-Request-ID", "X-FMS-Return-URL"} for name, _ in reply.headers)

    @pytest.mark.parametrize("address", ["%E2%80%A6", "x%0D%0ASet-Cookie:y", "x/y", ""])
    def test_an_address_that_is_no_host_stays_out_of_the_headers(self, app: App, address: str) -> None:
        target = f"/oauth/getoauthurl?trackingID=7&provider=Google&address={address}"
        reply = send(app, "GET", target, x_fms_return_url=BACK)
        assert header(reply, "X-FMS-Return-URL").startswith("http://localhost/oauth/")

    def test_a_sign_in_that_nobody_began_is_not_found(self, app: App) -> None:
        assert send(app, "GET", "/oauth/embedded?requestID=x").status == 404
        assert oauth(app, "x", IDENTIFIER).code == 212

    def test_other_methods_and_addresses_are_refused(self, app: App) -> None:
        assert answer(send(app, "POST", "/fmws/oauthproviderinfo")).code == 1704
        assert answer(send(app, "GET", "/oauth/other")).code == 1700

    def test_a_host_without_providers_has_an_empty_list(self) -> None:
        app = App(load_schema(schema({"api": {"password": "secret"}})))
        listed = json.loads(send(app, "GET", "/fmws/oauthproviderinfo").body)
        assert listed == {"result": 0}
        app.close()

    def test_faults_happen_here_too(self, app: App) -> None:
        with app.faults.html(502):
            assert begin(app).status == 502

    def test_over_a_socket(self, app: App, shared_server: SharedServer) -> None:
        url = shared_server.serve(app)
        begun = httpx.get(url + BEGIN.format("Google"), headers={"X-FMS-Return-URL": f"{url}/back"})
        returned = httpx.get(begun.text, follow_redirects=True)
        assert returned.url.params["identifier"] == IDENTIFIER
        headers = {
            "X-FM-Data-OAuth-Request-Id": begun.headers["X-FMS-Request-ID"],
            "X-FM-Data-OAuth-Identifier": returned.url.params["identifier"],
        }
        assert httpx.post(url + SESSIONS, headers=headers).json()["messages"][0]["code"] == "0"


def test_no_exchange_and_no_text_holds_a_secret(app: App) -> None:
    begun = begin(app)
    request_id, url = header(begun, "X-FMS-Request-ID"), header(begun, "X-FMS-Return-URL")
    send(app, "GET", url.removeprefix("http://fm.example.com"))
    token = oauth(app, request_id, IDENTIFIER).response["token"]
    log_in(app, authorization=f"FMID {TOKEN}")
    text = repr(list(app.requests)) + repr(app.schemas) + repr(vars(app))
    for secret in (request_id, IDENTIFIER, TOKEN, token, "secret"):
        assert secret not in text, f"{secret} is remembered"
    targets = [request.target for request, _ in app.requests]
    assert targets == ["/oauth/getoauthurl?***", "/oauth/embedded?***", SESSIONS, SESSIONS]


@pytest.mark.parametrize(
    "sources",
    [
        [],
        [{"database": "contacts", "username": "admin", "password": "admin"}],
        [{"database": "contacts", "oAuthRequestId": "E6", "oAuthIdentifier": "B1"}, {"database": "people"}],
    ],
)
def test_credentials_of_other_files_are_taken_unchecked(client: Client, sources: Any) -> None:
    body = json.dumps({"fmDataSource": sources}).encode()
    assert client.log_in("api", "secret", body).code == 0


@pytest.mark.parametrize(
    "sources",
    [[{}], [{"database": ""}], ["contacts"], [{"database": 1}], [{"database": "x", "password": None}], {}],
)
def test_but_they_have_a_form(client: Client, sources: Any) -> None:
    said = client.log_in("api", "secret", json.dumps({"fmDataSource": sources}).encode())
    assert (said.status, said.code) == (400, 960)
    assert "fmDataSource" in said.message


@pytest.fixture
def client(app: App) -> Client:
    return Client(app)


@pytest.mark.parametrize(
    ("account", "place"),
    [
        ({"claris_id": ""}, "accounts.x.claris_id: expected printable ASCII"),
        ({"claris_id": "a b"}, "accounts.x.claris_id: expected printable ASCII"),
        ({"claris_id": 1}, "accounts.x.claris_id: expected a text"),
        ({"oauth": "B1"}, "accounts.x.oauth: expected a table of settings"),
        ({"oauth": {"provider": "Google"}}, "accounts.x.oauth.identifier: is missing"),
        ({"oauth": {"identifier": "B1"}}, "accounts.x.oauth.provider: is missing"),
        ({"oauth": {"provider": "Google", "identifier": "B\n1"}}, "accounts.x.oauth.identifier: expected"),
        ({"oauth": {"provider": "Google", "id": "B1"}}, 'accounts.x.oauth: no setting "id"'),
        ({"clarisid": "x"}, 'did you mean "claris_id"?'),
    ],
)
def test_a_mistake_in_the_schema_names_its_place(account: Any, place: str) -> None:
    with pytest.raises(SchemaError, match=place.replace("?", r"\?")):
        load_schema(schema({"x": account}))


def test_in_process_an_account_logs_in_with_what_it_has(app: App) -> None:
    def headers(user: str | None) -> dict[str, str]:
        settings, _ = embedded(app, data=":memory:", user=user)
        return settings.credentials.headers()

    assert headers("cloud") == {"Authorization": f"FMID {TOKEN}"}
    assert headers("both") == {"Authorization": basic("both", "secret")}
    with pytest.raises(LookupError, match=r"'ann@example\.com' of the schema has no password"):
        headers("ann@example.com")


def test_in_process_the_first_account_is_one_with_a_password() -> None:
    app = App(load_schema(schema({"cloud": {"claris_id": TOKEN}, "api": {"password": "secret"}})))
    settings, _ = embedded(app, data=":memory:", user=None)
    assert settings.credentials.headers() == {"Authorization": basic("api", "secret")}
    app.close()
