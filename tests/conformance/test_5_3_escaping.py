"""5.3. Literal characters in criteria."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.asking import Club, Host

pytest_plugins = ["conformance.asking"]

SIGNS = ["@", "*", "#", "?", "!", "=", "<", ">", '"', "\\", "≤", "≥", "…", "~", "//", "..", "..."]


@pytest.fixture(scope="module")
def signs(club_host: Host) -> Iterator[Club]:
    """Make members with each sign in a note, alone and between letters, for tests that read only."""
    with club_host.club() as club:
        for sign in SIGNS:
            club.members("Note", sign, f"a{sign}z", f"{sign}z")
        club.members("Note", "a5z", "axz", "z", "a")
        yield club


@pytest.fixture
def club(signs: Club, club_host: Host) -> Club:
    club_host.serve(signs.app)
    return signs


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_after_a_backslash_is_itself(club: Club, sign: str) -> None:
    assert club.found({"Note": f"==\\{sign}"}) == [sign]
    assert club.found({"Note": f"==a\\{sign}z"}) == [f"a{sign}z"]
    assert club.found({"Note": f"==\\{sign}z"}) == [f"{sign}z"]
    assert f"a{sign}z" in club.found({"Note": f"==*\\{sign}*"})


@pytest.mark.parametrize("sign", ["..", "..."])
def test_each_dot_may_have_its_backslash(club: Club, sign: str) -> None:
    escaped = sign.replace(".", r"\.")
    assert club.found({"Note": f"==a{escaped}z"}) == [f"a{sign}z"]


@pytest.mark.parametrize("sign", ["..", "...", "…"])
def test_dots_between_words_are_no_range_after_a_backslash(club: Club, sign: str) -> None:
    assert "axz" in club.found({"Note": f"a{sign}z"})
    assert "axz" not in club.found({"Note": f"a\\{sign}z"})


def test_a_question_mark_alone_is_searched_for_after_a_backslash(club: Club) -> None:
    found = club.found({"Note": r"\?"})
    assert "?" in found
    assert "axz" not in found


@pytest.mark.parametrize("sign", ["@", "*", "#", "?", "!", "=", "<", ">", "~", "…", "..."])
def test_signs_inside_quotes_are_themselves(club: Club, sign: str) -> None:
    found = club.found({"Note": f'*"a{sign}z"'})
    assert f"a{sign}z" in found
    assert "axz" not in found
    assert "a5z" not in found


@pytest.mark.parametrize(
    ("given", "escaped"),
    [("*", r"\*"), ("==a@z", r"==a\@z"), ("=", r"\="), ("!", r"\!"), ("<z", r"\<z"), ("a...b", r"a\...b")],
)
def test_signs_without_a_backslash_are_operators(club: Club, given: str, escaped: str) -> None:
    assert club.found({"Note": given}) != club.found({"Note": escaped})
