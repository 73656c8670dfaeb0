from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from server.conftest import PEOPLE

from fmorm.server import App, SchemaError, load_schema

SMALL: dict[str, Any] = {
    "database": {"name": "small"},
    "accounts": {"api": {"password": "secret", "privileges": "full"}},
    "tables": {
        "Person": {
            "fields": {
                "Key": "text",
                "Name": {"type": "text", "repetitions": 2},
                "Flag": {"type": "number", "global": True},
            }
        },
        "Address": {"fields": {"PersonKey": "text", "City": "text"}},
    },
    "occurrences": {"person": "Person", "addresses": "Address", "alone": "Address"},
    "relationships": [{"join": "person::Key = addresses::PersonKey"}],
    "layouts": {
        "person": {
            "occurrence": "person",
            "fields": ["Name", "addresses::City"],
            "portals": {"addresses": {"fields": ["City"]}},
        }
    },
    "rows": {"Person": [{"Key": "1", "Name": ["a", "b"]}]},
}


def changed(path: str, value: object) -> dict[str, Any]:
    """Give the small schema with one setting changed; the parts of a path are split at /."""
    schema = copy.deepcopy(SMALL)
    *places, last = path.split("/")
    part: Any = schema
    for place in places:
        part = part[int(place) if isinstance(part, list) else place]
    part[int(last) if isinstance(part, list) else last] = value
    return schema


def test_a_file_and_a_mapping_say_the_same(tmp_path: Path) -> None:
    schema = load_schema(SMALL)
    assert schema.name == "small"
    assert list(schema.layouts) == ["person"]
    assert [placed.name for placed in schema.layouts["person"].fields] == ["Name", "addresses::City"]
    assert load_schema(str(PEOPLE)).name == load_schema(PEOPLE).name == "people"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("databse", {}, 'no setting "databse"; did you mean "database"?'),
        ("database", {}, "database.name: is missing"),
        ("database/name", 5, "database.name: expected a text"),
        ("database", "small", "database: expected a table of settings"),
        ("tables", {}, "tables: a file needs at least one table"),
        ("tables/Person/fields", {}, "tables.Person.fields: a table needs at least one field"),
        ("tables/Person/field", {}, 'tables.Person: no setting "field"; did you mean "fields"?'),
        ("tables/person", {"fields": {"a": "text"}}, "tables.person: another table has this name"),
        ("tables/Person/fields/name", "text", "tables.Person.fields.name: another field has this name"),
        ("tables/Person/fields/Key", "txt", 'tables.Person.fields.Key: no type "txt"; did you mean "text"?'),
        (
            "tables/Person/fields/Key",
            {"type": "text", "uniqe": True},
            'no setting "uniqe"; did you mean "unique"?',
        ),
        ("tables/Person/fields/Key", {"type": "text", "unique": 1}, "Key.unique: expected true or false"),
        (
            "tables/Person/fields/Key",
            {"type": "text", "repetitions": 0},
            "Key.repetitions: expected a whole number",
        ),
        (
            "tables/Person/fields/Key",
            {"type": "text", "auto_enter": "uid"},
            'no auto-enter option "uid"; did you mean "uuid"?',
        ),
        (
            "tables/Person/fields/Key",
            {"type": "text", "auto_enter": {}},
            "Key.auto_enter: expected one of value, serial, lookup, calculation",
        ),
        (
            "tables/Person/fields/Key",
            {"type": "date", "auto_enter": {"value": "x"}},
            "Key.auto_enter.value: Date value",
        ),
        ("tables/Person/fields/a::b", "text", "tables.Person.fields.a::b: a name cannot hold ::"),
        ("tables/Person/fields/a(2)", "text", "a name cannot hold ::, or end like a repetition"),
        ("database/name", "sqlite_x", "database.name: a file name cannot begin"),
        ("database/name", "a::b", "database.name: a file name cannot be empty or hold ::"),
        ("occurrences/x", "Persn", 'occurrences.x: no table "Persn"; did you mean "Person"?'),
        ("relationships/0/join", "person::Key", 'relationships[1].join: "person::Key" is not of the form'),
        (
            "relationships/0/join",
            "persn::Key = addresses::City",
            'no occurrence "persn"; did you mean "person"?',
        ),
        (
            "relationships/0/join",
            "person::Ky = addresses::City",
            'no field "person::Ky"; did you mean "person::Key"?',
        ),
        ("relationships/0/join", "person::Flag = addresses::City", '"Flag" is a global field'),
        (
            "relationships/0/join",
            "person::Key = addresses::City and person::Key = alone::City",
            "join the same two",
        ),
        (
            "relationships/0/allow_creation",
            ["adresses"],
            'allow_creation: no side "adresses"; did you mean "addresses"?',
        ),
        ("relationships/0/allow_creation", "addresses", "relationships[1].allow_creation: expected a list"),
        (
            "relationships",
            [{"join": "person::Key = addresses::PersonKey"}] * 2,
            'relationships[2].join: "person" and "addresses" are already connected',
        ),
        ("layouts/person/occurrence", "x", 'layouts.person.occurrence: no occurrence "x"'),
        ("layouts/Person", {}, 'layouts.Person: no occurrence "Person"; did you mean "person"?'),
        (
            "layouts/person/fields",
            ["Nam"],
            'layouts.person.fields: no field "Nam"; did you mean "Name"? (table "Person")',
        ),
        (
            "layouts/person/fields",
            ["alone::City"],
            'layouts.person.fields: no relationship leads from "person" to "alone"',
        ),
        ("layouts/person/fields", [1], "layouts.person.fields: expected a list of names"),
        (
            "layouts/person/portals/adresses",
            {},
            'layouts.person.portals.adresses: no occurrence "adresses"; did you mean "addresses"?',
        ),
        (
            "layouts/person/portals/alone",
            {},
            'layouts.person.portals.alone: no relationship leads from "person" to "alone"',
        ),
        ("layouts/person/portals/person", {}, 'no relationship leads from "person" to "person"'),
        (
            "layouts/person/portals/addresses/sort",
            ["-Cty"],
            'layouts.person.portals.addresses.sort: no field "Cty"',
        ),
        ("layouts/person/portals/addresses/rows", True, "rows: expected a whole number of 1 or more"),
        (
            "accounts/api/privileges",
            "readonly",
            'accounts.api.privileges: no privilege set "readonly"; did you mean "read-only"?',
        ),
        ("accounts/a:b", {}, "accounts.a:b: an account name with a colon"),
        ("rows/Persn", [], 'rows: no table "Persn"; did you mean "Person"?'),
        ("rows/Person", [{}, {"Nam": ""}], 'rows.Person[2]: no field "Nam"; did you mean "Name"?'),
        ("rows/Person/0/Name", ["a", "b", "c"], "rows.Person[1].Name: the field has 2 repetition(s)"),
    ],
)
def test_a_mistake_names_its_place_and_what_was_meant(path: str, value: object, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_schema(changed(path, value))
    assert message in str(caught.value)


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text("[database]\nname = people")
    with pytest.raises(SchemaError, match=r"wrong\.toml:2: "):
        load_schema(file)
    file.write_text("[datbase]")
    with pytest.raises(SchemaError, match=r'wrong\.toml:1: no setting "datbase"'):
        load_schema(file)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"Born": "2/30/2024"},
            "rows.Person[1].Born: Date value does not meet validation entry options ('2/30/2024')",
        ),
        ({"Key": ""}, "rows.Person[1]: Field requires a valid value"),
    ],
)
def test_a_sample_row_that_does_not_fit_names_its_place(row: dict[str, str], message: str) -> None:
    schema = changed("rows/Person", [row])
    schema["tables"]["Person"]["fields"] = {
        "Key": {"type": "text", "required": True},
        "Name": "text",
        "Born": "date",
    }
    with pytest.raises(SchemaError) as caught:
        App(load_schema(schema))
    assert message in str(caught.value)


def test_passwords_have_no_text_form() -> None:
    assert "secret" not in repr(load_schema(SMALL))


def test_without_accounts_there_is_the_one_of_a_new_file() -> None:
    schema = copy.deepcopy(SMALL)
    del schema["accounts"]
    assert load_schema(schema).account("admin", "") is not None


def test_without_occurrences_every_table_has_one_of_its_name() -> None:
    schema = load_schema(
        {
            "database": {"name": "x"},
            "tables": {"T": {"fields": {"a": "text"}}},
            "layouts": {"T": {"fields": ["a"]}},
        }
    )
    assert schema.layouts["T"].occurrence.table.name == "T"
