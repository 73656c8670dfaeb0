"""Models compared with layouts: each way in which they can differ has a code of its own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest

from fmorm import (
    Choice,
    Container,
    Field,
    FieldInfo,
    Finding,
    Findings,
    Kind,
    LayoutMetadata,
    Model,
    ModelMismatch,
    Portal,
    PortalInfo,
    PortalRow,
    Repeating,
    Severity,
    ValueList,
    container,
    field,
    portal,
    repeating,
)
from fmorm.checking.comparing import COSTLY_FIELDS, MANY_FIELDS, compare
from fmorm.checking.values import allowed_values
from fmorm.model.plan import plan_of


class Line(PortalRow, table="lines"):
    item: Field[str] = field("Item")
    price: Field[Decimal | None] = field("articles::Price", read_only=True)


class Order(Model, layout="orders"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    customer: Field[str] = field("Customer")
    placed: Field[date | None] = field("Placed")
    changed: Field[datetime | None] = field("Changed", read_only=True)
    phones: Repeating[str] = repeating("Phone", 3)
    scan: Container = container("Scan")
    total: Field[Decimal | None] = field("Total", read_only=True)
    year: Field[int | None] = field("Year", is_global=True)
    lines: Portal[Line] = portal("Lines")


FITTING = {
    "id": FieldInfo("PrimaryKey", auto_enter=True, not_empty=True),
    "customer": FieldInfo("Customer"),
    "placed": FieldInfo("Placed", kind=Kind.DATE),
    "changed": FieldInfo("Changed", kind=Kind.TIMESTAMP, auto_enter=True),
    "phones": FieldInfo("Phone", max_repeat=3, shown=(1, 3)),
    "scan": FieldInfo("Scan", kind=Kind.CONTAINER),
    "total": FieldInfo("Total", type="calculation", kind=Kind.NUMBER),
    "year": FieldInfo("Year", kind=Kind.NUMBER, is_global=True),
}
LINES = PortalInfo(
    "Lines", "lines", (FieldInfo("lines::Item"), FieldInfo("articles::Price", kind=Kind.NUMBER))
)


def layout(*more: FieldInfo, portals: tuple[PortalInfo, ...] = (LINES,), **other: Any) -> LayoutMetadata:
    """The layout that fits, with other fields in place of those of some attributes; None takes one away."""
    given = {attr: other.pop(attr) for attr in list(other) if attr in FITTING}
    fields = [one for one in (FITTING | given).values() if one is not None]
    return LayoutMetadata("orders", (*fields, *more), portals, **other)


def found(told: LayoutMetadata, model: type[Model] = Order) -> list[tuple[str, str]]:
    return [(one.code, one.attribute) for one in compare(plan_of(model), told)]


def only(told: LayoutMetadata) -> Finding:
    (finding,) = compare(plan_of(Order), told)
    return finding


def test_where_all_fits_nothing_is_found() -> None:
    assert found(layout()) == []


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        (FieldInfo("CUSTOMER"), "; did you mean 'CUSTOMER'?"),
        (FieldInfo("Customer "), "; did you mean 'Customer '?"),
        (FieldInfo("Customers"), "; did you mean 'Customers'?"),
        (FieldInfo("buyers::Customer"), "; did you mean 'buyers::Customer'?"),
        (FieldInfo("zzz"), "does not show 'Customer'"),
        (FieldInfo("Customer", type="invalid", kind=None), "does not show 'Customer'"),
    ],
)
def test_a_field_that_is_missing_is_told_with_what_was_meant(shown: FieldInfo, meant: str) -> None:
    finding = next(one for one in compare(plan_of(Order), layout(customer=shown)) if one.attribute)
    assert (finding.code, finding.attribute, finding.severity) == (
        "missing-field",
        "customer",
        Severity.ERROR,
    )
    assert finding.message.endswith(meant)


def test_a_field_of_another_kind() -> None:
    finding = only(layout(placed=FieldInfo("Placed", kind=Kind.TEXT)))
    assert (finding.code, finding.declared, finding.told) == ("wrong-kind", "date", "text")
    assert 'kind="text"' in finding.message


@pytest.mark.parametrize(
    ("phone", "code", "says"),
    [
        (FieldInfo("Phone", max_repeat=3, shown=(1, 2)), "repetitions-not-shown", "shows only 2 repetitions"),
        (FieldInfo("Phone", max_repeat=4, shown=(1, 4)), "repetitions-not-declared", "shows 4 repetitions"),
        (FieldInfo("Phone", max_repeat=4, shown=(2, 4)), "repetitions-not-shown", "from repetition 2"),
        (
            FieldInfo("Phone"),
            "repeating-field",
            r"one repetition of 'Phone', so it is declared as field\('Phone'\)",
        ),
    ],
)
def test_repetitions_that_differ(phone: FieldInfo, code: str, says: str) -> None:
    finding = only(layout(phones=phone))
    assert (finding.code, finding.attribute) == (code, "phones")
    assert says.replace("\\", "") in finding.message


def test_a_plain_field_over_several_repetitions_would_never_be_loaded() -> None:
    finding = only(layout(customer=FieldInfo("Customer", max_repeat=2, shown=(1, 2))))
    assert finding.code == "repeating-field"
    assert "repeating('Customer', 2)" in finding.message


def test_a_later_repetition_on_its_own_would_be_written_as_the_first() -> None:
    shown = FieldInfo("Customer", max_repeat=2, shown=(2, 2))
    assert found(layout(customer=shown)) == [("repetitions-not-shown", "customer")]


@pytest.mark.parametrize("kind", ["calculation", "summary"])
def test_what_filemaker_fills_is_read_only(kind: str) -> None:
    finding = only(layout(customer=FieldInfo("Customer", type=kind)))
    assert (finding.code, finding.told) == ("not-read-only", kind)


def test_a_stamp_is_read_only() -> None:
    told = layout(placed=FieldInfo("Placed", kind=Kind.DATE, auto_enter=True))
    assert found(told) == [("stamp-not-read-only", "placed")]
    assert only(told).severity is Severity.WARNING


def test_globals_are_declared_as_such_and_nothing_else_is() -> None:
    told = layout(customer=FieldInfo("Customer", is_global=True), year=FieldInfo("Year", kind=Kind.NUMBER))
    assert found(told) == [("global-not-declared", "customer"), ("not-global", "year")]


def test_a_key_that_may_be_empty() -> None:
    assert found(layout(id=FieldInfo("PrimaryKey"))) == [("key-may-be-empty", "id")]


class Strict(Model, layout="strict"):
    size: Field[int] = field("Size")
    name: Field[str] = field("Name")
    active: Field[bool] = field("Active")


def test_a_type_that_has_nothing_to_stand_for_empty() -> None:
    def told(**size: Any) -> LayoutMetadata:
        number = FieldInfo("Size", kind=Kind.NUMBER, **size)
        return LayoutMetadata("strict", (number, FieldInfo("Name"), FieldInfo("Active", kind=Kind.NUMBER)))

    (finding,) = compare(plan_of(Strict), told())
    assert (finding.code, finding.attribute, finding.declared) == ("value-may-be-empty", "size", "int")
    assert found(told(not_empty=True), Strict) == []
    assert found(told(auto_enter=True), Strict) == []


# -- portals -----------------------------------------------------------------------------------------------


def test_a_portal_that_is_missing() -> None:
    other = PortalInfo("Line", "others", ())
    finding = only(layout(portals=(other,)))
    assert (finding.code, finding.told) == ("missing-portal", "Line")
    assert finding.message.endswith("did you mean 'Line'?")


def test_a_portal_that_has_another_name_now() -> None:
    finding = only(layout(portals=(PortalInfo("Items", "lines", LINES.fields),)))
    assert (finding.code, finding.told) == ("renamed-portal", "Items")
    assert "Declare portal('Items')" in finding.message


def test_portals_of_one_name_cannot_be_told_apart() -> None:
    assert found(layout(twice=("Lines",))) == [("ambiguous-portal", "lines")]
    several = (PortalInfo("a", "lines", LINES.fields), PortalInfo("b", "lines", LINES.fields))
    assert found(layout(portals=several)) == [("ambiguous-portal", "lines")]


def test_the_fields_of_a_portal_are_compared_as_those_of_the_layout_are() -> None:
    fields = (FieldInfo("lines::item"), FieldInfo("articles::Price", kind=Kind.TEXT))
    assert found(layout(portals=(PortalInfo("Lines", "lines", fields),))) == [
        ("missing-portal-field", "lines.item"),
        ("wrong-kind", "lines.price"),
    ]


# -- the layout as a whole ---------------------------------------------------------------------------------


def test_a_field_that_stands_there_twice() -> None:
    assert found(layout(FieldInfo("Customer"))) == [("duplicate-field", "customer")]
    assert found(layout(FieldInfo("Other"), FieldInfo("Other"))) == []


def test_fields_that_are_gone() -> None:
    gone = FieldInfo("", type="invalid", kind=None)
    finding = only(layout(gone, portals=(PortalInfo("Lines", "lines", (*LINES.fields, gone)),)))
    assert (finding.code, finding.attribute, finding.told) == ("invalid-field", "", "2")


def test_a_layout_that_shows_far_more_than_is_declared() -> None:
    many = [FieldInfo(f"F{number}") for number in range(MANY_FIELDS + 1)]
    assert found(layout(*many)) == [("many-fields", "")]
    assert found(layout(*many[1:])) == []


@pytest.mark.parametrize(("kind", "type_"), [(Kind.CONTAINER, "normal"), (Kind.NUMBER, "summary")])
def test_a_layout_that_shows_what_costs_filemaker_work(kind: Kind, type_: str) -> None:
    costly = [FieldInfo(f"F{number}", kind=kind, type=type_) for number in range(COSTLY_FIELDS + 1)]
    assert found(layout(*costly)) == [("costly-fields", "")]
    assert found(layout(*costly[1:])) == []


# -- value lists -------------------------------------------------------------------------------------------


class Status(Enum):
    NEW = "new"
    OPEN = "open"


@pytest.mark.parametrize(
    ("annotation", "allowed"),
    [
        (str, None),
        (list[str] | None, None),
        (Literal["a", "b"], ["a", "b"]),
        (Literal[1, 2] | None, ["1", "2"]),
        (list[Literal["a"]], ["a"]),
        (Status | None, ["new", "open"]),
        (Literal[True], ["1"]),
    ],
)
def test_the_values_that_a_type_allows(annotation: Any, allowed: list[str] | None) -> None:
    assert allowed_values(annotation) == allowed


def value_list(*values: str, kind: str = "customList") -> tuple[ValueList, ...]:
    return (ValueList("Names", kind, tuple(Choice(one, one) for one in values)),)


@pytest.mark.parametrize(
    ("lists", "codes"),
    [
        (value_list("new", "-", "open"), []),
        (value_list("new", "open", "shut"), ["value-not-declared"]),
        (value_list("new"), ["value-not-listed"]),
        (value_list("new", kind="byField"), []),
        (value_list("shut", kind="byField"), ["value-not-declared"]),
        ((), []),
    ],
)
def test_value_lists_are_compared_with_the_type(
    lists: tuple[ValueList, ...], codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Order.model_fields["customer"], "annotation", Literal["new", "open"])
    told = layout(customer=FieldInfo("Customer", value_list="Names"), value_lists=lists)
    assert [one.code for one in compare(plan_of(Order), told)] == codes


# -- findings ----------------------------------------------------------------------------------------------


def test_findings_are_a_sequence_that_is_falsy_where_all_fits() -> None:
    none = Findings()
    none.raise_for_errors()
    assert not none
    assert str(none) == "all models fit their layouts"
    told = layout(id=FieldInfo("PrimaryKey"), customer=None)
    some = Findings(compare(plan_of(Order), told))
    assert [one.code for one in some] == ["key-may-be-empty", "missing-field"]
    assert (len(some.errors), len(some.warnings), repr(some)) == (
        1,
        1,
        "<Findings: 1 error(s), 1 warning(s)>",
    )
    assert (some[1].model, some[1].layout) == ("Order", "orders")
    assert some[:1] == Findings([some[0]]) != some
    assert str(some[1]).startswith("error: Order.customer: layout 'orders' does not show 'Customer'")
    with pytest.raises(ModelMismatch, match=r"Order\.customer: .* \[missing-field\]$"):
        some.raise_for_errors()
    some[:1].raise_for_errors()
