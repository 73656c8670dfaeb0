from __future__ import annotations

from typing import Any

import pytest
from query.fields import Person

from fmorm.query.conditions import EVERYTHING, NOTHING, And, Comparison, Condition, Criterion, Not, Or

A, B, C = Person.name == "a", Person.age == 5, Person.name.raw("c")


def test_a_criterion_knows_what_its_text_says() -> None:
    assert Criterion(Person.age.ref, ">=5", Comparison(">=", 5)) == (Person.age >= 5)
    assert Criterion(Person.name.ref, "c", None) == C


def test_operators_build_flat_trees() -> None:
    assert And((A, B, C)) == (A & B & C)
    assert And((A, B, C)) == (A & (B & C))
    assert Or((A, B, C)) == (A | B | C)
    assert Or((And((A, B)), C)) == (A & B | C)
    assert Not(A) == ~A


def test_conditions_are_values() -> None:
    assert hash(A & B) == hash((Person.name == "a") & (Person.age == 5))
    with pytest.raises(AttributeError):
        A.text = "b"  # type: ignore[attr-defined]


@pytest.mark.parametrize("condition", [A, A & B, A | B, ~A, NOTHING])
def test_a_condition_has_no_truth_value(condition: Condition) -> None:
    with pytest.raises(TypeError, match=r"no truth value.* & \| ~"):
        bool(condition)


def test_python_words_raise() -> None:
    condition: Any = A
    with pytest.raises(TypeError, match="truth value"):
        _ = condition and B
    with pytest.raises(TypeError, match="truth value"):
        _ = condition or B
    with pytest.raises(TypeError, match="truth value"):
        _ = not condition


def test_chained_comparisons_and_lists_of_fields_raise() -> None:
    age: Any = Person.age
    with pytest.raises(TypeError, match="between"):
        _ = 1 < age < 5
    with pytest.raises(TypeError, match="truth value"):
        _ = 5 in [age, Person.name]


def test_repr() -> None:
    assert repr((A | ~B) & C) == ("(Person.name '==a' | ~Person.age '5') & Person.name 'c'")
    assert repr(~(A & B)) == "~(Person.name '==a' & Person.age '5')"
    assert repr(~~A) == "~~Person.name '==a'"
    assert repr(NOTHING & EVERYTHING) == "nothing"


@pytest.mark.parametrize("other", [True, "a", None, Person.active, 5])
def test_only_conditions_combine(other: Any) -> None:
    with pytest.raises(TypeError, match="takes conditions"):
        _ = A & other
    with pytest.raises(TypeError, match="takes conditions"):
        _ = A | other


def test_a_field_is_no_condition() -> None:
    field: Any = Person.active
    with pytest.raises(TypeError, match="parentheses"):
        _ = field & A
    with pytest.raises(TypeError, match="parentheses"):
        _ = 5 & field
    with pytest.raises(TypeError, match=r"is_\(True\)"):
        _ = A & field
