"""What models need is in the draft that is made from them."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal

import pytest

from fmorm import (
    AsyncDatabase,
    Container,
    Database,
    DeclarationError,
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
from fmorm.drafting import draft_from_models
from fmorm.server import load_schema


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    marks: Repeating[int | None] = repeating("Marks", 2)
    population: Field[int | None] = field("address_city_info::Population", read_only=True)


class Person(Model, layout="person"):
    key: Field[str] = field("PrimaryKey", key=True, read_only=True)
    number: Field[int | None] = field("Number", unique=True)
    name: Field[str] = field("Name")
    born: Field[date | None] = field("BirthDate")
    height: Field[Decimal | None] = field("Height")
    changed: Field[datetime | None] = field("Changed", read_only=True)
    phones: Repeating[str] = repeating("Phone", 3)
    photo: Container = container("Photo")
    employer: Field[str | None] = field("person_company::Name")
    addresses: Portal[Address] = portal("Addresses")


class Order(PortalRow, table="orders"):
    item: Field[str] = field("Item")


def in_list(layout: str) -> type[Model]:
    class Listed(Model, layout=layout):
        name: Field[str] = field("Name")

    return Listed


DRAFT = draft_from_models([Person], database="people")


def test_the_draft_is_a_schema_and_its_text_reads_as_such() -> None:
    assert load_schema(DRAFT.schema).name == "people"
    assert tomllib.loads(DRAFT.toml()) == DRAFT.schema


def test_the_same_models_give_the_same_text() -> None:
    assert draft_from_models([Person], database="people").toml() == DRAFT.toml()


def test_what_models_cannot_tell_is_marked() -> None:
    text = DRAFT.toml()
    assert len(DRAFT.todo) == text.count("# TODO: ") >= 4
    assert any("match fields" in one for one in DRAFT.todo)
    assert any("named after the layout" in one for one in DRAFT.todo)


def test_these_very_models_work_on_the_draft() -> None:
    with Database.embedded(DRAFT.schema) as db:
        person = Person(
            number=7, name="Agnes", born=date(2001, 4, 17), height=Decimal("1.74"), employer="Moe"
        )
        person.phones[1] = "+47 1"
        person.addresses.append(Address(city="Bergen", zip="5003", marks=[3, 4]))
        person.addresses.append(Address(city="Oslo"))
        db.create(person, reload=True)
        assert person.key
        assert person.employer == "Moe"
        db.upload(person, "photo", b"bytes", name="a.png")

        (found,) = db.find(Person).where(Person.addresses.city == "Oslo").all()
        assert (found.number, found.name, found.born, found.height) == (
            7,
            "Agnes",
            date(2001, 4, 17),
            Decimal("1.74"),
        )
        assert list(found.phones) == ["", "+47 1", ""]
        assert [(one.city, one.zip, list(one.marks), one.population) for one in found.addresses] == [
            ("Bergen", "5003", [3, 4], None),
            ("Oslo", None, [None, None], None),
        ]
        found.addresses[1].zip = "0150"
        del found.addresses[0]
        found.name = "Agnes Moe"
        db.save(found)

        again = db.get(Person, key=found.key)
        assert (again.name, [one.zip for one in again.addresses]) == ("Agnes Moe", ["0150"])
        assert db.download(again, "photo") == b"bytes"
        assert db.get(Person, number=7).key == found.key


async def work_async() -> list[str]:
    async with AsyncDatabase.embedded(DRAFT.schema) as db:
        await db.create(Person(number=1, name="Agnes", addresses=[Address(city="Bergen")]))
        person = await db.find(Person).one()
        person.addresses.append(Address(city="Oslo"))
        await db.save(person)
        return [one.city for one in (await db.get(Person, number=1)).addresses]


def test_they_work_in_the_other_colour() -> None:
    import asyncio

    assert asyncio.run(work_async()) == ["Bergen", "Oslo"]


def test_models_on_one_layout_are_put_together() -> None:
    class Short(Model, layout="person"):
        name: Field[str] = field("Name")
        nick: Field[str] = field("Nick")

    class Writer(Model, layout="person"):
        changed: Field[datetime | None] = field("Changed")

    schema = draft_from_models([Short, Person, Writer]).schema
    assert list(schema["layouts"]) == ["person"]  # type: ignore[call-overload]
    with Database.embedded(schema) as db:
        db.create(Short(name="a", nick="b"))
        db.create(Writer(changed=datetime(2026, 1, 2)))
        assert db.find(Person).count() == 2


def test_a_layout_has_a_table_of_its_own_unless_told_or_hung_on_the_same_portal() -> None:
    class Contacts(Model, layout="contacts"):
        addresses: Portal[Address] = portal("person_addresses")

    class Places(Model, layout="person_addresses"):
        city: Field[str] = field("City")

    models: list[type[Model]] = [Person, in_list("person_list"), in_list("other"), Contacts, Places]
    schema = load_schema(draft_from_models(models, tables={"person_list": "Person"}).schema)
    tables = {name: layout.occurrence.table.name for name, layout in schema.layouts.items()}
    assert tables == {
        "person": "Person",
        "person_list": "Person",
        "other": "other",
        "contacts": "Person",
        "person_addresses": "person_addresses",
    }
    assert schema.layouts["contacts"].occurrence is schema.layouts["person"].occurrence
    assert schema.layouts["person_list"].occurrence is not schema.layouts["person"].occurrence


def test_layouts_of_one_table_share_its_records() -> None:
    listed = in_list("person_list")
    with Database.embedded(
        draft_from_models([Person, listed], tables={"person_list": "person"}).schema
    ) as db:
        db.create(Person(name="Agnes"))
        assert [one.model_dump() for one in db.find(listed)] == [{"name": "Agnes"}]


def test_what_cannot_be_in_a_circle_is_not() -> None:
    """Told tables keep the layouts apart, and both show both related occurrences."""

    def shown(layout: str) -> type[Model]:
        class Shown(Model, layout=layout):
            addresses: Portal[Address] = portal("person_addresses")
            orders: Portal[Order] = portal("orders")

        return Shown

    draft = draft_from_models([shown("a"), shown("b")], tables={"a": "A", "b": "B"})
    assert len(load_schema(draft.schema).layouts) == 2


def test_a_layout_named_as_what_it_shows_gets_an_occurrence_of_another_name() -> None:
    class Places(Model, layout="person_addresses"):
        city: Field[str] = field("City")
        rows: Portal[Address] = portal("person_addresses")

    with Database.embedded(draft_from_models([Places]).schema) as db:
        db.create(Places(city="a", rows=[Address(city="b")]))
        place = db.find(Places).one()
        assert (place.city, place.rows[0].city) == ("a", "b")


@pytest.mark.parametrize("layout", ["Terms and Conditions", "a::b", "Web (2)", "sqlite_x", 'q"\\'])
def test_any_name_of_a_layout_can_be_drafted(layout: str) -> None:
    class Shown(Model, layout=layout):
        name: Field[str] = field("Name")
        addresses: Portal[Address] = portal("person_addresses")

    draft = draft_from_models([Shown])
    assert tomllib.loads(draft.toml()) == draft.schema
    with Database.embedded(draft.schema) as db:
        db.create(Shown(name="a", addresses=[Address(city="b")]))
        assert db.find(Shown).one().addresses[0].city == "b"


def test_a_key_whose_name_would_mean_something_in_a_join_is_no_match_field() -> None:
    class Keyed(Model, layout="keyed"):
        key: Field[str] = field("Key and Lock", key=True, read_only=True)
        addresses: Portal[Address] = portal("person_addresses")

    with Database.embedded(draft_from_models([Keyed]).schema) as db:
        made = db.create(Keyed(addresses=[Address(city="b")]), reload=True)
        assert db.get(Keyed, key=made.key).addresses[0].city == "b"


def test_global_fields_are_global() -> None:
    class Shown(Model, layout="shown"):
        name: Field[str] = field("Name")
        year: Field[int | None] = field("Prefs::Year", is_global=True)

    with Database.embedded(draft_from_models([Shown]).schema) as db:
        db.create(Shown(name="a"))
        with db.session(globals={"Prefs::Year": 2026}) as session:
            assert session.find(Shown).one().year == 2026


def test_what_models_disagree_about_is_marked() -> None:
    class Numbered(Model, layout="person"):
        name: Field[int] = field("Name")
        phone: Field[str] = field("Phone")

    told = " ".join(draft_from_models([Person, Numbered]).todo)
    assert "told to be a number field as well" in told
    assert "disagree on how many repetitions of Phone" in told


def test_a_number_key_that_fmorm_does_not_write_is_a_serial() -> None:
    class Counted(Model, layout="counted"):
        id: Field[int] = field("Id", key=True, read_only=True)
        addresses: Portal[Address] = portal("person_addresses")

    with Database.embedded(draft_from_models([Counted]).schema) as db:
        for _ in range(2):
            db.create(Counted(addresses=[Address(city="x")]))
        assert [(one.id, len(one.addresses)) for one in db.find(Counted)] == [(1, 1), (2, 1)]


def test_a_class_without_layout_and_no_class_at_all_are_refused() -> None:
    class Base(Model, abstract=True):
        name: Field[str] = field("Name")

    with pytest.raises(DeclarationError, match="without a layout"):
        draft_from_models([Base])
    with pytest.raises(ValueError, match="at least one model"):
        draft_from_models([])
