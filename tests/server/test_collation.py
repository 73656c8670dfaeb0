from __future__ import annotations

import unicodedata
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyuca.collator import Collator_9_0_0  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from fmorm.server.values import collation
from fmorm.server.values.collation import BEYOND, FOLDED, LONGEST, UNICODE, sort_key, text_order
from fmorm.server.values.folding import fold

ASCII = st.text(st.characters(codec="ascii"), max_size=20)
TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from("aAeE \t-éßæŒ日本\u0301l·ч"), max_size=20)


class Library(Protocol):
    def sort_key(self, string: str) -> tuple[int, ...]: ...


@pytest.fixture(scope="module")
def library() -> Library:
    collator: Library = Collator_9_0_0()
    return collator


def weights(library: Library, text: str) -> list[int]:
    """The primary weights, by the library's public key: what stands before its first zero."""
    key = library.sort_key(text)
    return list(key[: key.index(0)])


@settings(deadline=None)
@given(text=ASCII)
def test_the_keys_of_plain_text_are_those_of_the_library(library: Library, text: str) -> None:
    assert [ord(one) for one in UNICODE.key(text)] == weights(library, text)


@settings(deadline=None)
@given(text=TEXT)
def test_the_keys_of_all_text_are_those_of_the_library(library: Library, text: str) -> None:
    read = [ord(one) if ord(one) < 0xD800 else ord(one) - 0x800 for one in UNICODE.key(text)]
    assert read == weights(library, text)


@settings(deadline=None)
@given(one=TEXT, other=TEXT)
def test_keys_are_in_the_order_of_the_weights(library: Library, one: str, other: str) -> None:
    keys, by_library = (sort_key(one), sort_key(other)), (weights(library, one), weights(library, other))
    assert (keys[0] < keys[1], keys[0] == keys[1]) == (
        by_library[0] < by_library[1],
        by_library[0] == by_library[1],
    )


@settings(deadline=None)
@given(text=TEXT)
def test_a_key_can_be_kept_and_nothing_that_begins_with_it_is_beyond(text: str) -> None:
    key = sort_key(text)
    assert key.encode().decode() == key
    assert key <= sort_key(text + "z") < key + BEYOND


@settings(deadline=None)
@given(text=st.text(st.characters(codec="utf-8", categories=["L", "N"]), max_size=10))
def test_case_and_accents_do_not_count(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)
    assert sort_key("Émile".upper() + text) == sort_key("emile" + text)


@pytest.mark.parametrize(
    "texts",
    [
        ["", " ", "-", "!", "$", "0", "9", "a", "Á", "Ab", "b", "Z", "ä-", "я", "日"],
        ["cote", "coté b", "cote c", "cotf"],
        ["Aerger", "Ärgest", "Arzt"],
        ["Strasse", "straße a", "Strassen"],
    ],
)
def test_texts_are_in_the_order_of_a_dictionary(texts: list[str]) -> None:
    keys = [sort_key(text) for text in texts]
    if texts[0] == "":
        swapped = texts.index("ä-")
        assert sort_key("ab") > sort_key("ä-") > sort_key("a"), "a mark between letters comes before them"
        del keys[swapped]
    assert keys == sorted(keys)
    assert len(set(keys)) > len(keys) // 2


def test_what_comes_late_in_a_text_does_not_decide() -> None:
    assert sort_key("é" * 100_000) == sort_key("e" * LONGEST)


@settings(deadline=None)
@given(text=TEXT)
def test_without_the_library_the_folded_text_is_the_order(text: str) -> None:
    assert FOLDED.key(text) == fold(text)


def test_the_order_is_that_of_the_library_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text_order() is UNICODE
    text_order.cache_clear()

    def nothing(name: str) -> None:
        """There is no such package."""

    monkeypatch.setattr(collation, "find_spec", nothing)
    try:
        assert text_order() is FOLDED
    finally:
        text_order.cache_clear()


def test_plain_text_does_not_load_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(collation, "import_module", load)
    collation._collator.cache_clear()  # pyright: ignore[reportPrivateUsage]
    assert sort_key("Plain text, 1.") == sort_key("plain TEXT, 1.")
    with pytest.raises(ImportError, match=r"pyuca\.collator"):
        sort_key("nõt plain, and not asked before")
