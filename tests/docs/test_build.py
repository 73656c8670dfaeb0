"""The documentation builds without a warning: links, anchors, docstrings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docs.pages import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


def test_it_builds_without_a_warning_and_has_every_page(site: Path) -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("")
        built = site / name.parent / "index.html" if name.name == "index" else site / name / "index.html"
        assert built.is_file(), f"{name} is not in the site"


def test_it_fetches_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"?(https?:[^\"\s>]+)", text)
        assert not fetched, f"{page.relative_to(site)} fetches {fetched}"


def test_the_reference_shows_the_verbs(site: Path) -> None:
    text = (site / "reference" / "database" / "index.html").read_text(encoding="utf-8")
    for verb in (
        "find",
        "get",
        "create",
        "save",
        "update",
        "delete",
        "reload",
        "embedded",
        "from_url",
        "from_env",
    ):
        assert f"database.Database.{verb}" in text, f"the reference lacks {verb}"


def test_the_example_stands_on_its_page(site: Path) -> None:
    text = (site / "guides" / "async" / "index.html").read_text(encoding="utf-8")
    assert "TaskGroup" in text
