"""Records and global fields in the hands of scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from server.client import Client

from fmorm.server import App, Code, Run, ScriptError


@pytest.fixture
def run(client: Client, code: Code) -> Callable[[Callable[[Run], Any]], Any]:
    """Run a function as a script about record 1, and give what it returns; it must end well."""

    def do(script: Callable[[Run], Any]) -> Any:
        results: list[Any] = []

        @code.script(f"script {len(code.scripts)}")
        def wrapped(run: Run) -> str | None:
            results.append(script(run))
            return None

        response = client.edit("1", fieldData={}, script=f"script {len(code.scripts) - 1}").response
        assert results, f"the script has ended early: {response}"
        return results[0]

    return do


@pytest.fixture
def agnes(client: Client) -> str:
    """A person with two addresses, one of them in a known city."""
    record_id = client.create(
        {
            "Name": "Agnes",
            "Code": "a",
            "Born": "2/3/1954",
            "Phone": "1",
            "Phone(3)": "3",
            "Size": "007.50",
            "Run": "1:02:03",
            "Seen": "2/3/2020 4:05:06",
            "Note": "a\rb",
        },
        portalData={
            "Addresses": [
                {"person_addresses::City": "Ulm"},
                {"person_addresses::City": "Aix", "person_addresses::Zip": "13100"},
            ]
        },
    )
    client.layout = "city"
    client.create({"Name": "Ulm", "Population": 126000})
    client.layout = "person"
    return record_id


def refused(do: Callable[[], Any]) -> int:
    with pytest.raises(ScriptError) as error:
        do()
    return error.value.code


def test_values_are_texts_as_a_client_sees_them(agnes: str, run: Any) -> None:
    def script(run: Run) -> list[str]:
        assert run.record is not None
        record = run.record
        names = ["Name", "Born", "Phone", "Phone(2)", "Phone(3)", "Size", "Run", "Seen", "Note", "Setting"]
        values = [record[name] for name in names]
        assert {type(value) for value in values} == {str}
        return values

    assert run(script) == [
        "Agnes",
        "02/03/1954",
        "1",
        "",
        "3",
        "007.50",
        "01:02:03",
        "02/03/2020 04:05:06",
        "a\rb",
        "",
    ]


def test_fields_are_found_in_any_spelling_and_off_the_layout(agnes: str, run: Any) -> None:
    def script(run: Run) -> list[str]:
        run.go_to_layout("short")
        record = run.found_set[0]
        return [record[name] for name in ("Code", "cODE", "person::Code", "PERSON::Phone(3)")]

    assert run(script) == ["a", "a", "a", "3"]


def test_related_fields_are_those_of_the_first_related_record(agnes: str, run: Any) -> None:
    def script(run: Run) -> list[str]:
        assert run.record is not None
        return [run.record[f"{name}"] for name in ("person_addresses::City", "city_info::Population")]

    assert run(script) == ["Ulm", "126000"]


def test_related_records(agnes: str, client: Client, run: Any) -> None:
    def script(run: Run) -> list[str]:
        record = run.found_set[0]
        addresses = record.related("person_addresses")
        for number, address in enumerate(addresses):
            address["Zip"] = number
        assert refused(lambda: record.related("visit")) == 106
        assert refused(lambda: record.related("person")) == 106
        return [f"{one['City']} {one['city_info::Name']} {one['person::Name']}" for one in addresses]

    assert run(script) == ["Ulm Ulm Agnes", "Aix  Agnes"]
    rows = client.get("1").record["portalData"]["Addresses"]
    assert [row["person_addresses::Zip"] for row in rows] == ["1", "0"]


@pytest.mark.parametrize(
    "name",
    ["Nme", "Phone(0)", "Phone(4)", "visit::Kind", "nothing::Name", "person_addresses::Nme", "", "::Name(1)"],
)
def test_a_field_that_is_not_there(agnes: str, run: Any, name: str) -> None:
    def script(run: Run) -> tuple[int, int, int]:
        record = run.found_set[0]
        return refused(lambda: record[name]), run.error, refused(lambda: record.update({name: "x"}))

    assert run(script) == (102, 102, 102)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("Name", "x\ry", "x\ry"),
        ("Name", None, ""),
        ("Name", "", ""),
        ("Size", 12, 12),
        ("Size", True, 1),
        ("Size", Decimal("1E+3"), 1000),
        ("Size", 1e-7, 0.0000001),
        ("Size", -2.50, -2.5),
        ("Name", 10**30, str(10**30)),
        ("Born", date(954, 3, 2), "03/02/0954"),
        ("Born", "3/2/1954", "03/02/1954"),
        ("Run", time(1, 2, 3), "01:02:03"),
        ("Run", time(1, 2, 3, 500000), "01:02:03.5"),
        ("Seen", datetime(2020, 1, 2, 3, 4, 5), "01/02/2020 03:04:05"),
        ("Phone(2)", "two", "two"),
    ],
)
def test_values_may_be_written_as_python_has_them(
    agnes: str, client: Client, run: Any, field: str, value: Any, shown: object
) -> None:
    def script(run: Run) -> None:
        assert run.record is not None
        run.record[field] = value

    run(script)
    assert client.fields("1")[field] == shown


def test_other_values_are_a_mistake_of_the_script(agnes: str, run: Any) -> None:
    def script(run: Run) -> None:
        with pytest.raises(TypeError, match="give a text"):
            run.found_set[0].update({"Name": [1]})  # type: ignore[dict-item]

    run(script)


def test_each_writing_step_is_committed_at_once(agnes: str, client: Client, run: Any) -> None:
    def script(run: Run) -> list[int]:
        record = run.found_set[0]
        seen = [record.mod_id]
        record.update({"Name": "x", "Note": "y", "Phone(2)": "2"})
        seen += [record.mod_id]
        record["Name"] = "z"
        assert refused(lambda: record.update({"Name": "lost", "Born": "no date"})) == 500
        assert client.fields("1")["Name"] == "z", "others see it"
        return [*seen, record.mod_id]

    assert run(script) == [0, 1, 2]


def test_a_script_goes_past_validation_and_prohibitions(agnes: str, client: Client, run: Any) -> None:
    client.create({"Code": "taken"})

    def script(run: Run) -> None:
        record = run.found_set[0]
        record.update({"Code": "taken", "Count": "no number", "Locked": "changed"})
        run.create({"Code": ""})

    run(script)
    client.layout = "options"
    fields = client.fields("1")
    assert [fields["Code"], fields["Count"], fields["Locked"]] == ["taken", "no number", "changed"]
    assert fields["By"] == "api"


def test_writing_a_related_field_makes_the_record_where_that_is_allowed(client: Client, run: Any) -> None:
    client.create({"Code": "1"})

    def script(run: Run) -> tuple[str, int]:
        record = run.found_set[0]
        record["person_addresses::City"] = "Ulm"
        return record["person_addresses::City"], refused(lambda: record.update({"person_visits::City": "x"}))

    assert run(script) == ("Ulm", 101)


def test_making_duplicating_and_deleting(agnes: str, client: Client, run: Any) -> None:
    def script(run: Run) -> list[object]:
        made = run.create({"Kind": "long", "Place(2)": "x"}, layout="visit")
        copy = made.duplicate()
        seen: list[object] = [made.id, made.mod_id, copy.id, copy["Kind"], copy["Number"], repr(copy)]
        assert made != copy
        assert len({made, copy, made}) == 2
        made.delete()
        assert refused(made.delete) == refused(lambda: made["Kind"]) == 101
        assert refused(lambda: made.mod_id) == refused(made.duplicate) == 101
        assert refused(lambda: made.update({"Kind": ""})) == 101
        assert refused(lambda: run.create({"Kind": "x"}, layout="nowhere")) == 105
        return seen

    assert run(script) == [1, 0, 2, "long", "2", "<record 2 of visit>"]
    client.layout = "visit"
    assert client.call("GET", "records").record["recordId"] == "2"


def test_deleting_takes_related_records_along(agnes: str, client: Client, run: Any) -> None:
    def script(run: Run) -> None:
        assert run.record is not None
        address = run.record.related("person_addresses")[0]
        run.record.delete()
        assert refused(lambda: address["City"]) == 101

    run(script)


def test_a_locked_record_is_refused(app: App, agnes: str, client: Client, code: Code) -> None:
    @code.script("x")
    def script(run: Run) -> str | None:
        run.found_set[0]["Name"] = "x"
        return None

    with app.faults.lock("person", 1):
        answer = client.call("GET", "records", script="x")
    assert answer.response["scriptError"] == "301"
    assert answer.column("Name") == ["Agnes"]


class TestGlobals:
    def test_they_are_set_and_read_by_table_or_occurrence(self, agnes: str, client: Client, run: Any) -> None:
        def script(run: Run) -> list[str]:
            seen = [run.globals["Person::Setting"]]
            run.globals["Person::Setting"] = 5
            seen += [run.globals["person::setting"], run.found_set[0]["Setting"]]
            run.found_set[0]["Setting"] = "dark"
            run.go_to_layout("visit")
            return [*seen, run.globals["Person::Setting"], run.create()["person::Setting"]]

        assert run(script) == ["", "5", "5", "dark", "dark"]
        assert client.fields("1")["Setting"] == "dark"

    @pytest.mark.parametrize(
        "name", ["Setting", "Person::Name", "Person::Setting(2)", "x::Setting", "Person::"]
    )
    def test_one_that_is_not_there(self, agnes: str, run: Any, name: str) -> None:
        def script(run: Run) -> tuple[int, int]:
            def write() -> None:
                run.globals[name] = "x"

            return refused(lambda: run.globals[name]), refused(write)

        assert run(script) == (102, 102)

    def test_what_the_client_has_set_is_there(self, client: Client, agnes: str, run: Any) -> None:
        client.call("PATCH", "/databases/people/globals", {"globalFields": {"Person::Setting": "x"}})

        def script(run: Run) -> str:
            return run.globals["Person::Setting"]

        assert run(script) == "x"
