"""Repetitions: a sequence of fixed length that knows what was changed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest
from model.people import Person, load, person
from pydantic import TypeAdapter, ValidationError

from fmorm import NOT_LOADED, Field, Model, NotLoaded, ReadOnly, Repeating, Repetitions, field, repeating


class Log(Model, layout="log"):
    name: Field[str] = field("Name")
    days: Repeating[date | None] = repeating("Day", 3)
    fixed: Repeating[int] = repeating("Fixed", 2, read_only=True)


def phones() -> Repetitions[str]:
    return person().phones


def log(**fields: Any) -> Log:
    (loaded,) = load(Log, {"fieldData": fields, "portalData": {}, "recordId": "1", "modId": "0"})
    return loaded


def test_is_a_sequence_of_fixed_length() -> None:
    found = phones()
    assert len(found) == 3
    assert (list(found), list(reversed(found))) == (["+47 1", "", "+47 3"], ["+47 3", "", "+47 1"])
    assert (found[0], found[-1], found[1:], found[::-2]) == (
        "+47 1",
        "+47 3",
        ["", "+47 3"],
        ["+47 3", "+47 1"],
    )
    assert ("+47 3" in found, "x" in found, found.index(""), found.count("+47 1")) == (True, False, 1, 1)
    assert repr(found) == "['+47 1', '', '+47 3']"


def test_equals_what_holds_the_same_values() -> None:
    assert phones() == phones() == ["+47 1", "", "+47 3"]
    assert phones() == ("+47 1", "", "+47 3")
    assert phones() != ["+47 1", ""]
    assert phones() != "+47 1"
    with pytest.raises(TypeError, match="unhashable"):
        hash(phones())


@pytest.mark.parametrize("index", [3, -4, 99])
def test_index_beyond_the_repetitions_is_refused(index: int) -> None:
    found = phones()
    with pytest.raises(IndexError, match=r"Person\.phones has 3 repetitions: \[0\] to \[2\]"):
        _ = found[index]
    with pytest.raises(IndexError, match=r"Person\.phones has 3 repetitions"):
        found[index] = "x"
    assert not found.originals


def test_changes_are_noted_by_position() -> None:
    found = phones()
    found[0] = "9"
    found[-1] = "8"
    found[1] = ""
    assert found.originals == {0: "+47 1", 2: "+47 3"}
    found[0] = "7"
    found[2] = "+47 3"
    assert found.originals == {0: "+47 1"}, "set back is no change; set twice keeps the first original"


def test_a_value_is_checked() -> None:
    loaded = log(**{"Day(1)": "01/02/2003", "Day(2)": "", "Day(3)": ""})
    loaded.days[1] = cast("date", "2004-05-06")
    assert loaded.days == [date(2003, 1, 2), date(2004, 5, 6), None]
    with pytest.raises(ValidationError):
        loaded.days[0] = cast("date", "soon")
    assert (loaded.days[0], loaded.days.originals) == (date(2003, 1, 2), {1: None})


def test_message_of_an_invalid_value_names_the_field() -> None:
    with pytest.raises(ValidationError, match=r"Person\.phones"):
        phones()[0] = cast("str", 5)


def test_assignment_sets_all_in_place() -> None:
    loaded = person()
    before = loaded.phones
    loaded.phones = ["+47 1", "2", "3"]
    assert loaded.phones is before
    assert (list(before), before.originals) == (["+47 1", "2", "3"], {1: "", 2: "+47 3"})


@pytest.mark.parametrize("values", [[], ["1"], ["1", "2"], ["1", "2", "3", "4"]])
def test_assignment_of_another_number_is_refused(values: list[str]) -> None:
    loaded = person()
    with pytest.raises(ValueError, match=rf"Person\.phones has 3 repetitions, not {len(values)}"):
        loaded.phones = values
    assert (list(loaded.phones), loaded.phones.originals) == (["+47 1", "", "+47 3"], {})


def test_assignment_with_an_invalid_value_leaves_everything_as_it_was() -> None:
    loaded = person()
    with pytest.raises(ValidationError):
        loaded.phones = cast("Any", ["7", "8", 9])
    assert (list(loaded.phones), loaded.phones.originals) == (["+47 1", "", "+47 3"], {})


def test_text_is_no_list_of_repetitions() -> None:
    loaded = person()
    with pytest.raises((TypeError, ValueError), match=r"Person\.phones"):
        loaded.phones = cast("Any", "123")
    assert list(loaded.phones) == ["+47 1", "", "+47 3"]


def test_a_slice_is_assigned_or_refused_with_a_reason() -> None:
    found = phones()
    try:
        cast("Any", found)[0:2] = ["8", "9"]
    except TypeError as error:
        assert "Person.phones" in str(error)  # noqa: PT017 - a slice may be taken, or refused like this
        assert not found.originals
    else:
        assert found == ["8", "9", "+47 3"]


def test_read_only_repetitions_cannot_be_set() -> None:
    loaded = log(**{"Fixed(1)": 1, "Fixed(2)": 2})
    with pytest.raises(ReadOnly, match=r"Log\.fixed"):
        loaded.fixed = [3, 4]
    with pytest.raises(ReadOnly, match=r"Log\.fixed"):
        loaded.fixed[0] = 3
    assert (list(loaded.fixed), loaded.fixed.originals) == ([1, 2], {})


def test_a_repetition_that_was_not_loaded_is_told() -> None:
    loaded = log(**{"Day(1)": "01/02/2003"})
    assert (loaded.days[0], loaded.days.known()) == (date(2003, 1, 2), {0: date(2003, 1, 2)})
    for touch in (lambda: loaded.days[1], lambda: list(loaded.days), lambda: loaded.days[:]):
        with pytest.raises(NotLoaded, match=r"Log\.days\[1\]"):
            touch()
    loaded.days[1] = None
    assert loaded.days.originals == {1: NOT_LOADED}
    assert loaded.days.listed() == [date(2003, 1, 2), None, NOT_LOADED]


def test_repetitions_of_a_new_record() -> None:
    made = Person(name="Ada")
    made.phones[1] = "2"
    assert made.phones.known() == {1: "2"}
    assert Person(phones=["1", "2"]).phones.known() == {0: "1", 1: "2"}
    with pytest.raises(ValidationError, match=r"Person\.phones has 3 repetitions, not 4"):
        Person(phones=["1", "2", "3", "4"])


def test_a_dump_never_moves_a_value_to_another_repetition() -> None:
    made = Person(name="Ada")
    made.phones[1] = "2"
    for dump in (made.model_dump, made.model_dump_json):
        with pytest.raises(Exception, match=r"phones\[0\] was neither set nor loaded"):
            dump()


COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}


@pytest.mark.parametrize("how", COPIES)
def test_copies_are_independent_and_remember(how: str) -> None:
    found = phones()
    found[1] = "2"
    twin = COPIES[how](found)
    twin[0] = "9"
    assert (list(found), found.originals) == (["+47 1", "2", "+47 3"], {1: ""})
    assert (list(twin), twin.originals) == (["9", "2", "+47 3"], {0: "+47 1", 1: ""})
    with pytest.raises(ValidationError):
        twin[2] = 5


def test_pydantic_checks_the_items() -> None:
    adapter = TypeAdapter(Repetitions[int])
    assert adapter.validate_python(["1", 2]) == [1, 2]
    assert adapter.validate_json("[1, 2]") == [1, 2]
    assert adapter.dump_python(Repetitions([1, 2])) == [1, 2]
    with pytest.raises(ValidationError):
        adapter.validate_python(["x"])
    with pytest.raises(ValidationError):
        Log(days=Repetitions(["soon"]))  # type: ignore[list-item]
