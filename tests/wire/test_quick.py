"""Pages by msgspec: whatever comes, they are what the core's parser makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol.answers import JSON, READ, compact, record, records

from fmorm.errors import ProtocolError
from fmorm.wire import quick
from fmorm.wire.pages import parse_page
from fmorm.wire.replies import Reply, data_of, response_of
from fmorm.wire.unread import UnreadRows
from fmorm.wire.values.codecs import NO_ACCESS, Withheld
from fmorm.wire.withheld import parse_reply

INFO = {"database": "crm", "foundCount": 1}
TWO_ROWS = [{"recordId": "4", "o::A": "x", "modId": "0"}, {"recordId": "5", "o::A": "y", "modId": "1"}]


def page(*members: dict[str, Any]) -> bytes:
    return records(list(members), len(members)).body


def read(document: Any) -> Any:
    """The document with all its rows read, and its floats as Decimals."""
    if isinstance(document, float):
        return Decimal(repr(document))
    if isinstance(document, dict):
        return {key: read(value) for key, value in document.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(document, (list, UnreadRows)):
        return [read(one) for one in document]  # pyright: ignore[reportUnknownVariableType]
    return document


def portals_of(body: bytes) -> list[dict[str, Any]]:
    return [one["portalData"] for one in parse_page(body)["response"]["data"]]


# -- what FileMaker Server sends -------------------------------------------------------------------------


def test_rows_are_counted_before_they_are_read() -> None:
    first, second = portals_of(
        page(record(1, {"A": "a"}, {"o": TWO_ROWS, "p": []}), record(2, {"A": "b"}, {"o": [], "p": TWO_ROWS}))
    )
    assert {type(rows) for rows in [*first.values(), *second.values()]} == {UnreadRows}
    assert [len(first["o"]), len(first["p"]), len(second["o"]), len(second["p"])] == [2, 0, 0, 2]
    assert list(first["o"]) == TWO_ROWS
    assert (first["o"][0], first["o"][1:], list(first["p"])) == (TWO_ROWS[0], TWO_ROWS[1:], [])


def test_without_portals_nothing_is_put_off() -> None:
    assert portals_of(page(record(1, {"A": "a"}))) == [{}]


def test_no_digit_of_a_row_is_lost() -> None:
    (portals,) = portals_of(page(record(1, {}, {"o": [{"o::N": 12345678901234567890}]})))
    assert portals["o"][0]["o::N"] == 12345678901234567890


def test_cells_of_rows_that_may_not_be_seen_are_marked() -> None:
    (portals,) = portals_of(page(record(1, {}, {"o": [{"o::A": NO_ACCESS, "o::B": "x"}]})))
    assert [type(cell) for cell in portals["o"][0].values()] == [Withheld, str]


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
ROWS = st.lists(st.dictionaries(TEXTS, CELLS, max_size=3), max_size=2)
PORTALS = st.dictionaries(TEXTS, ROWS, max_size=2)
USUAL = st.fixed_dictionaries(
    {
        "fieldData": st.dictionaries(TEXTS, CELLS, max_size=3),
        "portalData": PORTALS,
        "recordId": st.just("1"),
        "modId": st.just("0"),
        "portalDataInfo": st.just([INFO]),
    }
)
MEMBERS = ["fieldData", "portalData", "recordId", "modId", "portalDataInfo"]
ODD = st.dictionaries(st.sampled_from(MEMBERS), NESTED | PORTALS, max_size=5)


SCRIPTS = st.dictionaries(
    st.sampled_from(["scriptResult", "scriptError.presort", "scriptResult.prerequest", "other"]), TEXTS
)


@given(
    st.lists(USUAL, max_size=3) | st.lists(USUAL | ODD, max_size=3) | NESTED,
    SCRIPTS,
    st.sampled_from([(",", ":"), (", ", ": "), (",", " :"), None]),
    st.booleans(),
)
def test_a_page_is_what_the_core_makes_of_it(
    data: Any, scripts: dict[str, str], separators: Any, is_ascii: bool
) -> None:
    document = {"response": {"dataInfo": INFO, "data": data, **scripts}, "messages": [{"code": "0"}]}
    body = json.dumps(document, ensure_ascii=is_ascii, separators=separators).encode("utf-8", "surrogatepass")
    try:
        whole = parse_reply(body)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - two parsers, two texts
            parse_page(body)
        return
    assert read(parse_page(body)) == read(whole)


@given(st.lists(USUAL, max_size=3))
def test_what_filemaker_server_sends_is_read_quickly(data: list[dict[str, Any]]) -> None:
    document = {"response": {"dataInfo": INFO, "data": data}, "messages": [{"code": "0"}]}
    body = compact(document)
    assert read(quick.parse_page(body)) == read(parse_reply(body))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"portalData":{"o":[{', b'"portalData":{"o":[{,'),
        (b'"o::A":"x"', b'"o::A":"\x01"'),
        (b'"o::A":"x"', b'"o::A":x'),
        (b'"portalData":{', b'"portalData"={'),
        (b'}]},"recordId"', b'}},"recordId"'),
        (b'}]},"recordId"', b'}],"recordId"'),
        (b'[{"recordId":"4"', b'[7,{"recordId":"4"'),
        (b'[{"recordId":"4"', b'[null,{"recordId":"4"'),
        (b'"o":[', b'"p":null,"o":['),
    ],
)
def test_a_broken_portal_is_an_error_when_the_page_is_read(right: bytes, wrong: bytes) -> None:
    body = page(record(1, {"A": "a"}, {"o": TWO_ROWS}), record(2, {"A": "b"}, {"o": TWO_ROWS}))
    broken = body.replace(right, wrong, 1)
    assert broken != body
    with pytest.raises(ProtocolError):
        data_of(response_of(Reply(200, JSON, broken), READ, parse_page), READ)


@pytest.mark.parametrize("text", [b"\xff", b"\xc3"])
def test_text_of_a_row_that_is_no_utf_8_is_told_when_the_rows_are_read(text: bytes) -> None:
    body = page(record(1, {"A": "a"}, {"o": TWO_ROWS, "p": TWO_ROWS}))
    (portals,) = portals_of(body.replace(b'"o::A":"x"', b'"o::A":"' + text + b'"', 1))
    assert list(portals["p"]) == TWO_ROWS
    with pytest.raises(ProtocolError, match="the rows of a portal are no JSON"):
        list(portals["o"])


def test_text_of_a_field_that_is_no_utf_8_is_an_error_when_the_page_is_read() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        parse_page(page(record(1, {"A": "a"})).replace(b'"A":"a"', b'"A":"\xff"'))


@pytest.mark.parametrize("literal", ["1e99999999999999999999", "1e401", "-1e-401", "1e-400000"])
@pytest.mark.parametrize("parse", [quick.parse_page, parse_page, parse_reply])
def test_a_number_beyond_filemakers_is_its_text_which_no_number_field_takes(parse: Any, literal: str) -> None:
    body = page(record(1, {"N": 0}, {"o": [{"o::N": 0}]}))
    rows = parse(body.replace(b'"o::N":0', f'"o::N":{literal}'.encode()))["response"]["data"][0][
        "portalData"
    ]["o"]
    assert rows[0]["o::N"] == literal
    cells = parse_page(body.replace(b'"N":0', f'"N":{literal}'.encode(), 1))["response"]["data"][0][
        "fieldData"
    ]
    assert cells["N"] == literal


@pytest.mark.parametrize(
    "literal", ["1e400", "-1e-400", "0.1000000000000000000001", f"{'7' * 400}.5", "1.50"]
)
def test_numbers_of_filemakers_are_exact(literal: str) -> None:
    body = page(record(1, {"N": 0}, {"o": [{"o::N": 0}]})).replace(b'N":0', f'N":{literal}'.encode())
    (one,) = quick.parse_page(body)["response"]["data"]
    assert str(one["fieldData"]["N"]) == str(one["portalData"]["o"][0]["o::N"]) == str(Decimal(literal))


def test_rows_that_are_kept_do_not_hold_the_page() -> None:
    body = page(*(record(number, {"A": "a" * 10_000}, {"o": TWO_ROWS}) for number in range(20)))
    before = sys.getrefcount(body)
    kept = portals_of(body)[0]["o"]
    assert sys.getrefcount(body) == before
    assert list(kept) == TWO_ROWS


OLD = """
class Struct:
    def __init_subclass__(cls, **options): pass
def field(**options): return None
UNSET = Raw = None
UnsetType = int
"""
"""What is not there yet is the hook for numbers."""


@pytest.mark.parametrize("package", ["raise ImportError", OLD], ids=["without", "old"])
def test_without_msgspec_or_with_an_old_one_the_core_reads(package: str, tmp_path: Path) -> None:
    folder = tmp_path / "msgspec"
    folder.mkdir()
    (folder / "__init__.py").write_text(package)
    (folder / "structs.py").write_text("")
    (folder / "json.py").write_text("class Decoder:\n    def __init__(self, type): pass\n")
    body = page(record(1, {"A": 1.5}, {"o": TWO_ROWS}))
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        f"from fmorm.wire.pages import parse_page\nprint(parse_page({body!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(parse_reply(body))
