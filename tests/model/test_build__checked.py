"""Records of classes with validators, constraints and hooks: what is loaded goes through them."""

from __future__ import annotations

from typing import Annotated, Any, Self

import pytest
from annotated_types import MaxLen
from model.people import ORIGIN, Address, address, load, one, portal_info, raw_person
from pydantic import PrivateAttr, field_validator, model_validator

from fmorm import (
    Field,
    MappingError,
    Model,
    NotLoaded,
    Portal,
    Repeating,
    field,
    portal,
    repeating,
    state,
)


class Checked(Model, layout="checked"):
    name: Field[str] = field("Name")
    age: Field[Annotated[int | None, "years"]] = field("Age")
    status: Field[str] = field("Status", default_factory=lambda: "new")
    phones: Repeating[str] = repeating("Phone", 2)
    addresses: Portal[Address] = portal("person_addresses")

    @field_validator("name")
    @classmethod
    def capital(cls, value: str) -> str:
        if not value:
            raise ValueError("a name is needed")
        return value.capitalize()


def checked(*rows: dict[str, Any], **fields: Any) -> Checked:
    raw = {
        "fieldData": {"Name": "ada", "Age": 5, "Phone(1)": "1", "Phone(2)": "", **fields},
        "portalData": {"person_addresses": list(rows)},
        "recordId": "7",
        "modId": "4",
        "portalDataInfo": [portal_info("person_addresses", found=len(rows), returned=len(rows))],
    }
    (loaded,) = load(Checked, raw)
    return loaded


def test_validators_see_what_is_loaded_and_ids_are_kept() -> None:
    loaded = checked(address("21", "Oslo"))
    assert (loaded.name, loaded.age, list(loaded.phones)) == ("Ada", 5, ["1", ""])
    assert loaded.addresses[0].city == "Oslo"
    assert (state(loaded).record_id, state(loaded).mod_id, state(loaded).origin) == ("7", "4", ORIGIN)
    assert not loaded.__fmorm_dirty__()


def test_with_validators_a_default_never_stands_for_what_was_not_loaded() -> None:
    with pytest.raises(NotLoaded):
        _ = checked().status
    assert checked(Status="old").status == "old"


def test_with_validators_loaded_portals_count_as_loaded() -> None:
    loaded = checked(address("21", "Oslo"))
    assert loaded.model_fields_set == {"name", "age", "phones", "addresses"}
    assert "addresses" in loaded.model_dump(exclude_unset=True)


def test_what_a_validator_refuses_is_told_with_its_place() -> None:
    with pytest.raises(MappingError) as caught:
        checked(Name="")
    error = caught.value
    assert (error.layout, error.record_id, error.field, error.raw) == ("person", "7", "Name", "")
    assert "a name is needed" in str(error)


def test_a_bad_cell_is_told_by_a_class_with_validators_too() -> None:
    with pytest.raises(MappingError, match=r"record 7, field 'Age': .* the server sent 'many'"):
        checked(Age="many")


def test_a_model_validator_never_sees_an_empty_portal_instead_of_its_rows() -> None:
    seen: list[object] = []

    class Looking(Model, layout="p"):
        name: Field[str] = field("Name")
        addresses: Portal[Address] = portal("person_addresses")

        @model_validator(mode="after")
        def look(self) -> Self:
            try:
                seen.append(len(self.addresses))
            except NotLoaded:
                seen.append("not loaded")
            return self

    load(Looking, raw_person(address("21", "Oslo")))
    assert seen in ([1], ["not loaded"]), "a record that exists was shown with no rows"


def test_constraints_hold_for_what_is_loaded() -> None:
    class Short(Model, layout="short"):
        code: Field[Annotated[str, MaxLen(3)]] = field("Code")
        codes: Repeating[Annotated[str, MaxLen(3)]] = repeating("Codes", 2)

    assert one(Short, Code="abc").code == "abc"
    for name in ("Code", "Codes(2)"):
        with pytest.raises(MappingError, match="at most 3 characters"):
            one(Short, **{"Codes(1)": "", "Codes(2)": "", name: "abcd"})


def test_constraints_within_a_type_hold_for_what_is_loaded_too() -> None:
    class Optional(Model, layout="short"):
        code: Field[Annotated[str, MaxLen(3)] | None] = field("Code")

    class Repeated(Model, layout="short"):
        codes: Repeating[Annotated[str, MaxLen(3)]] = repeating("Codes", 2)

    with pytest.raises(MappingError, match="at most 3 characters"):
        one(Optional, Code="abcd")
    with pytest.raises(MappingError, match="at most 3 characters"):
        one(Repeated, **{"Codes(1)": "", "Codes(2)": "abcd"})
    for loaded in (one(Optional, Code="abc"), one(Repeated, **{"Codes(1)": "abc", "Codes(2)": ""})):
        assert not loaded.__fmorm_dirty__()


def test_private_attributes_and_hooks_of_loaded_records() -> None:
    class Hooked(Model, layout="p"):
        name: Field[str] = field("Name")
        _seen: list[str] = PrivateAttr(default_factory=list)

        def model_post_init(self, context: Any, /) -> None:
            self._seen.append(self.name)

        def seen(self) -> list[str]:
            return self._seen

    loaded = one(Hooked, Name="Ada")
    assert (loaded.seen(), state(loaded).record_id) == (["Ada"], "1")
