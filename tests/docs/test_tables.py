"""Tables and trees of the documentation say what the code says."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from docs.pages import DOCS, ROOT

import fmorm
from fmorm import errors
from fmorm.protocol.retry import Retry
from fmorm.query.normal import MAX_REQUESTS
from fmorm.query.verbs import Verbs
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
    for name in vars(Verbs):
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "only"
            ):
                keys |= {
                    key.value
                    for key in node.args
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"_PARTS", "_SETTINGS"}:
                keys |= set(ast.literal_eval(node.value))
    return keys


@pytest.mark.parametrize("key", sorted(schema_keys()))
def test_every_key_of_a_schema_file_is_explained_and_used(key: str) -> None:
    text = page("guides/embedded.md")
    example = text.partition("```toml")[2].partition("```")[0]
    assert re.search(rf"\b{key}\b", example), f"the example does not use {key}"
    explained = "### `[database]`" + text.partition("### `[database]`")[2]
    assert re.search(rf"`[\[{{ ]*{key}\b", explained), f"{key} is not explained"


# -- pages that are not there ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", ".github/ISSUE_TEMPLATE/bug.yml"])
def test_the_files_beside_the_pages_exist(name: str) -> None:
    assert (ROOT / name).is_file()


def test_every_file_that_contributing_names_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([\w.]+/[\w./]*)`", text):
        assert (ROOT / name).exists(), f"CONTRIBUTING.md names {name}"


def test_nothing_public_is_promised_that_is_not_there() -> None:
    for name in {
        n
        for path in DOCS.rglob("*.md")
        for n in re.findall(r"^from fmorm import (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }:
        for imported in name.split(","):
            assert imported.strip() in fmorm.__all__
