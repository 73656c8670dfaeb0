from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query.fields import Person

from fmorm.errors import FindError
from fmorm.query.find import CompiledFind, FindSpec, PortalChoice, Sort

FIND = FindSpec("person")


def test_a_find_is_a_value() -> None:
    young = FIND.where(Person.age < 30)
    assert FindSpec("person") == FIND
    assert young == FIND.where(Person.age < 30)
    assert hash(young) == hash(FIND.where(Person.age < 30))


def test_without_conditions_a_range_is_read() -> None:
    assert FIND.compile() == CompiledFind(query=None, sort=[], nothing=False)
    assert FIND.where() == FIND


def test_where_means_and() -> None:
    once = FIND.where(Person.name == "a", Person.age == 1)
    assert once == FIND.where(Person.name == "a").where(Person.age == 1)
    assert once.compile().query == [{"Name": "==a", "Age": "1"}]


def test_omits_come_last() -> None:
    find = FIND.omit(Person.city == "Oslo", Person.age == 1)
    find = find.where(((Person.name == "a") & ~(Person.size == 2)) | (Person.name == "b"))
    assert find.compile().query == [
        {"Name": "==a"},
        {"Size": "2", "omit": "true"},
        {"Name": "==b"},
        {"addresses::City": "==Oslo", "omit": "true"},
        {"Age": "1", "omit": "true"},
    ]


def test_omits_alone() -> None:
    both = FIND.omit((Person.name == "a") & (Person.age == 1))
    assert both.compile().query == [{"Name": "==a", "Age": "1", "omit": "true"}]
    either = FIND.omit((Person.name == "a") | (Person.age == 1))
    assert either.compile().query == [{"Name": "==a", "omit": "true"}, {"Age": "1", "omit": "true"}]
    assert FIND.omit(Person.age.in_([])).compile().query is None


@pytest.mark.parametrize("verb", [FIND.where, FIND.omit])
@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (True, "Python compared"),
        (Person.active, r"is_\(True\)"),
        ("Name", "takes conditions"),
        (None, "None"),
    ],
)
def test_only_conditions(verb: Any, given: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=advice):
        verb(given)


def test_sort() -> None:
    find = FIND.sort(Person.born.desc(), Person.name).sort(Sort("Age"))
    assert find.compile().sort == [
        {"fieldName": "Born", "sortOrder": "descend"},
        {"fieldName": "Name", "sortOrder": "ascend"},
        {"fieldName": "Age", "sortOrder": "ascend"},
    ]
    assert find.sort().compile().sort == []


def test_a_field_is_sorted_by_once() -> None:
    assert FIND.sort(Person.name, Person.name.desc()).compile().sort == [
        {"fieldName": "Name", "sortOrder": "ascend"}
    ]


@pytest.mark.parametrize(
    ("key", "advice"),
    [(Person.phones, r"Person.phone\[0\]"), ("Name", "takes fields"), (True, "takes fields")],
)
def test_sort_takes_fields(key: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=advice):
        FIND.sort(key)


def test_take_and_skip_set() -> None:
    assert FIND.take(5).take(9).skip(3).skip(2) == FindSpec("person", limit=9, offset=2)
    assert FIND.take(5).take(None) == FIND
    assert FIND.take(0).compile().nothing


def test_an_empty_list_finds_nothing() -> None:
    assert FIND.where(Person.age.in_([])).compile() == CompiledFind(query=[], sort=[], nothing=True)


ENDS = st.none() | st.integers(0, 12)


@given(slices=st.lists(st.builds(slice, ENDS, ENDS), max_size=4), limit=ENDS, offset=st.integers(0, 5))
def test_slices_compose_as_pythons(slices: list[slice], limit: int | None, offset: int) -> None:
    rows = list(range(20))
    find, expected = FIND.skip(offset).take(limit), rows[offset:]
    expected = expected if limit is None else expected[:limit]
    for part in slices:
        find, expected = find.slice(part), expected[part]
    taken = rows[find.offset :]
    assert (taken if find.limit is None else taken[: find.limit]) == expected


@pytest.mark.parametrize("part", [slice(None, None, 2), slice(-1, None), slice(None, -1), slice(5, 1, -1)])
def test_slices_that_a_find_has_not(part: slice) -> None:
    with pytest.raises(FindError, match="slice"):
        FIND.slice(part)


def test_numbers_are_checked() -> None:
    with pytest.raises(FindError, match="the limit is -1"):
        FIND.take(-1)
    with pytest.raises(FindError, match="the offset is -1"):
        FIND.skip(-1)
    with pytest.raises(TypeError):
        FIND.take(True)
    not_a_number: Any = "5"
    with pytest.raises(TypeError):
        FIND.take(not_a_number)


def test_portals() -> None:
    assert FIND.portals is None
    assert FIND.choose().portals == ()
    assert FIND.choose(PortalChoice("a", 5, 2)).portals == (PortalChoice("a", limit=5, offset=2),)


def test_portals_that_make_no_sense() -> None:
    with pytest.raises(FindError, match="twice"):
        FIND.choose(PortalChoice("a"), PortalChoice("a"))
    with pytest.raises(FindError, match="leave it out"):
        PortalChoice("a", limit=0)
    with pytest.raises(FindError, match="offset of a portal"):
        PortalChoice("a", offset=-1)


# -- what became of it -----------------------------------------------------------------------------------


def told(find: FindSpec) -> tuple[str, ...]:
    return find.compile().told


def test_one_request_says_it_all() -> None:
    assert told(FIND) == ()
    assert told(FIND.where(Person.name == "a", Person.age.between(1, 5))) == ()
    assert told(FIND.where(Person.name == "a").take(0)) == ()


def test_what_became_several_requests_is_told() -> None:
    find = FIND.where((Person.name == "a") | (Person.age == 1), Person.price > 5).omit(Person.size == 2)
    assert told(find) == (
        "written: (Person.name '==a' | Person.age '1') & Person.price '>5' & ~Person.size '2'",
        "sent as: 2 requests to find and 1 request to omit",
    )
    assert told(FIND.omit(Person.name == "a")) == (
        "written: ~Person.name '==a'",
        "sent as: 1 request to omit",
    )


def test_what_needs_no_request_is_told() -> None:
    assert told(FIND.where(Person.age.in_([])))[1] == "sent as: nothing, because no record can meet it"
    assert told(FIND.where((Person.age == 1) | (Person.age != 1))) == (
        "written: Person.age '1' | ~Person.age '1'",
        "sent as: a range of all records, because every record meets it",
    )


def test_a_long_condition_is_told_in_part() -> None:
    written, sent = told(FIND.where(Person.age.in_(range(1000))))
    assert written.startswith("written: Person.age '0' | Person.age '1' | ")
    assert written.endswith(" characters)")
    assert len(written) < 500
    assert sent == "sent as: 1000 requests to find"
