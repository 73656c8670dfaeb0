"""People who log in to a Flask application with their own FileMaker accounts."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, redirect, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from tokens.libraries import django_cache

from fmorm import CredentialError, Field, Model, PrivilegeError, RecordStateError, field
from fmorm.contrib.flask import FMORM, MemoryUsers
from fmorm.server import App, Background, load_schema

SCHEMA = Path(__file__).parents[2] / "examples" / "contacts" / "contacts.toml"


class Contact(Model, layout="contact"):
    name: Field[str] = field("Name")
    changed_by: Field[str | None] = field("ChangedBy", read_only=True)


class Noting(MemoryUsers):
    """A store that tells what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, Any] = {}

    def set(self, key: str, value: Any, /, *, timeout: int) -> None:
        self.given[key] = value
        super().set(key, value, timeout=timeout)


class Full(MemoryUsers):
    """A store with no room."""

    def set(self, key: str, value: Any, /, *, timeout: int) -> bool:  # type: ignore[override]  # as cachelib says it
        return False


Made = Callable[..., tuple[Flask, FMORM]]


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[App, str]]:
    app = App(load_schema(SCHEMA))
    with Background(app) as background:
        yield app, background.url
    app.close()


@pytest.fixture
def host(shared: tuple[App, str]) -> App:
    shared[0].expire_sessions()
    return shared[0]


@pytest.fixture
def made(host: App, shared: tuple[App, str]) -> Iterator[Made]:
    """Makes sites of the server, with the settings given."""
    with ExitStack() as closing:

        def make(**config: Any) -> tuple[Flask, FMORM]:
            app = Flask("site")
            server = {"FMORM_URL": shared[1], "FMORM_DATABASE": "contacts", "FMORM_PER_USER": True}
            ours = {"TESTING": True, "SECRET_KEY": "for the cookies", "FMORM_LOGIN_VIEW": "log_in"}
            app.config |= server | ours | config
            fm = FMORM(app)
            _views(app, fm)
            closing.callback(fm.close, app)
            return app, fm

        yield make


def _views(app: Flask, fm: FMORM) -> None:
    @app.route("/log-in", methods=["GET", "POST"])
    def log_in() -> ResponseReturnValue:
        if request.method == "POST":
            try:
                fm.log_in(request.form["user"], request.form["password"])
            except CredentialError:
                return "no", 403
            return redirect(fm.next_url("/"))
        return "|".join(message for _, message in _flashed())

    @app.post("/log-out")
    def log_out() -> str:
        fm.log_out()
        return "bye"

    @app.route("/", methods=["GET", "POST"])
    def index() -> str:
        return f"{fm.current_user}: {fm.db.find(Contact).count() > 0}"

    @app.get("/who")
    def who() -> str:
        return str(fm.current_user)

    @app.get("/guarded")
    @fm.log_in_required
    def guarded() -> str:
        return "inside"

    @app.get("/rename")
    def form() -> str:
        late = fm.late_form()
        return str(late.to_dict(flat=False) if late else None)

    @app.post("/rename")
    def rename() -> str:
        fm.db.update(Contact, 2, {"name": request.form["name"]})
        return str(fm.db.get(Contact, 2).changed_by)


def _flashed() -> list[tuple[str, str]]:
    from flask import get_flashed_messages

    flashed: Any = get_flashed_messages(with_categories=True)
    return list(flashed)


def enter(client: FlaskClient, user: str = "anna", password: str | None = None, **query: str) -> Any:
    form = {"user": user, "password": user if password is None else password}
    return client.post("/log-in", data=form, query_string=query)


def test_each_browser_works_with_its_own_account(made: Made) -> None:
    app, _ = made()
    anna, bo = app.test_client(), app.test_client()
    enter(anna, "anna")
    enter(bo, "bo")
    assert (anna.get("/").text, bo.get("/").text) == ("anna: True", "bo: True")
    assert anna.post("/rename", data={"name": "Birk L"}).text == "anna"
    assert bo.post("/rename", data={"name": "Birk Lien"}).text == "bo"


def test_what_the_account_may_not_do_filemaker_refuses(made: Made) -> None:
    client = made()[0].test_client()
    enter(client, "guest")
    with pytest.raises(PrivilegeError):
        client.post("/rename", data={"name": "x"})


def test_a_wrong_password_lets_nobody_in(made: Made, host: App) -> None:
    client = made()[0].test_client()
    assert enter(client, "anna", "wrong").status_code == 403
    assert client.get("/who").text == "None"
    assert host.session_count == 0


def test_who_has_not_logged_in_is_led_to_the_log_in_page_and_back(made: Made) -> None:
    client = made()[0].test_client()
    for page in ("/", "/guarded"):
        led = client.get(page + "?sort=name&page=2")
        assert (led.status_code, led.location) == (303, f"/log-in?next={page}?sort%3Dname%26page%3D2")
        assert client.get(led.location).text == "Please log in."
    back = enter(client, next="/guarded?sort=name")
    assert back.location == "/guarded?sort=name"
    assert client.get(back.location).text == "inside"


def test_without_a_log_in_page_it_is_401(made: Made) -> None:
    client = made(FMORM_LOGIN_VIEW=None)[0].test_client()
    assert [client.get(page).status_code for page in ("/", "/guarded")] == [401, 401]


def test_a_session_that_has_ended_leads_to_the_log_in_page_with_a_word_on_it(made: Made, host: App) -> None:
    client = made()[0].test_client()
    enter(client)
    host.expire_sessions()
    led = client.get("/?page=3")
    assert led.location == "/log-in?next=/?page%3D3"
    assert client.get(led.location).text.startswith("Your session has ended, and your last request was not")
    assert client.get("/who").text == "None"
    assert client.get(enter(client, next="/").location).text == "anna: True"


def test_a_form_that_came_too_late_leads_back_to_its_page(made: Made, host: App) -> None:
    client = made()[0].test_client()
    enter(client)
    host.expire_sessions()
    page = "http://localhost/people/7?tab=phones"
    led = client.post("/rename", data={"name": "x"}, headers={"Referer": page})
    assert (led.status_code, led.location) == (303, "/log-in?next=/people/7?tab%3Dphones")
    for stranger in ("http://evil.example/people", "http://localhost//evil.example", ""):
        led = client.post("/rename", data={"name": "x"}, headers={"Referer": stranger})
        assert led.location == "/log-in"


def late(client: FlaskClient, host: App, form: dict[str, Any]) -> None:
    """Send a form after the session has ended."""
    enter(client)
    host.expire_sessions()
    assert client.post("/rename", data=form).status_code == 303


def test_what_came_too_late_need_not_be_typed_again(made: Made, host: App) -> None:
    client = made()[0].test_client()
    late(client, host, {"name": "Ægir", "row": ["1", "2"]})
    enter(client)
    assert client.get("/").text == "anna: True", "another page does not take it"
    assert client.get("/rename").text == "{'name': ['Ægir'], 'row': ['1', '2']}"
    assert client.get("/rename").text == "None", "it is given once"


def test_what_came_too_late_is_for_its_user_alone(made: Made, host: App) -> None:
    client = made()[0].test_client()
    late(client, host, {"name": "secret"})
    assert client.get("/rename").text == "None", "nobody has logged in"
    enter(client, "bo")
    assert client.get("/rename").text == "None"
    enter(client, "anna")
    assert client.get("/rename").text == "None"


def test_a_form_that_is_too_long_is_not_kept(made: Made, host: App) -> None:
    users = Noting()
    client = made(FMORM_USERS=users)[0].test_client()
    late(client, host, {"name": "x" * 100_000})
    assert [key for key in users.given if ":form:" in key] == []
    late(client, host, {"name": "x" * 99_000})
    assert len([key for key in users.given if ":form:" in key]) == 1


def test_the_cookie_holds_neither_the_token_nor_the_account(made: Made) -> None:
    users = Noting()
    app, _ = made(FMORM_USERS=users)
    client = app.test_client()
    cookie = enter(client, "anna").headers["Set-Cookie"]
    ((key, (user, token)),) = users.given.items()
    head = cookie.partition("session=")[2].partition(".")[0]
    shown = base64.urlsafe_b64decode(head + "==").decode()
    assert user == "anna"
    assert key.removeprefix("fmorm:user:") in shown
    assert "anna" not in cookie + shown
    assert token not in cookie + shown


def test_logging_out_ends_the_session_and_a_copy_of_the_cookie_is_of_no_use(made: Made, host: App) -> None:
    app, _ = made()
    client, thief = app.test_client(), app.test_client()
    enter(client)
    stolen = client.get_cookie("session")
    assert stolen is not None
    thief.set_cookie("session", stolen.value)
    assert thief.get("/who").text == "anna"
    assert client.post("/log-out").text == "bye"
    assert host.session_count == 0
    assert thief.get("/who").text == "None"
    assert thief.get("/").status_code == 303
    assert client.post("/log-out").text == "bye", "a second time nothing happens"


def test_a_second_log_in_ends_the_first_and_has_another_key(made: Made, host: App) -> None:
    users = Noting()
    client = made(FMORM_USERS=users)[0].test_client()
    enter(client, "anna")
    enter(client, "bo")
    assert client.get("/who").text == "bo"
    assert host.session_count == 1
    first, second = users.given
    assert first != second
    assert users.get(first) is None


def test_a_failed_second_log_in_leaves_the_first(made: Made) -> None:
    client = made()[0].test_client()
    enter(client, "anna")
    enter(client, "bo", "wrong")
    assert client.get("/").text == "anna: True"


def test_logging_out_works_while_the_server_is_away(made: Made, host: App) -> None:
    client = made()[0].test_client()
    enter(client)
    with host.faults.drop(on="log-out"):
        assert client.post("/log-out").text == "bye"
    assert client.get("/who").text == "None"


def test_a_log_in_that_cannot_be_kept_is_logged_out_again(made: Made, host: App) -> None:
    client = made(FMORM_USERS=Full())[0].test_client()
    with pytest.raises(RuntimeError, match="FMORM_USERS does not keep"):
        enter(client)
    assert host.session_count == 0


def test_processes_share_log_ins_through_one_store(made: Made) -> None:
    users = MemoryUsers()
    one, other = made(FMORM_USERS=users)[0].test_client(), made(FMORM_USERS=users)[0].test_client()
    enter(one)
    cookie = one.get_cookie("session")
    assert cookie is not None
    other.set_cookie("session", cookie.value)
    assert other.get("/").text == "anna: True"


def test_the_store_may_be_a_cache_of_another_library(made: Made, host: App) -> None:
    cache = django_cache("locmem.LocMemCache")("users", {})
    client = made(FMORM_USERS=cache)[0].test_client()
    late(client, host, {"name": "Ægir"})
    enter(client)
    assert client.get("/rename").text == "{'name': ['Ægir']}"
    client.post("/log-out")
    assert list(cache._cache) == []


def test_a_log_in_is_kept_as_long_as_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("fmorm.contrib.flask.stores.time.monotonic", lambda: now[0])
    users = MemoryUsers()
    users.set("one", 1, timeout=60)
    now[0] += 59
    users.set("two", 2, timeout=60)
    assert (users.get("one"), users.get("two")) == (1, 2)
    now[0] += 2
    assert (users.get("one"), users.get("two")) == (None, 2)
    users.delete("two")
    users.delete("two")
    assert users.get("two") is None


@pytest.mark.parametrize(
    "asked",
    [
        "http://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\/evil",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_led_to_another_site(made: Made, asked: str) -> None:
    client = made()[0].test_client()
    assert enter(client, next=asked).location == "/"


def test_two_tabs_take_turns(made: Made) -> None:
    app, _ = made()
    client = app.test_client()
    enter(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    seen: list[str] = []

    def work() -> None:
        tab = app.test_client()
        tab.set_cookie("session", cookie.value)
        seen.extend(tab.get("/").text for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["anna: True"] * 20


def test_the_users_database_is_never_the_applications_own(made: Made) -> None:
    app, fm = made(FMORM_USER="bo", FMORM_PASSWORD="bo")
    assert app.test_client().get("/").status_code == 303
    with app.test_request_context():
        assert fm.database().find(Contact).exists()
    app, fm = made()
    with app.test_request_context(), pytest.raises(LookupError, match="no FileMaker account of its own"):
        fm.database()


def test_a_users_token_cannot_open_a_session_of_the_request(made: Made) -> None:
    app, fm = made()
    app.add_url_rule("/session", view_func=lambda: str(fm.session))
    client = app.test_client()
    enter(client)
    with pytest.raises(RecordStateError):
        client.get("/session")


def test_on_the_embedded_server_passwords_are_asked_for_as_well() -> None:
    app = Flask("site")
    app.config |= {
        "TESTING": True,
        "SECRET_KEY": "x",
        "FMORM_EMBEDDED": str(SCHEMA),
        "FMORM_PER_USER": True,
        "FMORM_LOGIN_VIEW": "log_in",
    }
    fm = FMORM(app)
    _views(app, fm)
    client = app.test_client()
    assert enter(client, "anna", "wrong").status_code == 403
    enter(client, "anna")
    assert client.get("/").text == "anna: True"
    fm.close(app)
