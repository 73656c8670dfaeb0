"""What a class body says, and what becomes of it in the plan."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from model.declaring import declaring

from fmorm import DeclarationError, Kind, field, portal, repeating
from fmorm.model.plan import FieldPlan, Plan, plan_of

TYPES = {
    "str": str,
    "int": int,
    "float": float,
    "Decimal": Decimal,
    "bool": bool,
    "date": date,
    "datetime": datetime,
    "time": time,
}
NATURAL = {
    "str": Kind.TEXT,
    "int": Kind.NUMBER,
    "float": Kind.NUMBER,
    "Decimal": Kind.NUMBER,
    "bool": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.TIMESTAMP,
    "time": Kind.TIME,
}
HOLDS = {
    Kind.TEXT: {*TYPES},
    Kind.NUMBER: {"str", "int", "float", "Decimal", "bool"},
    Kind.DATE: {"date"},
    Kind.TIME: {"time"},
    Kind.TIMESTAMP: {"datetime"},
    Kind.CONTAINER: set[str](),
}
PAIRS = [(kind, name) for kind in Kind for name in TYPES]

postponed = pytest.mark.parametrize("postponed", [False, True], ids=["evaluated", "postponed"])


def plan(body: str, *, postponed: bool = False) -> Plan:
    with declaring(f'class P(Model, layout="p"):\n    {body}', postponed=postponed) as module:
        return plan_of(module.P)


def one(body: str, *, postponed: bool = False) -> FieldPlan:
    (only,) = plan(body, postponed=postponed).fields.values()
    return only


@postponed
@pytest.mark.parametrize("name", TYPES)
def test_kind_is_inferred_from_the_type(name: str, postponed: bool) -> None:
    found = one(f'x: Field[{name}] = field("X")', postponed=postponed).codec
    assert (found.kind, found.held, found.optional) == (NATURAL[name], TYPES[name], False)


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, n in PAIRS if n in HOLDS[k]])
def test_kind_can_be_declared(kind: Kind, name: str) -> None:
    for written in (str(kind), f"{kind}"):
        found = one(f'x: Field[{name}] = field("X", kind="{written}")').codec
        assert (found.kind, found.held) == (kind, TYPES[name])


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, n in PAIRS if n not in HOLDS[k]])
def test_kind_that_cannot_hold_the_type_is_refused(kind: Kind, name: str) -> None:
    with pytest.raises(DeclarationError, match=rf"^P\.x: a {kind} field cannot be held as {name}; it can"):
        one(f'x: Field[{name}] = field("X", kind="{kind}")')


@postponed
@pytest.mark.parametrize(
    "held",
    [
        "date | None",
        "None | date",
        "Optional[date]",
        "Union[date, None]",
        "Union[None, date]",
        'Annotated[date | None, "a remark"]',
        'Optional[Annotated[date, "a remark"]]',
    ],
)
def test_optional_is_said_in_many_ways(held: str, postponed: bool) -> None:
    found = one(f'x: Field[{held}] = field("X")', postponed=postponed).codec
    assert (found.held, found.optional) == (date, True), held


@postponed
def test_optional_repetitions(postponed: bool) -> None:
    found = one('x: Repeating[int | None] = repeating("X", 2)', postponed=postponed)
    assert (found.codec.held, found.codec.optional, found.names) == (int, True, ["X(1)", "X(2)"])


@postponed
def test_name_is_the_attributes_where_none_is_given(postponed: bool) -> None:
    body = """
        Name: Field[str]
        Born: Field[date] = field()
        Tags: Repeating[str] = repeating(None, 2)
        addresses: Portal[Address]
        others: Portal[Address] = portal("Others")
    """
    found = plan(body, postponed=postponed)
    assert [field.name for field in found.fields.values()] == ["Name", "Born", "Tags"]
    assert {attr: portal.name for attr, portal in found.portals.items()} == {
        "addresses": "addresses",
        "others": "Others",
    }, "without a name, a portal has that of the table occurrence of its rows"


def test_options_reach_the_plan() -> None:
    found = plan("""
        id: Field[str] = field("PrimaryKey", key=True, read_only=True)
        name: Field[str] = field("Name")
        far: Field[str] = field("company::Name")
        codes: Repeating[str] = repeating("Code", 4, kind="number", read_only=True)
        addresses: Portal[Address] = portal("Addresses", limit=5)
    """)
    assert [plan.attr for plan in found.keys] == ["id"]
    assert [plan.attr for plan in found.fields.values() if plan.read_only] == ["id", "codes"]
    assert [plan.attr for plan in found.fields.values() if plan.related] == ["far"]
    assert (found.fields["codes"].repetitions, found.fields["codes"].codec.kind) == (4, Kind.NUMBER)
    assert found.portals["addresses"].limit == 5


def test_rows_are_qualified_by_their_table_occurrence() -> None:
    source = """
        class Row(PortalRow, table="orders 2"):
            number: Field[int] = field("Number")
            own: Field[int] = field("orders 2::Own")
            far: Field[str] = field("customers::Name")
            tags: Repeating[str] = repeating("Tag", 2)
    """
    with declaring(source, postponed=False) as module:
        found = plan_of(module.Row)
    assert [name for field in found.fields.values() for name in field.names] == [
        "orders 2::Number",
        "orders 2::Own",
        "customers::Name",
        "orders 2::Tag(1)",
        "orders 2::Tag(2)",
    ]
    assert all(field.related for field in found.fields.values()), "a condition on a row means some row"


def test_constraints_are_kept() -> None:
    with declaring(
        """
        class P(Model, layout="p"):
            x: Field[Annotated[str, MaxLen(3)]] = field("X")
            y: Repeating[Annotated[str, MaxLen(3)]] = repeating("Y", 2)
        """,
        postponed=True,
    ) as module:
        made = module.P(x="abc")
        for assign in (lambda: setattr(made, "x", "abcd"), lambda: made.y.__setitem__(0, "abcd")):
            with pytest.raises(ValueError, match="at most 3 characters"):
                assign()


def test_a_default_is_what_a_new_record_holds() -> None:
    with declaring(
        """
        class P(Model, layout="p"):
            x: Field[str] = field("X", default="new")
            y: Field[date | None] = field("Y", default=None)
            z: Field[int] = field("Z")
        """,
        postponed=True,
    ) as module:
        made = module.P()
        assert (made.x, made.y) == ("new", None)
        assert {*vars(made)} == {"x", "y"}, "what has no default is not set"
        assert made.model_fields_set == set(), "a default was not given"


def test_a_default_factory_makes_each_records_own() -> None:
    with declaring(
        """
        made = iter(range(9))
        class P(Model, layout="p"):
            x: Field[int] = field("X", default_factory=lambda: next(made))
        """,
        postponed=True,
    ) as module:
        assert [module.P().x, module.P(x=5).x, module.P().x] == [0, 5, 1]


@pytest.mark.parametrize(
    ("declare", "advice"),
    [
        pytest.param(
            lambda: field("X", kind="nubmer"), "kind='nubmer': FileMaker's kinds are text", id="kind"
        ),
        pytest.param(lambda: repeating("X", 2, kind="list"), "FileMaker's kinds are", id="repeating-kind"),
        pytest.param(lambda: repeating("X", 1), r"repeating\('X', 1\): .* field\(\)", id="one-repetition"),
        pytest.param(lambda: repeating("X", 0), r"repeating\('X', 0\)", id="no-repetition"),
        pytest.param(lambda: portal("X", limit=0), r"portal\('X', limit=0\)", id="limit"),
        pytest.param(lambda: field("X", default=1, default_factory=int), "not both", id="two-defaults"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(declare: Any, advice: str) -> None:
    with pytest.raises(DeclarationError, match=advice):
        declare()
