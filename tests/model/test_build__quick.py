"""Records are the same by whichever parser their page was read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any

import pytest
from annotated_types import Gt
from hypothesis import example, given
from hypothesis import strategies as st
from model.people import ORIGIN
from protocol.answers import record, records, row

from fmorm import Field, MappingError, Model, Portal, PortalRow, Repeating, field, portal, repeating, state
from fmorm.model.build import build_records, row_builder
from fmorm.model.plan import plan_of
from fmorm.model.portals import PortalRows
from fmorm.model.repetitions import Repetitions
from fmorm.model.shape import parser_of
from fmorm.model.source import Source
from fmorm.model.troubles import ON_BAD_VALUE, OnBadValue
from fmorm.wire.shaped import Raw
from fmorm.wire.unread import UnreadRows
from fmorm.wire.withheld import parse_reply


class Line(PortalRow, table="lines"):
    exact: Field[Decimal | None] = field("Exact")
    about: Field[float | None] = field("About")
    text: Field[str] = field("Text")
    note: Field[str | None] = field("Note")


class Order(Model, layout="order"):
    whole: Field[int | None] = field("Whole")
    exact: Field[Decimal | None] = field("Exact")
    sure: Field[Decimal] = field("Sure")
    about: Field[float | None] = field("About")
    digits: Field[str] = field("Digits", kind="number")
    flag: Field[bool] = field("Flag")
    text: Field[str] = field("Text")
    note: Field[str | None] = field("Note")
    sums: Repeating[Decimal | None] = repeating("Sum", 2)
    lines: Portal[Line] = portal("lines")


READ_QUICKLY = parser_of(plan_of(Order), ["lines"])

NUMBERS = st.one_of(
    st.integers(-(10**18), 10**18).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,20})\.[0-9]{1,20}([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.sampled_from(["0.0", "-0.0", "1e400", "1e-400", "5e-324", "1.7976931348623157e308"]),
)
CELLS = NUMBERS | NUMBERS.map(json.dumps) | st.text(max_size=4).map(json.dumps)


NAMES = ["Whole", "Exact", "Sure", "About", "Digits", "Flag", "Text", "Note", "Sum(1)", "Sum(2)"]
FITTING = {"Whole": 1, "Flag": 0, "Text": "x", "Note": "", "lines::Text": "y", "lines::Note": "z"}
WORDS = dict.fromkeys(["Whole", "Exact", "Sure", "About", "Digits", "Flag", "Sum(1)", "Sum(2)"], 1) | {
    "lines::Exact": 1.5,
    "lines::About": "",
}


def page_of(cell: str, fitting: dict[str, Any]) -> bytes:
    """A page of one record with one row, whose cells are this literal but for those that are given."""
    line = dict.fromkeys(["lines::Exact", "lines::About", "lines::Text", "lines::Note"], "CELL") | fitting
    whole = record(1, dict.fromkeys(NAMES, "CELL") | fitting, {"lines": [row(7, line)]})
    return records([whole], 1).body.replace(b'"CELL"', cell.encode())


def outcome(page: Any, policy: OnBadValue) -> Any:
    """What a program sees of the first record."""
    source = Source(ORIGIN, frozenset(), policy)
    try:
        (order,) = build_records(plan_of(Order), page["response"]["data"], source)
        assert isinstance(order, Order)
        line = order.lines[0]
    except MappingError as error:
        return str(error)
    return [values_of(order), values_of(line)]


def values_of(one: Order | Line) -> list[Any]:
    """What a record holds, and what is told of what it does not hold."""
    return [
        {name: known(value) for name, value in vars(one).items() if not isinstance(value, PortalRows)},
        {name: str(error) for name, error in state(one).bad_values.items()},
    ]


def known(value: Any) -> Any:
    """A value with its type, and how it is written."""
    if isinstance(value, Repetitions):
        return [*map(known, value.listed())]  # pyright: ignore[reportUnknownMemberType]
    return type(value), str(value)


@given(
    CELLS,
    st.sampled_from([FITTING, {**FITTING, "About": 0.5, "lines::About": 1}, WORDS, {}]),
    st.sampled_from(ON_BAD_VALUE),
)
@example("0.5", {}, "keep")
@example("0.12345678901234567", {}, "keep")
@example("1e-400", FITTING, "collect")
@example("1e400", FITTING, "collect")
@example("1.50", FITTING, "raise")
@example("1e2", FITTING, "raise")
@example("100.0", FITTING, "raise")
@example("0e0", FITTING, "keep")
@example('""', WORDS, "raise")
@example('"a\\rb"', WORDS, "raise")
@example('"a\\u000db"', WORDS, "raise")
@example('"a\\\\rb"', WORDS, "raise")
@example('"ä"', WORDS, "raise")
@example("1.50", WORDS, "raise")
def test_a_record_is_the_same_by_either_parser(
    cell: str, fitting: dict[str, Any], policy: OnBadValue
) -> None:
    body = page_of(cell, fitting)
    assert outcome(READ_QUICKLY(body), policy) == outcome(parse_reply(body), policy)


class Checked(Model, layout="checked"):
    share: Field[Annotated[float, Gt(1)]] = field("Share")
    shares: Repeating[Annotated[float, Gt(1)]] = repeating("Shares", 2)


@pytest.mark.parametrize("policy", ON_BAD_VALUE)
@pytest.mark.parametrize(
    "cell", ["0.12345678901234567890", "-123456789012345678.5", "-9007199254740993.5", "0.5"]
)
def test_a_number_that_a_check_refuses_is_told_with_every_digit(cell: str, policy: OnBadValue) -> None:
    names = ["Share", "Shares(1)", "Shares(2)"]
    body = records([record(1, dict.fromkeys(names, "CELL"), {})], 1).body.replace(b'"CELL"', cell.encode())

    def seen(page: Any) -> Any:
        try:
            (one,) = build_records(
                plan_of(Checked), page["response"]["data"], Source(ORIGIN, frozenset(), policy)
            )
        except MappingError as error:
            return error.raw, str(error)
        assert isinstance(one, Checked)
        troubles = {name: (error.raw, str(error)) for name, error in state(one).bad_values.items()}
        return [known(value) for value in vars(one).values()], troubles

    quickly = seen(parser_of(plan_of(Checked), [])(body))
    assert str(Decimal(cell)).rstrip("0") in str(quickly)
    assert str(quickly) == str(seen(parse_reply(body)))


def test_rows_are_decoded_once() -> None:
    pieces: list[bytes] = []

    def read(piece: bytes) -> list[Raw]:
        pieces.append(piece)
        return [row(7, {"lines::Exact": 1, "lines::About": 1, "lines::Text": "x", "lines::Note": ""})]

    build = row_builder(plan_of(Order).portals["lines"], "order")
    assert [line.text for line in build(UnreadRows(b"piece", read), ORIGIN)] == ["x"]
    assert pieces == [b"piece"]
