"""What makes records pleasant to work with: validators, defaults, equality, repr, copies, schemas, undoing."""

from __future__ import annotations

import copy
import pickle
import pprint
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from model.people import ORIGIN, Address, Person, load, person, raw_person
from pydantic import BaseModel, TypeAdapter, ValidationError, field_validator

from fmorm import Container, Field, MappingError, Model, RecordStateError, container, field, state
from fmorm.model.build import build_records
from fmorm.model.plan import plan_of
from fmorm.model.source import Source
from fmorm.model.state import Origin


class Guest(Model, layout="guest"):
    name: Field[str] = field("Name", default="Guest")
    tags: Field[str] = field("Tags", default_factory=lambda: "new")
    age: Field[int | None] = field("Age")
    photo: Container = container("Photo")

    @field_validator("age")
    @classmethod
    def plausible(cls, value: int | None) -> int | None:
        if value is not None and value > 150:
            raise ValueError("nobody is so old")
        return value


def guest(**fields: Any) -> Guest:
    (loaded,) = load(Guest, {"fieldData": fields, "portalData": {}, "recordId": "3", "modId": "0"})
    return loaded


# -- validators and defaults ---------------------------------------------------------------------------------


def test_validators_see_what_is_set_made_and_read() -> None:
    one = guest(Name="Ada", Age=30)
    with pytest.raises(ValidationError, match="nobody is so old"):
        one.age = 151
    with pytest.raises(ValidationError, match="nobody is so old"):
        Guest(age=151)
    with pytest.raises(MappingError, match="nobody is so old"):
        guest(Age=151)
    assert one.age == 30


def test_defaults_are_for_new_records_only() -> None:
    assert Guest().model_dump() == {"name": "Guest", "tags": "new"}
    assert guest(Age=30).model_dump() == {"age": 30}


# -- state ---------------------------------------------------------------------------------------------------


def test_state_tells_what_is_not_saved_and_drops_it() -> None:
    ada = person("Oslo")
    assert not state(ada).is_dirty
    ada.name, ada.addresses[0].zip = "Bea", "1"
    assert state(ada).is_dirty
    assert state(ada).changes == {
        "name": ("Ada Lund", "Bea"),
        "addresses": ({"21": {"zip": None}}, {"21": {"zip": "1"}}),
    }
    state(ada).reset()
    assert (state(ada).is_dirty, state(ada).changes, ada.name) == (False, {}, "Ada Lund")


# -- equality ------------------------------------------------------------------------------------------------


def test_records_are_equal_when_they_are_one_record() -> None:
    one, other = person("Oslo"), person("Bergen", Name="Bea")
    assert one == other
    other.name = "Eva"
    assert one == other, "values do not matter"
    assert one != load(Person, raw_person(record_id="8"))[0]


def test_records_of_other_classes_files_or_layouts_are_others() -> None:
    class Child(Person):
        pass

    (child,) = load(Child, raw_person())
    (elsewhere,) = build_records(
        plan_of(Person), [raw_person()], Source(Origin("https://x", "people", "person"))
    )
    assert person() != child
    assert person() != elsewhere
    assert person() != "person"
    assert ORIGIN.host != "https://x"


def test_a_new_record_equals_itself_only() -> None:
    new = Person(name="Ada")
    twin = Person(name="Ada")
    assert new == new
    assert new != twin
    assert new != copy.copy(new)
    assert [twin, new].index(new) == 1


def test_rows_are_equal_when_they_are_one_row() -> None:
    rows = person("Oslo", "Oslo").addresses
    assert rows[0] == person("Bergen").addresses[0]
    assert rows[0] != rows[1]
    assert Address(city="Oslo") != Address(city="Oslo")


def test_a_record_is_hashed_by_what_it_is_equal_by() -> None:
    one, other = person("Oslo"), person("Bergen")
    assert len({one, other}) == 1
    other.name = "Bea"
    assert {one: "kept"}[other] == "kept"
    assert len({one.addresses[0], other.addresses[0]}) == 1
    with pytest.raises(TypeError, match="this Person was never created in FileMaker, so it has no record id"):
        hash(Person(name="Ada"))
    with pytest.raises(TypeError, match="this Address was never created"):
        hash(Address(city="Oslo"))


# -- repr ----------------------------------------------------------------------------------------------------


def test_repr_shows_which_record_it_is_and_its_first_values() -> None:
    shown = "key='P-9', name='Ada Lund', born=1985-12-10, height=1.7, …"
    ada = person("Oslo")
    assert repr(ada) == f"<Person 7: {shown}>"
    assert not ada.addresses.touched, "showing a record builds no rows"
    ada.phones[0] = "1"
    assert repr(ada) == f"<Person 7, changed: {shown}>"
    assert repr(ada.addresses[0]) == "<Address 21: city='Oslo', zip=None, since=None, population=None>"


def test_repr_of_what_is_new_short_long_or_gone() -> None:
    assert repr(Person()) == "<new Person>"
    assert repr(Person(name="Ada", height=Decimal(1))) == "<new Person: name='Ada', height=1>"
    long = Person(name="x" * 100)
    assert repr(long) == f"<new Person: name='{'x' * 39}…>"
    ada = person("Oslo")
    state(ada).mark_deleted()
    assert repr(ada).startswith("<Person 7, gone: key=")
    assert pprint.pformat([long]) == f"[{long!r}]"


def test_repr_shows_no_address_of_a_file() -> None:
    url = "https://fm.example.com/Streaming_SSL/MainDB/secret.png?RCType=EmbeddedRCFileProcessor"
    one = guest(Name="Ada", Photo=url)
    assert "secret" in one.photo.url if one.photo else False
    assert repr(one) == "<Guest 3: name='Ada'>"
    assert "secret" not in str(one)


def test_repr_of_a_base_class_names_it() -> None:
    class Base(Model, abstract=True):
        name: Field[str] = field("Name")

    assert repr(Base(name="Ada")) == "<Base>"


def test_str_shows_every_value() -> None:
    assert str(Person(name="Ada", born=date(2000, 1, 1))) == "name='Ada' born=datetime.date(2000, 1, 1)"


# -- copies --------------------------------------------------------------------------------------------------


def _deeply(one: Person) -> Person:
    return one.model_copy(deep=True)


def _pickled(one: Person) -> Any:
    return pickle.loads(pickle.dumps(one))


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        Person.model_copy,
        _deeply,
        _pickled,
    ],
    ids=["copy", "deepcopy", "model_copy", "deep model_copy", "pickle"],
)
def test_a_copy_is_the_same_record_and_changes_on_its_own(copied: Any) -> None:
    ada = person("Oslo")
    ada.name = "Bea"
    twin = copied(ada)
    assert twin == ada
    assert (hash(twin), repr(twin), state(twin).changes) == (hash(ada), repr(ada), state(ada).changes)
    twin.addresses[0].city = "Voss"
    state(twin).reset()
    assert (ada.name, twin.name, ada.addresses[0].city) == ("Bea", "Ada Lund", "Oslo")


def test_pydantics_own_attributes_are_those_of_any_model() -> None:
    ada = person("Oslo")
    assert (ada.model_extra, ada.__pydantic_private__, ada.addresses[0].model_extra) == (None, None, None)
    assert vars(ada).keys() == ada.model_fields_set


def test_a_copy_of_a_new_record_is_new_as_well() -> None:
    twin = copy.deepcopy(Person(name="Ada"))
    assert state(twin).is_new
    with pytest.raises(RecordStateError):
        state(twin).reset()


# -- JSON schema ---------------------------------------------------------------------------------------------


class Reply(BaseModel):
    """What a web framework makes of a model: a part of a body."""

    person: Person
    others: list[Person] = []


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_json_schema_tells_every_field_in_both_modes(mode: Any) -> None:
    schema = Person.model_json_schema(mode=mode)
    properties = schema["properties"]
    assert list(properties) == [*plan_of(Person).fields, "addresses"]
    assert properties["born"]["anyOf"] == [{"format": "date", "type": "string"}, {"type": "null"}]
    assert properties["phones"] == {"items": {"type": "string"}, "title": "Phones", "type": "array"}
    assert properties["addresses"]["items"] == {"$ref": "#/$defs/Address"}
    assert list(schema["$defs"]["Address"]["properties"]) == ["city", "zip", "since", "population"]
    assert "required" not in schema


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_a_model_in_the_body_of_a_web_framework_has_a_schema(mode: Any) -> None:
    definitions = Reply.model_json_schema(mode=mode)["$defs"]
    assert definitions.keys() == {"Person", "Address"}
    listed = TypeAdapter(list[Person]).json_schema(mode=mode)
    assert listed["items"] == {"$ref": "#/$defs/Person"}


def test_what_the_schema_promises_is_what_a_dump_holds() -> None:
    ada = person("Oslo")
    dumped = TypeAdapter(list[Person]).dump_python([ada], mode="json")[0]
    promised = Person.model_json_schema(mode="serialization")["properties"]
    assert dumped.keys() == promised.keys()
    assert Reply.model_validate_json(Reply(person=ada).model_dump_json()).person.name == "Ada Lund"


def test_a_schema_has_no_file_addresses() -> None:
    for mode in ("validation", "serialization"):
        assert "url" not in str(Guest.model_json_schema(mode=mode))
