"""No secret is in a cassette: not in those that are committed, not in new ones, and the audit would see it."""

from __future__ import annotations

import gzip
import json
import tomllib
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from cassettes.conftest import CASSETTES, DATABASE, SCHEMA
from cassettes.runs import COUNT, converse, environment

from fmorm.server import App, Reply, Request, load_schema
from fmorm.server.mounts.socket import Background
from fmorm.testing.audit import Finding, findings, yaml
from fmorm.testing.recording import SecretFound, Written
from fmorm.testing.scrubbing import HOST, Scrubber

ACCOUNT = "sentinel account"
PASSWORD = 's3nt:inel/"pä\\ss%?&=+ '
COOKIE = "sentinel-cookie-0123"
TOKEN = "0123456789abcdef" * 3 + "0123"


def cassettes() -> list[Path]:
    return sorted(CASSETTES.glob("*.yaml"))


# -- what is committed


@pytest.mark.parametrize("path", cassettes(), ids=lambda path: path.stem)
def test_a_committed_cassette_holds_no_secret(path: Path) -> None:
    accounts = tomllib.loads(SCHEMA.read_text(encoding="utf-8"))["accounts"]
    secrets = [*accounts, *(account["password"] for account in accounts.values())]
    assert len(secrets) == 2
    assert findings(path.read_text(encoding="utf-8"), secrets) == []


# -- what is recorded


class Talkative:
    """A server that says what it should not, in every place and form that HTTP has; and remembers its tokens."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.faults = app.faults
        self.may_run_script = app.may_run_script
        self.tokens: set[str] = set()

    def handle(self, request: Request) -> Reply:
        reply = self._app.handle(request)
        self.tokens.update(value for name, value in reply.headers if name == "X-FM-Data-Access-Token")
        told = request.headers.get("authorization", "")
        content = json.loads(reply.body)
        content["response"] |= {
            "account": ACCOUNT,
            "password": {PASSWORD: f"<{PASSWORD}>"},
            "told": [told, told.partition(" ")[2], quote(PASSWORD, safe=""), request.target],
            "photo": f"http://{request.headers['host']}/Streaming_SSL/MainDB/{COOKIE}.png?RCType=x",
            "address": f"http://{quote(ACCOUNT)}:{quote(PASSWORD, safe='')}@{request.headers['host']}/",
            "padding": " " * 1024,  # long enough to be compressed
        }
        headers = [("Set-Cookie", f"X-FMS-Session-Key={COOKIE}"), ("X-Told", told), *reply.headers]
        return Reply(reply.status, headers, json.dumps(content).encode())


def test_a_recording_holds_no_secret_and_can_be_replayed(tmp_path: Path) -> None:
    schema = tomllib.loads(SCHEMA.read_text(encoding="utf-8"))
    schema["accounts"] = {ACCOUNT: {"password": PASSWORD, "privileges": "full"}}
    app = App(load_schema(schema))
    talkative = Talkative(app)
    with Background(cast("App", talkative)) as server:
        converse(
            "--fmorm-live",
            "--record-mode=rewrite",
            f"--fmorm-cassettes={tmp_path}",
            **environment(server.url, DATABASE, ACCOUNT, PASSWORD),
        )
    app.close()
    assert len(talkative.tokens) >= 2 * (COUNT - 1), "one for each conversation with the right password"
    secrets = [ACCOUNT, PASSWORD, PASSWORD.strip(), COOKIE, server.url.partition("://")[2], *talkative.tokens]
    recorded = sorted(tmp_path.glob("*.yaml"))
    assert [path.name for path in recorded] == [path.name for path in cassettes()]
    for path in recorded:
        text = path.read_text(encoding="utf-8")
        assert "padding" in text, "it was decompressed"
        assert findings(text, secrets) == []
        # and once more without the help of the code that is tested
        folded = text.casefold()
        for secret in secrets:
            for form in (
                secret,
                json.dumps(secret)[1:-1],
                quote(secret),
                b64encode(secret.encode()).decode(),
            ):
                assert form.casefold().rstrip("=") not in folded
    converse(f"--fmorm-cassettes={tmp_path}")


def test_a_secret_in_a_form_that_is_not_scrubbed_is_not_written() -> None:
    written = Written(Scrubber("http://fm.example.org", ACCOUNT, PASSWORD))
    hidden = b64encode(gzip.compress(f"the password is {PASSWORD}".encode())).decode()
    exchange = played()["interactions"][0]
    written.serialize({"version": 1, "interactions": [exchange]})
    exchange["response"]["body"]["string"] = json.dumps({"hint": hidden})
    with pytest.raises(SecretFound, match="a known secret") as refused:
        written.serialize({"version": 1, "interactions": [exchange]})
    assert PASSWORD not in str(refused.value)


# -- what the audit sees


def played() -> dict[str, Any]:
    """A cassette in which all is well: log-in, find, log-out."""
    content: dict[str, Any] = yaml.safe_load((CASSETTES / "logging_in_and_out.yaml").read_text("utf-8"))
    return content


FORMS: dict[str, Callable[[str], str | bytes]] = {
    "as it is": str,
    "in capitals": str.upper,
    "JSON": json.dumps,
    "JSON in JSON": lambda secret: json.dumps({"x": json.dumps({"y": secret})}),
    "every character escaped": lambda secret: "".join(f"\\u{ord(one):04x}" for one in secret),
    "percent signs": lambda secret: quote(secret, safe=""),
    "every character in percent signs": lambda secret: "".join(f"%{one:02x}" for one in secret.encode()),
    "percent signs twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "base64": lambda secret: b64encode(secret.encode()).decode(),
    "base64 of more": lambda secret: b64encode(f"xy{secret}z".encode()).decode().rstrip("="),
    "base64 behind other letters": lambda secret: "ab" + b64encode(secret.encode()).decode(),
    "base64 for addresses": lambda secret: urlsafe_b64encode(f"??>>{secret}".encode()).decode(),
    "base64 twice": lambda secret: b64encode(b64encode(secret.encode())).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "bytes": lambda secret: b"\xff\x00" + secret.encode("latin-1"),
    "gzip": lambda secret: gzip.compress(secret.encode()),
    "zlib in base64": lambda secret: b64encode(zlib.compress(secret.encode())).decode(),
}

PLACES: dict[str, Callable[[dict[str, Any], Any], None]] = {
    "address": lambda one, text: one["request"].update(
        uri=f"{HOST}/{text if isinstance(text, str) else text.decode('latin-1')}"
    ),
    "request header": lambda one, text: one["request"]["headers"].update(Accept=[text]),
    "request body": lambda one, text: one["request"].update(body=text),
    "status": lambda one, text: one["response"]["status"].update(message=text),
    "reply header": lambda one, text: one["response"]["headers"].update({"Content-Type": [text]}),
    "name of a header": lambda one, text: one["response"]["headers"].update({text: ["x"]}),
    "reply body": lambda one, text: one["response"]["body"].update(string=text),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_audit_sees_a_known_secret(
    place: Callable[[dict[str, Any], Any], None], form: Callable[[str], Any]
) -> None:
    cassette = played()
    place(cassette["interactions"][1], form(PASSWORD))
    found = findings(yaml.safe_dump(cassette), [PASSWORD])
    assert [one.what for one in found] == ["a known secret"]


def test_the_audit_sees_a_secret_in_a_comment() -> None:
    assert findings(f"# recorded with {PASSWORD}\nversion: 1\n", [PASSWORD]) == [
        Finding(1, "a comment", "a known secret")
    ]


def header(name: str, value: str) -> Callable[[dict[str, Any]], None]:
    return lambda one: one["request"]["headers"].update({name: [value]})


def body(text: str) -> Callable[[dict[str, Any]], None]:
    return lambda one: one["response"]["body"].update(string=text)


def address(text: str) -> Callable[[dict[str, Any]], None]:
    return lambda one: one["request"].update(uri=text)


BASIC = b64encode(b"somebody:something").decode()
PLANTED: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (header("Authorization", f"Basic {BASIC}"), "the value of the header Authorization"),
    (header("authorization", "Bearer x"), "the value of the header authorization"),
    (header("Cookie", "X-FMS-Session-Key=1"), "the value of the header Cookie"),
    (header("X-FM-Data-Access-Token", "abc"), "the value of the header X-FM-Data-Access-Token"),
    (header("X-FM-Data-OAuth-Identifier", "abc"), "the value of the header X-FM-Data-OAuth-Identifier"),
    (header("Accept", f"Basic {BASIC}"), "Basic credentials"),
    (body(f"please send 'Basic {BASIC}'"), "Basic credentials"),
    (body(f"please send {quote(f'basic {BASIC}')}"), "Basic credentials"),
    (body("please send Bearer abcdefgh12345678"), "a Bearer token"),
    (body(json.dumps({"response": {"note": f"<{TOKEN}>"}})), "a session token"),
    (body(json.dumps({"response": {"token": "abc"}})), "the token of a log-in"),
    (body(json.dumps({"fmDataSource": [{"password": "abc"}]})), "a member that is named like a secret"),
    (
        body(json.dumps({"fmDataSource": [{"oAuthIdentifier": "abc"}]})),
        "a member that is named like a secret",
    ),
    (body(gzip.compress(TOKEN.encode()).decode("latin-1")), "a session token"),
    (address(f"{HOST}/fmi/data/v1/databases/x/sessions/abc"), "the token in the path of a log-out"),
    (address(f"{HOST}/fmi/data/v1/databases/x/layouts/y/{TOKEN.upper()}"), "a session token"),
    (address("https://fm.my-company.com/fmi/data/v1/productInfo"), "the address of a server"),
    (body("https://a:b@fm.example.com/"), "credentials in an address"),
    (body(f"{HOST}/Streaming_SSL/MainDB/1.png?RCType=x"), "the address of container data"),
]


@pytest.mark.parametrize(
    ("plant", "said"), PLANTED, ids=[f"{n} {said}" for n, (_, said) in enumerate(PLANTED)]
)
def test_the_audit_sees_what_looks_like_a_secret(plant: Callable[[dict[str, Any]], None], said: str) -> None:
    cassette = played()
    assert findings(yaml.safe_dump(cassette)) == []
    plant(cassette["interactions"][1])
    found = findings(yaml.safe_dump(cassette))
    assert said in [one.what for one in found]
    assert all(one.place.startswith("interactions[1].re") for one in found)


@pytest.mark.parametrize(
    "text", ["Basic knowledge of Bearer bonds", "api", "/sessions", "a:b@c.example", "password"]
)
def test_the_audit_leaves_ordinary_text_alone(text: str) -> None:
    cassette = played()
    body(json.dumps({"response": {"fieldData": {"Notes": text}}}))(cassette["interactions"][1])
    assert findings(yaml.safe_dump(cassette), ["ap", PASSWORD]) == []
