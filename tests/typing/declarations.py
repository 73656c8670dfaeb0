"""Every form of a declaration, and the types of its terms and values.

The file is read by type checkers and never run.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar, Union, assert_type
from uuid import UUID

from annotated_types import MaxLen
from pydantic import BaseModel, HttpUrl, Json, PrivateAttr, TypeAdapter, computed_field

from fmorm import (
    Condition,
    Container,
    Contents,
    Database,
    Field,
    Find,
    MappingError,
    Model,
    Portal,
    PortalRow,
    PortalRows,
    Repeating,
    Repetitions,
    State,
    after_save,
    before_save,
    container,
    field,
    portal,
    repeating,
    state,
)
from fmorm.query.order import Sort
from fmorm.query.terms import ContainerTerm, RepeatingTerm, Term


class Early(Model, layout="early"):
    rows: Portal[Address] = portal("person_addresses")


class Address(PortalRow, table="person_addresses"):
    city: Field[str] = field("City")
    zip: Field[str | None] = field("Zip")
    population: Field[int | None] = field("address_city_info::Population", read_only=True)
    tags: Repeating[str] = repeating("Tag", 2)


class Every(Model, layout="every"):
    text: Field[str] = field("Text")
    whole: Field[int] = field("Whole")
    about: Field[float] = field("About")
    exact: Field[Decimal] = field("Exact")
    flag: Field[bool] = field("Flag")
    day: Field[date] = field("Day")
    at: Field[datetime] = field("At")
    clock: Field[time] = field("Clock")
    maybe_text: Field[str | None] = field("MaybeText")
    maybe_whole: Field[int | None] = field("MaybeWhole")
    maybe_about: Field[float | None] = field("MaybeAbout")
    maybe_exact: Field[Decimal | None] = field("MaybeExact")
    maybe_flag: Field[bool | None] = field("MaybeFlag")
    maybe_day: Field[date | None] = field("MaybeDay")
    maybe_at: Field[datetime | None] = field("MaybeAt")
    maybe_clock: Field[time | None] = field("MaybeClock")
    optional: Field[Optional[date]] = field("Optional")  # noqa: UP045 - the older form
    union: Field[Union[None, date]] = field("Union")  # noqa: RUF036, UP007 - the older form
    constrained: Field[Annotated[str, MaxLen(3)]] = field("Constrained")
    texts: Repeating[str] = repeating("Texts", 3)
    wholes: Repeating[int | None] = repeating("Wholes", 3)
    rows: Portal[Address] = portal("person_addresses")


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


class Nested(BaseModel):
    city: str


class More(Model, layout="more", zone="Europe/Oslo", on_bad_value="collect"):
    length: Field[timedelta] = field("Length")
    maybe_length: Field[timedelta | None] = field("MaybeLength")
    tags: Field[list[str]] = field("Tags", default_factory=list)
    numbers: Field[set[int]] = field("Numbers")
    pair: Field[tuple[Colour, ...]] = field("Pair")
    colour: Field[Colour] = field("Colour")
    maybe_colour: Field[Colour | None] = field("MaybeColour")
    level: Field[Level] = field("Level")
    status: Field[Literal["open", "closed"]] = field("Status")
    said: Field[bool] = field("Said", true="Yes", false="No")
    flag: Field[bool] = field("Flag", lenient=True)
    at: Field[datetime] = field("At", zone="UTC")
    site: Field[HttpUrl | None] = field("Site")
    uuid: Field[UUID] = field("Uuid")
    nested: Field[Nested | None] = field("Nested")
    settings: Field[Json[list[int]]] = field("Settings")


def more_terms() -> None:
    assert_type(More.length, Term[timedelta])
    assert_type(More.maybe_length, Term[timedelta])
    assert_type(More.tags, Term[list[str]])
    assert_type(More.colour, Term[Colour])
    assert_type(More.maybe_colour, Term[Colour])
    assert_type(More.site, Term[HttpUrl])
    assert_type(More.nested, Term[Nested])
    assert_type(More.length > timedelta(hours=26), Condition)
    assert_type(More.maybe_length.between(timedelta(), timedelta(days=2)), Condition)
    assert_type(More.tags.has("vip"), Condition)
    assert_type(More.numbers.has(5), Condition)
    assert_type(More.pair.has(Colour.RED), Condition)
    assert_type(More.tags == ["a", "b"], Condition)
    assert_type(More.colour == Colour.RED, Condition)
    assert_type(More.maybe_colour.in_([Colour.RED, None]), Condition)
    assert_type(More.level == Level.LOW, Condition)
    assert_type(More.status == "open", Condition)
    assert_type(More.said.is_(True) & More.flag.is_(False), Condition)
    assert_type(More.uuid == UUID(int=5), Condition)


def more_values(more: More) -> None:
    assert_type(more.length, timedelta)
    assert_type(more.tags, list[str])
    assert_type(more.colour, Colour)
    assert_type(more.status, Literal["open", "closed"])
    assert_type(more.nested, Nested | None)
    assert_type(more.settings, list[int])
    more.tags.append("vip")
    more.status = "closed"
    more.colour = Colour.RED
    assert_type(state(more).bad_values, dict[str, MappingError])
    assert_type(state(more).no_access, list[str])


def policies(db: Database) -> None:
    assert_type(db.find(More).on_bad_value("collect"), Find[More])
    assert_type(db.find(More).on_bad_value("keep").all(), list[More])


def terms() -> None:
    assert_type(Every.text, Term[str])
    assert_type(Every.whole, Term[int])
    assert_type(Every.about, Term[float])
    assert_type(Every.exact, Term[Decimal])
    assert_type(Every.flag, Term[bool])
    assert_type(Every.day, Term[date])
    assert_type(Every.at, Term[datetime])
    assert_type(Every.clock, Term[time])
    assert_type(Every.maybe_text, Term[str])
    assert_type(Every.maybe_whole, Term[int])
    assert_type(Every.maybe_about, Term[float])
    assert_type(Every.maybe_exact, Term[Decimal])
    assert_type(Every.maybe_flag, Term[bool])
    assert_type(Every.maybe_day, Term[date])
    assert_type(Every.maybe_at, Term[datetime])
    assert_type(Every.maybe_clock, Term[time])
    assert_type(Every.optional, Term[date])
    assert_type(Every.union, Term[date])
    assert_type(Every.constrained, Term[str])
    assert_type(Every.texts, RepeatingTerm[str])
    assert_type(Every.texts[0], Term[str])
    assert_type(Every.wholes, RepeatingTerm[int])
    assert_type(Every.rows, type[Address])
    assert_type(Every.rows.city, Term[str])
    assert_type(Every.rows.zip, Term[str])
    assert_type(Every.rows.population, Term[int])
    assert_type(Every.rows.tags[0], Term[str])
    assert_type(Early.rows.city, Term[str])


def conditions() -> None:
    assert_type(Every.text == "Ada", Condition)
    assert_type(Every.maybe_day == None, Condition)  # noqa: E711
    assert_type(Every.maybe_day >= date(2000, 1, 1), Condition)
    assert_type(Every.rows.city.startswith("B") & ~(Every.texts[0] == "1"), Condition)
    assert_type(Every.rows.population.between(1, 5), Condition)
    assert_type(Every.maybe_flag.is_(True), Condition)
    assert_type(Every.at.desc(), Sort)


def values(every: Every, row: Address) -> None:
    assert_type(every.text, str)
    assert_type(every.whole, int)
    assert_type(every.about, float)
    assert_type(every.exact, Decimal)
    assert_type(every.flag, bool)
    assert_type(every.day, date)
    assert_type(every.at, datetime)
    assert_type(every.clock, time)
    assert_type(every.maybe_text, str | None)
    assert_type(every.maybe_whole, int | None)
    assert_type(every.maybe_about, float | None)
    assert_type(every.maybe_exact, Decimal | None)
    assert_type(every.maybe_flag, bool | None)
    assert_type(every.maybe_day, date | None)
    assert_type(every.maybe_at, datetime | None)
    assert_type(every.maybe_clock, time | None)
    assert_type(every.optional, date | None)
    assert_type(every.union, date | None)
    assert_type(every.constrained, str)
    assert_type(every.texts, Repetitions[str])
    assert_type(every.texts[0], str)
    assert_type(every.texts[:2], list[str])
    assert_type(every.wholes[0], int | None)
    assert_type(row.zip, str | None)
    assert_type(row.tags, Repetitions[str])


def rows(every: Every, row: Address) -> None:
    assert_type(every.rows, PortalRows[Address])
    assert_type(every.rows[0], Address)
    assert_type(every.rows[1:], list[Address])
    assert_type(every.rows[0].population, int | None)
    assert_type([each.city for each in every.rows], list[str])
    assert_type(every.rows.by_id(5), Address)
    assert_type(every.rows.complete, bool | None)
    every.rows.append(row)
    every.rows.add(row)
    every.rows.remove(row)
    del every.rows[0]
    del every.rows[1:]


def constructors() -> None:
    assert_type(Every(), Every)
    assert_type(Address(city="Bergen"), Address)
    Every(text="a", whole=1, exact=Decimal(1), day=date(2000, 1, 1), maybe_text=None, constrained="c")


def assignments(every: Every) -> None:
    every.text = "a"
    every.about = 5
    every.maybe_text = None
    every.maybe_day = date(2000, 1, 1)
    every.texts[0] = "a"
    every.wholes[1] = None
    every.texts = ["a", "b", "c"]
    every.wholes = (1, None, 3)
    every.rows[0].zip = None


def beside(every: Every) -> None:
    assert_type(state(every), State)
    assert_type(state(every.rows[0]).record_id, str | None)
    assert_type(state(every.rows[0]).detached, str | None)
    assert_type(state(every).is_dirty, bool)
    assert_type(state(every).changes, dict[str, tuple[Any, Any]])
    state(every).reset()
    assert_type(every.model_copy(update={"text": "b"}), Every)
    assert_type(every.model_dump(), dict[str, Any])
    assert_type(Every.model_validate({}), Every)
    assert_type(TypeAdapter(list[Every]).validate_python([]), list[Every])


class Team(BaseModel):
    lead: Every
    guest: Every | None = None


def teams(team: Team) -> None:
    assert_type(team.lead.text, str)
    assert_type(Team(lead=Every()).guest, Every | None)


# -- inheritance, mixins, generics ----------------------------------------------------------------------------


class Named(Model, abstract=True):
    name: Field[str] = field("Name")


class Aged(Model, abstract=True):
    age: Field[int | None] = field("Age")

    @property
    def grown(self) -> bool:
        return (self.age or 0) >= 18


class Both(Named, Aged, layout="both"):
    _seen: int = PrivateAttr(default=0)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def loud(self) -> str:
        return self.name.upper()


class Child(Every, layout="child"):
    extra: Field[int] = field("Extra")
    text: Field[str] = field("OtherText")


def inherited(both: Both, child: Child) -> None:
    assert_type(Both.name, Term[str])
    assert_type(Both.age, Term[int])
    assert_type(both.name, str)
    assert_type(both.age, int | None)
    assert_type(both.grown, bool)
    assert_type(both.loud, str)
    assert_type(Both(name="Ada", age=5), Both)
    assert_type(Child.text, Term[str])
    assert_type(Child.maybe_day, Term[date])
    assert_type(Child.rows.zip, Term[str])
    assert_type(child.extra, int)
    assert_type(child.maybe_day, date | None)
    assert_type(child.rows[0], Address)


T = TypeVar("T", str, int)


class Keyed(Model, Generic[T], abstract=True):
    key: Field[T] = field("Key", key=True)


class Numbered(Keyed[int], layout="numbered"):
    name: Field[str] = field("Name")


def generics(numbered: Numbered) -> None:
    assert_type(Numbered.key, Term[int])  # type: ignore[misc]  # mypy asks whose variable it is
    assert_type(numbered.key, int)
    assert_type(Numbered(key=5, name="a"), Numbered)


def local() -> None:
    class Row(PortalRow, table="rows"):
        city: Field[str] = field("City")

    class Local(Model, layout="local"):
        name: Field[str | None] = field("Name")
        rows: Portal[Row] = portal("rows")

    assert_type(Local.rows.city, Term[str])
    assert_type(Local(rows=[Row(city="a")]).rows[0].city, str)
    assert_type(Local.name, Term[str])


class Photographed(Model, layout="photographed"):
    name: Field[str] = field("Name")
    photo: Container = container("Photo")


def containers(one: Photographed) -> None:
    assert_type(Photographed.photo, ContainerTerm)
    assert_type(Photographed.photo.not_empty(), Condition)
    assert_type(one.photo, Contents | None)
    Photographed(name="Ann")


class Placed(Model, layout="placed", merge_groups=[("street", "town")]):
    street: Field[str] = field("Street")
    town: Field[str] = field("Town")

    @before_save
    def tidy(self) -> None:
        assert_type(self.street, str)
        self.street = self.street.strip()

    @after_save
    def tell(self) -> None:
        assert_type(self.town, str)


def hooked(placed: Placed) -> None:
    assert_type(placed.tidy(), None)
    assert_type(placed.apply({"street": "x"}, only={"street", "town"}), None)
    assert_type(placed == placed, bool)
    assert_type(hash(placed), int)
