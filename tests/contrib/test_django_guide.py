"""The project of the guide works as it stands on the page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from docs.pages import ROOT, SCHEMA, blocks

VISIT = """
import django
django.setup()
from django.test import Client

client = Client()
print(client.get("/").content.decode().split("</form>")[1])
print(client.get("/?q=solveig&sort=-born").content.decode().split("</form>")[1])
page = client.get("/people/P-1/").content.decode()
print('value="Alma Berg"' in page, "csrfmiddlewaretoken" in page, 'name="addresses-0-city"' in page)
print(client.get("/people/P-99/").status_code)
print(client.get("/count/").json(), client.get("/young/").json())
print(client.post("/edit/P-1/", {"name": "Ada"}).status_code, "value=" in client.get("/edit/P-1/").content.decode())
import accounts
"""
EXPECTED = [
    '<a href="/people/P-2/">Alfred Dahl</a> <a href="/people/P-1/">Alma Berg</a> ',
    "page 1 of 2",
    '<a href="/people/P-3/">Solveig Lund</a> ',
    "page 1 of 1",
    "True True True",
    "404",
    "{'people': 3} {'people': ['Alma Berg', 'Alfred Dahl']}",
    "200 True",
]


def run(folder: Path, *words: str) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTHONPATH": os.pathsep.join([".", str(ROOT)]),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_project_of_the_guide(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_bytes(SCHEMA.read_bytes())
    for block in blocks("guides/django.md"):
        if block.is_file:
            (tmp_path / block.title).write_text(block.body, encoding="utf-8")
    assert "no issues" in run(tmp_path, "-m", "django", "check")
    assert "no issues" in run(tmp_path, "-m", "django", "check", "--settings=production")
    assert run(tmp_path, "-m", "django", "fmorm_check").endswith(
        ("no errors\n", "all models fit their layouts\n")
    )
    assert run(tmp_path, "-m", "django", "fmorm_ping").startswith("default: ")
    said = [line for line in run(tmp_path, "-c", VISIT).splitlines() if line]
    assert said == EXPECTED
