from __future__ import annotations

from collections.abc import Callable

import pytest
from server.client import Client


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("2/1/2024", ["2/1/2024"]),
        ("==2/1/2024", ["2/1/2024"]),
        ("=2/1/2024", ["2/1/2024"]),
        ("<2/1/2024", ["1/31/2024", "12/31/2023"]),
        ("≤2/1/2024", ["1/31/2024", "2/1/2024", "12/31/2023"]),
        (">1/31/2024", ["2/1/2024", "11/22/2026"]),
        (">= 1/31/2024", ["1/31/2024", "2/1/2024", "11/22/2026"]),
        ("12/31/2023...1/31/2024", ["1/31/2024", "12/31/2023"]),
        ("1/1/2024..2/29/2024", ["1/31/2024", "2/1/2024"]),
        ("//", ["11/22/2026"]),
        ("<//", ["1/31/2024", "2/1/2024", "12/31/2023"]),
        ("2024", ["1/31/2024", "2/1/2024"]),
        ("1/2024", ["1/31/2024"]),
        (">2023", ["1/31/2024", "2/1/2024", "11/22/2026"]),
        ("2023...1/2024", ["1/31/2024", "12/31/2023"]),
        ("=", ["empty"]),
        ("*", ["1/31/2024", "2/1/2024", "12/31/2023", "11/22/2026"]),
        ("?", []),
    ],
)
def test_dates(client: Client, people: Callable[..., None], criterion: str, found: list[str]) -> None:
    people("Born", "1/31/2024", "2/1/2024", "12/31/2023", "11/22/2026")
    client.create({"Name": "empty", "Code": "empty"})
    assert client.names({"Born": criterion}) == found


@pytest.mark.parametrize("criterion", ["2/30/2024", "13/2024", "x", "1/1/2024...x", "2024-01-31"])
def test_an_impossible_date_is_refused(client: Client, criterion: str) -> None:
    answer = client.find({"Born": criterion})
    assert (answer.status, answer.code) == (500, 500)


@pytest.mark.parametrize(
    "criterion", ["2024-01-31", "2024-01", "1/31/2024", "2024-01-01...2024-01-31", ">=2024-01-31"]
)
def test_iso_criteria_are_read_when_the_request_asks_for_iso(
    client: Client, people: Callable[..., None], criterion: str
) -> None:
    people("Born", "1/31/2024")
    answer = client.find({"Born": criterion}, dateformats=2)
    assert answer.column("Born") == ["2024-01-31"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("1/31/2024 9:15:30", ["1/31/2024 9:15:30"]),
        ("1/31/2024 9:15", ["1/31/2024 9:15:00", "1/31/2024 9:15:30"]),
        ("1/31/2024", ["1/31/2024 9:15:00", "1/31/2024 9:15:30"]),
        (">1/31/2024 9:15:00", ["1/31/2024 9:15:30", "11/22/2026 0:00:00"]),
        ("1/31/2024 9:15:10...2/1/2026", ["1/31/2024 9:15:30"]),
        ("//", ["11/22/2026 0:00:00"]),
        (">1/31/2024", ["11/22/2026 0:00:00"]),
    ],
)
def test_timestamps(client: Client, people: Callable[..., None], criterion: str, found: list[str]) -> None:
    people("Seen", "1/31/2024 9:15:00", "1/31/2024 9:15:30", "11/22/2026 0:00:00")
    assert client.names({"Seen": criterion}) == found


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("9:15:00", ["9:15:00"]),
        ("9:15", ["9:15:00", "9:15:30"]),
        ("9:15 AM", ["9:15:00", "9:15:30"]),
        (">10:00", ["100:00:00"]),
        ("<0:00", ["-1:00:00"]),
        ("-2:00...9:15:10", ["9:15:00", "-1:00:00"]),
        ("==100:00:00", ["100:00:00"]),
    ],
)
def test_times(client: Client, people: Callable[..., None], criterion: str, found: list[str]) -> None:
    people("Run", "9:15:00", "9:15:30", "100:00:00", "-1:00:00")
    assert client.names({"Run": criterion}) == found


def test_an_impossible_time_is_refused(client: Client) -> None:
    assert client.find({"Run": "9:99"}).code == 501
