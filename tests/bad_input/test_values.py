"""Values that do not fit their field: on assignment, in the constructor, in `update`, in a find."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bad_input.witness import dirty, each, told, unharmed
from pydantic import ValidationError
from scenarios.conftest import Office
from scenarios.office import Address, Person, SlimPerson

from fmorm import BadValue, Database, FindError, ReadOnly, RefusedValue, state

ZONED: list[tuple[str, Any]] = [("seen", datetime(2020, 1, 1, tzinfo=UTC)), ("wakes", time(1, tzinfo=UTC))]

NO_FIT: list[tuple[str, Any]] = [
    *ZONED, ("born", 5), ("born", "20010417"), ("wakes", 5), ("seen", "5"),
    ("name", None), ("name", 5), ("name", b"\xff"), ("name", ["Ann"]), ("name", object()), ("name", Person),
    ("born", "17.04.2001"), ("born", datetime(2001, 4, 17, 12)), ("born", "0000-01-01"), ("born", [2001, 4, 17]),
    ("born", "10000-01-01"), ("born", time(1)), ("wakes", "25:00"), ("wakes", date(2001, 4, 17)), ("wakes", -1),
    ("seen", "yesterday"), ("seen", time(1)), ("seen", object()),
    ("height", "tall"), ("height", Decimal("nan")), ("height", Decimal("inf")), ("height", "1,74"),
    ("weight", "heavy"), ("weight", "61 kg"), ("weight", [61]), ("weight", 1j),
    ("active", None), ("active", "perhaps"), ("active", 2), ("active", 0.5), ("code", 12), ("notes", b"\xff"),
]  # fmt: skip


def short(value: object) -> str:
    return ascii(value)[:30].partition(" at 0x")[0]


@pytest.mark.parametrize("attr", list(dict.fromkeys(attr for attr, _ in NO_FIT)))
def test_a_value_of_a_wrong_type_is_refused_wherever_it_is_given(
    office: Office, db: Database, attr: str
) -> None:
    ann = dirty(db)
    office.forget()
    with unharmed(office, db, ann):
        for value in [value for name, value in NO_FIT if name == attr]:
            with told(ValidationError, rf"Person\.{attr}"):
                setattr(ann, attr, value)
            with told(ValidationError, "Person", attr):
                Person(**{attr: value})
            with told(ValidationError, rf"Person\.{attr}"):
                db.update(Person, 1, {"notes": "x", attr: value})
            with told(ValidationError, rf"Person\.{attr}"):
                ann.model_copy(update={attr: value})
        assert office.sent == []


def test_a_record_is_no_value(office: Office, db: Database) -> None:
    ann = dirty(db)
    with unharmed(office, db, ann):
        for attr in ("name", "born", "height", "active"):
            with told(ValidationError, rf"Person\.{attr}"):
                setattr(ann, attr, db.get(Person, 2))
            with told(ValidationError, rf"Person\.{attr}"):
                db.update(Person, 1, {attr: ann})
        scores: Any = ann.scores
        with told(ValidationError, r"scores|Score"):
            scores[0] = ann


NO_FORM: list[tuple[str, Any]] = [
    ("weight", float("nan")), ("weight", float("inf")), ("weight", float("-inf")),
    ("height", Decimal("1e401")), ("height", Decimal("1e-401")),
]  # fmt: skip


@pytest.mark.parametrize(("attr", "value"), NO_FORM, ids=short)
def test_a_value_that_filemaker_has_no_form_for_is_told_at_the_latest_when_it_is_sent(
    office: Office, db: Database, attr: str, value: Any
) -> None:
    ann = dirty(db)
    setattr(ann, attr, value)
    new = Person(name="Dag", **{attr: value})
    office.forget()
    with unharmed(office, db, ann, new):
        for verb in each(
            lambda: db.save(ann),
            lambda: db.create(new),
            lambda: db.update(Person, 1, {"notes": "x", attr: value}),
        ):
            with told(BadValue, rf"Person\.{attr}", "FileMaker", "nothing was sent"):
                verb()
        assert office.sent == []
        assert state(new).is_new
    setattr(ann, attr, None)
    again = office.open()
    again.save(ann)
    assert getattr(again.get(Person, 1), attr) is None


@pytest.mark.parametrize(("attr", "value"), [*NO_FORM, *ZONED], ids=short)
def test_a_value_that_filemaker_has_no_form_for_is_no_criterion(still: Any, attr: str, value: Any) -> None:
    term: Any = getattr(Person, attr)
    for make in each(
        lambda: term == value,
        lambda: term != value,
        lambda: term > value,
        lambda: term.between(value, value),
        lambda: term.in_([value]),
        lambda: still.find(Person).where(term == value),
    ):
        with told(FindError, rf"Person\.{attr}", "FileMaker"):
            make()


NO_CRITERIA: list[tuple[str, Any]] = [
    ("name", 5), ("name", b"Ann"), ("name", True), ("name", date(2001, 4, 17)), ("name", Person), ("name", object()),
    ("born", "2001-04-17"), ("born", 2001), ("born", datetime(2001, 4, 17)), ("born", time(1)), ("born", True),
    ("seen", date(2001, 4, 17)), ("seen", "now"), ("wakes", "06:30"), ("wakes", timedelta(hours=6)),
    ("number", "5"), ("number", 1.5), ("number", True), ("number", b"5"), ("height", 1.74), ("height", "1.74"),
    ("weight", "61"), ("weight", True), ("active", 1), ("active", "yes"), ("code", 12), ("scores", "10"),
]  # fmt: skip


@pytest.mark.parametrize(("attr", "value"), NO_CRITERIA, ids=short)
def test_a_value_of_a_wrong_type_is_no_criterion(still: Any, attr: str, value: Any) -> None:
    term: Any = getattr(Person, attr)
    for make in each(
        lambda: term == value,
        lambda: term != value,
        lambda: term.in_([value]),
        lambda: still.find(Person).where(term == value),
    ):
        with told(TypeError, rf"Person\.{attr}(\[0\])? holds \w+ and was compared with"):
            make()


def test_a_record_or_a_field_is_no_criterion(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    other: Any = SlimPerson.name
    name: Any = Person.name
    with unharmed(office, db, ann):
        for value in (ann, Address(city="x"), other):
            with told(TypeError, r"Person\.name holds str and was compared with"):
                _ = Person.name == value
        for verb in ("startswith", "contains", "endswith", "matches"):
            for value in (5, None, b"x", ["x"], ann):
                with told(TypeError, rf"Person\.name\.{verb} takes a str"):
                    getattr(name, verb)(value)
        for text in ("abc", b"abc"):
            with told(TypeError, r"Person\.name\.in_ takes a list"):
                name.in_(text)
        with told(TypeError, r"in_|iterable|Person\.name"):
            name.in_(5)


# -- repetitions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [["a"] * 4, ["a", "b"], [], "abc", b"abc", 5, None, pytest.param({"a", "b", "c"}, id="a set"),
     {0: "a"}, [1, 2, 3], ["a", None, "c"],
     ["a", "b", b"\xff"]],
    ids=short,
)  # fmt: skip
def test_repetitions_that_do_not_fit_are_refused_whole(office: Office, db: Database, value: Any) -> None:
    """A text, of all things, is three values, and a set has them in any order."""
    ann = dirty(db)
    office.forget()
    with unharmed(office, db, ann):
        for verb in each(
            lambda: setattr(ann, "phones", value),
            lambda: db.update(Person, 1, {"notes": "x", "phones": value}),
        ):
            with pytest.raises((TypeError, ValueError)) as caught:
                verb()
            with told(type(caught.value), r"Person\.phones"):
                raise caught.value
        assert office.sent == []


@pytest.mark.parametrize(
    "value", [["a"] * 4, "abc", 5, None, pytest.param({"a", "b", "c"}, id="a set"), [1]], ids=short
)
def test_repetitions_that_do_not_fit_make_no_record(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        Person(name="Dag", phones=value)
    with told(type(caught.value), "phones"):
        raise caught.value


def test_a_repetition_that_is_not_there_is_told(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    with unharmed(office, db, ann):
        for index in (3, -4, 99):
            with told(IndexError, r"Person\.phones has 3 repetitions: \[0\] to \[2\]"):
                ann.phones[index] = "x"
            with told(IndexError, r"Person\.phones has 3 repetitions"):
                _ = ann.phones[index]
        with told(TypeError, r"Person\.phones: repetitions are set one by one"):
            ann.phones[0:2] = ["x", "y"]
        with told(ValidationError, r"Person\.phones"):
            ann.phones[0] = None
        with told(ValidationError, r"Person\.scores"):
            ann.scores[0] = "many"


# -- dates at the edge -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "born", [date(1, 1, 1), date(99, 12, 31), date(1582, 10, 10), date(4000, 12, 31)], ids=str
)
def test_a_date_at_the_edge_comes_back(office: Office, db: Database, born: date) -> None:
    record_id = state(db.create(Person(name="Dag", born=born))).record_id
    again = office.open()
    assert again.get(Person, record_id).born == born
    assert again.find(Person).where(Person.born == born).count() == 1


@pytest.mark.parametrize("born", [date(4001, 1, 1), date(9999, 12, 31)], ids=str)
def test_a_date_beyond_filemakers_is_refused(office: Office, db: Database, born: date) -> None:
    """FileMaker's dates end with the year 4000."""
    ann = dirty(db)
    ann.born = born
    with unharmed(office, db, ann):
        with pytest.raises((BadValue, RefusedValue)) as caught:
            db.save(ann)
        with told(type(caught.value), r"Person\.born|layout 'person', record 1", "(?i)date"):
            raise caught.value


# -- fields that are not there, or not to be set ---------------------------------------------------------


def test_a_misspelt_field_is_told_before_anything_is_sent(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    person: Any = Person
    office.forget()
    with unharmed(office, db, ann):
        with told(ValueError, "nmae"):
            ann.nmae = "x"
        with told(ValidationError, "nmae"):
            person(nmae="x")
        with told(AttributeError, r"Person\.nmae is not declared; the fields are id, number, name"):
            db.update(Person, 1, {"nmae": "x"})
        with told(AttributeError, "nmae", "it declares"):
            _ = person.nmae
        with told(AttributeError, r"Person\.addresses has no field 'town'", "city"):
            _ = person.addresses.town
        assert office.sent == []


def test_a_read_only_field_is_not_set(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    with unharmed(office, db, ann):
        with told(ReadOnly, r"Person\.number is read-only: FileMaker fills it"):
            ann.number = 5
        with told(ReadOnly, r"Address\.population is read-only"):
            ann.addresses[0].population = 5
        with told(ReadOnly, r"Person\.number is read-only"):
            db.update(Person, 1, {"name": "x", "number": 5})
        with told(TypeError, r"Person\.addresses: a portal cannot be assigned"):
            ann.addresses = []
        with told(AttributeError, r"Person\.addresses is a portal: load the record"):
            db.update(Person, 1, {"addresses": []})
        with told(TypeError, r"Person\.name: a field is emptied by setting it to None or ''"):
            del ann.name


def test_what_the_file_itself_refuses_is_told_and_stays_dirty(office: Office, db: Database) -> None:
    ann = dirty(db)
    ann.name = ""
    with unharmed(office, db, ann):
        with told(RefusedValue, "509", "edit on layout 'person', record 1"):
            db.save(ann)
        with told(RefusedValue, "509", "create on layout 'person'"):
            db.create(Person(notes="no name"))
    ann.name = "Anne"
    again = office.open()
    again.save(ann)
    assert again.get(Person, 1).addresses[1].city == "Oslo"


@pytest.mark.parametrize(
    "values", [None, 5, "name", ["name"], [("name", "x", "y")], {1: "x"}, {None: "x"}], ids=short
)
def test_what_is_no_mapping_updates_nothing(office: Office, db: Database, values: Any) -> None:
    with unharmed(office, db):
        with pytest.raises((TypeError, AttributeError)) as caught:
            db.update(Person, 1, values)
        with told(type(caught.value), "Person|update|values"):
            raise caught.value


def test_a_row_of_another_portal_is_refused(office: Office, db: Database) -> None:
    ann: Any = dirty(db)
    with unharmed(office, db, ann):
        for row in (ann.tasks[0], Person(name="x"), None, {"city": "x"}, Address, "Oslo"):
            with told(TypeError, r"Person\.addresses takes rows of class Address"):
                ann.addresses.append(row)
        with told(ValidationError, "addresses"):
            Person(name="x", addresses=ann)
