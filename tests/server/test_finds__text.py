from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.client import Client

from fmorm.server.values.folding import fold

NAMES = [
    "John Doe",
    "John Smith",
    "Johnson, Ann",
    "doe@mail.example",
    "Élodie",
    "a b c",
    "50% #1 (best)",
    "O'Brien",
]


@pytest.fixture
def text(client: Client, people: Callable[..., None]) -> Client:
    people("Note", *NAMES)
    client.create({"Name": "empty", "Code": "empty"})
    return client


SYMBOLS = ["a+b", "San Francisco, California", "three   spaces", "x_y z", "日本語 テスト", "1.5", "who? me"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ('","', ["San Francisco, California"]),
        ('"   "', ["three   spaces"]),
        ('"a+b"', ["a+b"]),
        ('"b"', ["a+b"]),
        ("a b", ["a+b"]),
        ("fran cal", ["San Francisco, California"]),
        ("=fran", []),
        ("=san =california", ["San Francisco, California"]),
        ('"San Fran"', ["San Francisco, California"]),
        ('"Francisco California"', ["San Francisco, California"]),
        ('"Francisco; California"', []),
        ('*"cisco, cal"', ["San Francisco, California"]),
        ("x_", ["x_y z"]),
        ("y", []),
        ("日本", ["日本語 テスト"]),
        ("本", []),
        ("~てすと", ["日本語 テスト"]),
        ("~ﾃｽﾄ", ["日本語 テスト"]),
        ("てすと", []),
        ("~san", ["San Francisco, California"]),
        ("1", ["1.5"]),
        ("#", ["1.5"]),
        (r"\?", ["who? me"]),
        ('"?"', ["who? me"]),
        (r"who\?", ["who? me"]),
        ("==*?*", ["who? me"]),
        ("=w@o", ["who? me"]),
        ("t*e s*", ["three   spaces"]),
        (r"==a\+b", ["a+b"]),
        ("==A+B", ["a+b"]),
        ("==*+*", ["a+b"]),
        ("==san*cal@fornia", ["San Francisco, California"]),
        ('=="San Francisco, California"', ["San Francisco, California"]),
        ("==san*", ["San Francisco, California"]),
        (r"==san\*", []),
        ("!", []),
        ("//", []),
        ("{1..5}", ["1.5"]),
        ("{1..3}", []),
    ],
)
def test_symbols_and_scripts(
    client: Client, people: Callable[..., None], criterion: str, found: list[str]
) -> None:
    people("Note", *SYMBOLS)
    assert client.names({"Note": criterion}) == found


@pytest.mark.parametrize(
    ("criterion", "count"),
    [
        ("=={tag} Test05 Container Person{tag}, 05 {tag}", 1),
        ("=={tag}*t05*", 1),
        ("=={tag} test0*", 10),
        ("==*{tag}", 11),
        ("==*, 05 *", 1),
        ("test05", 1),
        ("05", 1),
        ("=test0", 0),
        ("container {tag}", 11),
    ],
)
def test_a_tagged_text(client: Client, people: Callable[..., None], criterion: str, count: int) -> None:
    tag = "Tag9"
    people("Note", *[f"{tag} Test{n:02d} Container Person{tag}, {n:02d} {tag}" for n in range(11)])
    assert len(client.names({"Note": criterion.replace("{tag}", tag)})) == count


def test_a_whole_value_has_all_of_its_lines(client: Client) -> None:
    client.create({"Name": "two", "Code": "1", "Note": "one\rtwo"})
    client.create({"Name": "one", "Code": "2", "Note": "one"})
    assert client.names({"Note": "==one"}) == ["one"]
    assert client.names({"Note": "==one\rtwo"}) == ["two"]
    assert client.names({"Note": "=one"}) == ["two", "one"]
    assert client.names({"Note": "==one*"}) == ["two", "one"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("<b", ["Ångström", "aha", "-", "100"]),
        (">=z", ["zebra", "Zürich 1", "žižek"]),
        (">zebra", ["Zürich 1", "žižek"]),
        ("≤ahá", ["aha", "-", "100"]),
        ("a...m", ["Ångström", "aha", "čas", "müll"]),
        ("c..c", ["čas"]),
        ("mull…mull", ["müll"]),
        ("<a", ["-", "100"]),
        ("0...9", ["100"]),
    ],
)
def test_text_compares_in_the_order_of_the_language(
    client: Client, people: Callable[..., None], criterion: str, found: list[str]
) -> None:
    people("Note", "zebra", "Ångström", "aha", "čas", "Zürich 1", "müll", "žižek", "-", "100")
    assert client.names({"Note": criterion}) == found


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ("john", ["John Doe", "John Smith", "Johnson, Ann"]),
        ("JOHN d", ["John Doe"]),
        ("doe john", ["John Doe"]),
        ("ohn", []),
        ("elodie", ["Élodie"]),
        ("ÉLO", ["Élodie"]),
        ("brien", ["O'Brien"]),
        ("o'b", ["O'Brien"]),
        ("=john", ["John Doe", "John Smith"]),
        ("=john =doe", ["John Doe"]),
        ("=joh", []),
        ("==john doe", ["John Doe"]),
        ("==john", []),
        ("==john*", ["John Doe", "John Smith", "Johnson, Ann"]),
        ("==*doe", ["John Doe"]),
        ("==*o*n*", ["John Doe", "John Smith", "Johnson, Ann", "O'Brien"]),
        ("==john@doe", ["John Doe"]),
        ("==50% ## (best)", []),
        (r"==50% \#1 (best)", ["50% #1 (best)"]),
        (r"==50% \##*", ["50% #1 (best)"]),
        ("j@hn", ["John Doe", "John Smith", "Johnson, Ann"]),
        ("=j*n", ["John Doe", "John Smith", "Johnson, Ann"]),
        ("##", ["50% #1 (best)"]),
        (r"doe\@mail", ["doe@mail.example"]),
        (r"john\@doe", []),
        ('"john d"', ["John Doe"]),
        ('"ohn d"', []),
        ('*"ohn d"', ["John Doe"]),
        ('*"@"', ["doe@mail.example"]),
        ('"b c"', ["a b c"]),
        ('"c b"', []),
        ('"john" "doe"', ["John Doe"]),
        ('"john', ["John Doe", "John Smith", "Johnson, Ann"]),
        ("=", ["empty"]),
        ("==", ["empty"]),
        ("*", NAMES),
        ("<b", ["a b c", "50% #1 (best)"]),
        ("≤50% #1 (best)", ["50% #1 (best)"]),
        (">=johnson", ["Johnson, Ann", "O'Brien"]),
        (">o", ["O'Brien"]),
        ("e...john", ["John Doe", "John Smith", "Johnson, Ann", "Élodie"]),
        ("a..d", ["doe@mail.example", "a b c"]),
        ("a…d", ["doe@mail.example", "a b c"]),
        (r"a\.\.\.d", []),
        (r"a\...d", []),
        ("?", []),
        ("(", []),
        ("   ", []),
    ],
)
def test_operators(text: Client, criterion: str, found: list[str]) -> None:
    assert text.names({"Note": criterion}) == found


def test_duplicates_are_values_that_occur_more_than_once(client: Client, people: Callable[..., None]) -> None:
    people("Note", "twice", "Twice", "once")
    assert client.names({"Note": "!"}) == ["twice", "Twice"]


def test_a_pattern_with_many_wildcards_is_not_slow(client: Client) -> None:
    client.create({"Name": "long", "Code": "x", "Note": "a" * 5000})
    assert client.names({"Note": "==" + "*a" * 30 + "*b"}) == []
    assert client.names({"Note": "a*" * 20 + "b c"}) == []


def escaped(text: str) -> str:
    return re.sub(r'([@*#?!=<>"\\≤≥….~/])', r"\\\1", text)


ALPHABET = st.characters(codec="utf-8") | st.sampled_from('@*#?!=<>"\\≤≥….~/ aA1\r\n')
SEVERAL = st.lists(st.text(ALPHABET, min_size=1, max_size=8), min_size=1, max_size=3)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=SEVERAL)
def test_an_escaped_text_finds_itself_and_what_differs_in_case_or_accents_only(
    client: Client, values: list[str]
) -> None:
    for record in client.call("GET", "records", _limit=1000).records:
        client.call("DELETE", f"records/{record['recordId']}")
    for value in values:
        client.create({"Note": value}, options={"entrymode": "script"})
    for value in values:
        same = [one for one in values if fold(one) == fold(value)]
        whole = client.find({"Note": "==" + escaped(value)})
        assert whole.column("Note") == same, f"== of {value!r}"
        assert value in client.find({"Note": f"==*{escaped(value)}*"}).column("Note"), (
            f"wildcards around {value!r}"
        )
        assert value in client.find({"Note": f'*"{escaped(value)}"'}).column("Note"), f"phrase of {value!r}"
