"""Scripts, alone and with the requests of verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from faults.conftest import QUICK
from pydantic import BaseModel, ValidationError
from scenarios.conftest import Office
from scenarios.office import Person, SlimPerson

from fmorm import (
    BadValue,
    Database,
    FindError,
    LayoutMissing,
    OutcomeTimedOut,
    OutcomeUnknown,
    PrivilegeError,
    RefusedValue,
    Script,
    ScriptError,
    ScriptMissing,
    ScriptResult,
    state,
)


class Counted(BaseModel):
    found: int


@dataclass
class Wish:
    city: str


def test_a_script_gives_its_result(db: Database) -> None:
    assert db.run_script("Echo", "a&b=ü/", layout=Person) == ScriptResult("Echo", "after", 0, "a&b=ü/")
    assert db.run_script("Quiet", layout="person").text is None
    assert db.run_script("Count", layout=SlimPerson).parse(Counted) == Counted(found=3)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (17, "17"),
        (True, "true"),
        ({"a": [1, None]}, '{"a":[1,null]}'),
        (Wish("Voß"), '{"city":"Voß"}'),
        (Counted(found=2), '{"found":2}'),
    ],
)
def test_a_parameter_is_a_text_or_json(db: Database, parameter: object, text: str) -> None:
    assert db.run_script("Echo", parameter, layout=Person).text == text


def test_a_result_is_read_as_what_is_wanted(db: Database) -> None:
    assert db.run_script("Echo", [1, 2], layout=Person).parse(list[int]) == [1, 2]
    assert db.run_script("Echo", "17", layout=Person).parse(int) == 17
    assert db.run_script("Echo", "17", layout=Person).parse(str) == "17"
    assert db.run_script("Echo", '{"a": 1}', layout=Person).json() == {"a": 1}
    with pytest.raises(ValidationError):
        db.run_script("Quiet", layout=Person).parse(int)


def test_an_error_of_a_script_is_raised_unless_it_means_nothing(db: Database) -> None:
    with pytest.raises(ScriptError, match=r"script 'Fail' has ended with FileMaker error 500") as caught:
        db.run_script("Fail", "500", layout=Person)
    assert (caught.value.script, caught.value.code) == ("Fail", 500)
    assert db.run_script("Fail", layout=Person, on_error="ignore").error == 101


def test_what_is_not_there_is_told(db: Database) -> None:
    with pytest.raises(ScriptMissing):
        db.run_script("Nightly", layout=Person)
    with pytest.raises(LayoutMissing):
        db.run_script("Echo", layout="nowhere")


def test_a_parameter_that_an_address_cannot_carry_is_refused(office: Office) -> None:
    db = office.open()
    with pytest.raises(BadValue, match=r"2\d\d\d characters long.*set_globals"):
        db.run_script("Echo", "x" * 2000, layout=Person)
    with pytest.raises(BadValue, match="not a bytes"):
        db.run_script("Echo", b"x", layout=Person)
    assert office.sent == []


def test_a_script_whose_reply_is_lost_is_not_run_again(office: Office) -> None:
    db = office.open(retry=QUICK)
    db.get(Person, 1)
    office.app.faults.drop("after commit", times=1)
    with pytest.raises(OutcomeUnknown, match="run of script 'Echo'"):
        db.run_script("Echo", "once", layout=Person)
    assert sum("script/Echo" in one for one in office.sent) == 1


def test_a_script_that_takes_too_long_may_have_run(office: Office) -> None:
    db = office.open(timeout=0.2, retry=QUICK)
    db.get(Person, 1)
    office.app.faults.slow(1.0)
    with pytest.raises(OutcomeTimedOut):
        db.run_script("Echo", layout=Person)
    assert sum("script/Echo" in one for one in office.sent) <= 1


def test_a_script_on_an_expired_session_is_run_once(office: Office) -> None:
    db = office.open()
    db.get(Person, 1)
    office.app.expire_sessions()
    office.forget()
    assert db.run_script("Note / it?", "x", layout=Person).text == "noted"
    assert [one for one in office.sent if "script" in one] == [
        "GET person/script/Note%20%2F%20it%3F?script.param=x"
    ] * 2


def test_a_duplicate_is_a_record_of_its_own(office: Office) -> None:
    db = office.open()
    ann = db.get(Person, 1)
    results: list[ScriptResult] = []
    twin = db.duplicate(ann, script=Script("Note / it?", "copied", on_result=results.append))
    assert (twin.name, twin.notes, twin.phones) == (ann.name, "copied", ann.phones)
    assert twin.id != ann.id
    assert len(twin.addresses) == 0
    assert [result.text for result in results] == ["noted"]
    assert db.find(Person).count() == 4


def test_a_duplicate_whose_reply_is_lost_is_not_made_again(office: Office) -> None:
    db = office.open(retry=QUICK)
    ann = db.get(Person, 1)
    office.app.faults.drop("after commit", times=1)
    with pytest.raises(OutcomeUnknown, match="duplication on layout 'person', record 1"):
        db.duplicate(ann)
    assert db.find(Person).count() == 4


def test_a_script_is_declared_rightly() -> None:
    with pytest.raises(ValueError, match="one of prerequest, presort, after"):
        Script("X", when="later")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="name"):
        Script("")
    with pytest.raises(BadValue, match="JSON"):
        Script("X", {"a": object()})
    assert "secret" not in repr(Script("X", "secret"))


def test_the_scripts_of_a_find_tell_how_they_have_ended(office: Office) -> None:
    db = office.open()
    results: list[ScriptResult] = []
    found = (
        db.find(Person)
        .where(Person.born.not_empty())
        .script(
            Script("Echo", "last", on_result=results.append),
            Script("Count", "first", when="prerequest", on_result=results.append),
        )
    )
    assert [person.name for person in found] == ["Ann Berg", "Bo Dahl"]
    assert [(one.name, one.when, one.error) for one in results] == [
        ("Count", "prerequest", 0),
        ("Echo", "after", 0),
    ]
    assert '"script.prerequest.param": "first"' in found.explain()
    with pytest.raises(ValueError, match="when='after'"):
        found.script(Script("Echo"), Script("Count"))


def test_what_a_script_leaves_in_the_found_set_is_read(db: Database) -> None:
    only = db.find(SlimPerson).script(Script("Only the first", when="presort"))
    assert [person.name for person in only] == ["Ann Berg"]
    assert only.count() == 1


def test_each_page_runs_the_scripts(office: Office, small_pages: Callable[[int], None]) -> None:
    db = office.open()
    small_pages(1)
    results: list[ScriptResult] = []
    assert len(db.find(SlimPerson).script(Script("Echo", on_result=results.append)).all()) == 3
    assert len(results) == 3


def test_an_error_of_a_find_s_script_is_raised(db: Database) -> None:
    with pytest.raises(ScriptError, match="'Fail'"):
        db.find(SlimPerson).script(Script("Fail")).all()
    assert len(db.find(SlimPerson).script(Script("Fail", on_error="ignore")).all()) == 3


def test_a_find_with_scripts_is_not_sent_again(office: Office) -> None:
    db = office.open(retry=QUICK)
    db.get(Person, 1)
    office.app.faults.drop("after commit", times=1)
    with pytest.raises(OutcomeUnknown):
        db.find(SlimPerson).script(Script("Echo")).all()


def test_a_record_is_read_after_its_script(db: Database) -> None:
    ann = db.get(Person, 1, script=Script("Note / it?", "read"))
    assert (ann.notes, db.get(Person, 1).notes) == ("read", "read")
    results: list[ScriptResult] = []
    ann = db.get(Person, number=1, script=Script("Count", on_result=results.append))
    assert (ann.name, results[0].parse(Counted)) == ("Ann Berg", Counted(found=1))


def test_another_layout_answers(office: Office) -> None:
    db = office.open()
    people = db.find(SlimPerson).where(SlimPerson.name.startswith("Ann")).sort(SlimPerson.born).using(Person)
    (ann,) = people
    assert isinstance(ann, Person)
    assert (ann.phones[0], len(ann.addresses)) == ("one", 2)
    ann.notes = "edited on its own layout"
    db.save(ann)
    assert people.where(SlimPerson.name != "x").portals().one().notes == "edited on its own layout"
    assert office.last("POST")["layout.response"] == "person"
    assert people.using(SlimPerson).one().name == "Ann Berg"
    with pytest.raises(
        FindError, match=r"Person\.notes is a field of Person, and this is a find of SlimPerson"
    ):
        people.where(Person.notes == "x")
    assert db.find(SlimPerson).using(Person).count() == 3


def test_scripts_run_with_writes(office: Office) -> None:
    db = office.open()
    results: list[ScriptResult] = []
    note = Script("Note / it?", "from the script", on_result=results.append)
    dag = db.create(Person(name="Dag"), reload=True, script=note)
    assert dag.notes == "from the script"
    dag.name = "Dagny"
    db.save(dag, script=Script("Echo", "saved", on_result=results.append))
    record_id = state(dag).record_id
    assert record_id is not None
    db.update(
        Person, record_id, {"name": "Dagfinn"}, script=Script("Echo", "updated", on_result=results.append)
    )
    db.delete(Person, record_id, script=Script("Echo", "deleted", on_result=results.append))
    assert [result.text for result in results] == ["noted", "saved", "updated", "deleted"]


def test_a_save_that_has_nothing_to_send_runs_no_script(office: Office) -> None:
    db = office.open()
    ann = db.get(Person, 1)
    office.forget()
    db.save(ann, script=Script("Fail"))
    assert office.sent == []


WRITES: dict[str, Callable[[Database, Person, Person, Script], object]] = {
    "create": lambda db, ann, dag, script: db.create(dag, script=script),
    "save": lambda db, ann, dag, script: db.save(ann, script=script),
    "update": lambda db, ann, dag, script: db.update(
        Person, 1, {"name": "Anne"}, mod_id=state(ann).mod_id, script=script
    ),
    "delete": lambda db, ann, dag, script: db.delete(ann, script=script),
}


@pytest.mark.parametrize("verb", WRITES)
def test_a_write_whose_script_fails_was_done(office: Office, verb: str) -> None:
    db = office.open()
    ann, dag = db.get(Person, 1), Person(name="Dag")
    ann.name = "Anne"
    with pytest.raises(ScriptError, match="request itself was carried out"):
        WRITES[verb](db, ann, dag, Script("Fail", "500"))
    names = [person.name for person in db.find(Person).sort(Person.number)]
    assert (
        names
        == {
            "create": ["Ann Berg", "Bo Dahl", "Cleo Lund", "Dag"],
            "save": ["Anne", "Bo Dahl", "Cleo Lund"],
            "update": ["Anne", "Bo Dahl", "Cleo Lund"],
            "delete": ["Bo Dahl", "Cleo Lund"],
        }[verb]
    )
    assert state(dag).is_new == (verb != "create")
    assert state(ann).is_dirty == (verb != "save")


@pytest.mark.parametrize("verb", WRITES)
def test_a_write_with_a_script_is_not_sent_again(office: Office, verb: str) -> None:
    """Without a script a guarded save and a deletion are: what they would do twice the server refuses."""
    db = office.open(retry=QUICK)
    ann = db.get(Person, 1)
    ann.name = "Anne"
    office.forget()
    office.app.faults.drop("after commit", on="writes", times=1)
    with pytest.raises(OutcomeUnknown):
        WRITES[verb](db, ann, Person(name="Dag"), Script("Note / it?", "once", when="prerequest"))
    written = [one for one in office.sent if not one.startswith("GET")]
    assert len(written) == 1


def test_validation_and_prohibition_can_be_passed_over_as_a_script_does(office: Office) -> None:
    db = office.open()
    ann = db.get(Person, 1)
    ann.locked = "changed"
    with pytest.raises(PrivilegeError):
        db.save(ann)
    db.save(ann, prohibit_mode="script")
    assert db.get(Person, 1).locked == "changed"
    ann.name = ""
    with pytest.raises(RefusedValue):
        db.save(ann)
    db.save(ann, entry_mode="script")
    assert office.last("PATCH")["options"] == {"entrymode": "script"}
    assert db.get(Person, 1).name == ""
    db.create(Person(notes="nameless"), entry_mode="script")
    db.update(Person, 1, {"locked": "again"}, prohibit_mode="script")
    with pytest.raises(ValueError, match="'user' or 'script'"):
        db.save(ann, entry_mode="none")  # type: ignore[arg-type]
