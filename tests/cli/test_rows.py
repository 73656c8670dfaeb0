"""`fmorm rows` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fmorm.cli import main
from fmorm.server import App, load_schema, load_schemas

SCHEMA = Path(__file__).parent.parent.parent / "examples" / "people.toml"


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data file with the sample rows."""
    file = str(tmp_path / "people.sqlite")
    App(load_schema(SCHEMA), data=file).close()
    return file


def dump(data: str, *options: str) -> int:
    return main(["rows", "dump", str(SCHEMA), "--data", data, *options])


def load(data: str, *options: str) -> int:
    return main(["rows", "load", str(SCHEMA), "--data", data, *options])


def test_a_folder_takes_a_file_for_each_table_and_gives_them_back(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("csv", "json"):
        folder, other = tmp_path / form, str(tmp_path / f"{form}.sqlite")
        assert dump(data, "--format", form, "--to", str(folder)) == 0
        assert sorted(one.name for one in folder.iterdir()) == [
            f"{name}.{form}" for name in ("Address", "City", "Person")
        ]
        assert load(other, str(folder), "--replace") == 0
        assert capsys.readouterr().out == "loaded 9 row(s) into Address, City, Person\n"
        app, again = (App(load_schema(SCHEMA), data=one) for one in (data, other))
        for name in app.schemas["people"].tables:
            assert app.dump_rows(name) == again.dump_rows(name)
        app.close()
        again.close()


def test_without_a_place_all_tables_are_printed_as_json(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dump(data) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["Person", "Address", "City"]
    assert shown["City"][0] == {"::id": 1, "::mod": 0, "Name": "Bergen", "Population": "291940"}


def test_one_table_as_csv(data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "City.csv"
    assert dump(data, "--table", "City", "--to", str(file)) == 0
    assert dump(data, "--table", "City", "--format", "csv") == 0
    assert file.read_bytes() == b"::id,::mod,Name,Population\r\n1,0,Bergen,291940\r\n2,0,Oslo,717710\r\n"
    assert capsys.readouterr().out.replace("\r", "") == file.read_text()
    assert load(data, str(file)) == 0
    assert load(data, str(file), "--table", "City", "--replace") == 0
    assert dump(data, "--table", "City", "--format", "csv") == 0
    assert capsys.readouterr().out.endswith("1,0,Bergen,291940\r\n2,0,Oslo,717710\r\n")


def test_one_table_of_several(data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dump(data, "--to", str(tmp_path / "all.json")) == 0
    assert load(data, str(tmp_path / "all.json"), "--table", "City", "--replace") == 0
    assert capsys.readouterr().out == "loaded 2 row(s) into City\n"
    assert dump(data, "--to", str(tmp_path / "folder")) == 0
    assert load(data, str(tmp_path / "folder"), "--table", "Person", "--replace") == 0
    assert capsys.readouterr().out == "loaded 3 row(s) into Person\n"


def test_a_table_name_that_no_file_can_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = tmp_path / "odd.toml"
    schema.write_text(
        '[database]\nname = "odd"\n[tables."a/b %.c".fields]\nF = "text"\n[[rows."a/b %.c"]]\nF = "x"\n'
    )
    data = str(tmp_path / "odd.sqlite")
    App(load_schema(schema), data=data).close()
    assert main(["rows", "dump", str(schema), "--data", data, "--to", str(tmp_path / "folder")]) == 0
    assert [one.name for one in (tmp_path / "folder").iterdir()] == ["a%2Fb %25.c.json"]
    assert main(["rows", "load", str(schema), "--data", data, str(tmp_path / "folder")]) == 0
    assert capsys.readouterr().out == "loaded 1 row(s) into a/b %.c\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "nowhere.sqlite"], "rows dump: nowhere.sqlite: there is no such data file"),
        (["--table", "Cty"], 'rows dump: no table "Cty"; did you mean "City"?'),
        (
            ["--format", "csv"],
            "rows dump: a CSV file holds one table: choose it with --table, or give a folder",
        ),
        (["--to", "/nowhere/x.json"], "rows dump: [Errno 2] No such file or directory: '/nowhere/x.json'"),
    ],
)
def test_a_dump_that_cannot_be_is_told_in_one_line(
    data: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert dump(data, *arguments) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"fmorm {said}")
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("City.csv", "Name\nx\n", ""),
        ("City.csv", "Nmae\nx\n", 'City.csv: City, row 1, Nmae: no field "Nmae"; did you mean "Name"?'),
        ("Cty.csv", "Name\nx\n", 'Cty.csv: no table "Cty"; did you mean "City"?'),
        ("City.csv", "Name\nx,y\n", "City.csv: row 1: there are 2 values for 1 columns"),
        ("City.json", "[", "City.json: this is no JSON"),
        ("City.txt", "", "City.txt: give a .csv or a .json file, or a folder"),
    ],
)
def test_a_load_that_cannot_be_is_told_in_one_line(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    assert load(data, str(tmp_path / name)) == (2 if said else 0)
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"fmorm rows load: {tmp_path}/{said}" if said else "")
    assert complaint.count("\n") == bool(said)


def test_folders_and_tables_that_are_not_there_are_told(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert load(data, str(folder)) == 2
    (folder / "City.json").write_text('{"City": []}')
    (folder / "City.csv").write_text("Name\n")
    assert load(data, str(folder)) == 2
    assert load(data, str(folder), "--table", "Person") == 2
    assert load(data, str(folder / "City.json"), "--table", "Person") == 2
    assert load(data, str(folder / "nowhere.csv")) == 2
    (tmp_path / "broken.toml").write_text("[database")
    assert (
        main(["rows", "load", str(tmp_path / "broken.toml"), "--data", data, str(folder / "City.csv")]) == 2
    )
    said = [line.replace(str(tmp_path), "") for line in capsys.readouterr().err.splitlines()]
    assert said == [
        "fmorm rows load: /folder: there is no file with rows",
        "fmorm rows load: /folder: there are two files with rows of City",
        "fmorm rows load: /folder: there is no file with rows of Person",
        "fmorm rows load: /folder/City.json: there are no rows of Person",
        "fmorm rows load: [Errno 2] No such file or directory: '/folder/nowhere.csv'",
        "fmorm rows load: /broken.toml:1: Expected ']' at the end of a table declaration (at end of document)",
    ]


def test_a_file_that_speaks_of_another_is_dumped_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, data = tmp_path / "first.toml", tmp_path / "second.toml", str(tmp_path / "data.sqlite")
    first.write_text(
        '[database]\nname = "first"\n[tables.A.fields]\nF = "text"\n[occurrences]\na = "A"\n'
        'b = { file = "second", table = "B" }\n[[rows.A]]\nF = "of a"\n'
    )
    second.write_text('[database]\nname = "second"\n[tables.B.fields]\nF = "text"\n[[rows.B]]\nF = "of b"\n')
    App(load_schemas(first, second), data=data).close()
    assert main(["rows", "dump", str(first), "--with", str(second), "--data", data]) == 0
    assert json.loads(capsys.readouterr().out) == {"A": [{"::id": 1, "::mod": 0, "F": "of a"}]}
    assert main(["rows", "dump", str(second), "--with", str(first), "--data", data]) == 0
    assert json.loads(capsys.readouterr().out) == {"B": [{"::id": 1, "::mod": 0, "F": "of b"}]}
    assert main(["rows", "dump", str(first), "--data", data]) == 2
    assert capsys.readouterr().err.startswith(
        f'fmorm rows dump: {first}:7: occurrences.b.file: no file "second"'
    )
    assert main(["rows", "dump", str(second), "--data", data]) == 2
    assert 'holds data of the file "first" as well' in capsys.readouterr().err
