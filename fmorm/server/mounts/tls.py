"""The certificate of a server that speaks HTTPS, tried before anybody listens."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

Tls: TypeAlias = "tuple[str | os.PathLike[str], str | os.PathLike[str]]"
"""The certificate's file, with those that have signed it, and the file of its key; both PEM."""


class CertificateError(ValueError):
    """A certificate or its key cannot be used; the message names the file."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate and its key, which fit together."""

    file: str
    key: str


def certificate(tls: Tls) -> Certificate:
    """Try a certificate.

    Args:
        tls: The files.

    Returns:
        The files, which can be used.

    Raises:
        CertificateError: They cannot be; the message says why.
    """
    file, key = os.fspath(tls[0]), os.fspath(tls[1])
    for path, kind, mark in ((file, "certificate", "CERTIFICATE"), (key, "key", "PRIVATE KEY")):
        _check_file(path, kind, mark)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, key, lambda: _locked(key))
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateError(f"{key}: this is not the key of the certificate {file}") from error
        raise CertificateError(f"{file} or {key} is damaged: {error.reason or error}") from error
    return Certificate(file, key)


def _check_file(path: str, kind: str, mark: str) -> None:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise CertificateError(f"{path}: {error.strerror}") from error
    if f"{mark}-----".encode() not in content:
        raise CertificateError(f"{path}: there is no {kind} in PEM form in this file")


def _locked(key: str) -> NoReturn:
    raise CertificateError(f"{key}: the key is locked with a password; give one that is not")
