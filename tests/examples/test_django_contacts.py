"""The address book in Django over HTTP: what a browser sends, what it gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import httpx
import pytest
from contrib.html_forms import sent_of
from examples.django_site import started
from server.page.hosts import picture

Sent = dict[str, list[str]]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with started() as url:
        yield url


@pytest.fixture
def visitor(url: str) -> Iterator[Callable[[str], httpx.Client]]:
    """Gives a browser in which somebody has logged in; nobody where the name is empty."""
    open_ones: list[httpx.Client] = []

    def visit(name: str) -> httpx.Client:
        client = httpx.Client(base_url=url, follow_redirects=True)
        open_ones.append(client)
        if name:
            sent = sent_of(client.get("/log-in/").text) | {"user": [name], "password": [name]}
            assert "Log out" in client.post("/log-in/", data=sent).text
        return client

    yield visit
    for one in open_ones:
        one.close()


@pytest.fixture
def anna(visitor: Callable[[str], httpx.Client]) -> httpx.Client:
    return visitor("anna")


def form_of(page: str) -> Sent:
    """What the form of a contact would send."""
    (form,) = re.findall(r'<form method="post" class="contact">.*?</form>', page, re.DOTALL)
    return sent_of(form)


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<td><a href="[^"]*">(.*?)</a>', page)]


def test_nobody_gets_in_without_an_account(visitor: Callable[[str], httpx.Client]) -> None:
    nobody = visitor("")
    assert nobody.get("/contacts/C-3/").url.path == "/log-in/"
    assert nobody.get("/contacts/C-3/photo/").url.path == "/log-in/"
    sent = sent_of(nobody.get("/log-in/").text) | {"user": ["anna"], "password": ["wrong"]}
    assert "the password is another one" in nobody.post("/log-in/", data=sent).text


def test_logging_in_leads_to_the_page_that_was_asked_for(visitor: Callable[[str], httpx.Client]) -> None:
    nobody = visitor("")
    page = nobody.get("/contacts/C-3/")
    sent = sent_of(page.text) | {"user": ["anna"], "password": ["anna"]}
    assert nobody.post(str(page.url), data=sent).url.path == "/contacts/C-3/"
    other = visitor("")
    sent = sent_of(other.get("/log-in/").text) | {"user": ["anna"], "password": ["anna"]}
    assert other.post("/log-in/?next=https://evil.example/", data=sent).url.path == "/", (
        "and to no other site"
    )


def test_logging_out_ends_it(anna: httpx.Client) -> None:
    leave = sent_of(anna.get("/").text)["csrfmiddlewaretoken"]
    assert anna.post("/log-out/", data={"csrfmiddlewaretoken": leave}).url.path == "/log-in/"
    assert anna.get("/").url.path == "/log-in/"
    assert anna.get("/log-out/").status_code == 405


def test_the_list_is_searched_sorted_and_turned(anna: httpx.Client) -> None:
    first = anna.get("/").text
    assert (len(names(first)), names(first)[0], "1 to 10 of" in first) == (10, "Agnes Strand", True)
    last = anna.get("/?sort=-city&page=3").text
    assert "21 to 2" in last
    assert "City ↓" in last
    assert names(anna.get("/?q=lien+bryg").text) == ["Cecilie Lien"]
    assert "Nobody was found" in anna.get("/?q=*").text
    assert "&lt;b&gt;" in anna.get("/", params={"q": "<b>"}).text
    assert anna.get("/?page=99").status_code == 404


def test_fields_and_rows_are_edited_on_one_page(anna: httpx.Client) -> None:
    page = "/contacts/C-9/"
    sent = form_of(anna.get(page).text) | {"city": ["Voss"], "phones-0-number": ["110"]}
    sent |= {"phones-1-label": ["Work"], "phones-1-number": ["112"]}
    saved = anna.post(page, data=sent).text
    assert "Saved." in saved
    assert "Last changed by anna" in saved
    sent = form_of(saved)
    assert (sent["city"], sent["phones-0-number"], sent["phones-1-number"]) == (["Voss"], ["110"], ["112"])
    sent["phones-0-DELETE"] = ["on"]
    again = form_of(anna.post(page, data=sent).text)
    assert (again["phones-0-number"], again["phones-TOTAL_FORMS"]) == (["112"], ["2"])


def test_what_filemaker_refuses_stands_beside_the_field(anna: httpx.Client) -> None:
    sent = form_of(anna.get("/contacts/C-10/").text) | {"email": ["agnes@example.com"], "city": ["Voss"]}
    refused = anna.post("/contacts/C-10/", data=sent)
    assert refused.status_code == 422
    assert re.search(
        r'name="initial-email"[^>]*>\s*<div class="error">FileMaker says: .* \(504\)</div>', refused.text
    )
    assert form_of(refused.text)["city"] == ["Voss"], "what was typed is still there"


def test_guests_may_read_but_not_write(visitor: Callable[[str], httpx.Client]) -> None:
    guest = visitor("guest")
    sent = form_of(guest.get("/contacts/C-10/").text) | {"city": ["Voss"]}
    assert "FileMaker says: " in guest.post("/contacts/C-10/", data=sent).text
    assert form_of(guest.get("/contacts/C-10/").text)["city"] == ["Bergen"]


def test_a_form_of_another_site_is_refused(anna: httpx.Client) -> None:
    sent = form_of(anna.get("/contacts/C-10/").text) | {"csrfmiddlewaretoken": ["forged" * 10]}
    assert anna.post("/contacts/C-10/", data=sent).status_code == 403


def test_two_tabs_never_lose_an_update(visitor: Callable[[str], httpx.Client]) -> None:
    page = "/contacts/C-11/"
    anna, bo = visitor("anna"), visitor("bo")
    hers, his = form_of(anna.get(page).text), form_of(bo.get(page).text)
    anna.post(page, data=hers | {"city": ["Voss"], "company": ["Hers"]})
    late = bo.post(page, data=his | {"city": ["Oslo"], "phones-0-number": ["113"]})
    assert late.status_code == 409
    assert "Somebody else has saved" in late.text
    assert re.search(r"<td>City</td>\s*<td>Voss</td>\s*<td>Oslo</td>", late.text)
    assert re.search(r"Company is <strong>Hers</strong>", late.text)
    assert form_of(anna.get(page).text)["city"] == ["Voss"], "nothing was written"
    saved = form_of(bo.post(page, data=form_of(late.text)).text)
    assert (saved["city"], saved["company"], saved["phones-0-number"]) == (["Oslo"], ["Hers"], ["113"])


def test_text_is_text(anna: httpx.Client) -> None:
    evil = '"><script>alert(1)</script>'
    page = "/contacts/C-12/"
    saved = anna.post(
        page, data=form_of(anna.get(page).text) | {"company": [evil], "phones-0-number": [evil]}
    ).text
    assert "<script>" not in saved + anna.get("/", params={"q": "leif"}).text
    assert form_of(saved)["company"] == form_of(saved)["phones-0-number"] == [evil]


def test_a_new_contact_is_made(anna: httpx.Client) -> None:
    sent = form_of(anna.get("/contacts/new/").text) | {"name": ["Ada Moe"], "phones-0-number": ["113"]}
    made = anna.post("/contacts/new/", data=sent)
    assert form_of(made.text)["phones-0-number"] == ["113"]
    assert anna.get(made.url).status_code == 200
    assert names(anna.get("/?q=ada+moe").text) == ["Ada Moe"]
    empty = anna.post("/contacts/new/", data=form_of(anna.get("/contacts/new/").text))
    assert "(509)" in empty.text


def test_a_photograph_is_stored_and_shown(anna: httpx.Client) -> None:
    page = "/contacts/C-13/"
    assert anna.get(page + "photo/").status_code == 404
    before = sent_of(anna.get(page).text)
    sent = {name: before[name][0] for name in ("csrfmiddlewaretoken", "mod_id")}
    stored = anna.post(page + "photo/", data=sent, files={"photo": ("a.png", picture(), "image/png")})
    assert "The photograph is stored." in stored.text
    assert 'src="/contacts/C-13/photo/"' in stored.text
    shown = anna.get(page + "photo/")
    assert (shown.content, shown.headers["content-type"]) == (picture(), "image/png")
    late = anna.post(page + "photo/", data=sent, files={"photo": ("b.png", b"other", "image/png")})
    assert "Somebody else has changed this contact" in late.text
    assert anna.get(page + "photo/").content == picture()
    assert "Choose a picture first" in anna.post(page + "photo/", data=sent).text


def test_neither_filemakers_address_nor_its_token_gets_out(anna: httpx.Client) -> None:
    for path in ("/", "/contacts/C-13/", "/contacts/C-13/photo/"):
        answer = anna.get(path)
        said = answer.content + str(answer.headers).encode()
        assert not any(word in said for word in (b"/fmi/", b"Streaming", b"X-FMS", b"Bearer"))


def test_what_is_not_there_has_a_page_of_its_own(anna: httpx.Client) -> None:
    for path in ("/contacts/C-99/", "/nowhere/", "/contacts/C-99/photo/"):
        answer = anna.get(path)
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text
