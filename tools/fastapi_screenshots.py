"""Take the pictures of docs/guides/fastapi.md: `python tools/fastapi_screenshots.py`. It needs Chromium."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "examples")]

from contacts.contacts import Contact  # noqa: E402
from examples.fastapi_site import served  # noqa: E402
from server.page.browser import Browser, browsing  # noqa: E402

from fmorm import Database  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTH = 1100


def take(browser: Browser, name: str) -> None:
    """Write a picture of the whole page."""
    height = int(browser.run("return document.documentElement.scrollHeight"))
    browser.resize(WIDTH, height)
    taken = browser.tell("Page.captureScreenshot", {"format": "png"})["data"]
    (IMAGES / f"fastapi-{name}.png").write_bytes(base64.b64decode(taken))
    browser.resize(WIDTH, 800)


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, browsing(Path(directory) / "profile") as browser:
        browser.prefer("light")
        browser.resize(WIDTH, 800)
        with served() as (url, host), Database.embedded(host, user="bo") as db:
            browser.open(url)
            browser.fill("Account", "anna")
            browser.fill("Password", "anna", enter=True)
            browser.see("1 to 10 of 28")
            take(browser, "list")
            browser.run("location.hash = '#/contacts/C-3'")
            browser.see("Telephone")
            theirs = db.get(Contact, id="C-3")
            theirs.city = "Oslo"
            theirs.phones[0].number = "+47 99 00 11 22"
            db.save(theirs)
            browser.run("city.value = 'Voss'; company.value = 'Fjord Ferries'")
            browser.press("Save")
            browser.see("has changed this contact meanwhile")
            take(browser, "conflict")


if __name__ == "__main__":
    main()
