"""Secret permutations: each text becomes another one of the same shape, and no two become the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from hashlib import shake_256
from typing import Final

_ROUNDS: Final = 6
_AT_ONCE: Final = 32
"""Characters that are permuted together; what comes before them decides how."""

_BLOCK: Final = 64
"""Code points of which letters beyond ASCII are exchanged for each other."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
DIGITS: Final = "0123456789"


class Permutation:
    """A permutation of texts that a secret decides: not to be undone without it.

    Args:
        secret: The secret.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def words(self, text: str) -> str:
        """Exchange letters for letters and digits for digits; case does not count, and is kept."""
        small = [_small(char) for char in text]
        changed = self.chars("".join(small), [_alphabet(char) for char in small])
        return "".join(
            new if old == char else new.upper() for new, old, char in zip(changed, small, text, strict=True)
        )

    def chars(self, text: str, alphabets: Sequence[str]) -> str:
        """Exchange each character for one of its alphabet, which holds it."""
        parts = range(0, len(text), _AT_ONCE)
        return "".join(
            self._part(text[start : start + _AT_ONCE], alphabets[start : start + _AT_ONCE], text[:start])
            for start in parts
        )

    def _part(self, text: str, alphabets: Sequence[str], before: str) -> str:
        number, size = 0, 1
        for char, alphabet in zip(text, alphabets, strict=True):
            number = number * len(alphabet) + alphabet.index(char)
            size *= len(alphabet)
        number = self.number(number, size, before)
        changed: list[str] = []
        for alphabet in reversed(alphabets):
            number, position = divmod(number, len(alphabet))
            changed.append(alphabet[position])
        return "".join(reversed(changed))

    def number(self, number: int, size: int, tweak: str = "") -> int:
        """Exchange a number below `size` for another one: a Feistel network, walked until it is below again."""
        if size < 2:
            return number
        half = ((size - 1).bit_length() + 1) // 2
        while True:
            number = self._feistel(number, half, f"{size}:{tweak}".encode("utf-8", "surrogatepass"))
            if number < size:
                return number

    def _feistel(self, number: int, half: int, tweak: bytes) -> int:
        left, right = number >> half, number & ((1 << half) - 1)
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._mixed(turn, right, half, tweak)
        return (left << half) | right

    def _mixed(self, turn: int, value: int, half: int, tweak: bytes) -> int:
        length = (half + 7) // 8
        content = b"%d:%d:%b:%b" % (turn, half, value.to_bytes(length, "big"), tweak)
        digest = shake_256(len(self._secret).to_bytes(2, "big") + self._secret + content).digest(length)
        return int.from_bytes(digest, "big") & ((1 << half) - 1)


def _small(char: str) -> str:
    """Give the small letter of a capital, where the capital can be had again."""
    small = char.lower()
    return small if len(small) == 1 and small.upper() == char else char


@cache
def _alphabet(char: str) -> str:
    """Give the characters that one can become: of the same kind, and near to it."""
    if char in DIGITS:
        return DIGITS
    if char in _LETTERS:
        return _LETTERS
    if not char.isalnum() or char.isascii():
        return char
    kind = _kind(char)
    start = ord(char) - ord(char) % _BLOCK
    return "".join(
        one
        for one in map(chr, range(max(start, 128), start + _BLOCK))
        if one.isalnum() and _kind(one) == kind
    )


def _kind(char: str) -> tuple[str, bool]:
    capital = char.upper()
    return unicodedata.category(char), len(capital) == 1 and capital != char and _small(capital) == char
