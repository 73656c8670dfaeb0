"""Certificates that no authority vouches for, made on the spot: ECDSA over P-256 and DER, as far as they take."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import ssl
from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

Point: TypeAlias = tuple[int, int] | None

_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_A: Final = _P - 3
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BASE: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

_EC_KEY: Final = "1.2.840.10045.2.1"
_P256: Final = "1.2.840.10045.3.1.7"
_ECDSA_SHA256: Final = "1.2.840.10045.4.3.2"
_COMMON_NAME: Final = "2.5.4.3"
_ALT_NAMES: Final = "2.5.29.17"
_BASIC: Final = "2.5.29.19"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate with its key, in a file.

    Attributes:
        path: A PEM file with both.
    """

    path: Path

    def server(self) -> ssl.SSLContext:
        """Give what a server that has it speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context

    def trusting(self) -> ssl.SSLContext:
        """Give what a client that was told to trust it checks with."""
        return ssl.create_default_context(cafile=str(self.path))


def self_signed(folder: Path, host: str = "127.0.0.1", *, days: int = 2) -> Certificate:
    """Make a certificate.

    Args:
        folder: Where it is put.
        host: The address that it is for.
        days: How long it is good for; below zero, it has expired so long ago.
    """
    key = secrets.randbelow(_ORDER - 1) + 1
    body = _body(key, host, datetime.now(UTC) + timedelta(days=days))
    signature = _bits(_signed(key, body))
    certificate = _sequence(body, _sequence(_oid(_ECDSA_SHA256)), signature)
    private = _sequence(_integer(1), _der(0x04, _number(key)), _der(0xA0, _oid(_P256)))
    path = folder / f"{host} {days}.pem"
    path.write_text(_pem("EC PRIVATE KEY", private) + _pem("CERTIFICATE", certificate), encoding="ascii")
    return Certificate(path)


def _body(key: int, host: str, until: datetime) -> bytes:
    algorithm = _sequence(_oid(_ECDSA_SHA256))
    name = _sequence(_der(0x31, _sequence(_oid(_COMMON_NAME), _der(0x0C, b"fmorm test"))))
    since = until - timedelta(days=30)
    public = _sequence(_sequence(_oid(_EC_KEY), _oid(_P256)), _bits(_public(key)))
    extensions = _sequence(
        _sequence(_oid(_ALT_NAMES), _der(0x04, _sequence(_alt_name(host)))),
        _sequence(_oid(_BASIC), _der(0x01, b"\xff"), _der(0x04, _sequence(_der(0x01, b"\xff")))),
    )
    return _sequence(
        _der(0xA0, _integer(2)),
        _integer(secrets.randbits(64)),
        algorithm,
        name,
        _sequence(_moment(since), _moment(until)),
        name,
        public,
        _der(0xA3, extensions),
    )


def _alt_name(host: str) -> bytes:
    try:
        return _der(0x87, ipaddress.ip_address(host).packed)
    except ValueError:
        return _der(0x82, host.encode())


# -- ECDSA -----------------------------------------------------------------------------------------------


def _signed(key: int, message: bytes) -> bytes:
    digest = int.from_bytes(hashlib.sha256(message).digest())
    nonce = secrets.randbelow(_ORDER - 1) + 1
    r = _multiplied(nonce)[0] % _ORDER
    s = pow(nonce, -1, _ORDER) * (digest + r * key) % _ORDER
    return _sequence(_integer(r), _integer(s))


def _public(key: int) -> bytes:
    x, y = _multiplied(key)
    return b"\x04" + _number(x) + _number(y)


def _multiplied(factor: int) -> tuple[int, int]:
    product: Point = None
    power: Point = _BASE
    while factor:
        if factor & 1:
            product = _sum(product, power)
        power = _sum(power, power)
        factor >>= 1
    assert product is not None
    return product


def _sum(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return other if one is None else one
    (x, y), (u, v) = one, other
    if x == u and (y + v) % _P == 0:
        return None
    slope = (3 * x * x + _A) * pow(2 * y, -1, _P) if one == other else (v - y) * pow(u - x, -1, _P)
    w = (slope * slope - x - u) % _P
    return w, (slope * (x - w) - y) % _P


# -- DER -------------------------------------------------------------------------------------------------


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _number(value: int) -> bytes:
    return value.to_bytes(32)


def _bits(content: bytes) -> bytes:
    return _der(0x03, b"\0" + content)


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytes([first * 40 + second])
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.insert(0, part & 0x7F | 0x80)
        content += bytes(groups)
    return _der(0x06, content)


def _moment(when: datetime) -> bytes:
    return _der(0x17, when.strftime("%y%m%d%H%M%SZ").encode())


def _pem(what: str, content: bytes) -> str:
    return f"-----BEGIN {what}-----\n{encodebytes(content).decode()}-----END {what}-----\n"
