"""The pages of `docs/` as a reader would work through them: blocks in order, files written, outputs compared.

What a fence means:

- `python` is executed. The blocks of one page share a namespace and a directory that has `people.toml`.
- `text title="Output"` after it is what it prints; where it raises, the error's line comes last. A block that
  prints or raises without an output block below it is a mistake.
- a fence with the title of a file (`title="shop.toml"`) is written to that file instead.
- `sh` names commands, which must exist.
- `<!-- not run: reason -->` in the line before a fence keeps it from being run.

`python tests/docs/pages.py` writes the real outputs into the pages.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import shutil
import sys
import tempfile
import traceback
import types
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
SCHEMA = ROOT / "examples" / "people.toml"

_FENCE = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]*?) -->\n)?"
    r"(?P<indent> *)```(?P<language>[a-z]+)(?: title=\"(?P<title>[^\"]*)\")?\n"
    r"(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
OUTPUT = "Output"
_PYDANTIC_LINK = "    For further information visit"
"""A line of pydantic's errors that names its release."""


@dataclass(frozen=True)
class Block:
    """One fence of a page.

    Attributes:
        page: The page, below `docs/`.
        line: The line of its first code line.
        start: Where its body starts in the text of the page.
        end: Where it ends.
        language: The word behind the fence.
        title: Its title; the name of a file, or `Output`.
        body: What is in it.
        reason: Why it is not run, where it is not.
    """

    page: str
    line: int
    start: int
    end: int
    language: str
    title: str
    body: str
    reason: str | None

    @property
    def is_output(self) -> bool:
        return self.title == OUTPUT

    @property
    def is_file(self) -> bool:
        return bool(self.title) and not self.is_output

    @property
    def runs(self) -> bool:
        return self.language == "python" and not self.is_file and self.reason is None


def names() -> list[str]:
    """Name the pages, below `docs/`."""
    return sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))


def blocks(page: str) -> list[Block]:
    """Give the fences of a page, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("body")) + 1,
            found.start("body"),
            found.end("body"),
            found["language"],
            found["title"] or "",
            found["body"],
            found["reason"],
        )
        for found in _FENCE.finditer(text)
    ]


@dataclass(frozen=True)
class Ran:
    """A block that ran.

    Attributes:
        block: The block.
        output: What it printed, and the line of the error that it raised.
        shown: The block below it that shows an output, if there is one.
    """

    block: Block
    output: str
    shown: Block | None


@contextlib.contextmanager
def place(directory: Path) -> Generator[None]:
    """Be where a reader would be: in a directory that has `people.toml`, with no settings in the environment."""
    shutil.copy(SCHEMA, directory)
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("FMORM_")]:
        del os.environ[name]
    try:
        with contextlib.chdir(directory):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def work_through(page: str) -> Iterator[Ran]:
    """Do what a page says, in the current directory."""
    module = types.ModuleType(f"docs_{page.removesuffix('.md').replace('/', '_').replace('-', '_')}")
    sys.modules[module.__name__] = module
    try:
        every = blocks(page)
        for block, after in zip(every, [*every[1:], None], strict=False):
            if block.is_file:
                Path(block.title).parent.mkdir(exist_ok=True)
                Path(block.title).write_text(block.body, encoding="utf-8")
            elif block.runs:
                yield Ran(block, _run(block, module), after if after and after.is_output else None)
    finally:
        del sys.modules[module.__name__]
        _quiet_again()


def _quiet_again() -> None:
    """Take back what a page has set up of fmorm's loggers."""
    for name, logger in logging.Logger.manager.loggerDict.items():
        if name.startswith("fmorm") and isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.setLevel(logging.NOTSET)


def _run(block: Block, module: types.ModuleType) -> str:
    printed = io.StringIO()
    # The empty lines make the numbers of a traceback those of the page.
    code = compile("\n" * (block.line - 1) + block.body, str(DOCS / block.page), "exec", dont_inherit=True)
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, module.__dict__)
        except Exception as error:  # noqa: BLE001 - pages show errors, too
            printed.write("".join(traceback.format_exception_only(error)))
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    return "".join(f"{line}\n" for line in lines if not line.startswith(_PYDANTIC_LINK))


def rewrite(page: str) -> None:
    """Write the real outputs into a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for ran in reversed(list(work_through(page))):
        if ran.shown:
            text = text[: ran.shown.start] + ran.output + text[ran.shown.end :]
        elif ran.output:
            print(f"{page}:{ran.block.line} prints and shows nothing:\n{ran.output}")  # noqa: T201
    (DOCS / page).write_text(text, encoding="utf-8")


def main(pages: list[str]) -> None:
    """Write the real outputs into pages; into all of them where none is named."""
    os.environ["NO_COLOR"] = "1"
    for page in pages or names():
        with tempfile.TemporaryDirectory() as directory, place(Path(directory)):
            rewrite(page)


if __name__ == "__main__":
    main(sys.argv[1:])
