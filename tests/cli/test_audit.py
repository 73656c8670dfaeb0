"""`fmorm audit` as a person or a CI job uses it."""

from __future__ import annotations

import gzip
from base64 import b64encode
from pathlib import Path

import pytest

from fmorm.cli import main

CASSETTES = Path(__file__).parent.parent.parent / "cassettes"
CLEAN = (CASSETTES / "logging_in_and_out.yaml").read_text(encoding="utf-8")
BEARER = "- Bearer SCRUBBED"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a clean cassette, and with other files."""
    for name in ("FMORM_URL", "FMORM_USER", "FMORM_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tests" / "cassettes"
    folder.mkdir(parents=True)
    (folder / "clean.yaml").write_text(CLEAN, encoding="utf-8")
    (folder / "other.yaml").write_text("password: open sesame\n", encoding="utf-8")
    hidden = tmp_path / ".venv" / "cassettes"
    hidden.mkdir(parents=True)
    (hidden / "bad.yaml").write_text(bad(), encoding="utf-8")
    return folder


def bad() -> str:
    return CLEAN.replace(BEARER, "- Bearer 0123456789abcdef")


def test_what_is_clean_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit"]) == 0
    assert capsys.readouterr().out == "1 cassette(s): no secret found\n"
    assert main(["audit", str(CASSETTES)]) == 0


def test_what_is_found_is_told_with_its_line_and_without_the_secret(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "bad.yaml").write_text(bad(), encoding="utf-8")
    line = CLEAN.splitlines().index(f"      {BEARER}") + 1
    assert main(["audit"]) == 1
    told = capsys.readouterr().out
    where = f"tests/cassettes/below/bad.yaml:{line}: interactions[1].request.headers.Authorization[0]"
    assert told.splitlines() == [
        f"{where}: the value of the header Authorization",
        f"{where}: a Bearer token",
        "2 finding(s) in 1 of 2 cassette(s): scrub, and record anew",
    ]
    assert "0123456789abcdef" not in told
    assert main(["audit", "tests/cassettes/clean.yaml"]) == 0
    assert main(["audit", "tests/cassettes/clean.yaml", "tests/cassettes/below"]) == 1


@pytest.mark.parametrize(
    ("variable", "value", "secret"),
    [
        ("FMORM_PASSWORD", "open sesame", "open sesame"),
        ("FMORM_USER", "agnes", "agnes"),
        ("FMORM_URL", "https://agnes:open%20sesame@fm.my.com/people", "open sesame"),
        ("FMORM_URL", "https://agnes:open%20sesame@fm.my.com/people", "fm.my.com"),
        ("OTHER", "open sesame", "open sesame"),
    ],
)
def test_what_the_environment_knows_is_looked_for_in_any_encoding(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, secret: str
) -> None:
    options = ["--secret-env", "OTHER"] if variable == "OTHER" else []
    hidden = b64encode(gzip.compress(f"it is {secret}.".encode())).decode()
    (folder / "hidden.yaml").write_text(CLEAN.replace('"OK"', f'"{hidden}"'), encoding="utf-8")
    assert main(["audit"]) == 0
    monkeypatch.setenv(variable, value)
    assert main(["audit", *options]) == 1


def test_another_word_may_stand_for_secrets(folder: Path) -> None:
    (folder / "redacted.yaml").write_text(CLEAN.replace(BEARER, "- REDACTED"), encoding="utf-8")
    assert main(["audit"]) == 1
    assert main(["audit", "--allow", "REDACTED"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.yaml"], "none.yaml: there is no such file or folder"),
        (["empty"], "empty: there is no cassette in it"),
        (["broken"], "broken/cut.json: this is no YAML"),
        (["broken/cut.json"], "cut.json: this is no YAML"),
        (["binary.yaml"], "binary.yaml: it is not in UTF-8"),
        (["--secret-env", "NOT_THERE"], "--secret-env NOT_THERE: there is no such variable"),
    ],
)
def test_a_mistake_is_told(
    tmp_path: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "cut.json").write_text("{", encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\x00")
    assert main(["audit", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_where_there_is_no_cassette_it_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path / ".venv" / "cassettes")
    assert main(["audit"]) == 2
    assert "name the cassettes, or their folder" in capsys.readouterr().err
