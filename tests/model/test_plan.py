"""The plan of a class: every mistake of a declaration is found when the class is made, with advice."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from model.declaring import declaring
from model.people import Person, load, raw_person
from model.test_declare import postponed

from fmorm import DeclarationError, Field, Model, field
from fmorm.model.plan import plan_of

WRONG = {
    "plain type": ("name: str", "P.name", "Field["),
    "plain type with field": ('name: str = field("Name")', "P.name", "Field["),
    "plain type with portal": ('rows: Address = portal("addresses")', "P.rows", "Portal["),
    "no annotation": ('name = field("Name")', "P.name", "Field["),
    "no brackets": ('name: Field = field("Name")', "P.name", "Field["),
    "no brackets, portal": ('rows: Portal = portal("addresses")', "P.rows", "Portal["),
    "plain default": ('name: Field[str] = "Ada"', "P.name", "field("),
    "pydantic's field": ('name: Field[str] = PydanticField(default="Ada")', "P.name", "field("),
    "leading underscore": ('_name: Field[str] = field("Name")', "P._name", "name"),
    "leading underscore, bare": ("_name: Field[str]", "P._name", "name"),
    "shadows copy": ('copy: Field[str] = field("Copy")', "P.copy", "copy_ = field('copy')"),
    "shadows json": ('json: Field[str] = field("Json")', "P.json", "json_"),
    "shadows schema": ("schema: Field[str]", "P.schema", "schema_"),
    "shadows register": ('register: Field[str] = field("Register")', "P.register", "register_"),
    "shadows mro": ('mro: Field[str] = field("Mro")', "P.mro", "mro_"),
    "shadows model_fields": ("model_fields: Field[str]", "P.model_fields", "model_fields_"),
    "shadows as portal": ('dict: Portal[Address] = portal("x")', "P.dict", "dict_"),
    "one field twice": ('a: Field[str] = field("X"); b: Field[str] = field("X")', "P.a", "P.b", "'X'"),
    "one field in two cases": ('a: Field[str] = field("Name"); b: Field[str] = field("NAME")', "P.a", "P.b"),
    "a repetition twice": (
        'a: Repeating[str] = repeating("Phone", 3); b: Field[str] = field("Phone(2)")',
        "P.a",
        "P.b",
        "'Phone(2)'",
    ),
    "two repeating fields of one": (
        'a: Repeating[str] = repeating("Phone", 3); b: Repeating[str] = repeating("phone", 2)',
        "P.a",
        "P.b",
    ),
    "a repeating field and its first": (
        'a: Field[str] = field("Phone"); b: Repeating[str] = repeating("Phone", 3)',
        "P.a",
        "P.b",
    ),
    "one portal twice": ('a: Portal[Address] = portal("x"); b: Portal[Address] = portal("x")', "P.a", "P.b"),
    "portal of a type": ('rows: Portal[int] = portal("x")', "P.rows", "PortalRow"),
    "portal of a model": ('rows: Portal[Model] = portal("x")', "P.rows", "PortalRow"),
    "portal of an option": ('rows: Portal[Address | None] = portal("x")', "P.rows", "PortalRow"),
    "portal without declared as one": ('rows: Portal[Address] = field("x")', "P.rows", "portal("),
    "portal declared as repeating": ('rows: Portal[Address] = repeating("x", 3)', "P.rows", "portal("),
    "field declared as portal": ('name: Field[str] = portal("x")', "P.name", "field("),
    "field declared as repeating": ('x: Field[str] = repeating("X", 3)', "P.x", "Repeating["),
    "repeating declared as field": ('x: Repeating[str] = field("X")', "P.x", "repeating("),
    "repeating not declared": ("x: Repeating[str]", "P.x", "repeating("),
    "kind that cannot hold": ('x: Field[int] = field("X", kind="date")', "P.x", "date field", "as date"),
    "unsupported type": ('x: Field[bytes] = field("X")', "P.x", "'bytes'", "str, int"),
    "unsupported list": ('x: Field[list[bytes]] = field("X")', "P.x", "each value", "str, int"),
    "unsupported repetition": ('x: Repeating[bytes] = repeating("X", 2)', "P.x", "'bytes'"),
    "unsupported class": ('x: Field[Alien] = field("X")', "P.x", "Alien", "str, int"),
    "any type": ('x: Field[Any] = field("X")', "P.x", "str, int"),
    "only None": ('x: Field[None] = field("X")', "P.x", "str, int"),
    "two types": ('x: Field[int | str] = field("X")', "P.x", "one type"),
    "two types or none": ('x: Field[int | str | None] = field("X")', "P.x", "one type"),
    "default that does not fit": ('x: Field[int] = field("X", default="many")', "P.x", "default"),
}
"""One line of a class body, and what the message says."""

WRONG_CLASSES = {
    "no layout": ("class P(Model):\n    x: Field[str]", 'layout="', "abstract=True"),
    "empty layout": ('class P(Model, layout=""):\n    x: Field[str]', 'layout="'),
    "no table": ("class R(PortalRow):\n    x: Field[str]", 'table="', "abstract=True"),
    "table on a model": ('class P(Model, table="x"):\n    x: Field[str]', 'layout="'),
    "portal in a row": (
        'class R(PortalRow, table="r"):\n    rows: Portal[Address] = portal("x")',
        "R.rows",
        "declare it on a Model",
    ),
    "record id in a row": (
        'class R(PortalRow, table="r"):\n    id: Field[str] = field("recordId")',
        "R.id",
        "state(row)",
    ),
    "mod id in a row": (
        'class R(PortalRow, table="r"):\n    id: Field[str] = field("modId")',
        "R.id",
        "state(row)",
    ),
    "one field twice in a row": (
        'class R(PortalRow, table="r"):\n    a: Field[str] = field("X")\n    b: Field[str] = field("r::x")',
        "R.a",
        "R.b",
    ),
    "mistake in a base": (
        'class Base(Model, abstract=True):\n    x: Field[bytes] = field("X")\nclass P(Base, layout="p"): pass',
        "P.x",
        "'bytes'",
    ),
    "portal of an abstract row": (
        'class R(PortalRow, abstract=True): pass\nclass P(Model, layout="p"):\n    rows: Portal[R] = portal("x")',
        "P.rows",
        "table",
    ),
}


@postponed
@pytest.mark.parametrize("mistake", WRONG)
def test_mistake_in_a_field_is_told_with_advice(mistake: str, postponed: bool) -> None:
    body, *parts = WRONG[mistake]
    expect_mistake(f'class P(Model, layout="p"):\n    {body}', parts, postponed=postponed)


@postponed
@pytest.mark.parametrize("mistake", WRONG_CLASSES)
def test_mistake_in_a_class_is_told_with_advice(mistake: str, postponed: bool) -> None:
    source, *parts = WRONG_CLASSES[mistake]
    expect_mistake(source, parts, postponed=postponed)


def expect_mistake(source: str, parts: list[str], *, postponed: bool) -> None:
    with pytest.raises(DeclarationError) as caught, declaring(source, postponed=postponed):
        pass
    missing = [part for part in parts if part not in str(caught.value)]
    assert not missing, f"{caught.value}\ndoes not say {missing}"


def test_a_mistake_behind_a_forward_reference_is_told_on_first_use() -> None:
    source = 'class P(Model, layout="p"):\n    rows: Portal["Late"]\nclass Late: pass'
    with declaring(source, postponed=False) as module, pytest.raises(DeclarationError, match=r"P\.rows"):
        plan_of(module.P)


def test_a_class_keeps_its_plan_to_itself() -> None:
    class Base(Model, layout="base"):
        name: Field[str] = field("Name")

    class Derived(Base, layout="derived"):
        age: Field[int] = field("Age")

    assert plan_of(Base) is plan_of(Base)
    assert (plan_of(Base).place, plan_of(Derived).place) == ("base", "derived")
    assert [*plan_of(Base).fields] == ["name"]
    assert plan_of(Derived).fields["name"].label == "Derived.name", "messages name the class at hand"


@pytest.mark.parametrize(
    ("attr", "given", "held"),
    [
        ("name", "Ada", "Ada"),
        ("born", "2001-02-03", date(2001, 2, 3)),
        ("height", "1.75", Decimal("1.75")),
        ("height", None, None),
        ("changed", "2001-02-03T04:05:06", datetime(2001, 2, 3, 4, 5, 6)),
    ],
)
def test_check_gives_the_value_as_the_field_holds_it(attr: str, given: object, held: object) -> None:
    assert plan_of(Person).checks.alone(attr, given) == held
    record = Person()
    plan_of(Person).checks.assign(record, attr, given)
    assert getattr(record, attr) == held


@pytest.mark.parametrize(("attr", "given"), [("name", None), ("name", 5), ("born", "soon"), ("height", [])])
def test_check_names_the_field_that_a_value_does_not_fit(attr: str, given: object) -> None:
    with pytest.raises(ValueError, match=rf"Person\.{attr}"):
        plan_of(Person).checks.assign(Person(), attr, given)
    with pytest.raises(ValueError, match=rf"Person\.{attr}"):
        plan_of(Person).checks.alone(attr, given)


def test_records_of_a_plan_do_not_share_what_they_set() -> None:
    first, second = load(Person, raw_person(record_id="1"), raw_person(record_id="2"))
    first.name = "Bea"
    assert (first.name, second.name) == ("Bea", "Ada Lund")
    assert second.model_fields_set == {*vars(second)}


class Every(Model, layout="every"):
    a: Field[str | None] = field("A")
    b: Field[int | None] = field("B")
    c: Field[float | None] = field("C")
    d: Field[Decimal | None] = field("D")
    e: Field[bool | None] = field("E")
    f: Field[date | None] = field("F")
    g: Field[datetime | None] = field("G")
    h: Field[time | None] = field("H")


@pytest.mark.parametrize(
    ("attr", "wrong"),
    [
        ("a", 1),
        ("b", 1.5),
        ("b", "one"),
        ("c", "x"),
        ("d", object()),
        ("e", 2),
        ("f", "yesterday"),
        ("f", datetime(2001, 2, 3, 4, 5)),
        ("g", "yesterday"),
        ("h", "25:00"),
    ],
)
def test_every_type_is_checked_when_it_is_set(attr: str, wrong: Any) -> None:
    made = Every()
    with pytest.raises(ValueError, match=rf"Every\.{attr}"):
        setattr(made, attr, wrong)
    assert not vars(made), "an invalid value leaves nothing behind"
    setattr(made, attr, None)
    assert vars(made) == {attr: None}
