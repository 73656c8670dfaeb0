from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest
from server.album import ALBUM, Album
from server.client import BASE

from fmorm import Database, Field, Model, field
from fmorm.server import App, Background, load_schema
from fmorm.server.http import How
from fmorm.server.mounts.tls import CertificateError, certificate

TLS = Path(__file__).with_name("tls")
CERTIFICATE, KEY = TLS / "localhost.pem", TLS / "localhost.key"

HOWS: tuple[How, ...] = ("close", "reset", "half-close")


class Person(Model, layout="person"):
    name: Field[str] = field("Name")
    code: Field[str] = field("Code")


@pytest.fixture
def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


def test_a_client_that_trusts_the_certificate_works_over_https(app: App, trust: ssl.SSLContext) -> None:
    with Background(app, tls=(CERTIFICATE, KEY)) as server:
        assert server.url.startswith("https://127.0.0.1:")
        with Database(server.url, "people", user="api", password="secret", verify=trust) as db:
            db.create(Person(name="Agnes", code="1"))
            assert [person.name for person in db.find(Person)] == ["Agnes"]


def test_a_file_has_an_address_that_the_client_can_fetch(trust: ssl.SSLContext) -> None:
    app = App(load_schema(ALBUM))
    client = Album(app)
    record = client.create({"Name": "Agnes"})
    client.upload(record, b"a picture")
    with (
        Background(app, tls=(CERTIFICATE, KEY)) as server,
        httpx.Client(verify=trust, headers={"authorization": f"Bearer {client.token}"}) as http,
    ):
        shown = http.get(f"{server.url}{BASE}/databases/people/layouts/person/records/{record}").json()
        address = shown["response"]["data"][0]["fieldData"]["Photo"]
        assert address.startswith(f"{server.url}/Streaming_SSL/")
        assert http.get(address, follow_redirects=True).content == b"a picture"
    app.close()


def test_a_client_that_speaks_http_is_not_answered_and_the_server_goes_on(
    app: App, trust: ssl.SSLContext
) -> None:
    with Background(app, tls=(CERTIFICATE, KEY)) as server:
        with pytest.raises(httpx.TransportError):
            httpx.get(server.url.replace("https", "http") + BASE + "/productInfo")
        assert httpx.get(server.url + BASE + "/productInfo", verify=trust).status_code == 200


@pytest.mark.parametrize("how", HOWS)
def test_connections_drop_over_tls_as_well(app: App, trust: ssl.SSLContext, how: How) -> None:
    with (
        Background(app, tls=(CERTIFICATE, KEY)) as server,
        httpx.Client(base_url=server.url + BASE, verify=trust) as http,
    ):
        app.faults.drop("after commit", how=how, times=1)
        with pytest.raises(httpx.TransportError):
            http.get("/productInfo")
        assert http.get("/productInfo").status_code == 200


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("nowhere.pem", "localhost.key"), r"nowhere\.pem: No such file or directory"),
        (("localhost.pem", "nowhere.key"), r"nowhere\.key: No such file or directory"),
        ((".", "localhost.key"), "Is a directory"),
        (("localhost.key", "localhost.pem"), r"localhost\.key: there is no certificate in PEM form"),
        (("localhost.pem", "localhost.pem"), r"localhost\.pem: there is no key in PEM form"),
        (
            ("localhost.pem", "other.key"),
            r"other\.key: this is not the key of the certificate .*localhost\.pem",
        ),
        (("localhost.pem", "locked.key"), r"locked\.key: the key is locked with a password"),
    ],
    ids=["no certificate", "no key", "folder", "swapped", "twice the certificate", "another key", "locked"],
)
def test_what_is_wrong_with_a_certificate_is_said(app: App, names: tuple[str, str], message: str) -> None:
    with pytest.raises(CertificateError, match=message):
        Background(app, tls=(TLS / names[0], TLS / names[1]))


def test_a_damaged_certificate_is_told(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.pem"
    first, _, *rest = CERTIFICATE.read_text().splitlines(keepends=True)
    damaged.write_text("".join([first, *rest]))
    with pytest.raises(CertificateError, match=r"damaged\.pem or .*localhost\.key is damaged"):
        certificate((damaged, KEY))
