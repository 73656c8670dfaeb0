from __future__ import annotations

from typing import Any

import pytest

from fmorm import DeclarationError, Field, Model, Portal, PortalRow, field, portal
from fmorm.model.plan import plan_of


class Address(PortalRow, table="addresses", merge_groups=[("city", "zip")]):
    city: Field[str] = field("City")
    zip: Field[str] = field("Zip")


class Placed(Model, abstract=True, merge_groups=[["street", "town"]]):
    street: Field[str] = field("Street")
    town: Field[str] = field("Town")


class Person(Placed, layout="person", merge_groups=(("first", "last"),)):
    first: Field[str] = field("First")
    last: Field[str] = field("Last")
    serial: Field[int] = field("Serial", read_only=True)
    addresses: Portal[Address] = portal("addresses")


def test_groups_are_those_of_the_class_and_of_its_bases() -> None:
    assert plan_of(Person).merge_groups == {
        "street": ("street", "town"),
        "town": ("street", "town"),
        "first": ("first", "last"),
        "last": ("first", "last"),
    }
    assert plan_of(Address).merge_groups == {"city": ("city", "zip"), "zip": ("city", "zip")}


def test_a_class_without_groups_has_those_of_its_base() -> None:
    class Child(Person):
        pass

    assert plan_of(Child).merge_groups == plan_of(Person).merge_groups


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        ("first", r"merge_groups is a list of groups: merge_groups=\[\(\"street\", \"zip\", \"city\"\)\]"),
        (5, "merge_groups is a list of groups"),
        (("first", "last"), r"'first' is no group"),
        ([5], "5 is no group"),
        ([("first",)], "two or more different attributes"),
        ([("first", "first")], "two or more different attributes"),
        ([("first", "nmae")], r"'nmae' is not declared; the fields are street, town, first"),
        ([("first", "addresses")], "'addresses' is a portal"),
        ([("first", "serial")], "serial is read-only, and so is never in conflict"),
        ([("first", "last"), ("last", "town")], "last is in two merge groups"),
        ([("first", "town")], "town is in two merge groups"),
    ],
)
def test_a_group_that_means_nothing_is_refused_when_the_class_is_made(groups: Any, text: str) -> None:
    with pytest.raises(DeclarationError, match=text):

        class Wrong(Placed, layout="person", merge_groups=groups):  # pyright: ignore[reportUnusedClass]
            first: Field[str] = field("First")
            last: Field[str] = field("Last")
            serial: Field[int] = field("Serial", read_only=True)
            addresses: Portal[Address] = portal("addresses")
