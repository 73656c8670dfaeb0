"""Finds by the results of formulas, kept and not kept: they are found by the kind of the result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server.client import Client
from server.test_store import client_of, with_fields

FORMULAS = {
    "Twice": ("number", "2 * Size"),
    "Day": ("date", "GetAsDate ( Said )"),
    "Clock": ("time", "GetAsTime ( Said )"),
    "Loud": ("text", "Upper ( Said ) & ` ` & Size".replace("`", '"')),
}


@pytest.fixture(params=[False, True], ids=["kept", "not kept"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    fields = {
        name: {"type": kind, "calculation": formula, "unstored": bool(request.param)}
        for name, (kind, formula) in FORMULAS.items()
    }
    client = client_of(with_fields(Said="text", Size="number", **fields))
    client.call("DELETE", "records/1")
    for said, size in [("1/2/2020", "1"), ("9:15:00", "2"), ("word", "10"), ("12/31/2021", "3")]:
        client.create({"Said": said, "Size": size})
    yield client
    client.app.close()


@pytest.mark.parametrize(
    ("field", "criterion", "sizes"),
    [
        ("Twice", "4", [2]),
        ("Twice", ">4", [10, 3]),
        ("Twice", "2...6", [1, 2, 3]),
        ("Twice", "==2*", [1, 10]),
        ("Twice", "*", [1, 2, 10, 3]),
        ("Day", "2020", [1]),
        ("Day", ">1/1/2020", [1, 3]),
        ("Day", "≥1/2/2020", [1, 3]),
        ("Day", "<2021", [1]),
        ("Day", "*/31/*", [3]),
        ("Day", "*/*/*", [1, 3]),
        ("Day", "Thu..Fri", [1, 3]),
        ("Clock", "9:15", [2]),
        ("Clock", "9:{10..20}", [2]),
        ("Loud", "word", [10]),
        ("Loud", "==word 10", [10]),
        ("Loud", "=10", [10]),
        ("Loud", ">w", [10]),
    ],
)
def test_results(client: Client, field: str, criterion: str, sizes: list[int]) -> None:
    assert client.find({field: criterion}).column("Size") == sizes


def test_what_is_no_date_is_invalid(client: Client) -> None:
    shown = {
        record["fieldData"]["Size"]: record["fieldData"]["Day"]
        for record in client.call("GET", "records").records
    }
    broken = [size for size, day in shown.items() if day == "?"]
    assert client.find({"Day": "?"}).column("Size") == broken
    assert 10 in broken


@pytest.mark.parametrize("field", ["Twice", "Loud"])
def test_results_sort(client: Client, field: str) -> None:
    shown = client.call("GET", "records", _sort=[{"fieldName": field, "sortOrder": "descend"}])
    expected = {"Twice": [10, 3, 2, 1], "Loud": [10, 2, 3, 1]}[field]
    assert shown.column("Size") == expected
