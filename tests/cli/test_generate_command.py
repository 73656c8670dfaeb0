"""`fmorm generate` as a person uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmorm import Database
from fmorm.cli import main
from fmorm.drafting import Metadata
from fmorm.drafting.pulling import pull
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background

SCHEMA = str(Path(__file__).parent.parent / "scenarios" / "shop.toml")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def kept() -> Path:
    """A folder with what `fmorm pull --save-metadata` keeps."""
    from fmorm._sync.raw_database import RawDatabase

    with RawDatabase.embedded(SCHEMA) as db:
        pull(db, "Shop").save("replies")
    return Path("replies")


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.startswith("fmorm generate: ")
    assert text.count("\n") == 1
    return text


def test_it_writes_a_module_and_updates_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--embedded", SCHEMA, "-o", "models.py"]) == 0
    assert capsys.readouterr().out == "wrote models.py\n"
    first = Path("models.py").read_text()
    assert 'class Stock(Model, layout="Stock"):' in first
    assert main(["generate", "--embedded", SCHEMA, "-o", "models.py"]) == 0
    assert capsys.readouterr().out == "models.py is up to date\n"
    Path("models.py").write_text(first.replace('    size: Field[Decimal | None] = field("Size")\n', ""))
    assert main(["generate", "--embedded", SCHEMA, "-o", "models.py"]) == 0
    assert capsys.readouterr().out == "updated models.py\n"
    assert 'field("Size")' in Path("models.py").read_text()
    assert [path.name for path in Path().iterdir()] == ["models.py"]


def test_without_a_file_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--embedded", SCHEMA, "--layout", "Slim", "--literals"]) == 0
    out = capsys.readouterr().out
    assert "class Slim(Model" in out
    assert "Stock" not in out


def test_line_ends_stay_what_they_are() -> None:
    Path("models.py").write_bytes(b'"""Ours."""\r\n\r\nfrom fmorm import Model\r\n')
    assert main(["generate", "--embedded", SCHEMA, "--layout", "Slim", "-o", "models.py"]) == 0
    content = Path("models.py").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 5


def test_replies_that_were_kept_give_the_same_module_as_the_server() -> None:
    folder = str(kept())
    with Background(App(load_schema(SCHEMA))) as background:
        url = background.url.replace("://", "://api:s3cret%3Awith%2Fodd%3Fchars@") + "/Shop"
        assert main(["generate", url, "-o", "one.py"]) == 0
    assert main(["generate", "--metadata", folder, "-o", "two.py"]) == 0
    one, two = Path("one.py").read_text(), Path("two.py").read_text()
    # which portals share a name is known of a live reply only: JSON that was parsed has one of them
    assert [line for line in one.splitlines() if line not in two] == [
        '    # Portal "item_suppliers" is left out: several portals have this name.'
    ]


def test_the_environment_can_name_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with Background(App(load_schema(SCHEMA))) as background:
        for name, value in (
            ("URL", background.url),
            ("DATABASE", "Shop"),
            ("USER", "api"),
            ("PASSWORD", "s3cret:with/odd?chars"),
        ):
            monkeypatch.setenv(f"FMORM_{name}", value)
        assert main(["generate", "--env", "--layout", "Grid", "-o", "grid.py"]) == 0
    assert "class Grid(" in Path("grid.py").read_text()


def test_a_layout_that_cannot_be_read_is_left_out_and_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(load_schema(SCHEMA))
    app.faults.fail(200, on="metadata", times=1)
    opened = Database.embedded(app)

    def embedded(_: str) -> Database:
        return opened

    monkeypatch.setattr(Database, "embedded", embedded)
    assert main(["generate", "--embedded", SCHEMA, "-o", "models.py"]) == 0
    assert "fmorm generate: layout 'Stock' was left out: FileMaker error 200" in capsys.readouterr().err
    assert "class Slim(" in Path("models.py").read_text()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "give one of URL, --env, --metadata and --embedded\n"),
        (["--env", "--embedded", SCHEMA], "not env and embedded"),
        (["--embedded", "no.toml"], "no.toml"),
        (
            ["--embedded", SCHEMA, "--layout", "stok"],
            "there is no layout 'stok', or the account may not see it",
        ),
        (["--embedded", SCHEMA, "--layout", "stock"], "did you mean 'Stock'?"),
        (["--metadata", "nowhere"], "nowhere"),
        (["fm.example.com"], "https"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", *words]) == 2
    assert why in complaint(capsys)


def test_a_module_that_is_no_python_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("models.py").write_text("class (\n")
    assert main(["generate", "--embedded", SCHEMA, "-o", "models.py"]) == 2
    assert "models.py:1: " in complaint(capsys)
    assert Path("models.py").read_text() == "class (\n"


def test_saved_replies_that_are_none_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Metadata("x").save("empty")
    Path("empty/layout-0001.json").write_text('{"layout": "l", "response": {"fieldMetaData": 5}}')
    assert main(["generate", "--metadata", "empty"]) == 2
    assert "none of the Data API's" in complaint(capsys)
