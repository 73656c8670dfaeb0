from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import shown


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ('LeftWords ( "Plaid Canvas Suitcase" ; 2 )', "Plaid Canvas"),
        ('LeftWords ( "  one, two; three" ; 2 )', "one, two"),
        ('RightWords ( "one, two; three!" ; 2 )', "two; three"),
        ('RightWords ( "one" ; 0 )', ""),
        ('MiddleWords ( "one two three four" ; 2 ; 2 )', "two three"),
        ('WordCount ( "the sun isn\'t up-to-date, 3.5 times" )', "8"),
        ('WordCount ( "x=y=1.5" )', "3"),
        ('WordCount ( "" )', "0"),
        ('ValueCount ( "a¶b¶" )', "2"),
        ('ValueCount ( "a¶¶b" )', "3"),
        ('ValueCount ( "" ) & ValueCount ( ¶ )', "01"),
        ('GetValue ( "a¶b¶c" ; 2 )', "b"),
        ('GetValue ( "a¶b" ; 3 ) & GetValue ( "a" ; 0 )', ""),
        ('LeftValues ( "a¶b¶c" ; 2 )', "a\rb\r"),
        ('RightValues ( "a¶b¶c" ; 2 )', "b\rc\r"),
        ('RightValues ( "a¶b" ; 0 )', ""),
        ('MiddleValues ( "a¶b¶c" ; 2 ; 1 )', "b\r"),
        ('FilterValues ( "Red¶green¶Blue" ; "blue¶red" )', "Red\rBlue\r"),
        ('FilterValues ( "a" ; "" )', ""),
        ('SortValues ( "34¶600¶18¶29" ; -2 )', "600\r34\r29\r18\r"),
        ('SortValues ( "34¶600¶18¶29" ; 2 )', "18\r29\r34\r600\r"),
        ('SortValues ( "34¶600¶18" )', "18\r34\r600\r"),
        ('SortValues ( "red¶green¶blue¶GREEN" )', "blue\rgreen\rGREEN\rred\r"),
        ('SortValues ( "2/1/2024¶10/1/2023¶x" ; 3 )', "10/1/2023\r2/1/2024\rx\r"),
        ('SortValues ( "10:00¶9:30" ; 4 )', "9:30\r10:00\r"),
        ('SortValues ( "1/2/2024 1:00¶1/1/2024 9:00" ; 5 )', "1/1/2024 9:00\r1/2/2024 1:00\r"),
        ('UniqueValues ( "34¶600¶18¶600¶18.0" ; 2 )', "34\r600\r18\r"),
        ('UniqueValues ( "RED¶green¶red¶yellow" )', "RED\rgreen\ryellow\r"),
        ('UniqueValues ( "18¶18.0" )', "18\r18.0\r"),
        ('UniqueValues ( "RED¶red" ; 1 ; "Unicode_Raw" )', "RED\rred\r"),
        ('SortValues ( "b¶B¶a" ; 1 ; "Unicode_Raw" )', "B\ra\rb\r"),
        ('SortValues ( "b¶B¶a" ; "" ; "German" )', "a\rb\rB\r"),
    ],
)
def test_results(formula: str, result: str) -> None:
    assert shown(formula) == result


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5), max_size=8))
def test_a_list_has_the_values_it_was_made_of(values: list[str]) -> None:
    text = "\r".join(values)
    assert shown("ValueCount ( t )", t=text) == str(len(values))
    assert shown("LeftValues ( t ; 99 )", t=text).split("\r")[:-1] == values
    assert sorted(shown("SortValues ( t )", t=text).split("\r")[:-1]) == sorted(values)
