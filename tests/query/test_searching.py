from __future__ import annotations

from typing import Any

import pytest
from query.fields import Person

from fmorm.errors import FindError
from fmorm.query.compile import requests
from fmorm.query.conditions import EVERYTHING, NOTHING, Condition
from fmorm.query.searching import search

name, city, phones = Person.name, Person.city, Person.phones


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (search("ann", [name]), [{"Name": "ann"}]),
        (search(" ann  berg\n", [name]), [{"Name": "ann berg"}]),
        (search("ann", [name, city]), [{"Name": "ann"}, {"addresses::City": "ann"}]),
        (
            search("ann oslo", [name, city]),
            [
                {"Name": "ann oslo"},
                {"Name": "ann", "addresses::City": "oslo"},
                {"addresses::City": "ann", "Name": "oslo"},
                {"addresses::City": "ann oslo"},
            ],
        ),
        (search("12", [phones]), [{"Phone(1)": "12"}, {"Phone(2)": "12"}, {"Phone(3)": "12"}]),
        (search("12", [phones[1]]), [{"Phone(2)": "12"}]),
        (search("Ann ann an", [name]), [{"Name": "ann"}]),
        (search("Berg & Co", [name]), [{"Name": "Berg Co"}]),
        (search("a*b ==c !", [name]), [{"Name": "a\\*b \\=\\=c"}]),
        (search("ann", [name, name]), [{"Name": "ann"}]),
    ],
)
def test_every_word_in_one_of_the_fields(condition: Condition, expected: list[dict[str, str]]) -> None:
    assert requests(condition) == expected


def test_words_beside_other_conditions() -> None:
    assert requests(search("ann", [name, city]) & (Person.age > 5)) == [
        {"Name": "ann", "Age": ">5"},
        {"addresses::City": "ann", "Age": ">5"},
    ]
    assert requests(search("ann", [name]) & name.matches("berg")) == [{"Name": "ann berg"}]


@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_a_blank_text_is_no_condition(blank: str) -> None:
    assert search(blank, [name]) == EVERYTHING


@pytest.mark.parametrize("signs", ["*", "- &", "🎉"])
def test_signs_alone_find_nothing(signs: str) -> None:
    assert search(signs, [name]) == NOTHING


def test_too_many_words_are_refused_with_the_count() -> None:
    assert len(requests(search("a b c d", [name, city, Person.zip])) or []) == 81
    with pytest.raises(
        FindError, match=r"5 words in 3 fields makes 243 requests, more than 200: .*calculation field"
    ):
        search("a b c d e", [name, city, Person.zip])


def test_a_whole_book_is_refused_at_once() -> None:
    book = " ".join(map(str, range(10_000, 20_000)))
    with pytest.raises(FindError, match="10000 words in 2 fields makes over 1000000000000 requests"):
        search(book, [name, city])


@pytest.mark.parametrize("text", ["ann", ""])
@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ([], TypeError, r"fields to look into: search\(text, Person.name"),
        (["Name"], TypeError, "takes fields such as Person.name and was given 'Name'"),
        ([Person.age], TypeError, "Person.age is held as int"),
        ([Person.code], FindError, "Person.code is a number field and has no words"),
        ([Person.day], TypeError, "Person.day is held as date"),
    ],
)
def test_what_cannot_be_searched(fields: list[Any], error: type[Exception], message: str, text: str) -> None:
    with pytest.raises(error, match=message):
        search(text, fields)


def test_only_text_is_searched_for() -> None:
    with pytest.raises(TypeError, match="takes a text and was given 5"):
        search(5, [name])
