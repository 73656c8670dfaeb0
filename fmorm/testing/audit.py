"""Looks for secrets in cassettes, as somebody would who wants to find them: decoded, and decoded again."""

from __future__ import annotations

import importlib
import re
import zlib
from base64 import b64decode
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import unquote, unquote_plus

from fmorm.testing.bodies import from_json
from fmorm.testing.scrubbing import (
    CONTAINER,
    HIDDEN,
    HOST,
    IN_ADDRESS,
    LOG_OUT,
    SCRUBBED,
    SHORT,
    TOKEN,
    as_word,
)

DEPTH: Final = 4
"""Encodings inside one another that are looked through: gzip in base64 in percent signs in JSON."""

# vcrpy brings PyYAML, which does not say its types
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
_DATA_API: Final = re.compile(r"/fmi/|/Streaming", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something secret-looking in a cassette, without the secret.

    Attributes:
        line: The line of the file.
        place: Where it stands: `interactions[0].request.uri`.
        what: What it is.
    """

    line: int
    place: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.place}: {self.what}"


class NoCassette(ValueError):
    """A file is no cassette."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked for, and what stands for a secret that was taken out."""

    secrets: Sequence[re.Pattern[str]]
    instead: Collection[str]


def findings(
    text: str, secrets: Collection[str] = (), names: Iterable[str] = (), *, instead: Iterable[str] = ()
) -> list[Finding]:
    """Audit a cassette.

    Args:
        text: The cassette's file.
        secrets: What must not be in it, in any encoding.
        names: The same, as words: a name may be a part of other words.
        instead: What may stand in the place of a secret, besides `SCRUBBED`.

    Returns:
        What was found; empty where all is well.

    Raises:
        NoCassette: The text is no cassette.
    """
    words = {*names, *(secret for secret in secrets if len(secret) < SHORT)} - {""}
    patterns = [re.compile(as_word(word), re.IGNORECASE) for word in words]
    patterns += [re.compile(re.escape(one), re.IGNORECASE) for one in secrets if len(one) >= SHORT]
    known = _Known(patterns, {SCRUBBED, *_SCHEMES, *instead})
    found: dict[Finding, None] = {}
    for line, where, value in _written(text):
        for what in _of_value(where, value, known):
            found[Finding(line, where.lstrip("."), what)] = None
    for line, comment in enumerate(text.splitlines(), 1):
        if comment.lstrip().startswith("#"):
            for view in _views(comment, DEPTH):
                found.update((Finding(line, "a comment", what), None) for what in _of_text(view, known))
    return list(found)


def is_cassette(text: str) -> bool:
    """Tell whether a text is a cassette of vcrpy, and not other YAML or JSON; raises NoCassette if it is neither."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise NoCassette(f"this is no YAML: {error}") from None
    return isinstance(root, yaml.MappingNode) and "interactions" in {name.value for name, _ in root.value}


def _written(text: str) -> Iterator[tuple[int, str, str | bytes]]:
    """Give every text of a YAML file with its line and place; names of members are texts too."""
    loader = yaml.SafeLoader(text)
    try:
        yield from _of_node(loader, loader.get_single_node(), "", set())
    except yaml.YAMLError as error:
        raise NoCassette(f"this is no YAML: {error}") from None
    finally:
        loader.dispose()


def _of_node(loader: Any, node: Any, where: str, seen: set[int]) -> Iterator[tuple[int, str, str | bytes]]:
    line: int = node.start_mark.line + 1 if node else 0
    if isinstance(node, yaml.ScalarNode):
        value = _value(loader, node)
        if value is not None:
            yield line, where, value if isinstance(value, bytes) else str(value)
    elif node is not None and id(node) not in seen:  # an alias may lead back to where it stands
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for name, one in node.value:
                yield from _of_node(loader, name, f"{where}.(name)", seen)
                yield from _of_node(loader, one, f"{where}.{name.value}", seen)
        else:
            for number, one in enumerate(node.value):
                yield from _of_node(loader, one, f"{where}[{number}]", seen)


def _value(loader: Any, node: Any) -> object:
    """Read a scalar, or give it as it was written where YAML's own types do not have it."""
    try:
        value: object = loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        return str(node.value)
    return value


def _scalars(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Give every text of a JSON body with its place; names of members are texts too."""
    if isinstance(value, dict):
        for name, one in cast("dict[str, object]", value).items():
            yield f"{where}.(name)", name
            yield from _scalars(one, f"{where}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(cast("list[object]", value)):
            yield from _scalars(one, f"{where}[{number}]")
    elif value is not None:
        yield where, str(value)


def _of_value(where: str, value: str | bytes, known: _Known) -> Iterator[str]:
    if isinstance(value, str):
        yield from _of_place(where, value, known)
    texts = [value] if isinstance(value, str) else list(_of_bytes(value))
    for text in texts:
        for view in _views(text, DEPTH):
            yield from _of_text(view, known)


def _of_place(where: str, value: str, known: _Known) -> Iterator[str]:
    """Look at what is secret because of where it stands."""
    header = re.search(r"\.headers\.([^.\[]+)", where)
    if header and _SECRET_HEADER.search(header[1]) and value not in known.instead:
        yield f"the value of the header {header[1]}"
    if where.endswith(".uri") and _DATA_API.search(value) and not value.startswith(f"{HOST}/"):
        yield "the address of a server"


def _of_text(text: str, known: _Known) -> Iterator[str]:
    if any(pattern.search(text) for pattern in known.secrets):
        yield "a known secret"
    if any(":" in pair for found in _CREDENTIALS.finditer(text) for pair in _base64(found[1])):
        yield "Basic credentials"
    if _BEARER.search(text):
        yield "a Bearer token"
    if TOKEN.search(text):
        yield "a session token"
    if any(found[0].rpartition("/")[2] not in known.instead for found in LOG_OUT.finditer(text)):
        yield "the token in the path of a log-out"
    if any(not HIDDEN.fullmatch(found[0]) for found in CONTAINER.finditer(text)):
        yield "the address of container data"
    if any(found[0] != f"://{SCRUBBED}:{SCRUBBED}@" for found in IN_ADDRESS.finditer(text)):
        yield "credentials in an address"
    yield from _of_members(text, known)


def _of_members(text: str, known: _Known) -> Iterator[str]:
    """Look at the members of a JSON text."""
    if not text.lstrip().startswith(("{", "[")):
        return
    try:
        content = from_json(text)
    except ValueError:
        return
    for where, value in _scalars(content, ""):
        if _SECRET_MEMBER.search(where.rpartition(".")[2]) and value not in known.instead:
            yield "a member that is named like a secret"
        if where == ".response.token" and value not in known.instead:
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
