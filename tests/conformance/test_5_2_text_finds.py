"""5.2. Operators, on text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.asking import Club, Host

pytest_plugins = ["conformance.asking"]

TEXTS = [
    "John Doe",
    "John Smith",
    "Johnson, Ann",
    "Élodie",
    "a b c",
    "room 12",
    "doe@mail",
    "one\rtwo",
    "20%",
    "Twin",
    "twin",
    "200",
]


@pytest.fixture(scope="module")
def texts(club_host: Host) -> Iterator[Club]:
    """Make members with notes, and one without, for tests that read only."""
    with club_host.club() as club:
        club.members("Note", *TEXTS)
        club.rows("Member", {"Name": "empty"})
        yield club


@pytest.fixture
def club(texts: Club, club_host: Host) -> Club:
    club_host.serve(texts.app)
    return texts


def found(club: Club, criterion: str) -> list[str]:
    names: list[str] = club.found({"Note": criterion})
    return names


def test_without_an_operator_words_begin_with_what_is_asked_for(club: Club) -> None:
    assert found(club, "john") == ["John Doe", "John Smith", "Johnson, Ann"]
    assert found(club, "ohn") == []


def test_every_word_is_asked_for_in_any_order(club: Club) -> None:
    assert found(club, "doe john") == ["John Doe"]
    assert found(club, "smi jo") == ["John Smith"]
    assert found(club, "john x") == []


def test_case_does_not_count(club: Club) -> None:
    assert found(club, "JOHN DOE") == found(club, "john doe") == ["John Doe"]


def test_accents_do_not_count(club: Club) -> None:
    assert found(club, "elo") == found(club, "ÉLO") == ["Élodie"]


def test_one_equals_sign_alone_finds_empty_fields(club: Club) -> None:
    assert found(club, "=") == ["empty"]


def test_two_equals_signs_alone_find_empty_fields(club: Club) -> None:
    assert found(club, "==") == ["empty"]


def test_one_equals_sign_finds_whole_words(club: Club) -> None:
    assert found(club, "=john") == ["John Doe", "John Smith"]
    assert found(club, "=joh") == []


def test_each_word_with_an_equals_sign_is_a_whole_word(club: Club) -> None:
    assert found(club, "=john =doe") == ["John Doe"]
    assert found(club, "=john =do") == []


def test_two_equals_signs_find_the_whole_content(club: Club) -> None:
    assert found(club, "==john doe") == ["John Doe"]
    assert found(club, "==John") == []
    assert found(club, "==Doe John") == []


def test_the_whole_content_is_all_lines(club: Club) -> None:
    assert found(club, "==one") == []
    assert found(club, "==one\rtwo") == ["one\rtwo"]


def test_one_equals_sign_finds_a_word_in_any_line(club: Club) -> None:
    assert found(club, "=two") == ["one\rtwo"]


def test_an_asterisk_alone_finds_what_is_not_empty(club: Club) -> None:
    assert found(club, "*") == TEXTS


def test_an_asterisk_inside_stands_for_any_characters_also_for_none(club: Club) -> None:
    assert found(club, "==john*") == ["John Doe", "John Smith", "Johnson, Ann"]
    assert found(club, "==*doe") == ["John Doe"]
    assert found(club, "==*doe*") == ["John Doe", "doe@mail"]
    assert found(club, "==j*n d*e") == ["John Doe"]
    assert found(club, "==*john doe*") == ["John Doe"]
    assert found(club, "j*n") == ["John Doe", "John Smith", "Johnson, Ann"]
    assert found(club, "john*") == ["John Doe", "John Smith", "Johnson, Ann"]


def test_an_at_sign_stands_for_one_character(club: Club) -> None:
    assert found(club, "=j@hn") == ["John Doe", "John Smith"]
    assert found(club, "==@ b c") == ["a b c"]
    assert found(club, "=joh@@n") == []


def test_a_number_sign_stands_for_one_digit(club: Club) -> None:
    assert found(club, "==room ##") == ["room 12"]
    assert found(club, "==room #") == []
    assert found(club, "=##") == ["room 12", "20%"]


def test_a_phrase_is_words_side_by_side_in_this_order(club: Club) -> None:
    assert found(club, '"john doe"') == ["John Doe"]
    assert found(club, '"doe john"') == []
    assert found(club, '"a c"') == []


def test_a_phrase_matches_from_the_beginning_of_a_word(club: Club) -> None:
    assert found(club, '"john d"') == ["John Doe"]
    assert found(club, '"ohn doe"') == []


def test_a_phrase_after_an_asterisk_matches_anywhere(club: Club) -> None:
    assert found(club, '*"ohn d"') == ["John Doe"]
    assert found(club, '*"oe"') == ["John Doe", "doe@mail"]


def test_an_exclamation_mark_finds_values_that_occur_more_than_once(club: Club) -> None:
    assert found(club, "!") == ["Twin", "twin"]


def test_less_and_more_go_by_the_order_of_the_language(club: Club) -> None:
    assert found(club, ">=twin") == ["Twin", "twin"]
    assert found(club, ">room 12") == ["Twin", "twin"]
    assert found(club, "<b") == ["a b c", "20%", "200"]
    assert found(club, "<=a b c") == ["a b c", "20%", "200"]
    assert found(club, "<f") == ["Élodie", "a b c", "doe@mail", "20%", "200"]


@pytest.mark.parametrize(("word", "sign"), [("<=", "≤"), (">=", "≥")])
def test_at_most_and_at_least_have_two_spellings(club: Club, word: str, sign: str) -> None:
    assert found(club, f"{word}john doe") == found(club, f"{sign}john doe") != []


@pytest.mark.parametrize("dots", ["...", "..", "…"])
def test_a_range_includes_both_ends_the_last_one_by_its_beginning(club: Club, dots: str) -> None:
    assert found(club, f"doe@mail{dots}john") == [
        "John Doe",
        "John Smith",
        "Johnson, Ann",
        "Élodie",
        "doe@mail",
    ]


def test_a_tilde_matches_kana_of_both_kinds_and_widths(club_host: Host) -> None:
    with club_host.club() as club:
        club.members("Note", "テスト")
        assert found(club, "~てすと") == ["テスト"]
        assert found(club, "てすと") == []


def test_a_backslash_makes_the_next_character_literal(club: Club) -> None:
    assert found(club, r"==doe\@mail") == ["doe@mail"]
    assert found(club, r"==john\@doe") == []
    assert found(club, r"==john\*") == []


def test_tagged_texts_are_found_whole_and_by_parts(club_host: Host) -> None:
    with club_host.club() as club:
        club.members("Note", *[f"T9 Test{n:02d} Container PersonT9, {n:02d} T9" for n in range(11)])
        assert found(club, "==T9 Test05 Container PersonT9, 05 T9") == ["T9 Test05 Container PersonT9, 05 T9"]
        assert len(found(club, "==T9*t05*")) == 1
        assert len(found(club, "==T9*")) == len(found(club, "==*T9")) == len(found(club, "==*T9*")) == 11


def test_a_number_as_text_is_found_by_its_beginning(club: Club) -> None:
    assert found(club, "20") == ["20%", "200"]
