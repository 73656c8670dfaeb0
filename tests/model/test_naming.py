"""Python's names for FileMaker's."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmorm.model.body import SHADOWING
from fmorm.model.naming import CLASSES, WORDS, attribute_names, class_name


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("Name", "name"),
        ("BirthDate", "birth_date"),
        ("OrderID", "order_id"),
        ("HTMLText", "html_text"),
        ("Qty on hand", "qty_on_hand"),
        ("__pk_Person", "pk_person"),
        ("person_addresses::City", "city"),
        ("1st", "field_1st"),
        ("€", "field_"),
        ("Größe", "größe"),
        ("class", "class_"),
        ("date", "date_"),
        ("copy", "copy_"),
        ("model_dump it", "field_model_dump_it"),
        ("type", "type"),
    ],
)
def test_a_field_has_an_attribute_like_it(name: str, attribute: str) -> None:
    assert attribute_names([name]) == {name: attribute}


def test_attributes_are_different() -> None:
    names = ["Name", "name!", "a::Name", "NAME", "b::c"]
    assert list(attribute_names(names, ["c"]).values()) == ["name", "name_2", "a_name", "name_3", "b_c"]


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("person_addresses", "PersonAddresses"),
        ("person / slim?", "PersonSlim"),
        ("Field", "Field_"),
        ("None", "None_"),
        ("2nd list", "Fm2ndList"),
        ("名前", "Fm名前"),
        ("", "Fm"),
    ],
)
def test_a_layout_has_a_class_like_it(name: str, cls: str) -> None:
    assert class_name(name) == cls
    assert class_name(name, [cls]) == f"{cls.rstrip('_')}_2"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=12), unique=True, max_size=6))
def test_whatever_filemaker_calls_it_python_can_use_the_name(names: list[str]) -> None:
    chosen = attribute_names(names)
    assert list(chosen) == names
    assert len(set(chosen.values())) == len(names)
    for attribute in chosen.values():
        assert attribute.isidentifier()
        assert not keyword.iskeyword(attribute)
        assert attribute not in SHADOWING | WORDS
    for cls in map(class_name, names):
        assert cls.isidentifier()
        assert cls not in CLASSES | set(chosen.values())
