from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmorm.wire import routes

NAMES = [
    "a/b",
    "Q&A #2?",
    "100 %",
    "a+b",
    "two words",
    "é",
    "😀",
    "%2F",
    "a;b=c",
    "::",
    "~",
    "\\",
    "ß",
    "a\u0301",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_segment(name: str) -> None:
    encoded = routes.segment(name)
    assert encoded.isascii()
    assert not set(encoded) & set("/#?+ &;=\\"), f"{encoded} would be cut or read otherwise"
    assert unquote(encoded) == name


@given(TEXTS)
def test_every_name_comes_back(name: str) -> None:
    encoded = routes.segment(name)
    assert "/" not in encoded
    assert unquote(encoded) == name


@pytest.mark.parametrize(
    ("name", "encoded"),
    [("a/b", "a%2Fb"), ("#", "%23"), ("?", "%3F"), ("%", "%25"), ("+", "%2B"), (" ", "%20"), ("é", "%C3%A9"),
     ("😀", "%F0%9F%98%80")],
)  # fmt: skip
def test_the_encoding_is_utf_8(name: str, encoded: str) -> None:
    assert routes.segment(name) == encoded


def test_the_paths() -> None:
    place = ("v2", "my crm")
    base = "/fmi/data/v2/databases/my%20crm"
    assert routes.sessions(*place) == f"{base}/sessions"
    assert routes.session(*place, "4f/2a") == f"{base}/sessions/4f%2F2a"
    assert routes.layout(*place, "a/b") == f"{base}/layouts/a%2Fb"
    assert routes.records(*place, "a/b") == f"{base}/layouts/a%2Fb/records"
    assert routes.record(*place, "a/b", "7") == f"{base}/layouts/a%2Fb/records/7"
    assert routes.find(*place, "a/b") == f"{base}/layouts/a%2Fb/_find"


@given(TEXTS, TEXTS, TEXTS)
def test_every_name_has_its_place_in_the_path(database: str, layout: str, record_id: str) -> None:
    path = routes.record("v1", database, layout, record_id)
    assert [unquote(part) for part in path.split("/")] == [
        "", "fmi", "data", "v1", "databases", database, "layouts", layout, "records", record_id,
    ]  # fmt: skip
