"""That the page lets nothing out and nothing in, and that everybody can use it, in a real browser."""

from __future__ import annotations

from server.page.browser import Browser
from server.page.hosts import HOSTILE
from server.page.visits import log_in, open_layout

from fmorm.server import App


def test_the_token_is_in_no_address_and_nowhere_to_read(browser: Browser, url: str) -> None:
    open_layout(browser)
    token = browser.run("return sessions.get('people').token")
    assert len(token) == 52
    assert token not in browser.run("return document.documentElement.outerHTML + location.href")
    assert browser.run("return [localStorage.length, document.cookie]") == [0, ""]
    browser.driver.refresh()
    browser.see("Records 1 to 25 of 60")
    assert browser.run("return sessions.get('people').token") == token, "it outlives a reload"


def test_hostile_data_is_text(browser: Browser) -> None:
    log_in(browser)
    browser.press(HOSTILE, "#side a")
    browser.see("Records 1 to")
    browser.press("Size", ".sort")
    browser.press("Size", "[aria-sort=ascending] .sort")
    browser.until(lambda: browser.column(1)[0] == HOSTILE)
    assert browser.text("h1") == HOSTILE
    browser.press("Record 60", "tbody a")
    browser.see(f"{HOSTILE}, record 60", "h1")
    browser.go("file", "people", "layout", "person", "record", "60")
    browser.see(f"Portal {HOSTILE}", "h2")
    assert browser.texts("[aria-label='Portal Mail'] td") == [HOSTILE, HOSTILE]
    browser.see("This is no picture that can be shown.")
    browser.press("Fields")
    browser.see(f"Portal {HOSTILE}", "h2")
    browser.press("Recent requests")
    browser.see("newest first")
    browser.run("document.querySelectorAll('.call summary').forEach((one) => one.click())")
    browser.see("onerror=alert(1)", ".body")
    assert browser.run("return document.images.length + document.querySelectorAll('main script').length") == 0


def test_recent_requests_have_their_json_and_no_secret(browser: Browser, url: str) -> None:
    browser.press("Recent requests")
    browser.see("those who have logged in")
    open_layout(browser)
    token = browser.run("return sessions.get('people').token")
    browser.fill("Find in Name", "nobody", enter=True)
    browser.see("401 No records match")
    browser.press("Recent requests")
    browser.see("newest first")
    first, *_, login = browser.texts(".call > summary")[:5]
    assert first.split() == [
        "POST",
        "/fmi/data/vLatest/databases/people/layouts/person/_find",
        *first.split()[2:],
    ]
    assert "500 · 401 No records match the request" in first
    assert " ms" in first
    assert "/people/sessions" in login
    browser.run(
        "document.querySelectorAll('.call > summary, .headers summary').forEach((one) => one.click())"
    )
    browser.see('{\n  "query": [\n    {\n      "Name": "nobody"\n    }\n  ],', ".body")
    browser.run("document.querySelectorAll('.headers summary').forEach((one) => one.click())")
    browser.see("authorization: ***", ".headers pre")
    text = browser.run("return document.body.querySelector('main').outerHTML")
    assert [secret for secret in (token, "secret", "Basic ", "Bearer ") if secret in text] == []
    browser.see("_limit = 25\nportal = []", ".call pre")


def test_recent_requests_are_refreshed(browser: Browser, host: App) -> None:
    log_in(browser)
    browser.press("Recent requests")
    browser.see("newest first")
    count = len(browser.texts(".call"))
    assert len(host.requests) == count, "the page and this list are not among them"
    browser.run("return fetch('/fmi/data/v1/nowhere')")
    browser.press("Refresh")
    browser.see("404 · 1700", ".call summary")
    assert browser.run("return document.activeElement.innerText") == "Refresh"
    assert len(browser.texts(".call")) == count + 1


def test_to_log_out_ends_the_session(browser: Browser, host: App) -> None:
    log_in(browser)
    token = browser.run("return sessions.get('people').token")
    count = host.session_count
    browser.press("Log out")
    browser.see("Logged out", "h1")
    assert host.session_count == count - 1
    assert "/databases/people/sessions/{token}" in browser.text(".request")
    assert token not in browser.run(
        "return document.documentElement.outerHTML + JSON.stringify(sessionStorage)"
    )
    assert browser.run("return document.querySelector('#side').hidden") is True
    browser.press("Files")
    browser.see("not logged in")
    browser.go("file", "people")
    browser.see("Log in to people", "h1")


def test_a_session_that_is_over_asks_for_the_password(browser: Browser, host: App) -> None:
    open_layout(browser)
    host.expire_sessions()
    browser.press("Next")
    browser.see("952 Invalid FileMaker Data API token (*) (HTTP 401)", "[role=alert]")
    browser.fill("Account name", "api")
    browser.fill("Password", "secret", enter=True)
    browser.see("Records 1 to 25 of 60")


def test_texts_have_contrast(browser: Browser) -> None:
    script = """
        const lightness = (name) => {
          const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
          const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
            .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        return arguments[0].map(([text, back]) => {
          const [low, high] = [lightness(text), lightness(back)].sort((a, b) => a - b);
          return (high + 0.05) / (low + 0.05);
        })"""
    pairs = [
        [f"--{text}", f"--{back}"] for text in ("text", "soft", "accent") for back in ("back", "card", "wash")
    ]
    pairs += [
        ["--bad", "--bad-wash"],
        ["--bad", "--card"],
        ["--bad", "--wash"],
        ["--good", "--card"],
        ["--good", "--wash"],
        ["--on-accent", "--accent"],
    ]
    for scheme in ("dark", "light"):
        browser.prefer(scheme)
        ratios = browser.run(script, pairs)
        assert [pair for pair, ratio in zip(pairs, ratios, strict=True) if ratio < 4.5] == [], scheme


def test_a_narrow_window_does_not_scroll_sideways(browser: Browser) -> None:
    browser.resize(400, 800)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    log_in(browser)
    browser.go("file", "people", "layout", "person")
    places = [[], ["requests"], ["file", "people"], ["file", "people", "layout", "person", "fields"]]
    places += [["file", "people", "layout", "person", "record", number] for number in ("1", "60")]
    assert browser.run(wide) == 0
    for place in places:
        browser.go(*place)
        assert browser.run(wide) == 0, place


def test_it_works_by_keyboard(browser: Browser) -> None:
    browser.driver.refresh()
    browser.see("Files", "h1")
    browser.type("\ue004")  # Tab
    assert browser.run("return document.activeElement.id") == "skip"
    log_in(browser)
    assert browser.run("return document.activeElement.tagName") == "H1", "the new view is read out"
    browser.go("file", "people", "layout", "person")
    browser.focus("Size")
    browser.type(" ")
    browser.see("Size", "[aria-sort=ascending]")
    focused = "return document.activeElement.innerText"
    assert browser.run(focused) == "Size", "one goes on from there"
    browser.focus("Next")
    for first in (26, 51):
        browser.type("\n")
        browser.see(f"Records {first} to")
    assert browser.run(focused) == "Records 51 to 60 of 60", "the button does nothing any more"
    unnamed = """
        return [...document.querySelectorAll("input, select, button, a, summary")].filter((one) =>
          !(one.innerText.trim() || one.ariaLabel || one.labels?.length)).map((one) => one.outerHTML)"""
    for place in (["file", "people", "layout", "person"], ["requests"]):
        browser.go(*place)
        assert browser.run(unnamed) == []
    assert browser.run("return document.documentElement.lang") == "en"


def test_a_plain_visit_leaves_the_console_empty(browser: Browser) -> None:
    open_layout(browser)
    browser.press("Record 1", "tbody a")
    browser.see("red.png")
    browser.press("Fields")
    browser.see("Repetitions", "th")
    browser.press("Recent requests")
    browser.see("newest first")
    browser.press("Files")
    browser.see("logged in as api")
    assert browser.complaints() == []
