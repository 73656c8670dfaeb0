"""Tables and trees of the documentation say what the code says."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
from docs.pages import DOCS, ROOT

import fmorm
from fmorm import errors
from fmorm.checking.comparing import COSTLY_FIELDS, MANY_FIELDS
from fmorm.checking.findings import CODES
from fmorm.cli import main
from fmorm.protocol.retry import Retry
from fmorm.query.normal import MAX_REQUESTS
from fmorm.query.verbs import Verbs
from fmorm.server import Run, refusals
from fmorm.server.calculations.functions.catalogue import _ABSENT_NAMES as ABSENT_NAMES  # pyright: ignore[reportPrivateUsage]
from fmorm.server.calculations.functions.catalogue import FUNCTIONS
from fmorm.server.releases import RELEASES
from fmorm.server.schema.layouts import _DISPLAYS as DISPLAYS  # pyright: ignore[reportPrivateUsage]
from fmorm.server.schema.layouts import _VIEWS as VIEWS  # pyright: ignore[reportPrivateUsage]
from fmorm.server.schema.parts import Stamp
from fmorm.server.scripts.foundset import FoundSet
from fmorm.server.scripts.record import Record
from fmorm.server.values.cells import Kind as Kinds
from fmorm.transport.options import OPTIONS
from fmorm.transport.settings import ENVIRONMENT, Settings
from fmorm.wire.requests import PORTAL_ROWS, RECORDS_AT_ONCE
from fmorm.wire.values import Kind

SERVER_SCHEMA = Path(fmorm.__file__).parent / "server" / "schema"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# -- errors ----------------------------------------------------------------------------------------------


def drawn(text: str) -> list[str]:
    """The names of a tree with their depth and their builtin, without what stands behind."""
    tree = text[text.index("FmormError") :].partition("\n\n")[0].partition("\n```")[0]
    return re.findall(r"^ *([│├└─ ]*\w+(?: \(\w+\))?)", tree, re.MULTILINE)


def test_the_tree_of_errors_is_that_of_the_code() -> None:
    assert drawn(page("guides/errors.md").partition("```text")[2]) == drawn(errors.__doc__ or "")


def test_every_error_has_its_row_with_its_codes() -> None:
    rows = [line.split("|")[2:4] for line in page("guides/errors.md").splitlines() if line.startswith("| ")]
    told = {name: codes for names, codes in rows for name in re.findall(r"`(\w+)`", names)}
    listed = re.findall(r"(\w+)(?: \(\w+\))? {2,}([0-9, -]+)$", errors.__doc__ or "", re.MULTILINE)
    for name, codes in listed:
        assert name in told, f"{name} is not in the tables"
        assert name in {"Missing", "ScriptMissing"} or told[name].strip() == codes.strip()
    names = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    assert names - set(told) <= {"FmormError", "TransportError", "RowConflict"}


# -- finds -----------------------------------------------------------------------------------------------


def test_every_verb_of_a_term_is_in_the_table_of_operators() -> None:
    table = page("guides/finds.md").partition("## Operators")[2].partition("\n## ")[0]
    for name in dir(Verbs):
        if not name.startswith("_") and name != "ref":
            assert f"f.{name}(" in table, f"the table of operators lacks {name}"


def test_every_kind_and_type_is_in_the_tables_of_models() -> None:
    text = page("guides/models.md")
    for kind in Kind:
        assert re.search(rf"\| {kind} \|", text), f"no row for the kind {kind}"


def test_the_limits_that_the_pages_tell_are_those_of_the_code() -> None:
    finds, portals = page("guides/finds.md"), page("guides/portals.md")
    assert f"reads {RECORDS_AT_ONCE} records at a time" in finds
    assert f"More than {MAX_REQUESTS} requests" in finds
    assert f"up to {PORTAL_ROWS:,}" in portals


# -- checks ----------------------------------------------------------------------------------------------


def test_every_code_of_a_finding_is_in_the_table_of_checks() -> None:
    table = page("guides/metadata.md").partition("## Checking models")[2].partition("\n### ")[0]
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (error|warning) \|", table, re.MULTILINE))
    assert told == {code: str(severity) for code, severity in CODES.items()}
    assert f"more than {MANY_FIELDS} fields" in table
    assert f"more than {COSTLY_FIELDS} calculations" in table


# -- settings --------------------------------------------------------------------------------------------


def test_every_setting_and_variable_is_told() -> None:
    text = page("guides/connecting.md")
    for name in [*ENVIRONMENT.values(), *OPTIONS, "auth", "keyring", "source"]:
        assert re.search(rf"`{name}`", text), f"{name} is not told"
    for name, field in Settings.__dataclass_fields__.items():
        if name not in {"url", "database", "credentials"}:
            default = field.default
            shown = f'"{default}"' if isinstance(default, str) else default
            shown = "Retry()" if default == Retry() else shown
            assert f"| `{name}` | `{shown}` |" in text


def test_every_argument_of_a_database_is_told() -> None:
    text = page("guides/connecting.md")
    for name in inspect.signature(fmorm.Database).parameters:
        assert re.search(rf"\b{name}\b", text), f"{name} is not told"


# -- the schema file -------------------------------------------------------------------------------------


def schema_keys() -> set[str]:
    """Every setting that the readers of a schema file know."""
    keys: set[str] = set()
    for path in SERVER_SCHEMA.glob("*.py"):
        module = importlib.import_module(f"fmorm.server.schema.{path.stem}")
        keys |= set(getattr(module, "_PARTS", ())) | set(getattr(module, "_SETTINGS", ()))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "only"
            ):
                keys.update(key for given in node.args for key in named(module, given))
    return keys


def named(module: ModuleType, given: ast.expr) -> list[str]:
    """The settings that an argument of `only` names: a text, or the items of a constant of the module."""
    if isinstance(given, ast.Constant):
        return [str(given.value)]
    if isinstance(given, ast.Starred) and isinstance(given.value, ast.Name):
        return list(getattr(module, given.value.id, ()))
    return []


@pytest.mark.parametrize("key", sorted(schema_keys()))
def test_every_key_of_a_schema_file_is_explained_and_used(key: str) -> None:
    text = page("guides/schema-files.md")
    example = text.partition('title="invoices.toml"')[2].partition("```")[0]
    assert re.search(rf"\b{key}\b", example), f"the example does not use {key}"
    explained = "## `[database]`" + text.partition("## `[database]`")[2]
    assert re.search(rf"`[\[{{ ]*{key}\b", explained), f"{key} is not explained"


def test_every_choice_of_a_schema_file_is_told() -> None:
    text = page("guides/schema-files.md")
    for choice in (*VIEWS, *DISPLAYS, *Kinds):
        assert f'"{choice}"' in text, f"{choice} is not told"
    for stamp in Stamp:
        assert stamp.startswith("modification_") or f'"{stamp}"' in text, f"{stamp} is not told"


def test_the_codes_of_validation_are_those_of_the_server() -> None:
    table = page("guides/schema-files.md").partition("### Validation")[2].partition("###")[0]
    codes = {
        name: int(code) for name, code in re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|$", table, re.MULTILINE)
    }
    assert codes == {
        "required": refusals.VALUE_REQUIRED,
        "unique": refusals.NOT_UNIQUE,
        "existing": refusals.NOT_EXISTING,
        "numeric": refusals.BAD_NUMBER,
        "four_digit_year": refusals.BAD_DATE,
        "time_of_day": refusals.BAD_TIME,
        "max_length": refusals.TOO_LONG,
        "range": refusals.OUT_OF_RANGE,
        "values": refusals.NOT_LISTED,
        "validation": refusals.CALCULATION_FALSE,
    }


# -- what the server knows of FileMaker ------------------------------------------------------------------


def test_every_function_of_formulas_is_told_and_every_one_that_is_not_there() -> None:
    text = page("reference/filemaker-features.md")
    there, _, absent = text.partition("## Functions")[2].partition("\n## ")[0].partition("### Not there")
    for one in FUNCTIONS.values():
        assert re.search(rf"`{one.name}`", there), f"the function {one.name} is not told"
    for name in ABSENT_NAMES.values():
        assert re.search(rf"`{name}`", absent), f"that {name} is not there is not told"


def test_every_release_is_told() -> None:
    text = page("reference/filemaker-features.md").partition("## Releases")[2].partition("\n## ")[0]
    for name in RELEASES:
        assert re.search(rf"\b{name}\b", text), f"release {name} is not told"


@pytest.mark.parametrize(("kind", "name"), [(Run, "run"), (Record, "record"), (FoundSet, "found")])
def test_everything_that_a_script_sees_is_told(kind: type, name: str) -> None:
    text = page("guides/server-scripts.md")
    members = [one for one in vars(kind) if not one.startswith("_")]
    assert members
    for member in members:
        assert re.search(rf"`[^`\n]*{name}\.{member}\b", text), f"{name}.{member} is not told"


# -- the command line ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["serve"], "guides/embedded.md"),
        (["rows", "dump"], "guides/rows.md"),
        (["rows", "load"], "guides/rows.md"),
        (["pull"], "guides/pulling.md"),
        (["schema"], "guides/pulling.md"),
    ],
)
def test_every_option_of_a_command_is_told(
    command: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    text = page(name)
    for option in set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}:
        assert re.search(rf"{option}\b", text), f"{' '.join(command)} {option} is not told"


# -- pages that are not there ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", ".github/ISSUE_TEMPLATE/bug.yml"])
def test_the_files_beside_the_pages_exist(name: str) -> None:
    assert (ROOT / name).is_file()


def test_every_file_that_contributing_names_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([\w.]+/[\w./]*)`", text):
        assert (ROOT / name).exists(), f"CONTRIBUTING.md names {name}"


def test_nothing_public_is_promised_that_is_not_there() -> None:
    for names in {
        n
        for path in DOCS.rglob("*.md")
        for n in re.findall(r"^from fmorm import (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }:
        for imported in names.split(","):
            name = imported.strip()
            assert name in fmorm.__all__ or find_spec(f"fmorm.{name}"), f"the pages import {name} from fmorm"
