from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from model.people import Address, Person, person
from pydantic import ConfigDict, ValidationError, field_validator, model_validator

from fmorm import DeclarationError, Field, Model, ReadOnly, Repeating, field, repeating, state


class Span(Model, layout="spans"):
    """A model whose own validators look at several fields."""

    begin: Field[int] = field("Begin")
    end: Field[int] = field("End")
    length: Field[int | None] = field("Length")
    seen: Field[datetime | None] = field("Seen")
    marks: Repeating[int | None] = repeating("Mark", 2)

    @field_validator("begin")
    @classmethod
    def not_negative(cls, value: int) -> int:
        if value < 0:
            raise ValueError("before the beginning")
        return value

    @model_validator(mode="after")
    def in_order(self) -> Span:
        if self.begin > self.end:
            raise ValueError("ends before it begins")
        self.length = self.end - self.begin
        return self


def names(error: pytest.ExceptionInfo[ValidationError]) -> list[tuple[str | int, ...]]:
    return [line["loc"] for line in error.value.errors()]


def test_only_what_is_let_through_is_set() -> None:
    ada = person("Oslo")
    ada.apply({"name": "Bea", "born": "1990-01-01", "key": "X", "csrf": "1"}, only={"name"})
    assert state(ada).changes == {"name": ("Ada Lund", "Bea")}


def test_what_a_form_does_not_bring_is_left_alone() -> None:
    ada = person()
    ada.apply({"born": "1985-12-10"}, only=["name", "born", "phones"])
    assert not state(ada).is_dirty


def test_an_empty_text_is_an_empty_field() -> None:
    ada = person("Oslo")
    ada.apply({"name": "", "born": "", "phones": ["", "", ""]}, only={"name", "born", "phones"})
    ada.addresses[0].apply({"zip": ""}, only={"zip"})
    assert (ada.name, ada.born, list(ada.phones)) == ("", None, ["", "", ""])
    assert not state(ada.addresses[0]).is_dirty, "it was empty before"


def test_nothing_is_set_when_one_value_does_not_fit_and_every_bad_one_is_named() -> None:
    ada = person()
    form = {"name": "Bea", "born": "soon", "height": "tall", "phones": ["1", "2"]}
    with pytest.raises(ValidationError) as error:
        ada.apply(form, only={"name", "born", "height", "phones"})
    assert sorted(names(error)) == [("born",), ("height",), ("phones",)]
    assert error.value.title == "Person"
    assert not state(ada).is_dirty


@pytest.mark.parametrize("given", ["+47", 5, {"a"}, None, [None, "x", "y"]])
def test_repetitions_take_a_list_with_a_value_for_each(given: Any) -> None:
    ada = person()
    with pytest.raises(ValidationError) as error:
        ada.apply({"phones": given}, only={"phones"})
    assert names(error)[0][0] == "phones"
    assert list(ada.phones) == ["+47 1", "", "+47 3"]


def test_only_the_repetitions_that_differ_are_changed() -> None:
    ada = person()
    ada.apply({"phones": ("+47 1", "+47 2", "+47 3")}, only={"phones"})
    assert ada.phones.originals == {1: ""}


@pytest.mark.parametrize(
    ("only", "error", "text"),
    [
        ({"nmae"}, AttributeError, r"Person\.nmae is not declared; the fields are key, name"),
        ({"addresses"}, AttributeError, r"Person\.addresses is a portal: apply to its rows"),
        ({"key"}, ReadOnly, r"Person\.key is read-only"),
        ("name", TypeError, "only= takes attributes"),
    ],
)
def test_what_cannot_be_set_is_no_part_of_a_form(only: Any, error: type[Exception], text: str) -> None:
    ada = person()
    with pytest.raises(error, match=text):
        ada.apply({"name": "Bea"}, only=only)
    assert ada.name == "Ada Lund"


def test_a_form_is_a_mapping() -> None:
    with pytest.raises(TypeError, match="apply takes values by attribute"):
        person().apply([("name", "Bea")], only={"name"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_new_record_takes_a_form() -> None:
    new = Person()
    new.apply({"name": "Bea", "phones": ["1", "2", "3"]}, only={"name", "phones"})
    new.addresses.append(Address())
    new.addresses[0].apply({"city": "Oslo"}, only={"city"})
    assert new.model_dump() == {
        "name": "Bea",
        "phones": ["1", "2", "3"],
        "addresses": [{"city": "Oslo"}],
    }


def test_a_frozen_model_takes_no_form() -> None:
    class Still(Model, layout="still"):
        model_config = ConfigDict(frozen=True)
        name: Field[str] = field("Name")

    with pytest.raises(ReadOnly, match="frozen"):
        Still(name="Ada").apply({"name": "Bea"}, only={"name"})


# -- a class's own validators --------------------------------------------------------------------------------


def test_validators_see_the_whole_form_and_not_its_fields_one_after_the_other() -> None:
    span = Span(begin=1, end=2)
    span.apply({"begin": "5", "end": "9"}, only={"begin", "end"})
    assert (span.begin, span.end, span.length) == (5, 9, 4)


def test_what_validators_refuse_changes_nothing() -> None:
    span = Span(begin=1, end=2)
    before = span.model_dump()
    with pytest.raises(ValidationError, match="ends before it begins"):
        span.apply({"begin": "5"}, only={"begin"})
    with pytest.raises(ValidationError) as error:
        span.apply({"begin": "-1", "end": "x"}, only={"begin", "end"})
    assert names(error) == [("begin",), ("end",)]
    assert span.model_dump() == before


def test_a_time_with_a_zone_is_refused_as_in_an_assignment() -> None:
    span = Span(begin=1, end=2)
    zoned = datetime(2026, 11, 22, tzinfo=timezone.utc)  # noqa: UP017 - what a form's library gives
    with pytest.raises(ValidationError, match="FileMaker keeps no time zone") as error:
        span.apply({"seen": zoned, "marks": ["1", ""]}, only={"seen", "marks"})
    assert names(error) == [("seen",)]
    assert "marks" not in span.model_dump()


def test_the_name_is_taken() -> None:
    with pytest.raises(
        DeclarationError, match=r"Paint\.apply: records have a method of that name; .* apply_ ="
    ):

        class Paint(Model, layout="paint"):  # pyright: ignore[reportUnusedClass]
            apply: Field[str] = field("Apply")  # type: ignore[assignment]
