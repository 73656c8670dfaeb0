"""Every block of the documentation does what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from docs.pages import DOCS, ROOT, Block, blocks, names, place, work_through

from fmorm.cli import main

ALL = [block for page in names() for block in blocks(page)]
LANGUAGES = {"html", "python", "text", "toml", "sh"}
MOST_NOT_RUN = 4


def place_of(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize("page", names())
def test_the_blocks_of_a_page_run_and_print_what_is_shown(page: str, tmp_path: Path) -> None:
    with place(tmp_path):
        for ran in work_through(page):
            shown = ran.shown.body if ran.shown else ""
            assert ran.output == shown, (
                f"docs/{place_of(ran.block)}: `python tests/docs/pages.py {page}` mends it"
            )


def test_what_is_not_run_is_little_and_has_a_reason() -> None:
    left_out = [block for block in ALL if block.reason is not None]
    assert all(block.reason for block in left_out)
    assert len(left_out) <= MOST_NOT_RUN, [place_of(block) for block in left_out]
    marked = sum((DOCS / page).read_text(encoding="utf-8").count("<!-- not run") for page in names())
    assert marked == len(left_out), "a mark stands in the line before its fence"


def test_every_fence_is_known() -> None:
    for page in names():
        fences = re.findall(r"^ *```\S", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert len(fences) == len(blocks(page)), f"docs/{page} has a fence that the tests do not understand"
    assert {block.language for block in ALL} <= LANGUAGES


def test_an_output_follows_what_prints_it() -> None:
    for page in names():
        every = blocks(page)
        for before, block in pairwise(every):
            assert not block.is_output or before.runs, f"docs/{place_of(block)} shows the output of nothing"


@pytest.mark.parametrize("block", [b for b in ALL if b.language == "toml"], ids=place_of)
def test_toml_is_toml(block: Block) -> None:
    assert tomllib.loads(block.body)


def test_the_test_suite_of_the_testing_guide_passes(tmp_path: Path) -> None:
    with place(tmp_path):
        for block in blocks("guides/testing.md"):
            if block.is_file:
                Path(block.title).parent.mkdir(exist_ok=True)
                Path(block.title).write_text(block.body, encoding="utf-8")
        options = ["-q", "-W", "error", "-p", "no:cacheprovider", "--rootdir=."]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout
    assert "10 passed" in done.stdout


# -- commands --------------------------------------------------------------------------------------------


def commands() -> list[str]:
    """Every command of a shell block or in backticks, in the pages and in CONTRIBUTING.md."""
    found = [line for block in ALL if block.language == "sh" for line in block.body.splitlines()]
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found += [
        line for body in re.findall(r"```sh\n(.*?)```", contributing, re.DOTALL) for line in body.splitlines()
    ]
    texts = [contributing, *((DOCS / page).read_text(encoding="utf-8") for page in names())]
    found += [code for text in texts for code in re.findall(r"`((?:make|fmorm) [^`\n]+)`", text)]
    return sorted({command.partition("#")[0].strip() for command in found if command.strip()})


@pytest.mark.parametrize("command", [command for command in commands() if command.startswith("make ")])
def test_the_makefile_has_the_target(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^[a-z]+$", command.removeprefix("make ").replace(" ", "\n"), re.MULTILINE):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), f"{command}: no target {target}"


@pytest.mark.parametrize("command", [command for command in commands() if command.startswith("fmorm ")])
def test_the_command_line_has_the_command_and_its_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verb, *rest = command.removeprefix("fmorm ").split()
    verbs = [verb, rest.pop(0)] if verb == "rows" else [verb]
    with pytest.raises(SystemExit) as left:
        main([*verbs, "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    for option in re.findall(r"--[a-z-]+", " ".join(rest)):
        assert option in told, f"{command}: no option {option}"


def test_no_other_commands_are_shown() -> None:
    known = (
        "make",
        "fmorm",
        "pip install 'fmorm[fast]'",
        "pip install 'fmorm[server]'",
        "pip install 'fmorm[testing]'",
        "pytest",
        "git",
        ".venv/bin/",
        "python tests/docs/pages.py",
    )
    assert [command for command in commands() if not command.startswith(known)] == []
