"""A draft of replies can be served at once, and says what is left to do."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from drafting.told import (
    ARTICLES,
    OFFICE,
    ORDER,
    ORDER_RECORDS,
    told_field,
    told_layout,
    told_names,
    told_record,
    told_records,
)

from fmorm import Database, Field, Model, Portal, PortalRow, Repeating, field, portal, repeating
from fmorm._sync.raw_database import RawDatabase
from fmorm.drafting import Draft, Metadata, draft_from_metadata
from fmorm.server import load_schema

DRAFT = draft_from_metadata(OFFICE)
WITHOUT_RECORDS = draft_from_metadata(replace(OFFICE, records={}))


def part(draft: Draft, *place: str) -> Any:
    found: Any = draft.schema
    for key in place:
        found = found[key]
    return found


def todo(draft: Draft, *place: str | int) -> str:
    return " ".join(draft.notes.get(place, ()))


def of_one(*fields: Any, records: list[Any] | None = None, **other: Any) -> Draft:
    reply = {"layout": told_records("layout", "t", *records)} if records else {}
    return draft_from_metadata(Metadata("x", {}, {"layout": told_layout(*fields, **other)}, reply))


class Item(PortalRow, table="order_lines"):
    item: Field[str] = field("Item")
    price: Field[Decimal | None] = field("line_article::Price", read_only=True)


class Note(PortalRow, table="order_notes"):
    text: Field[str] = field("Text")


class Order(Model, layout="orders"):
    number: Field[int] = field("OrderID", key=True, read_only=True)
    customer: Field[str] = field("Customer")
    placed: Field[date | None] = field("Placed")
    pickup: Field[time | None] = field("Pickup")
    phones: Repeating[str] = repeating("Phone", 2)
    lines: Field[int | None] = field("Lines", read_only=True)
    city: Field[str] = field("order_customer::City", read_only=True)
    items: Portal[Item] = portal("Items")
    notes: Portal[Note] = portal("order_notes")


# -- as a whole ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draft", [DRAFT, WITHOUT_RECORDS], ids=["with records", "without"])
def test_the_draft_is_a_schema_and_its_text_reads_as_such(draft: Draft) -> None:
    assert load_schema(draft.schema).name == "Office"
    assert tomllib.loads(draft.toml()) == draft.schema
    assert (
        draft.toml()
        == draft_from_metadata(replace(OFFICE, records=OFFICE.records if draft is DRAFT else {})).toml()
    )


def test_models_of_the_real_file_work_on_it() -> None:
    with Database.embedded(DRAFT.schema) as db:
        order = db.get(Order, number=104)
        assert (order.customer, order.placed, order.pickup) == (
            "Fjord Bakery",
            date(2026, 11, 22),
            time(10, 30),
        )
        assert (list(order.phones), order.lines, order.city) == (["", "+47 55 00 00 00"], 2, "Bergen")
        assert [(one.item, one.price) for one in order.items] == [("Rye", Decimal("1.5")), ("Oat", None)]
        order.items.append(Item(item="Spelt"))
        order.notes.append(Note(text="early"))
        db.save(order)
        db.reload(order)
        assert [one.item for one in order.items] == ["Rye", "Oat", "Spelt"]
        made = db.create(Order(customer="new"), reload=True)
        assert made.number == 105, "the serial goes on after the sample rows"


def test_the_server_of_the_draft_tells_the_same() -> None:
    with RawDatabase.embedded(DRAFT.schema) as db:
        told = db.raw_metadata("orders")
    for portal_, fields in (*ORDER["portalMetaData"].items(), ("", ORDER["fieldMetaData"])):
        answered = told["portalMetaData"][portal_] if portal_ else told["fieldMetaData"]
        for one, answer in zip(fields, answered, strict=True):
            for member in ("name", "result", "global", "maxRepeat", "repetitionEnd"):
                assert answer[member] == one[member], (one["name"], member)


def test_replies_are_saved_and_read_again(tmp_path: Path) -> None:
    OFFICE.save(tmp_path / "kept")
    assert Metadata.load(tmp_path / "kept") == OFFICE
    assert draft_from_metadata(tmp_path / "kept").toml() == DRAFT.toml()
    assert draft_from_metadata(str(tmp_path / "kept")).toml() == DRAFT.toml()


def test_names_that_no_file_could_have_are_saved_and_digits_too(tmp_path: Path) -> None:
    name = "a/b:\\☃" * 40
    record = told_record(1, {"N": Decimal("12345678901234567890.5")})
    records = {name: told_records(name, "t", record)}
    Metadata("x", {}, {name: told_layout("N")}, records).save(tmp_path)
    loaded = Metadata.load(tmp_path)
    assert list(loaded.metadata) == [name]
    assert loaded.records[name]["data"][0]["fieldData"] == {"N": "12345678901234567890.5"}


@pytest.mark.parametrize("text", ["{", "[]", '{"database": "x"}', '{"database": 1, "response": {}}'])
def test_a_folder_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "layouts.json").write_text(text)
    with pytest.raises(ValueError, match=r"layouts\.json"):
        draft_from_metadata(tmp_path)


def test_nothing_to_draft_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one layout"):
        draft_from_metadata(Metadata("x"))
    with pytest.raises(OSError, match="nowhere"):
        draft_from_metadata(tmp_path / "nowhere")


# -- fields --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ("text", "text"),
        ("number", "number"),
        ("date", "date"),
        ("time", "time"),
        ("timeStamp", "timestamp"),
        ("container", "container"),
        ("unheard of", "text"),
    ],
)
def test_each_result_is_a_type(result: str, kind: str) -> None:
    draft = of_one(told_field("F", result))
    assert part(draft, "tables", "layout", "fields", "F") == kind
    assert ("unheard of" in todo(draft, "tables", "layout", "fields", "F")) == (result == "unheard of")


def test_options_become_settings() -> None:
    draft = of_one(
        told_field("A", notEmpty=True, numeric=True),
        told_field("B", maxCharacters=20, fourDigitYear=True, timeOfDay=True),
        told_field("C", maxRepeat=3),
        told_field("D", "text", **{"global": True}),
        told_field("E", "container", notEmpty=True, numeric=True, maxCharacters=3),
    )
    assert part(draft, "tables", "layout", "fields") == {
        "A": {"type": "text", "required": True, "numeric": True},
        "B": {"type": "text", "four_digit_year": True, "time_of_day": True, "max_length": 20},
        "C": {"type": "text", "repetitions": 3},
        "D": {"type": "text", "global": True},
        "E": "container",
    }


def test_formulas_are_left_to_people() -> None:
    fields = part(WITHOUT_RECORDS, "tables", "orders", "fields")
    assert fields["Lines"] == fields["All"] == {"type": "number", "modifiable": False}
    assert "its result is a number" in todo(WITHOUT_RECORDS, "tables", "orders", "fields", "Lines")
    assert "summary" in todo(WITHOUT_RECORDS, "tables", "orders", "fields", "All")


def test_how_a_field_is_auto_entered_is_guessed_only_where_it_must_be() -> None:
    fields = part(DRAFT, "tables", "order", "fields")
    assert fields["OrderID"] == {"type": "number", "required": True, "auto_enter": "serial"}
    assert fields["Changed"] == "timestamp"
    assert "is a guess" in todo(DRAFT, "tables", "order", "fields", "OrderID")
    assert "say how" in todo(DRAFT, "tables", "order", "fields", "Changed")


def test_a_field_of_two_kinds_is_marked() -> None:
    draft = of_one("F", portals={"p": [told_field("p::G"), told_field("p::G", "number")]})
    assert "told to be a number field as well" in todo(draft, "tables", "p", "fields", "G")


# -- occurrences ---------------------------------------------------------------------------------------------


def test_records_tell_the_table_occurrence_and_without_them_it_is_a_guess() -> None:
    assert part(DRAFT, "layouts", "orders", "occurrence") == "order"
    assert part(DRAFT, "layouts", "articles", "occurrence") == "article"
    assert not todo(DRAFT, "layouts", "orders")
    assert part(WITHOUT_RECORDS, "layouts", "orders", "occurrence") == "orders"
    assert "is a guess" in todo(WITHOUT_RECORDS, "layouts", "orders")


def test_a_list_of_layouts_that_tells_tables_is_believed() -> None:
    names = {"layouts": [{"name": "articles", "table": "article"}]}
    draft = draft_from_metadata(Metadata("x", names, {"articles": ARTICLES}))
    assert part(draft, "layouts", "articles", "occurrence") == "article"


def test_layouts_of_one_occurrence_share_a_table() -> None:
    records = {one: told_records(one, "article") for one in ("a", "b")}
    draft = draft_from_metadata(Metadata("x", {}, {"a": told_layout("A"), "b": told_layout("B")}, records))
    assert part(draft, "tables") == {"article": {"fields": {"A": "text", "B": "text"}}}


def test_base_tables_can_be_told() -> None:
    draft = draft_from_metadata(OFFICE, tables={"line_article": "Article", "article": "Article"})
    assert part(draft, "occurrences", "line_article") == part(draft, "occurrences", "article") == "Article"
    assert list(part(draft, "tables", "Article", "fields"))[:1] == ["Price"]
    load_schema(draft.schema)


def test_the_base_table_of_a_layout_can_be_told() -> None:
    draft = draft_from_metadata(OFFICE, tables={"orders": "Order"})
    assert part(draft, "occurrences", "order") == "Order"


def test_a_table_of_an_occurrence_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no table occurrence 'artcle'.*did you mean 'article'"):
        draft_from_metadata(OFFICE, tables={"artcle": "Article"})


def test_a_portal_with_an_object_name_shows_the_occurrence_of_its_fields() -> None:
    assert part(DRAFT, "layouts", "orders", "portals", "Items", "occurrence") == "order_lines"
    assert "occurrence" not in part(DRAFT, "layouts", "orders", "portals", "order_notes")


def test_what_records_tell_of_a_portal_goes_before() -> None:
    record = told_record(1, {"F": "x"}, p=[])
    record["portalDataInfo"] = [{"portalObjectName": "p", "database": "x", "table": "near", "foundCount": 0}]
    draft = of_one("F", portals={"p": [told_field("far::G")]}, records=[record])
    assert part(draft, "layouts", "layout", "portals", "p") == {"occurrence": "near", "fields": ["far::G"]}
    load_schema(draft.schema)


def test_a_portal_on_the_layouts_own_occurrence_is_left_out_and_told() -> None:
    draft = of_one("F", portals={"same": [told_field("t::F")]}, records=[told_record(1, {"F": "x"}, same=[])])
    assert "portals" not in part(draft, "layouts", "layout")
    assert "'same' was left out: its table occurrence is the layout's own" in todo(draft, "layouts", "layout")


def test_a_layout_without_fields_can_be_served() -> None:
    assert load_schema(of_one().schema).layouts["layout"].fields == ()


# -- sample rows ---------------------------------------------------------------------------------------------


def test_records_become_rows_in_the_order_of_their_ids() -> None:
    rows = part(DRAFT, "rows", "order")
    assert [row["OrderID"] for row in rows] == [102, 104]
    assert [row["Item"] for row in part(DRAFT, "rows", "order_lines")] == ["Rye", "Oat", "Rye"]
    assert "Scan" not in rows[1]
    assert "Year" not in rows[1]
    assert "files are not taken along" in todo(DRAFT, "tables", "order", "fields", "Scan")


def test_rows_of_several_layouts_of_a_table_are_put_together() -> None:
    replies = {
        "a": told_records(
            "a", "t", told_record(1, {"A": "x", "B": ""}), told_record(2, {"A": "y", "B": "z"})
        ),
        "b": told_records("b", "t", told_record(3, {"C": "w"}), told_record(1, {"C": "v"})),
    }
    layouts = {"a": told_layout("A", "B"), "b": told_layout("C")}
    assert part(draft_from_metadata(Metadata("x", {}, layouts, replies)), "rows", "t") == [
        {"A": "x", "C": "v"},
        {"A": "y", "B": "z"},
        {"C": "w"},
    ]


def test_values_that_do_not_fit_are_left_out_and_options_that_they_do_not_meet_are_told() -> None:
    fields = part(DRAFT, "tables", "order", "fields")
    assert "Placed" not in part(DRAFT, "rows", "order")[0]
    assert "are no date were left out" in todo(DRAFT, "tables", "order", "fields", "Placed")
    assert fields["Paid"] == "number"
    assert "numeric = true, but" in todo(DRAFT, "tables", "order", "fields", "Paid")
    assert fields["Customer"] == {"type": "text", "required": True}


@pytest.mark.parametrize(
    ("told", "value", "option"),
    [
        (told_field("F", notEmpty=True), "", "required"),
        (told_field("F", maxCharacters=2), "abc", "max_length"),
        (told_field("F", "time", timeOfDay=True), "25:00:00", "time_of_day"),
        (told_field("F", "number", numeric=True), "1 or 2", "numeric"),
    ],
)
def test_an_option_that_a_record_does_not_meet_is_left_out(told: Any, value: str, option: str) -> None:
    draft = of_one(told, "G", records=[told_record(1, {"F": value, "G": "x"})])
    assert part(draft, "tables", "t", "fields", "F") == told["result"]
    assert option in todo(draft, "tables", "t", "fields", "F")
    with Database.embedded(draft.schema):
        pass


def test_related_records_without_ids_become_rows_too_but_not_twice() -> None:
    assert [row["City"] for row in part(DRAFT, "rows", "order_customer")] == ["Bergen"]
    assert [row["Price"] for row in part(DRAFT, "rows", "line_article")] == [1.5, 1.5]
    both = of_one(
        told_field("p::A"),
        portals={"p": ["p::A"]},
        records=[told_record(1, {"p::A": "x"}, p=[{"recordId": "5", "p::A": "x"}])],
    )
    assert [row["A"] for row in part(both, "rows", "p")] == ["x"]


def test_what_several_layouts_tell_of_a_related_record_is_put_together() -> None:
    layouts = {"a": told_layout("far::A"), "b": told_layout("far::B")}
    replies = {
        "a": told_records("a", "t", told_record(1, {"far::A": "x"})),
        "b": told_records("b", "t", told_record(1, {"far::B": "y"})),
    }
    (row,) = part(draft_from_metadata(Metadata("x", {}, layouts, replies)), "rows", "far")
    assert (row["A"], row["B"]) == ("x", "y")


def test_a_portal_that_leads_back_finds_the_same_records() -> None:
    layouts = {
        "parent": told_layout("A", portals={"child": ["child::B"]}),
        "child": told_layout("B", "parent::A", portals={"parent": ["parent::A"]}),
    }
    back = told_record(7, {"B": "y", "parent::A": "x"}, parent=[{"recordId": "1", "parent::A": "x"}])
    there = told_record(1, {"A": "x"}, child=[{"recordId": "7", "child::B": "y"}])
    replies = {
        "parent": told_records("parent", "parent", there),
        "child": told_records("child", "child", back),
    }
    draft = draft_from_metadata(Metadata("x", {}, layouts, replies))
    assert len(part(draft, "relationships")) == 1
    assert [len(rows) for rows in part(draft, "rows").values()] == [1, 1]
    with RawDatabase.embedded(draft.schema) as db:
        (record,) = db.raw_records("child", limit=9, portals=["parent"])["data"]
    assert record["fieldData"] == {"B": "y", "parent::A": "x"}
    assert record["portalData"]["parent"][0]["parent::A"] == "x"


def test_a_row_in_two_portals_is_told() -> None:
    row = {"recordId": "5", "p::A": "x"}
    draft = of_one(
        "F", portals={"p": ["p::A"]}, records=[told_record(n, {"F": "x"}, p=[row]) for n in (1, 2)]
    )
    assert "in the portals of several records" in todo(draft, "rows", "p")
    assert "several records" in draft.toml()


def test_match_fields_that_the_rows_suggest_are_told() -> None:
    text = DRAFT.toml()
    assert "TODO: perhaps order::OrderID = order_lines::OrderID: these agree in the sample rows." in text
    assert "perhaps" not in WITHOUT_RECORDS.toml()


@pytest.mark.parametrize(("city", "is_same"), [("Oslo", True), ("Bergen", False)])
def test_tables_that_may_be_one_are_told(city: str, is_same: bool) -> None:
    rows = [{"recordId": str(n), "p::City": name} for n, name in enumerate(("Bergen", "Voss", "Oslo"), 1)]
    records = [told_record(n, {"City": name}) for n, name in enumerate(("Bergen", "Voss", city), 1)]
    layouts = {"a": told_layout("F", portals={"p": ["p::City"]}), "b": told_layout("City")}
    replies = {
        "a": told_records("a", "a", told_record(1, {"F": "x"}, p=rows)),
        "b": told_records("b", "b", *records),
    }
    draft = draft_from_metadata(Metadata("x", {}, layouts, replies))
    assert ("the same base table as 'p'" in todo(draft, "tables", "b", "fields")) == is_same
    told = draft_from_metadata(Metadata("x", {}, layouts, replies), tables={"p": "City", "b": "City"})
    assert len(part(told, "rows", "City")) == 3
    assert not todo(told, "tables", "City", "fields")


def test_numbers_keep_their_digits_and_repetitions_their_places() -> None:
    record = told_record(
        1, {"N": 2**70, "D": Decimal("1.10"), "I": 12, "T": "0012", "R(2)": "b", "R(3)": "c"}
    )
    numbers = [told_field(name, "number") for name in "NDI"]
    repeated = told_field("R", maxRepeat=4, repetitionStart=2, repetitionEnd=3)
    draft = of_one(*numbers, "T", repeated, records=[record])
    (row,) = part(draft, "rows", "t")
    assert row == {"N": str(2**70), "D": "1.10", "I": 12, "T": "0012", "R": ["", "b", "c"]}
    assert json.loads(json.dumps(row)) == row


def test_names_in_folders_are_found_and_separators_are_none() -> None:
    from fmorm.drafting.replies import layout_names

    names = told_names("a", "-", ("Folder", ["b", "-", ("Inner", ["c"])]), "a")
    assert layout_names(names) == ["a", "b", "c"]


def test_records_of_a_layout_without_metadata_are_no_trouble() -> None:
    draft = draft_from_metadata(Metadata("x", {}, {"articles": ARTICLES}, {"orders": ORDER_RECORDS}))
    assert list(part(draft, "tables")) == ["articles"]


def test_names_that_no_schema_can_have_are_left_out_and_told() -> None:
    draft = of_one(
        "Price (2)", "a::b::F (3)", "Terms and Conditions::F", portals={"x (1)": ["x (1)::F"], "y": ["y::F"]}
    )
    fields = part(draft, "layouts", "layout", "fields")
    assert fields == ["<Field Missing>", "<Field Missing>", "Terms and Conditions::F"]
    assert "'Price (2)' was left out" in todo(draft, "layouts", "layout", "fields", 0)
    assert "portal 'x (1)'" in todo(draft, "layouts", "layout")
    assert list(part(draft, "layouts", "layout", "portals")) == ["y"]


def test_a_join_of_names_with_and_loads() -> None:
    draft = of_one("Terms and Conditions::F", portals={"a and b": ["a and b::F"]})
    assert len(load_schema(draft.schema).steps["layout"]) == 2


def test_replies_are_saved_in_place_of_others(tmp_path: Path) -> None:
    OFFICE.save(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    other = Metadata("x", {}, {"articles": ARTICLES})
    other.save(tmp_path)
    assert Metadata.load(tmp_path) == other
    assert (tmp_path / "mine.txt").exists()


BAD_REPLIES: list[tuple[Any, Any, Any, str]] = [
    ({"layouts": [{"table": ""}]}, {}, {}, "the list of layouts"),
    ({"layouts": "a"}, {}, {}, "the list of layouts"),
    ({"layouts": [{"name": "f", "folderLayoutNames": [1]}]}, {}, {}, "the list of layouts"),
    ({}, {"fieldMetaData": [{}]}, {}, "the metadata of layout 'l'"),
    ({}, {"fieldMetaData": [{"name": "F", "maxRepeat": "2"}]}, {}, "the metadata of layout 'l'"),
    ({}, {"portalMetaData": []}, {}, "the metadata of layout 'l'"),
    ({}, {"valueLists": [{"name": "L", "values": ["x"]}]}, {}, "the metadata of layout 'l'"),
    ({}, {}, {"data": [{"fieldData": {}}]}, "the records of layout 'l'"),
    ({}, {}, {"data": [{"fieldData": {}, "recordId": "x"}]}, "the records of layout 'l'"),
    (
        {},
        {},
        {"data": [{"fieldData": {}, "recordId": "1", "portalData": {"p": [{}]}}]},
        "the records of layout 'l'",
    ),
]


@pytest.mark.parametrize(("layouts", "metadata", "records", "said"), BAD_REPLIES)
def test_replies_of_something_else_are_refused(layouts: Any, metadata: Any, records: Any, said: str) -> None:
    with pytest.raises(ValueError, match=f"{said} (is|are) none of the Data API's"):
        Metadata("x", layouts, {"l": metadata}, {"l": records})
