"""What is written is TOML, and reads as what was written."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.drafting.writer import Place, write

VALUES = st.recursive(
    st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ENTRIES = st.dictionaries(st.text(), VALUES, max_size=4)
SECTIONS = st.dictionaries(st.text(), ENTRIES, max_size=3)
NOTES = st.lists(st.text(), max_size=3)

SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "database": ENTRIES,
        "accounts": SECTIONS,
        "privileges": st.dictionaries(
            st.text(), st.fixed_dictionaries({"data_api": VALUES, "tables": SECTIONS}), max_size=2
        ),
        "tables": st.dictionaries(st.text(), st.fixed_dictionaries({"fields": ENTRIES}), max_size=3),
        "occurrences": ENTRIES,
        "relationships": st.lists(ENTRIES, max_size=3),
        "value_lists": ENTRIES,
        "layouts": st.dictionaries(
            st.text(),
            st.fixed_dictionaries({}, optional={"fields": st.lists(VALUES), "portals": SECTIONS}),
            max_size=3,
        ),
        "folders": ENTRIES,
        "rows": st.dictionaries(st.text(), st.lists(ENTRIES, max_size=3), max_size=3),
        "something else": VALUES,
    },
)


@given(SCHEMAS)
def test_any_schema_reads_as_it_was_written(schema: dict[str, object]) -> None:
    assert tomllib.loads(write(schema)) == schema


@given(SCHEMAS, NOTES)
def test_comments_change_nothing(schema: dict[str, object], notes: list[str]) -> None:
    places = [(), *((key,) for key in schema), ("layouts", "x", "fields", 0), ("rows", "x", 0)]
    assert tomllib.loads(write(schema, dict.fromkeys(places, notes))) == schema


def test_it_is_laid_out_as_a_person_would() -> None:
    schema = {
        "database": {"name": "people"},
        "tables": {"Person": {"fields": {"Name": "text", "First name": {"type": "text", "required": True}}}},
        "relationships": [{"join": "a::K = b::K", "allow_creation": ["b"]}],
        "layouts": {
            "person": {"occurrence": "a", "fields": ["Name"], "portals": {"b": {"fields": ["City"]}}}
        },
        "rows": {"Person": [{"Name": "Agnes", "Born": date(2001, 4, 17)}]},
    }
    notes: dict[Place, list[str]] = {
        (): ["A draft."],
        ("tables", "Person", "fields", "Name"): ["TODO: which?"],
        ("relationships", 0): ["TODO: the match fields."],
    }
    assert write(schema, notes) == (
        "# A draft.\n"
        "\n"
        "[database]\n"
        'name = "people"\n'
        "\n"
        "[tables.Person.fields]\n"
        "# TODO: which?\n"
        'Name = "text"\n'
        '"First name" = { type = "text", required = true }\n'
        "\n"
        "# TODO: the match fields.\n"
        "[[relationships]]\n"
        'join = "a::K = b::K"\n'
        'allow_creation = ["b"]\n'
        "\n"
        "[layouts.person]\n"
        'occurrence = "a"\n'
        'fields = ["Name"]\n'
        "\n"
        "[layouts.person.portals.b]\n"
        'fields = ["City"]\n'
        "\n"
        "[[rows.Person]]\n"
        'Name = "Agnes"\n'
        "Born = 2001-04-17\n"
    )


def test_a_long_list_and_one_with_comments_take_a_line_for_each_entry() -> None:
    names = [f"a field with a long name {number}" for number in range(8)]
    text = write(
        {"layouts": {"l": {"fields": names}, "m": {"fields": ["a", "b"]}}},
        {("layouts", "m", "fields", 1): ["TODO: b"]},
    )
    assert text.count('\n    "a field') == 8
    assert '    "a",\n    # TODO: b\n    "b",\n]' in text


def test_a_long_comment_is_wrapped() -> None:
    lines = write({}, {(): ["word " * 60]}).splitlines()
    assert len(lines) > 2
    assert all(line.startswith("# word") and len(line) < 105 for line in lines)


def test_digits_of_a_decimal_and_half_a_surrogate_pair_can_be_written() -> None:
    row = {"N": Decimal("12345678901234567890.123"), "T": "x\ud800", "S": datetime(2026, 1, 2, 3, 4, 5)}
    read = tomllib.loads(write({"rows": {"T": [row]}}))
    assert read["rows"]["T"] == [{"N": "12345678901234567890.123", "T": "x\ufffd", "S": row["S"]}]


def test_what_no_schema_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hold None"):
        write({"database": {"name": None}})
