from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from server.client import Client
from server.test_schema import SMALL

from fmorm.server import App, SchemaError, load_schema
from fmorm.server.store.files import Store


def client_of(schema: dict[str, Any], data: Path | str = ":memory:") -> Client:
    return Client(App(load_schema(schema | {"database": {"name": "people"}}), data=str(data)))


def with_fields(**fields: object) -> dict[str, Any]:
    schema = copy.deepcopy(SMALL)
    schema["tables"]["Person"]["fields"].update(fields)
    schema["layouts"]["person"]["fields"] += list(fields)
    return schema


def test_data_survive_a_restart(tmp_path: Path) -> None:
    client = client_of(SMALL, tmp_path / "data.db")
    client.create({"Name": "kept", "Name(2)": "too"})
    client.edit("2", fieldData={"Name": "kept still"})
    before = client.get("2").text
    client.app.close()
    client = client_of(SMALL, tmp_path / "data.db")
    assert client.get("2").text == before
    assert len(client.call("GET", "records").records) == 2, "sample rows are entered once"
    client.call("DELETE", "records/2")
    client.app.close()
    client = client_of(SMALL, tmp_path / "data.db")
    assert client.create() == "3", "record ids are not used again after a restart either"
    client.app.close()


def test_a_field_that_the_schema_has_gained_is_added(tmp_path: Path) -> None:
    client_of(SMALL, tmp_path / "data.db").app.close()
    more = with_fields(Size="number", Name={"type": "text", "repetitions": 4})
    client = client_of(more, tmp_path / "data.db")
    fields = client.fields("1")
    assert (fields["Size"], fields["Name(1)"], fields["Name(2)"], fields["Name(4)"]) == ("", "a", "b", "")
    client.app.close()


def test_a_field_that_has_gained_repetitions_keeps_its_value(tmp_path: Path) -> None:
    client = client_of(SMALL, tmp_path / "data.db")
    client.layout = "person"
    client.app.close()
    client = client_of(with_fields(Key={"type": "text", "repetitions": 2}), tmp_path / "data.db")
    assert client.fields("1")["Key(1)"] == "1"
    client.app.close()


def test_a_field_of_another_kind_is_an_error(tmp_path: Path) -> None:
    client_of(SMALL, tmp_path / "data.db").app.close()
    with pytest.raises(
        SchemaError, match=r'"Key" of table "Person" is kept as text, but the schema says date'
    ):
        client_of(with_fields(Key="date"), tmp_path / "data.db")


def test_what_is_no_data_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data.db").write_text("no database at all, but long enough to be looked at" * 50)
    with pytest.raises(SchemaError, match="not a database"):
        client_of(SMALL, tmp_path / "data.db")
    with pytest.raises(SchemaError, match="unable to open"):
        client_of(SMALL, tmp_path / "nowhere" / "data.db")


def test_a_wrong_sample_row_leaves_no_half_made_file(tmp_path: Path) -> None:
    wrong = with_fields(Born="date")
    wrong["rows"]["Person"].append({"Born": "x"})
    with pytest.raises(SchemaError):
        client_of(wrong, tmp_path / "data.db")
    client = client_of(SMALL, tmp_path / "data.db")
    assert len(client.call("GET", "records").records) == 1
    client.app.close()


def test_sample_rows_may_use_the_files_own_values() -> None:
    schema = with_fields(
        Born="date",
        Seen="timestamp",
        Size="number",
        Run="time",
        Serial={"type": "number", "auto_enter": "serial"},
    )
    schema["rows"]["Person"] = [
        {
            "Born": dt.date(2000, 2, 9),
            "Seen": dt.datetime(2000, 2, 9, 8, 5),
            "Size": 1.5,
            "Run": dt.time(9, 15),
            "Serial": 41,
        },
        {"Size": True, "Name": []},
    ]
    client = client_of(schema)
    fields = client.fields("1")
    assert [fields[name] for name in ("Born", "Seen", "Size", "Run", "Serial")] == [
        "02/09/2000",
        "02/09/2000 08:05:00",
        1.5,
        "09:15:00",
        41,
    ]
    assert client.fields("2")["Size"] == 1
    assert client.fields(client.create())["Serial"] == 42, "numbers go on after those of the sample rows"
    client.app.close()


def test_names_may_be_anything_that_filemaker_allows() -> None:
    odd = "a \"b\" 'c' %s ; -- [x] 😀"
    schema = with_fields(**{odd: "text", "select": "number", "::".replace(":", "."): "date"})
    schema["layouts"]["person"]["portals"][odd] = {
        "occurrence": "addresses",
        "fields": ["City"],
        "sort": ["-City"],
    }
    client = client_of(schema)
    record_id = client.create({odd: "x", "select": 1})
    assert client.fields(record_id)[odd] == "x"
    assert (
        client.find({odd: "==x", "select": ">0"}, sort=[{"fieldName": odd}]).record["recordId"] == record_id
    )
    client.app.close()


def test_relationships_compare_as_their_operators_say() -> None:
    schema = copy.deepcopy(SMALL)
    schema["tables"]["Address"]["fields"] = {"PersonKey": "number", "City": "text"}
    schema["tables"]["Person"]["fields"]["Low"] = "number"
    schema["layouts"]["person"]["fields"].append("Low")
    schema["rows"]["Address"] = [{"PersonKey": number, "City": str(number)} for number in (1, 5, 10)]
    results: dict[str, list[str]] = {}
    for operator in ("=", "≠", "<", "<=", ">", "≥", "x"):
        schema["relationships"] = [{"join": f"person::Low {operator} addresses::PersonKey"}]
        client = client_of(schema)
        rows = client.get(client.create({"Low": "5.0"})).record["portalData"]["addresses"]
        results[operator] = [row["addresses::City"] for row in rows]
        client.app.close()
    assert results == {
        "=": ["5"],
        "≠": ["1", "10"],
        "<": ["10"],
        "<=": ["5", "10"],
        ">": ["1"],
        "≥": ["1", "5"],
        "x": ["1", "5", "10"],
    }


def test_several_predicates_must_all_hold_and_new_rows_get_all_keys() -> None:
    schema = copy.deepcopy(SMALL)
    schema["relationships"] = [
        {
            "join": "person::Key = addresses::PersonKey and person::Name = addresses::City",
            "allow_creation": ["addresses"],
        }
    ]
    client = client_of(schema)
    client.edit("1", portalData={"addresses": [dict[str, str]()]})
    assert client.get("1").record["portalData"]["addresses"][0]["addresses::City"] == "a"
    client.edit("1", fieldData={"Name": "other"})
    assert client.get("1").record["portalData"]["addresses"] == []
    client.app.close()


def test_a_write_that_is_interrupted_before_its_end_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C can come between any two lines, so also between the last change and its commit."""
    client = client_of(SMALL)
    change = Store.change

    def interrupted(store: Store, sql: str, *values: Any) -> int:
        if sql == "COMMIT":
            raise KeyboardInterrupt
        return change(store, sql, *values)

    monkeypatch.setattr(Store, "change", interrupted)
    with pytest.raises(KeyboardInterrupt):
        client.create({"Name": "lost"})
    monkeypatch.undo()
    assert len(client.call("GET", "records").records) == 1, "what was not committed is shown"
    client.create({"Name": "kept"})
    assert len(client.call("GET", "records").records) == 2
    client.app.close()


def test_a_data_file_is_open_in_one_server_only(tmp_path: Path) -> None:
    data, schema = str(tmp_path / "data.sqlite3"), load_schema(SMALL)
    app = App(schema, data=data)
    with pytest.raises(SchemaError, match="another server has it open"):
        App(schema, data=data)
    app.close()
    App(schema, data=data).close()


@pytest.mark.parametrize("place", [":memory:", "file"])
def test_a_snapshot_is_gone_back_to(place: str, tmp_path: Path) -> None:
    data = place if place == ":memory:" else str(tmp_path / "data.sqlite3")
    client = client_of(with_fields(Number={"type": "number", "auto_enter": "serial"}), data)
    client.create({"Name": "kept"})
    before = client.get("2").text, client.call("GET", "records").text
    snapshot = client.app.snapshot()
    for _ in range(2):
        client.edit("2", fieldData={"Name": "changed"})
        assert client.create({"Name": "more"}) == "3", "record ids begin where they were"
        assert client.get("3").record["fieldData"]["Number"] == 3, "and so do serial numbers"
        client.call("DELETE", "records/1")
        assert len(client.call("GET", "records").records) == 2
        client.app.restore(snapshot)
        assert (client.get("2").text, client.call("GET", "records").text) == before
    client.app.close()
    if place != ":memory:":
        again = client_of(with_fields(Number={"type": "number", "auto_enter": "serial"}), data)
        assert again.call("GET", "records").text == before[1], "it is in the file as well"
        again.app.close()
