"""What people do with examples/flask_contacts, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from examples.flask_site import served
from server.page.browser import Browser

from fmorm.server import App

BIRK = "/contacts/2"
BIRKS_NUMBER = "+47 23 19 36 88"


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, App]]:
    with served() as site:
        yield site


@pytest.fixture(scope="module")
def url(site: tuple[str, App]) -> str:
    return site[0]


@pytest.fixture
def browser(window: Browser, url: str) -> Iterator[Browser]:
    """The browser at the list, where anna has logged in; in the end the console has told of no fault."""
    window.driver.delete_all_cookies()
    window.open(url)
    log_in(window)
    window.see("1 to 10 of 28")
    yield window
    refused = "Failed to load resource"  # said of every reply that is no 200, also where that was meant
    assert [one for one in window.complaints() if refused not in one] == []


def fill(browser: Browser, selector: str, text: str) -> None:
    """Write into the first box that a selector finds."""
    box = browser.until(lambda: browser.run("return document.querySelector(arguments[0])", selector))
    box.clear()
    box.send_keys(text)


def value(browser: Browser, selector: str) -> str:
    """What is in the first box that a selector finds."""
    return str(browser.run("return document.querySelector(arguments[0]).value", selector))


def log_in(browser: Browser) -> None:
    fill(browser, "[name=user]", "anna")
    fill(browser, "[name=password]", "anna\n")


def settled(browser: Browser, action: str) -> None:
    """Press a button and wait for the page that comes."""
    browser.run("window.before = true")
    browser.press(action, "button")
    browser.until(lambda: browser.run("return !window.before && document.readyState === 'complete'"))


def test_searching_sorting_and_paging_keep_each_other(browser: Browser) -> None:
    browser.press("City")
    browser.see("City ▴", "th")
    fill(browser, "[name=q]", "example.com")
    settled(browser, "Search")
    browser.see("City ▴", "th")
    browser.press("2", "nav a")
    browser.see("11 to 20 of 28")
    browser.see("City ▴", "th")
    assert value(browser, "[name=q]") == "example.com"


def test_a_contact_is_changed_with_its_telephones_in_place(browser: Browser, url: str) -> None:
    browser.open(url + "/contacts/4")
    fill(browser, "#city", "Molde")
    row = "return document.querySelectorAll('.phones tr')[arguments[0]].querySelector(arguments[1])"
    assert len(browser.texts(".phones tr")) == 3
    browser.run(row, 0, "[type=checkbox]").click()
    number = browser.run(row, 1, "[type=tel]")
    number.clear()
    number.send_keys("+47 11")
    browser.run(row, 2, "[type=tel]").send_keys("+47 22")
    settled(browser, "Save")
    browser.see("Saved.", ".note")
    browser.see("by anna")
    numbers = "return [...document.querySelectorAll('.phones [type=tel]')].map((one) => one.value)"
    assert (browser.run(numbers), value(browser, "#city")) == (["+47 11", "+47 22", ""], "Molde")


def test_two_tabs_never_lose_an_update(browser: Browser, url: str) -> None:
    driver = browser.driver
    first = driver.current_window_handle
    browser.open(url + BIRK)
    driver.switch_to.new_window("tab")
    browser.open(url + BIRK)
    fill(browser, "#city", "Voss")
    fill(browser, "#company", "Lien & Sons")
    settled(browser, "Save")
    driver.close()
    driver.switch_to.window(first)

    fill(browser, "#city", "Oslo")
    fill(browser, ".phones [type=tel]", "+47 99")
    settled(browser, "Save")
    browser.see("anna has changed this contact meanwhile", "h2")
    cells = browser.texts(".conflict tbody td")
    assert [cells[start : start + 4] for start in range(0, len(cells), 4)] == [
        ["Company", "Kvist Carpentry", "unchanged", "Lien & Sons"],
        ["City", "Bergen", "Oslo", "Voss"],
        ["Telephone, number", BIRKS_NUMBER, "+47 99", "unchanged"],
    ]
    assert value(browser, "#city") == "Oslo"
    settled(browser, "Save")
    browser.see("Saved.", ".note")
    browser.open(url + BIRK)
    seen = [value(browser, one) for one in ("#city", "#company", ".phones [type=tel]")]
    assert seen == ["Oslo", "Lien & Sons", "+47 99"]


def test_a_photograph_is_chosen_and_seen(browser: Browser, url: str, tmp_path: Path) -> None:
    picture = tmp_path / "me.png"
    browser.open(url + "/contacts/5")
    picture.write_bytes(browser.driver.get_screenshot_as_png())
    browser.run("return document.querySelector('[type=file]')").send_keys(str(picture))
    settled(browser, "Upload")
    browser.see("Photograph saved.", ".note")
    assert browser.until(lambda: browser.run("return document.querySelector('img.photo').naturalWidth")) > 0
    loaded = "return performance.getEntriesByType('resource').map((one) => one.name)"
    assert all(one.startswith(url) for one in browser.run(loaded))


def test_what_was_typed_when_the_session_had_ended_is_not_lost(
    browser: Browser, site: tuple[str, App]
) -> None:
    url, host = site
    browser.open(url + "/contacts/6")
    host.expire_sessions()
    fill(browser, "#city", "Molde")
    settled(browser, "Save")
    browser.see("Your session has ended", ".note")
    log_in(browser)
    browser.see("Telephone", "h2")
    assert browser.driver.current_url == url + "/contacts/6"
    browser.see("What you have typed is still here.", ".note")
    assert value(browser, "#city") == "Molde"
    settled(browser, "Save")
    browser.see("Saved.", ".note")
    browser.open(url + "/contacts/6")
    assert value(browser, "#city") == "Molde"


def test_logging_out_leaves_nothing_open(browser: Browser, site: tuple[str, App]) -> None:
    url, host = site
    before = host.session_count
    settled(browser, "Log out")
    assert browser.text("h2") == "Log in"
    assert host.session_count == before - 1
    browser.open(url + BIRK)
    browser.see("Please log in.", ".note")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_of_a_narrow_window(browser: Browser, url: str, scheme: str) -> None:
    browser.prefer(scheme)
    browser.resize(390, 800)
    for path in ("/", "/contacts/3", "/nowhere"):
        browser.open(url + path)
        assert browser.run("return document.documentElement.scrollWidth") <= 390, path
    browser.resize(1280, 900)
    browser.prefer("")
