from __future__ import annotations

import os
import ssl
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from transport.served import CERTIFICATE

from fmorm.transport.trust import trusting


@pytest.mark.parametrize("verify", [True, False, ssl.create_default_context()], ids=["yes", "no", "context"])
def test_what_needs_no_work_stays_as_it_is(verify: Any) -> None:
    assert trusting(verify) is verify


@pytest.mark.parametrize("path", [CERTIFICATE, str(CERTIFICATE)], ids=["path", "text"])
def test_a_file_of_authorities_is_trusted_and_no_other(path: str | os.PathLike[str]) -> None:
    context = trusting(path)
    assert isinstance(context, ssl.SSLContext)
    assert ["fmorm tests; protects nothing" in str(one) for one in context.get_ca_certs()] == [True]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def met(client: ssl.SSLContext, newest: ssl.TLSVersion) -> str | None:
    """The version that a client agrees on with a server that speaks this one at most, however weak; in memory."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of what is to be refused
        server.maximum_version = newest
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname="localhost")
    sides = [ours, server.wrap_bio(there, back, server_side=True)]
    for _ in range(4):
        for side in sides:
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return ours.version()


def test_the_least_version_is_that_of_python_and_no_old_one() -> None:
    context = trusting(CERTIFICATE)
    assert isinstance(context, ssl.SSLContext)
    assert context.minimum_version == ssl.create_default_context().minimum_version
    assert met(context, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises(ssl.SSLError):
        met(context, ssl.TLSVersion.TLSv1_1)


def test_a_client_that_takes_old_versions_would_be_seen() -> None:
    weak = ssl.create_default_context(cafile=CERTIFICATE)
    weak.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        weak.minimum_version = ssl.TLSVersion.TLSv1
    assert met(weak, ssl.TLSVersion.TLSv1_1) == "TLSv1.1"


def test_a_folder_of_authorities(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the folder is empty"):
        trusting(tmp_path)
    (tmp_path / "authority.pem").write_bytes(CERTIFICATE.read_bytes())
    assert isinstance(trusting(tmp_path), ssl.SSLContext)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"verify='.*nothing.pem': No such file or directory; give True"):
        trusting(tmp_path / "nothing.pem")
    path = tmp_path / "text.pem"
    path.write_text("no certificate")
    with pytest.raises(ValueError, match=r"verify='.*text.pem': it holds no certificate in PEM form"):
        trusting(path)


@pytest.mark.parametrize("verify", [None, 1, b"authority.pem", ["authority.pem"]])
def test_another_type_is_told(verify: object) -> None:
    with pytest.raises(
        TypeError, match=r"verify is True, False, a path to certificates or an ssl.SSLContext"
    ):
        trusting(verify)
