"""Pages by msgspec: whatever comes, they are what the core's parser makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol.answers import JSON, READ, compact, record, records, records_of_17

from fmorm.errors import ProtocolError
from fmorm.wire import pages, quick
from fmorm.wire.pages import Parse
from fmorm.wire.replies import Reply, data_of, found_counts, response_of
from fmorm.wire.shaped import Cells, Raw, Shaped, ShapedRecord
from fmorm.wire.unread import UnreadRows
from fmorm.wire.values.codecs import NO_ACCESS, Withheld
from fmorm.wire.values.numbers import decimal_in
from fmorm.wire.withheld import parse_reply

INFO = {"database": "crm", "foundCount": 1}
FIELDS: Cells = {"A": object, "Phone(1)": str, "Größe": float}
PORTALS: dict[str, Cells] = {"o": {"o::A": object, "o::B": str}, "p": {"p::A": float}}
IDS = ["recordId", "modId"]
TWO_ROWS = [
    {"recordId": "4", "o::A": "x", "o::B": "", "o::C": 1, "modId": "0"},
    {"recordId": "5", "o::A": "y", "o::B": "z", "o::C": 2, "modId": "1"},
]
ONE_ROW = [{"recordId": "6", "p::A": "x", "modId": "0"}]

read_quickly = quick.page_parser(FIELDS, PORTALS)
read_page = pages.page_parser(FIELDS, PORTALS)


def page(*members: dict[str, Any]) -> bytes:
    return records(list(members), len(members)).body


def cells(first: Any = "a") -> dict[str, Any]:
    return {"A": first, "Phone(1)": "1", "Größe": "", "Not read": 1.5}


def whole(number: int = 1, first: Any = "a") -> dict[str, Any]:
    """A record as the layout has it."""
    return record(number, cells(first), {"o": TWO_ROWS, "p": ONE_ROW, "not read": TWO_ROWS})


def only(keys: Iterable[str], held: Mapping[str, Any]) -> dict[str, Any]:
    """These members; a float as the Decimal that is written so."""
    found = {key: held[key] for key in keys if key in held}
    return {key: Decimal(repr(one)) if isinstance(one, float) else one for key, one in found.items()}


def seen(data: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What of raw records is read, by whichever parser they came."""
    return [
        {
            "recordId": one["recordId"],
            "modId": one.get("modId"),
            "fieldData": only(FIELDS, one["fieldData"]),
            "portalData": {
                name: [only([*keys, *IDS], row) for row in one["portalData"][name]]
                for name, keys in PORTALS.items()
                if name in (one.get("portalData") or {})
            },
            "found": counts_of(one),
        }
        for one in data
    ]


def counts_of(one: Mapping[str, Any]) -> dict[str, int]:
    return one.counts() if isinstance(one, ShapedRecord) else found_counts(one)


def data_by(parse: Parse, body: bytes) -> list[Raw]:
    return data_of(response_of(Reply(200, JSON, body), READ, parse), READ)


# -- what FileMaker Server sends -------------------------------------------------------------------------


def test_what_is_read_is_there_and_nothing_else() -> None:
    (one,) = read_quickly(page(whole()))["response"]["data"]
    assert dict(one["fieldData"]) == {"A": "a", "Phone(1)": "1", "Größe": ""}
    assert list(one["portalData"]) == ["o", "p"]
    assert [dict(row) for row in one["portalData"]["o"]] == [
        only([*PORTALS["o"], *IDS], row) for row in TWO_ROWS
    ]
    assert (one["recordId"], one["modId"], counts_of(one)) == ("1", "0", {"o": 2, "p": 1, "not read": 2})


def test_rows_are_left_for_later() -> None:
    (one,) = read_quickly(page(whole()))["response"]["data"]
    rows = one["portalData"]["o"]
    assert (type(rows), len(rows), len(one["portalData"]["p"])) == (UnreadRows, 2, 1)
    assert (rows[0]["o::A"], [row["o::A"] for row in rows[1:]]) == ("x", ["y"])


def test_portals_have_the_names_of_their_objects() -> None:
    (one,) = read_quickly(page(record(1, cells(), {"o": TWO_ROWS, "p": []}, tables={"o": "orders"})))[
        "response"
    ]["data"]
    assert counts_of(one) == {"o": 2, "p": 0}


def test_a_shaped_object_is_read_as_a_mapping_is() -> None:
    (one,) = read_quickly(page(whole()))["response"]["data"]
    fields = one["fieldData"]
    assert isinstance(fields, Shaped)
    assert ("A" in fields, "Not read" in fields, len(fields)) == (True, False, 3)
    assert [*fields.keys()] == [*FIELDS]
    assert [*fields.items()] == [("A", "a"), ("Phone(1)", "1"), ("Größe", "")]
    assert (fields.get("A"), fields.get("Not read"), fields.get("Not read", 1)) == ("a", None, 1)
    with pytest.raises(KeyError):
        fields["Not read"]


@pytest.mark.parametrize(
    ("first", "phone", "size", "texts", "escaped"),
    [
        ("a", "1", 1.5, {"Phone(1)"}, False),
        ("a", "1", "", {"Phone(1)"}, False),
        ("a\rb", "1", 1.5, {"Phone(1)"}, True),
        ("a", 1, 1.5, frozenset[str](), False),
        ("a\rb", 1, 1.5, frozenset[str](), True),
        ("a", "1", 0.0, frozenset[str](), False),
    ],
    ids=["usual", "empty", "escaped", "number for text", "both", "zero"],
)
def test_a_page_is_decoded_with_the_narrowest_types_that_fit(
    first: str, phone: Any, size: Any, texts: set[str], escaped: bool
) -> None:
    held = {"A": first, "Phone(1)": phone, "Größe": size}
    (one,) = read_quickly(page(record(1, held, {"o": [], "p": []})))["response"]["data"]
    fields = one["fieldData"]
    assert dict(fields) == held
    assert (fields.texts, fields.escaped) == (texts, escaped)


@pytest.mark.parametrize(("literal", "kind"), [("1.5", float), ("1", int), ("0", int), ("0.0", Decimal)])
def test_a_float_that_is_zero_may_have_been_more(literal: str, kind: type[Any]) -> None:
    rows = [{"recordId": "6", "p::A": "NUMBER", "modId": "0"}]
    body = page(record(1, {**cells(), "Größe": "NUMBER"}, {"o": [], "p": rows}))
    (one,) = read_quickly(body.replace(b'"NUMBER"', literal.encode()))["response"]["data"]
    assert [type(one["fieldData"]["Größe"]), type(one["portalData"]["p"][0]["p::A"])] == [kind, kind]


def test_a_number_too_small_for_a_float_is_exact() -> None:
    body = page(record(1, {**cells(), "Größe": "NUMBER"}, {"o": [], "p": []}))
    (one,) = read_quickly(body.replace(b'"NUMBER"', b"-1e-330"))["response"]["data"]
    assert one["fieldData"]["Größe"] == Decimal("-1e-330")


def test_replies_of_release_17_are_read_quickly() -> None:
    body = records_of_17([whole(1), whole(2)]).body
    assert read_quickly(body)["response"].keys() == {"data"}
    assert seen(data_by(read_quickly, body)) == seen(data_by(parse_reply, body))


def test_no_digit_is_lost() -> None:
    row = {**TWO_ROWS[0], "o::A": 12345678901234567890}
    (one,) = read_quickly(page(record(1, cells(12345678901234567890), {"o": [row], "p": []})))["response"][
        "data"
    ]
    assert one["fieldData"]["A"] == one["portalData"]["o"][0]["o::A"] == 12345678901234567890


def test_a_page_with_cells_that_may_not_be_seen_is_the_cores() -> None:
    body = page(record(1, cells(NO_ACCESS), {"o": [{**TWO_ROWS[0], "o::A": NO_ACCESS}], "p": []}))
    (one,) = read_page(body)["response"]["data"]
    assert isinstance(one["fieldData"]["A"], Withheld)
    assert isinstance(one["portalData"]["o"][0]["o::A"], Withheld)


@pytest.mark.parametrize(
    "other",
    [
        record(1, {"A": "a"}, {"o": TWO_ROWS, "p": []}),
        record(1, cells(), {"o": TWO_ROWS}),
        record(1, cells()),
        {key: value for key, value in whole().items() if key != "modId"},
    ],
    ids=["no such field", "no such portal", "no portals", "no mod id"],
)
def test_a_page_without_a_key_is_the_cores(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="missing required field"):
        read_quickly(page(whole(), other))
    assert read_page(page(whole(), other)) == parse_reply(page(whole(), other))


@pytest.mark.parametrize("name", ['"quoted"', "a\\b", "a\tb"])
def test_a_page_whose_keys_msgspec_does_not_take_is_the_cores(name: str) -> None:
    body = page(record(1, {name: "a"}, {name: [{f"o::{name}": "x"}]}))
    assert pages.page_parser({name: object}, {})(body) == parse_reply(body)
    assert pages.page_parser({}, {name: {}})(body) == parse_reply(body)
    assert pages.page_parser({}, {"o": {f"o::{name}": object}})(body) == parse_reply(body)


def test_rows_by_other_keys_are_read_as_they_are() -> None:
    rows = [{"recordId": "4", "portal::A": 1.5, "modId": "0"}]
    (one,) = read_quickly(page(record(1, cells(), {"o": rows, "p": []})))["response"]["data"]
    assert list(one["portalData"]["o"]) == rows


# -- whatever else may come ------------------------------------------------------------------------------

TEXTS = st.text(max_size=5) | st.sampled_from(
    [
        '"portalData":{"o":[]},"recordId":',
        '},"recordId":"1"',
        "portalData",
        '\\"portalData":{',
        "fieldData",
        "recordId",
        NO_ACCESS,
        "\\",
        "\r",
    ]
)
CELLS = TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none()
NESTED = st.recursive(
    CELLS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(TEXTS | st.just("portalData"), inner, max_size=3)
    ),
    max_leaves=5,
)


def beside(others: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {**others, **own}


def row_of(cells: dict[str, Any]) -> dict[str, Any]:
    return {"recordId": "4", **cells, "modId": "0"}


def objects(keys: Sequence[str], *, whole: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these keys, or with some of them, and others."""
    known = dict.fromkeys(keys, CELLS)
    own = st.fixed_dictionaries(known) if whole else st.fixed_dictionaries({}, optional=known)
    return st.builds(beside, st.dictionaries(TEXTS, CELLS, max_size=2), own)


def raw_records(*, whole: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Records with all that is read, or with some of it."""
    rows: dict[str, st.SearchStrategy[list[dict[str, Any]]]] = {
        name: st.lists(st.builds(row_of, objects([*keys], whole=whole)), max_size=2)
        for name, keys in PORTALS.items()
    }
    return st.fixed_dictionaries(
        {
            "fieldData": objects([*FIELDS], whole=whole),
            "portalData": st.fixed_dictionaries(rows) if whole else st.fixed_dictionaries({}, optional=rows),
            "recordId": st.just("1"),
            "modId": st.just("0"),
            "portalDataInfo": st.just([{"table": "o", "foundCount": 1}]),
        }
    )


MEMBERS = ["fieldData", "portalData", "recordId", "modId", "portalDataInfo"]
ODD = st.dictionaries(st.sampled_from(MEMBERS), NESTED, max_size=5)
SCRIPTS = st.dictionaries(
    st.sampled_from(["scriptResult", "scriptError.presort", "scriptResult.prerequest", "other"]), TEXTS
)


def outcome(parse: Parse, body: bytes) -> Any:
    try:
        response = response_of(Reply(200, JSON, body), READ, parse)
        told = {key: value for key, value in response.items() if key not in ("data", "other")}
        return told, seen(data_of(response, READ))
    except ProtocolError as error:
        return str(error)


@given(
    st.lists(raw_records(whole=True), max_size=3)
    | st.lists(raw_records(whole=False), max_size=3)
    | st.lists(raw_records(whole=False) | ODD, max_size=3)
    | NESTED,
    SCRIPTS,
    st.sampled_from([(",", ":"), (", ", ": "), (",", " :"), None]),
    st.booleans(),
)
def test_a_page_is_what_the_core_makes_of_it(
    data: Any, scripts: dict[str, str], separators: Any, is_ascii: bool
) -> None:
    document = {"response": {"dataInfo": INFO, "data": data, **scripts}, "messages": [{"code": "0"}]}
    body = json.dumps(document, ensure_ascii=is_ascii, separators=separators).encode("utf-8", "surrogatepass")
    assert outcome(read_page, body) == outcome(parse_reply, body)


@given(st.lists(raw_records(whole=True), max_size=3), SCRIPTS)
def test_what_filemaker_server_sends_is_read_quickly(
    data: list[dict[str, Any]], scripts: dict[str, str]
) -> None:
    document = {"response": {"dataInfo": INFO, "data": data, **scripts}, "messages": [{"code": "0"}]}
    body = compact(document)
    assert all(isinstance(one, ShapedRecord) for one in read_quickly(body)["response"]["data"])
    if NO_ACCESS.encode() not in body:
        assert outcome(read_quickly, body) == outcome(parse_reply, body)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"portalData":{"o":[{', b'"portalData":{"o":[{,'),
        (b'"o::A":"x"', b'"o::A":"\x01"'),
        (b'"o::A":"x"', b'"o::A":x'),
        (b'"portalData":{', b'"portalData"={'),
        (b'}]},"recordId"', b'}},"recordId"'),
        (b'}]},"recordId"', b'}],"recordId"'),
        (b'"recordId":"1"', b'"recordId":"x"'),
        (b'"o","foundCount":2', b'"o","foundCount":"2"'),
        (b'"Not read":1.5', b'"Not read":1.5.5'),
    ],
)
def test_a_broken_page_is_an_error_when_it_is_read(right: bytes, wrong: bytes) -> None:
    body = page(whole(1), whole(2))
    broken = body.replace(right, wrong, 1)
    assert broken != body
    with pytest.raises(ProtocolError):
        data_by(read_page, broken)


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        (b'"o::A":"x"', b'"o::A":"\xff"', "no JSON"),
        (b'"o::A":"x"', b'"o::A":"\xc3"', "no JSON"),
        (b'[{"recordId":"4"', b'[7,{"recordId":"4"', "one is no object"),
        (b'[{"recordId":"4"', b'[null,{"recordId":"4"', "one is no object"),
        (b'"o":[{', b'"o":7,"q":[{', "they are no list"),
        (b'"o":[{', b'"o":null,"q":[{', "they are no list"),
        (b'"o":[{', b'"o":{},"q":[{', "they are no list"),
    ],
)
def test_some_of_a_broken_portal_is_told_when_its_rows_are_read(right: bytes, wrong: bytes, why: str) -> None:
    (one,) = data_by(read_page, page(whole()).replace(right, wrong, 1))
    assert len(one["portalData"]["p"]) == 1
    with pytest.raises(ProtocolError, match=f"the rows of a portal cannot be read: .*{why}"):
        list(one["portalData"]["o"])


def down(frames: int, rows: UnreadRows) -> list[Raw]:
    return down(frames - 1, rows) if frames else rows.read()


def test_rows_nested_deeply_are_read_or_told() -> None:
    rows = [{**TWO_ROWS[0], "o::C": "NESTED"}]
    body = page(record(1, cells(), {"o": rows, "p": []})).replace(b'"NESTED"', b"[" * 500 + b"]" * 500)
    (one,) = data_by(read_page, body)
    assert len(down(1, one["portalData"]["o"])) == 1
    frames = sys.getrecursionlimit() - 400
    if sys.version_info >= (3, 12):  # which does not count its own frames against the stack of C
        assert len(down(frames, one["portalData"]["o"])) == 1
        return
    with pytest.raises(ProtocolError, match=r"cannot be read: .*nested too deeply"):
        down(frames, one["portalData"]["o"])


def test_text_of_a_field_that_is_no_utf_8_is_an_error_when_the_page_is_read() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        read_page(page(whole()).replace(b'"A":"a"', b'"A":"\xff"'))


@pytest.mark.parametrize("literal", ["1e99999999999999999999", "1e401", "-1e-401", "1e-400000"])
@pytest.mark.parametrize("parse", [read_page, parse_reply])
def test_a_number_beyond_filemakers_is_its_text_which_no_number_field_takes(
    parse: Parse, literal: str
) -> None:
    body = page(whole())
    (one,) = data_by(parse, body.replace(b'"o::A":"x"', f'"o::A":{literal}'.encode(), 1))
    assert one["portalData"]["o"][0]["o::A"] == literal
    (one,) = data_by(parse, body.replace(b'"A":"a"', f'"A":{literal}'.encode(), 1))
    assert one["fieldData"]["A"] == literal


@pytest.mark.parametrize(
    "literal",
    [
        "1e400",
        "-1e-400",
        "0.1000000000000000000001",
        f"{'7' * 400}.5",
        "1.50",
        "100.0",
        "1E2",
        "0e0",
        "-0.0",
        "1e23",
    ],
)
def test_numbers_of_filemakers_are_exact(literal: str) -> None:
    body = (
        page(whole())
        .replace(b'A":"a"', f'A":{literal}'.encode())
        .replace(b'A":"x"', f'A":{literal}'.encode())
    )
    (one,) = read_quickly(body)["response"]["data"]
    (by_core,) = parse_reply(body)["response"]["data"]
    number = one["fieldData"]["A"]
    assert (number, type(number)) == (Decimal(literal), Decimal)
    assert str(number) == str(one["portalData"]["o"][0]["o::A"])
    assert str(number) == str(decimal_in(by_core["fieldData"]["A"])), "the two write it in two ways"


def test_rows_that_are_kept_do_not_hold_the_page() -> None:
    body = page(*(whole(number, "a" * 10_000) for number in range(20)))
    before = sys.getrefcount(body)
    kept = data_by(read_page, body)[0]["portalData"]["o"]
    assert sys.getrefcount(body) == before
    assert len(kept) == 2


OLD = """
class Struct:
    def __init_subclass__(cls, **options): pass
def field(**options): return None
UNSET = Raw = defstruct = None
UnsetType = int
"""
"""What is not there yet is the hook for numbers."""


@pytest.mark.parametrize("package", ["raise ImportError", OLD], ids=["without", "old"])
def test_without_msgspec_or_with_an_old_one_the_core_reads(package: str, tmp_path: Path) -> None:
    folder = tmp_path / "msgspec"
    folder.mkdir()
    (folder / "__init__.py").write_text(package)
    (folder / "structs.py").write_text("def fields(struct): return []\n")
    (folder / "json.py").write_text("class Decoder:\n    def __init__(self, type): pass\n")
    body = page(whole(1, 1.5))
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        f"from fmorm.wire.pages import page_parser\nprint(page_parser({{'A': object}}, {{}})({body!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(parse_reply(body))
