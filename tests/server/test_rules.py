"""What FileMaker does with records by itself: auto-enter, lookups, calculations, summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from server.client import Client

from fmorm.server import App, SchemaError, load_schema

HERE = Path(__file__).parent

Layout = Callable[[str], Client]


@pytest.fixture
def on(shop: App) -> Layout:
    """Give a client on a layout; all of them are one session."""
    first = Client(shop, layout="invoice")

    def client(layout: str) -> Client:
        other = Client(shop, layout=layout)
        other.token = first.token
        return other

    return client


@pytest.fixture
def invoices(on: Layout) -> Client:
    return on("invoice")


def test_a_serial_number_has_a_start_a_step_and_a_prefix(on: Layout) -> None:
    customers = on("customer")
    assert [customers.fields(customers.create())["ID"] for _ in range(3)] == ["C100", "C110", "C120"]


def test_a_lookup_copies_when_its_match_field_is_set(on: Layout, invoices: Client) -> None:
    on("customer").create({"Name": "Agnes"})
    on("customer").create({"Name": "Bo"})
    record = invoices.create({"CustomerID": "C100"})
    assert invoices.fields(record)["CustomerName"] == "Agnes"
    invoices.edit(record, fieldData={"CustomerID": "C110"})
    assert invoices.fields(record)["CustomerName"] == "Bo"
    invoices.edit(record, fieldData={"Note": "x"})
    assert invoices.fields(record)["CustomerName"] == "Bo"
    invoices.edit(record, fieldData={"CustomerID": "C999"})
    assert invoices.fields(record)["CustomerName"] == "nobody", "nothing is related, so it is the other text"


def test_a_lookup_does_not_follow_the_field_that_it_has_copied(on: Layout, invoices: Client) -> None:
    customer = on("customer").create({"Name": "Agnes"})
    record = invoices.create({"CustomerID": "C100"})
    on("customer").edit(customer, fieldData={"Name": "Agnes Moe"})
    assert invoices.fields(record)["CustomerName"] == "Agnes"


def test_what_is_given_is_not_looked_up(invoices: Client) -> None:
    assert invoices.fields(invoices.create({"CustomerName": "me"}))["CustomerName"] == "me"


def test_an_entered_calculation_keeps_or_replaces_what_is_there(invoices: Client) -> None:
    record = invoices.create({"Issued": "11/22/2026"})
    assert [invoices.fields(record)[name] for name in ("Due", "Weekday")] == ["12/22/2026", "Sunday"]
    invoices.edit(record, fieldData={"Issued": "11/23/2026"})
    assert [invoices.fields(record)[name] for name in ("Due", "Weekday")] == ["12/22/2026", "Monday"]
    invoices.edit(record, fieldData={"Due": "", "Weekday": "payday"})
    assert [invoices.fields(record)[name] for name in ("Due", "Weekday")] == ["", "payday"]
    invoices.edit(record, fieldData={"Issued": "11/24/2026"})
    assert [invoices.fields(record)[name] for name in ("Due", "Weekday")] == ["12/24/2026", "Tuesday"]


def test_a_calculated_field_follows_its_record(invoices: Client) -> None:
    record = invoices.create({"CustomerName": "Bo"})
    assert [invoices.fields(record)[name] for name in ("Label", "Shout")] == ["#1 Bo", "#1 BO"]
    assert invoices.edit(record, fieldData={"CustomerName": "Åse"}).response == {"modId": "1"}
    assert [invoices.fields(record)[name] for name in ("Label", "Shout")] == ["#1 Åse", "#1 ÅSE"]


def test_calculated_fields_are_found_and_sorted(invoices: Client) -> None:
    for name in ("Bo", "Åse", "Cy"):
        invoices.create({"CustomerName": name})
    assert invoices.find({"Shout": "==\\#2 ÅSE"}).column("Number") == [2]
    shouts = invoices.call("GET", "records", _sort=[{"fieldName": "Shout", "sortOrder": "descend"}])
    assert shouts.column("Number") == [3, 2, 1]


def test_a_calculated_field_cannot_be_set(invoices: Client) -> None:
    record = invoices.create()
    for name in ("Label", "Total"):
        assert invoices.edit(record, fieldData={name: "1"}).code == 201
        options = {"prohibitmode": "script", "entrymode": "script"}
        assert invoices.edit(record, fieldData={name: "1"}, options=options).code == 201


def test_a_calculation_over_related_records_is_always_of_today(on: Layout, invoices: Client) -> None:
    record = invoices.create({"Discount": "10"}, portalData={"all": [{"lines::Item": "oven"}]})
    assert [invoices.fields(record)[name] for name in ("Total", "Net")] == [250, 240]
    row = invoices.get(record).record["portalData"]["all"][0]
    on("line").edit(row["recordId"], fieldData={"Item": "bread"})
    assert [invoices.fields(record)[name] for name in ("Total", "Net")] == [3.5, -6.5]


def test_a_price_is_looked_up_in_another_file(invoices: Client) -> None:
    rows = [{"lines::Item": "bread", "lines::Quantity": "3"}, {"lines::Item": "cake"}]
    record = invoices.get(invoices.create(portalData={"all": rows})).record
    shown = [
        (row["lines::Price"], row["lines::Amount"], row["product::Price"])
        for row in record["portalData"]["all"]
    ]
    assert shown == [("", 0, ""), (3.5, 10.5, 3.5)], (
        "cake comes before bread in a relationship sorted downwards"
    )


def test_a_formula_of_nothing_but_empty_fields_is_not_evaluated(on: Layout, invoices: Client) -> None:
    record = invoices.create({"Discount": ""})
    assert [invoices.fields(record)[name] for name in ("Total", "Net")] == ["", ""]
    assert on("line").fields(on("line").create({"Quantity": ""}))["Amount"] == ""
    assert on("line").fields(on("line").create())["Amount"] == 0, "the quantity is 1"


def test_a_formula_that_calls_what_there_is_not_names_its_place() -> None:
    total = {"type": "number", "calculation": "Lenght ( A )"}
    tables = {"T": {"fields": {"A": "text", "Total": total}}}
    schema = load_schema({"database": {"name": "x"}, "tables": tables})
    wanted = 'tables.T.fields.Total.calculation: there is no function Lenght; did you mean "?Length'
    with pytest.raises(SchemaError, match=wanted):
        App(schema)


def test_a_formula_that_has_changed_is_evaluated_for_all_records(tmp_path: Path) -> None:
    def opened(formula: str | None) -> App:
        fields: dict[str, Any] = {"Name": "text"}
        if formula:
            fields["Short"] = {"type": "text", "calculation": formula}
        layouts = {"T": {"fields": list(fields)}}
        schema = {"database": {"name": "x"}, "tables": {"T": {"fields": fields}}, "layouts": layouts}
        return App(load_schema(schema), data=str(tmp_path / "x.sqlite3"))

    app = opened(None)
    Client(app, "Admin", "", layout="T").create({"Name": "agnes"})
    app.close()
    for formula, result in (
        ("Left ( Name ; 1 )", "a"),
        ("Upper ( Name )", "AGNES"),
        ("Get ( FileName )", "x"),
    ):
        app = opened(formula)
        client = Client(app, "Admin", "", layout="T")
        assert client.find({"Short": f"=={result}"}).column("Short") == [result]
        assert client.find({"Name": "agnes"}).records[0]["modId"] == "0", "nobody has changed the record"
        app.close()


def test_self_is_the_field_that_is_entered() -> None:
    name = {"type": "text", "auto_enter": {"calculation": "Upper ( Self )", "replace": True}}
    tables = {"T": {"fields": {"Name": name}}}
    app = App(
        load_schema({"database": {"name": "x"}, "tables": tables, "layouts": {"T": {"fields": ["Name"]}}})
    )
    client = Client(app, "Admin", "", layout="T")
    record = client.create({"Name": "agnes"})
    assert client.fields(record) == {"Name": "AGNES"}
    app.close()


def test_a_result_that_there_is_not_is_a_question_mark(invoices: Client) -> None:
    assert invoices.fields(invoices.create())["Broken"] == "?"


def test_a_result_has_as_many_repetitions_as_its_field(on: Layout) -> None:
    marks = on("marks")
    shown = marks.fields(marks.create({"Marks(1)": "5", "Marks(2)": "7"}))
    assert shown == {"Marks(1)": 5, "Marks(2)": 7, "Doubled(1)": 10, "Doubled(2)": 14}


def test_a_global_field_is_seen_by_formulas(on: Layout, invoices: Client) -> None:
    record = invoices.create()
    assert [invoices.fields(record)[name] for name in ("Rate", "Rated")] == [2, 2]
    path = "/databases/shop/globals"
    assert invoices.call("PATCH", path, {"globalFields": {"Invoice::Rate": "10"}}).response == {}
    assert [invoices.fields(record)[name] for name in ("Rate", "Rated")] == [10, 10]


def test_the_first_related_record_is_that_of_the_sorted_relationship(invoices: Client) -> None:
    record = invoices.create(portalData={"all": [{"lines::Item": "bread"}, {"lines::Item": "oven"}]})
    assert invoices.fields(record)["lines::Item"] == "oven"


def test_a_portal_shows_what_its_filter_lets_through(invoices: Client) -> None:
    rows = [
        {"lines::Item": "oven"},
        {"lines::Item": "bread"},
        {"lines::Item": "oven", "lines::Quantity": "2"},
    ]
    shown = invoices.get(invoices.create(portalData={"all": rows})).record
    assert [row["lines::AmountSum"] for row in shown["portalData"]["dear"]] == [750, 750]
    counts = {one["portalObjectName"]: one["foundCount"] for one in shown["portalDataInfo"]}
    assert counts == {"all": 3, "dear": 2}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([{"Number": "*"}], {"Count": 3, "Numbers": "1\r2\r3", "Highest": 30, "Mean": 20, "Sum": 250}),
        ([{"Discount": "<30"}], {"Count": 2, "Numbers": "1\r2", "Highest": 20, "Mean": 15, "Sum": 250}),
    ],
)
def test_a_summary_is_of_the_found_set(
    on: Layout, invoices: Client, query: list[Any], expected: dict[str, Any]
) -> None:
    invoices.create({"Discount": "10"}, portalData={"all": [{"lines::Item": "oven"}]})
    invoices.create({"Discount": "20"})
    invoices.create({"Discount": "30"})
    found = on("summary").find(*query, limit=1).records[0]["fieldData"]
    assert {name: found[name] for name in expected} == expected


def test_the_summary_of_one_record_is_of_that_record(on: Layout, invoices: Client) -> None:
    invoices.create({"Discount": "10"})
    record = invoices.create({"Discount": "20"})
    assert on("summary").fields(record)["Mean"] == 20


def test_the_summary_of_a_related_field_is_of_all_related_records(invoices: Client) -> None:
    rows = [{"lines::Item": "oven"}, {"lines::Item": "bread", "lines::Quantity": "2"}]
    record = invoices.create(portalData={"all": rows})
    assert invoices.fields(record)["lines::AmountSum"] == 257
    assert invoices.fields(invoices.create())["lines::AmountSum"] == ""


def test_duplicates_have_serial_numbers_and_results_of_their_own(invoices: Client) -> None:
    record = invoices.create({"CustomerName": "Bo", "Due": "01/01/2027"})
    copy = invoices.call("POST", f"records/{record}").response["recordId"]
    shown = invoices.fields(copy)
    assert [shown[name] for name in ("Number", "Label", "Due")] == [2, "#2 Bo", "01/01/2027"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Number": "1"}, 504),
        ({"Discount": "101"}, 503),
        ({"Discount": "100"}, 0),
        ({"Note": "x" * 11}, 511),
        ({"Issued": "1/2/26"}, 500),
        ({"Issued": "1/2/2026"}, 0),
        ({"Opens": "24:00:00"}, 501),
        ({"Opens": "23:59:59"}, 0),
        ({"Opens": "-1:00:00"}, 501),
        ({"Copy": "new"}, 505),
        ({"Checked": "5", "Discount": "7"}, 507),
        ({"Checked": "8", "Discount": "7"}, 0),
        ({"Status": "gone"}, 506),
        ({"Status": "open"}, 0),
        ({"Status": "open\rpaid"}, 0),
    ],
)
def test_validation_options(invoices: Client, fields: dict[str, str], code: int) -> None:
    first = invoices.create()
    answer = invoices.call("POST", "records", {"fieldData": fields})
    assert answer.code == code
    count = invoices.get(first).response["dataInfo"]["totalRecordCount"]
    assert count == (2 if code == 0 else 1), "a record that does not fit is not made"


def test_a_script_goes_past_validation_but_for_what_always_holds(invoices: Client) -> None:
    invoices.create()
    options = {"entrymode": "script"}
    body = {"fieldData": {"Discount": "101", "Note": "x" * 11, "Issued": "1/2/26"}, "options": options}
    assert invoices.call("POST", "records", body).code == 0
    assert invoices.call("POST", "records", {"fieldData": {"Number": "1"}, "options": options}).code == 504


def test_related_fields_are_written_by_number_as_in_old_releases(invoices: Client) -> None:
    record = invoices.create(portalData={"all": [{"lines::Item": "bread"}]})
    row = invoices.get(record).record["portalData"]["all"][0]["recordId"]
    fields = {f"lines::Item.{row}": "oven", "lines::Item.0": "bread", "lines::Quantity.0": "7"}
    assert invoices.edit(record, fieldData=fields).code == 0
    rows = invoices.get(record).record["portalData"]["all"]
    assert [(one["lines::Item"], one["lines::Quantity"]) for one in rows] == [("oven", 1), ("bread", 7)]
    assert invoices.edit(record, fieldData={"lines::Item.999": "x"}).code == 101


@pytest.fixture
def prices() -> Iterator[Client]:
    """Prices that hold for a product from an amount on: a relationship of two comparisons."""
    schema = {
        "database": {"name": "prices"},
        "tables": {
            "Order": {"fields": {"Item": "text", "Amount": "number", "Price": "number"}},
            "Price": {"fields": {"Item": "text", "From": "number", "Each": "number"}},
        },
        "occurrences": {"order": "Order", "price": "Price", "same": "Price"},
        "relationships": [
            {
                "join": "order::Item = price::Item and order::Amount >= price::From",
                "sort": {"price": ["-From"]},
                "cascade_delete": ["price"],
            },
            {"join": "order::Item = same::Item and order::Amount = same::From", "allow_creation": ["same"]},
        ],
        "layouts": {
            "order": {
                "fields": ["Item", "Amount", "price::Each"],
                "portals": {"price": {"fields": ["From", "Each"]}, "same": {"fields": ["From", "Each"]}},
            }
        },
        "rows": {
            "Price": [
                {"Item": "pen", "From": 1, "Each": 5},
                {"Item": "pen", "From": 10, "Each": 4},
                {"Item": "ink", "From": 1, "Each": 9},
            ]
        },
    }
    app = App(load_schema(schema))
    yield Client(app, "Admin", "", layout="order")
    app.close()


def test_a_relationship_of_several_comparisons(prices: Client) -> None:
    few, many = (prices.create({"Item": "Pen", "Amount": amount}) for amount in ("3", "12"))
    assert prices.fields(few)["price::Each"] == 5
    assert prices.fields(many)["price::Each"] == 4, "the relationship is sorted"
    assert [row["price::From"] for row in prices.get(many).record["portalData"]["price"]] == [10, 1]
    assert prices.find({"price::Each": "4"}).column("Amount") == [12]


def test_a_new_row_gets_the_values_of_all_match_fields(prices: Client) -> None:
    order = prices.create({"Item": "pen", "Amount": "7"}, portalData={"same": [{"same::Each": "3"}]})
    rows = prices.get(order).record["portalData"]
    assert [(row["same::From"], row["same::Each"]) for row in rows["same"]] == [(7, 3)]
    assert [row["price::Each"] for row in rows["price"]] == [3, 5]


def test_a_deletion_takes_along_what_all_comparisons_relate(prices: Client) -> None:
    order, other = (
        prices.create({"Item": "pen", "Amount": "3"}),
        prices.create({"Item": "pen", "Amount": "12"}),
    )
    assert prices.call("DELETE", f"records/{order}").response == {}
    assert [row["price::From"] for row in prices.get(other).record["portalData"]["price"]] == [10]


def test_a_long_chain_of_formulas_is_evaluated_once_each() -> None:
    """Each result needs the one before twice; without a memory that would be 2 to the 30th evaluations."""
    fields: dict[str, Any] = {"N0": "number", "G": {"type": "number", "global": True, "value": "1"}}
    fields |= {
        f"N{n}": {"type": "number", "calculation": f"N{n - 1} + N{n - 1} + G - G"} for n in range(1, 31)
    }
    schema = {
        "database": {"name": "x"},
        "tables": {"T": {"fields": fields}},
        "layouts": {"T": {"fields": ["N30"]}},
    }
    app = App(load_schema(schema | {"rows": {"T": [{"N0": 1}]}}))
    assert Client(app, "Admin", "", layout="T").call("GET", "records").column("N30") == [2**30]
    app.close()


def test_formulas_see_the_new_values_of_other_kept_results() -> None:
    fields = {
        "A": "number",
        "Twice": {"type": "number", "calculation": "A * 2"},
        "Note": {"type": "text", "auto_enter": {"calculation": '"=" & Twice', "replace": True}},
        "Four": {"type": "number", "calculation": "Twice * 2"},
    }
    schema = {
        "database": {"name": "x"},
        "tables": {"T": {"fields": fields}},
        "layouts": {"T": {"fields": list(fields)}},
    }
    app = App(load_schema(schema))
    client = Client(app, "Admin", "", layout="T")
    record = client.create({"A": "1"})
    client.edit(record, fieldData={"A": "5"})
    assert client.fields(record) == {"A": 5, "Twice": 10, "Note": "=10", "Four": 20}
    app.close()


def test_a_row_that_the_filter_hides_is_none_of_the_portal(invoices: Client) -> None:
    rows = [{"lines::Item": "oven"}, {"lines::Item": "bread"}]
    record = invoices.create(portalData={"all": rows})
    hidden = next(
        row["recordId"]
        for row in invoices.get(record).record["portalData"]["all"]
        if row["lines::Item"] == "bread"
    )
    change = {"recordId": hidden, "lines::Item": "cake"}
    assert invoices.edit(record, portalData={"dear": [change]}).code == 101
    assert invoices.edit(record, fieldData={"deleteRelated": f"dear.{hidden}"}).code == 101
    assert invoices.edit(record, portalData={"all": [change]}).code == 0
