from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import calculate, shown

BAKERY = """{ "bakery" : { "product" : [
    { "name" : "Donuts", "price" : 1.99, "stock" : 43, "vegan": false },
    { "name" : "Cake \\"XL\\"", "price" : 22.5, "special": null } ], "a.b" : 1 } }"""


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ('JSONGetElement ( j ; "bakery.product[0].name" )', "Donuts"),
        ('JSONGetElement ( j ; "bakery.product[1].name" )', 'Cake "XL"'),
        ('JSONGetElement ( j ; "bakery.product[0].price" ) * 2', "3.98"),
        ('JSONGetElement ( j ; "bakery.product[0].vegan" )', "0"),
        ('JSONGetElement ( j ; "bakery.product[1].special" )', ""),
        ('JSONGetElement ( j ; "bakery.product[2].name" )', ""),
        ('JSONGetElement ( j ; "bakery.nothing.at.all" )', ""),
        ("JSONGetElement ( j ; \"bakery['a.b']\" )", "1"),
        ('JSONGetElement ( "[1,{\\"b\\":2,\\"a\\":[]}]" ; "[1]" )', '{"a":[],"b":2}'),
        ('JSONGetElement ( "[5,6]" ; 1 )', "6"),
        ('JSONGetElement ( "[5" ; 0 )', "?"),
        ('JSONGetElement ( "[5]" ; "[" )', "?"),
        ('JSONGetElement ( "123456789012345678901234567890.5" ; "" )', "123456789012345678901234567890.5"),
        ('JSONGetElementType ( j ; "bakery" ) & JSONGetElementType ( j ; "bakery.product" )', "34"),
        ('JSONGetElementType ( "[\\"a\\",1,true,null]" ; 0 )', "1"),
        ('JSONGetElementType ( "[\\"a\\",1,true,null]" ; 1 )', "2"),
        ('JSONGetElementType ( "[\\"a\\",1,true,null]" ; 2 )', "5"),
        ('JSONGetElementType ( "[\\"a\\",1,true,null]" ; 3 )', "6"),
        ('JSONGetElementType ( "[]" ; 0 )', ""),
        ('JSONListKeys ( j ; "bakery.product[0]" )', "name\rprice\rstock\rvegan"),
        ('JSONListKeys ( j ; "bakery.product" )', "0\r1"),
        ('JSONListValues ( "{\\"b\\":[1],\\"a\\":true}" ; "" )', "1\r[1]"),
        ('JSONSetElement ( "{ \\"a\\" : 11 }" ; "b" ; 22.23 ; JSONNumber )', '{"a":11,"b":22.23}'),
        ('JSONSetElement ( "" ; "a.b[1]" ; "x" ; JSONString )', '{"a":{"b":[null,"x"]}}'),
        ('JSONSetElement ( "" ; "[0]" ; 1 ; JSONBoolean )', "[true]"),
        ('JSONSetElement ( "[1]" ; "[+]" ; 2 ; JSONNumber )', "[1,2]"),
        ('JSONSetElement ( "[1]" ; 0 ; "" ; JSONNull )', "[null]"),
        (
            'JSONSetElement ( "{}" ; [ "a" ; 1 ; JSONNumber ] ; [ "b" ; "{}" ; JSONObject ] )',
            '{"a":1,"b":{}}',
        ),
        ('JSONSetElement ( "{}" ; "a" ; "[1, 2]" ; JSONRaw )', '{"a":[1,2]}'),
        ('JSONSetElement ( "{}" ; "a" ; "so so" ; JSONRaw )', '{"a":"so so"}'),
        ('JSONSetElement ( "{}" ; "a" ; "" ; JSONArray )', '{"a":[]}'),
        ('JSONSetElement ( "{}" ; "a" ; "{}" ; JSONArray )', "?"),
        ('JSONSetElement ( "{}" ; "a" ; 0.5 ; JSONNumber )', '{"a":0.5}'),
        ('JSONSetElement ( "{}" ; "a" ; "false" ; JSONBoolean )', '{"a":false}'),
        ('JSONSetElement ( "{}" ; "[999999]" ; 1 ; JSONNumber )', '{"999999":1}'),
        ('JSONSetElement ( "[]" ; "[999999]" ; 1 ; JSONNumber )', "?"),
        ('JSONDeleteElement ( "{\\"a\\":1,\\"b\\":2}" ; "a" )', '{"b":2}'),
        ('JSONDeleteElement ( "[1,2,3]" ; "[1]" )', "[1,3]"),
        ('JSONDeleteElement ( "[1]" ; "[5]" )', "[1]"),
        (
            'JSONFormatElements ( "{\\"b\\":[1,{}],\\"a\\":1}" )',
            '{\r\t"a" : 1,\r\t"b" : \r\t[\r\t\t1,\r\t\t{}\r\t]\r}',
        ),
    ],
)
def test_results(formula: str, result: str) -> None:
    assert shown(formula, j=BAKERY) == result


def test_json_that_is_too_deep_is_an_error() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert calculate("JSONFormatElements ( j )", j=deep) == "?"


ELEMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.[]'", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(ELEMENTS)
def test_formatting_keeps_what_is_in_it(element: object) -> None:
    assert json.loads(shown("JSONFormatElements ( j )", j=json.dumps(element))) == element


@given(ELEMENTS, st.lists(st.sampled_from(["a", "b", "[0]", "[1]", "[+]"]), max_size=3))
def test_what_is_set_is_there(element: object, steps: list[str]) -> None:
    path = ".".join(steps).replace(".[", "[")
    result = calculate("JSONSetElement ( j ; p ; 7 ; JSONNumber )", j=json.dumps(element), p=path)
    if "[+]" not in path and result != "?":
        assert calculate("JSONGetElement ( j ; p )", j=result, p=path) == 7
