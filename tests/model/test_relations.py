"""Relations in class bodies: what they mean, where the other class is found, and what is wrongly declared."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fmorm import (
    BelongsTo,
    Container,
    DeclarationError,
    Field,
    HasMany,
    Model,
    PortalRow,
    Repeating,
    belongs_to,
    container,
    field,
    has_many,
    repeating,
)
from fmorm.model.related import Relation, relation_of


class Customer(Model, layout="customers"):
    id: Field[str] = field("ID", key=True)
    orders: HasMany[Order] = has_many(on="customer_id")


class Order(Model, layout="orders"):
    customer_id: Field[str | None] = field("CustomerID")
    customer: BelongsTo[Customer] = belongs_to(on="customer_id")


class Rush(Order, layout="rush"):
    until: Field[date | None] = field("Until")


class Base(Model, abstract=True):
    customer_id: Field[str | None] = field("CustomerID")
    customer: BelongsTo[Customer] = belongs_to(on="customer_id")


class Derived(Base, layout="derived"):
    pass


def sides(relation: Relation) -> tuple[str, str, str]:
    return relation.label, relation.own.label, relation.theirs.label


def test_both_ends_name_the_same_fields() -> None:
    assert sides(relation_of(Order, "customer")) == ("Order.customer", "Order.customer_id", "Customer.id")
    assert sides(relation_of(Customer, "orders")) == ("Customer.orders", "Customer.id", "Order.customer_id")


def test_a_relation_is_inherited_and_belongs_to_the_class_that_has_it() -> None:
    assert sides(relation_of(Rush, "customer")) == ("Rush.customer", "Rush.customer_id", "Customer.id")
    assert sides(relation_of(Derived, "customer")) == (
        "Derived.customer",
        "Derived.customer_id",
        "Customer.id",
    )
    with pytest.raises(AttributeError, match=r"Base\.customer: a base class has no query terms"):
        _ = Base.customer


def test_a_field_takes_the_place_of_an_inherited_relation() -> None:
    class Plain(Base, layout="plain"):
        customer: Field[str | None] = field("Customer")  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]

    plain: Any = Plain
    assert plain(customer="x").customer == "x"


def test_the_class_tells_the_way_and_what_it_has() -> None:
    untyped: Any = Order
    assert repr(Order.customer.orders) == "Order.customer.orders"
    with pytest.raises(AttributeError, match=r"Order\.customer has no relation 'town'; .* are orders"):
        _ = untyped.customer.town
    with pytest.raises(AttributeError, match="it declares customer_id, customer"):
        _ = untyped.town
    assert not hasattr(Order(), "town")


def test_relations_are_no_fields() -> None:
    assert list(Order.model_fields) == ["customer_id"]
    assert list(Order.model_json_schema()["properties"]) == ["customer_id"]
    assert repr(Order(customer_id="1")) == "<new Order: customer_id='1'>"


def test_the_other_class_may_be_defined_later_in_the_same_function() -> None:
    class Book(Model, layout="books"):
        id: Field[str] = field("ID", key=True)
        copies: HasMany[Copy] = has_many(on="book_id")

    class Copy(Model, layout="copies"):
        book_id: Field[str] = field("BookID")
        book: BelongsTo[Book] = belongs_to(on="book_id")

    assert relation_of(Book, "copies").target is Copy
    assert relation_of(Copy, "book").target is Book
    assert Book.__fmorm_relations__["copies"].frame is None, "the function is not kept"


def test_a_class_of_a_function_is_not_kept_by_its_relations() -> None:
    def make() -> weakref.ref[Any]:
        class Book(Model, layout="books"):
            id: Field[str] = field("ID", key=True)
            parts: HasMany[Book] = has_many(on="id")

        _ = Book.parts
        return weakref.ref(Book)

    book = make()
    gc.collect()
    assert book() is None


def test_the_other_class_may_be_named_with_its_module() -> None:
    class Sale(Model, layout="sales"):
        customer_id: Field[str] = field("CustomerID")
        customer: BelongsTo[Customer] = belongs_to("model.people.Person", on="customer_id", key="key")

    assert relation_of(Sale, "customer").target.__name__ == "Person"


def test_the_other_class_may_be_given_itself() -> None:
    class Sale(Model, layout="sales"):
        customer_id: Field[str] = field("CustomerID")
        customer: BelongsTo[Customer] = belongs_to(Customer, on="customer_id")

    assert relation_of(Sale, "customer").target is Customer


def test_a_record_may_belong_to_one_of_its_own_class() -> None:
    class Worker(Model, layout="workers"):
        id: Field[int] = field("ID", key=True)
        boss_id: Field[int | None] = field("BossID")
        boss: BelongsTo[Worker] = belongs_to(on="boss_id")
        team: HasMany[Worker] = has_many(on="boss_id")

    assert repr(Worker.boss.team) == "Worker.boss.team"


# -- mistakes ----------------------------------------------------------------------------------------------


def unannotated() -> Any:
    class Sale(Model, layout="sales"):
        customer = belongs_to(on="customer_id")

    return Sale


def as_field() -> Any:
    class Sale(Model, layout="sales"):
        customer: Field[str] = belongs_to(on="customer_id")

    return Sale


def without_call() -> Any:
    class Sale(Model, layout="sales"):
        customer: BelongsTo[Customer]

    return Sale


def other_call() -> Any:
    class Sale(Model, layout="sales"):
        customer: BelongsTo[Customer] = has_many(on="customer_id")

    return Sale


def bare() -> Any:
    class Sale(Model, layout="sales"):
        customer_id: Field[str] = field("ID")
        customer: BelongsTo = belongs_to(on="customer_id")  # type: ignore[type-arg]  # pyright: ignore[reportMissingTypeArgument]

    return Sale


def shadowing() -> Any:
    class Sale(Model, layout="sales"):
        id: Field[str] = field("ID", key=True)
        copy: HasMany[Order] = has_many(on="customer_id")  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleMethodOverride]

    return Sale


def no_such_field() -> Any:
    class Sale(Model, layout="sales"):
        number: Field[str] = field("Number")
        customer: BelongsTo[Customer] = belongs_to(on="customer_id")

    return Sale


def two_keys() -> Any:
    class Sale(Model, layout="sales"):
        id: Field[str] = field("ID", key=True)
        number: Field[str] = field("Number", key=True)
        orders: HasMany[Order] = has_many(on="customer_id")

    return Sale


def on_repetitions() -> Any:
    class Sale(Model, layout="sales"):
        keys: Repeating[str] = repeating("Keys", 2)
        customer: BelongsTo[Customer] = belongs_to(on="keys")

    return Sale


def on_a_container() -> Any:
    class Sale(Model, layout="sales"):
        photo: Container = container("Photo")
        customer: BelongsTo[Customer] = belongs_to(on="photo")

    return Sale


def on_a_global() -> Any:
    class Sale(Model, layout="sales"):
        year: Field[str] = field("Year", is_global=True)
        customer: BelongsTo[Customer] = belongs_to(on="year")

    return Sale


def on_a_row() -> Any:
    class Sale(PortalRow, table="sales"):
        customer_id: Field[str] = field("CustomerID")
        customer: BelongsTo[Customer] = belongs_to(on="customer_id")

    return Sale


AT_ONCE: dict[Callable[[], Any], str] = {
    unannotated: r"Sale\.customer: annotate it, as in customer: BelongsTo\[Other\] = belongs_to\(…\)",
    as_field: r"Sale\.customer: annotate it, as in customer: BelongsTo\[Other\]",
    without_call: r'Sale\.customer: write customer: BelongsTo\[Other\] = belongs_to\(on="…"\)',
    other_call: r"Sale\.customer: write customer: BelongsTo\[Other\] = belongs_to",
    bare: r"Sale\.customer: say to which class: BelongsTo\[Other\]",
    shadowing: r"Sale\.copy: pydantic has that name for itself",
    no_such_field: r"Sale\.customer: on='customer_id' is no field of Sale; it declares number",
    two_keys: r'Sale\.orders: say which field of Sale is the key, key="…": its business keys are id, number',
    on_repetitions: r"Sale\.customer: on='keys' cannot be a key: .*no repetitions",
    on_a_container: r"Sale\.customer: on='photo' cannot be a key",
    on_a_global: r"Sale\.customer: on='year' cannot be a key",
    on_a_row: r"Sale\.customer: a portal row has no relations",
}


@pytest.mark.parametrize("make", AT_ONCE, ids=lambda make: make.__name__)
def test_a_mistake_is_told_when_the_class_is_made(make: Callable[[], Any]) -> None:
    with pytest.raises(DeclarationError, match=AT_ONCE[make]):
        make()


class Unknown(Model, layout="unknown"):
    id: Field[int] = field("ID", key=True)
    nobody: HasMany[Order] = has_many("Nobody", on="x")
    far: HasMany[Customer] = has_many("nowhere.at.All", on="x")
    row: HasMany[Customer] = has_many("date", on="x")
    orders: HasMany[Order] = has_many(on="customer_id")
    misspelt: HasMany[Order] = has_many(on="costumer_id")


ON_FIRST_USE = {
    "nobody": r"Unknown\.nobody: 'Nobody' is no model that is known here: write HasMany\[…\].*has_many\(\"package",
    "far": r"Unknown\.far: 'nowhere\.at\.All' is no model",
    "row": r"Unknown\.row: 'date' is no model",
    "orders": r"Unknown\.id is a number field held as int, and Order\.customer_id a text field held as str",
    "misspelt": r"Unknown\.misspelt: on='costumer_id' is no field of Order; it declares customer_id",
}


@pytest.mark.parametrize("attr", ON_FIRST_USE)
def test_a_mistake_about_the_other_class_is_told_on_first_use(attr: str) -> None:
    with pytest.raises(DeclarationError, match=ON_FIRST_USE[attr]):
        getattr(Unknown, attr)
    with pytest.raises(DeclarationError, match=ON_FIRST_USE[attr]):
        getattr(Unknown(), attr)
