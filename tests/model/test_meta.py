"""What a class is: terms on it, inheritance, forward references, pydantic's own features beside."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Generic, Self, TypeVar

import pytest
from model.declaring import declaring
from model.people import Address, Person
from model.test_declare import postponed
from pydantic import ConfigDict, PrivateAttr, computed_field, create_model, field_validator, model_validator

from fmorm import (
    DeclarationError,
    Field,
    Model,
    Portal,
    PortalRow,
    ReadOnly,
    Repeating,
    field,
    portal,
    repeating,
    state,
)
from fmorm.model.plan import plan_of
from fmorm.query.terms import RepeatingTerm, Term

T = TypeVar("T", str, int)


# -- class attributes are terms -------------------------------------------------------------------------------


def test_class_attributes_are_terms() -> None:
    assert isinstance(Person.name, Term)
    assert isinstance(Person.phones, RepeatingTerm)
    assert isinstance(Person.phones[2], Term)
    assert (Person.name.ref.name, Person.phones[2].ref.name) == ("Name", "Phone(3)")
    assert Person.name.ref.label == "Person.name"


def test_portal_leads_to_the_terms_of_its_rows() -> None:
    assert Person.addresses.city.ref.name == "person_addresses::City"
    assert Person.addresses.population.ref.name == "address_city_info::Population"
    assert Person.addresses.city.ref.label == "Person.addresses.city"
    assert Person.addresses.city.ref.some, "a condition on a portal means some row"


@pytest.mark.parametrize("owner", [Person, Address, Person.addresses], ids=["model", "row", "portal"])
def test_misspelt_class_attribute_is_an_attribute_error(owner: Any) -> None:
    misspelt = "naem"
    assert not hasattr(owner, misspelt)
    assert getattr(owner, misspelt, "absent") == "absent"
    with pytest.raises(AttributeError, match=misspelt):
        getattr(owner, misspelt)


def test_misspelt_field_of_a_portal_is_told_with_what_there_is() -> None:
    misspelt = "town"
    with pytest.raises(AttributeError, match=r"Person\.addresses .*'town'.* city, zip"):
        getattr(Person.addresses, misspelt)


def test_terms_break_no_introspection() -> None:
    assert {"model_fields", "model_dump"} <= {*dir(Person)}
    assert not [name for name, value in inspect.getmembers(Person) if isinstance(value, Term)]
    assert "name" in inspect.signature(Person).parameters
    assert "Person" in pydoc.render_doc(Person)
    assert "layout='person'" not in repr(Person.model_fields)
    assert hasattr(Person, "name")


def test_attributes_of_an_abstract_base_break_no_introspection() -> None:
    class Base(Model, abstract=True):
        name: Field[str] = field("Name")

    name = "name"
    assert not hasattr(Base, name), "a class without a layout has no terms"
    assert "Base" in pydoc.render_doc(Base)


def test_pydantic_takes_no_term_for_a_default() -> None:
    class Derived(Person, layout="derived"):
        name: Field[str] = field("Nickname")
        born: Field[date | None] = field("Born")

    assert not [attr for attr, info in Derived.model_fields.items() if isinstance(info.default, Term)]
    assert vars(Derived()) == {}
    assert isinstance(Derived.name, Term)


def test_signature_requires_nothing() -> None:
    assert vars(Person()) == {}
    assert vars(Address(city="Bergen")) == {"city": "Bergen"}


# -- inheritance ----------------------------------------------------------------------------------------------


@postponed
def test_fields_are_inherited_and_overridden(postponed: bool) -> None:
    source = """
        class Base(Model, abstract=True):
            id: Field[str] = field("PrimaryKey", key=True, read_only=True)
            name: Field[str] = field("Name")
            tags: Repeating[str] = repeating("Tag", 2)
            rows: Portal[Address] = portal("addresses")

        class Short(Base, layout="short"):
            name: Field[str | None] = field("FullName")
            tags: Repeating[int] = repeating("Number", 3)

        class Shorter(Short, layout="shorter"):
            id: Field[int]
    """
    with declaring(source, postponed=postponed) as module:
        short, shorter = plan_of(module.Short), plan_of(module.Shorter)
        assert isinstance(module.Shorter.id, Term)
    assert [*short.fields, *short.portals] == ["id", "name", "tags", "rows"]
    assert (short.fields["name"].name, short.fields["name"].codec.optional) == ("FullName", True)
    assert short.fields["tags"].names == ["Number(1)", "Number(2)", "Number(3)"]
    assert short.fields["id"].key
    own = shorter.fields["id"]
    assert (own.name, own.codec.held, own.key) == ("PrimaryKey", int, True), (
        "what was not said anew is inherited"
    )


def test_an_inherited_default_survives_an_override_of_the_type() -> None:
    source = """
        class Base(Model, abstract=True):
            status: Field[str] = field("Status", default="new")
        class Same(Base, layout="same"): pass
        class Other(Base, layout="other"):
            status: Field[str | None]
    """
    with declaring(source, postponed=True) as module:
        assert module.Same().status == "new"
        assert module.Other().status == "new"


def test_layout_is_inherited_unless_given_anew() -> None:
    class Derived(Person):
        nick: Field[str] = field("Nick")

    class Again(Person, abstract=True):
        nick: Field[str] = field("Nick")

    assert plan_of(Derived).place == "person"
    with pytest.raises(DeclarationError, match="layout="):
        plan_of(Again)


@postponed
def test_mixins_of_several_bases(postponed: bool) -> None:
    source = """
        class Named(Model, abstract=True):
            name: Field[str] = field("Name")
        class Aged(Model, abstract=True):
            age: Field[int] = field("Age")
        class Shown(Named, Aged, layout="both"):
            pass
    """
    with declaring(source, postponed=postponed) as module:
        found = plan_of(module.Shown)
        assert {attr: plan.name for attr, plan in found.fields.items()} == {"name": "Name", "age": "Age"}
        assert module.Shown(name="Ada", age=5).age == 5


@postponed
def test_a_plain_mixin_brings_fields_or_is_refused(postponed: bool) -> None:
    source = """
        class Named:
            name: Field[str] = field("Name")
        class Shown(Named, Model, layout="both"):
            pass
    """
    try:
        with declaring(source, postponed=postponed) as module:
            assert plan_of(module.Shown).fields["name"].name == "Name"
            assert vars(module.Shown()) == {}
    except DeclarationError as error:
        assert "Named" in str(error)  # noqa: PT017 - either answer is right, another error is not


def test_a_plain_mixin_brings_methods() -> None:
    class Greeting:
        name: Any

        def greet(self) -> str:
            return f"Hello {self.name}"

    class Greeted(Greeting, Model, layout="p"):
        name: Field[str] = field("Name")

    assert Greeted(name="Ada").greet() == "Hello Ada"


def test_a_generic_base() -> None:
    class Keyed(Model, Generic[T], abstract=True):
        key: Field[T] = field("Key", key=True)

    class Numbered(Keyed[int], layout="numbered"):
        name: Field[str] = field("Name")

    assert plan_of(Numbered).fields["key"].codec.held is int
    assert Numbered(key=5).key == 5
    assert isinstance(Numbered.key, Term)  # type: ignore[misc]  # mypy asks whose variable it is


def test_a_class_made_by_pydantics_create_model() -> None:
    made: Any = create_model(
        "Made", __base__=Model, __cls_kwargs__={"layout": "made"}, name=(Field[str], field("Name"))
    )
    assert (plan_of(made).place, plan_of(made).fields["name"].name) == ("made", "Name")


# -- forward references and models of functions ---------------------------------------------------------------


@postponed
@pytest.mark.parametrize("use", ["term", "instance", "plan"])
def test_forward_reference_in_a_module(use: str, postponed: bool) -> None:
    source = """
        class P(Model, layout="p"):
            rows: Portal["Row"] = portal("rows")
        class Row(PortalRow, table="row"):
            city: Field[str] = field("City")
    """
    with declaring(source, postponed=postponed) as module:
        uses: dict[str, Callable[[], Any]] = {
            "term": lambda: module.P.rows.city.ref.name,
            "instance": lambda: module.P(rows=[module.Row(city="x")]) and "row::City",
            "plan": lambda: plan_of(plan_of(module.P).portals["rows"].row).fields["city"].name,
        }
        assert uses[use]() == "row::City"


def test_model_of_a_function() -> None:
    class Row(PortalRow, table="row"):
        city: Field[str] = field("City")

    class Local(Model, layout="local"):
        day: Field[date | None] = field("Day")
        tags: Repeating[str] = repeating("Tag", 2)
        rows: Portal[Row] = portal("rows")

    assert Local.rows.city.ref.name == "row::City"
    assert Local(rows=[Row(city="Bergen")]).rows[0].city == "Bergen"


LOCAL = {
    "declared before": """
        def make():
            class Row(PortalRow, table="row"):
                city: Field[str] = field("City")
            class P(Model, layout="p"):
                rows: Portal[Row] = portal("rows")
            return P.rows.city.ref.name
    """,
    "declared after": """
        def make():
            class P(Model, layout="p"):
                rows: Portal["Row"] = portal("rows")
            class Row(PortalRow, table="row"):
                city: Field[str] = field("City")
            return P.rows.city.ref.name
    """,
    "declared after, made first": """
        def make():
            class P(Model, layout="p"):
                rows: Portal["Row"] = portal("rows")
            class Row(PortalRow, table="row"):
                city: Field[str] = field("City")
            P(rows=[Row(city="x")])
            return P.rows.city.ref.name
    """,
    "used elsewhere": """
        def declare():
            class P(Model, layout="p"):
                rows: Portal["Row"] = portal("rows")
            class Row(PortalRow, table="row"):
                city: Field[str] = field("City")
            return P
        def make():
            return declare().rows.city.ref.name
    """,
    "local names": """
        def make():
            import datetime as dt
            Maybe = Optional
            class P(Model, layout="p"):
                day: Field[Maybe[dt.date]] = field("Day")
            assert P.day.ref.name == "Day"
            return "row::City"
    """,
    "a method": """
        class Holder:
            def make(self):
                class Row(PortalRow, table="row"):
                    city: Field[str] = field("City")
                class P(Model, layout="p"):
                    rows: Portal[Row] = portal("rows")
                return P.rows.city.ref.name
        make = Holder().make
    """,
    "a class body": """
        class Holder:
            class Row(PortalRow, table="row"):
                city: Field[str] = field("City")
            class P(Model, layout="p"):
                rows: Portal["Holder.Row"] = portal("rows")
        def make():
            return Holder.P.rows.city.ref.name
    """,
}


@postponed
@pytest.mark.parametrize("place", LOCAL)
def test_names_of_a_function_are_found(place: str, postponed: bool) -> None:
    with declaring(LOCAL[place], postponed=postponed) as module:
        assert module.make() == "row::City"


# -- pydantic's features beside -------------------------------------------------------------------------------


def test_what_does_not_live_in_filemaker_lives_beside() -> None:
    class Beside(Model, layout="p"):
        model_config = ConfigDict(str_strip_whitespace=True)
        limit: ClassVar[int] = 5
        name: Field[str] = field("Name")
        _seen: int = PrivateAttr(default=0)

        def look(self) -> int:
            self._seen += 1
            return self._seen

        @property
        def initial(self) -> str:
            return self.name[:1]

        @computed_field  # type: ignore[prop-decorator]
        @property
        def loud(self) -> str:
            return self.name.upper()

    made = Beside(name=" Ada ")
    assert (made.look(), made.look()) == (1, 2)
    assert (made.name, made.initial, made.loud, made.limit) == ("Ada", "A", "ADA", 5)
    assert made.model_dump() == {"name": "Ada", "loud": "ADA"}
    assert [*plan_of(Beside).fields] == ["name"]
    made.name = " Bea "
    assert made.name == "Bea", "the class's config counts for assignment, too"


def test_config_may_be_annotated() -> None:
    class Configured(Model, layout="p"):
        model_config: ClassVar[ConfigDict] = ConfigDict(str_to_upper=True)
        name: Field[str] = field("Name")

    assert Configured(name="ada").name == "ADA"


def test_names_that_only_look_like_pydantics_are_free() -> None:
    class Car(Model, layout="car"):
        model_number: Field[str] = field("Model Number")
        model_year: Field[int] = field("Model Year")

    assert Car(model_year=1999).model_year == 1999
    assert isinstance(Car.model_number, Term)


def test_a_frozen_model_stays_so() -> None:
    class Frozen(Model, layout="p"):
        model_config = ConfigDict(frozen=True)
        name: Field[str] = field("Name")

    made = Frozen(name="Ada")
    with pytest.raises(ReadOnly, match=r"Frozen\.name: .*frozen"):
        made.name = "Bea"
    assert made.name == "Ada"


class Checked(Model, layout="checked"):
    first: Field[int] = field("First")
    last: Field[int] = field("Last")

    @field_validator("first", "last")
    @classmethod
    def positive(cls, value: int) -> int:
        if value < 0:
            raise ValueError("negative")
        return value

    @model_validator(mode="after")
    def ordered(self) -> Self:
        known = self.model_fields_set
        if {"first", "last"} <= known and self.first > self.last:
            raise ValueError("the wrong way round")
        return self


def test_validators_are_asked_when_a_record_is_made_and_when_it_is_changed() -> None:
    made = Checked(first=1, last=5)
    made.first = 3
    assert (made.first, state(made).originals) == (3, {"first": 1})
    for attr, value, reason in [("first", -1, "negative"), ("last", 2, "the wrong way round")]:
        with pytest.raises(ValueError, match=reason):
            setattr(made, attr, value)
        with pytest.raises(ValueError, match=reason):
            Checked.model_validate({"first": 3, "last": 5, attr: value})


@pytest.mark.parametrize(("attr", "value"), [("first", -1), ("last", 2), ("first", 9), ("first", "x")])
def test_a_value_that_a_validator_refuses_leaves_everything_as_it_was(attr: str, value: Any) -> None:
    made = Checked(first=3, last=5)
    with pytest.raises(ValueError):  # noqa: PT011 - the test above looks at the reasons
        setattr(made, attr, value)
    assert vars(made) == {"first": 3, "last": 5}
    assert not state(made).originals


def test_a_refused_value_leaves_an_unset_field_unset() -> None:
    class Never(Model, layout="p"):
        name: Field[str] = field("Name")

        @model_validator(mode="after")
        def refuse(self) -> Self:
            if self.model_fields_set:
                raise ValueError("never")
            return self

    made = Never()
    with pytest.raises(ValueError, match="never"):
        made.name = "Ada"
    assert (vars(made), made.model_fields_set, state(made).originals) == ({}, set(), {})


class Slugged(Model, layout="p"):
    name: Field[str] = field("Name")
    slug: Field[str] = field("Slug")

    @model_validator(mode="after")
    def fill(self) -> Self:
        self.slug = self.name.lower()
        return self


def test_a_validator_may_set_another_field() -> None:
    made = Slugged(name="Ada")
    assert made.slug == "ada"
    made.name = "Bea"
    assert made.slug == "bea", "what a validator derives follows an assignment"
    assert {*state(made).originals} == {"name", "slug"}, "and is sent with a save"


@pytest.mark.parametrize("calls_super", [True, False])
def test_post_init_finds_a_record_that_is_ready(calls_super: bool) -> None:
    class Hooked(Model, layout="p"):
        name: Field[str] = field("Name")
        tags: Repeating[str] = repeating("Tag", 2)
        rows: Portal[Address] = portal("rows")
        _length: int = PrivateAttr(default=0)

        def model_post_init(self, context: Any, /) -> None:
            if calls_super:
                super().model_post_init(context)
            assert state(self).record_id is None
            self._length = len(self.name)
            self.tags[0] = self.name

        def length(self) -> int:
            return self._length

    made = Hooked(name="Ada", rows=[Address(city="Oslo")])
    assert (made.length(), made.tags[0], made.rows[0].city) == (3, "Ada", "Oslo")
    assert vars(made).keys() == {"name", "tags", "rows"}, "what was not given is not there"


def test_what_post_init_sets_before_it_calls_its_base_is_kept() -> None:
    class Hooked(Model, layout="p"):
        name: Field[str] = field("Name")
        tags: Repeating[str] = repeating("Tag", 2)

        def model_post_init(self, context: Any, /) -> None:
            self.tags[1] = "set"
            self.name = "set"
            super().model_post_init(context)

    made = Hooked()
    assert (made.name, made.tags.known(), made.model_fields_set) == ("set", {1: "set"}, {"name", "tags"})
