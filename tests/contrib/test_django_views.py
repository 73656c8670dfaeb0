"""Generic views, accounts and files, over Django's test client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from contacts.contacts import Contact
from contrib.django_site import SETTINGS, ContactForm
from contrib.html_forms import sent_of
from django.core.exceptions import ImproperlyConfigured
from django.test import AsyncClient, Client, RequestFactory, override_settings
from server.page.hosts import picture

from fmorm import CredentialError
from fmorm.contrib.django import databases, db
from fmorm.contrib.django.accounts import log_in
from fmorm.contrib.django.configuration import configuration_of
from fmorm.contrib.django.record_forms import RecordForm
from fmorm.contrib.django.views import RecordDetailView

pytestmark = pytest.mark.usefixtures("django_project")


@pytest.fixture
def client() -> Client:
    return Client()


def text(response: Any) -> str:
    return str(response.content.decode())


# -- lists -------------------------------------------------------------------------------------------------


def test_a_list_is_a_page_of_the_records(client: Client) -> None:
    assert text(client.get("/")).startswith("Agnes Strand|Åse Aas|Birk Lien|")
    assert text(client.get("/")).endswith("|1/3 of 28 by name")
    assert text(client.get("/?page=3")).endswith("Yngve Solberg|3/3 of 28 by name")
    assert text(client.get("/?page=last")) == text(client.get("/?page=3"))


@pytest.mark.parametrize("page", ["4", "0", "-1", "none", ""])
def test_a_page_that_is_not_there_is_not_found(client: Client, page: str) -> None:
    assert client.get("/", {"page": page}).status_code == 404


def test_a_list_is_sorted_as_people_ask(client: Client) -> None:
    assert text(client.get("/?sort=-name")).startswith("Yngve Solberg|Vigdis Berge|")
    assert text(client.get("/?sort=birthday")).endswith("by name"), "not every field is offered"
    assert text(client.get("/?sort=--name")).endswith("by name")


def test_a_list_is_searched_word_by_word(client: Client) -> None:
    assert text(client.get("/", {"q": "berg bryg"})) == "1/1 of 0 by name for berg bryg"
    assert text(client.get("/", {"q": "lien bryg"})) == "Cecilie Lien|1/1 of 1 by name for lien bryg"
    assert text(client.get("/", {"q": "*"})) == "1/1 of 0 by name for *", "what people type is no operator"
    assert text(client.get("/", {"q": "<b>"})).endswith("for &lt;b&gt;")


# -- records -----------------------------------------------------------------------------------------------


def test_a_record_is_shown_by_its_id_or_its_key(client: Client) -> None:
    assert text(client.get("/contacts/3/")) == text(client.get("/keys/C-3/")) == "Cecilie Lien 0"


@pytest.mark.parametrize(
    "address", ["/contacts/99/", "/contacts/x/", "/contacts/1%2F2/", "/keys/C-99/", "/edit/99/"]
)
def test_a_record_that_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_an_address_that_names_no_record_is_a_mistake_of_the_project() -> None:
    class View(RecordDetailView):
        model = Contact
        template_name = "record.html"

    with pytest.raises(ImproperlyConfigured, match="business key"):
        View.as_view()(RequestFactory().get("/"))


def test_the_form_of_a_record_saves_and_goes_on(client: Client) -> None:
    tab = sent_of(text(client.get("/edit/3/")))
    answer = client.post("/edit/3/", tab | {"city": "Voss"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert db.get(Contact, 3).city == "Voss"


def test_the_form_is_shown_again_with_what_is_wrong(client: Client) -> None:
    tab = sent_of(text(client.get("/edit/3/")))
    answer = client.post("/edit/3/", tab | {"name": ""})
    assert answer.status_code == 422
    assert "(509)" in text(answer)


def test_two_tabs_never_lose_an_update(client: Client) -> None:
    one, other = (sent_of(text(client.get("/edit/3/"))) for _ in range(2))
    assert client.post("/edit/3/", one | {"city": "Voss"}).status_code == 302
    late = client.post("/edit/3/", other | {"city": "Oslo", "notes": "mine"})
    assert late.status_code == 409
    assert "[City: Oslo / Voss !]" in text(late)
    assert db.get(Contact, 3).city == "Voss"
    assert client.post("/edit/3/", sent_of(text(late))).status_code == 302
    assert (db.get(Contact, 3).city, db.get(Contact, 3).notes) == ("Oslo", "mine")


def test_a_record_that_is_removed_meanwhile_is_not_found(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = sent_of(text(client.get("/edit/3/")))
    save = ContactForm.save

    def late(form: RecordForm) -> bool:
        db.delete(Contact, 3)
        return save(form)

    monkeypatch.setattr(ContactForm, "save", late)
    assert client.post("/edit/3/", tab | {"city": "Voss"}).status_code == 404


def test_a_new_record_is_made_by_its_form(client: Client) -> None:
    tab = sent_of(text(client.get("/new/")))
    assert client.post("/new/", tab | {"name": "Ada Moe", "phones-0-number": "113"}).status_code == 302
    made = db.find(Contact).where(Contact.name == "Ada Moe").one()
    assert [row.number for row in made.phones] == ["113"]
    assert client.post("/new/", tab).status_code == 422, "it has no name"


# -- asynchronous views, files -----------------------------------------------------------------------------


def test_an_async_view_uses_the_async_database(client: Client) -> None:
    assert client.get("/names/").json() == ["Agnes Strand", "Åse Aas"], "under WSGI, in a loop of its own"

    async def visit() -> Any:
        return (await AsyncClient().get("/names/")).json()

    assert asyncio.run(visit()) == ["Agnes Strand", "Åse Aas"]
    assert databases.app(configuration_of("default")).session_count == 0


def test_a_picture_is_handed_on_without_filemakers_address(client: Client) -> None:
    db.upload(db.get(Contact, 3), Contact.photo, picture(), name="a.png")
    answer: Any = client.get("/photos/3/")
    assert b"".join(answer.streaming_content) == picture()
    assert (answer["Content-Type"], answer["Content-Length"]) == ("image/png", str(len(picture())))
    assert answer["Content-Disposition"] == (
        "inline; filename=\"?r?.png\"; filename*=UTF-8''%C3%86r%C3%B8.png"
    )
    assert answer["Cache-Control"] == "private, no-store"
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == (
        "nosniff",
        True,
    )
    assert not any("embedded.invalid" in value or "Streaming" in value for value in answer.headers.values())
    answer.close()


def test_a_page_somebody_has_put_into_a_container_is_not_shown_as_one(client: Client) -> None:
    db.upload(db.get(Contact, 3), Contact.photo, b"<script>alert(1)</script>", name="a.html")
    answer: Any = client.get("/photos/3/")
    assert answer["Content-Disposition"].startswith("attachment")
    answer.close()


def test_an_empty_container_is_not_found(client: Client) -> None:
    assert client.get("/photos/3/").status_code == 404
    assert client.get("/async-photos/3/").status_code == 404


def test_an_async_view_hands_files_on_too() -> None:
    db.upload(db.get(Contact, 3), Contact.photo, picture(), name="a.png")

    async def visit() -> bytes:
        answer: Any = await AsyncClient().get("/async-photos/3/")
        return b"".join([piece async for piece in answer.streaming_content])

    assert asyncio.run(visit()) == picture()


# -- accounts ----------------------------------------------------------------------------------------------


@pytest.fixture
def anna(client: Client) -> Iterator[Client]:
    assert text(client.post("/login/", {"user": "anna", "password": "anna"})) == "anna"
    yield client
    client.get("/logout/")


def test_nobody_sees_what_is_an_accounts_before_logging_in(client: Client) -> None:
    answer = client.get("/mine/?q=lien")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=%2Fmine%2F%3Fq%3Dlien")


def test_an_account_does_what_filemaker_lets_it(client: Client) -> None:
    client.post("/login/", {"user": "guest", "password": "guest"})
    assert text(client.get("/mine/")).startswith("Agnes Strand|")
    tab = sent_of(text(client.get("/mine/3/")))
    refused = client.post("/mine/3/", tab | {"city": "Voss"})
    assert refused.status_code == 422
    assert "FileMaker says: " in text(refused)
    client.get("/logout/")


def test_filemaker_knows_who_has_changed_a_record(anna: Client) -> None:
    tab = sent_of(text(anna.get("/mine/3/")))
    assert anna.post("/mine/3/", tab | {"city": "Voss"}).status_code == 302
    assert db.get(Contact, 3).changed_by == "anna"


def test_a_wrong_password_is_refused(client: Client) -> None:
    with pytest.raises(CredentialError):
        client.post("/login/", {"user": "anna", "password": "wrong"})
    assert client.get("/mine/").status_code == 302


def test_the_token_and_the_password_do_not_get_to_the_browser(anna: Client) -> None:
    held = anna.session["_fmorm:default"]
    cookies = " ".join(one.value for one in anna.cookies.values())
    assert held["token"]
    assert held["token"] not in cookies + text(anna.get("/mine/")) + text(anna.get("/mine/3/"))
    assert "password" not in held


def test_logging_in_changes_the_sessions_key_and_out_ends_the_filemaker_session(anna: Client) -> None:
    app = databases.app(configuration_of("default"))
    before, key = app.session_count, anna.session.session_key
    anna.post("/login/", {"user": "bo", "password": "bo"})
    assert anna.session.session_key != key
    assert app.session_count == before, "the session of the account before was ended"
    assert text(anna.get("/logout/")) == "nobody"
    assert app.session_count == before - 1
    assert anna.get("/mine/").status_code == 302


def test_a_filemaker_session_that_has_ended_leads_to_the_log_in_page(anna: Client) -> None:
    databases.app(configuration_of("default")).expire_sessions()
    assert anna.get("/mine/")["Location"] == "/login/?next=%2Fmine%2F"
    assert "_fmorm:default" not in anna.session
    assert text(anna.post("/login/", {"user": "anna", "password": "anna"})) == "anna"
    assert anna.get("/mine/").status_code == 200


def test_a_form_that_comes_too_late_waits_for_its_account(anna: Client) -> None:
    tab = sent_of(text(anna.get("/mine/3/"))) | {"city": ["Oslo"]}
    databases.app(configuration_of("default")).expire_sessions()
    db.update(Contact, 3, {"notes": "theirs"})
    assert anna.post("/mine/3/", tab)["Location"] == "/login/?next=%2Fmine%2F3%2F"
    anna.post("/login/", {"user": "bo", "password": "bo"})
    assert sent_of(text(anna.get("/mine/3/")))["city"] == ["Bodø"], "it is nobody else's"
    anna.post("/login/", {"user": "anna", "password": "anna"})
    assert sent_of(text(anna.get("/mine/4/")))["city"] == ["Bodø"], "nor another page's"
    page = text(anna.get("/mine/3/"))
    assert "Your FileMaker session had ended" in page
    assert sent_of(page)["city"] == ["Oslo"]
    assert sent_of(text(anna.get("/mine/3/")))["city"] == ["Bodø"], "and it is shown once"
    late = anna.post("/mine/3/", sent_of(page))
    assert late.status_code == 409, "what was saved meanwhile is seen"
    assert anna.post("/mine/3/", sent_of(text(late))).status_code == 302
    assert (db.get(Contact, 3).city, db.get(Contact, 3).notes) == ("Oslo", "theirs")


def test_sessions_in_readable_cookies_are_refused() -> None:
    with (
        override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"),
        pytest.raises(ImproperlyConfigured, match="another SESSION_ENGINE"),
    ):
        log_in(RequestFactory().get("/"), "anna", "anna")


def test_the_middleware_serves_async_projects_too() -> None:
    async def visit() -> tuple[int, str]:
        answer = await AsyncClient().get("/mine/")
        return answer.status_code, answer["Location"]

    assert asyncio.run(visit()) == (302, "/login/?next=%2Fmine%2F")
    assert SETTINGS["MIDDLEWARE"][-1].endswith("AccountMiddleware")
