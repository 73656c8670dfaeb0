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
