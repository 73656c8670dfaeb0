"""`fmorm check` as continuous integration uses it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmorm._sync.raw_database import RawDatabase
from fmorm.cli import main
from fmorm.drafting.pulling import pull
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background

SCHEMA = str(Path(__file__).parent.parent / "scenarios" / "shop.toml")

MODELS = """\
from fmorm import Field, Model, Portal, PortalRow, field, portal

class Row(PortalRow, table="item_suppliers"):
    name: Field[str] = field("Name")
    phone: Field[str] = field("Phone")

class Base(Model, abstract=True):
    name: Field[str] = field("NAME")

class Stock(Base, layout="Stock"):
    size: Field[int | None] = field("Size")
    rows: Portal[Row] = portal("Suppliers")

class Fine(Model, layout="Grid"):
    name: Field[str] = field("Name")

class Warned(Model, layout="Slim"):
    name: Field[str] = field("Name")

class Gone(Model, layout="Gone"):
    name: Field[str] = field("Name")
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    (tmp_path / "models_of_tests.py").write_text(MODELS)
    yield
    sys.path[:] = path
    sys.modules.pop("models_of_tests", None)


def checked(*words: str) -> int:
    return main(["check", *words, "--embedded", SCHEMA])


def test_models_that_fit_are_exit_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked("models_of_tests:Fine") == 0
    assert capsys.readouterr().out == "0 error(s), 0 warning(s)\n"


def test_warnings_are_no_failure_unless_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked("models_of_tests:Warned") == 0
    assert "0 error(s), 2 warning(s)" in capsys.readouterr().out
    assert checked("models_of_tests:Warned", "--strict") == 1


def test_errors_are_told_with_the_line_of_the_declaration(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked("models_of_tests") == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines[:-1]] == [
        "models_of_tests.py:8",
        "models_of_tests.py:5",
        "models_of_tests.py:18",
        "models_of_tests.py:17",
        "models_of_tests.py:20",
    ]
    assert lines[0] == (
        "models_of_tests.py:8: error: Stock.name: layout 'Stock' does not show 'NAME'; did you mean 'Name'? "
        "[missing-field]"
    )
    assert lines[-1] == "3 error(s), 2 warning(s)"


def test_json_is_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked("models_of_tests:Stock", "models_of_tests:Gone", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["errors"], told["warnings"]) == (3, 0)
    assert {
        "code": "missing-portal-field",
        "severity": "error",
        "model": "Stock",
        "attribute": "rows.phone",
        "layout": "Stock",
        "message": "portal 'Suppliers' does not show 'item_suppliers::Phone'",
        "declared": "item_suppliers::Phone",
        "told": "",
        "file": "models_of_tests.py",
        "line": 5,
    } in told["findings"]
    assert told["findings"][-1]["code"] == "missing-layout"


def test_replies_that_were_kept_do_as_well_as_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    with RawDatabase.embedded(SCHEMA) as db:
        pull(db, "Shop", ["Stock", "Slim", "Grid"]).save("replies")
    assert main(["check", "models_of_tests", "--metadata", "replies"]) == 1
    saved = capsys.readouterr().out
    with Background(App(load_schema(SCHEMA))) as background:
        url = background.url.replace("://", "://api:s3cret%3Awith%2Fodd%3Fchars@") + "/Shop"
        assert main(["check", "models_of_tests", "--url", url]) == 1
    live = capsys.readouterr().out
    assert saved.splitlines()[:-2] == live.splitlines()[:-2]
    assert "layout 'Gone' cannot be read: it is not among those told" in saved


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere_of_tests", "--embedded", SCHEMA], "there is no module nowhere_of_tests"),
        (["models_of_tests"], "give one of --url, --env"),
        (["models_of_tests", "--embedded", "no.toml"], "no.toml"),
        (["models_of_tests", "--env"], "FMORM_URL"),
        (["models_of_tests", "--url", "http://nowhere.invalid"], "nowhere.invalid"),
    ],
)
def test_what_could_not_be_found_out_is_exit_status_2(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "DATABASE"):
        monkeypatch.delenv(f"FMORM_{name}", raising=False)
    assert main(["check", *words]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("fmorm check: ")
    assert why in told.err
    assert told.out == ""
