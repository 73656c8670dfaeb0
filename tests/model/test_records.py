"""Records: not loaded, empty and unset kept apart; what is dirty; pydantic's verbs; copies."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from annotated_types import MinLen
from model.people import FIELDS, Address, Person, address, load, one, person, raw_person
from pydantic import BaseModel, TypeAdapter, ValidationError, computed_field

from fmorm import NOT_LOADED, Field, Model, NotLoaded, ReadOnly, RecordStateError, field, state


def partial(**fields: Any) -> Person:
    """Give a person of a reply that carries these fields only."""
    (loaded,) = load(Person, {"fieldData": fields, "portalData": {}, "recordId": "7", "modId": "4"})
    return loaded


# -- not loaded, empty, unset ---------------------------------------------------------------------------------


def test_not_loaded_is_neither_empty_nor_none() -> None:
    loaded = partial(Name="", BirthDate="")
    assert (loaded.name, loaded.born) == ("", None)
    with pytest.raises(
        NotLoaded, match=r"Person\.height is not loaded: .*'Height'.*db\.load\(record, Person\.height\)"
    ):
        _ = loaded.height


def test_not_loaded_is_no_attribute_error() -> None:
    loaded, height, misspelt = partial(Name="Ada"), "height", "hieght"
    with pytest.raises(NotLoaded):
        getattr(loaded, height, None)
    with pytest.raises(NotLoaded):
        hasattr(loaded, height)
    assert not issubclass(NotLoaded, AttributeError)
    assert getattr(loaded, misspelt, "absent") == "absent"


def test_portal_and_repetitions_that_no_reply_carried() -> None:
    loaded = partial(Name="Ada")
    with pytest.raises(NotLoaded, match=r"Person\.addresses: this portal was not asked for"):
        _ = loaded.addresses
    for look in (lambda: loaded.phones[0], lambda: list(loaded.phones), lambda: loaded.phones[:]):
        with pytest.raises(
            NotLoaded, match=r"Person\.phones\[0\] was neither set nor loaded yet: db\.reload"
        ):
            look()
    assert "phones" not in loaded.model_dump()


def test_repetitions_that_no_reply_carried_can_be_set() -> None:
    loaded = partial(Name="Ada")
    held = loaded.phones
    held[1] = "2"
    assert loaded.phones is held
    assert (held.known(), held.originals) == ({1: "2"}, {1: NOT_LOADED})
    assert loaded.__fmorm_dirty__()
    assert "phones" in loaded.model_fields_set


def test_new_record_knows_what_was_never_set() -> None:
    made = Person(name="Ada")
    with pytest.raises(NotLoaded, match=r"Person\.key was neither set nor loaded: .*reload=True"):
        _ = made.key
    assert (len(made.phones), list(made.addresses)) == (3, [])


def test_looking_at_a_new_records_portals_and_repetitions_changes_nothing() -> None:
    looked_at, untouched = Person(name="Ada"), Person(name="Ada")
    assert (len(looked_at.phones), len(looked_at.addresses)) == (3, 0)
    assert looked_at.model_dump() == untouched.model_dump()


# -- dirty ----------------------------------------------------------------------------------------------------


def test_assignment_is_checked_and_noted() -> None:
    loaded = person()
    loaded.name = "Bea"
    loaded.height = Decimal("1.80")
    assert state(loaded).originals == {"name": "Ada Lund", "height": Decimal("1.7")}
    loaded.name = "Ada Lund"
    loaded.height = Decimal("1.70")
    assert not loaded.__fmorm_dirty__(), "set back is no change"


@pytest.mark.parametrize(("attr", "value"), [("name", "Ada Lund"), ("born", "1985-12-10"), ("height", "1.7")])
def test_the_same_value_is_no_change(attr: str, value: Any) -> None:
    loaded = person()
    setattr(loaded, attr, value)
    assert not loaded.__fmorm_dirty__()


def test_field_that_is_not_loaded_can_be_set() -> None:
    loaded = partial(Name="Ada")
    loaded.born = None
    assert (loaded.born, state(loaded).originals) == (None, {"born": NOT_LOADED})
    assert "born" in loaded.model_fields_set


def test_assignment_does_not_reach_other_records_of_the_page() -> None:
    first, second = load(Person, *[raw_person() for _ in range(2)])
    del vars(first)["born"], vars(second)["born"]
    first.born = date(2000, 1, 1)
    with pytest.raises(NotLoaded):
        _ = second.born


@pytest.mark.parametrize(
    ("attr", "value"), [("name", None), ("name", 5), ("born", "soon"), ("height", "tall")]
)
def test_invalid_value_leaves_everything_as_it_was(attr: str, value: Any) -> None:
    for record in (person(), Person(name="Ada")):
        values, given = dict(vars(record)), set(record.model_fields_set)
        with pytest.raises(ValidationError, match=rf"Person\.{attr}"):
            setattr(record, attr, value)
        assert (vars(record), record.model_fields_set, state(record).originals) == (values, given, {})


def test_read_only_field_cannot_be_set() -> None:
    for record in (person(), Person()):
        values = dict(vars(record))
        with pytest.raises(ReadOnly, match=r"Person\.changed is read-only"):
            record.changed = datetime(2000, 1, 1)
        assert (vars(record), state(record).originals) == (values, {})


@pytest.mark.parametrize("rows", [[], [Address(city="Oslo")], None], ids=["none", "some", "None"])
def test_portal_cannot_be_assigned(rows: Any) -> None:
    loaded = person("Bergen")
    with pytest.raises(TypeError, match=r"Person\.addresses: a portal cannot be assigned; append and remove"):
        loaded.addresses = rows
    assert [row.city for row in loaded.addresses] == ["Bergen"]


def test_field_cannot_be_deleted() -> None:
    loaded = person()
    with pytest.raises(TypeError, match=r"Person\.name: a field is emptied by"):
        del loaded.name
    assert loaded.name == "Ada Lund"


def test_misspelt_attribute_cannot_be_set() -> None:
    loaded, misspelt = person(), "naem"
    with pytest.raises((AttributeError, ValueError), match="naem"):
        setattr(loaded, misspelt, "Bea")
    assert not loaded.__fmorm_dirty__()


def test_a_row_is_dirty_on_its_own() -> None:
    loaded = person("Bergen")
    loaded.addresses[0].zip = "5003"
    assert (loaded.__fmorm_dirty__(), loaded.addresses[0].__fmorm_dirty__()) == (False, True)
    assert loaded.addresses.changed_rows() == [loaded.addresses[0]]


# -- pydantic's verbs -----------------------------------------------------------------------------------------


def test_extra_arguments_are_refused() -> None:
    with pytest.raises(ValidationError, match="naem"):
        Person(naem="Ada")  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="town"):
        Person.model_validate({"addresses": [{"town": "Oslo"}]})


def test_constructor_messages_name_the_field() -> None:
    with pytest.raises(ValidationError, match=r"Person\n(born|.*\nborn)"):
        Person.model_validate({"born": "soon"})


@pytest.mark.parametrize("asked", [False, True])
def test_what_is_set_is_given_whether_anybody_has_asked_before_or_not(asked: bool) -> None:
    loaded = partial(Name="Ada")
    assert not asked or loaded.model_fields_set == {"name"}
    loaded.name = "Eda"
    loaded.born = None
    assert loaded.model_fields_set == {"name", "born"}


def test_what_is_set_is_given_where_a_class_has_checks() -> None:
    class Checked(Model, layout="checked"):
        name: Field[Annotated[str, MinLen(1)]] = field("Name")
        size: Field[int | None] = field("Size")

    loaded = one(Checked, Name="Ada")
    loaded.size = 3
    assert loaded.model_fields_set == {"name", "size"}


def test_what_is_set_is_given_again_where_a_program_has_cleared_the_set() -> None:
    loaded, other = partial(Name="Ada"), partial(Name="Eda")
    loaded.model_fields_set.clear()
    loaded.name = "Bea"
    assert (loaded.model_fields_set, other.model_fields_set) == ({"name"}, {"name"})


def test_fields_set_are_those_loaded_or_given() -> None:
    assert Person(name="Ada").model_fields_set == {"name"}
    assert partial(Name="Ada", BirthDate="").model_fields_set == {"name", "born"}
    assert person("Oslo").model_fields_set == {*Person.model_fields}
    made = Person()
    made.born = None
    assert made.model_dump(exclude_unset=True) == {"born": None}


def test_what_was_filled_in_place_counts_as_given() -> None:
    made = Person(name="Ada")
    made.phones[0] = "1"
    made.addresses.append(Address(city="Oslo"))
    assert made.model_fields_set == {"name", "phones", "addresses"}
    assert made.model_dump(exclude_unset=True) == {
        "name": "Ada",
        "phones": ["1"],
        "addresses": [{"city": "Oslo"}],
    }
    other = Person(name="Bea")
    other.phones = ["1", "2", "3"]
    assert other.model_fields_set == {"name", "phones"}


def test_dump_holds_what_is_known() -> None:
    expected = {
        "key": "P-9",
        "name": "Ada Lund",
        "born": date(1985, 12, 10),
        "height": Decimal("1.7"),
        "changed": datetime(2024, 2, 3, 16, 5, 9),
        "phones": ["+47 1", "", "+47 3"],
        "addresses": [{"city": "Oslo", "zip": None, "since": None, "population": None}],
    }
    assert person("Oslo").model_dump() == expected
    assert partial(Name="Ada").model_dump() == {"name": "Ada"}
    assert json.loads(partial(Name="Ada", BirthDate="").model_dump_json()) == {"name": "Ada", "born": None}


@pytest.mark.parametrize("make", [lambda: person("Oslo", "Bergen"), lambda: Person(name="Ada"), Person])
def test_a_dump_validates_to_the_same_values(make: Callable[[], Person]) -> None:
    before = make()
    assert Person.model_validate(before.model_dump()).model_dump() == before.model_dump()
    assert Person.model_validate_json(before.model_dump_json()).model_dump() == before.model_dump()
    assert Person.model_validate(before) is before


def test_json_schema_requires_nothing() -> None:
    for mode in ("validation", "serialization"):
        schema = Person.model_json_schema(mode=mode)
        assert "required" not in schema
        assert schema["properties"]["phones"] == {
            "items": {"type": "string"},
            "title": "Phones",
            "type": "array",
        }
        assert schema["properties"]["addresses"]["items"] == {"$ref": "#/$defs/Address"}
        assert not json.dumps(schema).count("Unset")


class Computed(Model, layout="p"):
    name: Field[str] = field("Name")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def loud(self) -> str:
        return self.name.upper()


def test_str_does_not_raise_for_a_computed_field_of_what_is_not_loaded() -> None:
    assert str(Computed()) == ""
    assert str(Computed(name="Ada")) == "name='Ada' loud='ADA'"


# -- in other models ------------------------------------------------------------------------------------------


class Team(BaseModel):
    lead: Person
    others: list[Person] = []
    guest: Person | None = None


def test_record_as_a_field_of_another_model() -> None:
    lead = person("Oslo")
    lead.name = "Bea"
    team = Team(lead=lead, others=[Person(name="Ada")])
    assert team.lead is lead
    assert state(team.lead).originals == {"name": "Ada Lund"}
    assert Team.model_validate_json(team.model_dump_json()).model_dump() == team.model_dump()


def test_record_among_other_types() -> None:
    team = Team(lead=partial(Name="Ada"), guest=Person(name="Bea"))
    assert team.model_dump() == {"lead": {"name": "Ada"}, "others": [], "guest": {"name": "Bea"}}


def test_records_in_a_type_adapter() -> None:
    adapter = TypeAdapter(list[Person])
    made = adapter.validate_json('[{"name": "Ada", "addresses": [{"city": "Oslo"}]}, {"born": null}]')
    assert [record.model_fields_set for record in made] == [{"name", "addresses"}, {"born"}]
    assert json.loads(adapter.dump_json(made)) == [
        {"name": "Ada", "addresses": [{"city": "Oslo"}]},
        {"born": None},
    ]
    assert "$ref" in json.dumps(adapter.json_schema())


# -- copies ---------------------------------------------------------------------------------------------------

COPIES: dict[str, Callable[[Person], Person]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "model_copy": lambda record: record.model_copy(),
    "model_copy deep": lambda record: record.model_copy(deep=True),
    "pickle": lambda record: pickle.loads(pickle.dumps(record)),
}
copied = pytest.mark.parametrize("how", COPIES)


@copied
def test_copies_know_what_their_record_knew(how: str) -> None:
    before = person("Oslo", "Bergen", "Tromsø")
    before.name = "Bea"
    before.phones[1] = "+47 2"
    before.addresses[0].zip = "0150"
    del before.addresses[1]
    before.addresses.append(Address(city="Bodø"))
    twin = COPIES[how](before)
    assert twin == before
    assert twin is not before
    assert (state(twin).record_id, state(twin).mod_id) == ("7", "4")
    assert (state(twin).origin, state(twin).originals) == (state(before).origin, {"name": "Ada Lund"})
    assert twin.phones.originals == {1: ""}
    assert [state(row).record_id for row in twin.addresses] == ["21", "23", None]
    assert [state(row).record_id for row in twin.addresses.removed_rows()] == ["22"]
    assert state(twin.addresses[0]).originals == {"zip": None}
    assert twin.model_fields_set == before.model_fields_set


@copied
def test_copies_change_on_their_own(how: str) -> None:
    before = person("Oslo", "Bergen")
    assert before.addresses[0].city == "Oslo"
    twin = COPIES[how](before)
    twin.name = "Bea"
    twin.phones[0] = "+47 9"
    twin.addresses[0].city = "Hamar"
    del twin.addresses[1]
    twin.addresses.append(Address(city="Bodø"))
    assert (before.name, before.phones[0]) == ("Ada Lund", "+47 1")
    assert [row.city for row in before.addresses] == ["Oslo", "Bergen"]
    assert not before.__fmorm_dirty__()
    assert not before.addresses.changed_rows()
    assert not before.addresses.removed_rows()


@copied
def test_copies_of_partly_loaded_records_stay_so(how: str) -> None:
    before = partial(Name="Ada")
    before.born = date(2000, 1, 1)
    twin = COPIES[how](before)
    assert state(twin).originals == {"born": NOT_LOADED}
    assert state(twin).originals["born"] is NOT_LOADED
    with pytest.raises(NotLoaded):
        _ = twin.height


@copied
def test_copies_leave_an_untouched_portal_raw(how: str) -> None:
    before = person("Oslo")
    twin = COPIES[how](before)
    assert [row.city for row in twin.addresses] == ["Oslo"]
    if how != "pickle":
        assert not before.addresses.touched


def test_model_copy_with_an_update_is_dirty() -> None:
    before = person()
    twin = before.model_copy(update={"name": "Bea", "phones": ["1", "", "3"]})
    assert (twin.name, state(twin).originals, twin.phones.originals) == (
        "Bea",
        {"name": "Ada Lund"},
        {0: "+47 1", 2: "+47 3"},
    )
    assert (before.name, before.__fmorm_dirty__()) == ("Ada Lund", False)
    with pytest.raises(ValidationError, match=r"Person\.born"):
        before.model_copy(update={"born": "soon"})
    with pytest.raises(ReadOnly):
        before.model_copy(update={"key": "P-1"})


def test_model_construct_makes_a_new_record() -> None:
    made = Person.model_construct(name="Ada")
    assert (made.name, state(made).is_new, made.model_fields_set) == ("Ada", True, {"name"})


def test_rows_in_the_constructor_are_new() -> None:
    made = Person(addresses=[Address(city="Oslo"), Address(city="Bergen")])
    assert [row.city for row in made.addresses.new_rows()] == ["Oslo", "Bergen"]


def test_rows_that_exist_cannot_be_given_to_a_new_record() -> None:
    loaded = person("Oslo")
    with pytest.raises(ValueError, match="not moved between records"):
        Person(addresses=list(loaded.addresses))


def test_repetitions_of_another_record_are_copied() -> None:
    other = person()
    made = Person(phones=other.phones)
    made.phones[0] = "9"
    assert (other.phones[0], list(made.phones)) == ("+47 1", ["9", "", "+47 3"])


def test_server_shape_of_the_shared_reply_is_what_the_model_says() -> None:
    assert {*address("1", "Oslo")} - {"recordId", "modId"} == {
        "person_addresses::City",
        "person_addresses::Zip",
        "person_addresses::Since",
        "address_city_info::Population",
    }
    assert "Phone(2)" in FIELDS


# -- setting again ---------------------------------------------------------------------------------------------


def test_every_set_is_checked_also_the_second_one_of_a_class() -> None:
    class Loose(Model, layout="loose"):
        name: Field[str] = field("Name")
        size: Field[float | None] = field("Size")
        made_by: Field[str] = field("MadeBy", read_only=True)

    class Strict(Loose, layout="strict"):
        name: Field[int] = field("Name")  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride,reportAssignmentType]

    (loose,) = load(Loose, {"fieldData": {"Name": "a", "Size": 1.5}, "recordId": "1", "modId": "0"})
    (strict,) = load(Strict, {"fieldData": {"Name": 1, "Size": 1.5}, "recordId": "2", "modId": "0"})
    for _ in range(2):
        loose.name, strict.name = "b\rc", 7
        for record, attr, wrong in ((loose, "size", "wide"), (loose, "name", 7), (strict, "name", "wide")):
            with pytest.raises(ValidationError, match=rf"\.{attr}\b"):
                setattr(record, attr, wrong)
        with pytest.raises(ReadOnly):
            loose.made_by = "me"
    assert (loose.name, strict.name, loose.size) == ("b\nc", 7, 1.5)
    assert (state(loose).originals, state(strict).originals) == ({"name": "a"}, {"name": 1})


def test_a_removed_row_refuses_every_set() -> None:
    loaded, other = person("Oslo"), person("Oslo")
    other.addresses[0].city = "Bodø"
    row = loaded.addresses[0]
    loaded.addresses.remove(row)
    for _ in range(2):
        with pytest.raises(RecordStateError, match="was removed"):
            row.city = "Bodø"
    assert not state(row).originals
