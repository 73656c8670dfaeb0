"""The codes of the database engine, all with HTTP status 500."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conformance.wire import Answer, Wire

from fmorm.server import App


def refused(answer: Answer, code: str, message: str) -> bool:
    expected = '{"messages":[{"code":"' + code + '","message":"' + message + '"}],"response":{}}'
    return (answer.status, answer.text) == (500, expected)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records/99", None),
        ("PATCH", "records/99", {"fieldData": {"Name": "x"}}),
        ("POST", "records/99", {}),
        ("DELETE", "records/99", None),
        ("GET", "?recordId=99", None),
        ("GET", "records?_offset=99", None),
    ],
)
def test_101_a_record_is_missing(reader: Wire, method: str, path: str, body: object) -> None:
    assert refused(reader.ask(method, path, body), "101", "Record is missing")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "records", {"fieldData": {"Nothing": "x"}}),
        ("POST", "records", {"fieldData": {"Serial": "1"}}),
        ("PATCH", "records/1", {"fieldData": {"Nothing": "x"}}),
        ("PATCH", "records/1", {"fieldData": {"town::Nothing": "x"}}),
        ("POST", "records", {"fieldData": {}, "portalData": {"Nothing": [{"tasks::Title": "x"}]}}),
        ("POST", "records", {"fieldData": {}, "portalData": {"Tasks": [{"tasks::Nothing": "x"}]}}),
        ("POST", "_find", {"query": [{"Nothing": "x"}]}),
        ("POST", "_find", {"query": [{"Serial": "1"}]}),
        ("POST", "_find", {"query": [{"Name": "*"}], "sort": [{"fieldName": "Nothing"}]}),
    ],
)
def test_102_a_field_is_missing_or_not_on_the_layout(
    reader: Wire, method: str, path: str, body: object
) -> None:
    assert refused(reader.ask(method, path, body), "102", "Field is missing")


def test_104_a_script_is_missing(reader: Wire) -> None:
    assert refused(reader.ask("GET", "script/Nothing"), "104", "Script is missing")
    assert refused(reader.ask("GET", "records?script=Nothing"), "104", "Script is missing")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "metadata", None),
        ("GET", "records", None),
        ("POST", "records", {"fieldData": {}}),
        ("GET", "records/1", None),
        ("PATCH", "records/1", {}),
        ("POST", "records/1", None),
        ("DELETE", "records/1", None),
        ("POST", "_find", {"query": [{"Name": "x"}]}),
        ("GET", "script/Echo", None),
    ],
)
def test_105_a_layout_is_missing(reader: Wire, method: str, path: str, body: object) -> None:
    reader.layout = "nothing"
    assert refused(reader.ask(method, path, body), "105", "Layout is missing")


@pytest.mark.parametrize("name", ["nothing", "town"])
def test_105_so_is_one_to_answer_on_that_is_not_there_or_of_another_table(reader: Wire, name: str) -> None:
    assert refused(reader.get("1", **{"layout.response": name}), "105", "Layout is missing")


@pytest.fixture
def clerk(wire: Wire, joined: Callable[..., Wire]) -> Wire:
    """An account that may not do everything; the records are Ada, Hidden and Boss."""
    for name in ("Ada", "Hidden", "Boss"):
        wire.create({"Name": name})
    wire.token = joined("clerk", "clerk").token
    return wire


@pytest.mark.parametrize(("method", "record"), [("DELETE", "1"), ("PATCH", "3")])
def test_200_to_201_a_record_may_not_be_deleted_or_changed(clerk: Wire, method: str, record: str) -> None:
    answer = clerk.ask(
        method, f"records/{record}", {"fieldData": {"Name": "x"}} if method == "PATCH" else None
    )
    assert answer.status == 500
    assert answer.code in {"200", "201", "9"}
    assert clerk.get(record).fields["Name"] in {"Ada", "Boss"}


def test_a_record_that_may_not_be_seen_is_not_among_the_others(clerk: Wire) -> None:
    assert clerk.get_all().names == ["Ada", "Boss"]
    answer = clerk.get("2")
    assert answer.status == 500
    assert answer.code in {"101", "200", "9"}


def test_an_account_that_only_reads_changes_nothing(wire: Wire, joined: Callable[..., Wire]) -> None:
    record = wire.create({"Name": "Ada"})
    wire.token = joined("auditor", "look").token
    for method, path in (("POST", "records"), ("PATCH", f"records/{record}"), ("POST", f"records/{record}")):
        body = {"fieldData": {"Name": "x"}} if path == "records" or method == "PATCH" else None
        answer = wire.ask(method, path, body)
        assert answer.status == 500
        assert answer.code in {"200", "201", "9"}
    assert wire.get_all().names == ["Ada"]


@pytest.mark.parametrize("field", ["Note", "Size"])
def test_201_to_202_a_field_may_not_be_changed(clerk: Wire, field: str) -> None:
    answer = clerk.edit("1", {"fieldData": {field: "1"}})
    assert answer.status == 500
    assert answer.code in {"201", "202"}


@pytest.mark.parametrize("field", ["Fixed", "Shout", "People"])
def test_201_a_field_is_calculated_or_prohibits_modification(wire: Wire, field: str) -> None:
    wire.layout = "options"
    record = wire.create({"Name": "Ada"})
    answer = wire.edit(record, {"fieldData": {"Name": "Bo", field: "1"}})
    assert refused(answer, "201", "Field cannot be modified")
    assert wire.get(record).fields["Name"] == "Ada"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_301_a_record_is_open_elsewhere(wire: Wire, app: App, method: str) -> None:
    record = wire.create({"Name": "Ada"})
    body = {"fieldData": {"Name": "Bo"}} if method == "PATCH" else None
    with app.faults.lock("person", record):
        answer = wire.ask(method, f"records/{record}", body)
        assert refused(answer, "301", "Record is in use by another user")
        assert wire.get(record).fields["Name"] == "Ada"
    assert wire.ask(method, f"records/{record}", body).code == "0"


def test_306_a_modification_id_does_not_match(wire: Wire) -> None:
    record = wire.create({"Name": "Ada"})
    answer = wire.edit(record, {"fieldData": {"Name": "Bo"}, "modId": "9"})
    assert refused(answer, "306", "Record modification ID does not match")


@pytest.mark.parametrize("query", [[], [{}], [{"Name": ""}], [{"Name": ""}, {}], [{"omit": "true"}]])
def test_400_there_are_no_criteria(reader: Wire, query: object) -> None:
    answer = reader.find({"query": query})
    assert answer.outcome == (500, "400", "Find criteria are empty")


def test_401_nothing_is_found(reader: Wire) -> None:
    assert refused(reader.find({"query": [{"Name": "Zoe"}]}), "401", "No records match the request")


@pytest.mark.parametrize(
    ("field", "value", "code", "message"),
    [
        ("Day", "13/45/2020", "500", "Date value does not meet validation entry options"),
        ("Day", "2/30/2024", "500", "Date value does not meet validation entry options"),
        ("Day", "soon", "500", "Date value does not meet validation entry options"),
        ("Hour", "soon", "501", "Time value does not meet validation entry options"),
        ("Hour", "25:00", "501", "Time value does not meet validation entry options"),
        ("Digits", "many", "502", "Number value does not meet validation entry options"),
        ("Own", "taken", "504", "Value in field is not unique, as required in validation entry options"),
        ("Needed", "", "509", "Field requires a valid value"),
    ],
)
def test_500_to_509_a_value_does_not_meet_the_entry_options(
    wire: Wire, field: str, value: str, code: str, message: str
) -> None:
    wire.layout = "rule"
    before = wire.get_all().text
    assert refused(wire.ask("POST", "records", {"fieldData": {field: value}}), code, message)
    record = wire.get_all().response["data"][0]["recordId"]
    if field != "Own":
        assert refused(wire.edit(record, {"fieldData": {field: value}}), code, message)
    assert wire.get_all().text == before


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("Grade", "6", "503"),
        ("Grade", "0", "503"),
        ("Known", "unknown", "505"),
        ("Listed", "unknown", "506"),
        ("Even", "3", "507"),
        ("Short", "too long", "511"),
    ],
)
def test_503_to_511_nor_those_of_range_lists_formula_and_length(
    wire: Wire, field: str, value: str, code: str
) -> None:
    wire.layout = "rule"
    answer = wire.ask("POST", "records", {"fieldData": {field: value}})
    assert answer.outcome[:2] == (500, code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Day", "02/29/2024"),
        ("Hour", "23:59:59"),
        ("Digits", "-1.5"),
        ("Own", "free"),
        ("Grade", "5"),
        ("Listed", "away"),
        ("Even", "4"),
        ("Short", "short"),
    ],
)
def test_a_value_that_meets_them_is_taken(wire: Wire, field: str, value: str) -> None:
    wire.layout = "rule"
    assert wire.ask("POST", "records", {"fieldData": {field: value}}).code == "0"


@pytest.mark.parametrize(
    ("field", "value"),
    [("Grade", "6"), ("Known", "unknown"), ("Listed", "unknown"), ("Even", "3"), ("Short", "too long"),
     ("Own", "taken"), ("Needed", ""), ("Digits", "many")],
)  # fmt: skip
def test_a_script_enters_what_it_wants(wire: Wire, field: str, value: str) -> None:
    wire.layout = "rule"
    body = {"fieldData": {field: value}, "options": {"entrymode": "script"}}
    assert wire.ask("POST", "records", body).code == "0"


def test_802_a_file_cannot_be_opened(wire: Wire, app: App) -> None:
    app.faults.close_file("office")
    assert refused(wire.log_in(), "802", "Unable to open file")
    wire.database = "nowhere"
    assert refused(wire.log_in(), "802", "Unable to open file")


def test_812_the_host_is_full(wire: Wire, app: App) -> None:
    app.faults.session_cap(1)
    assert refused(wire.log_in(), "812", "Exceeded host's capacity")
    wire.ask("DELETE", f"/databases/office/sessions/{wire.token}")
    assert wire.log_in().code == "0"


@pytest.mark.parametrize(
    ("body", "secret"),
    [
        ({"fieldData": {"Own": "taken"}}, "Own"),
        ({"fieldData": {"Zzz": "x"}}, "Zzz"),
        ({"fieldData": {"Grade": "666"}}, "Grade"),
        ({"fieldData": {"Day": "never"}}, "never"),
    ],
)
def test_no_message_names_a_field_or_a_value(wire: Wire, body: object, secret: str) -> None:
    wire.layout = "rule"
    answer = wire.ask("POST", "records", body)
    assert answer.status == 500
    assert secret not in answer.text
    assert not answer.outcome[2].endswith(".")
