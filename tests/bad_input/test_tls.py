"""TLS that fails, on real sockets."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
from bad_input.certificates import Certificate, self_signed
from bad_input.conftest import Serve
from bad_input.witness import each, told
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import ConnectionLost, ConnectTimedOut, TlsError


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"))


def refused(office: Office, db: Any, *says: str) -> None:
    """Expect that no verb gets through, and that nothing was changed or left open."""
    for verb in each(lambda: db.get(Person, 1), lambda: db.create(Person(name="Dag"))):
        with told(TlsError, "log-in to 'Office & Co'", "Nothing was sent", *says):
            verb()
    db.close()
    assert not office.app.requests
    assert office.app.session_count == 0


def test_a_certificate_of_no_authority_is_refused_and_told_how_to_accept_it(
    serve: Serve, certificate: Certificate
) -> None:
    office, _ = serve(tls=certificate.server())
    refused(office, office.open(), "CERTIFICATE_VERIFY_FAILED", "self.signed", "verify=")


def test_an_expired_certificate_is_refused(serve: Serve, tmp_path: Path) -> None:
    expired = self_signed(tmp_path, days=-3)
    office, _ = serve(tls=expired.server())
    refused(office, office.open(verify=expired.trusting()), "expired", "needs a new one")


def test_a_certificate_of_another_host_is_refused(serve: Serve, tmp_path: Path) -> None:
    others = self_signed(tmp_path, "fm.example.com")
    office, _ = serve(tls=others.server())
    refused(
        office, office.open(verify=others.trusting()), r"IP address mismatch.*127\.0\.0\.1", "another host"
    )


@pytest.mark.parametrize("how", ["trusted", "unchecked"])
def test_a_certificate_that_is_trusted_works(serve: Serve, certificate: Certificate, how: str) -> None:
    office, _ = serve(tls=certificate.server())
    db = office.open(verify=certificate.trusting() if how == "trusted" else False)
    assert db.get(Person, 1).name == "Ann Berg"
    db.close()
    assert office.app.session_count == 0


def test_tls_to_a_port_that_does_not_speak_it_is_told(serve: Serve) -> None:
    office, server = serve()
    plain = Office(
        office.app, office.colour, server.url.replace("http:", "https:"), office.loop, office.opened
    )
    refused(office, plain.open(), "SSL", "http://")


def test_plain_http_to_a_port_that_speaks_tls_is_told(serve: Serve, certificate: Certificate) -> None:
    office, server = serve(tls=certificate.server())
    office.url = server.url.replace("https:", "http:")
    db = office.open()
    for verb in each(lambda: db.get(Person, 1), lambda: db.create(Person(name="Dag"))):
        with told(ConnectionLost, "log-in to 'Office & Co'", "Nothing was changed", "https://"):
            verb()
    db.close()
    assert not office.app.requests


def test_a_server_of_too_old_a_tls_is_refused(serve: Serve, certificate: Certificate) -> None:
    demanding, old = certificate.trusting(), certificate.server()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    demanding.minimum_version = ssl.TLSVersion.TLSv1_3
    office, _ = serve(tls=old)
    refused(office, office.open(verify=demanding), "SSL.*(?i:version)")


def test_a_handshake_that_is_never_answered_times_out(serve: Serve) -> None:
    office, server = serve()
    office.url = server.url.replace("http:", "https:")
    server.deaf = True
    with told(ConnectTimedOut, "log-in to 'Office & Co'", "Nothing was sent", "timed out"):
        office.open(connect_timeout=0.2).get(Person, 1)
    assert not office.app.requests
