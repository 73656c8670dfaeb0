"""The order of text: Unicode's collation where `pyuca` is installed, else that of the folded text.

A key is the text's primary weights, so case and accents do not count; every character of it is one weight, which
keeps it a text that SQLite can compare. A weight in the range of half characters stands higher by its size.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol, cast

from fmorm.server.values.folding import fold

LONGEST: Final = 250
"""Characters of a text that decide its place: keys of whole letters would only fill the file."""
BEYOND: Final = "\U0010ffff"
"""More than any weight: a key with this behind it comes after all that begin with the key."""
_HALVES, _AFTER_HALVES = 0xD800, 0x800
_PUNCTUATION = dict(
    zip(
        "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$",
        bytes.fromhex(
            "02010202020302040205 0209020b020d0222023402390260 02660277 0305030c 03170318 0319031a 031b031c"
            "038e038f 0394 0395 0396 0398 0399 0482 0485 0616 061a061b061c 061e 0620 1c12"
        ).decode("utf-16-be"),
        strict=True,
    )
)
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_WEIGHTS = bytes.fromhex(
    "1c3d1c3e1c3f1c401c411c421c431c441c451c46"
    "1c471c601c7a1c8f1caa1ce51cf41d181d321d4c1d651d771daa1db91ddd1e0c1e211e331e711e951eb51ee31ef51eff1f0b1f21"
).decode("utf-16-be")
_ASCII = str.maketrans(
    dict.fromkeys(map(chr, range(128)), "")
    | _PUNCTUATION
    | dict(zip(_ALPHABET, _WEIGHTS, strict=True))
    | dict(zip(_ALPHABET.upper(), _WEIGHTS, strict=True))
)
"""The weights of Unicode 9, so that plain text does not need the library, which takes a while to load."""
_SPACES = re.compile(r"(\s+)")


class _Collator(Protocol):
    def collation_elements(self, normalized_string: str) -> Iterable[list[int]]: ...


@dataclass(frozen=True, slots=True)
class Order:
    """An order of texts: its name in a data file, and the key by which texts sort."""

    name: str
    key: Callable[[str], str]


def sort_key(text: str) -> str:
    """Give the key by which a text sorts and compares."""
    return text_order().key(text)


@cache
def text_order() -> Order:
    """Give the order of this installation."""
    return UNICODE if find_spec("pyuca") else FOLDED


def _unicode_key(text: str) -> str:
    text = text[:LONGEST]
    if text.isascii():
        return text.translate(_ASCII)
    words = _SPACES.split(
        unicodedata.normalize("NFD", text)
    )  # no weight belongs to a word and a space together
    return "".join([word.translate(_ASCII) if word.isascii() else _word_key(word) for word in words])


@lru_cache(maxsize=4096)
def _word_key(word: str) -> str:
    weights = (element[0] for element in _collator().collation_elements(word))
    return "".join([_character(weight) for weight in weights if weight])


def _character(weight: int) -> str:
    return chr(weight if weight < _HALVES else weight + _AFTER_HALVES)


@cache
def _collator() -> _Collator:
    return cast("_Collator", import_module("pyuca.collator").Collator_9_0_0())


UNICODE: Final = Order("unicode 9", _unicode_key)
FOLDED: Final = Order("folded", lambda text: fold(text[:LONGEST]))
