"""Finds take the fields of their own model, and those that it shares with a class above or below it."""

from __future__ import annotations

from typing import Any

import pytest

from fmorm import Condition, Field, FindError, Model, Portal, PortalRow, Repeating, field, portal, repeating
from fmorm.mapper.builder import FindBuilder
from fmorm.mapper.finding import Found
from fmorm.mapper.home import Home
from fmorm.model.plan import plan_of
from fmorm.query.find import FindSpec, Sort
from fmorm.wire.requests import Place


class Address(PortalRow, table="addresses"):
    city: Field[str] = field("City")


class FullAddress(Address, table="addresses"):
    zip: Field[str | None] = field("Zip")


class Stop(PortalRow, table="stops"):
    city: Field[str] = field("City")


class Named(Model, abstract=True):
    name: Field[str] = field("Name")


class Person(Named, layout="person"):
    born: Field[str] = field("Born")
    phones: Repeating[str] = repeating("Phone", 3)
    addresses: Portal[Address] = portal("addresses")


class Company(Named, layout="company"):
    phones: Repeating[str] = repeating("Phone", 3)
    addresses: Portal[Address] = portal("addresses")


class Employee(Person, layout="employee"):
    salary: Field[int] = field("Salary")


class Renamed(Person, layout="renamed"):
    name: Field[str] = field("Full name")
    phones: Repeating[str] = repeating("Phone", 2)
    addresses: Portal[FullAddress] = portal("addresses")  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]


class Plain(FindBuilder[Any]):
    def _of(self, found: Found[Any]) -> Any:
        return Plain(found)


def find(model: type[Model]) -> Plain:
    home = Home("https://fm.example.com", Place("vLatest", "crm"))
    return Plain(Found(home, model, FindSpec(plan_of(model).place)))


FOREIGN: list[tuple[type[Model], Condition, str]] = [
    (Person, Company.name == "x", r"Company\.name is a field of Company, and this is a find of Person: use"),
    (Company, Person.name == "x", r"Person\.name is a field of Person, and this is a find of Company"),
    (Person, ~(Person.name == "x") | (Company.name == "x"), "Company.*Person"),
    (Person, (Person.name == "x") & ~(Company.name.in_(["x", "y"])), "Company.*Person"),
    (Person, Company.phones == "1", r"Company\.phones\[0\] is a field of Company.*Person"),
    (Person, Company.phones[0] == "1", "Company.*Person"),
    (Person, Company.addresses.city == "x", r"Company\.addresses\.city is a field of Company.*Person"),
    (Person, Employee.salary == 1, r"Employee\.salary is a field of Employee.*Person"),
    (Renamed, Person.name == "x", "field of Person, .* find of Renamed"),
    (Person, Renamed.name == "x", "field of Renamed, .* find of Person"),
    (Renamed, Person.phones[2] == "x", r"Person\.phones\[2\] .* Renamed"),
    (Person, Renamed.addresses.zip == "x", r"Renamed\.addresses\.zip .* Person"),
    (Person, Stop.city == "x", r"Stop\.city is a field of Stop, .* Person"),
    (Person, FullAddress.zip == "x", r"FullAddress\.zip .* Person"),
]


@pytest.mark.parametrize(("model", "condition", "told"), FOREIGN)
@pytest.mark.parametrize("verb", ["where", "omit"])
def test_a_condition_of_another_class_is_refused_at_once(
    model: type[Model], condition: Condition, told: str, verb: str
) -> None:
    with pytest.raises(FindError, match=told):
        getattr(find(model), verb)(condition)


@pytest.mark.parametrize(
    "key", [Company.name, Company.name.desc(), Company.phones[0], Company.addresses.city]
)
def test_a_sort_by_another_class_is_refused_at_once(key: Any) -> None:
    with pytest.raises(FindError, match=r"is a field of Company, and this is a find of Person"):
        find(Person).sort(Person.name, key)


OWN: list[tuple[type[Model], Condition]] = [
    (Employee, Person.name == "x"),
    (Employee, Person.born == "x"),
    (Employee, Person.phones == "1"),
    (Employee, Person.phones[2] == "1"),
    (Employee, Person.addresses.city == "x"),
    (Person, Employee.name == "x"),
    (Person, Employee.addresses.city == "x"),
    (Renamed, Person.phones[1] == "1"),
    (Renamed, Person.addresses.city == "x"),
    (Person, Renamed.addresses.city == "x"),
    (Person, Address.city == "x"),
    (Person, FullAddress.city == "x"),
    (Renamed, Address.city == "x"),
    (Person, Person.name.in_([])),
]


@pytest.mark.parametrize(("model", "condition"), OWN)
def test_a_field_that_is_inherited_is_the_same_field(model: type[Model], condition: Condition) -> None:
    assert find(model).where(condition).omit(~condition).explain()


def test_a_sort_by_an_inherited_field() -> None:
    some = find(Employee).where(Person.born.not_empty())
    assert '"fieldName": "Name"' in some.sort(Person.name.desc()).explain()
    assert '"fieldName": "Name"' in some.sort(Employee.name).explain()
    assert '"fieldName": "Other"' in some.sort(Sort("Other")).explain()


def test_terms_of_base_and_derived_class_are_one_field_in_a_request() -> None:
    both = find(Employee).where(Person.name == "x", Employee.salary == 1, Employee.name == "x")
    assert both.explain().count('"Name": "==x"') == 1


def test_a_class_that_was_declared_again_is_told() -> None:
    class Company(Named, layout="company"):
        pass

    with pytest.raises(FindError, match="field of another class of that name, and this is a find of Company"):
        find(Company).where(globals()["Company"].name == "x")
