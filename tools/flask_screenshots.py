"""Take the pictures of docs/guides/flask.md: `python tools/flask_screenshots.py`. It needs Chromium and its driver."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "examples")]

from examples.flask_site import served  # noqa: E402
from server.page.browser import Browser, browsing  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTH = 1100
PORTRAIT = """
const canvas = new OffscreenCanvas(360, 360), pen = canvas.getContext("2d");
const sky = pen.createLinearGradient(0, 0, 0, 360);
sky.addColorStop(0, "#f6c177"); sky.addColorStop(1, "#7aa2c8");
pen.fillStyle = sky; pen.fillRect(0, 0, 360, 360);
pen.fillStyle = "#2f3e55";
pen.beginPath(); pen.arc(180, 150, 70, 0, 7); pen.fill();
pen.beginPath(); pen.arc(180, 380, 140, 0, 7); pen.fill();
return canvas.convertToBlob().then((blob) => blob.arrayBuffer()).then((data) => [...new Uint8Array(data)]);
"""
"""Draws somebody's portrait."""


def fill(browser: Browser, selector: str, text: str) -> None:
    """Write into a box."""
    box = browser.run("return document.querySelector(arguments[0])", selector)
    box.clear()
    box.send_keys(text)


def take(browser: Browser, name: str) -> None:
    """Take a picture of the whole page."""
    browser.run("document.activeElement.blur()")
    browser.resize(WIDTH, 300)
    browser.resize(WIDTH, browser.run("return document.documentElement.scrollHeight"))
    (IMAGES / f"flask-{name}.png").write_bytes(browser.driver.get_screenshot_as_png())


def main() -> None:
    """Take all of them."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served() as (url, _), browsing(Path(folder)) as browser:
        browser.resize(WIDTH, 900)
        browser.prefer("light")
        portrait = Path(folder) / "portrait.png"
        browser.open(url)
        portrait.write_bytes(bytes(browser.run(PORTRAIT)))
        fill(browser, "[name=user]", "anna")
        fill(browser, "[name=password]", "anna\n")
        browser.see("1 to 10 of 28")
        take(browser, "list")
        browser.open(url + "/contacts/3")
        browser.run("return document.querySelector('[type=file]')").send_keys(str(portrait))
        browser.press("Upload")
        browser.see("Photograph saved.", ".note")
        browser.open(url + "/contacts/3")
        take(browser, "contact")
        conflict(browser, url + "/contacts/2")
        take(browser, "conflict")


def conflict(browser: Browser, contact: str) -> None:
    """Change a contact in two windows."""
    first = browser.driver.current_window_handle
    browser.open(contact)
    browser.driver.switch_to.new_window("tab")
    browser.open(contact)
    fill(browser, "#city", "Voss")
    fill(browser, "#company", "Lien & Sons")
    browser.press("Save")
    browser.see("Saved.", ".note")
    browser.driver.close()
    browser.driver.switch_to.window(first)
    fill(browser, "#city", "Oslo")
    fill(browser, ".phones [type=tel]", "+47 22 00 00 00")
    browser.press("Save")
    browser.see("meanwhile", "h2")


if __name__ == "__main__":
    main()
