"""5.2. Operators, on numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.asking import Club, Host

pytest_plugins = ["conformance.asking"]

HALVES = [f"{number}.5" for number in range(11)]


@pytest.fixture(scope="module")
def halves(club_host: Host) -> Iterator[Club]:
    """Make members with the scores 0.5 to 10.5, and one without, for tests that read only."""
    with club_host.club() as club:
        club.members("Score", *HALVES)
        club.rows("Member", {"Name": "empty"})
        yield club


@pytest.fixture
def club(halves: Club, club_host: Host) -> Club:
    club_host.serve(halves.app)
    return halves


def found(club: Club, criterion: object) -> list[str]:
    names: list[str] = club.found({"Score": criterion})
    return names


@pytest.fixture
def of(club_host: Host) -> Iterator[Club]:
    """Give a file for numbers of a test's own."""
    with club_host.club() as club:
        yield club


def test_a_number_finds_equal_numbers_and_no_longer_ones(of: Club) -> None:
    of.members("Score", "20", "200", "20.0", "2")
    assert found(of, "20") == found(of, 20) == found(of, "=20") == ["20", "20.0"]


def test_two_equals_signs_compare_what_is_written(of: Club) -> None:
    of.members("Score", "5", "5.0", "05")
    assert found(of, "==5") == ["5"]
    assert found(of, "==5.0") == ["5.0"]


def test_the_whole_number_must_be_equal(club: Club) -> None:
    assert found(club, "==5") == []
    assert found(club, "==5.5") == ["5.5"]


@pytest.mark.parametrize("criterion", ["=", "=="])
def test_equals_signs_alone_find_empty_fields(club: Club, criterion: str) -> None:
    assert found(club, criterion) == ["empty"]


def test_an_asterisk_alone_finds_valid_numbers(club: Club) -> None:
    assert found(club, "*") == HALVES


def test_a_question_mark_finds_what_has_no_digits(of: Club) -> None:
    of.members("Score", "none", "1A", "1")
    of.rows("Member", {"Name": "empty"})
    assert found(of, "?") == ["none"]
    assert found(of, "*") == ["1A", "1"]


def test_letters_in_a_number_do_not_count(of: Club) -> None:
    of.members("Score", "1A", "1", "2")
    assert found(of, "1") == ["1A", "1"]


@pytest.mark.parametrize(
    ("criterion", "count"), [("==5*", 1), ("==*5", 11), ("==*5*", 11), ("==*0*", 2), ("==1*5", 2)]
)
def test_an_asterisk_inside_matches_the_digits_as_text(club: Club, criterion: str, count: int) -> None:
    assert len(found(club, criterion)) == count


def test_whole_numbers_match_by_their_last_digit(of: Club) -> None:
    of.members("Score", *range(11))
    assert found(of, "==*0") == ["0", "10"]


def test_an_at_sign_stands_for_one_character(club: Club) -> None:
    assert found(club, "==@.5") == found(club, "@.5") == HALVES[:10]
    assert found(club, "==@@.5") == ["10.5"]


def test_a_number_sign_stands_for_one_digit(club: Club) -> None:
    assert found(club, "==#.5") == found(club, "#.5") == HALVES[:10]
    assert found(club, "==##.5") == ["10.5"]


def test_an_exclamation_mark_finds_numbers_that_occur_more_than_once(of: Club) -> None:
    of.members("Score", "5", "5.0", "6")
    of.rows("Member", {"Name": "empty"}, {"Name": "empty too"})
    assert found(of, "!") == ["5", "5.0"]


@pytest.mark.parametrize(
    ("criterion", "count"),
    [(">5", 6), (">5.5", 5), (">=5.5", 6), ("≥5.5", 6), ("<5", 5), ("<=5.5", 6), ("≤5.5", 6), ("<0", 0)],
)
def test_less_and_more_compare_numbers(club: Club, criterion: str, count: int) -> None:
    assert len(found(club, criterion)) == count


def test_more_digits_are_not_less(of: Club) -> None:
    of.members("Score", "9", "10", "-9", "-10")
    assert found(of, ">9") == ["10"]
    assert found(of, "<-9") == ["-10"]


@pytest.mark.parametrize("dots", ["...", "..", "…"])
def test_a_range_of_numbers_includes_both_ends(club: Club, dots: str) -> None:
    assert found(club, f"1{dots}3") == ["1.5", "2.5"]
    assert found(club, f"1.5{dots}3.5") == ["1.5", "2.5", "3.5"]


def test_every_one_of_many_digits_counts(of: Club) -> None:
    long = "1234567890" * 6
    of.members("Score", f"{long}1", f"{long}2")
    assert found(of, f"{long}2") == found(of, f">{long}1") == [f"{long}2"]


def test_yes_and_no_are_one_and_zero(of: Club) -> None:
    of.members("Score", "1", "0", "10")
    assert found(of, "==1") == found(of, 1) == ["1"]
    assert found(of, "==0") == found(of, 0) == ["0"]
