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


DAYS = ["1/10/2020", "2/16/2020", "3/17/2020", "2/28/2021", "10/10/2019", "11/22/2026"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("{1..3}/{10..16}/2020", ["1/10/2020", "2/16/2020"]),
        ("{1...3}/{10…17}/2020", ["1/10/2020", "2/16/2020", "3/17/2020"]),
        ("{ 1 .. 3 }/*/2020", ["1/10/2020", "2/16/2020", "3/17/2020"]),
        ("2/{1..31}/{2020..2021}", ["2/16/2020", "2/28/2021"]),
        ("{2019..2020}", ["1/10/2020", "2/16/2020", "3/17/2020", "10/10/2019"]),
        ("{1..2}/2020", ["1/10/2020", "2/16/2020"]),
        ("*/2020", ["1/10/2020", "2/16/2020", "3/17/2020"]),
        ("2/*/2020", ["2/16/2020"]),
        ("*/10/*", ["1/10/2020", "10/10/2019"]),
        ("2/*", ["2/16/2020", "2/28/2021"]),
        ("*/*/2021", ["2/28/2021"]),
        ("*/*/*", DAYS),
        ("#/1#/2020", ["1/10/2020", "2/16/2020", "3/17/2020"]),
        ("0#/16/20##", ["2/16/2020"]),
        ("202#", ["1/10/2020", "2/16/2020", "3/17/2020", "2/28/2021", "11/22/2026"]),
        ("=2/*/2020", ["2/16/2020"]),
        ("==2/*/2020", ["2/16/2020"]),
        ("*/10/{19..20}", ["1/10/2020", "10/10/2019"]),
        ("2/16/20", ["2/16/2020"]),
        ("2-16-2020", ["2/16/2020"]),
        ("2.16.2020", ["2/16/2020"]),
        ("11/22", ["11/22/2026"]),
        ("Sun", ["2/16/2020", "2/28/2021", "11/22/2026"]),
        ("sunday", ["2/16/2020", "2/28/2021", "11/22/2026"]),
        ("=Fri", ["1/10/2020"]),
        ("Mon..Thu", ["3/17/2020", "10/10/2019"]),
        ("{Thursday...Friday}", ["1/10/2020", "10/10/2019"]),
        ("Sat..Mon", ["2/16/2020", "2/28/2021", "11/22/2026"]),
        ("//", ["11/22/2026"]),
        (">=//", ["11/22/2026"]),
        ("≤//", DAYS),
        ("1/1/2026...//", ["11/22/2026"]),
        ("//..12/31/2026", ["11/22/2026"]),
        ("2020…2021", ["1/10/2020", "2/16/2020", "3/17/2020", "2/28/2021"]),
        (">2/2020", ["3/17/2020", "2/28/2021", "11/22/2026"]),
        ("≥2021", ["2/28/2021", "11/22/2026"]),
        ("!", []),
    ],
)
def test_parts_of_dates(
    client: Client, people: Callable[..., None], criterion: str, found: list[str]
) -> None:
    people("Born", *DAYS)
    assert client.names({"Born": criterion}) == found


@pytest.mark.parametrize(
    "criterion",
    [
        "{3..1}/1/2020", "{1..13}/1/2020", "1/{1..40}/2020", "*/32/*", "20", "Mo", "Nonday", "Mon...x", "<Mon",
        "<*/1/2020", "{1..3}/1/2020...2021", "1/2-2020", "1/1/2020 9:15", "9:15", "//x", "*/*", "1/1/{1..5}/2020",
        "#", "9#/1/2020", "1/4#/2020", "<1/##/2020",
    ],
)  # fmt: skip
def test_parts_that_no_date_has_are_refused(client: Client, criterion: str) -> None:
    answer = client.find({"Born": criterion})
    expected = 401 if criterion == "*/*" else 500
    assert (answer.status, answer.code) == (500, expected)


@pytest.mark.parametrize(
    "criterion",
    [
        "2020-{1..3}-16",
        "2020-*-16",
        "2020-{2..2}",
        "*-2-16",
        "2/{16..17}/2020",
        "*/2020",
        "2020-02-16",
        "Sun",
    ],
)
def test_parts_of_iso_dates(client: Client, people: Callable[..., None], criterion: str) -> None:
    people("Born", "2/16/2020", "4/20/2021")
    assert client.find({"Born": criterion}, dateformats=2).column("Born") == ["2020-02-16"]


MOMENTS = ["2/16/2020 12:30:00", "2/16/2020 12:46:10", "3/17/2020 21:15:30", "11/22/2026 9:15:00"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("12:{30..45}", MOMENTS[:1]),
        ("*/2020 12:{30..50}", MOMENTS[:2]),
        ("2/16/2020 12:*", MOMENTS[:2]),
        ("2/16/2020 12:*:10", MOMENTS[1:2]),
        ("2/16/2020 12", MOMENTS[:2]),
        ("{1..3}/{10..16}/2020", MOMENTS[:2]),
        ("3/17/2020 9:15 PM", MOMENTS[2:3]),
        ("9:{10..20} PM", MOMENTS[2:3]),
        ("{8..10} AM", [MOMENTS[3]][:0]),
        ("// 9:15", MOMENTS[3:]),
        ("//", MOMENTS[3:]),
        (">=//", MOMENTS[3:]),
        ("<// 9:16", MOMENTS),
        (">// 9:15", []),
        ("2/16/2020 12:40...//", MOMENTS[1:]),
        ("Tue", MOMENTS[2:3]),
        ("Sun 12:{0..59}", MOMENTS[:2]),
        ("Mon..Fri", MOMENTS[2:3]),
        ("2020", MOMENTS[:3]),
        ("3/2020", MOMENTS[2:3]),
        ("=3/2020", MOMENTS[2:3]),
        ("==3/17/2020 21:15:30", MOMENTS[2:3]),
        ("3/17/20 21:15:30", MOMENTS[2:3]),
        ("≤2/16/2020", MOMENTS[:2]),
        ("*/16/* *:{40..50}:*", MOMENTS[1:2]),
    ],
)
def test_parts_of_timestamps(
    client: Client, people: Callable[..., None], criterion: str, found: list[str]
) -> None:
    people("Seen", *MOMENTS)
    if criterion == "{8..10} AM":
        assert client.find({"Seen": criterion}).code == 500, "an hour alone is no time of a timestamp"
    else:
        assert client.names({"Seen": criterion}) == found


@pytest.mark.parametrize(
    "criterion",
    ["2/30/2020", "2/16/2020 25:00:00", "2/16/2020 12:60", "{3..1}/1/2020", "x", "12:{45..30}", "<Sun"],
)
def test_parts_that_no_timestamp_has_are_refused(client: Client, criterion: str) -> None:
    answer = client.find({"Seen": criterion})
    assert (answer.status, answer.code) == (500, 500)


TIMES = ["9:15:00", "12:30:30", "21:45:00", "100:30:00", "-2:30:00"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("12:{30..45}", ["12:30:30"]),
        ("*:30", ["12:30:30", "100:30:00"]),
        ("*:*:30", ["12:30:30"]),
        ("#:1#", ["9:15:00"]),
        ("{9..12}:*", ["9:15:00", "12:30:30"]),
        ("9", ["9:15:00"]),
        ("9 PM", ["21:45:00"]),
        ("9:45 pm", ["21:45:00"]),
        ("{8..10}:{0..59} PM", ["21:45:00"]),
        ("12 PM", ["12:30:30"]),
        ("12 AM", []),
        ("<12 PM", ["9:15:00", "-2:30:00"]),
        (">21:45:00", ["100:30:00"]),
        ("≥21:45", ["21:45:00", "100:30:00"]),
        ("9...12", ["9:15:00", "12:30:30"]),
        ("-3:00..-1:00", ["-2:30:00"]),
        ("-2:30", ["-2:30:00"]),
        ("==100:30:00", ["100:30:00"]),
        ("*", TIMES),
        ("!", []),
        ("?", []),
    ],
)
def test_parts_of_times(
    client: Client, people: Callable[..., None], criterion: str, found: list[str]
) -> None:
    people("Run", *TIMES)
    assert client.names({"Run": criterion}) == found


@pytest.mark.parametrize(
    "criterion", ["x", "9:{50..70}", "9:6#", "1# PM", "13 PM", "//", "Mon", "<*:30", "1/1/2020", "{5..1}:00"]
)
def test_parts_that_no_time_has_are_refused(client: Client, criterion: str) -> None:
    answer = client.find({"Run": criterion})
    assert (answer.status, answer.code) == (500, 501)


@pytest.mark.parametrize(
    ("field", "values", "found"),
    [
        ("Born", ["1/1/2020", "01/01/20", "1/2/2020"], 2),
        ("Run", ["9:15", "9:15:00", "9:16"], 2),
        ("Seen", ["1/1/2020 9:15", "1/1/2020 9:15:00 AM", "1/1/2020"], 2),
        ("Size", ["5", "5.0", "6"], 2),
        ("Note", ["Zoë", "zoe", "zoo"], 2),
    ],
)
def test_duplicates_are_equal_values_of_the_kind(
    client: Client, people: Callable[..., None], field: str, values: list[str], found: int
) -> None:
    people(field, *values)
    client.create({"Name": "empty", "Code": "e"})
    client.create({"Name": "empty too", "Code": "f"})
    assert client.names({field: "!"}) == values[:found]
