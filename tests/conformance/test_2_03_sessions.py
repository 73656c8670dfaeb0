"""Log-in, log-out, and whether a token is still alive."""

from __future__ import annotations

import re

import pytest
from conformance.wire import DONE, OK, Answer, Clock, Serve, Wire, basic, path_of

from fmorm.server import App

BAD_ACCOUNT = (401, "212", "Invalid user account and/or password; please try again")
BAD_TOKEN = (401, "952", "Invalid FileMaker Data API token (*)")
SESSIONS = "/databases/office/sessions"
PASSWORD = {"username": "api", "password": "secret"}


def sources(*entries: object) -> dict[str, object]:
    return {"fmDataSource": list(entries)}


def test_a_log_in_gives_a_token_in_the_body_and_in_a_header(stranger: Wire) -> None:
    answer = stranger.log_in()
    token = answer.header("X-FM-Data-Access-Token")
    assert answer.text == f'{{"response":{{"token":"{token}"}},' + OK


def test_a_token_is_52_hexadecimal_digits_in_lower_case(stranger: Wire) -> None:
    assert re.fullmatch("[0-9a-f]{52}", stranger.log_in().response["token"])


def test_every_log_in_gives_another_token(stranger: Wire) -> None:
    assert stranger.log_in().response["token"] != stranger.log_in().response["token"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        sources(),
        sources({"database": "vault", **PASSWORD}),
        sources({"database": "office", **PASSWORD}),
        sources({"database": "office"}),
        sources({"database": "vault", **PASSWORD}, {"database": "office", **PASSWORD}),
        sources({"database": "vault", "oAuthRequestId": "1", "oAuthIdentifier": "2"}),
        sources({"database": "elsewhere", **PASSWORD}),
    ],
)
def test_its_body_may_be_empty_or_hold_credentials_for_other_files(reader: Wire, body: object) -> None:
    assert reader.log_in(body=body).code == "0"


@pytest.mark.parametrize(
    "entry",
    [
        PASSWORD,
        {"database": "", **PASSWORD},
        {"database": "vault"},
        {"database": "vault", "username": "api"},
        {"database": "vault", "password": "secret"},
        {"database": "vault", "oAuthRequestId": "1"},
        {"database": "vault", "username": "api", "password": 1},
        {"database": "vault", "unknown": "x", **PASSWORD},
        "vault",
    ],
)
def test_each_of_them_needs_a_file_and_either_pair_of_credentials(reader: Wire, entry: object) -> None:
    assert reader.log_in(body=sources(entry)).outcome[:2] == (400, "960")


@pytest.mark.parametrize("given", ["vault", {}, 1])
def test_they_are_a_list(reader: Wire, given: object) -> None:
    assert reader.log_in(body={"fmDataSource": given}).outcome[:2] == (400, "960")


def touch(wire: Wire) -> Answer:
    """Read what the vault says of Ada, seen from the office."""
    record = wire.create({"Name": "Ada"})
    wire.layout = "secret"
    return wire.get(record)


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [("keeper", "keys", "0"), ("keeper", "wrong", "802"), ("nobody", "secret", "802")],
)
def test_wrong_ones_are_seen_only_when_data_of_their_file_is_touched(
    stranger: Wire, username: str, password: str, code: str
) -> None:
    stranger.begin(body=sources({"database": "vault", "username": username, "password": password}))
    assert touch(stranger).code == code


def test_without_any_those_of_the_log_in_are_tried_on_other_files(wire: Wire) -> None:
    assert touch(wire).fields["secrets::Word"] == "sesame"


def test_an_account_that_other_files_do_not_know_cannot_open_them(stranger: Wire) -> None:
    stranger.begin("colon", "a:b:c")
    assert touch(stranger).outcome == (500, "802", "Unable to open file")


def test_those_of_a_sign_in_with_a_provider_open_another_file(serve: Serve) -> None:
    wire = serve()
    ids = oauth(wire)
    pair = dict(zip(("oAuthRequestId", "oAuthIdentifier"), ids.values(), strict=True))
    wire.database, wire.layout = "vault", "towns"
    wire.begin(body=sources({"database": "office", **pair}))
    assert wire.get_all().names == ["Oslo", "Bergen"]


@pytest.mark.parametrize(
    ("account", "password"), [("api", "wrong"), ("nobody", "secret"), ("api", "Secret"), ("", "")]
)
def test_a_wrong_account_or_password_is_refused(reader: Wire, account: str, password: str) -> None:
    assert reader.log_in(account, password).outcome == BAD_ACCOUNT


def test_a_log_in_without_credentials_is_refused(reader: Wire) -> None:
    answer = reader.ask("POST", SESSIONS, b"{}", authorization="")
    assert answer.outcome == (401, "10", "HTTP Authorization header or OAuth headers are missing.")
    assert '{"message":"HTTP' in answer.text


def test_a_file_that_is_not_hosted_is_refused(reader: Wire) -> None:
    reader.database = "nowhere"
    assert reader.log_in().outcome == (500, "802", "Unable to open file")


def test_an_account_without_the_privilege_is_refused(reader: Wire) -> None:
    assert reader.log_in("visitor", "visitor").outcome == (500, "802", "Unable to open file")


def test_a_wrong_claris_id_is_refused_with_401(reader: Wire) -> None:
    assert reader.log_in(authorization="FMID nobody").status == 401


def oauth(wire: Wire) -> dict[str, str]:
    """Sign in with the provider, and give the headers that a log-in wants."""
    begun = wire.send(
        "GET",
        f"/oauth/getoauthurl?trackingID=7&provider=Google&address={wire.host}&X-FMS-OAuth-AuthType=2",
        {
            "X-FMS-Application-Type": "9",
            "X-FMS-Application-Version": "15",
            "X-FMS-Return-URL": "http://127.0.0.1:9/back",
        },
    )
    assert begun.status == 200
    assert (begun.header("X-FMS-Return-URL") or "").startswith("http")
    request_id = begun.header("X-FMS-Request-ID") or ""
    return {"X_FM_Data_OAuth_Request_Id": request_id, "X_FM_Data_OAuth_Identifier": "grace-at-google"}


def test_the_host_names_its_oauth_providers(reader: Wire) -> None:
    answer = reader.send("GET", "/fmws/oauthproviderinfo", {})
    assert [one["Name"] for one in answer.json["data"]["Provider"]] == ["Google"]


def test_the_address_that_a_sign_in_gives_leads_back_with_what_the_log_in_wants(reader: Wire) -> None:
    """The provider asks nothing here: the browser comes back at once."""
    headers = {"X-FMS-Return-URL": "http://127.0.0.1:9/back?a=1"}
    begun = reader.send("GET", "/oauth/getoauthurl?trackingID=7&provider=Google&address=x", headers)
    page = reader.send("GET", path_of(begun.header("X-FMS-Return-URL")), {})
    assert page.status == 302
    back = page.header("Location") or ""
    assert back.startswith("http://127.0.0.1:9/back?a=1&")
    assert "trackingID=7" in back
    assert "identifier=grace-at-google" in back


def test_a_sign_in_with_a_provider_opens_a_session_instead_of_an_authorization(stranger: Wire) -> None:
    answer = stranger.log_in(authorization="", **oauth(stranger))
    assert answer.response["token"] == answer.header("X-FM-Data-Access-Token")


@pytest.mark.parametrize("wrong", ["X_FM_Data_OAuth_Request_Id", "X_FM_Data_OAuth_Identifier"])
def test_both_headers_of_a_sign_in_must_be_right(reader: Wire, wrong: str) -> None:
    assert reader.log_in(authorization="", **{**oauth(reader), wrong: "x"}).outcome[:2] == (401, "212")


@pytest.mark.parametrize("missing", ["X_FM_Data_OAuth_Request_Id", "X_FM_Data_OAuth_Identifier"])
def test_both_must_be_there(reader: Wire, missing: str) -> None:
    assert reader.log_in(authorization="", **{**oauth(reader), missing: ""}).outcome[:2] == (401, "10")


def test_a_sign_in_for_another_file_is_not_looked_at_before_its_data_is(stranger: Wire) -> None:
    ids = {"oAuthRequestId": "no such", "oAuthIdentifier": "nobody"}
    stranger.begin(body=sources({"database": "vault", **ids}))
    assert touch(stranger).code == "802"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x"])
def test_a_log_out_wants_no_authorization(wire: Wire, authorization: str) -> None:
    answer = wire.ask("DELETE", f"{SESSIONS}/{wire.token}", authorization=authorization)
    assert answer.text == DONE


def test_after_it_the_token_is_dead(wire: Wire) -> None:
    wire.ask("DELETE", f"{SESSIONS}/{wire.token}")
    assert wire.ask("GET", "records").outcome == BAD_TOKEN
    assert wire.ask("DELETE", f"{SESSIONS}/{wire.token}").outcome == BAD_TOKEN


def test_it_ends_no_other_session(wire: Wire) -> None:
    other = wire.log_in().response["token"]
    wire.ask("DELETE", f"{SESSIONS}/{other}")
    assert wire.ask("GET", "/validateSession").text == DONE


@pytest.mark.parametrize("token", ["0" * 52, "x", "%2F"])
def test_an_unknown_token_cannot_be_logged_out(reader: Wire, token: str) -> None:
    assert reader.ask("DELETE", f"{SESSIONS}/{token}").outcome == BAD_TOKEN


def test_a_token_belongs_to_one_file(wire: Wire) -> None:
    assert wire.ask("DELETE", f"/databases/vault/sessions/{wire.token}").outcome == BAD_TOKEN
    wire.database, wire.layout = "vault", "Secret"
    assert wire.ask("GET", "records").outcome == BAD_TOKEN


def test_a_live_token_is_valid(wire: Wire) -> None:
    assert wire.ask("GET", "/validateSession").text == DONE


def test_a_dead_one_is_not(wire: Wire, app: App) -> None:
    app.expire_sessions()
    assert wire.ask("GET", "/validateSession").outcome == BAD_TOKEN


def test_validation_wants_an_authorization(reader: Wire) -> None:
    answer = reader.ask("GET", "/validateSession", authorization="")
    assert answer.outcome == (401, "10", "Request validation failed: Parameter (Authorization) is required")


def test_validation_starts_the_idle_time_anew(wire: Wire, clock: Clock) -> None:
    for _ in range(3):
        clock.seconds += 14 * 60
        assert wire.ask("GET", "/validateSession").code == "0"
    clock.seconds += 15 * 60
    assert wire.ask("GET", "/validateSession").outcome == BAD_TOKEN


def test_release_17_gives_the_token_only_in_the_header(serve: Serve) -> None:
    wire = serve(release="17")
    answer = wire.ask("POST", SESSIONS, b"{}", version="v1", authorization=basic("api", "secret"))
    assert answer.text == DONE
    assert re.fullmatch("[0-9a-f]{52}", answer.header("X-FM-Data-Access-Token") or "")
