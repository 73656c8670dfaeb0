"""Replies with an error: for each one that is known, a request that ends so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from fmorm.server.http import Reply
from tools.replies.hosting import ACCOUNT, Host, basic
from tools.replies.metadata import LAYOUT
from tools.replies.saved import Unusable

_RECORDS = f"/layouts/{LAYOUT}/records"
_UNKNOWN = "Unknown parameter(s): "
_FORM = "multipart/form-data; boundary=b"
_PART = b'--b\r\nContent-Disposition: form-data; name="other"; filename="x"\r\n\r\nx\r\n--b--\r\n'


def question(code: str, message: str) -> Callable[[Host], Reply]:
    """Give what to ask so that this error is the answer.

    Raises:
        Unusable: Nothing is known that leads to it.
    """
    if message.startswith(_UNKNOWN):
        names = message.removeprefix(_UNKNOWN).split(", ")
        return lambda host: _with_unknown(host, names)
    found = _BY_TEXT.get(message) or _BY_CODE.get(code)
    if found is None:
        raise Unusable(f"nothing is known that ends in error {code}")
    return found


def _with_unknown(host: Host, names: list[str]) -> Reply:
    """Send names where they are unknown: those with an underscore in the body of a find, the others in a query."""
    if any(name.startswith("_") for name in names):
        return host.ask(
            "POST", f"/layouts/{LAYOUT}/_find", {"query": [{"_key": "x"}], **dict.fromkeys(names, "1")}
        )
    return host.ask("GET", _RECORDS, query=dict.fromkeys(names, "1"))


def _conflict(host: Host) -> Reply:
    host.ask("POST", _RECORDS, {"fieldData": {}})
    return host.ask("PATCH", f"{_RECORDS}/1", {"fieldData": {}, "modId": "99"})


def _upload(host: Host) -> Reply:
    return host.form(f"{_RECORDS}/1/containers/_key", _FORM, _PART)


def _log_in(authorization: str) -> Callable[[Host], Reply]:
    return lambda host: host.bare("POST", "/sessions", {"authorization": authorization})


def _bare(method: str, path: str, authorization: str = "") -> Callable[[Host], Reply]:
    return lambda host: host.bare(method, path, {"authorization": authorization})


def _ask(method: str, path: str, body: Mapping[str, object] | None = None) -> Callable[[Host], Reply]:
    return lambda host: host.ask(method, path, body)


_BY_TEXT = {
    "HTTP Authorization header or OAuth headers are missing.": _log_in(""),
    "Authorization header 'Basic' invalid.": _log_in("Basic x"),
    "Authorization header missing 'Basic' or 'Bearer'.": _log_in("Digest x"),
    "Upload payload must contain a part named 'upload'.": _upload,
}
_NOTHING: dict[str, object] = {}
_BY_CODE = {
    "10": _bare("GET", "/fmi/data/v1/validateSession"),
    "101": _ask("GET", f"{_RECORDS}/1"),
    "102": _ask("POST", _RECORDS, {"fieldData": {"nothing": "x"}}),
    "104": _ask("GET", f"/layouts/{LAYOUT}/script/nothing"),
    "105": _ask("GET", "/layouts/nothing/records"),
    "212": _log_in(basic(ACCOUNT, "wrong")),
    "306": _conflict,
    "400": _ask("POST", f"/layouts/{LAYOUT}/_find", {"query": [_NOTHING]}),
    "401": _ask("POST", f"/layouts/{LAYOUT}/_find", {"query": [{"_key": "x"}]}),
    "802": _bare("POST", f"/fmi/data/v1/databases/{quote('no file')}/sessions", basic(ACCOUNT, "")),
    "952": _bare("GET", "/fmi/data/v1/validateSession", "Bearer x"),
    "1704": _ask("PUT", _RECORDS),
}
