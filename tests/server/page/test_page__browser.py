"""The page, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from server.page.browser import Browser, browsing, missing
from server.page.hosts import DIGITS, HOSTILE, Pair, filled

from fmorm.server import Background

REFUSED = "Failed to load resource: the server responded with a status of "
"""What the console says of every reply that is an error, also where that was meant."""


@pytest.fixture(scope="module")
def host() -> Iterator[Pair]:
    app = filled()
    yield app
    app.close()


@pytest.fixture(scope="module")
def url(host: Pair) -> Iterator[str]:
    with Background(host) as background:
        yield background.url


@pytest.fixture(scope="module")
def shared_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if missing():
        if os.environ.get("CI"):
            pytest.fail(missing())
        pytest.skip(missing())
    with browsing(tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.fixture
def browser(shared_browser: Browser, url: str, host: Pair) -> Iterator[Browser]:
    """The browser at the page, where nobody has logged in; in the end the console has told of no fault."""
    host.requests.clear()
    shared_browser.open(url + "/")
    shared_browser.complaints()
    yield shared_browser
    assert [one for one in shared_browser.complaints() if REFUSED not in one] == []
    loaded = "return performance.getEntriesByType('resource').map((one) => one.name)"
    assert [one for one in shared_browser.run(loaded) if not one.startswith((url, "blob:", "data:"))] == []
    assert not any("/stolen" in request.target for request, _ in host.requests)
    shared_browser.resize(1280, 900)


def log_in(browser: Browser, file: str = "people", account: str = "api", password: str = "secret") -> None:
    """Log in as the form does, but at once; some tests are about the form."""
    browser.run("return logIn(...arguments).then(() => null)", file, account, password)
    browser.go("file", file)
    browser.see("Layouts", "#side")


def open_layout(browser: Browser, layout: str = "person") -> None:
    log_in(browser)
    browser.press(layout, "#side a")
    browser.see("Records 1–")


def test_the_files_are_shown_and_no_account(browser: Browser) -> None:
    assert browser.texts(".cards a") == ["people", "store"]
    browser.see("GET", ".request")
    browser.press("people")
    browser.see("Log in to people", "h1")
    assert "POST" in browser.text(".request")
    assert not any(name in browser.run("return document.documentElement.outerHTML") for name in ("Jörg", "secret"))


def test_a_wrong_password_is_refused_with_filemakers_words(browser: Browser) -> None:
    browser.press("people")
    browser.fill("Account name", "api")
    browser.fill("Password", "wrong", enter=True)
    browser.see("212 Invalid user account and/or password; please try again (HTTP 401)", "[role=alert]")
    assert browser.run("return document.activeElement.id + document.activeElement.value") == "password"
    browser.fill("Password", "secret", enter=True)
    browser.see("Layouts", "#side")


def test_names_and_passwords_may_have_any_character(browser: Browser) -> None:
    browser.press("people")
    browser.fill("Account name", "Jörg")
    browser.fill("Password", "pässword:1", enter=True)
    browser.see("Layouts", "#side")
    assert "Jörg" in browser.text("#side .file")


def test_the_token_is_in_no_address_and_nowhere_to_read(browser: Browser, url: str) -> None:
    open_layout(browser)
    token = browser.run("return sessions.get('people').token")
    assert len(token) == 52
    assert token not in browser.run("return document.documentElement.outerHTML + location.href")
    assert browser.run("return [localStorage.length, document.cookie]") == [0, ""]
    browser.driver.refresh()
    browser.see("Records 1–25 of 60")
    assert browser.run("return sessions.get('people').token") == token, "it outlives a reload"


def test_records_are_shown_and_turned(browser: Browser) -> None:
    open_layout(browser)
    heads = ["Record", "Name", "Size", "Phone(1)", "Phone(2)", "Phone(3)", "Photo", "Paper", "Setting"]
    assert browser.texts(".records thead tr:first-child th") == heads
    assert (browser.rows(), browser.column(1)[0], browser.column(4)[0]) == (25, "Person 01", "555-1")
    browser.press("Next")
    browser.see("Records 26–50 of 60")
    assert browser.column(0)[0] == "26"
    browser.press("Next")
    browser.see("Records 51–60 of 60")
    assert (browser.rows(), browser.run("return document.querySelectorAll('.pager :disabled').length")) == (10, 1)
    browser.press("Previous")
    browser.see("Records 26–50 of 60")
    browser.run("const [size] = document.querySelectorAll('select'); size.value = 100; size.dispatchEvent(new Event('change'))")
    browser.see("Records 1–60 of 60")
    assert browser.rows() == 60


def test_a_click_on_a_column_sorts_by_it(browser: Browser, host: Pair) -> None:
    open_layout(browser)
    sizes = [f"{number}" for number in sorted(number * 7 % 60 for number in range(1, 60))]
    browser.press("Size", ".sort")
    browser.see("Size", "[aria-sort=ascending]")
    assert browser.column(2) == sizes[:25]
    browser.press("Size", ".sort")
    browser.see("Size", "[aria-sort=descending]")
    assert browser.column(2) == [DIGITS, *sizes[:-25:-1]], "with all its digits"
    browser.press("Size", ".sort")
    browser.until(lambda: browser.column(0)[:2] == ["1", "2"])
    assert browser.texts("[aria-sort]") == []
    assert "_sort=%5B%7B%22fieldName%22%3A%22Size%22%2C%22sortOrder%22%3A%22descend%22%7D%5D" in [
        part for request, _ in host.requests for part in request.target.split("&")
    ]


def test_a_find_is_a_real_one(browser: Browser, host: Pair) -> None:
    open_layout(browser)
    browser.fill("Find in Name", "Person", enter=False)
    browser.fill("Find in Phone(2)", "555-1*", enter=True)
    browser.see("Records 1–11 of 11 found, 60 in all")
    assert browser.column(1)[:2] == ["Person 01", "Person 10"]
    request, _ = host.requests[-1]
    assert (request.method, request.target.rsplit("/", 1)[1]) == ("POST", "_find")
    body = b'{"query":[{"Name":"Person","Phone(2)":"555-1*"}],"limit":25,"portal":[]}'
    assert request.body == body
    assert '"Phone(2)": "555-1*"' in browser.text(".request")
    browser.press("Size", ".sort")
    browser.see("Size", "[aria-sort=ascending]")
    assert b'"sort":[{"fieldName":"Size","sortOrder":"ascend"}]' in host.requests[-1][0].body
    assert browser.rows() == 11
    browser.press("Show all")
    browser.see("Records 1–25 of 60")
    assert browser.run("return document.querySelector('[type=search]').value") == ""


def test_a_find_without_a_match_says_so(browser: Browser) -> None:
    open_layout(browser)
    browser.fill("Find in Name", "nobody", enter=True)
    browser.see("401 No records match the request (HTTP 500)", "[role=alert]")
    assert browser.rows() == 0
    browser.fill("Find in Name", "Person 07", enter=True)
    browser.see("Records 1–1 of 1 found")
    assert browser.texts("[role=alert]") == []


def test_what_cannot_be_found_has_no_box(browser: Browser) -> None:
    open_layout(browser)
    boxes = browser.run("return [...document.querySelectorAll('[type=search]')].map((one) => one.ariaLabel)")
    assert boxes == [f"Find in {name}" for name in ("Name", "Size", "Phone(1)", "Phone(2)", "Phone(3)")]


def test_a_record_has_repetitions_and_a_picture(browser: Browser) -> None:
    open_layout(browser)
    browser.press("Record 1", "tbody a")
    browser.see("person, record 1", "h1")
    assert browser.texts(".repetitions li") == ["empty", "555-1", "empty"]
    size = "const [one] = document.images; return one?.complete && [one.naturalWidth, one.naturalHeight, one.alt]"
    assert browser.until(lambda: browser.run(size)) == [3, 2, "Photo: red.png"]
    assert browser.texts(".container button") == ["Save file (html)"], "it is not opened as a page"
    assert browser.texts("main .empty") == ["No related records."] * 2


def test_a_file_can_be_saved(browser: Browser, tmp_path: Path) -> None:
    open_layout(browser)
    browser.tell("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    browser.press("Record 1", "tbody a")
    browser.press("Save file (html)")
    saved = tmp_path / "page.html"
    browser.until(lambda: saved.exists() and saved.stat().st_size)
    assert saved.read_bytes() == b"<script>alert(3)</script>"


def test_a_record_has_portals(browser: Browser) -> None:
    log_in(browser)
    browser.go("file", "people", "layout", "person", "record", "60")
    browser.see("Portal Mail", "h2")
    assert browser.texts("h2 .outcome") == ["2 of 2 rows of letters"] * 2 + [browser.texts(".exchange .outcome")[0]]
    assert browser.texts("[aria-label='Portal Mail'] th") == ["Record", "letters::Title", "1", "2"]
    assert "records/60" in browser.text(".request")


def test_hostile_data_is_text(browser: Browser) -> None:
    log_in(browser)
    browser.press(HOSTILE, "#side a")
    browser.see("Records 1–")
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
    assert first.split() == ["POST", "/fmi/data/vLatest/databases/people/layouts/person/_find", *first.split()[2:]]
    assert "500 · 401 No records match the request" in first
    assert " ms" in first
    assert "/people/sessions" in login
    browser.run("document.querySelectorAll('.call > summary, .headers summary').forEach((one) => one.click())")
    browser.see('{\n  "query": [\n    {\n      "Name": "nobody"\n    }\n  ],', ".body")
    browser.run("document.querySelectorAll('.headers summary').forEach((one) => one.click())")
    browser.see("authorization: ***", ".headers pre")
    text = browser.run("return document.body.querySelector('main').outerHTML")
    assert [secret for secret in (token, "secret", "Basic ", "Bearer ") if secret in text] == []
    browser.see("_limit = 25\nportal = []", ".call pre")


def test_recent_requests_are_refreshed(browser: Browser, host: Pair) -> None:
    log_in(browser)
    browser.press("Recent requests")
    browser.see("newest first")
    count = len(browser.texts(".call"))
    assert len(host.requests) == count, "the page and this list are not among them"
    browser.run("return fetch('/fmi/data/v1/nowhere')")
    browser.press("Refresh")
    browser.see("404 · 1700", ".call summary")
    assert len(browser.texts(".call")) == count + 1


def test_to_log_out_ends_the_session(browser: Browser, host: Pair) -> None:
    log_in(browser)
    token = browser.run("return sessions.get('people').token")
    count = host.session_count
    browser.press("Log out")
    browser.see("Logged out", "h1")
    assert host.session_count == count - 1
    assert "/databases/people/sessions/{token}" in browser.text(".request")
    assert token not in browser.run("return document.documentElement.outerHTML + JSON.stringify(sessionStorage)")
    assert browser.run("return document.querySelector('#side').hidden") is True
    browser.go("file", "people")
    browser.see("Log in to people", "h1")


def test_a_session_that_is_over_asks_for_the_password(browser: Browser, host: Pair) -> None:
    open_layout(browser)
    host.expire_sessions()
    browser.press("Next")
    browser.see("952 Invalid FileMaker Data API token (*) (HTTP 401)", "[role=alert]")
    browser.fill("Account name", "api")
    browser.fill("Password", "secret", enter=True)
    browser.see("Records 1–25 of 60")


def test_two_files_have_two_sessions(browser: Browser) -> None:
    log_in(browser)
    log_in(browser, "store", "clerk", "till")
    assert browser.text("#side .file a") == "store"
    browser.press("Files")
    browser.see("logged in as clerk")
    assert browser.texts(".cards .note") == ["logged in as api", "logged in as clerk"]
    browser.press("people")
    browser.press("Log out")
    browser.see("api is logged out of people")
    browser.go("file", "store", "layout", "Item")
    browser.see("The table has no records.")


def test_folders_and_separators_of_layouts(browser: Browser) -> None:
    log_in(browser, "store", "clerk", "till")
    assert browser.texts("#side nav summary") == ["Sales", "Old"]
    assert browser.texts("#side nav a") == ["Item", "Deep"]
    assert browser.run("return document.querySelectorAll('#side nav hr').length") == 1


def test_fields_have_kinds_and_repetitions_and_value_lists(browser: Browser) -> None:
    log_in(browser, "store", "clerk", "till")
    browser.go("file", "store", "layout", "Item", "fields")
    browser.see("States", ".fields")
    rows = [" ".join(row.split()) for row in browser.texts(".fields tbody tr")]
    assert rows == [
        "Name text normal editText required at most 30 characters",
        "State text normal popupMenu States",
        "Total number calculation editText read-only",
        "<Field Missing> invalid invalid editText",
        "Parts text normal editText 2–4 of 5",
    ]
    browser.press("States", ".fields summary")
    assert browser.texts(".values li") == ["open", "2 (2 done)"]
    browser.press("Records")
    browser.see("Parts(2)", "th")
    options = "return [...document.querySelectorAll('datalist option')].map((one) => one.value + one.text)"
    assert browser.run(options) == ["openopen", "22 done"]


def test_odd_names_are_found_again(browser: Browser, url: str) -> None:
    open_layout(browser, "a/b #?% 😀")
    assert browser.text("h1") == "a/b #?% 😀"
    browser.press("Record 2", "tbody a")
    browser.see("Person 02")
    browser.driver.back()
    browser.see("Records 1–25")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (["file", "people", "layout", "nothing"], "105 Layout is missing (HTTP 500)"),
        (["file", "people", "layout", "person", "record", "999"], "101 Record is missing (HTTP 500)"),
        (["file", "nothing", "layout", "x"], ""),
        (["nothing"], "There is nothing at this address."),
    ],
)
def test_what_is_not_there(browser: Browser, place: list[str], said: str) -> None:
    log_in(browser)
    browser.go(*place)
    browser.see(said or "Log in to nothing")


def test_the_request_can_be_copied(browser: Browser, url: str) -> None:
    open_layout(browser)
    browser.run("Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => (window.copied = text)}})")
    browser.fill("Find in Name", "it's", enter=True)
    browser.see("401 No records")
    browser.press("Copy for curl")
    browser.see("Copied", ".actions button")
    curl = browser.run("return copied")
    assert curl.startswith(f"curl -X POST '{url}/fmi/data/vLatest/databases/people/layouts/person/_find' \\\n")
    assert '-H "Authorization: Bearer $TOKEN"' in curl
    assert "{\"query\":[{\"Name\":\"it'\\''s\"}]" in curl
    browser.press("Copy request")
    browser.until(lambda: browser.run("return copied").startswith("POST http"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_contrast(browser: Browser, scheme: str) -> None:
    browser.prefer(scheme)
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
    pairs = [[f"--{text}", f"--{back}"] for text in ("text", "soft", "accent") for back in ("back", "card", "wash")]
    pairs += [["--bad", "--bad-wash"], ["--bad", "--card"], ["--good", "--card"], ["--on-accent", "--accent"]]
    ratios = browser.run(script, pairs)
    browser.prefer("")
    assert [pair for pair, ratio in zip(pairs, ratios, strict=True) if ratio < 4.5] == []


def test_a_narrow_window_does_not_scroll_sideways(browser: Browser) -> None:
    browser.resize(400, 800)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    open_layout_narrow(browser)
    places = [[], ["requests"], ["file", "people"], ["file", "people", "layout", "person", "fields"]]
    places += [["file", "people", "layout", "person", "record", number] for number in ("1", "60")]
    assert browser.run(wide) == 0
    for place in places:
        browser.go(*place)
        browser.until(lambda: browser.run("return document.title !== 'waiting'"))
        assert browser.run(wide) == 0, place


def open_layout_narrow(browser: Browser) -> None:
    log_in(browser)
    browser.go("file", "people", "layout", "person")
    browser.see("Records 1–")


def test_it_works_by_keyboard(browser: Browser) -> None:
    browser.type("\ue004")  # Tab
    assert browser.run("return document.activeElement.id") == "skip"
    log_in(browser)
    assert browser.run("return document.activeElement.tagName") == "H1", "the new view is read out"
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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{}", ["{}"]),
        ("[]", ["[]"]),
        ('{"a":1.50,"a":[{},"x,\\"{"]}', ["{", '  "a": 1.50,', '  "a": [', "    {},", '    "x,\\"{"', "  ]", "}"]),
        ('{"n":[1,"cut', ["{", '  "n": [', "    1,", '    "cut']),
        ("<p>a: b</p>", ["<p>a: b</p>"]),
    ],
)
def test_json_is_arranged_and_nothing_of_it_changed(browser: Browser, text: str, lines: list[str]) -> None:
    assert browser.run("return readable(arguments[0])", text) == "\n".join(lines)
