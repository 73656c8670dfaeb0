"""`fmorm schema` as a person uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fmorm
from fmorm.cli import main
from fmorm.server import load_schema

MODELS = """
from fmorm import Field, Model, Portal, PortalRow, field, portal

class Line(PortalRow, table="order_lines"):
    item: Field[str] = field("Item")

class Base(Model, abstract=True):
    name: Field[str] = field("Name")

class Order(Base, layout="orders"):
    lines: Portal[Line] = portal("order_lines")

class Customer(Base, layout="customers"):
    pass

count = 3
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be where a program with models is."""
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    package = tmp_path / "shop_of_tests"
    package.mkdir()
    (package / "__init__.py").write_text("from shop_of_tests.models import Customer\n")
    (package / "models.py").write_text(MODELS)
    yield
    sys.path[:] = path
    for name in [name for name in sys.modules if name.partition(".")[0].endswith("_of_tests")]:
        del sys.modules[name]


def drafted(*words: str) -> int:
    return main(["schema", *words, "--to", "shop.toml"])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.startswith("fmorm schema: ")
    assert text.count("\n") == 1
    return text


@pytest.mark.parametrize(
    ("words", "layouts"),
    [
        (["shop_of_tests.models"], ["orders", "customers"]),
        (["shop_of_tests"], ["customers"]),
        (["shop_of_tests.models:Customer"], ["customers"]),
        (["shop_of_tests.models:Customer", "shop_of_tests.models"], ["customers", "orders"]),
    ],
)
def test_modules_and_classes_are_drafted(
    words: list[str], layouts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert drafted(*words) == 0
    assert capsys.readouterr().out.startswith("wrote shop.toml: look for TODO (")
    schema = load_schema("shop.toml")
    assert schema.name == "shop"
    assert list(schema.layouts) == layouts


def test_the_name_and_tables_can_be_told() -> None:
    tables = ["--table", "orders=Order", "--table", "customers=Order"]
    assert drafted("shop_of_tests.models", "--database", "Shop", *tables) == 0
    schema = load_schema("shop.toml")
    assert schema.name == "Shop"
    assert list(schema.tables) == ["Order", "order_lines"]


def test_what_is_there_already_is_not_overwritten_without_force(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop.toml").write_text("mine")
    assert drafted("shop_of_tests.models") == 2
    assert "--force" in complaint(capsys)
    assert Path("shop.toml").read_text() == "mine"
    assert drafted("shop_of_tests.models", "--force") == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing_of_tests"], "no module nothing_of_tests"),
        (["shop_of_tests.other"], "no module shop_of_tests.other"),
        (["shop_of_tests.models:Odrer"], "shop_of_tests.models has no Odrer; did you mean Order?"),
        (["shop_of_tests.models:count"], "shop_of_tests.models:count is no model"),
        (["shop_of_tests.models:Line"], "shop_of_tests.models:Line is no model"),
        (["shop_of_tests.models:Base"], "Base is a base class without a layout"),
        (["shop_of_tests.models", "--table", "x"], "OCCURRENCE=TABLE"),
        (["shop_of_tests.models", "--table", "oders=Order"], "did you mean 'orders'"),
        (["../models.py"], "the dotted name of a module"),
        ([":Order"], "the dotted name of a module"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_told_in_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drafted(*words) == 2
    assert said in complaint(capsys)
    assert not Path("shop.toml").exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nothing_of_tests\n", "No module named 'nothing_of_tests'"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def (:\n", "SyntaxError"),
        ("count = 3\n", "defines no model"),
        ("from fmorm import Model\nclass A(Model, layout='a'):\n    x: int\n", "annotate it as Field"),
    ],
)
def test_a_module_that_cannot_be_used_is_told(
    source: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken_of_tests.py").write_text(source)
    assert drafted("broken_of_tests") == 2
    assert said in complaint(capsys)


def test_a_draft_that_cannot_be_served_is_written_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    source = (
        "from fmorm import Field, Model, field\nclass A(Model, layout='a'):\n    x: Field[str] = field({})\n"
    )
    Path("odd_of_tests.py").write_text(source.format("'Web (2)'"))
    assert drafted("odd_of_tests") == 1
    assert "wrote shop.toml, but it cannot be served as it is: " in capsys.readouterr().err
    assert "Web (2)" in Path("shop.toml").read_text()


def test_it_runs_as_a_command_and_finds_modules_where_it_is_started() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(fmorm.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "fmorm", "schema", "shop_of_tests.models", "--to", "shop.toml"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(load_schema("shop.toml").layouts) == ["orders", "customers"]
