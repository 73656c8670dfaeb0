"""Container fields of models: whether there is a file, and nothing that could be taken for data."""

from __future__ import annotations

from typing import Any

import pytest

from fmorm import (
    Container,
    Contents,
    DeclarationError,
    Field,
    Model,
    NotLoaded,
    PortalRow,
    ReadOnly,
    container,
    field,
)
from fmorm.model.build import build_records
from fmorm.model.plan import plan_of
from fmorm.model.source import Source
from fmorm.model.state import Origin

URL = "https://fm.example.com/Streaming_SSL/MainDB/0A1B.png?RCType=EmbeddedRCFileProcessor"


class Person(Model, layout="person"):
    name: Field[str] = field("Name")
    photo: Container = container("Photo")


def read(photo: Any) -> Person:
    data = {"fieldData": {"Name": "Ann", "Photo": photo}, "recordId": "1", "modId": "0", "portalData": {}}
    (person,) = build_records(plan_of(Person), [data], Source(Origin("h", "d", "person")))
    assert isinstance(person, Person)
    return person


def test_it_tells_whether_there_is_a_file() -> None:
    assert read("").photo is None
    photo = read(URL).photo
    assert isinstance(photo, Contents)
    assert (photo.extension, photo.url) == (".png", URL)


def test_it_is_no_data() -> None:
    person = read(URL)
    assert person.model_dump() == {"name": "Ann"}
    assert person.model_dump_json() == '{"name":"Ann"}'
    assert "0A1B" not in f"{person!r} {person}"
    assert person.model_copy().photo == person.photo


def test_it_is_not_set_but_uploaded() -> None:
    person = read("")
    for value in (b"bytes", None, "x"):
        with pytest.raises(ReadOnly, match=r"db\.upload\(record, 'photo', …\)"):
            person.photo = value  # type: ignore[assignment,unused-ignore]


def test_a_new_record_knows_nothing_of_it() -> None:
    with pytest.raises(NotLoaded):
        _ = Person(name="Ann").photo


def test_the_name_is_the_attribute_s_where_none_is_given() -> None:
    class Bare(Model, layout="bare"):
        photo: Container

    assert plan_of(Bare).fields["photo"].name == "photo"


def test_a_row_may_have_one() -> None:
    class Row(PortalRow, table="rows"):
        photo: Container = container("Photo")

    assert plan_of(Row).fields["photo"].name == "rows::Photo"


def test_a_find_can_ask_whether_there_is_a_file_and_nothing_else() -> None:
    term: Any = Person.photo
    assert repr(term.is_empty()) != repr(term.not_empty())
    for verb in ("startswith", "contains", "in_", "desc"):
        assert not hasattr(term, verb)
    with pytest.raises(TypeError):
        _ = term < "x"


def test_another_type_cannot_hold_a_file() -> None:
    with pytest.raises(DeclarationError, match="Contents"):

        class Wrong(Model, layout="wrong"):  # pyright: ignore[reportUnusedClass]
            photo: Field[str] = container("Photo")
