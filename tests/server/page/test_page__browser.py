"""What people do on the page, in a real browser."""

from __future__ import annotations

from pathlib import Path

from server.page.browser import Browser
from server.page.hosts import DIGITS, STORE
from server.page.visits import log_in, open_layout

from fmorm.server import App, Background, load_schema


def test_the_files_are_shown_and_no_account(browser: Browser) -> None:
    assert browser.texts(".cards a") == ["people", "store"]
    browser.see("GET", ".request")
    browser.press("people")
    browser.see("Log in to people", "h1")
    assert "POST" in browser.text(".request")
    assert not any(
        name in browser.run("return document.documentElement.outerHTML") for name in ("Jörg", "secret")
    )


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


def test_records_are_shown_and_turned(browser: Browser) -> None:
    open_layout(browser)
    heads = ["Record", "Name", "Size", "Phone(1)", "Phone(2)", "Phone(3)", "Photo", "Paper", "Setting"]
    assert browser.texts(".records thead tr:first-child th") == heads
    assert (browser.rows(), browser.column(1)[0], browser.column(4)[0]) == (25, "Person 01", "555-1")
    browser.press("Next")
    browser.see("Records 26 to 50 of 60")
    assert browser.column(0)[0] == "26"
    browser.press("Next")
    browser.see("Records 51 to 60 of 60")
    assert (browser.rows(), browser.run("return document.querySelectorAll('.pager :disabled').length")) == (
        10,
        1,
    )
    browser.press("Previous")
    browser.see("Records 26 to 50 of 60")
    browser.run(
        "const [size] = document.querySelectorAll('select'); size.value = 100; size.dispatchEvent(new Event('change'))"
    )
    browser.see("Records 1 to 60 of 60")
    assert browser.rows() == 60


def test_a_click_on_a_column_sorts_by_it(browser: Browser, host: App) -> None:
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


def test_a_find_is_a_real_one(browser: Browser, host: App) -> None:
    open_layout(browser)
    browser.fill("Find in Name", "Person", enter=False)
    browser.fill("Find in Phone(2)", "555-1*", enter=True)
    browser.see("Records 1 to 11 of 11 found, 60 in all")
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
    browser.see("Records 1 to 25 of 60")
    assert browser.run("return document.querySelector('[type=search]').value") == ""


def test_a_find_without_a_match_says_so(browser: Browser) -> None:
    open_layout(browser)
    browser.fill("Find in Name", "nobody", enter=True)
    browser.see("401 No records match the request (HTTP 500)", "[role=alert]")
    assert browser.rows() == 0
    browser.fill("Find in Name", "Person 07", enter=True)
    browser.see("Records 1 to 1 of 1 found")
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
    assert browser.texts("h2 .outcome") == ["2 of 2 rows of letters"] * 2 + [
        browser.texts(".exchange .outcome")[0]
    ]
    assert browser.texts("[aria-label='Portal Mail'] th") == ["Record", "letters::Title", "1", "2"]
    assert "records/60" in browser.text(".request")


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
        "Parts text normal editText 2 to 4 of 5",
    ]
    browser.press("States", ".fields summary")
    assert browser.texts(".values li") == ["1 open (value 1)", "2 done (value 2)"]
    browser.press("Records")
    browser.see("Parts(2)", "th")
    options = "return [...document.querySelectorAll('datalist option')].map((one) => one.value + one.text)"
    assert browser.run(options) == ["11 open", "22 done"]


def test_odd_names_are_found_again(browser: Browser, url: str) -> None:
    open_layout(browser, "a/b #?% 😀")
    assert browser.text("h1") == "a/b #?% 😀"
    browser.press("Record 2", "tbody a")
    browser.see("Person 02")
    browser.driver.back()
    browser.see("Records 1 to 25")


def test_what_is_not_there(browser: Browser) -> None:
    log_in(browser)
    for place, said in (
        (["file", "people", "layout", "nothing"], "105 Layout is missing (HTTP 500)"),
        (["file", "people", "layout", "person", "record", "999"], "101 Record is missing (HTTP 500)"),
        (["nothing"], "There is nothing at this address."),
    ):
        browser.go(*place)
        assert said in browser.text("[role=alert]")
    browser.go("file", "nothing")
    browser.fill("Account name", "api", enter=True)
    browser.see("802", "[role=alert]")


def test_the_request_can_be_copied(browser: Browser, url: str) -> None:
    open_layout(browser)
    browser.run(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => (window.copied = text)}})"
    )
    browser.fill("Find in Name", "it's", enter=True)
    browser.see("401 No records")
    browser.press("Copy for curl")
    browser.see("Copied", ".actions button")
    curl = browser.run("return copied")
    assert curl.startswith(
        f"curl -X POST '{url}/fmi/data/vLatest/databases/people/layouts/person/_find' \\\n"
    )
    assert '-H "Authorization: Bearer $TOKEN"' in curl
    assert '{"query":[{"Name":"it\'\\\'\'s"}]' in curl
    browser.press("Copy request")
    browser.until(lambda: browser.run("return copied").startswith("POST http"))


def test_json_is_arranged_and_nothing_of_it_changed(browser: Browser) -> None:
    for text, *lines in (
        ("{}", "{}"),
        ("[]", "[]"),
        (
            '{"a":1.50,"a":[{},"x,\\"{"]}',
            "{",
            '  "a": 1.50,',
            '  "a": [',
            "    {},",
            '    "x,\\"{"',
            "  ]",
            "}",
        ),
        ('{"n":[1,"cut', "{", '  "n": [', "    1,", '    "cut'),
        ("<p>a: b</p>", "<p>a: b</p>"),
    ):
        assert browser.run("return readable(arguments[0])", text) == "\n".join(lines)


def test_what_is_no_answer_of_filemakers_is_said(browser: Browser, host: App) -> None:
    open_layout(browser)
    host.faults.html(503, times=1)
    browser.press("Next")
    browser.see("The reply is none of FileMaker's. (HTTP 503)", "[role=alert]")
    browser.tell("Network.enable", {})
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.tell("Network.emulateNetworkConditions", offline)
    browser.press("Show all")
    browser.see("The server does not answer.", "[role=alert]")
    browser.tell("Network.emulateNetworkConditions", {**offline, "offline": False})
    browser.press("Show all")
    browser.see("Records 1 to 25 of 60")


def test_a_file_that_is_not_listed_can_be_opened(browser: Browser, url: str) -> None:
    app = App(load_schema(STORE), filter_databases=True)
    with Background(app) as background:
        browser.open(background.url)
        browser.fill("Name of a file", "store", enter=True)
        browser.fill("Account name", "clerk")
        browser.fill("Password", "till", enter=True)
        browser.see("Layouts", "#side")
        browser.press("Files")
        browser.see("logged in as clerk")
        browser.open(url)
    app.close()


def test_a_server_without_lists_is_too_old(browser: Browser, url: str) -> None:
    app = App(load_schema(STORE), release="17")
    with Background(app) as background:
        browser.open(background.url)
        browser.see("1700 Resource does not exist (HTTP 404)", "[role=alert]")
        browser.see("since FileMaker 18")
        browser.open(url)
    app.close()
