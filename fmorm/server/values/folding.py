"""How text is compared: without case and accents, as FileMaker's index does for most languages."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Give the form in which two texts are the same to a find, a duplicate and a relationship."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def relaxed(text: str) -> str:
    """Give the form in which Japanese texts are the same to a relaxed find.

    Width, hiragana or katakana, small kana, voiced sounds and long vowels do not count.
    """
    apart = unicodedata.normalize("NFKD", text).translate(_KANA)
    return fold(unicodedata.normalize("NFC", apart))


_SMALL_KANA = dict(zip("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ", strict=True))
_KANA = str.maketrans(
    {chr(code + 0x60): _SMALL_KANA.get(chr(code), chr(code)) for code in range(ord("ぁ"), ord("ゖ") + 1)}
    | _SMALL_KANA
    | dict.fromkeys("\u3099\u309aー", "")
)


class _Breaks(dict[int, str]):
    """What parts words becomes a space: everything but letters, marks, digits and `_`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character if character == "_" or unicodedata.category(character)[0] in "LMN" else " "
        self[code] = kept
        return kept


_BREAKS = _Breaks()


def words(folded: str) -> str:
    """Give the words of a folded text with a space before, between and behind them.

    So ` al` in it is the beginning of a word, and ` al ` a whole one.
    """
    return f" {' '.join(folded.translate(_BREAKS).split())} "


def parts_words(character: str) -> bool:
    """Tell whether a character stands between words."""
    return _BREAKS[ord(character)] == " "
