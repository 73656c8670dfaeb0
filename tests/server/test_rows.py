from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server.client import Client

from fmorm.server import App, RowError, load_schema
from fmorm.server.row_files import from_csv, from_json, to_csv, to_json, to_json_of_tables

SCHEMA = load_schema(
    {
        "database": {"name": "people"},
        "accounts": {"api": {"password": "secret"}},
        "tables": {
            "Person": {
                "fields": {
                    "Number": {"type": "number", "auto_enter": "serial"},
                    "Name": {"type": "text", "required": True, "unique": True},
                    "Kind": {"type": "text", "auto_enter": {"value": "new"}},
                    "Phone": {"type": "text", "repetitions": 3},
                    "Size": "number",
                    "Born": "date",
                    "Run": "time",
                    "Seen": "timestamp",
                    "Photo": "container",
                    "Setting": {"type": "text", "global": True},
                }
            },
            "Pages": {"fields": {"Title": "text", "Scans": {"type": "container", "repetitions": 2}}},
        },
        "layouts": {
            "person": {
                "occurrence": "Person",
                "fields": ["Number", "Name", "Kind", "Phone", "Size", "Born", "Run", "Seen", "Photo"],
            }
        },
    }
)
PERSON = SCHEMA.tables["Person"]
HELLO = {"name": "hello.txt", "type": "text/plain", "base64": base64.b64encode(b"hello").decode()}


@pytest.fixture
def app() -> Iterator[App]:
    app = App(SCHEMA)
    yield app
    app.close()


def test_rows_come_as_they_were_entered_by_clients(app: App) -> None:
    client = Client(app)
    record = client.create({"Name": 'a "b"\r', "Phone(2)": "7", "Size": "1.50", "Born": "2/3/2004"})
    client.edit(record, fieldData={"Seen": "12/31/1999 23:59:59", "Run": "-1:02"})
    assert app.dump_rows("Person") == [
        {
            "::id": 1,
            "::mod": 1,
            "Number": "1",
            "Name": 'a "b"\r',
            "Kind": "new",
            "Phone": ["", "7", ""],
            "Size": "1.50",
            "Born": "2004-02-03",
            "Run": "-01:02:00",
            "Seen": "1999-12-31 23:59:59",
            "Photo": "",
        }
    ]


def test_what_is_loaded_is_there_for_clients(app: App) -> None:
    row = {
        "name": "Agnes",
        "phone(3)": "5",
        "Born": "2004-02-03",
        "Size": Decimal("1.50"),
        "Run": time(7, 32),
    }
    assert app.load_rows("Person", [row, {"Name": "Tilda", "Born": date(2005, 1, 2), "Kind": ""}]) == 2
    client = Client(app)
    assert client.find({"Size": "1.5"}).column("Name") == ["Agnes"]
    first, second = client.fields("1"), client.fields("2")
    assert (first["Born"], first["Phone(3)"], first["Run"], first["Kind"]) == (
        "02/03/2004",
        "5",
        "07:32:00",
        "new",
    )
    assert (second["Born"], second["Kind"], second["Number"]) == ("01/02/2005", "", 2)


def test_a_file_goes_into_a_container_and_comes_out_again(app: App) -> None:
    app.load_rows("Pages", [{"Title": "a", "Scans": [HELLO]}, {"Scans(2)": HELLO}, {"Scans": ""}])
    assert [row["Scans"] for row in app.dump_rows("Pages")] == [[HELLO, ""], ["", HELLO], ["", ""]]


def test_an_id_is_kept_where_nobody_has_it_and_no_id_comes_twice(app: App) -> None:
    app.load_rows("Person", [{"::id": 7, "::mod": "3"}, {"::id": "7", "::mod": 3}, {"::id": ""}, {"::id": 2}])
    assert [(row["::id"], row["::mod"]) for row in app.dump_rows("Person")] == [
        (2, 0),
        (7, 3),
        (8, 0),
        (9, 0),
    ]
    client = Client(app)
    client.call("DELETE", "records/9")
    assert client.create({"Name": "after"}) == "10"


def test_rows_replace_what_was_there(app: App) -> None:
    app.load_rows("Person", [{"Name": "old", "Photo": HELLO}])
    app.load_rows("Pages", [{"Title": "stays"}])
    before = app.dump_rows("Person")
    assert app.load_rows("Person", before, replace=True) == 1
    assert app.dump_rows("Person") == before
    assert app.load_rows("Person", [], replace=True) == 0
    assert app.dump_rows("Person") == []
    assert len(app.dump_rows("Pages")) == 1
    assert app._engine.store.ids('SELECT count(*) FROM "::files"') == [0]  # pyright: ignore[reportPrivateUsage]  # files left behind show nowhere else


def test_serial_numbers_go_on_after_the_highest(app: App) -> None:
    app.load_rows("Person", [{"Number": "41"}, {"Number": 7}, {"Number": "none"}])
    app.load_rows("Person", [{}])
    assert [row["Number"] for row in app.dump_rows("Person")] == ["41", "7", "none", "42"]
    app.load_rows("Person", [{"Number": "9" * 40}])
    assert Client(app).fields(Client(app).create({"Name": "x"}))["Number"] == 10**18


def test_loading_is_an_import_which_is_not_validated(app: App) -> None:
    app.load_rows("Person", [{"Name": "same"}, {"Name": "same"}, {"Name": ""}])
    assert len(app.dump_rows("Person")) == 3


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"Nmae": "x"}, 'Person, row 2, Nmae: no field "Nmae"; did you mean "Name"?'),
        ({"Setting": "x"}, 'Person, row 2, Setting: no field "Setting"'),
        ({"Phone(4)": "x"}, 'Person, row 2, Phone(4): no field "Phone(4)"; did you mean "Phone"?'),
        ({"Phone": ["1", "2", "3", "4"]}, "Person, row 2, Phone: there are 4 values for 3 repetition(s)"),
        ({"Name": ["1", "2"]}, "Person, row 2, Name: there are 2 values for 1 repetition(s)"),
        ({"Phone": "x", "phone(1)": "y"}, "Person, row 2, phone(1): the field is there twice"),
        (
            {"Born": "2/3/2004"},
            "Person, row 2, Born: Date value does not meet validation entry options ('2/3/2004')",
        ),
        ({"Run": "25"}, "Person, row 2, Run: Time value does not meet validation entry options ('25')"),
        ({"Name": "a\0"}, "Person, row 2, Name: a text cannot hold the character NUL"),
        ({"Name": "\ud800"}, "Person, row 2, Name: half a character (a lone surrogate) is no text"),
        ({"Name": True}, "Person, row 2, Name: expected a text (True)"),
        ({"Name": {}}, "Person, row 2, Name: expected a text ({})"),
        ({"Photo": "x"}, 'Person, row 2, Photo: expected a file: {"name": …, "type": …, "base64": …}'),
        ({"Photo": {"name": "x", "bas64": ""}}, "Person, row 2, Photo: expected a file"),
        ({"Photo": {"type": "text/plain", "base64": ""}}, "Person, row 2, Photo: the file has no name"),
        (
            {"Photo": {"name": "x", "base64": "?"}},
            "Person, row 2, Photo: the content of the file is no base64",
        ),
        ({"::id": 0}, "Person, row 2, ::id: expected a whole number of 1 or more ('0')"),
        ({"::id": "9" * 19}, "Person, row 2, ::id: expected a whole number"),
        ({"::id": 5, "::mod": "-1"}, "Person, row 2, ::mod: expected a whole number of 0 or more ('-1')"),
    ],
)
def test_where_one_row_does_not_fit_none_is_loaded(app: App, row: dict[str, Any], message: str) -> None:
    app.load_rows("Person", [{"Name": "there"}])
    before = app.dump_rows("Person")
    with pytest.raises(RowError) as raised:
        app.load_tables({"Pages": [{"Title": "x"}], "Person": [{"Name": "first"}, row]}, replace=True)
    assert str(raised.value).startswith(message)
    assert app.dump_rows("Person") == before
    assert app.dump_rows("Pages") == []


def test_a_table_that_is_not_there_is_told(app: App) -> None:
    for attempt in (lambda: app.dump_rows("Persn"), lambda: app.load_rows("Persn", [])):
        with pytest.raises(RowError, match=r'no table "Persn"; did you mean "Person"\?'):
            attempt()


CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(CHARACTERS, max_size=8) | st.text(",;\"'\r\n\t \ufeff\\=0", max_size=8)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).map(str) | st.from_regex(
    r"[+-]?0*\d{1,50}\.?\d*", fullmatch=True
)
DATES = st.dates(max_value=date(4000, 12, 31)).map(str)
TIMES = st.builds(
    "{}{:02d}:{:02d}:{:02d}".format,
    st.sampled_from(["", "-"]),
    st.integers(1, 99999),
    st.integers(0, 59),
    st.integers(0, 59),
)
MOMENTS = st.datetimes(max_value=datetime(4000, 12, 31)).map(lambda one: str(one.replace(microsecond=0)))
FILES = st.fixed_dictionaries(
    {
        "name": TEXTS.filter(bool),
        "type": st.sampled_from(["text/plain", "image/png", "application/octet-stream"]),
        "base64": st.binary(max_size=8).map(lambda body: base64.b64encode(body).decode()),
    }
)


def or_empty(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.just("") | values


def people(*, files: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of Person with all fields, in the order of their ids, as a dump has them."""
    row = st.fixed_dictionaries(
        {
            "::mod": st.integers(0, 10**18 - 1),
            "Number": or_empty(NUMBERS | TEXTS),
            "Name": TEXTS,
            "Kind": TEXTS,
            "Phone": st.lists(TEXTS, min_size=3, max_size=3),
            "Size": or_empty(NUMBERS | TEXTS),
            "Born": or_empty(DATES),
            "Run": or_empty(TIMES),
            "Seen": or_empty(MOMENTS),
            "Photo": or_empty(FILES) if files else st.just(""),
        }
    )
    ids = st.lists(st.integers(1, 10**18 - 2), unique=True, max_size=4).map(sorted)
    return ids.flatmap(
        lambda known: st.tuples(*[row] * len(known)).map(
            lambda rows: [{"::id": one, **row} for one, row in zip(known, rows, strict=True)]
        )
    )


@settings(max_examples=60, deadline=None)
@given(rows=people(files=True))
def test_a_dump_that_is_loaded_is_the_same_again(rows: list[dict[str, Any]]) -> None:
    app = App(SCHEMA)
    app.load_rows("Person", rows)
    assert app.dump_rows("Person") == rows
    app.load_rows("Person", from_json(to_json(app.dump_rows("Person")).encode()), replace=True)  # type: ignore[arg-type]  # one table
    assert app.dump_rows("Person") == rows
    tables = from_json(to_json_of_tables({"Person": rows, "Pages": []}).encode())
    assert isinstance(tables, dict)
    app.load_tables(tables, replace=True)
    assert app.dump_rows("Person") == rows
    app.close()


@settings(max_examples=60, deadline=None)
@given(rows=people(files=False))
def test_so_is_a_dump_as_csv(rows: list[dict[str, Any]]) -> None:
    app = App(SCHEMA)
    app.load_rows("Person", from_csv(to_csv(PERSON, rows).encode()))
    assert app.dump_rows("Person") == rows
    app.close()


def test_csv_has_a_column_for_each_repetition_and_none_for_containers(app: App) -> None:
    app.load_rows("Person", [{"Name": 'a\r"b",', "Phone": ["1", "2"], "Photo": HELLO}])
    assert to_csv(PERSON, app.dump_rows("Person")) == (
        "::id,::mod,Number,Name,Kind,Phone(1),Phone(2),Phone(3),Size,Born,Run,Seen\r\n"
        '1,0,1,"a\r""b"",",new,1,2,,,,,\r\n'
    )


def test_csv_of_other_programs_is_read() -> None:
    content = b'\xef\xbb\xbfName,Kind\n"a ""b""\r\nc",d\n\n\xc3\xa9,\n'
    assert from_csv(content) == [{"Name": 'a "b"\r\nc', "Kind": "d"}, {"Name": "é", "Kind": ""}]
    assert from_csv(b"Name\n" + b"x" * 200_000) == [{"Name": "x" * 200_000}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no line with the names of the columns"),
        (b"Name,Kind\na,b\nc\n", "row 2: there are 1 values for 2 columns"),
        (b"Name,Name\na,b\n", 'the column "Name" is there twice'),
        (b'Name\n"a"b\n', "this is no CSV: "),
        (b"Name\na\n\xe9\n", "line 3: the file is not in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_csv_file_is_told(content: bytes, message: str) -> None:
    with pytest.raises(RowError) as raised:
        from_csv(content)
    assert str(raised.value).startswith(message)


def test_json_keeps_every_digit() -> None:
    assert from_json(b'\xef\xbb\xbf[{"Size": 1.50, "Number": 12345678901234567890.0}]') == [
        {"Size": "1.50", "Number": "12345678901234567890.0"}
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[", "this is no JSON: Expecting value: line 1 column 2"),
        (b"7", "the file: expected an array of rows"),
        (b"[{}, 7]", "row 2: expected an object"),
        (b'{"Person": {}}', "Person: expected an array of rows"),
        (b'{"Person": [7]}', "Person, row 1: expected an object"),
        (b'["\xe9"]', "line 1: the file is not in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_json_file_is_told(content: bytes, message: str) -> None:
    with pytest.raises(RowError) as raised:
        from_json(content)
    assert str(raised.value).startswith(message)
