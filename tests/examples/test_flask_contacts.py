"""The address book of examples/flask_contacts, over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from examples.flask_site import ROOT, create_app, fm
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fmorm.server import App, load_schema

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)
NUMBERED = "/contacts/2"


@pytest.fixture
def host() -> Iterator[App]:
    app = App(load_schema(ROOT / "examples" / "contacts" / "contacts.toml"))
    yield app
    app.close()


class Visitor:
    """A browser without its looks: it sends forms as they stand on the page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, follow_redirects=True)

    def form(self, path: str) -> dict[str, Any]:
        """What the page's form of a contact holds."""
        return fields(self.get(path).text)

    def send(self, path: str, form: dict[str, Any], **changes: Any) -> TestResponse:
        data = {name: value for name, value in (form | changes).items() if value is not None}
        return self.client.post(path, data=data, follow_redirects=True)

    def enter(self, user: str) -> None:
        assert user in self.send("/log-in", self.form("/log-in"), user=user, password=user).text


def fields(page: str) -> dict[str, Any]:
    """The names and values of the largest form of a page; rows are a list."""
    form = max(re.findall(r"<form.*?</form>", page, re.DOTALL), key=len)
    found: dict[str, Any] = {"row": []}
    for tag in re.findall(r"<input[^>]*>", form):
        what = {name: unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', tag)}
        if what.get("name") == "row":
            found["row"].append(what["value"])
        elif "name" in what and what.get("type") not in {"checkbox", "file"}:
            found[what["name"]] = what.get("value", "")
    for name, inner in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', inner)
        found[name] = unescape(chosen[1] or chosen[2]) if chosen else ""
    for name, inner in re.findall(r'<textarea name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(inner)
    return found


@pytest.fixture
def site(host: App) -> Iterator[Any]:
    app = create_app(TESTING=True, FMORM_EMBEDDED=host, PROPAGATE_EXCEPTIONS=False)
    yield app
    fm.close(app)


@pytest.fixture
def anna(site: Any) -> Visitor:
    visitor = Visitor(site.test_client())
    visitor.enter("anna")
    return visitor


@pytest.fixture
def bo(site: Any) -> Visitor:
    visitor = Visitor(site.test_client())
    visitor.enter("bo")
    return visitor


def names(page: TestResponse) -> list[str]:
    return re.findall(r'<td><a href="/contacts/\d+">([^<]*)</a>', page.text)


def stored(host: App, table: str, key: str = "C-2", of: str = "PrimaryKey") -> list[dict[str, Any]]:
    return [row for row in host.dump_rows(table) if row[of] == key]


# -- the list --------------------------------------------------------------------------------------------


def test_the_list_is_for_those_who_have_logged_in(site: Any) -> None:
    visitor = Visitor(site.test_client())
    asked = visitor.client.get("/?q=Lien")
    assert asked.location == "/log-in?next=/?q%3DLien"
    page = visitor.get(asked.location)
    assert "Please log in." in page.text
    wrong = visitor.send(asked.location, fields(page.text), user="anna", password="bo")
    assert (wrong.status_code, "does not know this name" in wrong.text) == (403, True)
    assert "bo" not in re.findall(r'value="([^"]*)"', wrong.text), "a password is not sent back"
    inside = visitor.send(asked.location, fields(wrong.text), user="anna", password="anna")
    assert inside.request.full_path == "/?q=Lien"
    assert names(inside) == ["Birk Lien", "Cecilie Lien", "Halvard Lien"]


def test_pages_follow_each_other(anna: Visitor) -> None:
    seen: list[str] = []
    for number in (1, 2, 3):
        page = anna.get(f"/?page={number}")
        seen += names(page)
    assert len(seen) == len(set(seen)) == 28
    assert (seen[0], seen[27]) == ("Agnes Strand", "Yngve Solberg")
    assert "21 to 28 of 28" in page.text
    assert anna.get("/?page=4").status_code == 404


def test_columns_sort_both_ways(anna: Visitor) -> None:
    assert names(anna.get("/?sort=-name&page=3"))[-1] == "Agnes Strand"
    up, down = anna.get("/?sort=city").text, anna.get("/?sort=-city").text
    cities = [re.findall(r"<td>([^<]*)</td>\s*<td class", page) for page in (up, down)]
    assert cities[0] == sorted(cities[0])
    assert cities[1] == sorted(cities[1], reverse=True)
    assert 'aria-sort="descending"' in down
    assert anna.get("/?sort=nonsense").status_code == 200


@pytest.mark.parametrize("words", ["@", "==", "*", '"', "<script>", "nobody of that name", "ø" * 50])
def test_any_words_may_be_looked_for(anna: Visitor, words: str) -> None:
    page = anna.client.get("/", query_string={"q": words}, follow_redirects=True)
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_words_may_be_in_several_fields(anna: Visitor) -> None:
    assert names(anna.get("/?q=lien+kvist")) == ["Birk Lien"]
    assert "That is too much" in anna.get("/?q=" + "+".join(f"word{n}" for n in range(60))).text


# -- one contact -----------------------------------------------------------------------------------------


def test_fields_and_telephones_are_saved_together(anna: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    (number,) = [row for row in form["row"] if not row.startswith("new")]
    (free,) = [row for row in form["row"] if row.startswith("new")]
    host.requests.clear()
    page = anna.send(
        NUMBERED,
        form,
        city="Ålesund",
        notes="Likes <b>boats</b>\r\nand tea",
        **{f"{number}-number": "+47 1", f"{free}-label": "Work", f"{free}-number": "+47 2"},
    )
    assert "Saved." in page.text
    assert [request.method for request, _ in host.requests].count("PATCH") == 1
    assert "<b>" not in page.text
    (row,) = stored(host, "Contact")
    assert (row["City"], row["ChangedBy"]) == ("Ålesund", "anna")
    phones = [(row["Label"], row["Number"]) for row in stored(host, "Phone", of="ContactKey")]
    assert phones == [("Home", "+47 1"), ("Work", "+47 2")]
    again = anna.form(NUMBERED)
    assert again["notes"] == again["was-notes"] == "Likes <b>boats</b>\nand tea"


def test_a_telephone_is_removed(anna: Visitor, host: App) -> None:
    form = anna.form("/contacts/3")
    first, second, _ = form["row"]
    anna.send("/contacts/3", form, **{f"remove-{first}": "on"})
    left = [row["Number"] for row in stored(host, "Phone", "C-3", "ContactKey")]
    assert left == [form[f"{second}-number"]]


def test_a_form_that_changes_nothing_sends_nothing(anna: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    host.requests.clear()
    assert "Saved." in anna.send(NUMBERED, form).text
    assert "PATCH" not in [request.method for request, _ in host.requests]


def test_what_does_not_fit_is_said_beside_its_box_and_nothing_is_lost(anna: Visitor, host: App) -> None:
    for changes, words in (
        ({"name": ""}, "A contact needs a name."),
        ({"email": "agnes@example.com"}, "Another contact has this address."),
        ({"birthday": "soon"}, "valid date"),
    ):
        page = anna.send(NUMBERED, anna.form(NUMBERED), city="Voss", **changes)
        assert page.status_code == 422
        (box,) = [one for one in page.text.split("<div") if words in one]
        assert f'name="{next(iter(changes))}"' in box
        again = fields(page.text)
        assert again.items() >= {"city": "Voss", **changes}.items()
    assert stored(host, "Contact")[0]["City"] == "Bergen"
    assert "Saved." in anna.send(NUMBERED, again, birthday="1992-01-18").text
    assert stored(host, "Contact")[0]["City"] == "Voss"


def test_a_contact_is_added(anna: Visitor, host: App) -> None:
    form = anna.form("/contacts/new")
    assert "needs a name" in anna.send("/contacts/new", form, city="Voss").text
    page = anna.send("/contacts/new", form, name="Zoë <i>Aas</i>", **{"new0-number": "+47 5"})
    assert "Added." in page.text
    assert "<i>" not in page.text
    assert page.request.path == "/contacts/29"
    (row,) = [row for row in host.dump_rows("Contact") if row["Name"] == "Zoë <i>Aas</i>"]
    assert [one["Number"] for one in stored(host, "Phone", str(row["PrimaryKey"]), "ContactKey")] == ["+47 5"]


def test_a_guest_looks_and_does_not_touch(site: Any, host: App) -> None:
    guest = Visitor(site.test_client())
    guest.enter("guest")
    page = guest.send(NUMBERED, guest.form(NUMBERED), city="Voss")
    assert (page.status_code, "may look at contacts" in page.text) == (422, True)
    assert fields(page.text)["city"] == "Voss"
    assert stored(host, "Contact")[0]["City"] == "Bergen"
    form = {"csrf": fields(page.text)["csrf"], "mod_id": fields(page.text)["mod_id"]}
    reply = guest.send(NUMBERED + "/photo", form, photo=(BytesIO(PNG), "a.png"))
    assert reply.status_code == 403


# -- two at once -----------------------------------------------------------------------------------------


def test_two_tabs_see_both_sides_and_lose_nothing(anna: Visitor, bo: Visitor, host: App) -> None:
    mine, theirs = anna.form(NUMBERED), bo.form(NUMBERED)
    (number, free) = mine["row"]
    bo.send(NUMBERED, theirs, company="Lien & Sons", city="Voss", **{f"{number}-label": "Work"})
    page = anna.send(
        NUMBERED, mine, city="Oslo", notes="Mine", **{f"{number}-number": "+47 9", f"{free}-number": "+47 8"}
    )
    assert page.status_code == 409
    assert "bo has changed this contact meanwhile" in page.text
    sides = [
        [unescape(re.sub(r"<.*?>", "", cell)) for cell in re.findall(r"<td>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", page.text.partition("conflict")[2], re.DOTALL)
    ]
    assert [side for side in sides if len(side) == 4] == [
        ["Company", "Kvist Carpentry", "unchanged", "Lien & Sons"],
        ["City", "Bergen", "Oslo", "Voss"],
        ["Notes", "", "Mine", "unchanged"],
        ["Telephone, label", "Home", "unchanged", "Work"],
        ["Telephone, number", "+47 23 19 36 88", "+47 9", "unchanged"],
    ]
    assert stored(host, "Contact")[0]["City"] == "Voss"
    assert "Saved." in anna.send(NUMBERED, fields(page.text)).text
    (row,) = stored(host, "Contact")
    assert (row["Company"], row["City"], row["Notes"]) == ("Lien & Sons", "Oslo", "Mine")
    phones = [(one["Label"], one["Number"]) for one in stored(host, "Phone", of="ContactKey")]
    assert phones == [("Work", "+47 9"), ("", "+47 8")]


def test_a_third_change_meanwhile_is_shown_again(anna: Visitor, bo: Visitor, host: App) -> None:
    mine = anna.form(NUMBERED)
    bo.send(NUMBERED, bo.form(NUMBERED), city="Voss")
    first = anna.send(NUMBERED, mine, city="Oslo")
    bo.send(NUMBERED, bo.form(NUMBERED), city="Lom")
    second = anna.send(NUMBERED, fields(first.text))
    assert (first.status_code, second.status_code) == (409, 409)
    assert "Lom" in second.text
    assert fields(second.text)["city"] == "Oslo"


def test_a_telephone_that_the_other_has_removed_comes_back_as_a_new_one(
    anna: Visitor, bo: Visitor, host: App
) -> None:
    mine = anna.form(NUMBERED)
    number = mine["row"][0]
    bo.send(NUMBERED, bo.form(NUMBERED), **{f"remove-{number}": "on"})
    page = anna.send(NUMBERED, mine, **{f"{number}-number": "+47 9"})
    assert (page.status_code, "removed" in page.text) == (409, True)
    anna.send(NUMBERED, fields(page.text))
    assert [row["Number"] for row in stored(host, "Phone", of="ContactKey")] == ["+47 9"]


def test_a_telephone_that_the_other_has_changed_is_not_removed_unseen(
    anna: Visitor, bo: Visitor, host: App
) -> None:
    mine = anna.form(NUMBERED)
    number = mine["row"][0]
    bo.send(NUMBERED, bo.form(NUMBERED), **{f"{number}-number": "+47 7"})
    page = anna.send(NUMBERED, mine, **{f"remove-{number}": "on"})
    assert page.status_code == 409
    assert [row["Number"] for row in stored(host, "Phone", of="ContactKey")] == ["+47 7"]
    assert "+47 7" in page.text
    anna.send(NUMBERED, fields(page.text), **{f"remove-{number}": "on"})
    assert stored(host, "Phone", of="ContactKey") == []


def test_a_second_click_is_no_conflict(anna: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    changes = {"city": "Voss", f"{form['row'][0]}-number": "+47 9"}
    assert "Saved." in anna.send(NUMBERED, form, **changes).text
    assert "Saved." in anna.send(NUMBERED, form, **changes).text


def test_a_second_click_adds_no_telephone_twice(anna: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    pages = [anna.send(NUMBERED, form, **{f"{form['row'][1]}-number": "+47 5"}) for _ in range(2)]
    assert [row["Number"] for row in stored(host, "Phone", of="ContactKey")].count("+47 5") == 1
    assert all("+47 5" in page.text for page in pages)


def at_once(work: Callable[[], object]) -> None:
    """Do something several times at the same moment."""
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_form_that_is_sent_several_times_at_once_adds_one_telephone(
    site: Any, anna: Visitor, host: App
) -> None:
    form = anna.form(NUMBERED)
    cookie = anna.client.get_cookie("session")
    assert cookie is not None

    def click() -> None:
        tab = Visitor(site.test_client())
        tab.client.set_cookie("session", cookie.value)
        tab.send(NUMBERED, form, **{f"{form['row'][1]}-number": "+47 5"})

    at_once(click)
    assert [row["Number"] for row in stored(host, "Phone", of="ContactKey")].count("+47 5") == 1


def test_a_form_for_a_new_contact_makes_one(anna: Visitor, host: App) -> None:
    form = anna.form("/contacts/new")
    paths = {anna.send("/contacts/new", form, name="Zoë Aas").request.path for _ in range(2)}
    assert paths == {"/contacts/29"}
    assert [row["Name"] for row in host.dump_rows("Contact")].count("Zoë Aas") == 1
    anna.send("/contacts/new", anna.form("/contacts/new"), name="Zoë Aas")
    assert [row["Name"] for row in host.dump_rows("Contact")].count("Zoë Aas") == 2


def test_a_form_without_its_mod_ids_is_refused(anna: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    number = form["row"][0]
    assert anna.send(NUMBERED, form, city="Voss", mod_id=None).status_code == 400
    mod = {f"mod-{number}": "", f"{number}-number": "+47 1"}
    assert anna.send(NUMBERED, form, **mod).status_code == 400
    forged = anna.send(NUMBERED, form, row=["x"], **{"mod-x": "1", "x-number": "+47 1"})
    assert forged.status_code == 409
    assert stored(host, "Contact")[0]["City"] == "Bergen"


def test_a_contact_that_is_gone_is_404(anna: Visitor) -> None:
    for path in ("/contacts/999", "/contacts/x", "/nowhere"):
        page = anna.get(path)
        assert (page.status_code, "To the contacts" in page.text) == (404, True)


# -- photographs -----------------------------------------------------------------------------------------


def test_a_photograph_is_stored_and_shown_without_filemakers_address(anna: Visitor, host: App) -> None:
    page = anna.get(NUMBERED)
    form = {name: fields(page.text)[name] for name in ("csrf", "mod_id")}
    assert "There is none yet." in page.text
    after = anna.send(NUMBERED + "/photo", form, photo=(BytesIO(PNG), "../me.png"))
    assert "Photograph saved." in after.text
    assert f'src="{NUMBERED}/photo"' in after.text
    shown = anna.get(NUMBERED + "/photo")
    assert (shown.data, shown.mimetype) == (PNG, "image/png")
    stale = anna.send(NUMBERED + "/photo", form, photo=(BytesIO(PNG), "me.png"))
    assert "Somebody has changed this contact meanwhile" in stale.text
    wrong = anna.send(NUMBERED + "/photo", form, photo=(BytesIO(b"x"), "me.html"))
    assert "Choose a picture" in wrong.text
    everything = page.text + after.text + str(shown.headers)
    assert not any(word in everything for word in ("Streaming", "fmi/", "127.0.0.1"))


# -- safety ----------------------------------------------------------------------------------------------


def test_a_form_of_another_site_is_refused(anna: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    for token in (None, "", "guessed", "é"):
        for path in (NUMBERED, NUMBERED + "/photo", "/contacts/new", "/log-out"):
            assert anna.send(path, form, csrf=token, city="Voss").status_code == 400
    assert stored(host, "Contact")[0]["City"] == "Bergen"
    assert anna.get("/").status_code == 200


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(anna: Visitor) -> None:
    page = anna.get(NUMBERED)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    with anna.get("/contacts.css") as style:
        assert style.mimetype == "text/css"


def test_what_came_too_late_is_still_guarded_against_others(anna: Visitor, bo: Visitor, host: App) -> None:
    form = anna.form(NUMBERED)
    host.expire_sessions()
    late = {**form, "city": "Oslo"}
    reply = anna.client.post(NUMBERED, data=late, headers={"Referer": f"http://localhost{NUMBERED}"})
    assert reply.location == f"/log-in?next={NUMBERED}"
    log_in = anna.get(reply.location)
    assert "Your session has ended" in log_in.text
    bo.enter("bo")
    bo.send(NUMBERED, bo.form(NUMBERED), city="Voss")
    page = anna.send(reply.location, fields(log_in.text), user="anna", password="anna")
    assert (page.request.path, fields(page.text)["city"]) == (NUMBERED, "Oslo")
    saved = anna.send(NUMBERED, fields(page.text))
    assert (saved.status_code, "bo has changed this contact" in saved.text) == (409, True)
    assert stored(host, "Contact")[0]["City"] == "Voss"


def test_one_command_starts_it() -> None:
    command = [sys.executable, "-W", "error", "examples/flask_contacts/app.py", "--port", "0"]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        assert started.stderr is not None
        assert "anna" in started.stdout.readline()
        url = next(
            found[0] for line in started.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
        )
        with urllib.request.urlopen(url, timeout=10) as page:
            assert "Log in" in page.read().decode()
    finally:
        started.terminate()
        started.communicate(timeout=10)
