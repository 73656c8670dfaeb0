from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import calculate, shown

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
COUNTS = st.integers(-3, 30)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ('Left ( "FileMaker" ; 4 )', "File"),
        ('Left ( "FileMaker" ; 40 )', "FileMaker"),
        ('Left ( "FileMaker" ; -1 )', ""),
        ("Left ( 12.5 ; 3 )", "12."),
        ('Right ( "FileMaker" ; 5 )', "Maker"),
        ('Right ( "FileMaker" ; 0 )', ""),
        ('Middle ( "(408)555-9054" ; 2 ; 3 )', "408"),
        ('Middle ( "abc" ; -5 ; 2 )', "ab"),
        ('Middle ( "abc" ; 9 ; 2 )', ""),
        ('Length ( "añb" )', "3"),
        ("Length ( 007 )", "1"),
        ('Position ( "Mississippi" ; "iss" ; 1 ; 1 )', "2"),
        ('Position ( "Mississippi" ; "ISS" ; 1 ; 2 )', "5"),
        ('Position ( "Mississippi" ; "iss" ; 3 ; 1 )', "5"),
        ('Position ( "Mississippi" ; "iss" ; 1 ; 3 )', "0"),
        ('Position ( "Mississippi" ; "iss" ; 1 ; 0 )', "0"),
        ('Position ( "William Smith" ; " " ; 13 ; -1 )', "8"),
        ('Position ( "a-b-c" ; "-" ; 5 ; -2 )', "2"),
        ('Position ( "a-b-c" ; "-" ; 3 ; -1 )', "2"),
        ('Position ( "abc" ; "" ; 1 ; 1 )', "0"),
        ('Position ( "İİx" ; "X" ; 1 ; 1 )', "3"),
        ('PatternCount ( "Mississippi" ; "IS" )', "2"),
        ('PatternCount ( "aaaa" ; "aa" )', "2"),
        ('PatternCount ( "a" ; "" )', "0"),
        ('Substitute ( "Photoshop" ; "shop" ; "graph" )', "Photograph"),
        ('Substitute ( "aA" ; "a" ; "b" )', "bA"),
        ('Substitute ( "abc" ; [ "a" ; "b" ] ; [ "b" ; "c" ] )', "ccc"),
        ('Substitute ( "abc" ; [ "b" ; "" ] )', "ac"),
        ('Substitute ( "abc" ; "" ; "x" )', "abc"),
        ('Replace ( "1234567" ; 5 ; 1 ; "X" )', "1234X67"),
        ('Replace ( "abc" ; 2 ; 0 ; "X" )', "aXbc"),
        ('Filter ( "(408)555-1212" ; "0123456789" )', "4085551212"),
        ('Filter ( "AaBb" ; "AB" )', "AB"),
        ('Trim ( "  a  b " )', "a  b"),
        ('Upper ( "Ca1é" )', "CA1É"),
        ('Lower ( "ÀB" )', "àb"),
        ('Proper ( "ANNA o\'neil-SMITH 3rd" )', "Anna O'neil-Smith 3Rd"),
        ('Exact ( "a" ; "A" )', "0"),
        ('Exact ( "a" ; "a" )', "1"),
        ('Quote ( "say \\"hi\\" \\\\ there¶now" )', '"say \\"hi\\" \\\\ there¶now"'),
        ("Char ( 98 )", "b"),
        ("Char ( 0 )", ""),
        ("Char ( 9800097 )", "ab"),
        ("Char ( 55296 )", "?"),
        ('Code ( "b" )', "98"),
        ('Code ( "ab" )', "9800097"),
        ('Code ( "" )', ""),
        ('Code ( "😀" )', "?"),
        ("GetAsText ( 0.50 )", ".5"),
        ('GetAsNumber ( "x15A3" )', "153"),
        ('GetAsNumber ( "x" )', ""),
        ('GetAsNumber ( "?" )', "?"),
        ('GetAsBoolean ( "12 x" ) & GetAsBoolean ( "" ) & GetAsBoolean ( 0 )', "100"),
        ('GetAsDate ( "03/04/2024" ) + 1', "3/5/2024"),
        ('GetAsDate ( "x" )', "?"),
        ("GetAsDate ( 1 )", "1/1/0001"),
        ('GetAsTime ( "02:47:35" )', "2:47:35"),
        ("GetAsTimestamp ( 50000 )", "1/1/0001 1:53:20 PM"),
        ('GetAsTimestamp ( "4/5/2019 4:05:06" )', "4/5/2019 4:05:06 AM"),
        ('GetAsURLEncoded ( "Köln & x" )', "K%C3%B6ln%20%26%20x"),
        ('TextSize ( TextColor ( "a" ; RGB ( 255 ; 0 ; 0 ) ) ; 18 ) & RGB ( 0 ; 1 ; 2 )', "a258"),
        ('SerialIncrement ( "abc12" ; 7 )', "abc19"),
        ('SerialIncrement ( "abc12" ; -1 )', "abc11"),
        ('SerialIncrement ( "abc12" ; 1.2 )', "abc13"),
        ('SerialIncrement ( "abc1.2" ; 1.2 )', "abc1.3"),
        ('SerialIncrement ( "abc123;999" ; 1 )', "abc123;1000"),
        ('SerialIncrement ( "A009x" ; 1 )', "A010x"),
        ('"tab\\t" & "a\\¶b" & ¶ & "¶"', "tab\\ta¶b\r\r"),
    ],
)
def test_results(formula: str, result: str) -> None:
    assert shown(formula) == result


@given(TEXTS, COUNTS)
def test_the_parts_make_the_whole(text: str, count: int) -> None:
    assert (
        shown(f"Left ( t ; {count} ) & Middle ( t ; Max ( 1 ; {count} + 1 ) ; Length ( t ) )", t=text) == text
    )
    assert shown(f"Left ( t ; Length ( t ) - {count} ) & Right ( t ; {count} )", t=text) == text or count < 0


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20))
def test_a_quoted_text_is_a_formula_of_that_text(text: str) -> None:
    quoted = shown("Quote ( t )", t=text)
    assert shown(quoted) == text


@given(st.text(st.characters(min_codepoint=1, max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20))
def test_codes_and_characters_are_inverse(text: str) -> None:
    assert shown("Char ( Code ( t ) )", t=text) == text


@given(TEXTS, st.text(max_size=2), st.integers(1, 5), st.integers(-3, 3))
def test_a_position_is_one_where_the_text_stands(text: str, search: str, start: int, occurrence: int) -> None:
    formula = f"Position ( t ; s ; {start} ; {occurrence} )"
    place = calculate(formula, t=text, s=search)
    if place:
        assert calculate("Middle ( t ; n ; Length ( s ) ) = s", t=text, s=search, n=place) == 1
