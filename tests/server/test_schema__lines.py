from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from server.conftest import PEOPLE

from fmorm.cli import main
from fmorm.server import App, SchemaError, load_schema
from fmorm.server.exact import as_array, as_object
from fmorm.server.schema.lines import line_of, places

EXAMPLE = Path(__file__).parents[2] / "examples" / "people.toml"
RIGHT = """\
[database]
name = "people"   # the file

[accounts."agnes.moe@example.com"]
password = "one"

[tables.Person.fields]
Name = "text"
Age = { type = "number", numeric = true }
Born = "date"

[occurrences]
person = "Person"
friend = "Person"

[[relationships]]
join = "person::Name = friend::Name"

[layouts.person]
fields = [
    "Name",
    "Age",
]
[layouts.person.portals.friend]
fields = ["Name"]
rows = 3

[[rows.Person]]
Name = "Agnes"

[[rows.Person]]
Name = \"\"\"
Tilda\"\"\"
Age = 7
"""
ODD = '''\
a.b."c d" = 1
a.b.'e.f' = """
two
lines \\""" ""\\"
"""""
list = [ # a comment with ] and "
  1.5,
  { x = 1, y = [1, { z = 2 }] },

  { x = "}" }, \'\'\'
  ]\'\'\'\',
  2026-11-22 07:32:00,
]
[[t]]
k = 1
[[t.u]]
k = 2
[[t]]
[t.v]
k = 3
[[t.u]]
k = 4
[[t.u]]
[t.u.w."x]"]
k = { a.b = 5 }
'''


def every_place(content: object, place: str = "") -> Iterator[str]:
    for key, value in (as_object(content) or {}).items():
        yield (inner := f"{place}.{key}" if place else key)
        yield from every_place(value, inner)
    for number, value in enumerate(as_array(content) or [], 1):
        yield f"{place}[{number}]"
        yield from every_place(value, f"{place}[{number}]")


@pytest.mark.parametrize(
    "text", [ODD, RIGHT, EXAMPLE.read_text(), PEOPLE.read_text()], ids=["odd", "right", "example", "people"]
)
def test_every_place_of_a_file_has_its_line(text: str) -> None:
    found = places(text)
    assert set(found) == set(every_place(tomllib.loads(text)))
    lines = text.splitlines()
    for place, line in found.items():
        name = place.rsplit(".", 1)[-1]
        if "[" not in name:
            assert name.strip('"') in lines[line - 1], f"{place} is not in line {line}"


def test_the_lines_of_odd_places() -> None:
    found = places(ODD)
    assert [found[one] for one in ("a.b.c d", "a.b.e.f", "list", "list[2].y[2].z", "list[3].x")] == [
        1,
        2,
        6,
        8,
        10,
    ]
    assert [found[f"list[{number}]"] for number in (1, 2, 3, 4, 5)] == [7, 8, 10, 10, 12]
    assert [found[one] for one in ("t", "t[1]", "t[2]", "t[1].u[1].k", "t[2].v.k")] == [14, 14, 18, 17, 20]
    assert [found[one] for one in ("t[2].u[1].k", "t[2].u[2]", "t[2].u[2].w.x].k.a.b")] == [22, 23, 25]


def test_a_place_that_is_not_there_has_the_line_around_it() -> None:
    assert line_of(RIGHT, "tables.Person.fields.Age.unique") == 9
    assert line_of(RIGHT, "rows.Person[2].Born") == 31
    assert line_of(RIGHT, "rows.Person[2]") == 31
    assert line_of(RIGHT, "layouts.persn.fields") == 19
    assert line_of(RIGHT, "privileges.clerk") is None
    assert line_of("", "database.name") is None


MISTAKES = {
    "no end of a header": (
        "[occurrences]",
        "[occurrences",
        "12: Expected ']' at the end of a table declaration (column 13)",
    ),
    "no end of the file": ("Age = 7", 'Age = """7', "34: Unterminated string (at end of document)"),
    "an unknown part": (
        "[occurrences]",
        "[ocurrences]",
        '12: no setting "ocurrences"; did you mean "occurrences"?',
    ),
    "an unknown setting": (
        "rows = 3",
        "row = 3",
        '26: layouts.person.portals.friend: no setting "row"; did you mean "rows"?',
    ),
    "a setting that is missing": (
        "name =",
        "'naem' =",
        '2: database: no setting "naem"; did you mean "name"?',
    ),
    "something that is missing": (
        'join = "person::Name = friend::Name"',
        "",
        "16: relationships[1].join: is missing",
    ),
    "the name is missing": ('name = "people"', "", "1: database.name: is missing"),
    "a wrong type": (
        "numeric = true",
        'numeric = "yes"',
        "9: tables.Person.fields.Age.numeric: expected true or false",
    ),
    "a wrong count": (
        "rows = 3",
        "rows = 0",
        "26: layouts.person.portals.friend.rows: expected a whole number of 1 or more",
    ),
    "a wrong list": (
        'fields = ["Name"]',
        'fields = "Name"',
        "25: layouts.person.portals.friend.fields: expected a list",
    ),
    "an unknown type": (
        'type = "number"',
        'type = "nubmer"',
        '9: tables.Person.fields.Age.type: no type "nubmer"; did you mean "number"?',
    ),
    "an unknown type, in short": (
        '"date"',
        '"daet"',
        '10: tables.Person.fields.Born: no type "daet"; did you mean "date"?',
    ),
    "an unknown table": (
        'person = "Person"',
        'person = "Persn"',
        '13: occurrences.person: no table "Persn"; did you mean "Person"?',
    ),
    "an unknown occurrence": (
        'join = "person::Name',
        'join = "perso::Name',
        '17: relationships[1].join: no occurrence "perso"; did you mean "person"?',
    ),
    "an unknown field": (
        '    "Age",',
        '    "Aeg",',
        '20: layouts.person.fields: no field "Aeg"; did you mean "Age"? (table "Person")',
    ),
    "a table without fields": (
        "[occurrences]",
        "[tables.Other]\n[occurrences]",
        "12: tables.Other.fields: a table needs at least one field",
    ),
    "an account": (
        'password = "one"',
        "password = 1",
        "5: accounts.agnes.moe@example.com.password: expected a text",
    ),
    "rows of no table": (
        '[[rows.Person]]\nName = "Agnes"',
        "[[rows.Persn]]",
        '28: rows: no table "Persn"; did you mean "Person"?',
    ),
    "a field in rows": ("Age = 7", "Aeg = 7", '34: rows.Person[2]: no field "Aeg"; did you mean "Age"?'),
    "a value in rows": (
        "Age = 7",
        'Born = "2026-13-01"',
        "34: rows.Person[2].Born: Date value does not meet validation entry options ('2026-13-01')",
    ),
    "a row that is refused": (
        "Age = 7",
        'Age = "seven"',
        "31: rows.Person[2]: Number value does not meet validation entry options",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_file_line_place_and_what_was_meant(
    mistake: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong, message = MISTAKES[mistake]
    file = tmp_path / "people.toml"
    file.write_text(RIGHT.replace(right, wrong, 1))
    with pytest.raises(SchemaError) as raised:
        App(load_schema(file)).close()
    assert str(raised.value) == f"{file}:{message}"
    assert main(["serve", str(file)]) == 2
    assert capsys.readouterr().err == f"fmorm serve: {file}:{message}\n"


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_bytes(RIGHT.replace("Agnes", "Agnès").encode("latin-1"))
    with pytest.raises(
        SchemaError, match=r"people\.toml:29: a schema file is UTF-8, and here is the byte 0xe8"
    ):
        load_schema(file)


def test_without_a_file_the_place_is_told_alone() -> None:
    with pytest.raises(SchemaError) as raised:
        load_schema({"database": {"name": "x"}, "tables": {}})
    assert str(raised.value) == "tables: a file needs at least one table"
