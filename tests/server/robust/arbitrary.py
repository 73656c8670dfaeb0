"""Requests that nobody would send, and what every answer has nevertheless."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from server.client import basic

from fmorm.server import App, Reply, Request, load_schema

SCHEMA = load_schema(Path(__file__).with_name("house.toml"))
STATUSES = {200, 302, 400, 401, 404, 405, 415, 500}
FIELDS = (
    *(placed.name for placed in SCHEMA.layouts["person"].fields),
    *("Phone(2)", "person::Name", "pets::Weight", "kinds::Legs", "others::Name", "NAME", "person::Setting"),
    *(
        "Phone(4)",
        "Phone(0)",
        "pets::Picture",
        "Setting(1)",
        "Person::Setting",
        "Changed",
        "Nothing",
        "pets::",
        "::",
        "",
    ),
)
PORTALS = ("Pets", "pets", "others", "kinds", "nothing", "")


@dataclass(frozen=True)
class Asked:
    """A request whose token is not known before it is sent: `TOKEN` stands for it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


TOKEN = "0123456789abcdef" * 3 + "0000"

# --- values -----------------------------------------------------------------------------------------------------

_VALUES = st.sampled_from(
    (
        *(
            "",
            "0",
            "1",
            "2",
            "-1",
            "+1",
            "1e5",
            "1.5",
            "007",
            "9" * 19,
            "1" * 400,
            "1e999999999",
            "NaN",
            "٣",
            "²",
            "½",
        ),
        *(
            "P-1",
            "Rex",
            "Agnes",
            "a\rb",
            "a\nb",
            "\0",
            "a\0b",
            "\ufeff",
            "é",
            "İ",
            "ß",
            "😀",
            "\u0301",
            "x" * 3000,
        ),
        *(
            "02/30/2004",
            "2/3/2004",
            "2004-02-03",
            "0/0/0",
            "//",
            "12/31/4000",
            "1/1/0001",
            "2/29/1900",
            "13:61",
            "25:00",
        ),
        *(
            "2/3/2004 25:00:00",
            "2004-02-03T07:32:00",
            "-1:02",
            "999999999:59:59.999999999",
            "7:32 pm",
            "1...2",
            "...",
            "1..2",
        ),
        *(
            "=",
            "==",
            "*",
            "@",
            "#",
            "!",
            "?",
            "<",
            ">",
            "<=",
            "≥",
            "≠",
            "~",
            '"',
            '"a',
            "\\",
            "\\\\",
            "*" * 40,
            "@*@*@*#",
        ),
        *(
            "==*",
            "<1",
            ">a",
            "=Agnes",
            '*"gn"',
            "{1..2}",
            "{}",
            "1/{1..2}/2004",
            "*/2004",
            "a" + "*a" * 12,
            "!x",
            "==//",
            "<//",
        ),
        *(
            "true",
            "false",
            "null",
            "Pets.1",
            "Pets.3",
            "pets.1",
            ".1",
            "Pets.",
            "ascend",
            "descend",
            "user",
            "script",
        ),
    )
)
_TEXTS = _VALUES | st.text(max_size=6) | st.text('*@#!?<>=≤≥.…"\\~/{}0 1-:ax\r', max_size=10)


_SCALARS = st.one_of(
    _TEXTS,
    _TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(allow_nan=True),
    st.sampled_from(["\ud800", "a\udfff"]),
)
_NAMES = st.sampled_from(FIELDS) | _TEXTS
_RIGHT_NAMES = st.sampled_from(FIELDS[:20])


def _json(leaves: st.SearchStrategy[Any], most: int = 6) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
        max_leaves=most,
    )


_ANYTHING = _json(_SCALARS)
_ROW = st.dictionaries(
    st.sampled_from(["recordId", "modId", *FIELDS, "Pets::Name"]), _TEXTS | _SCALARS, max_size=4
)
_IDS = st.sampled_from(["1", "2", "3", "0", "-1", "01", "1.0", "", "9" * 18, "9" * 19, "x", "١", "1\0", "1 "])


def _or_odd(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what is wanted there, sometimes anything."""
    return st.integers(0, 11).flatmap(lambda number: strategy if number else _ANYTHING)


_FIELD_DATA = st.one_of(
    st.dictionaries(_RIGHT_NAMES, _TEXTS, max_size=2),
    st.dictionaries(_RIGHT_NAMES, _TEXTS, max_size=2),
    st.dictionaries(st.sampled_from(FIELDS), _TEXTS, max_size=4),
    st.dictionaries(_NAMES, _SCALARS, max_size=4),
)
_SORT = st.lists(
    _or_odd(
        st.fixed_dictionaries(
            {"fieldName": _RIGHT_NAMES},
            optional={"sortOrder": _TEXTS | st.sampled_from(["ascend", "descend"])},
        )
    ),
    max_size=3,
)
_QUERY = st.lists(
    _or_odd(
        st.one_of(
            st.dictionaries(_RIGHT_NAMES, _TEXTS, min_size=1, max_size=2),
            st.dictionaries(_RIGHT_NAMES, _TEXTS, min_size=1, max_size=2),
            st.fixed_dictionaries({"Name": _TEXTS, "omit": st.sampled_from(["true", "false", "x"])}),
            st.dictionaries(st.sampled_from((*FIELDS, "omit")), _TEXTS, min_size=1, max_size=3),
        )
    ),
    max_size=4,
)
_COUNTS = st.sampled_from(
    [0, 1, 2, -1, "1", "0", "1.5", "x", 10**18, 10**30, "9" * 40, 1.0, None, "", [], "-0"]
)
_MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    "fieldData": _or_odd(_FIELD_DATA),
    "portalData": _or_odd(
        st.dictionaries(st.sampled_from(PORTALS), _or_odd(st.lists(_or_odd(_ROW), max_size=3)), max_size=2)
    ),
    "modId": _or_odd(_IDS),
    "deleteRelated": _or_odd(
        st.sampled_from(["Pets.1", "Pets.2", "pets.1", "others.1", "1", "."]) | st.lists(_TEXTS)
    ),
    "dateformats": _or_odd(st.sampled_from([0, 1, 2, "0", "2", 3, "x"])),
    "options": _or_odd(
        st.dictionaries(
            st.sampled_from(["entrymode", "prohibitmode", "x"]), st.sampled_from(["user", "script", "x", 1])
        )
    ),
    "query": _or_odd(_QUERY),
    "sort": _or_odd(_SORT),
    "limit": _or_odd(_COUNTS),
    "offset": _or_odd(_COUNTS),
    "portal": _or_odd(st.lists(st.sampled_from(PORTALS))),
    "limit.Pets": _COUNTS,
    "offset.Pets": _COUNTS,
    "limit.others": _COUNTS,
    "layout.response": _or_odd(st.sampled_from(["person", "pets", "a/b #?% 😀", "x"])),
    "script": _or_odd(_TEXTS),
    "script.param": _or_odd(_TEXTS),
    "script.presort": _TEXTS,
    "script.prerequest": _TEXTS,
    "globalFields": _or_odd(_FIELD_DATA),
    "fmDataSource": _or_odd(
        st.lists(
            _or_odd(
                st.fixed_dictionaries(
                    {"database": _TEXTS}, optional={"username": _SCALARS, "password": _SCALARS}
                )
            )
        )
    ),
}


def _members(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    optional = {name: _MEMBERS[name] for name in names}
    return st.fixed_dictionaries({}, optional=optional)


def _written(value: object) -> bytes:
    """Write JSON, with half characters as escapes or as the bytes that are no UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


# --- bodies -----------------------------------------------------------------------------------------------------

_CREATE = _members("fieldData", "portalData", "dateformats", "options", "script")
_EDIT = _members(
    "fieldData", "portalData", "modId", "deleteRelated", "dateformats", "options", "script.param"
)
_FIND = _members(
    "query",
    "sort",
    "limit",
    "offset",
    "portal",
    "limit.Pets",
    "offset.Pets",
    "dateformats",
    "layout.response",
)
_RIGHT_FIND = st.fixed_dictionaries({"query": _QUERY}, optional={"sort": _SORT, "limit": _COUNTS})
_RIGHT_EDIT = st.fixed_dictionaries(
    {"fieldData": _FIELD_DATA},
    optional={
        "portalData": st.dictionaries(st.sampled_from(PORTALS), st.lists(_ROW, max_size=2), max_size=2),
        "deleteRelated": st.sampled_from(["Pets.1", "Pets.2", "Pets.9"]),
        "dateformats": st.sampled_from([0, 2]),
    },
)
_BODY_JSON = st.one_of(
    _CREATE,
    _EDIT,
    _FIND,
    _RIGHT_FIND,
    _RIGHT_EDIT,
    _members("globalFields"),
    _members("fmDataSource"),
    _members(*_MEMBERS),
    _ANYTHING,
).map(_written)
_ODD_BODIES = st.sampled_from(
    [
        b"",
        b" ",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"fieldData":' + b"[" * 990 + b"]" * 990 + b"}",
        b'{"fieldData":' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}",
        b'{"query":' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"limit":' + b"1" * 5000 + b"}",
        b'{"fieldData":{"Size":' + b"9" * 5000 + b"}}",
        b'{"fieldData":{"Size":"' + b"9" * 5000 + b'"}}',
        b'{"query":[{"Size":"' + b"9" * 5000 + b'"}]}',
        b'{"query":[{"Size":"1e999999999"}]}',
        b'{"fieldData":{"Size":"1e999999999"}}',
        b'{"fieldData":{"Name":"\\ud800"}}',
        b'{"fieldData":{"Name":"\xff"}}',
        b'{"fieldData":{"Name":NaN}}',
        b'{"fieldData":{"\\u0000":"x"}}',
        b'{"fieldData":{"Name":"a","Name":"b"}}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"null",
        b'{"query":[' + b",".join([b'{"Name":"a*"}'] * 700) + b"]}",
        b'{"query":[{"Name":"' + b"a " * 2000 + b'"}]}',
        b'{"query":[{"Name":"' + b"*a" * 500 + b'"}]}',
        b'{"query":[{"Name":"' + b'\\"' * 301 + b'"}]}',
    ]
)
_PART = (
    b"--x\r\n",
    b"--x",
    b"--x--",
    b"--x--\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b'Content-Disposition: form-data; name="upload"; filename="a.png"',
    b"Content-Disposition: form-data; name=\"upload\"; filename*=UTF-8''%ff",
    b'Content-Disposition: form-data; name=upload; filename="\xff"',
    b"Content-Disposition: form-data",
    b'Content-Disposition: form-data; name="%0D"; filename="\\',
    b"Content-Type: image/png",
    b"Content-Type: \r\n x",
    b"Content-Transfer-Encoding: base64",
    b"hello",
    b"\0",
)
_WHOLE_FORM = (
    b'--x\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\nhello\r\n--x--\r\n"
)
_FORMS = st.lists(st.sampled_from(_PART), max_size=10).map(b"".join) | st.just(_WHOLE_FORM)
_BODIES = st.one_of(
    _BODY_JSON, _BODY_JSON, _BODY_JSON, _BODY_JSON, _ODD_BODIES, _FORMS, st.binary(max_size=30)
)

# --- targets ----------------------------------------------------------------------------------------------------

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
        ["/", "", "*", "/fmi", "/fmi/data", "/fmi/data//", "//", "http://x/fmi/data/v1/productInfo", "house:80", "?", "/?",
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
    "script": st.just("x"),
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
                f"_{name}": _MEMBERS[name]
                for name in ("limit", "offset", "sort", "limit.Pets", "offset.Pets")
            },
            **{
                name: _MEMBERS[name]
                for name in ("portal", "dateformats", "layout.response", "script", "modId")
            },
        }
    ),
    _query_of(
        dict.fromkeys(
            ("trackingID", "provider", "requestID", "account", "address", "RCType", "recordId"), _TEXTS
        )
    ),
    st.text('%&=+;[]{}"_limit.portal=1\0é', max_size=20),
)

# --- requests ---------------------------------------------------------------------------------------------------

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
_MORE_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "authorization": _AUTHORIZATIONS,
        "content-type": _TYPES,
        "host": _TEXTS,
        "cookie": _TEXTS | st.just(f"X-FMS-Session-Key={TOKEN}"),
        "content-length": _TEXTS,
        "accept-encoding": _TEXTS,
        "x-fms-return-url": _TEXTS
        | st.sampled_from(["http://x/[", "http://[x", "http://x:y/?a#b", "http://x"]),
        "x-fm-data-oauth-request-id": _TEXTS,
        "x-fm-data-oauth-identifier": _TEXTS,
    },
)
_JSON = "application/json"
_FORM = "multipart/form-data; boundary=x"
_NOTHING = st.just(b"")


@dataclass(frozen=True)
class Kind:
    """One thing to ask for, as it is meant to be asked."""

    method: str
    path: str
    body: st.SearchStrategy[bytes] = _NOTHING
    content_type: str = _JSON
    authorization: str = f"Bearer {TOKEN}"


_IN_LAYOUT = "databases/{database}/layouts/{layout}"
_IN_RECORD = f"{_IN_LAYOUT}/records/{{record}}"
_PLAIN_FIND = st.fixed_dictionaries(
    {
        "query": st.lists(
            st.dictionaries(_RIGHT_NAMES, _TEXTS.filter(bool), min_size=1, max_size=2), min_size=1, max_size=3
        )
    }
)
_FINDS = st.one_of(_PLAIN_FIND.map(_written), _RIGHT_FIND.map(_written), _FIND.map(_written))
_EDITS = _RIGHT_EDIT.map(_written) | _EDIT.map(_written)
KINDS = (
    Kind("GET", "productInfo"),
    Kind("GET", "databases"),
    Kind("GET", "validateSession"),
    Kind(
        "POST",
        "databases/{database}/sessions",
        _members("fmDataSource").map(_written),
        authorization=basic("api", "secret"),
    ),
    Kind("DELETE", "databases/{database}/sessions/{token}"),
    Kind("GET", "databases/{database}/layouts"),
    Kind("GET", "databases/{database}/scripts"),
    Kind("PATCH", "databases/{database}/globals", _members("globalFields").map(_written)),
    Kind("GET", _IN_LAYOUT),
    Kind("GET", _IN_LAYOUT + "/script/{script}"),
    *[Kind("GET", _IN_LAYOUT + "/records")] * 3,
    *[Kind("GET", _IN_RECORD)] * 2,
    *[Kind("POST", _IN_LAYOUT + "/records", _RIGHT_EDIT.map(_written) | _CREATE.map(_written))] * 3,
    *[Kind("PATCH", _IN_RECORD, _EDITS)] * 4,
    *[Kind("POST", _IN_LAYOUT + "/_find", _FINDS)] * 6,
    Kind("POST", _IN_RECORD),
    Kind("DELETE", _IN_RECORD),
    *[Kind("POST", _IN_RECORD + "/containers/{field}/{repetition}", _FORMS, _FORM)] * 2,
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
    path = draw(_BASES) + kind.path.format(**parts)
    if 1 in odd:
        path = draw(_ODD_TARGETS)
    query = draw(_QUERIES) if odd & {2, 3, 4} or (kind.method == "GET" and draw(st.booleans())) else ""
    headers = {"authorization": kind.authorization, "content-type": kind.content_type}
    if odd & {5, 6}:
        headers |= draw(_MORE_HEADERS)
    body = draw(_BODIES) if odd & {7, 8, 9} else draw(kind.body)
    method = draw(_METHODS) if 10 in odd else kind.method
    return Asked(method, f"{path}?{query}" if query else path, headers, body)


REQUESTS: st.SearchStrategy[Asked] = _asked()


# --- answers ----------------------------------------------------------------------------------------------------


class House:
    """The file, opened, and somebody who has logged in.

    Attributes:
        tally: How often each status and code was answered.
    """

    def __init__(self, tally: Counter[str] | None = None) -> None:
        self.app = App(SCHEMA)
        self.tally = Counter[str]() if tally is None else tally
        self._token = ""

    def close(self) -> None:
        self.app.close()

    def send(self, asked: Asked) -> Reply:
        """Send a request, log in before where that is needed, and check the answer."""
        reply = self.app.handle(self.made(asked))
        self.tally[check(reply)] += 1
        return reply

    def made(self, asked: Asked) -> Request:
        """Put the token of a live session in."""
        token = self.token()
        headers = {name: value.replace(TOKEN, token) for name, value in asked.headers.items()}
        return Request(asked.method, asked.target.replace(TOKEN, token), headers, asked.body)

    def token(self) -> str:
        alive = f"Bearer {self._token}"
        if (
            self.app.handle(Request("GET", "/fmi/data/v1/validateSession", {"authorization": alive})).status
            != 200
        ):
            reply = self.app.handle(
                Request(
                    "POST", "/fmi/data/v1/databases/house/sessions", {"authorization": basic("api", "secret")}
                )
            )
            self._token = json.loads(reply.body)["response"]["token"]
        return self._token


def check(reply: Reply) -> str:
    """See that an answer has the form of FileMaker's, and give what it says in short."""
    assert reply.status in STATUSES, f"status {reply.status}"
    kind = next((value for name, value in reply.headers if name == "Content-Type"), "")
    for name, value in reply.headers:
        assert not set(name + value) & set("\r\n\0"), f"a header of several lines: {name}: {value!r}"
        value.encode("latin-1")
    if reply.status == 302 or not kind.startswith("application/json"):
        assert not reply.body.startswith(b"Traceback")
        return f"{reply.status} {kind.partition(';')[0]}"
    content = json.loads(reply.body.decode())
    if "messages" not in content:
        assert content.get("result") == 0, f"no envelope: {content}"
        return f"{reply.status} providers"
    message = content["messages"][0]
    assert isinstance(message["code"], str)
    assert message["message"]
    code = int(message["code"])
    assert code >= 0, f"a bug: {message}"
    assert (reply.status == 200) == (code == 0)
    assert content["response"] == {} or code == 0
    return f"{reply.status} {code}"
