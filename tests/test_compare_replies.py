"""The tool that compares saved replies with the embedded server's: it serves what they tell of and sees differences."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tools.replies.command import main
from tools.replies.differences import differences

OK = [{"code": "0", "message": "OK"}]
ADDRESS = f"https://fm.example.com/Streaming_SSL/MainDB/{'0A' * 32}.png?RCType=EmbeddedRCFileProcessor"
ROW = {"recordId": "7", "line::Item": "Rye", "line::Sizes(2)": 2, "line::Sizes(3)": "", "modId": "4"}


def infos(lines: int, sent: int, payments: int) -> list[dict[str, Any]]:
    named = {"portalObjectName": "payment", "database": "Books", "table": "payment"}
    return [
        {
            "portalObjectName": "Lines",
            "database": "Books",
            "table": "line",
            "foundCount": lines,
            "returnedCount": sent,
        },
        {**named, "foundCount": payments, "returnedCount": payments},
        {"database": "Books", "table": "log", "foundCount": 0, "returnedCount": 0},
    ]


INVOICES: dict[str, Any] = {
    "dataInfo": {
        "database": "Books",
        "layout": "invoice entry",
        "table": "invoice",
        "totalRecordCount": 9,
        "foundCount": 5,
        "returnedCount": 2,
    },
    "data": [
        {
            "fieldData": {
                "Number": "0012",
                "Sum": 12.50,
                "Due": "02/01/2024",
                "Sent": "02/01/2024 10:00:00",
                "Took": "01:30:00",
                "Scan": ADDRESS,
                "Note": "ä\r/",
                "": "",
                "customer::Name": "Fjord",
            },
            "portalData": {
                "Lines": [ROW, {**ROW, "recordId": "5", "line::Item": "Oat", "modId": "0"}],
                "payment": [
                    {"recordId": "1", "payment::Paid": "yes", "payment_bank::Name": "One", "modId": "0"}
                ],
                "log": [],
            },
            "recordId": "90",
            "modId": "3",
            "portalDataInfo": infos(4, 2, 1),
        },
        {
            "fieldData": {
                "Number": "x",
                "Sum": "about 3",
                "Due": "",
                "Sent": "",
                "Took": "",
                "Scan": "",
                "Note": "",
                "": "",
                "customer::Name": "",
            },
            "portalData": {"Lines": [ROW], "payment": [], "log": []},
            "recordId": "12",
            "modId": "0",
            "portalDataInfo": infos(1, 1, 0),
        },
    ],
}


def described(name: str, **changes: Any) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": "normal", "displayType": "editText", "result": "text"}
    if "valueList" in changes:
        field["valueList"] = changes.pop("valueList")
    flags = dict.fromkeys(("global", "autoEnter", "fourDigitYear"), False)
    field |= {**flags, "maxRepeat": 1, "maxCharacters": 0, "notEmpty": False, "numeric": False}
    return {**field, "timeOfDay": False, "repetitionStart": 1, "repetitionEnd": 1, **changes}


METADATA: dict[str, Any] = {
    "fieldMetaData": [
        described("Name", notEmpty=True, autoEnter=True),
        described("Phones", maxRepeat=4, repetitionStart=2, repetitionEnd=3),
        described("", type="invalid", result="invalid"),
        described("Total", type="calculation", result="number"),
        described("Born", result="date", fourDigitYear=True, maxCharacters=10, notEmpty=True),
        described("Run", result="time", timeOfDay=True),
        described("Count", type="summary", result="number"),
        described("Seen", result="timeStamp", autoEnter=True) | {"autoEnter": False},
        described("Kind", displayType="radioButtons", valueList="Kinds"),
        described("Customer", result="number", displayType="popupMenu", valueList="Customers"),
        described("city::Name", displayType="popupList", valueList="Cities"),
    ],
    "portalMetaData": {"Lines": [described("line::Item"), described("line_item::Price", result="number")]},
    "valueLists": [
        {
            "name": "Kinds",
            "type": "customList",
            "values": [{"displayValue": v, "value": v} for v in ("b", "a")],
        },
        {
            "name": "Customers",
            "type": "byField",
            "values": [{"displayValue": "2 Bo", "value": "2"}, {"displayValue": "10 Agnes", "value": "10"}],
        },
        {
            "name": "Cities",
            "type": "byField",
            "values": [{"displayValue": "Bergen", "value": "2"}, {"displayValue": "Oslo", "value": "1"}],
        },
    ],
}
OLD = {"name": "Name", "type": "normal", "result": "text", "global": "false", "repetitions": 1}
MADE = {"tableName": "line", "recordId": "1", "modId": "0"}
RESPONSES: dict[str, Any] = {
    "records": INVOICES,
    "records-17": {
        "data": [{"fieldData": {"a": 1}, "portalData": {"p": [{"recordId": "1", "p::b": "x", "modId": "0"}]}}
                 | {"recordId": "1", "modId": "0"}]
    },
    "metadata": METADATA,
    "old-metadata": {"metaData": [OLD, {**OLD, "name": "G", "global": "true", "repetitions": 2}]},
    "layouts": {
        "layouts": [
            {"name": "a", "table": ""},
            {"name": "-", "table": ""},
            {"name": "f", "isFolder": True, "folderLayoutNames": [{"name": "b", "table": ""}]},
        ]
    },
    "layouts-18": {"layouts": [{"name": "a"}]},
    "scripts": {"scripts": [{"name": "f", "isFolder": True, "folderScriptNames": [{"name": "-", "isFolder": False}]}]},
    "script": {"scriptResult": "done", "scriptError": "0"},
    "script-error": {"scriptError": "101"},
    "script-before": {"scriptResult.prerequest": "abc", "scriptError.prerequest": "0", "scriptError": "3"},
    "create-script": {"scriptResult.presort": "x", "scriptError.presort": "0", "recordId": "1", "modId": "0"},
    "records-script": {"scriptResult": "x", "scriptError": "0", **INVOICES},
    "databases": {"databases": [{"name": "b"}, {"name": "a"}]},
    "product": {
        "productInfo": {
            "name": "FileMaker Data API Engine", "buildDate": "01/01/2020", "version": "19.0.1.1",
            "dateFormat": "MM/dd/yyyy", "timeFormat": "HH:mm:ss", "timeStampFormat": "MM/dd/yyyy HH:mm:ss",
        }
    },
    "log-in": {"token": "0" * 52},
    "create": {"recordId": "44", "modId": "0", "newPortalRecordInfo": [MADE, MADE, {**MADE, "recordId": "2"}]},
    "create-17": {"recordId": "44"},
    "edit": {"modId": "5"},
    "nothing": {},
}  # fmt: skip
REFUSALS = [
    {"code": "101", "message": "Record is missing"},
    {"code": "102", "message": "Field is missing"},
    {"code": "104", "message": "Script is missing"},
    {"code": "105", "message": "Layout is missing"},
    {"code": "212", "message": "Invalid user account and/or password; please try again"},
    {"code": "212", "message": "Authorization header 'Basic' invalid."},
    {"code": "212", "message": "Authorization header missing 'Basic' or 'Bearer'."},
    {"code": "306", "message": "Record modification ID does not match"},
    {"code": "400", "message": "Find criteria are empty"},
    {"code": "401", "message": "No records match the request"},
    {"code": "802", "message": "Unable to open file"},
    {"code": "952", "message": "Invalid FileMaker Data API token (*)"},
    {"code": "10", "message": "Request validation failed: Parameter (Authorization) is required"},
    {"message": "HTTP Authorization header or OAuth headers are missing.", "code": "10"},
    {"message": "Unknown parameter(s): limit, offset", "code": "960"},
    {"message": "Unknown parameter(s): _limit.x", "code": "960"},
    {"message": "Upload payload must contain a part named 'upload'.", "code": "960"},
    {"code": "1704", "message": "Resource doesn't support the specified HTTP verb"},
]


def save(folder: Path, name: str, content: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


def compare(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    status = main([str(folder), *options])
    return status, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", RESPONSES)
def test_what_the_embedded_server_answers_alike_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    save(tmp_path, name, {"response": RESPONSES[name], "messages": OK})
    status, lines = compare(tmp_path, capsys)
    assert (status, lines[-1]) == (0, "1 the same, 0 different, 0 left out"), "\n".join(lines)


@pytest.mark.parametrize("message", REFUSALS, ids=lambda message: str(message["message"]))
def test_errors_are_provoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], message: dict[str, str]
) -> None:
    save(tmp_path, "refused", {"messages": [message], "response": {}})
    status, lines = compare(tmp_path, capsys)
    assert (status, lines[0].split(":")[0]) == (0, "same bytes refused.json"), "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "path", "value", "line"),
    [
        ("records", "data/0/fieldData/Sum", None, "has a value that no field can have"),
        ("records", "dataInfo/returnedCount", 3, "response.dataInfo.returnedCount: 3 is expected, not 2"),
        ("records", "dataInfo/foundCount", "5", "foundCount: a text is expected, not a number: '5', 5"),
        (
            "records",
            "data/1/portalDataInfo",
            [],
            "response.data[1].portalDataInfo: 0 items are expected, not 3",
        ),
        (
            "metadata",
            "fieldMetaData/0/timeOfDay",
            "false",
            "a text is expected, not true or false: 'false', False",
        ),
        ("metadata", "fieldMetaData/0/more", 1, "response.fieldMetaData[0]: missing more"),
        ("edit", "recordInfo", {}, "response: missing recordInfo"),
        (
            "old-metadata",
            "metaData/0/global",
            "no",
            "response.metaData[0].global: 'no' is expected, not 'false'",
        ),
    ],
)
def test_a_difference_is_seen_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, path: str, value: object, line: str
) -> None:
    content = json.loads(json.dumps({"response": RESPONSES[name], "messages": OK}))
    part: Any = content["response"]
    *places, last = path.split("/")
    for place in places:
        part = part[int(place) if isinstance(part, list) else place]
    part[last] = value
    save(tmp_path, name, content)
    status, lines = compare(tmp_path, capsys)
    assert any(line in one for one in lines), "\n".join(lines)
    assert status == ("different" in lines[0])


def test_the_order_of_members_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, "turned", {"messages": OK, "response": {}})
    status, lines = compare(tmp_path, capsys)
    assert (status, lines[1]) == (
        1,
        "    (all): in the order messages, response is expected, not response, messages",
    )


def test_what_may_differ_does_not_count() -> None:
    for name, one, other in (("recordId", "1", "2"), ("token", "x", "y"), ("modId", "0", "9")):
        assert list(differences({name: one}, {name: other})) == []
        assert list(differences({name: one}, {name: 2})) != [], "its type does"
    other_address = ADDRESS.replace("0A", "FF").replace("https://fm.example.com", "http://localhost")
    assert list(differences({"Scan": ADDRESS}, {"Scan": other_address})) == []
    assert list(differences({"Scan": ADDRESS}, {"Scan": other_address.replace(".png", ".jpg")})) != []


def test_headers_that_were_saved_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = b'{"response":{},"messages":[{"code":"0","message":"OK"}]}'
    tag = f'W/"{len(body):x}-{base64.b64encode(hashlib.sha1(body).digest()).decode()[:27]}"'
    headers = [["Date", "x"], ["ETag", tag], ["Content-Type", "application/json; charset=utf-8"]]
    save(tmp_path, "out", {"response": {}, "messages": OK})
    save(tmp_path, "out.headers", {"status": 200, "headers": headers})
    status, lines = compare(tmp_path, capsys)
    assert (status, lines[0]) == (0, "same hash  out.json: nothing to say, as release 22")
    save(tmp_path, "out.headers", {"status": 201, "headers": [["X-More", "x"]]})
    status, lines = compare(tmp_path, capsys)
    assert (status, lines[1:3]) == (
        1,
        ["    status: 201 is expected, not 200", "    headers: x-more missing"],
    )


def test_a_value_without_its_envelope_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("layouts", "scripts", "product"):
        (value,) = RESPONSES[name].values()
        save(tmp_path, f"inner {name}", value)
    save(tmp_path, "inner databases", [{"name": "a"}])
    save(tmp_path, "no scripts", [])
    assert compare(tmp_path, capsys)[1][-1] == "5 the same, 0 different, 0 left out"


def test_other_files_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    save(tmp_path, "notes", {"seen": "in a forum"})
    save(tmp_path, "newer", {"response": {"something": "new"}, "messages": OK})
    save(
        tmp_path,
        "strange",
        {"messages": [{"code": "812", "message": "Exceeded host's capacity"}], "response": {}},
    )
    save(tmp_path, "skipped", {"messages": OK, "response": {}})
    status, lines = compare(tmp_path, capsys, "--skip", "skip*")
    assert (status, lines[-1]) == (0, "0 the same, 0 different, 4 left out")
    assert all(line.startswith("left out") for line in lines[:-1])


def test_a_portal_that_contradicts_another_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"recordId": "1", "line::Item": item, "modId": "0"} for item in ("a", "b")]
    record = {
        "fieldData": {"x": "1"},
        "portalData": {"one": rows[:1], "two": rows[1:]},
        "recordId": "1",
        "modId": "0",
    }
    save(tmp_path, "both", {"response": {"data": [record]}, "messages": OK})
    status, lines = compare(tmp_path, capsys)
    assert status == 0
    assert lines[0].endswith("; without the portal 'two', which contradicts another one")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path / "x", capsys) == (2, [f"{tmp_path / 'x'}: there is no such folder"])
