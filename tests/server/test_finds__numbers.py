from __future__ import annotations

from collections.abc import Callable

import pytest
from server.client import Client

LONG = "3070884973408833919385016168376332397025719676107210536517"


@pytest.fixture
def halves(client: Client, people: Callable[..., None]) -> Client:
    """Make people of the sizes 0.5, 1.5 and so on to 10.5."""
    people("Size", *[f"{number}.5" for number in range(11)])
    client.create({"Name": "empty", "Code": "empty"})
    return client


@pytest.mark.parametrize(
    ("criterion", "count"),
    [
        ("==5", 0),
        ("==5.5", 1),
        (">5", 6),
        (">5.5", 5),
        (">=5.5", 6),
        ("≥5.5", 6),
        ("<5", 5),
        ("<=5.5", 6),
        ("≤5.5", 6),
        ("1...3", 2),
        ("1..3", 2),
        ("1…3", 2),
        ("==5*", 1),
        ("==*5", 11),
        ("==*0.5", 2),
        ("5.5", 1),
        ("5.50", 1),
        ("=5.5", 1),
        ("=", 1),
        ("==", 1),
        ("*", 11),
        ("?", 0),
        ("5", 0),
        ("0", 0),
        ("> 5", 6),
        ("5*", 1),
        ("==@.5", 10),
        ("#.5", 10),
    ],
)
def test_operators(halves: Client, criterion: str, count: int) -> None:
    assert len(halves.names({"Size": criterion})) == count


def test_equal_numbers_are_found_however_they_are_written(
    client: Client, people: Callable[..., None]
) -> None:
    people("Size", "5", "5.0", "05", "5 apples", "50")
    assert client.names({"Size": "5"}) == ["5", "5.0", "05", "5 apples"]
    assert client.names({"Size": "==5"}) == ["5"], "== compares what is written"
    assert client.names({"Size": "!"}) == ["5", "5.0", "05", "5 apples"]


def test_a_number_without_digits_is_invalid_and_not_empty(
    client: Client, people: Callable[..., None]
) -> None:
    people("Size", "none", "1")
    client.create({"Name": "empty", "Code": "empty"})
    assert client.names({"Size": "?"}) == ["none"]
    assert client.names({"Size": "*"}) == ["1"]
    assert client.names({"Size": "="}) == ["empty"]


def test_negative_numbers(client: Client, people: Callable[..., None]) -> None:
    people("Size", "-10", "-2", "1")
    assert client.names({"Size": "-5...0"}) == ["-2"]
    assert client.names({"Size": "<-5"}) == ["-10"]


def test_the_last_of_many_digits_counts(client: Client, people: Callable[..., None]) -> None:
    people("Size", LONG, LONG[:-1] + "8")
    assert client.names({"Size": LONG}) == [LONG]
    assert client.names({"Size": f">{LONG}"}) == [LONG[:-1] + "8"]


@pytest.mark.parametrize("criterion", ["abc", "=abc", "> abc", "1...x", "x..3", ">=", "{}"])
def test_a_criterion_without_digits_is_refused(halves: Client, criterion: str) -> None:
    answer = halves.find({"Size": criterion})
    assert (answer.status, answer.code) == (500, 502)


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("==*5", [f"{number}.5" for number in range(11)]),
        ("==5*", ["5.5"]),
        ("==*5*", [f"{number}.5" for number in range(11)]),
        ("==*0*", ["0.5", "10.5"]),
        ("==#.5", [f"{number}.5" for number in range(10)]),
        ("==@@.5", ["10.5"]),
        ("==10.@", ["10.5"]),
        ("@.5", [f"{number}.5" for number in range(10)]),
        ('"5.5"', ["5.5"]),
        (r"5\.5", ["5.5"]),
        ("5.5 pieces", ["5.5"]),
        ("1.5...3.5", ["1.5", "2.5", "3.5"]),
        ("3...1", []),
        ("-1…1", ["0.5"]),
    ],
)
def test_wildcards_match_the_number_as_it_is_written(
    halves: Client, criterion: str, found: list[str]
) -> None:
    assert halves.names({"Size": criterion}) == found


def test_wildcards_on_whole_numbers(client: Client, people: Callable[..., None]) -> None:
    people("Size", *map(str, range(11)))
    assert client.names({"Size": "==*0"}) == ["0", "10"]
    assert client.names({"Size": "==1*"}) == ["1", "10"]
    assert client.names({"Size": "==##"}) == ["10"]


def test_letters_in_a_number_do_not_count(client: Client, people: Callable[..., None]) -> None:
    people("Size", "1A", "1", "A", "21")
    assert client.names({"Size": "1"}) == ["1A", "1"]
    assert client.names({"Size": "1A"}) == ["1A", "1"]
    assert client.names({"Size": "?"}) == ["A"]
    assert client.names({"Size": "<2"}) == ["1A", "1"]


def test_twenty_is_not_found_in_two_hundred_but_in_a_text_it_is(client: Client) -> None:
    client.create({"Name": "both", "Code": "1", "Size": "200", "Note": "200"})
    assert client.names({"Size": "20"}) == []
    assert client.names({"Note": "20"}) == ["both"]
    assert client.names({"Note": "=20"}) == []


def test_yes_and_no_are_one_and_zero(client: Client, people: Callable[..., None]) -> None:
    people("Size", "1", "0", "10")
    assert client.names({"Size": "==1"}) == ["1"]
    assert client.names({"Size": 1}) == ["1"]
