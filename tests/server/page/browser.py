"""A real browser that tests look at the page with: headless Chromium, driven by its own chromedriver."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

T = TypeVar("T")
PATIENCE = 10.0
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-device-scale-factor=1",
)
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
"""What a page does before its own script, so that its policy's violations are seen."""


def missing() -> str:
    """Say what is not installed; empty when everything is."""
    names = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    said = " and ".join(names)
    return f"{said} not found (on Debian: apt-get install chromium chromium-driver)" if names else ""


def expect_browser() -> None:
    """Skip the tests where there is no browser; in CI that is a failure."""
    if missing():
        if os.environ.get("CI"):
            pytest.fail(missing())
        pytest.skip(missing())


class Browser:
    """One window. What it does waits until the page shows what is asked for."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.resize(1280, 900)

    def run(self, script: str, *values: object) -> Any:
        """Run a script in the page, and give what it returns."""
        return self.driver.execute_script(script, *values)  # pyright: ignore[reportUnknownMemberType]

    def open(self, address: str) -> None:
        """Load the page."""
        self.driver.get(address)
        self.until(lambda: self.run("return document.querySelector('h1') !== null"))

    def start_over(self) -> None:
        """Go to the page's first view, where nobody has logged in."""
        self.run("[...sessions.keys()].forEach((file) => keepSession(file, null))")
        self.run("performance.clearResourceTimings()")
        self.go()

    def go(self, *place: str) -> None:
        """Go to a place of the page, and wait until it is shown."""
        script = """
            document.title = "waiting";
            const before = location.hash;
            location.hash = place(...arguments);
            if (location.hash === before) show();"""
        self.run(script, *place)
        self.until(lambda: self.run("return document.title !== 'waiting'"))

    def type(self, keys: str) -> None:
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(keys)

    def resize(self, width: int, height: int) -> None:
        """Make the inside of the window as large as this."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.tell("Emulation.setDeviceMetricsOverride", size)

    def prefer(self, scheme: str) -> None:
        """Prefer light or dark."""
        features = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.tell("Emulation.setEmulatedMedia", features)

    def tell(self, command: str, parameters: dict[str, Any]) -> Any:
        """Tell the browser something in its own protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)  # pyright: ignore[reportUnknownMemberType]

    def until(self, look: Callable[[], T]) -> T:
        """Wait until there is something to see."""
        until = time.monotonic() + PATIENCE
        while not (seen := look()):
            assert time.monotonic() < until, f"it did not come; the page says: {self.text('body')}"
            time.sleep(0.01)
        return seen

    def texts(self, selector: str) -> list[str]:
        """Give the texts of all elements, as they are seen."""
        script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText.trim())"
        return list(self.run(script, selector))

    def text(self, selector: str) -> str:
        """Give the text of the first element, empty where there is none."""
        return next(iter(self.texts(selector)), "")

    def see(self, text: str, selector: str = "main") -> None:
        """Wait until an element has a text in it."""
        self.until(lambda: any(text in one for one in self.texts(selector)))

    def press(self, text: str, selector: str = "a, button, summary") -> None:
        """Click on what has this text, or this text as its label, once it is there."""
        self.until(lambda: self.find(text, selector)).click()

    def focus(self, text: str) -> None:
        """Go with the focus to the button that has this text, once it is there."""
        self.run("arguments[0].focus()", self.until(lambda: self.find(text, "button")))

    def find(self, text: str, selector: str) -> Any:
        """Give the element that has this text, or this text as its label, and can be used; None without one."""
        script = """
            const [text, selector] = arguments;
            return [...document.querySelectorAll(selector)].find((one) =>
              !one.disabled && [one.innerText.trim(), one.getAttribute("aria-label")].includes(text))"""
        return self.run(script, text, selector)

    def fill(self, label: str, text: str, *, enter: bool = False) -> None:
        """Write into the box with this label."""
        script = """
            return [...document.querySelectorAll("input")].find((one) =>
              [one.getAttribute("aria-label"), one.labels?.[0]?.innerText].includes(arguments[0]))"""
        box = self.until(lambda: self.run(script, label))
        box.clear()
        box.send_keys(text + ("\n" if enter else ""))

    def column(self, number: int) -> list[str]:
        """Give a column of the records' table; 0 is the record's number."""
        return self.texts(f"table.records tbody tr > :nth-child({number + 1})")

    def rows(self) -> int:
        """Count the rows of the records' table."""
        return len(self.column(0))

    def complaints(self) -> list[str]:
        """Give what the console has said since this was asked last, and what the policy has forbidden."""
        entries: list[dict[str, Any]] = self.driver.execute("getLog", {"type": "browser"})["value"]
        return [str(entry["message"]) for entry in entries] + list(self.run("return window.violations"))


@contextmanager
def browsing(directory: Path) -> Generator[Browser]:
    """Open a window of a new browser, which keeps what it keeps in a directory."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={directory}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Service(shutil.which("chromedriver")))
    try:
        browser = Browser(driver)
        browser.tell("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        yield browser
    finally:
        driver.quit()
