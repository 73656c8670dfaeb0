"""Requests that nobody would send."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from server.client import basic
from server.robust.bodies import BODIES, CREATES, EDITS, FINDS, FORMS, GLOBALS, MEMBERS, SOURCES, written
from server.robust.values import ANYTHING, SCALARS, SCRIPTS, TEXTS


@dataclass(frozen=True)
class Asked:
    """A request in which `TOKEN` stands for the token that it is sent with."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


TOKEN = "0123456789abcdef" * 3 + "0000"
GUEST = "4567" * 13
SIGN_IN = "1" * 32
FILE = "2" * 64 + ".png"
COOKIE = "3" * 64
"""These stand for what only the server knows: the token of somebody who may do little, the request id of a sign-in,
the name of a file, the cookie for it.
"""


_ODD_PARTS = st.sampled_from(
    [
        "",
        "%",
        "%2",
        "%zz",
        "%00",
        "%ff",
        "%C3%28",
        "%ED%A0%80",
        "%2F",
        "..",
        ".",
        "%252e",
        "é",
        "+",
        " ",
        "\t",
        ";",
        "😀",
        "a" * 4000,
        "\x7f",
        "\ud800",
    ]
)


_ODD_TARGETS = st.one_of(
    st.sampled_from(
        ["/", "", "*", "/fmi", "/fmi/data", "/fmi/data//", "//", "http://x/fmi/data/v1/productInfo", "house:80", "?",
         "/fmws/oauthproviderinfo", "/oauth/getoauthurl", "/oauth/embedded", "/oauth/x", "/fmorm/faults",
         f"/Streaming_SSL/MainDB/{'A' * 64}.png", "/Streaming_SSL/MainDB/x", "/Streaming_SSL/MainDB/"]
    ),
    st.text(max_size=12),
)  # fmt: skip
_BASES = st.sampled_from([*["/fmi/data/vLatest/"] * 8, "/fmi/data/v1/", "/fmi/data/v2/", "/fmi/data/v3/"])
_NAMES_IN_PATHS = {
    "database": st.sampled_from([*["house"] * 40, "House", "x"]),
    "layout": st.sampled_from([*["person"] * 20, "pets", "pets", "a/b #?% 😀", "x"]),
    "record": st.sampled_from(["1", "1", "1", "2", "2", "3", "4", "9", "0", "-1", "9" * 19, "x"]),
    "field": st.sampled_from(["Photo", "Photo", "Photo", "Name", "pets::Picture", "Photo(2)", "Setting"]),
    "repetition": st.sampled_from(["1", "1", "2", "3", "0", "x"]),
    "script": st.sampled_from(SCRIPTS[:4]),
    "token": st.sampled_from([TOKEN, "x"]),
}


def _query_of(names: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[str]:
    pairs = st.fixed_dictionaries({}, optional={name: value.map(_as_text) for name, value in names.items()})
    return pairs.map(lambda given: urlencode(given, errors="surrogatepass"))


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_QUERIES = st.one_of(
    _query_of(
        {
            **{
                f"_{name}": MEMBERS[name] for name in ("limit", "offset", "sort", "limit.Pets", "offset.Pets")
            },
            **{
                name: MEMBERS[name]
                for name in ("portal", "dateformats", "layout.response", "script", "modId")
            },
        }
    ),
    _query_of(
        dict.fromkeys(
            ("trackingID", "provider", "requestID", "account", "address", "RCType", "recordId"), TEXTS
        )
    ),
    st.text('%&=+;[]{}"_limit.portal=1\0é', max_size=20),
)


_METHODS = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "X", "get", ""])
_AUTHORIZATIONS = st.one_of(
    st.sampled_from(
        [
            basic("api", "secret"),
            basic("viewer", "look"),
            "",
            "Bearer",
            "Bearer x",
            "Basic",
            "Basic é",
            "Basic YQ==",
            "FMID x",
            "Digest a",
        ]
    ),
    st.text(max_size=5),
)
_TYPES = st.sampled_from(
    [
        "",
        "text/plain",
        "multipart/form-data",
        'multipart/form-data; boundary="',
        "multipart/form-data; boundary=é",
        "a" * 5000,
    ]
)


def _sent(text: str) -> str:
    """Leave what can come in a header over a socket."""
    return re.sub("[\r\n\0]", "", text).encode("latin-1", "replace").decode("latin-1")


_RETURNS = st.sampled_from(
    ["http://x/[", "http://[x", "https://x:y/?a#b", "http://x", "http://", "http://x]"]
)
_MORE_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "authorization": _AUTHORIZATIONS,
        "content-type": _TYPES,
        "host": TEXTS,
        "cookie": TEXTS | st.just(f"X-FMS-Session-Key={COOKIE}"),
        "content-length": TEXTS,
        "accept-encoding": TEXTS,
        "x-fms-return-url": TEXTS | _RETURNS,
        "x-fm-data-oauth-request-id": TEXTS,
        "x-fm-data-oauth-identifier": TEXTS,
    },
).map(lambda given: {name: _sent(value) for name, value in given.items()})
_JSON = "application/json"
_FORM = "multipart/form-data; boundary=x"
_NOTHING = st.just(b"")
_NO_HEADERS: st.SearchStrategy[dict[str, str]] = st.just({})


def _returning(url: str) -> dict[str, str]:
    return {"x-fms-return-url": url}


@dataclass(frozen=True)
class Kind:
    """One thing to ask for, as it is meant to be asked."""

    method: str
    path: str
    body: st.SearchStrategy[bytes] = _NOTHING
    content_type: str = _JSON
    authorization: str = f"Bearer {TOKEN}"
    headers: st.SearchStrategy[dict[str, str]] = _NO_HEADERS


_OAUTH = {"x-fm-data-oauth-request-id": SIGN_IN, "x-fm-data-oauth-identifier": "agnes-at-google"}
_IN_LAYOUT = "databases/{database}/layouts/{layout}"
_IN_RECORD = f"{_IN_LAYOUT}/records/{{record}}"
KINDS = (
    Kind("GET", "productInfo"),
    Kind("GET", "databases"),
    Kind("GET", "validateSession"),
    Kind(
        "POST",
        "databases/{database}/sessions",
        SOURCES,
        authorization=basic("api", "secret"),
    ),
    Kind("POST", "databases/{database}/sessions", authorization="", headers=st.just(_OAUTH)),
    *[Kind("GET", "/oauth/getoauthurl?provider=Google&trackingID=1", headers=_RETURNS.map(_returning))] * 2,
    Kind("GET", f"/oauth/embedded?requestID={SIGN_IN}"),
    Kind("GET", f"/Streaming_SSL/MainDB/{FILE}?RCType=EmbeddedRCFileProcessor"),
    Kind(
        "GET",
        f"/Streaming_SSL/MainDB/{FILE}?Redirect",
        headers=st.just({"cookie": f"X-FMS-Session-Key={COOKIE}"}),
    ),
    Kind("DELETE", "databases/{database}/sessions/{token}"),
    Kind("GET", "databases/{database}/layouts"),
    Kind("GET", "databases/{database}/scripts"),
    Kind("PATCH", "databases/{database}/globals", GLOBALS),
    Kind("GET", _IN_LAYOUT),
    Kind("GET", _IN_LAYOUT + "/metadata"),
    *[Kind("GET", _IN_LAYOUT + "/script/{script}")] * 2,
    *[Kind("GET", _IN_LAYOUT + "/records")] * 3,
    *[Kind("GET", _IN_RECORD)] * 2,
    *[Kind("POST", _IN_LAYOUT + "/records", CREATES)] * 3,
    *[Kind("PATCH", _IN_RECORD, EDITS)] * 4,
    *[Kind("POST", _IN_LAYOUT + "/_find", FINDS)] * 6,
    Kind("POST", _IN_RECORD),
    Kind("DELETE", _IN_RECORD),
    *[Kind("POST", _IN_RECORD + "/containers/{field}/{repetition}", FORMS, _FORM)] * 2,
)


@st.composite
def _asked(draw: st.DrawFn) -> Asked:
    """Make a request that is odd in some places, or in none."""
    kind = draw(st.sampled_from(KINDS))
    odd = draw(st.sets(st.integers(0, 30), max_size=3))
    parts = {
        name: draw(_ODD_PARTS) if 0 in odd and draw(st.booleans()) else quote(draw(known), safe="")
        for name, known in _NAMES_IN_PATHS.items()
        if "{" + name in kind.path
    }
    path = kind.path.format(**parts)
    if not path.startswith("/"):
        path = draw(_BASES) + path
    if 1 in odd:
        path = draw(_ODD_TARGETS)
    query = draw(_QUERIES) if odd & {2, 3, 4} or (kind.method == "GET" and draw(st.booleans())) else ""
    headers = {"authorization": kind.authorization, "content-type": kind.content_type, **draw(kind.headers)}
    if odd & {11, 12, 13}:
        headers["authorization"] = f"Bearer {GUEST}"
    if odd & {5, 6}:
        headers |= draw(_MORE_HEADERS)
    body = draw(BODIES) if odd & {7, 8, 9} else draw(kind.body)
    method = draw(_METHODS) if 10 in odd else kind.method
    return Asked(method, f"{path}?{query}" if query else path, headers, body)


REQUESTS: st.SearchStrategy[Asked] = _asked()


_FAULTS = (
    *("drop", "html", "slow", "wrong_content_type", "truncate", "fail", "lock", "session_cap", "close_file"),
    *(
        "open_file",
        "expire_sessions",
        "one_at_a_time",
        "clear",
        "restart",
        "active",
        "turns",
        "__init__",
        "x",
        "1",
        "",
    ),
)
_ARGUMENTS = st.dictionaries(
    st.sampled_from(
        [
            "when",
            "how",
            "on",
            "method",
            "skip",
            "times",
            "chance",
            "seed",
            "seconds",
            "code",
            "status",
            "layout",
            "record",
            "content_type",
            "retry_after",
            "sessions",
            "x",
        ]
    ),
    SCALARS | st.sampled_from(["after commit", "close", "edit", "person", "GET", 1, 502, 812]) | ANYTHING,
    max_size=3,
)
CONTROLS: st.SearchStrategy[Asked] = st.builds(
    Asked,
    st.sampled_from(["POST", "POST", "POST", "POST", "GET", "DELETE", "PUT"]),
    st.sampled_from([*(f"/fmorm/faults/{name}" for name in _FAULTS), "/fmorm/faults", "/fmorm/faults/a/b"]),
    st.just({}),
    _ARGUMENTS.map(written) | BODIES,
)
"""Requests that set faults."""
