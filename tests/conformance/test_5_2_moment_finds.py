"""5.2. Operators, on dates, times and timestamps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.asking import Club, Host

pytest_plugins = ["conformance.asking"]

DAYS = ["1/10/2020", "2/16/2020", "3/17/2020", "2/28/2021", "10/10/2019", "11/22/2026"]
TIMES = ["9:15:00", "12:30:30", "12:46:00", "100:30:00", "-2:30:00"]
MOMENTS = ["2/16/2020 12:30:00", "2/16/2020 12:46:10", "3/17/2020 21:15:30", "11/22/2026 9:15:00"]


@pytest.fixture(scope="module")
def moments(club_host: Host) -> Iterator[Club]:
    """Make members with days, times and moments, for tests that read only."""
    with club_host.club() as club:
        for field, values in {"Born": DAYS, "Lap": TIMES, "Seen": MOMENTS}.items():
            club.members(field, *values)
        yield club


@pytest.fixture
def club(moments: Club, club_host: Host) -> Club:
    club_host.serve(moments.app)
    return moments


def days(club: Club, criterion: str, **more: object) -> list[str]:
    names: list[str] = club.found({"Born": criterion}, **more)
    return names


def times(club: Club, criterion: str) -> list[str]:
    names: list[str] = club.found({"Lap": criterion})
    return names


def stamps(club: Club, criterion: str) -> list[str]:
    names: list[str] = club.found({"Seen": criterion})
    return names


@pytest.mark.parametrize("sign", ["", "=", "=="])
def test_equal_moments_are_found_however_they_are_spelt(club: Club, sign: str) -> None:
    assert days(club, f"{sign}2/16/2020") == days(club, f"{sign}02/16/2020") == ["2/16/2020"]
    assert times(club, f"{sign}9:15:00") == times(club, f"{sign}09:15:00") == ["9:15:00"]
    assert stamps(club, f"{sign}03/17/2020 9:15:30 PM") == ["3/17/2020 21:15:30"]


def test_a_year_or_a_month_finds_its_days(club: Club) -> None:
    assert days(club, "2020") == DAYS[:3]
    assert days(club, "2/2020") == ["2/16/2020"]


def test_a_day_a_month_or_a_year_finds_its_timestamps(club: Club) -> None:
    assert stamps(club, "2/16/2020") == MOMENTS[:2]
    assert stamps(club, "3/2020") == [MOMENTS[2]]
    assert stamps(club, "2020") == MOMENTS[:3]


@pytest.mark.parametrize(("field", "count"), [("Born", 6), ("Lap", 5), ("Seen", 4)])
def test_an_asterisk_alone_finds_what_is_not_empty_and_an_equals_sign_the_rest(
    club: Club, field: str, count: int
) -> None:
    assert len(club.found({field: "*"})) == count
    assert len(club.found({field: "="})) == len(club.found({field: "=="})) == 15 - count


def test_a_number_sign_stands_for_one_digit(club: Club) -> None:
    assert days(club, "#/1#/2020") == DAYS[:3]
    assert days(club, "==2/#6/2020") == days(club, "0#/16/20##") == ["2/16/2020"]
    assert days(club, "202#") == [*DAYS[:4], DAYS[5]]
    assert times(club, "12:#0") == times(club, "##:##:30") == ["12:30:30"]
    assert stamps(club, "2/16/2020 12:4#") == [MOMENTS[1]]


def test_an_exclamation_mark_finds_moments_that_occur_more_than_once(club_host: Host) -> None:
    with club_host.club() as club:
        club.members("Born", "1/1/2020", "01/01/2020", "1/2/2020")
        club.members("Lap", "9:15", "9:15:00", "9:16")
        club.members("Seen", "1/1/2020 9:15", "1/1/2020 9:15:00 AM", "1/1/2020 9:16")
        assert days(club, "!") == ["1/1/2020", "01/01/2020"]
        assert times(club, "!") == ["9:15", "9:15:00"]
        assert stamps(club, "!") == ["1/1/2020 9:15", "1/1/2020 9:15:00 AM"]


@pytest.mark.parametrize("field", ["Born", "Lap", "Seen"])
def test_no_invalid_moments_are_there_to_be_found_by_a_question_mark(club: Club, field: str) -> None:
    assert club.find({field: "?"}).refusal == (500, "401")


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("<2/16/2020", ["1/10/2020", "10/10/2019"]),
        ("<=2/16/2020", ["1/10/2020", "2/16/2020", "10/10/2019"]),
        ("≤2/16/2020", ["1/10/2020", "2/16/2020", "10/10/2019"]),
        (">2/28/2021", ["11/22/2026"]),
        (">=2/28/2021", ["2/28/2021", "11/22/2026"]),
        ("≥2/28/2021", ["2/28/2021", "11/22/2026"]),
        ("2/16/2020...2/28/2021", ["2/16/2020", "3/17/2020", "2/28/2021"]),
        ("2/16/2020..2/28/2021", ["2/16/2020", "3/17/2020", "2/28/2021"]),
        ("2/16/2020…2/28/2021", ["2/16/2020", "3/17/2020", "2/28/2021"]),
        ("<=2/2020", ["1/10/2020", "2/16/2020", "10/10/2019"]),
        ("<2/2020", ["1/10/2020", "10/10/2019"]),
        (">2/2020", ["3/17/2020", "2/28/2021", "11/22/2026"]),
        (">=2020", ["1/10/2020", "2/16/2020", "3/17/2020", "2/28/2021", "11/22/2026"]),
        ("2019...2/2020", ["1/10/2020", "2/16/2020", "10/10/2019"]),
    ],
)
def test_dates_compare_by_the_calendar(club: Club, criterion: str, found: list[str]) -> None:
    assert days(club, criterion) == found


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("<9:15:00", ["-2:30:00"]),
        ("<=9:15:00", ["9:15:00", "-2:30:00"]),
        (">12:46:00", ["100:30:00"]),
        (">=12:46:00", ["12:46:00", "100:30:00"]),
        ("9:15:00...12:30:30", ["9:15:00", "12:30:30"]),
    ],
)
def test_times_compare_as_durations(club: Club, criterion: str, found: list[str]) -> None:
    assert times(club, criterion) == found


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("<2/16/2020 12:46:10", MOMENTS[:1]),
        ("<=2/16/2020 12:46:10", MOMENTS[:2]),
        (">2/16/2020 12:46:10", MOMENTS[2:]),
        (">=2/16/2020 12:46:10", MOMENTS[1:]),
        ("2/16/2020 12:46:10...3/17/2020 21:15:30", MOMENTS[1:3]),
        ("<=2/16/2020", MOMENTS[:2]),
        (">2/16/2020", MOMENTS[2:]),
    ],
)
def test_timestamps_compare_by_the_moment(club: Club, criterion: str, found: list[str]) -> None:
    assert stamps(club, criterion) == found


def test_two_slashes_are_the_date_of_today(club: Club) -> None:
    assert days(club, "//") == ["11/22/2026"]
    assert days(club, "<//") == DAYS[:5]
    assert stamps(club, "//") == ["11/22/2026 9:15:00"]
    assert stamps(club, "<//") == MOMENTS[:3]


def test_braces_are_ranges_inside_one_part(club: Club) -> None:
    assert days(club, "{1..3}/{10..16}/2020") == ["1/10/2020", "2/16/2020"]
    assert times(club, "12:{30..45}") == ["12:30:30"]
    assert stamps(club, "2/16/2020 12:{30..45}") == [MOMENTS[0]]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("*/2020", ["1/10/2020", "2/16/2020", "3/17/2020"]),
        ("2/*/2020", ["2/16/2020"]),
        ("*/10/*", ["1/10/2020", "10/10/2019"]),
    ],
)
def test_an_asterisk_in_a_date_is_any_value_of_a_part(club: Club, criterion: str, found: list[str]) -> None:
    assert days(club, criterion) == found


def test_years_of_two_digits_are_widened(club: Club) -> None:
    assert days(club, "2/16/20") == ["2/16/2020"]


@pytest.mark.parametrize("name", ["Sun", "Sunday", "sun", "=Sun"])
def test_days_of_the_week_have_names(club: Club, name: str) -> None:
    assert days(club, name) == ["2/16/2020", "2/28/2021", "11/22/2026"]


@pytest.mark.parametrize(
    ("field", "criterion", "code"),
    [("Born", "2/30/2020", "500"), ("Born", "soon", "500"), ("Lap", "soon", "501"), ("Seen", "soon", "500")],
)
def test_what_is_no_moment_is_refused(club: Club, field: str, criterion: str, code: str) -> None:
    assert club.find({field: criterion}).refusal == (500, code)


@pytest.mark.parametrize("form", [2, "2"])
def test_iso_dates_are_found_when_the_request_says_so(club: Club, form: object) -> None:
    assert days(club, "2020-02-16", dateformats=form) == ["2/16/2020"]
    assert days(club, ">=2021-02-28", dateformats=form) == ["2/28/2021", "11/22/2026"]
    assert days(club, "2020-02-16...2020-03-17", dateformats=form) == ["2/16/2020", "3/17/2020"]


def test_iso_dates_are_no_dates_when_it_does_not(club: Club) -> None:
    assert club.find({"Born": "2020-02-16"}).refusal == (500, "500")
