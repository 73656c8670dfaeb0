"""The fixtures for the embedded server, in projects of users."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys

import pytest
from testing.conftest import PEOPLE

from fmorm.server import RowError, load_schema
from fmorm.testing import embedded_app

ALL = ["Alfred Dahl", "Alma Berg", "Solveig Lund"]


def passes(project: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """Run tests, all of which have to pass."""
    project.makepyfile(test_it=f"import pytest\nfrom models import *\nALL = {ALL!r}\n{tests}")
    done = project.runpytest_inprocess(*options)
    outcomes = done.parseoutcomes()
    assert set(outcomes) == {"passed"}, done.stdout.str()
    return done


def test_each_test_has_fresh_data(project: pytest.Pytester) -> None:
    passes(
        project,
        """
@pytest.mark.parametrize("time", [1, 2])
def test_create(fmorm_db, fmorm_app, time):
    assert names(fmorm_db) == ALL
    fmorm_db.create(Person(name="Agnes Moe"))
    assert len(fmorm_app.dump_rows("Person")) == 4
    assert fmorm_app.session_count == 1
""",
    )


def test_the_async_database_works_in_any_event_loop_and_is_logged_out(project: pytest.Pytester) -> None:
    passes(
        project,
        """
import asyncio

def test_create(fmorm_async_db, fmorm_app):
    async def work():
        await fmorm_async_db.create(Person(name="Agnes Moe"))
        assert await fmorm_async_db.find(Person).count() == 4
    asyncio.run(work())
    assert fmorm_app.session_count == 1

async def closed(db):
    async with db:
        assert await db.find(Person).count() == 3

def test_close(fmorm_async_db, fmorm_app):
    asyncio.run(closed(fmorm_async_db))
    assert fmorm_app.session_count == 0

@pytest.fixture
def app_of_before(fmorm_app):
    yield fmorm_app
    assert fmorm_app.session_count == 0

def test_log_out(app_of_before, fmorm_async_db):
    asyncio.run(fmorm_async_db.find(Person).count())
    assert app_of_before.session_count == 1
""",
    )


def test_async_tests_of_anyio_work(project: pytest.Pytester) -> None:
    project.makefile(".ini", pytest="[pytest]\nfilterwarnings = error\nfmorm_schema = people.toml\n")
    project.makepyfile(
        test_it="""
import pytest
from models import *

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
@pytest.mark.parametrize("time", [1, 2])
async def test_create(fmorm_async_db, time):
    await fmorm_async_db.create(Person(name="Agnes Moe"))
    assert await fmorm_async_db.find(Person).count() == 4
"""
    )
    project.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_faults_happen_to_the_test_that_sets_them(project: pytest.Pytester) -> None:
    passes(
        project,
        """
from fmorm import RecordLocked

def test_locked(fmorm_db, fmorm_faults):
    person = fmorm_db.get(Person, 1)
    person.name = "Agnes Moe"
    with fmorm_faults.lock("person", 1), pytest.raises(RecordLocked):
        fmorm_db.save(person)
""",
    )


def test_a_server_on_a_socket_shows_the_same_data(project: pytest.Pytester) -> None:
    passes(
        project,
        """
def test_socket(fmorm_server, fmorm_db):
    with Database(fmorm_server, "people", user="api", password="letmein") as db:
        db.create(Person(name="Agnes Moe"))
    assert len(names(fmorm_db)) == 4

def test_socket_of_the_run(fmorm_session_server, fmorm_session_app):
    with Database(fmorm_session_server, "people", user="api", password="letmein") as db:
        db.create(Person(name="Agnes Moe"))
    assert len(fmorm_session_app.dump_rows("Person")) == 4
""".replace("letmein", load_schema(PEOPLE).accounts["api"].password or ""),
    )


def test_the_server_of_the_run_is_put_back_after_each_test(project: pytest.Pytester) -> None:
    passes(
        project,
        """
from fmorm import state

@pytest.fixture(scope="session")
def db(fmorm_session_app):
    with Database.embedded(fmorm_session_app) as db:
        yield db

seen = []

@pytest.mark.parametrize("time", [1, 2])
def test_change(db, fmorm_session_app, time):
    assert names(db) == ALL
    made = db.create(Person(name="Agnes Moe"), reload=True)
    db.delete(db.get(Person, 1))
    fmorm_session_app.faults.lock("person", 2)
    fmorm_session_app.faults.fail(802, times=5, on="edit")
    seen.append((fmorm_session_app, state(made).record_id, len(fmorm_session_app.faults.active)))

def test_same(fmorm_session_app):
    assert seen == [(fmorm_session_app, "4", 1)] * 2
    assert fmorm_session_app.faults.locks == []
""",
    )


def test_what_the_mark_says_counts_for_one_test(project: pytest.Pytester) -> None:
    project.path.joinpath("rows").mkdir()
    project.path.joinpath("rows", "Person.csv").write_text("Name\nAgnes Moe\n", encoding="utf-8")
    project.path.joinpath("scripts.py").write_text(
        "from fmorm.server import Code\ncode = Code()\n"
        "@code.script('Greet')\ndef greet(run):\n    return 'Hello'\n",
        encoding="utf-8",
    )
    passes(
        project,
        """
from fmorm import PrivilegeError
from fmorm.server import Request

class Item(Model, layout="item"):
    name: Field[str] = field("Name")

pytestmark = pytest.mark.fmorm(user="guest")

def test_rows_of_the_setting(fmorm_db):
    assert names(fmorm_db) == ALL

@pytest.mark.fmorm(rows="rows")
def test_folder(fmorm_db):
    assert names(fmorm_db) == ["Agnes Moe"]

@pytest.mark.fmorm(rows="rows/Person.csv")
class TestFile:
    def test_file(self, fmorm_db):
        assert names(fmorm_db) == ["Agnes Moe"]

    @pytest.mark.fmorm(rows={"Person": [{"Name": "Bo Moe"}]})
    def test_mapping(self, fmorm_db):
        assert names(fmorm_db) == ["Bo Moe"]

    @pytest.mark.fmorm(models=[Item], user=None)
    def test_rows_of_another_schema_are_none_of_these(self, fmorm_db):
        assert fmorm_db.create(Item(name="Lamp"), reload=True).name == "Lamp"

def test_user(fmorm_db):
    with pytest.raises(PrivilegeError):
        fmorm_db.create(Person(name="Agnes Moe"))

@pytest.mark.fmorm(code="scripts.py")
def test_code(fmorm_app):
    asked = Request("GET", "/fmi/data/v1/databases/people/layouts/person/script/Greet", {}, b"")
    assert fmorm_app.may_run_script(asked)

STOCK = {
    "database": {"name": "stock"},
    "tables": {"Item": {"fields": {"Name": "text"}}},
    "layouts": {"item": {"occurrence": "Item", "fields": ["Name"]}},
}

@pytest.mark.fmorm(schema=["people.toml", STOCK], user=None, database="stock")
def test_files(fmorm_db, fmorm_app):
    assert fmorm_app.databases == ["people", "stock"]
    assert fmorm_db.find(Item).count() == 0
""",
    )


def test_overridden_fixtures_count(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
import pytest
from models import *

@pytest.fixture(scope="session")
def fmorm_schema():
    return [Person]

@pytest.fixture(scope="session")
def fmorm_rows():
    return {"person": [{"Name": "Agnes Moe"}]}
"""
    )
    passes(
        project,
        """
def test_models(fmorm_db, fmorm_session_app):
    assert names(fmorm_db) == ["Agnes Moe"]
    assert len(fmorm_session_app.dump_rows("person")) == 1
""",
    )


def test_settings_name_rows_and_code_wherever_the_run_starts(project: pytest.Pytester) -> None:
    project.path.joinpath("rows.json").write_text(
        json.dumps({"Person": [{"Name": "Agnes Moe"}]}), encoding="utf-8"
    )
    project.makefile(
        ".ini", pytest="[pytest]\nfmorm_schema = people.toml\nfmorm_rows = rows.json\naddopts = -p no:anyio\n"
    )
    project.makepyfile(
        **{
            "below/test_it": "from models import *\ndef test_it(fmorm_db):\n    assert names(fmorm_db) == ['Agnes Moe']"
        }
    )
    with contextlib.chdir(project.path / "below"):
        project.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("schemas='x.toml'", "schemas.*it knows models, schema, rows"),
        ("'x.toml'", "without a name"),
        ("schema='people.toml', models=[Person]", "give a schema or models, not both"),
        ("schema='none.toml'", "No such file.*none.toml"),
        ("rows='none.csv'", "No such file.*none.csv"),
        ("rows={'Persn': []}", "did you mean"),
        ("user='nobody'", "no account 'nobody'"),
    ],
)
def test_a_mistake_is_told(project: pytest.Pytester, mark: str, said: str) -> None:
    project.makepyfile(
        test_it=f"import pytest\nfrom models import *\n@pytest.mark.fmorm({mark})\ndef test_it(fmorm_db): pass"
    )
    done = project.runpytest_inprocess()
    done.assert_outcomes(errors=1)
    done.stdout.re_match_lines([f".*{said}"])


def test_without_a_schema_the_message_says_what_to_do(project: pytest.Pytester) -> None:
    project.makefile(".ini", pytest="[pytest]\naddopts = -p no:anyio\n")
    project.makepyfile(test_it="def test_it(fmorm_db): pass")
    done = project.runpytest_inprocess()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*no schema: set fmorm_schema = some.toml*"])


# -- without pytest ----------------------------------------------------------------------------------------


def test_an_app_for_a_block_is_closed_also_when_its_rows_do_not_fit() -> None:
    with (
        pytest.raises(RowError, match="did you mean"),
        embedded_app(PEOPLE, rows={"Person": [{"Nam": "Agnes Moe"}]}),
    ):
        pytest.fail("it was opened")


# -- what it costs -----------------------------------------------------------------------------------------

_COST = """
import sys, time
import pytest
before = set(sys.modules)
began = time.process_time()
import fmorm.testing.plugin
took = time.process_time() - began
new = set(sys.modules) - before
assert not new & {"pydantic", "pydantic_core", "httpx", "httpcore", "uvicorn", "vcr", "yaml", "asyncio", "sqlite3"}, new
assert {name for name in new if not name.startswith("fmorm")} <= set(), new
print(took * 1000)
"""


def test_the_plugin_is_light_to_load() -> None:
    took = [
        float(
            subprocess.run([sys.executable, "-c", _COST], check=True, capture_output=True, text=True).stdout
        )
        for _ in range(5)
    ]
    assert min(took) < 5, f"{took} ms"


def test_a_run_that_uses_no_fixture_loads_nothing_more(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import sys

def test_it():
    assert not {'pydantic', 'httpx', 'fmorm.server', 'fmorm.errors'} & set(sys.modules)
"""
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)
