"""What most tests of the page begin with."""

from __future__ import annotations

from server.page.browser import Browser


def log_in(browser: Browser, file: str = "people", account: str = "api", password: str = "secret") -> None:
    """Log in as the form does, but at once; some tests are about the form."""
    browser.run("return logIn(...arguments).then(() => null)", file, account, password)
    browser.go("file", file)
    browser.see("Layouts", "#side")


def open_layout(browser: Browser, layout: str = "person") -> None:
    log_in(browser)
    browser.press(layout, "#side a")
    browser.see("Records 1 to")
