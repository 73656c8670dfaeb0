"""`fmorm pull` as a person uses it, against a server on a socket."""

from __future__ import annotations

import getpass
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import fmorm
from fmorm import Database, Field, Model, Portal, PortalRow, Repeating, field, portal, repeating
from fmorm.cli import main
from fmorm.server import App, Background, load_schema

SCHEMA = Path(__file__).parent.parent.parent / "examples" / "people.toml"
PASSWORD = "s3cret-that-nobody-writes-down"


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")


class Person(Model, layout="person"):
    name: Field[str] = field("Name")
    phones: Repeating[str] = repeating("Phone", 3)
    addresses: Portal[Address] = portal("person_addresses")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    text = SCHEMA.read_text().replace('password = "secret"', f'password = "{PASSWORD}"')
    app = App(load_schema(tomllib.loads(text)))
    with Background(app) as server:
        yield server.url
    assert app.session_count == 0, "every session was logged out"
    app.close()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FM_PASSWORD", PASSWORD)


def pulled(url: str, *options: str, database: str = "people", to: str = "draft.toml") -> int:
    account = ["--user", "api", "--password-env", "FM_PASSWORD"]
    return main(["pull", url, database, *account, "--to", to, *options])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.startswith("fmorm pull: ")
    assert text.count("\n") == 1
    assert PASSWORD not in text
    return text


def people(schema: str = "draft.toml") -> list[tuple[str, list[str], list[str]]]:
    with Database.embedded(schema) as db:
        return [(one.name, list(one.phones), [a.city for a in one.addresses]) for one in db.find(Person)]


def test_a_pulled_draft_serves_the_models_of_the_real_file(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pulled(url) == 0
    assert re.fullmatch(
        r"wrote draft\.toml: look for TODO \([0-9]+\), then try: fmorm serve draft\.toml\n",
        capsys.readouterr().out,
    )
    with Database.embedded("draft.toml") as db:
        db.create(Person(name="Agnes", addresses=[Address(city="Bergen")]))
        assert db.find(Person).where(Person.addresses.city == "Bergen").one().name == "Agnes"


def test_rows_come_along(url: str) -> None:
    assert pulled(url, "--rows", "2", "--layout", "person") == 0
    assert people() == [
        ("Alma Berg", ["+47 22 11 11 11", "", ""], ["Bergen", "Trondheim"]),
        ("Alfred Dahl", ["+47 22 22 22 22", "+47 92 22 22 22", ""], ["Oslo"]),
    ]


def test_anonymised_rows_have_other_contents_and_the_same_relations(url: str) -> None:
    assert pulled(url, "--rows", "50", "--anonymise", "--save-metadata", "kept") == 0
    written = "".join(path.read_text() for path in [Path("draft.toml"), *Path("kept").iterdir()])
    for word in ("Alma Berg", "Solveig", "Trondheim", "22 11 11 11", "291940", "04/17/2001"):
        assert word not in written, word
    found = people()
    assert [len(cities) for _, _, cities in found] == [2, 1, 1]
    assert found[1][2] == found[2][2], "the two in Oslo are in one city still"


def test_kept_replies_give_the_same_draft_without_a_server(url: str) -> None:
    assert pulled(url, "--rows", "50", "--save-metadata", "kept") == 0
    assert main(["pull", "--from", "kept", "--to", "again.toml"]) == 0
    assert Path("again.toml").read_text() == Path("draft.toml").read_text()
    assert main(["pull", "--from", "kept", "--to", "hidden.toml", "--anonymise"]) == 0
    assert "Alma" not in Path("hidden.toml").read_text()


def test_no_secret_is_written_anywhere(url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert pulled(url, "--rows", "50", "--save-metadata", "kept") == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for text in [*(path.read_text() for path in files), *capsys.readouterr()]:
        assert PASSWORD not in text
        assert not re.search(r"[0-9a-f]{52}", text), "a token"


def test_the_password_is_asked_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr(getpass, "getpass", ask)
    assert main(["pull", url, "people", "--user", "api", "--to", "draft.toml"]) == 0
    assert asked == ["Password of api: "]


def test_nobody_there_to_be_asked_is_told(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", ask)
    assert main(["pull", url, "people", "--user", "api", "--to", "draft.toml"]) == 2
    assert "--password-env" in complaint(capsys)


def test_a_table_can_be_told(url: str) -> None:
    assert pulled(url, "--table", "person=Person", "--table", "person_addresses = Address") == 0
    assert list(tomllib.loads(Path("draft.toml").read_text())["tables"])[:2] == ["Person", "Address"]


def test_what_is_there_already_is_not_overwritten_without_force(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("draft.toml").write_text("mine")
    assert pulled(url) == 2
    assert "--force" in complaint(capsys)
    assert Path("draft.toml").read_text() == "mine"
    assert pulled(url, "--force") == 0
    assert people() == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--layout", "persn"], "did you mean 'person'"),
        (["--rows", "0"], "counts records"),
        (["--table", "person"], "OCCURRENCE=TABLE"),
        (["--table", "persn=Person"], "did you mean 'person'"),
        (["--password-env", "NOT_SET"], "no environment variable NOT_SET"),
        (["--user", "nobody"], "212"),
        (["--to", "nowhere/draft.toml"], "cannot write nowhere/draft.toml"),
        (["--ca", "nowhere.pem"], "nowhere.pem"),
        (["--from", "kept"], "--from asks no server"),
    ],
    ids=["layout", "rows", "table", "occurrence", "variable", "account", "folder", "authorities", "both"],
)
def test_a_mistake_is_told_in_one_line(
    url: str, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert pulled(url, *options) == 2
    assert said in complaint(capsys)
    assert not Path("draft.toml").exists()


def test_a_wrong_database_and_a_wrong_address_are_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pulled(url, database="peple") == 2
    assert "802" in complaint(capsys)
    assert pulled("http://127.0.0.1:9") == 2
    assert "127.0.0.1" in complaint(capsys)
    assert pulled("fm.example.com") == 2
    assert "https://" in complaint(capsys)


@pytest.mark.parametrize("words", [[], ["http://127.0.0.1:9"], ["http://127.0.0.1:9", "people"]])
def test_what_must_be_given_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pull", *words, "--to", "draft.toml"]) == 2
    assert "give URL, DATABASE and --user, or --from FOLDER" in complaint(capsys)


def test_a_folder_without_replies_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pull", "--from", "nowhere", "--to", "draft.toml"]) == 2
    assert "nowhere" in complaint(capsys)


def test_it_runs_as_a_command(url: str) -> None:
    command = [sys.executable, "-W", "error", "-m", "fmorm", "pull", url, "people", "--user", "api"]
    environment = {**os.environ, "PYTHONPATH": str(Path(fmorm.__file__).parent.parent)}
    done = subprocess.run(
        [*command, "--password-env", "FM_PASSWORD", "--to", "draft.toml"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert load_schema("draft.toml").layouts
