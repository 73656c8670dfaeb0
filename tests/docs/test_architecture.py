"""The architecture page draws what is there."""

from __future__ import annotations

import re
from pathlib import Path

from docs.pages import DOCS
from test_layers import LAYERS

import fmorm

PACKAGE = Path(fmorm.__file__).parent
PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")


def drawn() -> set[str]:
    """The paths of the tree on the page, below `fmorm/`; folders end with a slash."""
    paths: set[str] = set()
    folders: list[str] = []
    tree = PAGE.partition("```text\nfmorm/\n")[2].partition("```")[0]
    for lead, name in re.findall(r"^((?:[│ ]   )*)[├└]── (\S+)", tree, re.MULTILINE):
        depth = len(lead) // 4
        folders[depth:] = [name]
        paths.add("".join(folders[: depth + 1]))
    return paths


def present(folder: Path) -> set[str]:
    """What is in a folder of the package: folders with a slash."""
    found = {
        path for path in folder.iterdir() if path.name != "__pycache__" and not path.name.startswith(".")
    }
    return {f"{path.relative_to(PACKAGE)}{'/' * path.is_dir()}" for path in found}


def test_the_tree_is_what_exists() -> None:
    folders = {path for path in present(PACKAGE / "server") if path.endswith("/")}
    assert drawn() == present(PACKAGE) | folders


def test_every_layer_has_its_row_in_the_order_that_the_imports_must_keep() -> None:
    table = PAGE.partition("## The layers")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")][2:]
    told = [set(re.findall(r"`([^`]+)`", row)) or {""} for row in rows]
    assert told == LAYERS


def test_every_module_that_the_page_names_exists() -> None:
    for name in re.findall(r"`((?:\w+/)+\w+\.py)`", PAGE):
        assert (PACKAGE / name).is_file(), f"architecture.md names {name}"
