"""Models written from metadata, and brought up to date without harm to what people have changed in them."""

from __future__ import annotations

import ast
import subprocess
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmorm import Choice, Database, FieldInfo, Kind, LayoutMetadata, Model, PortalInfo, ValueList
from fmorm.checking.comparing import compare
from fmorm.generating import generate
from fmorm.generating.merging import GONE, NO_LAYOUT
from fmorm.model.plan import plan_of

SCHEMA = Path(__file__).parent.parent / "scenarios" / "shop.toml"
BIN = Path(sys.executable).parent

ODD = [
    'A "quoted" name',
    "It's",
    "back\\slash",
    "class",
    "date",
    "field",
    "copy",
    "model_dump_it",
    "1st",
    "€",
    "Größe in Zoll",
    "名前と住所と電話番号とファックス番号とメールアドレスと備考と担当者の名前",
    "a name that is as long as FileMaker lets a name be, with many words that say what it is for and more",
    "ALLCAPSANDSOLONGTHATNOWORDENDSBEFORETHELIMITOFALLLIMITSISREACHED",
    "same name",
    "SameName",
    "tab\tin it",
    'triple """ quotes',
]


def told(name: str, *fields: FieldInfo | str, **other: Any) -> LayoutMetadata:
    every = tuple(FieldInfo(one) if isinstance(one, str) else one for one in fields)
    return LayoutMetadata(name, every, **other)


def value_list(name: str, *values: str, kind: str = "customList") -> ValueList:
    return ValueList(name, kind, tuple(Choice(one, one) for one in values))


STATUSES = value_list(
    "Statuses", "new", "-", "open", "closed and paid for", "returned by the customer", "lost"
)
WIDE = told(
    "Everything & more",
    *(FieldInfo(name, kind=kind) for name, kind in zip(ODD, [*Kind] * 3, strict=True)),
    *(FieldInfo(f"{name} 2", kind=Kind.NUMBER, shown=(1, 12), max_repeat=12) for name in ODD),
    FieldInfo("Pictures", kind=Kind.CONTAINER, shown=(1, 2), max_repeat=2),
    FieldInfo("Later one", shown=(2, 2), max_repeat=3),
    FieldInfo("Status", value_list="Statuses"),
    FieldInfo("Tags", value_list="Statuses", display="checkBox"),
    FieldInfo("DeleteRelated"),
    FieldInfo("Number", kind=Kind.NUMBER, is_global=True),
    FieldInfo("Number", kind=Kind.NUMBER, is_global=True),
    FieldInfo("", type="invalid", kind=None),
    portals=(
        *(PortalInfo(name, "lines", (FieldInfo("lines::Item"),)) for name in ODD),
        PortalInfo("Twins", "lines", ()),
        PortalInfo("lines", "lines", (FieldInfo("lines::recordId"), FieldInfo("far::x"))),
    ),
    value_lists=(STATUSES,),
    twice=("Twins",),
)


def ran(source: str) -> dict[str, type[Model]]:
    """Run a module and give its models by layout."""
    module = types.ModuleType("generated_for_a_test")
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, "models.py", "exec"), vars(module))
    finally:
        del sys.modules[module.__name__]
    found = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Model)]
    return {plan_of(one).place: one for one in found if one is not Model}


# -- new modules -------------------------------------------------------------------------------------------


def test_a_new_module_has_a_class_for_each_layout_and_portal() -> None:
    stock = told(
        "Stock",
        FieldInfo("PrimaryKey", auto_enter=True, not_empty=True),
        "Name",
        FieldInfo("Qty on hand", kind=Kind.NUMBER),
        FieldInfo("Phone", shown=(1, 3), max_repeat=3),
        FieldInfo("Photo", kind=Kind.CONTAINER),
        FieldInfo("Total", type="calculation", kind=Kind.NUMBER),
        FieldInfo("Changed", kind=Kind.TIMESTAMP, auto_enter=True),
        FieldInfo("Year", kind=Kind.NUMBER, is_global=True),
        FieldInfo("Status", value_list="Statuses"),
        "supplier::Name",
        portals=(
            PortalInfo(
                "Suppliers", "stock_suppliers", (FieldInfo("stock_suppliers::Town"), FieldInfo("town::Name"))
            ),
        ),
        value_lists=(STATUSES,),
    )
    assert (
        generate([stock])
        == '''\
"""Models of FileMaker layouts, written by `fmorm generate`.

Change what you like: when it is run again, it adds what is new and marks what is gone.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from fmorm import (
    Container,
    Field,
    Model,
    Portal,
    PortalRow,
    Repeating,
    container,
    field,
    portal,
    repeating,
)


class Suppliers(PortalRow, table="stock_suppliers"):
    """A row of portal 'Suppliers'."""

    town: Field[str] = field("Town")
    name: Field[str] = field("town::Name", read_only=True)


class Stock(Model, layout="Stock"):
    """A record of layout 'Stock'."""

    # Perhaps the key: with key=True, db.get finds records by it.
    primary_key: Field[str] = field("PrimaryKey", read_only=True)
    name: Field[str] = field("Name")
    qty_on_hand: Field[Decimal | None] = field("Qty on hand")
    phone: Repeating[str] = repeating("Phone", 3)
    photo: Container = container("Photo")
    total: Field[Decimal | None] = field("Total", read_only=True)
    changed: Field[datetime | None] = field("Changed", read_only=True)
    year: Field[Decimal | None] = field("Year", is_global=True)
    # db.choices(Stock.status) gives its values.
    status: Field[str] = field("Status")
    supplier_name: Field[str] = field("supplier::Name")
    suppliers: Portal[Suppliers] = portal("Suppliers")
'''
    )


def test_what_is_generated_fits_its_layout_and_works() -> None:
    with Database.embedded(SCHEMA) as db:
        every = [db.layout_metadata(one.name) for one in db.layouts()]
        models = ran(generate(every))
        assert list(models) == ["Stock", "Slim", "Twins", "Grid"]
        found = db.check(*models.values())
        assert [one.code for one in found] == ["duplicate-field", "invalid-field"]
        rye: Any = db.get(models["Stock"], 1)
        assert (rye.name, [row.name for row in rye.suppliers]) == ("Rye", ["Moe", "Dahl"])
        rye.qty_on_hand = 9
        db.save(rye)


def test_names_that_python_cannot_have_still_make_a_module_that_runs() -> None:
    models = ran(generate([WIDE]))
    plan = plan_of(models["Everything & more"])
    names = {one.name for one in plan.fields.values()}
    assert names == {one.name for one in WIDE.fields if one.exists} - {"DeleteRelated"}
    assert {one.name for one in plan.portals.values()} == {*ODD, "lines"}
    assert [one.code for one in compare(plan, WIDE) if one.severity == "error"] == []


def test_what_is_generated_is_as_the_formatter_and_the_checkers_want_it(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(generate([WIDE]), encoding="utf-8")
    checked("ruff", "format", "--isolated", "--diff", path)
    checked("ruff", "check", "--isolated", "--select", "I,F", path)
    checked("mypy", "--strict", "--config-file", "/dev/null", "--cache-dir", tmp_path / "cache", path)


def test_pyright_in_its_strict_mode_accepts_it_too(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(generate([WIDE]), encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    checked("pyright", "--project", tmp_path, "--pythonpath", sys.executable)


def checked(tool: str, *arguments: str | Path) -> None:
    done = subprocess.run([BIN / tool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{tool}: {done.stdout}{done.stderr}"


# -- value lists -------------------------------------------------------------------------------------------


def test_custom_value_lists_become_literals_where_that_is_wanted() -> None:
    source = generate([WIDE], literals=True)
    values = '"new", "open", "closed and paid for", "returned by the customer", "lost"'
    assert f"Statuses: TypeAlias = Literal[\n    {values}\n]\n" in source
    assert '    status: Field[Statuses | None] = field("Status")' in source
    assert '    tags: Field[str] = field("Tags")' in source, "a set of checkboxes holds several"
    ast.parse(source)


def test_lists_by_field_follow_the_records_so_they_are_no_types() -> None:
    layout = told("L", FieldInfo("A", value_list="V"), value_lists=(value_list("V", "x", kind="byField"),))
    assert "Literal" not in generate([layout], literals=True)


def test_a_value_that_is_new_is_added_to_its_type() -> None:
    def layout(*values: str) -> LayoutMetadata:
        return told(
            "L",
            FieldInfo("A", value_list="V"),
            FieldInfo("B", value_list="V"),
            value_lists=(value_list("V", *values),),
        )

    first = generate([layout("x", "y")], literals=True)
    without_b = "".join(line for line in first.splitlines(keepends=True) if '"B"' not in line)
    again = generate([layout("y", "z")], without_b, literals=True)
    assert 'V: TypeAlias = Literal["x", "y", "z"]' in again
    assert "b: Field[V | None]" in again


# -- modules that are there --------------------------------------------------------------------------------

EDITED = '''\
"""Ours."""

from __future__ import annotations

import re
from typing import ClassVar

import fmorm as fm
from fmorm import Field as F, field
from fmorm import Model, Portal, PortalRow, portal

PATTERN = re.compile("x")


class Base(Model, abstract=True):
    id: F[str] = field("PrimaryKey", key=True, read_only=True)


# Our customers.
@final
class Customer(Base, layout="person"):
    """Ours."""

    # fmorm: without "Notes", 'Odd "one"'
    limit: ClassVar[int] = 5
    full_name: F[str] = field("Name", default="Nobody")  # as people say it
    born: F[str | None] = field(
        name="BirthDate",
        kind="date",
    )
    Height: F[int]
    adr: Portal[Address] = portal()

    def shout(self) -> str:
        return self.full_name.upper()


class Address(fm.PortalRow, table="person_addresses"):
    city: F[str] = fm.field("City")
    zip: F[str] = field("person_addresses::Zip")
'''

PERSON = told(
    "person",
    FieldInfo("PrimaryKey", auto_enter=True),
    "Name",
    FieldInfo("BirthDate", kind=Kind.DATE),
    FieldInfo("Height", kind=Kind.NUMBER),
    "Notes",
    'Odd "one"',
    portals=(
        PortalInfo(
            "person_addresses",
            "person_addresses",
            (FieldInfo("person_addresses::City"), FieldInfo("person_addresses::Zip")),
        ),
    ),
)


def with_fields(layout: LayoutMetadata, *fields: FieldInfo, **other: Any) -> LayoutMetadata:
    return replace(layout, fields=(*layout.fields, *fields), **other)


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are new, and those that are gone."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in new if line not in old], [line for line in old if line not in new]


def test_a_module_that_has_everything_stays_as_it_is() -> None:
    assert generate([PERSON], EDITED, names=["person"]) == EDITED


def test_new_fields_go_behind_those_that_are_there() -> None:
    more = with_fields(PERSON, FieldInfo("Weight", kind=Kind.NUMBER), FieldInfo("Shout"))
    after = generate([more], EDITED)
    assert changed(EDITED, after) == (
        [
            "from decimal import Decimal",
            "from fmorm import Field, Field as F, field",
            '    weight: Field[Decimal | None] = field("Weight")',
            '    shout_2: Field[str] = field("Shout")',
        ],
        ["from fmorm import Field as F, field"],
    )
    assert after.index("    adr:") < after.index("    weight:") < after.index("    def shout")
    assert generate([more], after) == after


def test_what_is_gone_is_marked_until_it_is_back() -> None:
    less = LayoutMetadata("person", PERSON.fields[2:], ())
    after = generate([less], EDITED)
    assert changed(EDITED, after) == ([f"    {GONE}"] * 2, [])
    assert f'    {GONE}\n    full_name: F[str] = field("Name"' in after
    assert f"    {GONE}\n    adr: Portal[Address]" in after
    assert generate([less], after) == after
    assert generate([PERSON], after) == EDITED


def test_rows_are_brought_up_to_date_with_the_portals_that_use_them() -> None:
    fields = (FieldInfo("person_addresses::City"), FieldInfo("person_addresses::Since", kind=Kind.DATE))
    other = with_fields(PERSON, portals=(PortalInfo("person_addresses", "person_addresses", fields),))
    after = generate([other], EDITED)
    new, gone = changed(EDITED, after)
    assert new == [
        "from datetime import date",
        "from fmorm import Field, Field as F, field",
        f"    {GONE}",
        '    since: Field[date | None] = field("Since")',
    ]
    assert gone == ["from fmorm import Field as F, field"]
    assert generate([other], after) == after


def test_a_new_portal_brings_its_row_class_in_front_of_the_model() -> None:
    tasks = PortalInfo("Tasks", "person_tasks", (FieldInfo("person_tasks::Title"),))
    more = with_fields(PERSON, portals=(*PERSON.portals, tasks))
    after = generate([more], EDITED)
    assert after.index("class Tasks(") < after.index("# Our customers.\n@final\nclass Customer(")
    assert '    tasks: Portal[Tasks] = portal("Tasks")\n\n    def shout' in after
    assert generate([more], after) == after


def test_a_portal_that_has_become_ambiguous_is_not_gone() -> None:
    assert generate([with_fields(PERSON, twice=("person_addresses",), portals=())], EDITED) == EDITED


def test_new_layouts_go_to_the_end_and_lost_ones_are_marked() -> None:
    after = generate([told("Stock", "Name")], EDITED, names=["Stock"])
    assert after.endswith('    """A record of layout \'Stock\'."""\n\n    name: Field[str] = field("Name")\n')
    assert f"# Our customers.\n{NO_LAYOUT}\n@final\nclass Customer" in after
    assert generate([told("Stock", "Name")], after, names=["Stock"]) == after
    assert generate([PERSON], after, names=["Stock", "person"]).count(NO_LAYOUT) == 0


def test_a_layout_is_the_same_in_another_case() -> None:
    shouted = replace(PERSON, layout="PERSON")
    assert generate([shouted], EDITED, names=["PERSON"]) == EDITED


def test_of_several_classes_of_a_layout_the_first_is_brought_up_to_date() -> None:
    slim = EDITED + '\n\nclass Slim(Model, layout="person"):\n    name: F[str] = field("Name")\n'
    assert generate([PERSON], slim) == slim


def test_a_class_without_fields_is_filled() -> None:
    first = 'class L(Model, layout="L"):\n    """Ours."""\n'
    source = f'from fmorm import Model\n\n\n{first}\n\nclass M(Model, layout="M"):\n    pass\n'
    after = generate([told("L", "A"), told("M", "B")], source)
    assert '    """Ours."""\n\n    a: Field[str] = field("A")\n\n\nclass M' in after
    assert '    b: Field[str] = field("B")\n    pass\n' in after


def test_a_body_in_the_line_of_the_name_is_told() -> None:
    source = 'from fmorm import Model\nclass L(Model, layout="L"): pass\n'
    with pytest.raises(ValueError, match="class L has its body in the line of its name"):
        generate([told("L", "A")], source)


def test_a_source_without_imports_gets_them() -> None:
    after = generate([told("L", FieldInfo("A", kind=Kind.DATE))], "X = 1\n")
    assert after.startswith("from datetime import date\n\nfrom fmorm import Field, Model, field\n\nX = 1\n")


def test_what_is_imported_with_a_star_is_not_imported_again() -> None:
    before = "from datetime import *\nfrom fmorm import *\n\n\nclass L(Model, layout='L'):\n    pass\n"
    after = generate([told("L", FieldInfo("A", kind=Kind.DATE))], before)
    assert after.startswith("from datetime import *\nfrom fmorm import *\n\n\nclass L")
    assert "a: Field[date | None]" in after


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(str.strip)


@st.composite
def layouts(draw: st.DrawFn) -> LayoutMetadata:
    def fields(prefix: str) -> tuple[FieldInfo, ...]:
        names = draw(
            st.lists(NAMES.filter(lambda name: "::" not in name), max_size=4, unique_by=str.casefold)
        )
        kinds = st.sampled_from([*Kind])
        return tuple(
            FieldInfo(prefix + name, kind=draw(kinds), auto_enter=draw(st.booleans())) for name in names
        )

    name, portals = (
        draw(st.sampled_from(["L", "person", "Q&A"])),
        draw(st.lists(NAMES, max_size=2, unique=True)),
    )
    return LayoutMetadata(name, fields(""), tuple(PortalInfo(one, "t", fields("t::")) for one in portals))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(layouts(), layouts())
def test_whatever_changes_a_second_run_changes_nothing(before: LayoutMetadata, after: LayoutMetadata) -> None:
    source = generate([before])
    assert generate([before], source) == source
    updated = generate([after], source)
    assert generate([after], updated) == updated
    found = plan_of(ran(updated)[after.layout])
    wanted = {one.name.casefold() for one in after.fields if one.name.casefold() != "deleterelated"}
    assert wanted <= {one.name.casefold() for one in found.fields.values()}
    assert {one.name for one in after.portals} <= {one.name for one in found.portals.values()}
