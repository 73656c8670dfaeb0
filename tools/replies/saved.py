"""Saved replies: files with the whole envelope, or with the one value that somebody kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from fmorm.server.exact import Json, NotJson, as_array, as_object, dumps, loads

_HEADERS = ".headers.json"
_ENVELOPE = {"response", "messages"}
_PRODUCT = {"name", "dateFormat", "timeFormat", "timeStampFormat"}
_OF_PROXIES = {
    "date",
    "server",
    "content-length",
    "content-encoding",
    "keep-alive",
    "connection",
    "transfer-encoding",
}
"""Headers that are not the engine's."""
_MEMBERS = ("productInfo", "layouts", "scripts", "databases")


class Unusable(Exception):
    """There is nothing to compare, and why."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved reply.

    Attributes:
        content: The envelope.
        status: The HTTP status, None where it was not saved.
        header_names: The names of the engine's headers, in lower case.
        tag: Its ETag.
    """

    content: dict[str, object]
    status: int | None = None
    header_names: tuple[str, ...] = ()
    tag: str | None = None

    @classmethod
    def of(cls, path: Path, content: bytes) -> Saved:
        """Read a file.

        Raises:
            Unusable: It holds no reply.
        """
        try:
            value = loads(content)
        except NotJson as error:
            raise Unusable(f"it is no JSON ({error})") from error
        envelope = _envelope(value, path.name.lower())
        if envelope is None:
            raise Unusable("it has not the form of a reply")
        return cls(envelope, *_headers(path))

    @property
    def response(self) -> dict[str, object]:
        """What was answered."""
        return as_object(self.content["response"]) or {}

    @property
    def message(self) -> tuple[str, str]:
        """Code and text."""
        messages = as_array(self.content["messages"])
        first = (as_object(messages[0]) if messages else None) or {}
        return str(first.get("code", "")), str(first.get("message", ""))

    @property
    def text(self) -> str:
        """The reply as it was sent: compact."""
        return compact(self.content)


def compact(value: object) -> str:
    """Write a value as the engine does; only what JSON can hold is there, for it was read from it."""
    return "null" if value is None else dumps(value)  # type: ignore[arg-type]


def saved_in(folder: Path, skipped: Sequence[str] = ()) -> Iterator[tuple[Path, bytes]]:
    """Give all files that may be replies, in the order of their names."""
    for path in sorted(folder.rglob("*.json")):
        if not path.name.endswith(_HEADERS) and not any(fnmatch(path.name, pattern) for pattern in skipped):
            yield path, path.read_bytes()


def _headers(path: Path) -> tuple[int | None, tuple[str, ...], str | None]:
    beside = path.with_name(path.name.removesuffix(".json") + _HEADERS)
    if not beside.exists():
        return None, (), None
    told = as_object(loads(beside.read_bytes())) or {}
    status = told.get("status")
    pairs = [as_array(pair) or [] for pair in as_array(told.get("headers")) or []]
    headers = {str(pair[0]).lower(): str(pair[1]) for pair in pairs if len(pair) == 2}
    names = tuple(name for name in headers if name not in _OF_PROXIES)
    return int(status) if isinstance(status, str) else None, names, headers.get("etag")


def _envelope(value: object, name: str) -> dict[str, object] | None:
    """Give the envelope, made around the value of one member where that is all there is."""
    members = as_object(value)
    if members is not None and members.keys() == _ENVELOPE:
        return members
    member = _member(value, members, name)
    ok: Json = [{"code": "0", "message": "OK"}]
    return {"response": {member: value}, "messages": ok} if member else None


def _member(value: object, members: dict[str, object] | None, name: str) -> str | None:
    if members is not None:
        return "productInfo" if members.keys() >= _PRODUCT else None
    items = [as_object(item) for item in as_array(value) or []]
    keys = {key for item in items if item for key in item}
    if None in items or not (keys <= {"name", "table", "isFolder", "folderLayoutNames", "folderScriptNames"}):
        return None
    if not items:  # nothing but the file's name can tell
        return next((one for one in _MEMBERS if one[:-1] in name and as_array(value) == []), None)
    if "folderScriptNames" in keys or (items and all(item and "isFolder" in item for item in items)):
        return "scripts"
    return "layouts" if keys - {"name"} else "databases"
