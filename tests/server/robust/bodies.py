"""Bodies: JSON of the members that the Data API knows, other JSON, what is no JSON, and forms with files."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from server.robust.values import (
    ANYTHING,
    FIELDS,
    IDS,
    NAMES,
    PORTALS,
    RIGHT_NAMES,
    ROW,
    SCALARS,
    SCRIPTS,
    TEXTS,
    or_odd,
)

_FIELD_DATA = st.one_of(
    st.dictionaries(RIGHT_NAMES, TEXTS, max_size=2),
    st.dictionaries(RIGHT_NAMES, TEXTS, max_size=2),
    st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=4),
    st.dictionaries(NAMES, SCALARS, max_size=4),
)
_SORT = st.lists(
    or_odd(
        st.fixed_dictionaries(
            {"fieldName": RIGHT_NAMES},
            optional={"sortOrder": TEXTS | st.sampled_from(["ascend", "descend"])},
        )
    ),
    max_size=3,
)
_QUERY = st.lists(
    or_odd(
        st.one_of(
            st.dictionaries(RIGHT_NAMES, TEXTS, min_size=1, max_size=2),
            st.dictionaries(RIGHT_NAMES, TEXTS, min_size=1, max_size=2),
            st.fixed_dictionaries({"Name": TEXTS, "omit": st.sampled_from(["true", "false", "x"])}),
            st.dictionaries(st.sampled_from((*FIELDS, "omit")), TEXTS, min_size=1, max_size=3),
        )
    ),
    max_size=4,
)
_COUNTS: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, 2, -1, "1", "0", "1.5", "x", 10**18, 10**30, "9" * 40, 1.0, None, "", [], "-0"]
)
MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    "fieldData": or_odd(_FIELD_DATA),
    "portalData": or_odd(
        st.dictionaries(st.sampled_from(PORTALS), or_odd(st.lists(or_odd(ROW), max_size=3)), max_size=2)
    ),
    "modId": or_odd(IDS),
    "deleteRelated": or_odd(
        st.sampled_from(["Pets.1", "Pets.2", "pets.1", "others.1", "1", "."]) | st.lists(TEXTS)
    ),
    "dateformats": or_odd(st.sampled_from([0, 1, 2, "0", "2", 3, "x"])),
    "options": or_odd(
        st.dictionaries(
            st.sampled_from(["entrymode", "prohibitmode", "x"]), st.sampled_from(["user", "script", "x", 1])
        )
    ),
    "query": or_odd(_QUERY),
    "sort": or_odd(_SORT),
    "limit": or_odd(_COUNTS),
    "offset": or_odd(_COUNTS),
    "portal": or_odd(st.lists(st.sampled_from(PORTALS))),
    "limit.Pets": _COUNTS,
    "offset.Pets": _COUNTS,
    "limit.others": _COUNTS,
    "layout.response": or_odd(st.sampled_from(["person", "pets", "a/b #?% 😀", "x"])),
    "script": or_odd(st.sampled_from(SCRIPTS)),
    "script.param": or_odd(TEXTS),
    "script.presort": st.sampled_from(SCRIPTS),
    "script.prerequest": st.sampled_from(SCRIPTS),
    "globalFields": or_odd(_FIELD_DATA),
    "fmDataSource": or_odd(
        st.lists(
            or_odd(
                st.fixed_dictionaries(
                    {"database": TEXTS}, optional={"username": SCALARS, "password": SCALARS}
                )
            )
        )
    ),
}


def _members(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    optional = {name: MEMBERS[name] for name in names}
    return st.fixed_dictionaries({}, optional=optional)


def written(value: object) -> bytes:
    """Write JSON, with half characters as escapes or as the bytes that are no UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


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
        "portalData": st.dictionaries(st.sampled_from(PORTALS), st.lists(ROW, max_size=2), max_size=2),
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
    _members(*MEMBERS),
    ANYTHING,
).map(written)
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
WHOLE_FORM = (
    b'--x\r\nContent-Disposition: form-data; name="upload"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\nhello\r\n--x--\r\n"
)
FORMS = st.lists(st.sampled_from(_PART), max_size=10).map(b"".join) | st.just(WHOLE_FORM)
BODIES = st.one_of(_BODY_JSON, _BODY_JSON, _BODY_JSON, _BODY_JSON, _ODD_BODIES, FORMS, st.binary(max_size=30))

_PLAIN_FIND = st.fixed_dictionaries(
    {
        "query": st.lists(
            st.dictionaries(RIGHT_NAMES, TEXTS.filter(bool), min_size=1, max_size=2), min_size=1, max_size=3
        )
    }
)
FINDS = st.one_of(_PLAIN_FIND.map(written), _RIGHT_FIND.map(written), _FIND.map(written))
CREATES = _RIGHT_EDIT.map(written) | _CREATE.map(written)
GLOBALS = _members("globalFields").map(written)
SOURCES = _members("fmDataSource").map(written)
EDITS = _RIGHT_EDIT.map(written) | _EDIT.map(written)
