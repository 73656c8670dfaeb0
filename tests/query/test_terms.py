from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from query.fields import Person

from fmorm.errors import FindError
from fmorm.query.conditions import NOTHING, Condition, Criterion, Not, Or
from fmorm.query.order import Sort
from fmorm.query.terms import Term


def text(condition: Condition) -> str:
    assert isinstance(condition, Criterion), condition
    return condition.text


@pytest.mark.parametrize(
    ("condition", "criterion"),
    [
        (Person.name == "Ada", "==Ada"),
        (Person.name == "a@b\n*", "==a\\@b\r\\*"),
        (Person.name == "", "="),
        (Person.name == None, "="),  # noqa: E711
        (Person.name.is_empty(), "="),
        (Person.name.not_empty(), "*"),
        (Person.name < "M", "<M"),
        (Person.name >= "=", ">=\\="),
        (Person.name.startswith("A*"), "==A\\**"),
        (Person.name.contains("A"), "==*A*"),
        (Person.name.endswith("A"), "==*A"),
        (Person.name.matches(" ada  l?\n"), "ada l\\?"),
        (Person.name.raw("=*!"), "=*!"),
        (Person.name.duplicated(), "!"),
        (Person.born.duplicated(), "!"),
        (Person.age.invalid(), "?"),
        (Person.active.invalid(), "?"),
        (Person.seen.invalid(), "?"),
        (Person.age == 5, "5"),
        (Person.age > -5, ">-5"),
        (Person.age <= 10**20, "<=100000000000000000000"),
        (Person.age.between(1, 5), "1...5"),
        (Person.age.between(5, 5), "5"),
        (Person.size == 5.0, "5"),
        (Person.size == 5, "5"),
        (Person.size == 1e-7, "0.0000001"),
        (Person.size < 1e22, "<10000000000000000000000"),
        (Person.size == -0.0, "0"),
        (Person.price == Decimal("1E+3"), "1000"),
        (Person.price == 5, "5"),
        (Person.price > Decimal("0.50"), ">0.5"),
        (Person.price.between(1, Decimal("2.5")), "1...2.5"),
        (Person.active == True, "1"),  # noqa: E712
        (Person.active.is_(True), "1"),
        (Person.active == None, "="),  # noqa: E711
        (Person.born == date(2000, 1, 31), "==01/31/2000"),
        (Person.born >= date(2000, 1, 31), ">=01/31/2000"),
        (Person.born.between(date(2000, 1, 1), date(2000, 1, 31)), "01/01/2000...01/31/2000"),
        (Person.opens < time(9, 30), "<09:30:00"),
        (Person.seen == datetime(2000, 1, 31, 9, 30), "==01/31/2000 09:30:00"),
        (Person.code == "0012", "12"),
        (Person.code == "12 years", "==12 years"),
        (Person.code >= "12.50", ">=12.5"),
        (Person.code.startswith("12"), "==12*"),
        (Person.rank == 5, "==5"),
        (Person.day >= date(2000, 1, 31), ">=2000-01-31"),
    ],
)
def test_criteria(condition: Condition, criterion: str) -> None:
    assert text(condition) == criterion


def test_none_is_compared_with_eq_only() -> None:
    with pytest.raises(TypeError, match="is_empty"):
        _ = Person.age > None  # type: ignore[operator]


def test_false_is_zero_or_empty() -> None:
    assert repr(Person.active.is_(False)) == "Person.active '0' | Person.active '='"
    assert (Person.active == False) == Person.active.is_(False)  # noqa: E712
    assert (Person.active != False) == ~Person.active.is_(False)  # noqa: E712


def test_not_equal_omits() -> None:
    assert (Person.name != "Ada") == Not(Person.name == "Ada")
    assert (Person.name != None) == Not(Person.name.is_empty())  # noqa: E711


def test_in() -> None:
    assert Person.name.in_(["b", "a", None, "b"]) == Or(
        (Person.name == "b", Person.name == "a", Person.name.is_empty())
    )
    assert Person.name.in_(name for name in ["a"]) == (Person.name == "a")
    assert Person.name.in_([]) == NOTHING
    assert Person.name.in_({"b", "a", "c"}) == Person.name.in_(["a", "b", "c"])


def test_a_range_of_text_is_two_comparisons() -> None:
    assert Person.name.between("a", "m") == (Person.name >= "a") & (Person.name <= "m")


def test_a_range_that_is_none() -> None:
    assert Person.age.between(5, 1) == NOTHING


def anyhow(term: Term[Any]) -> Any:
    return term


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda: anyhow(Person.born) >= "2000", "Person.born holds date .* '2000', a str"),
        (lambda: anyhow(Person.born) == datetime(2000, 1, 1), r"take its \.date\(\)"),
        (lambda: anyhow(Person.seen) >= date(2000, 1, 1), r"all of a day is \.on"),
        (lambda: anyhow(Person.age) == 5.0, "a float"),
        (lambda: anyhow(Person.age) == True, "not numbers"),  # noqa: E712
        (lambda: anyhow(Person.price) == 5.0, "a float"),
        (lambda: anyhow(Person.price) == False, "not numbers"),  # noqa: E712
        (lambda: anyhow(Person.name) == 5, "holds str"),
        (lambda: anyhow(Person.active) == 1, "holds bool"),
        (lambda: anyhow(Person.name) == Person.age, "not with another field"),
        (lambda: anyhow(Person.name) == Person.city, "not with another field"),
        (lambda: anyhow(Person.name).in_("abc"), "a list of values"),
        (lambda: anyhow(Person.name).in_([1]), "holds str"),
        (lambda: anyhow(Person.active) < True, "no order"),
        (lambda: anyhow(Person.active).between(False, True), "no order"),
        (lambda: anyhow(Person.active).is_(1), "True or False"),
        (lambda: anyhow(Person.name).is_(True), "for fields that hold bool"),
        (lambda: anyhow(Person.age).startswith("1"), "for fields held as str"),
        (lambda: anyhow(Person.born).matches("1"), "for fields held as str"),
        (lambda: anyhow(Person.name).contains(1), "takes a str"),
        (lambda: anyhow(Person.name).raw(1), "takes the text"),
        (lambda: "A" in anyhow(Person.name), "not iterable|not a container"),
        (lambda: bool(Person.name), "no truth value"),
        (lambda: anyhow(Person.name).between("a", None), "None"),
    ],
)
def test_wrong_types(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        mistake()


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda: Person.name.startswith(""), "empty text"),
        (lambda: Person.name.contains(""), "empty text"),
        (lambda: Person.name.endswith(""), "empty text"),
        (lambda: Person.name.matches(" \n"), "empty text"),
        (lambda: Person.name >= "", "empty text"),
        (lambda: Person.name.between("", "m"), "empty text"),
        (lambda: Person.name.raw(""), "no criterion"),
        (lambda: Person.code.matches("12"), "has no words"),
        (lambda: Person.code > "12 years", "no number"),
        (lambda: Person.rank > 5, "10 comes before 9"),
        (lambda: Person.size == 1e400, "no number Inf"),
        (lambda: Person.price < Decimal("1E+999999"), "Person.price: FileMaker has no number"),
        (lambda: Person.seen == datetime(2000, 1, 1, tzinfo=UTC), "Person.seen: .*tzinfo"),
        (lambda: Person.today == date(2000, 1, 1), "global"),
        (lambda: Person.today.raw("//"), "global"),
        (Person.today.duplicated, "global"),
        (lambda: anyhow(Person.name).invalid(), "text field, in which any text is valid"),
        (lambda: anyhow(Person.day).invalid(), "text field, in which any text is valid"),
        (Person.city.duplicated, "related rows.*layout of that table"),
        (Person.phones.duplicated, r"Person.phone\[0\] is a repetition"),
        (Person.phones[1].duplicated, r"Person.phone\[1\] is a repetition"),
        (lambda: Person.name > " a", "blanks at its ends: strip"),
        (lambda: Person.name.between("a", "b\n"), "blanks at its ends: strip"),
        (lambda: Person.today.in_([]), "global"),
    ],
)
def test_what_filemaker_cannot_find(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(FindError, match=message):
        mistake()


def test_terms_are_hashable_by_identity() -> None:
    names = {Person.name: "name", Person.age: "age"}
    assert names[Person.name] == "name"
    assert len({Person.name, Term[str](Person.name.ref)}) == 2


def test_sorting() -> None:
    assert Person.name.asc() == Sort("Name", "ascend")
    assert Person.born.desc() == Sort("Born", "descend")
    assert Person.today.asc() == Sort("gToday", "ascend")


def test_repr() -> None:
    assert repr(Person.name) == "<Term Person.name>"
    assert repr(Person.phones) == "<RepeatingTerm Person.phone>"


# -- repeating fields ------------------------------------------------------------------------------------


def test_a_condition_on_a_repeating_field_means_some_repetition() -> None:
    assert repr(Person.phones == "1") == " | ".join(f"Person.phone[{i}] '==1'" for i in range(3))
    assert (Person.phones == "1") == Or(tuple(Person.phones[i] == "1" for i in range(3)))
    assert (Person.phones != "1") == Not(Person.phones == "1")
    assert Person.phones.startswith("+") == Or(tuple(Person.phones[i].startswith("+") for i in range(3)))


def test_one_repetition() -> None:
    assert Person.phones[1].ref.name == "Phone(2)"
    assert text(Person.phones[1] == "1") == "==1"


@pytest.mark.parametrize("index", [3, -1])
def test_there_is_no_such_repetition(index: int) -> None:
    with pytest.raises(IndexError, match=r"has 3 repetitions: Person.phone\[0\] to Person.phone\[2\]"):
        _ = Person.phones[index]


def test_a_repeating_field_is_no_list() -> None:
    with pytest.raises(TypeError, match="not a list"):
        list(Person.phones)
    with pytest.raises(TypeError, match=r"Person.phone == '1'"):
        _ = "1" in Person.phones
