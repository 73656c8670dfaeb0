"""Writes the pictures of the guide for Django: `python tools/django_screenshots.py`, with Chromium installed."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from examples.django_site import started  # noqa: E402 - the tests' helpers are below it
from server.page.browser import Browser, browsing  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTH = 1100
PHOTO = """
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [240, 240];
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, 240);
  sky.addColorStop(0, "#9fc4e8"); sky.addColorStop(1, "#e9f1f7");
  pen.fillStyle = sky; pen.fillRect(0, 0, 240, 240);
  pen.fillStyle = "#34506b"; pen.beginPath(); pen.arc(120, 245, 88, 0, 7); pen.fill();
  pen.fillStyle = "#f0c9a4"; pen.beginPath(); pen.arc(120, 104, 52, 0, 7); pen.fill();
  pen.fillStyle = "#5b3a24"; pen.beginPath(); pen.arc(120, 92, 56, 3.1, 6.32); pen.fill();
  return canvas.toDataURL("image/png").split(",")[1]
"""
"""Draws a face."""


def fill(browser: Browser, selector: str, text: str) -> None:
    """Write into the first box that a selector finds."""
    box = browser.until(lambda: browser.run("return document.querySelector(arguments[0])", selector))
    box.clear()
    box.send_keys(text)


def shoot(browser: Browser, name: str) -> None:
    """Write a picture of the whole page."""
    height = browser.run("return document.documentElement.scrollHeight")
    browser.resize(WIDTH, int(height))
    browser.run("document.activeElement.blur()")
    shot = browser.tell("Page.captureScreenshot", {"format": "png"})
    path = IMAGES / f"django-{name}.png"
    path.write_bytes(base64.b64decode(shot["data"]))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    browser.resize(WIDTH, 800)


def tour(browser: Browser, url: str, folder: Path) -> None:
    """Visit what the guide shows."""
    browser.resize(WIDTH, 800)
    browser.prefer("light")
    browser.open(url)
    fill(browser, "[name=user]", "anna")
    fill(browser, "[name=password]", "anna\n")
    browser.see("Agnes Strand")
    shoot(browser, "list")
    photo = folder / "cecilie.png"
    photo.write_bytes(base64.b64decode(browser.run(PHOTO)))
    contact = f"{url}/contacts/C-3/"
    browser.open(contact)
    browser.run("return document.querySelector('[type=file]')").send_keys(str(photo))
    browser.press("Upload")
    browser.see("stored")
    browser.open(contact)
    browser.until(lambda: browser.run("return document.querySelector('img.photo')?.naturalWidth"))
    shoot(browser, "contact")
    conflict(browser, contact)


def conflict(browser: Browser, contact: str) -> None:
    """Change a contact in one tab and then in the other."""
    first = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    browser.open(contact)
    fill(browser, "[name=city]", "Voss")
    fill(browser, "[name=company]", "Fjord Ferries")
    browser.press("Save", "button")
    browser.see("Saved.")
    browser.driver.close()
    browser.driver.switch_to.window(first)
    fill(browser, "[name=city]", "Oslo")
    fill(browser, "[name=phones-0-number]", "+47 22 00 00 00")
    browser.press("Save", "button")
    browser.see("Somebody else")
    browser.resize(WIDTH, 800)
    shoot(browser, "conflict")


def main() -> None:
    """Start the example, and write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        started() as url,
        browsing(Path(folder) / "profile") as browser,
    ):
        tour(browser, url, Path(folder))


if __name__ == "__main__":
    main()
