"""What people do with the address book in Django, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from examples.django_site import started
from server.page.browser import Browser
from server.page.hosts import picture

REFUSED = "Failed to load resource"
"""What the console says of every reply that is an error, also where that was meant."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with started() as url:
        yield url


@pytest.fixture
def browser(window: Browser, url: str) -> Iterator[Browser]:
    """The browser at the list, where anna has logged in; in the end the console has told of no fault."""
    window.driver.delete_all_cookies()
    window.open(url)
    fill(window, "[name=user]", "anna")
    fill(window, "[name=password]", "anna\n")
    window.see("Agnes Strand")
    yield window
    assert [one for one in window.complaints() if REFUSED not in one] == []
    loaded = "return performance.getEntriesByType('resource').map((one) => one.name)"
    assert [one for one in window.run(loaded) if not one.startswith((url, "data:"))] == []


def fill(browser: Browser, selector: str, text: str) -> None:
    """Write into the first box that a selector finds."""
    box = browser.until(lambda: browser.run("return document.querySelector(arguments[0])", selector))
    box.clear()
    box.send_keys(text)


def value(browser: Browser, name: str) -> str:
    """What is in the box of this name."""
    return str(
        browser.run("return document.querySelector(`form.contact [name='${arguments[0]}']`).value", name)
    )


def choose(browser: Browser, name: str, text: str) -> None:
    """Choose from the list of this name."""
    script = "document.querySelector(`[name='${arguments[0]}']`).value = arguments[1]"
    browser.run(script, name, text)


def tab(browser: Browser, number: int) -> None:
    """Go to a tab."""
    while len(browser.driver.window_handles) <= number:
        browser.driver.switch_to.new_window("tab")
    browser.driver.switch_to.window(browser.driver.window_handles[number])


def save(browser: Browser) -> None:
    """Press Save, and wait for what comes."""
    browser.run("document.body.dataset.old = '1'")
    browser.press("Save", "button")
    browser.until(
        lambda: browser.run("return document.readyState === 'complete' && !document.body.dataset.old")
    )


def test_the_list_is_searched_sorted_and_turned(browser: Browser) -> None:
    rows = "tbody tr td:first-child"
    assert len(browser.texts(rows)) == 10
    browser.press("Next →")
    browser.see("11 to 20 of 28", "nav.pages")
    browser.press("Name ↑")
    browser.see("Name ↓", "th")
    assert browser.texts(rows)[0] == "Yngve Solberg"
    fill(browser, "[name=q]", "lien bryg\n")
    browser.see("1 to 1 of 1", "nav.pages")
    assert browser.texts(rows) == ["Cecilie Lien"]


def test_fields_and_rows_are_edited_in_place(browser: Browser, url: str) -> None:
    browser.open(f"{url}/contacts/C-3/")
    fill(browser, "[name=notes]", "one\ntwo")
    choose(browser, "category", "Press")
    fill(browser, "[name=phones-0-number]", "110")
    browser.run("document.querySelector('[name=phones-1-DELETE]').click()")
    fill(browser, "[name=phones-2-number]", "112")
    choose(browser, "phones-2-label", "Home")
    save(browser)
    browser.see("Saved.", "[role=status]")
    assert value(browser, "notes") == "one\ntwo"
    assert value(browser, "category") == "Press"
    assert (value(browser, "phones-0-number"), value(browser, "phones-1-number")) == ("110", "112")
    assert value(browser, "phones-1-label") == "Home"
    save(browser)
    browser.see("Saved.", "[role=status]")
    assert value(browser, "notes") == "one\ntwo", "what nobody has changed is as it was"


def test_two_tabs_never_lose_an_update(browser: Browser, url: str) -> None:
    for number in (0, 1):
        tab(browser, number)
        browser.open(f"{url}/contacts/C-4/")
    tab(browser, 0)
    fill(browser, "[name=city]", "Voss")
    fill(browser, "[name=phones-0-number]", "110")
    save(browser)
    browser.see("Saved.", "[role=status]")
    tab(browser, 1)
    fill(browser, "[name=city]", "Oslo")
    fill(browser, "[name=company]", "Mine")
    save(browser)
    browser.see("Somebody else has saved", "[role=alert]")
    assert browser.texts(".conflict tbody tr") == ["Company\tFjord Ferries\tMine", "City\tVoss\tOslo"]
    browser.see("Phones: Number is 110 by now", "main")
    assert (value(browser, "city"), value(browser, "phones-0-number")) == ("Oslo", "110")
    tab(browser, 0)
    browser.open(f"{url}/contacts/C-4/")
    assert value(browser, "city") == "Voss", "nothing was written"
    tab(browser, 1)
    save(browser)
    browser.see("Saved.", "[role=status]")
    assert [value(browser, name) for name in ("city", "company", "phones-0-number")] == [
        "Oslo",
        "Mine",
        "110",
    ]
    browser.driver.close()
    tab(browser, 0)


def test_what_filemaker_refuses_stands_beside_the_field(browser: Browser, url: str) -> None:
    browser.open(f"{url}/contacts/C-5/")
    fill(browser, "[name=name]", " ")
    browser.run("document.querySelector('[name=name]').value = ''")
    save(browser)
    browser.see("FileMaker says", ".error")
    assert browser.text("div:has(> .error) label") == "Name:"


def test_a_photograph_is_uploaded_and_shown(browser: Browser, url: str, tmp_path: Path) -> None:
    photo = tmp_path / "face.png"
    photo.write_bytes(picture())
    browser.open(f"{url}/contacts/C-6/")
    assert not browser.run("return document.querySelector('img.photo')")
    browser.run("return document.querySelector('[type=file]')").send_keys(str(photo))
    browser.press("Upload")
    browser.see("The photograph is stored.", "[role=status]")
    browser.until(lambda: browser.run("return document.querySelector('img.photo')?.naturalWidth") == 3)


def test_a_contact_that_is_not_there_has_a_page(browser: Browser, url: str) -> None:
    browser.open(f"{url}/contacts/C-99/")
    browser.see("There is nothing here")


def test_logging_out_closes_the_door(browser: Browser, url: str) -> None:
    browser.press("Log out")
    browser.see("Log in with your FileMaker account", "h2")
    browser.open(f"{url}/contacts/C-3/")
    browser.see("Log in with your FileMaker account", "h2")
