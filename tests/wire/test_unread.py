from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protocol.answers import JSON, READ, compact, record, records

from fmorm.errors import ProtocolError
from fmorm.wire.replies import Reply, data_of, response_of
from fmorm.wire.unread import UnreadRows, parse_page
from fmorm.wire.values.codecs import NO_ACCESS, Withheld
from fmorm.wire.withheld import parse_reply

TWO_ROWS = [{"recordId": "4", "o::A": "x", "modId": "0"}, {"recordId": "5", "o::A": "y", "modId": "1"}]


def page(*members: dict[str, Any]) -> bytes:
    return records(list(members), len(members)).body


def read(document: Any) -> Any:
    """The document with all its rows read."""
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
CELLS = TEXTS | st.integers() | st.floats(allow_nan=False) | st.none()
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
    {"fieldData": st.dictionaries(TEXTS, CELLS, max_size=3), "portalData": PORTALS, "recordId": st.just("1")}
)
MEMBERS = ["fieldData", "portalData", "recordId", "modId", "portalDataInfo"]
ODD = st.dictionaries(st.sampled_from(MEMBERS), NESTED | PORTALS, max_size=5)


@given(
    st.lists(USUAL, max_size=3) | st.lists(USUAL | ODD, max_size=3) | NESTED,
    st.sampled_from([(",", ":"), (", ", ": "), (",", " :"), None]),
    st.booleans(),
)
@example([{"portalData": {"o": TWO_ROWS}}], (",", ":"), False)
@example([{"fieldData": {"portalData": {"o": []}, "recordId": ""}, "portalData": 0}], (",", ":"), False)
@example([{"fieldData": {}, "portalData": {"o": [{"portalData": "x"}]}, "recordId": "1"}], (",", ":"), False)
@example([{"portalData": {"o": [{"a": {}, "recordId": "1"}]}, "recordId": "1"}], (",", ":"), False)
def test_a_page_in_parts_is_what_it_is_as_a_whole(data: Any, separators: Any, is_ascii: bool) -> None:
    document = {"response": {"data": data}, "messages": [{"code": "0"}]}
    body = json.dumps(document, ensure_ascii=is_ascii, separators=separators).encode("utf-8", "surrogatepass")
    try:
        whole = parse_reply(body)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - two parsers, two texts
            parse_page(body)
        return
    assert read(parse_page(body)) == whole


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"portalData":{"o":[{', b'"portalData":{"o":[{,'),
        (b'"o::A":"x"', b'"o::A":"\x01"'),
        (b'"o::A":"x"', b'"o::A":x'),
        (b'"o::A":"x"', b'"o::A":"\xff"'),
        (b'"portalData":{', b'"portalData"={'),
        (b'}]},"recordId"', b'}},"recordId"'),
        (b'}]},"recordId"', b'}],"recordId"'),
        (b'[{"recordId":"4"', b'[7,{"recordId":"4"'),
        (b'"o":[', b'"p":null,"o":['),
    ],
)
def test_a_broken_portal_is_an_error_when_the_page_is_read(right: bytes, wrong: bytes) -> None:
    body = page(record(1, {"A": "a"}, {"o": TWO_ROWS}), record(2, {"A": "b"}, {"o": TWO_ROWS}))
    broken = body.replace(right, wrong, 1)
    assert broken != body
    with pytest.raises(ProtocolError):
        data_of(response_of(Reply(200, JSON, broken), READ, parse_page), READ)


def test_a_number_beyond_all_bounds_is_its_text_which_no_number_field_takes() -> None:
    literal = "1e99999999999999999999"
    body = compact({"response": {"data": [record(1, {"N": 0}, {"o": [{"o::N": 0}]})]}})
    page = parse_page(body.replace(b'"o::N":0', f'"o::N":{literal}'.encode()))
    assert page["response"]["data"][0]["portalData"]["o"][0]["o::N"] == literal
