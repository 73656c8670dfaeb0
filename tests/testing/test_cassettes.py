"""Cassettes in projects of users: replayed, recorded, live; and without pytest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from testing.conftest import PEOPLE

from fmorm import Container, Database, Field, Model, RecordMissing, container, field
from fmorm.server import App, Background, load_schema
from fmorm.testing import CassetteError, SecretFound, embedded_app, findings, use_cassette
from fmorm.testing.cassettes import Cassette

PHOTO = b"\x89PNG\r\n\x1a\n\xff\x00 Alma"
TESTS = """
import asyncio
import pytest
from fmorm import Database
from models import *

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

def test_create(fmorm_cassette_db, fmorm_cassette):
    fmorm_cassette_db.create(Person(name="Agnes Moe"))
    assert len(names(fmorm_cassette_db)) == 4
    assert fmorm_cassette.count("POST") in {2, None}

def test_async(fmorm_cassette):
    async def count():
        async with fmorm_cassette.open_async() as db:
            return await db.find(Person).count()
    assert asyncio.run(count()) == 3
"""


class Person(Model, layout="person"):
    name: Field[str] = field("Name")


class Picture(Model, layout="picture"):
    photo: Container = container("Photo")


ALBUM: dict[str, object] = {
    "database": {"name": "album"},
    "accounts": {"api": {"password": "open sesame"}},
    "tables": {"Picture": {"fields": {"Photo": "container"}}},
    "layouts": {"picture": {"occurrence": "Picture", "fields": ["Photo"]}},
    "rows": {"Picture": [{}]},
}


@pytest.fixture
def app() -> Iterator[App]:
    with embedded_app(PEOPLE) as app:
        yield app


def outcome(project: pytest.Pytester, tests: str, *options: str) -> dict[str, int]:
    project.makepyfile(test_it=tests)
    return project.runpytest_inprocess(*options).parseoutcomes()


def recorded(project: pytest.Pytester) -> dict[str, str]:
    folder = project.path / "cassettes" / "test_it"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*"))}


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


# -- one test: recorded, replayed, live --------------------------------------------------------------------


def test_a_test_is_recorded_from_the_embedded_server_and_replayed(project: pytest.Pytester) -> None:
    assert outcome(project, TESTS, "--record-mode=rewrite") == {"passed": 2}
    cassettes = recorded(project)
    assert list(cassettes) == ["test_async.yaml", "test_create.yaml"]
    for text in cassettes.values():
        assert findings(text, ["127.0.0.1"], ["api"]) == []
    project.path.joinpath("people.toml").unlink()
    assert outcome(project, TESTS) == {"passed": 2}, "a replay needs no server and no schema"
    assert recorded(project) == cassettes
    changed = TESTS.replace("Agnes Moe", "Bo Moe")
    assert outcome(project, changed) == {"passed": 1, "failed": 1}, "bodies are compared"


def test_the_same_test_goes_live_and_is_recorded_from_there(
    project: pytest.Pytester, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = app.schemas["people"].accounts["api"]
    with Background(app) as server, monkeypatch.context() as environment:
        for name, value in {
            "FMORM_URL": server.url,
            "FMORM_DATABASE": "people",
            "FMORM_USER": account.name,
            "FMORM_PASSWORD": account.password or "",
        }.items():
            environment.setenv(name, value)
        assert outcome(project, TESTS, "--fmorm-live") == {"passed": 1, "failed": 1}, (
            "4 people: it is no copy"
        )
        assert recorded(project) == {}
        assert len(app.dump_rows("Person")) == 4
        app.load_rows("Person", app.dump_rows("Person")[:3], replace=True)
        only = TESTS.partition("def test_async")[0]
        assert outcome(project, only, "--fmorm-live", "--record-mode=rewrite") == {"passed": 1}
    (text,) = recorded(project).values()
    assert findings(text, [server.url.partition("://")[2], account.password or ""], [account.name]) == []
    assert outcome(project, only) == {"passed": 1}


def test_live_without_a_server_says_what_is_missing(project: pytest.Pytester) -> None:
    project.makepyfile(test_it=TESTS)
    done = project.runpytest_inprocess("--fmorm-live")
    assert done.parseoutcomes() == {"errors": 2}
    done.stdout.fnmatch_lines(["*--fmorm-live: environment variables missing: FMORM_URL*"])


def test_the_mark_chooses_account_and_data_of_the_recording(project: pytest.Pytester) -> None:
    tests = (
        TESTS.partition("def test_create")[0]
        + """
from fmorm import PrivilegeError

@pytest.mark.fmorm(user="guest", rows={"Person": [{"Name": "Bo Moe"}]})
def test_guest(fmorm_cassette_db):
    assert names(fmorm_cassette_db) == ["Bo Moe"]
    with pytest.raises(PrivilegeError):
        fmorm_cassette_db.create(Person(name="Agnes Moe"))
"""
    )
    assert outcome(project, tests, "--record-mode=rewrite") == {"passed": 1}
    assert outcome(project, tests) == {"passed": 1}


# -- what would be green and wrong -------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["rewrite", "none"])
def test_an_embedded_server_in_process_is_refused(project: pytest.Pytester, mode: str) -> None:
    assert outcome(project, TESTS, "--record-mode=rewrite") == {"passed": 2}
    past = TESTS.replace("(fmorm_cassette_db, fmorm_cassette)", "(fmorm_cassette, fmorm_db)")
    project.makepyfile(test_it=past.replace("fmorm_cassette_db", "fmorm_db"))
    done = project.runpytest_inprocess(f"--record-mode={mode}", "-k", "create")
    assert done.parseoutcomes() == {"failed": 1, "deselected": 1}
    done.stdout.fnmatch_lines(["*CassetteError: an embedded server in process was asked*"])


def test_a_reply_that_nobody_asks_for_is_told(project: pytest.Pytester) -> None:
    assert outcome(project, TESTS, "--record-mode=rewrite") == {"passed": 2}
    less = TESTS.replace("    assert len(names(fmorm_cassette_db)) == 4\n", "")
    project.makepyfile(test_it=less)
    done = project.runpytest_inprocess()
    assert done.parseoutcomes() == {"passed": 2, "errors": 1}
    done.stdout.fnmatch_lines(["*of 4 replies on the cassette 3 were asked for: record it anew*"])


def test_a_failed_test_is_not_told_so_as_well(project: pytest.Pytester) -> None:
    assert outcome(project, TESTS, "--record-mode=rewrite") == {"passed": 2}
    failing = TESTS.replace("== 4", "== 4 and False").replace("== 3", "== 3 and pytest.fail()")
    assert outcome(project, failing) == {"failed": 2}


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        (TESTS, "the cassette is empty or was not found: record it, with --record-mode=rewrite"),
        (TESTS.replace("pytest.mark.vcr, ", ""), "mark the test with @pytest.mark.vcr"),
    ],
)
def test_without_a_cassette_the_message_says_what_to_do(
    project: pytest.Pytester, tests: str, said: str
) -> None:
    project.makepyfile(test_it=tests)
    done = project.runpytest_inprocess()
    assert done.parseoutcomes() == {"errors": 2}
    done.stdout.fnmatch_lines([f"*{said}*"])


def test_a_conversation_that_leaves_no_trace_is_told(project: pytest.Pytester) -> None:
    tests = TESTS.partition("def test_create")[0] + "def test_it(fmorm_cassette): pass\n"
    project.makepyfile(test_it=tests)
    done = project.runpytest_inprocess("--record-mode=rewrite")
    assert done.parseoutcomes() == {"passed": 1, "errors": 1}
    done.stdout.fnmatch_lines(["*left no trace on the cassette*"])


def test_a_configuration_of_the_project_must_not_undo_the_scrubbing(project: pytest.Pytester) -> None:
    project.makeconftest("import pytest\n@pytest.fixture\ndef vcr_config():\n    return {}\n")
    project.makepyfile(test_it=TESTS)
    done = project.runpytest_inprocess("--record-mode=rewrite")
    assert done.parseoutcomes() == {"errors": 2}
    done.stdout.fnmatch_lines(["*let it return fmorm_vcr_config*"])
    assert recorded(project) == {}
    project.makeconftest(
        "import pytest\n@pytest.fixture\ndef vcr_config(fmorm_vcr_config):\n"
        "    return {**fmorm_vcr_config, 'allow_playback_repeats': True}\n"
    )
    assert outcome(project, TESTS, "--record-mode=rewrite") == {"passed": 2}


def test_cassettes_of_others_are_left_as_they_are(project: pytest.Pytester) -> None:
    tests = """
import urllib.request
import pytest

@pytest.fixture
def url(fmorm_server):
    return fmorm_server + "/fmi/data/vLatest/databases"

@pytest.mark.vcr
def test_other(url, vcr_config, vcr):
    assert vcr_config == {}
    with urllib.request.urlopen(url) as reply:
        assert b"people" in reply.read()
    assert vcr.requests[0].uri == url
"""
    assert outcome(project, tests, "--record-mode=rewrite") == {"passed": 1}
    assert "http://127.0.0.1" in recorded(project)["test_other.yaml"]


def test_without_pytest_recording_the_other_fixtures_are_there(project: pytest.Pytester) -> None:
    tests = "from models import *\ndef test_it(fmorm_db):\n    assert len(names(fmorm_db)) == 3"
    assert outcome(project, tests, "-p", "no:recording") == {"passed": 1}


# -- without pytest ----------------------------------------------------------------------------------------


def converse(cassette: Cassette) -> list[str]:
    with cassette.open() as db:
        return sorted(person.name for person in db.find(Person))


def test_a_conversation_is_recorded_from_an_app_and_replayed(app: App, tmp_path: Path) -> None:
    place = tmp_path / "all.yaml"
    with use_cassette(place, record_from=app) as cassette:
        assert repr(cassette) == "<Cassette, record, database 'people'>"
        names = converse(cassette)
        assert cassette.count() == 3
    assert names_in(tmp_path) == ["all.yaml"]
    with use_cassette(place) as cassette:
        assert converse(cassette) == names
        assert cassette.settings.url == "https://fm.example.com"
        assert cassette.count("DELETE") == 1


def test_a_conversation_is_recorded_from_an_address(app: App, tmp_path: Path) -> None:
    account = app.schemas["people"].accounts["api"]
    with Background(app) as server:
        host = server.url.removeprefix("http://")
        url = f"http://{account.name}:{account.password}@{host}/people?version=v1"
        with use_cassette(tmp_path / "all.yaml", record_from=url) as cassette:
            names = converse(cassette)
    text = (tmp_path / "all.yaml").read_text(encoding="utf-8")
    assert findings(text, [host, account.password or ""], [account.name]) == []
    with use_cassette(tmp_path / "all.yaml") as cassette:
        assert cassette.settings.version == "v1"
        assert converse(cassette) == names


def test_files_are_recorded_and_replayed_in_both_colours(tmp_path: Path) -> None:
    def store(db: Database) -> tuple[bytes, str]:
        db.upload(db.get(Picture, 1), "photo", PHOTO, name="alma.png")
        picture = db.get(Picture, 1)
        assert picture.photo is not None
        return db.download(picture, "photo"), picture.photo.extension

    async def store_async(cassette: Cassette) -> bytes:
        async with cassette.open_async() as db:
            await db.upload(await db.get(Picture, 1), "photo", PHOTO, name="alma.png")
            return await db.download(await db.get(Picture, 1), "photo")

    place = tmp_path / "files.yaml"
    with (
        embedded_app(ALBUM) as app,
        use_cassette(place, record_from=app) as cassette,
        cassette.open() as db,
    ):
        assert store(db) == (PHOTO, ".png")
    assert findings(place.read_text(encoding="utf-8"), ["127.0.0.1", "open sesame"], ["api"]) == []
    with use_cassette(place) as cassette, cassette.open() as db:
        assert store(db) == (PHOTO, ".png")
    with use_cassette(place) as cassette:
        assert asyncio.run(store_async(cassette)) == PHOTO


def test_a_recording_that_breaks_off_leaves_the_old_one(app: App, tmp_path: Path) -> None:
    place = tmp_path / "all.yaml"
    with use_cassette(place, record_from=app) as cassette:
        converse(cassette)
    before = place.read_text(encoding="utf-8")
    with (
        pytest.raises(RecordMissing),
        use_cassette(place, record_from=app) as cassette,
        cassette.open() as db,
    ):
        db.get(Person, 99)
    with pytest.raises(CassetteError, match="no trace"), use_cassette(place, record_from=app):
        pass
    assert (names_in(tmp_path), place.read_text(encoding="utf-8")) == (["all.yaml"], before)


def test_what_holds_a_secret_is_not_written(tmp_path: Path) -> None:
    schema = {
        "database": {"name": "notes"},
        "accounts": {"api": {"password": "open sesame"}},
        "tables": {"Note": {"fields": {"Text": "text"}}},
        "layouts": {"note": {"occurrence": "Note", "fields": ["Text"]}},
        "rows": {"Note": [{"Text": b"open sesame".hex()}]},
    }

    class Note(Model, layout="note"):
        text: Field[str] = field("Text")

    with (
        embedded_app(schema) as app,
        pytest.raises(SecretFound, match=r"a known secret"),
        use_cassette(tmp_path / "notes.yaml", record_from=app) as cassette,
        cassette.open() as db,
    ):
        db.find(Note).all()
    assert names_in(tmp_path) == []


def test_a_cassette_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(CassetteError, match=r"there is no cassette .*all\.yaml"),
        use_cassette(tmp_path / "all.yaml"),
    ):
        pytest.fail("it was opened")


def test_another_account_can_be_tried(app: App, tmp_path: Path) -> None:
    guest = load_schema(PEOPLE).accounts["guest"]
    with (
        use_cassette(tmp_path / "guest.yaml", record_from=app) as cassette,
        cassette.open(user=guest.name, password=guest.password) as db,
    ):
        assert db.find(Person).count() == 3
    text = (tmp_path / "guest.yaml").read_text(encoding="utf-8")
    assert findings(text, [guest.password or ""]) == []
