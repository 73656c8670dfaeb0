"""Looks for secrets in cassettes, as somebody would who wants to find them: decoded, and decoded again."""

from __future__ import annotations

import importlib
import re
import zlib
from base64 import b64decode
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, cast
from urllib.parse import unquote, unquote_plus

from cassettes.bodies import from_json
from cassettes.scrubbing import CONTAINER, HOST, IN_ADDRESS, LOG_OUT, SCRUBBED, SHORT, TOKEN, as_word

DEPTH: Final = 4
"""Encodings inside one another that are looked through: gzip in base64 in percent signs in JSON."""

yaml: Final[Any] = importlib.import_module("yaml")

_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_PATH: Final = re.compile(r"[/_-]")
_READABLE: Final = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]{4,}")
_GZIP: Final = "\x1f\x8b"
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)")
_CREDENTIALS: Final = re.compile(r"\bBasic\s+([A-Za-z0-9+/_-]{4,}={0,2})", re.IGNORECASE)
_BEARER: Final = re.compile(r"\bBearer\s+(?=\S*\d)[^\s\"',;]{16,}", re.IGNORECASE)
_SECRET_HEADER: Final = re.compile(r"cookie|authorization|^x-fm|token|session", re.IGNORECASE)
_SECRET_MEMBER: Final = re.compile(r"password|passwd|secret|api.?key|^oauth", re.IGNORECASE)
_SCHEMES: Final = {f"Basic {SCRUBBED}", f"Bearer {SCRUBBED}"}


def findings(text: str, secrets: Collection[str] = (), names: Iterable[str] = ()) -> list[str]:
    """Audit a cassette.

    Args:
        text: The cassette's file.
        secrets: What must not be in it, in any encoding.
        names: The same, as words: a name may be a part of other words.

    Returns:
        Where something secret-looking stands and what it is, without the secret; empty where all is well.
    """
    words = {*names, *(secret for secret in secrets if len(secret) < SHORT)} - {""}
    known = [re.compile(as_word(word), re.IGNORECASE) for word in words]
    known += [re.compile(re.escape(one), re.IGNORECASE) for one in secrets if len(one) >= SHORT]
    found: dict[str, None] = {}
    for where, value in _scalars(yaml.safe_load(text), ""):
        for what in _of_value(where, value, known):
            found[f"{where.lstrip('.')}: {what}"] = None
    for view in _views(_comments(text), DEPTH):
        found.update((f"a comment: {what}", None) for what in _of_text(view, known))
    return list(found)


def _comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.lstrip().startswith("#"))


def _scalars(value: object, where: str) -> Iterator[tuple[str, str | bytes]]:
    """Give every text of a cassette with its place; names of members are texts too."""
    if isinstance(value, dict):
        for name, one in cast("dict[object, object]", value).items():
            yield f"{where}.(name)", name if isinstance(name, bytes) else str(name)
            yield from _scalars(one, f"{where}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(cast("list[object]", value)):
            yield from _scalars(one, f"{where}[{number}]")
    elif isinstance(value, str | bytes):
        yield where, value
    elif value is not None:
        yield where, str(value)


def _of_value(where: str, value: str | bytes, known: list[re.Pattern[str]]) -> Iterator[str]:
    if isinstance(value, str):
        yield from _of_place(where, value)
    texts = [value] if isinstance(value, str) else list(_of_bytes(value))
    for text in texts:
        for view in _views(text, DEPTH):
            yield from _of_text(view, known)


def _of_place(where: str, value: str) -> Iterator[str]:
    """Look at what is secret because of where it stands."""
    header = re.search(r"\.headers\.([^.\[]+)", where)
    if header and _SECRET_HEADER.search(header[1]) and value not in {SCRUBBED, *_SCHEMES}:
        yield f"the value of the header {header[1]}"
    if where.endswith(".uri") and not value.startswith(f"{HOST}/"):
        yield "the address of a server"


def _of_text(text: str, known: list[re.Pattern[str]]) -> Iterator[str]:
    if any(pattern.search(text) for pattern in known):
        yield "a known secret"
    if any(":" in pair for found in _CREDENTIALS.finditer(text) for pair in _base64(found[1])):
        yield "Basic credentials"
    if _BEARER.search(text):
        yield "a Bearer token"
    if TOKEN.search(text):
        yield "a session token"
    if any(not found[0].endswith(f"/{SCRUBBED}") for found in LOG_OUT.finditer(text)):
        yield "the token in the path of a log-out"
    if any(SCRUBBED not in found for found in CONTAINER.findall(text)):
        yield "the address of container data"
    if any(found[0] != f"://{SCRUBBED}:{SCRUBBED}@" for found in IN_ADDRESS.finditer(text)):
        yield "credentials in an address"
    yield from _of_members(text)


def _of_members(text: str) -> Iterator[str]:
    """Look at the members of a JSON text."""
    if not text.lstrip().startswith(("{", "[")):
        return
    try:
        content = from_json(text)
    except ValueError:
        return
    for where, value in _scalars(content, ""):
        if _SECRET_MEMBER.search(where.rpartition(".")[2]) and value != SCRUBBED:
            yield "a member that is named like a secret"
        if where == ".response.token" and value != SCRUBBED:
            yield "the token of a log-in"


def _views(text: str, depth: int) -> Iterator[str]:
    """Give a text in every reading that may make sense of it."""
    seen = layer = {text}
    for _ in range(depth):
        layer = {view for one in layer for view in _readings(one)} - seen
        seen = seen | layer
    yield from seen


def _readings(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
    if "+" in text or "%" in text:
        yield unquote_plus(text)
    if "\\" in text:
        yield _ESCAPE.sub(_unescaped, text)
    if _GZIP in text:
        yield from _unpacked(text[text.index(_GZIP) :].encode("latin-1", "replace"))
    for run in _ENCODED.findall(text):
        yield from _base64(run)
        for part in _PATH.split(run)[1:]:
            yield from _base64(part)
    for run in _HEX.findall(text):
        yield from _of_bytes(bytes.fromhex(run))


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else {"n": "\n", "r": "\r", "t": "\t"}.get(escape[3], escape[3])


def _base64(run: str) -> Iterator[str]:
    """Read base64, from each place where it may begin; most of it was none, and only what is text is given."""
    run = run.replace("-", "+").replace("_", "/")
    for start in range(4):
        part = run[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        data = b64decode(part + "=" * (-len(part) % 4))
        yield from _unpacked(data)
        yield from _READABLE.findall(data.decode(errors="replace"))


def _of_bytes(data: bytes) -> Iterator[str]:
    yield from _unpacked(data)
    yield data.decode(errors="replace")
    yield data.decode("latin-1")


def _unpacked(data: bytes) -> Iterator[str]:
    """Decompress gzip and zlib."""
    with suppress(zlib.error):
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data).decode(errors="replace")
