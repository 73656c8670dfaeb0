"""Record ids and mod ids that cannot be any."""

from __future__ import annotations

from typing import Any

import pytest
from bad_input.witness import dirty, each, told, unharmed
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import ConflictError, Database, RecordMissing, RecordStateError

NO_IDS: list[Any] = [
    "", " ", "x", 0, "0", -1, "-1", "+1", 1.5, 1.0, "1.5", True, False, b"1", "1/../2", "1?x", "1#", "..",
    "%31", "1,2", "1_0", "1e3", "\u0661", "1\n2", "1 2", "\ud800", [1], {"id": 1}, object, 10**5000, "9" * 5000,
]  # fmt: skip


def short(value: object) -> str:
    try:
        return ascii(value)[:20]
    except ValueError:
        return "huge"


@pytest.mark.parametrize("record_id", NO_IDS, ids=short)
def test_what_is_no_record_id_is_sent_nowhere(office: Office, db: Database, record_id: Any) -> None:
    ann = dirty(db)
    office.forget()
    with unharmed(office, db, ann):
        for verb in each(
            lambda: db.get(Person, record_id),
            lambda: db.update(Person, record_id, {"name": "x"}),
            lambda: db.delete(Person, record_id),
        ):
            with told(ValueError, "is no FileMaker record id, which is a whole number from 1"):
                verb()
        assert office.sent == []


def test_none_is_no_record_id(office: Office, db: Database) -> None:
    nothing: Any = None
    with unharmed(office, db):
        with told(TypeError, "get wants a record id, or a business key by name: .*id, number"):
            db.get(Person, None)
        with told(TypeError, "wants a record id"):
            db.delete(Person, nothing)
        with told(ValueError, "None is no FileMaker record id"):
            db.update(Person, nothing, {"name": "x"})
        assert office.sent == []


def test_a_record_is_no_record_id(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    with unharmed(office, db, ann), told(ValueError, "is no FileMaker record id"):
        db.get(Person, ann)


@pytest.mark.parametrize("record_id", [2**63, 10**30, "9" * 200], ids=short)
def test_a_number_that_is_too_large_is_an_unknown_record(
    office: Office, db: Database, record_id: Any
) -> None:
    with unharmed(office, db):
        for verb in each(
            lambda: db.get(Person, record_id),
            lambda: db.update(Person, record_id, {"name": "x"}),
            lambda: db.delete(Person, record_id),
        ):
            with told(RecordMissing, "101", f"layout 'person', record {record_id}"):
                verb()


@pytest.mark.parametrize("record_id", [" 1 ", "1\n", "01", 1, "1"])
def test_what_can_be_nothing_else_is_the_record(db: Database, record_id: Any) -> None:
    assert db.get(Person, record_id).id == "A"


@pytest.mark.parametrize("mod_id", ["", "x", "0/../1", 1.5, True, -1, b"0", "\u0660", [0]], ids=short)
def test_what_is_no_mod_id_writes_nothing(office: Office, db: Database, mod_id: Any) -> None:
    ann = dirty(db)
    with unharmed(office, db, ann):
        for verb in each(
            lambda: db.save(ann, expect=mod_id),
            lambda: db.update(Person, 1, {"name": "x"}, mod_id=mod_id),
            lambda: db.delete(Person, 1, mod_id=mod_id),
            lambda: db.delete(ann, mod_id=mod_id),
        ):
            with pytest.raises((ValueError, ConflictError)) as caught:
                verb()
            with told(type(caught.value), "mod id|layout 'person', record 1"):
                raise caught.value


def test_a_record_that_was_never_created_has_no_id(office: Office, db: Database) -> None:
    new = Person(name="Dag")
    with unharmed(office, db, new):
        for verb in each(lambda: db.save(new), lambda: db.reload(new), lambda: db.delete(new)):
            with told(RecordStateError, r"this Person was never created in FileMaker: db\.create\(record\)"):
                verb()
        assert office.sent == []


def test_a_record_that_exists_is_not_created_again(office: Office, db: Database) -> None:
    ann = dirty(db)
    with unharmed(office, db, ann), told(RecordStateError, r"exists already as record 1: db\.save\(record\)"):
        db.create(ann)


def test_a_record_and_an_id_cannot_both_say_what_to_delete(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    with unharmed(office, db, ann), told(TypeError, "delete"):
        db.delete(ann, 2)


def test_a_key_that_is_none(office: Office, db: Database) -> None:
    with unharmed(office, db):
        with told(TypeError, r"Person\.name is no business key; the business keys are id, number"):
            db.get(Person, name="Ann Berg")
        with told(TypeError, r"Person\.nmae is no business key"):
            db.get(Person, nmae="Ann Berg")
        with told(TypeError, "not both and not several"):
            db.get(Person, 1, id="A")
        with told(TypeError, "not both and not several"):
            db.get(Person, id="A", number=1)
        with told(TypeError, r"Person\.id holds str and was compared with 5, a int"):
            db.get(Person, id=5)
