from __future__ import annotations

import gzip
import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import pytest

from fmorm import Account, ClarisID, Credentials, DataSource, OAuth
from fmorm.testing.scrubbing import BOUNDARY, HOST, SCRUBBED, Scrubber
from fmorm.transport.settings import Settings

TOKEN = "0123456789abcdef" * 3 + "0123"


@dataclass
class Asked:
    uri: str = f"{HOST}/"
    body: bytes | None = b""
    headers: Any = field(default_factory=dict[str, str])


def answered(body: bytes, **headers: str) -> dict[str, Any]:
    return {
        "status": {"code": 200, "message": "OK"},
        "headers": {name.replace("_", "-"): [value] for name, value in headers.items()},
        "body": {"string": body},
    }


@pytest.fixture
def scrubber() -> Scrubber:
    return Scrubber("http://127.0.0.1:8733", "admin", 'pä"ss')


def test_of_headers_only_what_fmorm_reads_is_kept(scrubber: Scrubber) -> None:
    asked = scrubber.request(Asked(headers={"host": "x", "cookie": "y", "authorization": f"Bearer {TOKEN}"}))
    assert asked.headers == {"Authorization": f"Bearer {SCRUBBED}"}
    reply = scrubber.reply(
        answered(
            b"", content_type="text/html", x_fm_data_access_token=TOKEN, date="x", set_cookie="y", etag="z"
        )
    )
    assert reply["headers"] == {"Content-Type": ["text/html"], "X-FM-Data-Access-Token": [SCRUBBED]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Basic YTpi", f"Basic {SCRUBBED}"),
        ("Basic not base64", f"Basic {SCRUBBED}"),
        ("FMID abc", SCRUBBED),
        ("abc", SCRUBBED),
    ],
)
def test_of_credentials_the_scheme_is_kept(scrubber: Scrubber, given: str, kept: str) -> None:
    assert scrubber.request(Asked(headers={"Authorization": given})).headers == {"Authorization": kept}


def test_what_an_authorization_carried_is_secret_from_then_on(scrubber: Scrubber) -> None:
    value = b64encode(b"other:something").decode()
    scrubber.request(Asked(headers={"Authorization": f"Basic {value}"}))
    assert (
        scrubber.text(f"you said {value}, which is something") == f"you said {SCRUBBED}, which is {SCRUBBED}"
    )


def test_the_token_is_taken_out_of_the_log_in_and_of_the_path_of_the_log_out(scrubber: Scrubber) -> None:
    reply = scrubber.reply(answered(b'{"response":{"token":"short"},"messages":[]}'))
    assert json.loads(reply["body"]["string"]) == {"response": {"token": SCRUBBED}, "messages": []}
    asked = scrubber.request(Asked("http://127.0.0.1:8733/fmi/data/v1/databases/x/sessions/short?a=b"))
    assert asked.uri == f"{HOST}/fmi/data/v1/databases/x/sessions/{SCRUBBED}?a=b"
    assert scrubber.text("it was short, was it not") == f"it was {SCRUBBED}, was it not"


def test_credentials_of_other_files_are_taken_out(scrubber: Scrubber) -> None:
    source = {"database": "other", "username": "a", "password": "b"}
    asked = scrubber.request(Asked(body=json.dumps({"fmDataSource": [source]}).encode()))
    assert json.loads(asked.body) == {
        "fmDataSource": [{"database": "other", "username": SCRUBBED, "password": SCRUBBED}]
    }
    source = {"database": "other", "oAuthRequestId": "a", "oAuthIdentifier": "b"}
    asked = scrubber.request(Asked(body=json.dumps({"fmDataSource": [source]}).encode()))
    assert json.loads(asked.body) == {
        "fmDataSource": [{"database": "other", "oAuthRequestId": SCRUBBED, "oAuthIdentifier": SCRUBBED}]
    }


def test_what_an_oauth_log_in_carried_is_secret_from_then_on(scrubber: Scrubber) -> None:
    headers = {"X-FM-Data-OAuth-Request-Id": "E65B98", "X-FM-Data-OAuth-Identifier": "B164A3"}
    asked = scrubber.request(Asked(headers=headers))
    assert asked.headers == {}
    assert scrubber.text("E65B98 and B164A3") == f"{SCRUBBED} and {SCRUBBED}"


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ('my pä"ss is', f"my {SCRUBBED} is"),
        ('my P\\u00e4\\"ss is', f"my {SCRUBBED} is"),
        ("my p%C3%A4%22ss is", f"my {SCRUBBED} is"),
        ("my p%c3%a4%22ss is", f"my {SCRUBBED} is"),
        ("Admin, administrator", f"{SCRUBBED}, administrator"),
        (f"<{TOKEN}>", f"<{SCRUBBED}>"),
        ("http://127.0.0.1:8733/x, 127.0.0.1:8733", f"{HOST}/x, fm.example.com"),
        ("https://fm.my.com/Streaming_SSL/MainDB/1.png?x=y", f"{HOST}/Streaming_SSL/{SCRUBBED}.png"),
        ("/Streaming/MainDB/1?x=y.png or so", f"{HOST}/Streaming_SSL/{SCRUBBED} or so"),
        ("http://a:b@fm.my.com/", f"http://{SCRUBBED}:{SCRUBBED}@fm.my.com/"),
    ],
)
def test_texts_are_scrubbed_in_bodies_of_any_kind_and_a_second_time_changes_nothing(
    scrubber: Scrubber, text: str, scrubbed: str
) -> None:
    for _ in range(2):
        text = scrubber.reply(answered(text.encode()))["body"]["string"].decode()
        assert text == scrubbed
    body = scrubber.request(Asked(body=json.dumps({"a": [text]}).encode())).body
    assert json.loads(body) == {"a": [scrubbed]}


def test_the_way_to_a_file_can_be_followed_in_a_replay(scrubber: Scrubber) -> None:
    given = answered(b"", location="/Streaming_SSL/MainDB/0123.png?RCType=x", set_cookie="y")
    assert scrubber.reply(given)["headers"] == {"Location": [f"{HOST}/Streaming_SSL/{SCRUBBED}.png"]}
    asked = scrubber.request(Asked("http://127.0.0.1:8733/Streaming_SSL/MainDB/0123.png?RCType=x"))
    assert asked.uri == f"{HOST}/Streaming_SSL/{SCRUBBED}.png"


@pytest.mark.parametrize("quote", ["", '"'])
def test_uploads_have_the_same_boundary_every_time(scrubber: Scrubber, quote: str) -> None:
    kind = f"multipart/form-data; boundary={quote}fmorm-0123{quote}"
    asked = scrubber.request(
        Asked(body=b"--fmorm-0123\r\n\r\n\xff\r\n--fmorm-0123--\r\n", headers={"Content-Type": kind})
    )
    assert asked.headers == {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert asked.body == f"--{BOUNDARY}\r\n\r\n".encode() + b"\xff" + f"\r\n--{BOUNDARY}--\r\n".encode()


def account() -> Account:
    return Account("admin", lambda: "open sesame")


@pytest.mark.parametrize(
    ("credentials", "sources", "secrets", "names"),
    [
        (account(), (), {"open sesame"}, {"admin"}),
        (
            account(),
            (DataSource("other", Account("api", "hush hush")),),
            {"open sesame", "hush hush"},
            {"admin"},
        ),
        (
            account(),
            (DataSource("other", OAuth("E65B", "B164")),),
            {"open sesame", "E65B", "B164"},
            {"admin"},
        ),
        (OAuth("E65B", "B164"), (), {"E65B", "B164"}, set[str]()),
        (ClarisID("0123abc"), (), {"0123abc"}, set[str]()),
    ],
)
def test_what_a_database_is_opened_with_is_known_to_be_secret(
    credentials: Credentials, sources: tuple[DataSource, ...], secrets: set[str], names: set[str]
) -> None:
    settings = Settings(url="https://fm.my.com", database="people", credentials=credentials, sources=sources)
    scrubber = Scrubber.of(settings)
    assert (scrubber.secrets, scrubber.names) == (secrets, names)
    assert scrubber.text("at fm.my.com") == "at fm.example.com"


def test_numbers_stay_as_they_were_written(scrubber: Scrubber) -> None:
    body = b'{"a": 12345678901234567890.10, "b": [1, 1.0, 1e5, true, null, "1"]}'
    assert scrubber.reply(answered(body))["body"]["string"] == body


def test_bytes_of_a_file_stay_as_they_are(scrubber: Scrubber) -> None:
    assert scrubber.reply(answered(b"\x89PNG\xff"))["body"]["string"] == b"\x89PNG\xff"


def test_what_could_not_be_decompressed_is_not_recorded(scrubber: Scrubber) -> None:
    with pytest.raises(ValueError, match="cannot be scrubbed"):
        scrubber.reply(answered(gzip.compress(b"x"), content_encoding="br"))


def test_half_a_surrogate_pair_is_kept_as_it_was_sent(scrubber: Scrubber) -> None:
    sent = b'{"A": "x\\ud800"}'
    assert scrubber.request(Asked(body=sent)).body == sent
