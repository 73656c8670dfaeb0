"""The address book of examples/fastapi_contacts in a real browser."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from contacts.contacts import Contact
from examples.fastapi_site import served
from server.page.browser import Browser

from fmorm import Database
from fmorm.server import App

REFUSED = "Failed to load resource: "
"""What the console says of every reply that is an error, also where that was meant."""


def picture(path: Path) -> Path:
    """Write a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + bytes((31, 95, 191)) * 40) * 40)
    header = struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return path


class Visitor(Browser):
    """A person at the page."""

    def log_in(self, url: str, who: str) -> None:
        self.open(url)
        self.see("Log in with your FileMaker account")
        self.fill("Account", who)
        self.fill("Password", who, enter=True)
        self.see("1 to 10 of 2")

    def go_to(self, place: str) -> None:
        self.run("document.title = 'waiting'; location.hash = arguments[0]", place)
        self.until(lambda: self.run("return document.title !== 'waiting'"))

    def save(self, told: str = "Saved.") -> None:
        self.press("Save")
        self.see(told)

    def value(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).value", selector))

    def write(self, selector: str, text: str) -> None:
        self.run("document.querySelector(arguments[0]).value = arguments[1]", selector, text)


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[str, App]]:
    with served() as told:
        yield told


@pytest.fixture
def browser(window: Browser, place: tuple[str, App]) -> Iterator[Visitor]:
    """The browser, where anna has logged in; in the end the console has told of no fault."""
    visitor = Visitor(window.driver)
    visitor.open(place[0])
    visitor.run("sessionStorage.clear(); location.hash = ''")
    visitor.log_in(place[0], "anna")
    visitor.complaints()
    yield visitor
    assert [one for one in visitor.complaints() if REFUSED not in one] == []


@pytest.fixture
def other(place: tuple[str, App]) -> Iterator[Database]:
    with Database.embedded(place[1], user="bo") as db:
        yield db


def test_the_list_is_searched_sorted_and_paged(browser: Visitor) -> None:
    assert browser.text("nav.pages").startswith("1 to 10 of 28")
    browser.press("Next")
    browser.see("11 to 20 of 28")
    browser.press("Previous")
    browser.see("1 to 10 of 28")
    browser.fill("Search", "lien", enter=True)
    browser.see("1 to 3 of 3")
    browser.press("City")
    browser.see("City ↑")
    browser.press("City ↑")
    browser.see("City ↓")
    assert browser.texts("tbody td:nth-child(3)") == ["Voss", "Bodø", "Bergen"]
    browser.press("Halvard Lien")
    browser.see("Halvard Lien", "h2")
    assert browser.value("#company") == "Nordlys Bakery"


def test_rows_are_changed_added_and_removed_in_place(browser: Visitor) -> None:
    browser.go_to("#/contacts/C-11")
    browser.write("tr[data-row] [name=number]", "9")
    browser.run("document.querySelectorAll('tr[data-row] [name=remove]')[1].click()")
    browser.write("tr[data-row=''] [name=number]", "77")
    browser.write("tr[data-row=''] [name=label]", "Work")
    browser.save()
    numbers = "return [...document.querySelectorAll('[name=number]')].map((one) => one.value)"
    assert browser.run(numbers) == ["9", "77", ""]


def test_what_does_not_fit_is_said_beside_the_box(browser: Visitor) -> None:
    browser.go_to("#/contacts/C-5")
    browser.write("#email", "agnes@example.com")
    browser.save("Another contact has this address.")
    assert browser.value("#email") == "agnes@example.com"
    browser.write("#email", "eira@example.com")
    browser.write("#name", "")
    browser.save("A contact needs a name.")
    browser.write("#name", "Eira <b>Dahl</b>")
    browser.save()
    assert browser.text("h2") == "Eira <b>Dahl</b>"


def test_a_contact_is_added(browser: Visitor) -> None:
    browser.press("New contact")
    browser.see("New contact", "h2")
    browser.write("#name", "Ylva Moen")
    browser.save()
    browser.until(lambda: browser.text("h2") == "Ylva Moen")
    assert browser.value("#name") == "Ylva Moen"
    assert "Changed by anna" in browser.text("main")


def test_two_tabs_never_lose_an_update(browser: Visitor, place: tuple[str, App]) -> None:
    driver = browser.driver
    browser.go_to("#/contacts/C-3")
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    try:
        browser.log_in(place[0], "bo")
        browser.go_to("#/contacts/C-3")
        browser.write("#city", "Oslo")
        browser.write("tr[data-row='2'] [name=number]", "222")
        browser.save()
    finally:
        driver.close()
        driver.switch_to.window(first)
    browser.write("#city", "Voss")
    browser.write("#company", "Fjord Ferries")
    browser.save("bo has changed this contact meanwhile")
    assert browser.texts(".conflict tbody tr") == [
        "Company\tBryggen Hotel\tFjord Ferries\tunchanged",
        "City\tBodø\tVoss\tOslo",
        "Telephone\tMobile +47 64 87 56 70\tunchanged\tMobile 222",
    ]
    assert browser.value("#city") == "Voss"
    assert browser.value("tr[data-row='2'] [name=number]") == "222"
    browser.save()
    assert browser.texts(".conflict") == []
    assert (browser.value("#city"), browser.value("#company")) == ("Voss", "Fjord Ferries")
    assert browser.value("tr[data-row='2'] [name=number]") == "222"


def test_a_row_that_the_other_tab_has_removed_is_not_lost(browser: Visitor, other: Database) -> None:
    browser.go_to("#/contacts/C-16")
    row = str(browser.run("return document.querySelector('tr[data-row]').dataset.row"))
    theirs = other.get(Contact, id="C-16")
    theirs.phones.remove(theirs.phones.by_id(row))
    other.save(theirs)
    browser.write(f"tr[data-row='{row}'] [name=number]", "555")
    browser.save("has changed this contact meanwhile")
    browser.save()
    assert "555" in [one.number for one in other.get(Contact, id="C-16").phones]


def test_a_photograph_is_uploaded_and_shown(browser: Visitor, tmp_path: Path) -> None:
    browser.go_to("#/contacts/C-7")
    browser.see("There is none yet.")
    box = browser.run("return document.querySelector('input[type=file]')")
    box.send_keys(str(picture(tmp_path / "blue.png")))
    browser.press("Upload")
    browser.see("Photograph saved.")
    browser.until(lambda: browser.run("return document.querySelector('img.photo')?.naturalWidth === 40"))
    assert browser.run("return document.querySelector('img.photo').src").startswith("blob:")


def test_a_guest_is_told_and_keeps_what_was_typed(browser: Visitor, place: tuple[str, App]) -> None:
    browser.press("Log out")
    browser.log_in(place[0], "guest")
    browser.go_to("#/contacts/C-8")
    browser.write("#city", "Oslo")
    browser.save("This account may not do that.")
    assert browser.value("#city") == "Oslo"


def test_a_session_that_has_ended_leads_to_the_log_in(browser: Visitor, place: tuple[str, App]) -> None:
    browser.go_to("#/contacts/C-8")
    place[1].expire_sessions()
    browser.press("Save")
    browser.see("Your session has ended")
    browser.see("Log in with your FileMaker account")


def test_what_is_not_there_is_said(browser: Visitor) -> None:
    browser.go_to("#/contacts/C-999")
    browser.see("There is no such record.")
    browser.go_to("#/nowhere")
    browser.see("There is no such page")
