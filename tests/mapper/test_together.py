"""Features of different parts used together: bad values, relations, hooks, scripts, files, other layouts."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self, cast

import pytest
from pydantic import BaseModel, ValidationError, model_validator

from fmorm import (
    BelongsTo,
    ConflictError,
    ConnectionLost,
    Container,
    Database,
    DeclarationError,
    Field,
    LayoutMissing,
    MappingError,
    Model,
    NoAccess,
    NotLoaded,
    NotUnique,
    Repeating,
    RepeatingContainer,
    Retry,
    Script,
    after_save,
    before_save,
    belongs_to,
    container,
    field,
    repeating,
    state,
)
from fmorm.server import App, Code, Run, load_schema

SCHEMA: dict[str, Any] = {
    "database": {"name": "Shop"},
    "accounts": {"api": {"password": "x"}, "clerk": {"password": "x", "privileges": "clerk"}},
    "privileges": {"clerk": {"tables": {"Item": {"fields": {"Cost": "none"}}}}},
    "tables": {
        "Item": {
            "fields": {
                "ID": {"type": "text", "unique": True},
                "Name": "text",
                "Tags": "text",
                "Colour": "text",
                "Cost": "number",
                "Lasts": {"type": "time", "repetitions": 2},
                "Sold": "timestamp",
                "Photo": "container",
                "Scans": {"type": "container", "repetitions": 2},
                "MakerID": "text",
            }
        },
        "Maker": {"fields": {"ID": "text", "Name": "text"}},
    },
    "occurrences": {"item": "Item", "maker": "Maker"},
    "value_lists": {"Colours": ["red", "green"]},
    "layouts": {
        "item": {
            "fields": [
                *("ID", "Name", "Tags", {"field": "Colour", "values": "Colours"}, "Cost"),
                *("Lasts", "Sold", "Photo", "Scans", "MakerID"),
            ]
        },
        "maker": {"fields": ["ID", "Name"]},
    },
    "rows": {
        "Maker": [{"ID": "M", "Name": "Moss"}],
        "Item": [
            {"ID": "A", "Name": "Lamp", "Colour": "red", "Cost": 1, "Sold": "03/28/2026 02:30:00", "MakerID": "M"},
            {"ID": "B", "Name": "Bed", "Colour": "mauve", "Cost": "soon", "Sold": "03/29/2026 02:30:00"},
        ],
    },
}  # fmt: skip


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Maker(Model, layout="maker"):
    id: Field[str] = field("ID", key=True)
    name: Field[str] = field("Name")


class Item(Model, layout="item", zone="Europe/Oslo", on_bad_value="collect"):
    id: Field[str] = field("ID", key=True, unique=True)
    name: Field[str] = field("Name")
    tags: Field[list[str]] = field("Tags")
    colour: Field[Colour | None] = field("Colour")
    cost: Field[int | None] = field("Cost")
    lasts: Repeating[timedelta | None] = repeating("Lasts", 2)
    sold: Field[datetime | None] = field("Sold")
    photo: Container = container("Photo")
    scans: RepeatingContainer = container("Scans", 2)
    maker_id: Field[str | None] = field("MakerID")
    maker: BelongsTo[Maker] = belongs_to(on="maker_id")


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def app(ran: list[str]) -> Iterator[App]:
    code = Code()

    @code.script("Note")
    def note(run: Run) -> None:
        ran.append(run.parameter)

    with closing(App(load_schema(SCHEMA), code=code)) as app:
        yield app


@pytest.fixture
def db(app: App) -> Iterator[Database]:
    with Database.embedded(app) as db:
        yield db


# -- values that do not fit --------------------------------------------------------------------------------


def test_loading_a_value_that_does_not_fit_says_so(db: Database) -> None:
    bed = db.get(Item, id="B")
    with pytest.raises(MappingError, match="field 'Cost': it is not a number"):
        db.load(bed, Item.cost)
    assert db.load(bed) is bed


def test_loading_a_value_that_is_hidden_says_so(app: App) -> None:
    with Database.embedded(app, user="clerk") as db:
        lamp = db.get(Item, id="A")
        with pytest.raises(NoAccess, match="does not show field 'Cost' to this account"):
            db.load(lamp, Item.cost)


@pytest.mark.parametrize("policy", ["collect", "keep"])
def test_changes_whose_time_does_not_fit_are_never_passed_over(db: Database, policy: Any) -> None:
    with pytest.raises(MappingError, match="there is no such time in Europe/Oslo"):
        db.find(Item).on_bad_value(policy).changed_since(Item.sold)
    db.update(Item, 2, {"sold": None})
    changes = db.find(Item).on_bad_value(policy).changed_since(Item.sold)
    assert [item.id for item in changes.records] == ["A", "B"]


@pytest.mark.parametrize("policy", ["collect", "keep"])
def test_what_does_not_fit_stays_a_choice_of_its_record(db: Database, policy: Any) -> None:
    bed = db.find(Item).where(Item.id == "B").on_bad_value(policy).one()
    assert [one.value for one in db.choices(Item.colour, bed)] == ["red", "green", "mauve"]


def test_a_value_that_does_not_fit_keeps_nobody_from_files_and_deleting(db: Database) -> None:
    class Strict(Item, layout="item", on_bad_value="raise"):
        pass

    bed = db.find(Strict).where(Strict.id == "B").on_bad_value("collect").one()
    db.upload(bed, Strict.photo, b"x", name="a.txt")
    assert db.download(bed, Strict.photo) == b"x"
    with pytest.raises(ConflictError):
        db.delete(Strict, 2, mod_id=0)
    db.delete(Strict, 2, mod_id=1)
    db.update(Strict, 1, {"colour": None})
    db.create(Strict(id="C"))
    assert str(db.delete_all(db.find(Strict), everything=True)) == "2 done"


def test_the_copy_of_a_record_is_read_as_the_record_was(app: App) -> None:
    class Copied(Model, layout="item"):
        cost: Field[int | None] = field("Cost")

    with Database.embedded(app, retry=Retry(attempts=1)) as db:
        db.update(Item, 2, {"id": ""})
        bed = db.find(Copied).on_bad_value("collect").all()[1]
        assert state(db.duplicate(bed)).bad_values.keys() == {"cost"}
        app.faults.drop("before commit", on="get-record", times=1)
        with pytest.raises(
            ConnectionLost, match="the copy was made as record 4; only reading it back failed"
        ):
            db.duplicate(bed)


# -- relations ---------------------------------------------------------------------------------------------


def test_what_a_find_prefetches_is_there_for_a_change_of_all(db: Database) -> None:
    def name_after_maker(item: Item) -> None:
        item.name = item.maker.name if item.maker else "nobody's"

    report = db.update_all(db.find(Item).prefetch(Item.maker), name_after_maker)
    report.raise_for_failures()
    assert [item.name for item in db.find(Item)] == ["Moss", "nobody's"]


def test_a_form_that_may_set_a_relation_is_refused(db: Database) -> None:
    with pytest.raises(AttributeError, match=r"Item\.maker is a relation"):
        db.get(Item, 1).apply({"maker": "M"}, only={"maker"})


# -- scripts -----------------------------------------------------------------------------------------------


def test_a_script_runs_once_for_a_page_of_changes(db: Database, ran: list[str]) -> None:
    db.update(Item, 2, {"sold": None})
    changes = db.find(Item).prefetch(Item.maker).script(Script("Note", "x")).changed_since(Item.sold)
    assert ([item.id for item in changes.records], ran) == (["A", "B"], ["x"])


# -- forms -------------------------------------------------------------------------------------------------


def test_an_error_names_the_repetition(db: Database) -> None:
    with pytest.raises(ValidationError) as caught:
        db.get(Item, 1).apply({"lasts": ["01:00:00", "long"]}, only={"lasts"})
    assert [line["loc"] for line in caught.value.errors()] == [("lasts", 1)]
    with pytest.raises(ValidationError) as caught:
        Item.model_validate({"lasts": "long"})
    assert [line["loc"] for line in caught.value.errors()] == [("lasts",)]


# -- files -------------------------------------------------------------------------------------------------


def test_a_record_with_files_is_pickled_without_their_addresses(db: Database) -> None:
    lamp = db.get(Item, 1)
    db.upload(lamp, Item.photo, b"x", name="a.txt")
    db.upload(lamp, Item.scans[1], b"y", name="b.txt")
    db.reload(lamp)
    twin = pickle.loads(pickle.dumps(lamp))
    assert (twin == lamp, twin.name, twin.scans[0], state(twin).is_dirty) == (True, "Lamp", None, False)
    with pytest.raises(NotLoaded):
        _ = twin.photo
    with pytest.raises(NotLoaded):
        _ = twin.scans[1]
    db.load(twin)
    assert (twin.photo.extension, db.download(twin, Item.scans[1])) == (".txt", b"y")
    assert lamp.photo is not None
    assert lamp.scans[1] is not None


def test_a_record_that_is_refused_as_a_whole_tells_no_address_of_a_file(db: Database) -> None:
    class Choosy(Item, layout="item"):
        @model_validator(mode="after")
        def refuse(self) -> Self:
            raise ValueError("not this one")

    db.upload(db.get(Item, 1), Item.photo, b"x", name="a.txt")
    with pytest.raises(MappingError) as caught:
        db.get(Choosy, 1)
    assert str(caught.value) == "layout 'item', record 1: Value error, not this one"
    assert (caught.value.field, caught.value.raw) == ("", None)


def test_what_is_no_container_is_told_by_its_name(db: Database) -> None:
    lamp, untyped = db.get(Item, 1), Item
    wrong: Any = untyped.scans
    with pytest.raises(TypeError, match=r"Item.scans has 2 repetitions: say which"):
        db.upload(lamp, wrong, b"x", name="a.txt")
    wrong = untyped.maker
    with pytest.raises(TypeError, match=r"^Item\.maker is no container"):
        db.upload(lamp, wrong, b"x", name="a.txt")
    wrong = untyped.scans
    with pytest.raises(TypeError, match=r"<RepeatingContainerTerm Item\.scans>"):
        db.find(Item).where(wrong)
    wrong = untyped.photo
    with pytest.raises(TypeError, match=r"<ContainerTerm Item\.photo>"):
        db.find(Item).where(wrong)


# -- other layouts -----------------------------------------------------------------------------------------


def test_an_answer_on_another_layout_is_told_in_messages(db: Database) -> None:
    with pytest.raises(LayoutMissing, match="layout 'item', answered on layout 'maker'"):
        db.find(Item).using(Maker).all()


# -- hooks -------------------------------------------------------------------------------------------------


class Stamped(Item, layout="item"):
    @before_save
    def stamp(self) -> None:
        self.name += "!"
        self.tags.append("saved")
        self.lasts[0] = (self.lasts[0] or timedelta()) + timedelta(hours=1)
        self.colour = Colour.GREEN

    @after_save
    def after(self) -> None:
        pass


def test_what_hooks_set_on_changed_fields_is_taken_back_with_the_rest(db: Database) -> None:
    lamp = db.get(Stamped, 1)
    lamp.name, lamp.id, lamp.lasts[0] = "Light", "B", timedelta(hours=5)
    lamp.tags.append("mine")
    mine = copy.deepcopy(state(lamp).changes)
    with pytest.raises(NotUnique):
        db.save(lamp)
    assert state(lamp).changes == mine
    lamp.id = "A"
    db.save(lamp)
    assert (lamp.name, lamp.tags, lamp.lasts[0]) == ("Light!", ["mine", "saved"], timedelta(hours=6))


def test_what_hooks_set_on_a_record_that_is_not_created_is_taken_back(db: Database) -> None:
    new = Stamped(id="A", name="Light", tags=["mine"], lasts=[timedelta(hours=5), None])
    with pytest.raises(NotUnique):
        db.create(new)
    assert (new.name, new.tags, new.lasts[0]) == ("Light", ["mine"], timedelta(hours=5))
    with pytest.raises(NotLoaded):
        _ = new.colour
    new.id = "C"
    db.create(new)
    stored = db.get(Stamped, id="C")
    assert (stored.name, stored.tags, stored.lasts[0]) == ("Light!", ["mine", "saved"], timedelta(hours=6))


# -- lists and models -------------------------------------------------------------------------------------


class Address(BaseModel):
    city: str


@dataclass
class Size:
    height: int


class Housed(Model, layout="item", str_strip_whitespace=True):
    id: Field[str] = field("ID", key=True)
    address: Field[Address] = field("Name")
    size: Field[Size] = field("Colour")


def test_models_and_dataclasses_that_are_never_empty_can_be_set(db: Database) -> None:
    housed = db.create(Housed(id="H", address=Address(city="Oslo"), size=Size(1)))
    housed.id = " I "
    housed.address = Address(city="Bergen")
    housed.size = Size(2)
    db.save(housed)
    stored = db.get(Housed, id="I")
    assert (stored.address, stored.size) == (Address(city="Bergen"), Size(2))
    with pytest.raises(ValidationError, match=r"1 validation error for Housed\.address"):
        housed.address = cast("Any", {"city": 1})


def test_a_unique_key_may_be_a_list_or_a_model(db: Database) -> None:
    class Listed(Model, layout="item"):
        id: Field[list[str]] = field("ID", key=True, unique=True)
        name: Field[str] = field("Name")

    db.create(Listed(id=["x", "y"], name="Desk"))
    found, created = db.upsert(Listed(id=["x", "y"], name="Table"), by=Listed.id)
    assert (found.name, created) == ("Table", False)


def test_a_list_is_no_key_of_a_relation() -> None:
    with pytest.raises(DeclarationError, match=r"cannot be a key: .* no list"):

        class _Tagged(Model, layout="item"):  # pyright: ignore[reportUnusedClass]
            tags: Field[list[str]] = field("Tags")
            maker: BelongsTo[Maker] = belongs_to(on="tags")


# -- state -------------------------------------------------------------------------------------------------


def test_the_text_of_a_state_names_repetitions_and_lists_too(db: Database) -> None:
    lamp = db.get(Item, 1)
    lamp.lasts[1] = timedelta(hours=1)
    lamp.tags.append("new")
    assert repr(state(lamp)) == "<state of record 1, mod id 0, changed tags, lasts>"
