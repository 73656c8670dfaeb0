from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Flask
from werkzeug.exceptions import NotFound as HttpNotFound

from fmorm import (
    Container,
    Field,
    Model,
    MultipleFound,
    RecordMissing,
    container,
    field,
)
from fmorm.contrib.flask import FMORM, answers, settings
from fmorm.server import App, Background, load_schema

SCHEMA = Path(__file__).parents[2] / "examples" / "contacts" / "contacts.toml"
PNG = bytes.fromhex("89504e470d0a1a0a")
HTML = b"<script>alert(1)</script>"


class Contact(Model, layout="contact"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    city: Field[str | None] = field("City")
    photo: Container = container("Photo")


@pytest.fixture
def host() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


@pytest.fixture
def made(host: App) -> Iterator[Callable[..., tuple[Flask, FMORM]]]:
    """Makes applications of the embedded server, with the settings given."""
    with ExitStack() as closing:

        def make(**config: Any) -> tuple[Flask, FMORM]:
            app = Flask("site")
            app.config |= {"TESTING": True, "FMORM_EMBEDDED": host, **config}
            fm = FMORM(app)
            closing.callback(fm.close, app)
            return app, fm

        yield make


Made = Callable[..., tuple[Flask, FMORM]]


# -- opening ---------------------------------------------------------------------------------------------


def test_one_object_serves_several_applications(tmp_path: Path) -> None:
    fm = FMORM()
    apps: list[Flask] = []
    for name in ("one", "other"):
        app = Flask(name, root_path=str(tmp_path))
        app.config["FMORM_EMBEDDED"] = str(SCHEMA)
        fm.init_app(app)
        apps.append(app)
    with apps[0].app_context():
        fm.db.create(Contact(name="Only here"))
        first = fm.db.find(Contact).count()
    with apps[1].app_context():
        assert fm.db.find(Contact).count() == first - 1
    for app in apps:
        fm.close(app)


def test_the_path_of_a_schema_begins_at_the_applications_folder(tmp_path: Path) -> None:
    (tmp_path / "contacts.toml").write_bytes(SCHEMA.read_bytes())
    app = Flask("site", root_path=str(tmp_path))
    app.config |= {"FMORM_EMBEDDED": "contacts.toml", "FMORM_DATA": str(tmp_path / "contacts.sqlite")}
    fm = FMORM(app)
    with app.app_context():
        assert fm.db.find(Contact).exists()
    fm.close(app)
    assert (tmp_path / "contacts.sqlite").exists()


def test_a_server_is_named_by_the_arguments_of_a_database_or_by_one_url(host: App) -> None:
    with Background(host) as server:
        whole = server.url.replace("://", "://anna:anna@") + "/contacts"
        parts: dict[str, Any] = {
            "FMORM_URL": server.url,
            "FMORM_DATABASE": "contacts",
            "FMORM_USER": "anna",
            "FMORM_PASSWORD": lambda: "anna",
            "FMORM_SESSIONS": 1,
        }
        for config in ({"FMORM_URL": whole}, parts):
            app = Flask("site")
            app.config |= config
            fm = FMORM(app)
            with app.app_context():
                assert fm.db.find(Contact).exists()
            fm.close(app)


def test_without_settings_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FMORM_URL", "https://api:secret@fm.example.com/people")
    app = Flask("site")
    fm = FMORM(app)
    with app.app_context():
        assert str(fm.db) == "<Database 'people' on https://fm.example.com>"
    fm.close(app)


def test_there_may_be_several_databases(made: Made) -> None:
    binds = {"stock": "https://api:secret@fm.example.com/stock", "copy": {"embedded": str(SCHEMA)}}
    app, fm = made(FMORM_BINDS=binds)
    with app.app_context():
        assert str(fm.database("stock")) == "<Database 'stock' on https://fm.example.com>"
        assert fm.database("copy").find(Contact).exists()
        assert fm.database("copy") is fm.database("copy")
        assert fm.database() is fm.db
        with pytest.raises(LookupError, match="no database 'stok'; it has stock, copy"):
            fm.database("stok")


@pytest.mark.parametrize(
    ("config", "error", "text"),
    [
        ({"FMORM_PASWORD": "x"}, ValueError, "FMORM_PASWORD is no setting.*do you mean FMORM_PASSWORD"),
        ({"FMORM_PASSWORD": 123}, TypeError, "FMORM_PASSWORD is a text.*double quotes"),
        ({"FMORM_USER": 123}, TypeError, "FMORM_USER is a text"),
        ({"FMORM_EMBEDDED": {}, "FMORM_URL": "https://h"}, ValueError, "url: the embedded server takes none"),
        (
            {"FMORM_URL": "https://h", "FMORM_DATABASE": "d", "FMORM_DATA": "x"},
            ValueError,
            "data: that is for",
        ),
        ({"FMORM_URL": "https://u:p@h/d", "FMORM_USER": "u"}, ValueError, "user: without a database"),
        ({"FMORM_BINDS": {"stock": 5}}, TypeError, r"FMORM_BINDS\['stock'\] is a URL or a mapping"),
        ({"FMORM_BINDS": {"stock": {"urll": ""}}}, ValueError, "do you mean FMORM_BINDS"),
        ({"FMORM_PER_USER": True, "FMORM_URL": "https://h"}, ValueError, "FMORM_PER_USER needs"),
    ],
)
def test_a_setting_that_cannot_be_meant_so_is_refused_at_the_start(
    config: dict[str, Any], error: type[Exception], text: str
) -> None:
    app = Flask("site")
    app.config |= config
    with pytest.raises(error, match=text):
        FMORM(app)
    assert "fmorm" not in app.extensions


def test_nothing_of_a_password_is_in_the_texts_of_what_is_kept(made: Made) -> None:
    app, fm = made(FMORM_BINDS={"stock": "https://api:t0psecret@fm.example.com/stock"})
    held = app.extensions["fmorm"]
    assert "t0psecret" not in repr(held) + repr(held.settings) + repr(held.connections) + repr(fm)


def test_the_extension_is_initialised_once_and_before_it_is_used(made: Made) -> None:
    app, fm = made()
    with pytest.raises(RuntimeError, match="has the fmorm extension already"):
        fm.init_app(app)
    with Flask("other").app_context(), pytest.raises(RuntimeError, match=r"call fm\.init_app"):
        _ = fm.db


def test_the_threads_of_a_server_share_the_database(made: Made, host: App) -> None:
    app, fm = made()
    app.add_url_rule("/", view_func=lambda: str(fm.db.find(Contact).count()))
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(app.test_client().get("/").text)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert host.session_count <= 4


FORKING = """
import os, sys
from flask import Flask
from fmorm import Database, Field, Model, field
from fmorm.contrib.flask import FMORM

class Contact(Model, layout="contact"):
    name: Field[str] = field("Name")

app = Flask("site")
app.config["FMORM_URL"] = sys.argv[1]
fm = FMORM(app)
with app.app_context():
    before = fm.db.find(Contact).count()
    child = os.fork()
    assert fm.db.find(Contact).count() == before
    if child == 0:
        fm.close(app)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert fm.db.find(Contact).count() == before
fm.close(app)
"""


def test_a_server_may_fork_after_it_has_opened_the_database(host: App) -> None:
    with Background(host) as server:
        url = server.url.replace("://", "://anna:anna@") + "/contacts"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", FORKING, url], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert host.session_count == 0
    log_ins = [request for request, _ in host.requests if request.target.endswith("/sessions")]
    assert len(log_ins) == 2, "each process has a session of its own"


def test_flask_is_imported_only_with_the_extension() -> None:
    code = "import sys, fmorm; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_flask_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['flask'] = None; import fmorm.contrib.flask"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "fmorm.contrib.flask needs flask: pip install 'fmorm[flask]'" in done.stderr


# -- a session of the request ----------------------------------------------------------------------------


def test_a_request_may_have_a_session_of_its_own_which_is_logged_out_with_it(made: Made, host: App) -> None:
    app, fm = made()
    log_ins: list[str] = []

    @fm.session_globals
    def _globals() -> dict[str, Any]:
        log_ins.append(flask.request.path)
        return {}

    @app.get("/<path:name>")
    def _page(name: str) -> str:
        assert fm.session is fm.session
        alive = host.session_count
        fm.session.find(Contact).first()
        if name == "fails":
            raise ValueError(name)
        return str(alive)

    client = app.test_client()
    assert client.get("/well").text == "1"
    assert host.session_count == 0
    with pytest.raises(ValueError, match="fails"):
        client.get("/fails")
    assert host.session_count == 0
    assert log_ins == ["/well", "/fails"]


# -- records ---------------------------------------------------------------------------------------------


def test_what_is_not_there_is_404(made: Made) -> None:
    app, fm = made()
    nobody = Contact.name == "Nobody"
    with app.test_request_context():
        everybody = fm.db.find(Contact)
        assert fm.get_or_404(Contact, 2).id == fm.get_or_404(Contact, id="C-2").id == "C-2"
        assert fm.first_or_404(everybody.sort(Contact.name)).name == "Agnes Strand"
        assert fm.one_or_404(everybody.where(Contact.id == "C-2")).id == "C-2"
        looks: list[Callable[[], Contact]] = [
            lambda: fm.get_or_404(Contact, 99999),
            lambda: fm.get_or_404(Contact, id="C-99999"),
            lambda: fm.first_or_404(everybody.where(nobody)),
            lambda: fm.one_or_404(everybody.where(nobody)),
        ]
        for look in looks:
            with pytest.raises(HttpNotFound):
                look()
        with pytest.raises(MultipleFound):
            fm.one_or_404(everybody)


def test_errors_may_be_answered_as_http_has_them_on_the_applications_own_pages(made: Made) -> None:
    app, fm = made(FMORM_ERROR_PAGES=True)

    @app.errorhandler(404)
    def _missing(error: Exception) -> tuple[str, int]:
        assert isinstance(error.__cause__, RecordMissing)
        return "our page", 404

    @app.get("/missing")
    def _gone() -> str:
        return fm.db.get(Contact, 99999).name

    @app.post("/conflict")
    def _conflict() -> str:
        contact = fm.db.get(Contact, 1)
        contact.name = "Agnes S"
        fm.db.save(contact, expect="77")
        return "saved"

    @app.get("/fault")
    def _fault() -> str:
        return fm.db.find(Contact).one().name

    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    missing = client.get("/missing")
    assert (missing.status_code, missing.text) == (404, "our page")
    conflict = client.post("/conflict")
    assert conflict.status_code == 409
    assert "layout" not in conflict.text
    assert client.get("/fault").status_code == 500


def test_errors_are_the_programs_own_unless_it_wants_otherwise(made: Made) -> None:
    app, fm = made()
    app.add_url_rule("/", view_func=lambda: fm.db.get(Contact, 99999).name)
    with pytest.raises(RecordMissing):
        app.test_client().get("/")


def test_an_answer_of_the_applications_own_comes_before(made: Made) -> None:
    app, fm = made(FMORM_ERROR_PAGES=True)
    app.register_error_handler(RecordMissing, lambda error: ("mine", 418))
    app.add_url_rule("/", view_func=lambda: fm.db.get(Contact, 99999).name)
    assert app.test_client().get("/").status_code == 418


# -- pages -----------------------------------------------------------------------------------------------


def test_pages_together_are_the_find(made: Made) -> None:
    app, fm = made(FMORM_PER_PAGE=5)
    with app.test_request_context():
        find = fm.db.find(Contact).sort(Contact.name)
        every = [one.id for one in find]
        pages = [fm.paginate(find, page=number) for number in range(1, -(-len(every) // 5) + 1)]
    assert [one.id for page in pages for one in page] == every
    assert {page.total for page in pages} == {len(every)}
    assert [page.next_num for page in pages] == [*range(2, len(pages) + 1), None]
    assert [page.prev_num for page in pages] == [None, *range(1, len(pages))]
    assert (pages[0].first, pages[0].last, pages[0].has_prev, pages[0].has_next) == (1, 5, False, True)
    assert (pages[-1].last, len(pages[-1]), pages[-1].pages) == (len(every), len(every) % 5 or 5, len(pages))


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?page=2", 200)])
def test_the_request_says_which_page(made: Made, query: str, status: int) -> None:
    app, fm = made()
    app.add_url_rule("/", view_func=lambda: str(fm.paginate(fm.db.find(Contact), per_page=3).page))
    reply = app.test_client().get("/" + query)
    assert (reply.status_code, reply.text) == (status, query.removeprefix("?page=") or "1")


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1.5", "", "²", "9" * 40])
def test_a_page_that_there_is_not_is_404(made: Made, page: str) -> None:
    app, fm = made()
    app.add_url_rule("/", view_func=lambda: str(fm.paginate(fm.db.find(Contact), per_page=3).page))
    assert app.test_client().get("/", query_string={"page": page}).status_code == 404


def test_the_first_page_of_nothing_is_empty(made: Made) -> None:
    app, fm = made()
    with app.test_request_context():
        page = fm.paginate(fm.db.find(Contact).where(Contact.name == "Nobody"))
    assert (page.items, page.total, page.pages, page.first, page.last) == ([], 0, 0, 0, 0)
    assert list(page.iter_pages()) == []


def test_a_page_that_is_not_full_is_not_counted(made: Made, host: App) -> None:
    app, fm = made()
    with app.test_request_context():
        before = fm.db.traffic.requests
        assert fm.paginate(fm.db.find(Contact), per_page=1000).pages == 1
        assert fm.db.traffic.requests - before == 2, "a log-in and the records"
        with pytest.raises(ValueError, match="per_page=0"):
            fm.paginate(fm.db.find(Contact), per_page=0)


def test_long_rows_of_page_numbers_have_gaps(made: Made) -> None:
    app, fm = made()
    with app.test_request_context():
        find = fm.db.find(Contact)
        assert list(fm.paginate(find, page=1, per_page=3).iter_pages()) == [1, 2, 3, None, 10]
        assert list(fm.paginate(find, page=6, per_page=3).iter_pages(around=1)) == [
            1,
            None,
            5,
            6,
            7,
            None,
            10,
        ]
        assert list(fm.paginate(find, page=4, per_page=3).iter_pages(edge=0)) == [None, 2, 3, 4, 5, 6]


# -- files -----------------------------------------------------------------------------------------------


def _photos(made: Made, data: bytes, name: str, **options: Any) -> tuple[Flask, FMORM]:
    app, fm = made()

    @app.get("/<int:number>")
    def _photo(number: int) -> flask.Response:
        return fm.send_file(fm.get_or_404(Contact, number), Contact.photo, **options)

    with app.app_context():
        fm.db.upload(fm.db.get(Contact, 1), Contact.photo, data, name=name)
    return app, fm


def test_a_file_comes_from_the_application_and_tells_nothing_of_filemaker(made: Made) -> None:
    app, _ = _photos(made, PNG, "me.png")
    reply = app.test_client().get("/1")
    assert (reply.status_code, reply.data, reply.mimetype) == (200, PNG, "image/png")
    assert reply.headers["Content-Disposition"].startswith("inline")
    assert reply.headers["Cache-Control"] == "private, no-cache"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert "Streaming" not in str(reply.headers)
    assert app.test_client().get("/2").status_code == 404, "nothing is in it"


def test_a_file_that_has_not_changed_is_not_fetched_again(made: Made, host: App) -> None:
    app, fm = _photos(made, PNG, "me.png")
    client = app.test_client()
    tag = client.get("/1").headers["ETag"]
    host.requests.clear()
    again = client.get("/1", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert len(host.requests) == 1, "the record was read, and its file was not"
    with app.app_context():
        fm.db.upload(fm.db.get(Contact, 1), Contact.photo, PNG * 2, name="me.png")
    anew = client.get("/1", headers={"If-None-Match": tag})
    assert (anew.status_code, anew.data) == (200, PNG * 2)
    assert anew.headers["ETag"] != tag


def test_a_file_that_may_change_by_itself_is_fetched_each_time(made: Made) -> None:
    app, _ = _photos(made, PNG, "me.png", conditional=False)
    reply = app.test_client().get("/1", headers={"If-None-Match": "*"})
    assert (reply.status_code, "ETag" in reply.headers) == (200, False)
    assert reply.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("name", "kept"), [("x.html", True), ("x.svg", True), ("x.pdf", False), ("x", True)])
def test_what_could_run_in_the_sites_name_is_kept_and_not_shown(
    made: Made, name: str, kept: bool, named: bool
) -> None:
    app, _ = _photos(made, HTML, name, **({"download_name": name} if named else {}))
    disposition = app.test_client().get("/1").headers["Content-Disposition"]
    assert disposition.startswith("attachment" if kept else "inline")


def test_a_file_may_have_a_name_and_be_kept(made: Made) -> None:
    app, _ = _photos(made, PNG, "me.png", download_name='Ægir "x".png', as_attachment=True)
    reply = app.test_client().get("/1")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert "%C3%86gir" in reply.headers["Content-Disposition"]


def test_a_large_file_passes_through_in_pieces(made: Made) -> None:
    data = PNG * 200_000
    app, _ = _photos(made, data, "me.png")
    with app.test_client() as client:
        reply = client.get("/1")
        pieces = list(reply.iter_encoded())
    assert len(pieces) > 1
    assert b"".join(pieces) == data
    assert reply.content_length == len(data)


# -- commands --------------------------------------------------------------------------------------------


def test_ping_logs_in(made: Made, host: App) -> None:
    app, _ = made(FMORM_BINDS={"away": "http://a:b@127.0.0.1:1/stock?attempts=1"})
    runner = app.test_cli_runner()
    well = runner.invoke(args=["fmorm", "ping"])
    assert well.exit_code == 0
    assert "logged in" in well.output
    away = runner.invoke(args=["fmorm", "ping", "--bind", "away"])
    assert away.exit_code == 1
    assert "Error: <Database 'stock' on http://127.0.0.1:1>" in away.output
    assert "has no database 'x'" in runner.invoke(args=["fmorm", "ping", "--bind", "x"]).output


def test_layouts_are_listed(made: Made) -> None:
    app, _ = made()
    assert app.test_cli_runner().invoke(args=["fmorm", "layouts"]).output == "contact\n"


class Wrong(Model, layout="contact"):
    nmae: Field[str] = field("Nmae")


def test_models_are_checked(made: Made) -> None:
    runner = made()[0].test_cli_runner()
    here = runner.invoke(args=["fmorm", "check", __name__])
    assert here.exit_code == 1
    assert "error: Wrong.nmae" in here.output
    assert "2 model(s), 1 error(s)" in here.output
    nowhere = runner.invoke(args=["fmorm", "check", "nowhere"])
    assert (nowhere.exit_code, nowhere.output) == (1, "Error: no models with a layout in nowhere\n")
    assert "Wrong.nmae" in runner.invoke(args=["fmorm", "check"]).output


def test_the_shell_knows_the_extension(made: Made) -> None:
    app, fm = made()
    assert app.make_shell_context()["fm"] is fm


# -- the guide -------------------------------------------------------------------------------------------

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "flask.md").read_text(encoding="utf-8")


def told(heading: str) -> set[str]:
    """What stands in backticks in the first column of a section's table."""
    section = GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_guide_tells_every_setting() -> None:
    names = {*settings.CONNECTING, *settings.EMBEDDED, *settings.Settings.__dataclass_fields__} - {"main"}
    assert told("Settings") == {f"FMORM_{name.upper()}" for name in names}


def test_the_guide_tells_every_error_that_has_an_answer() -> None:
    assert told("Errors") == {error.__name__ for error in answers.ANSWERS}
