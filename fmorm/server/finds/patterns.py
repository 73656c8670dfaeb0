r"""Text terms as patterns over folded text: words, phrases, wildcards, escapes.

Words split at white space, punctuation and symbols. `*` is any run of characters, `@` one character, `#` one digit,
`"..."` a phrase, `*"..."` a phrase anywhere, `=word` a whole word, `\` takes the next character literally.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from fmorm.server.values.folding import fold, parts_words, words

_TOKEN = re.compile(r'\\(?P<escaped>.)|"(?P<phrase>(?:[^"\\]|\\.)*)"?|(?P<plain>.)', re.DOTALL)
_WORD_START = r"(?<!\w)"
_WORD_END = r"(?!\w)"


class Wild(Enum):
    """Characters that stand for others."""

    RUN = "*"
    ONE = "@"
    DIGIT = "#"


_WILD = {wild.value: wild for wild in Wild}
_SINGLE = {Wild.ONE: ".", Wild.DIGIT: "[0-9]"}

Piece = str | Wild
Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a text must match.

    Attributes:
        expression: The regular expression.
        literal: Text that is in everything that matches, which is faster to look for.
        start: Text with which everything that matches begins.
    """

    expression: str
    literal: str = ""
    start: str = ""


@dataclass(slots=True)
class _Word:
    pieces: list[Piece] = field(default_factory=list[Piece])
    is_whole: bool = False
    is_phrase: bool = False

    def add(self, piece: Piece) -> None:
        """Join literal characters, so that a letter and its accent are folded together."""
        if self.pieces and isinstance(self.pieces[-1], str) and isinstance(piece, str):
            self.pieces[-1] += piece
        else:
            self.pieces.append(piece)

    @property
    def is_only_runs(self) -> bool:
        return bool(self.pieces) and all(piece is Wild.RUN for piece in self.pieces)


def whole_value(term: str, folded: Fold = fold) -> str | None:
    """Give the literal text that a `==` term stands for, or None when it has wildcards."""
    pieces = _all_pieces(term)
    if not pieces:
        return ""
    return folded(pieces[0]) if len(pieces) == 1 and isinstance(pieces[0], str) else None


def whole_pattern(term: str, folded: Fold = fold) -> Pattern:
    """Give what a whole value must match to meet a `==` term with wildcards."""
    pieces = _all_pieces(term)
    start = folded(pieces[0]) if isinstance(pieces[0], str) else ""
    return Pattern(r"\A" + _expression(pieces, r"\Z", folded), _literal(pieces, folded), start)


def word_patterns(term: str) -> list[str | Pattern]:
    """Give what a text must hold, for each word or phrase of a term.

    A plain text is to be looked for among the words of the text, in which a space stands before and behind each.
    """
    return list(dict.fromkeys(_plain_word(word) or _word_pattern(word) for word in _words(term)))


def _all_pieces(term: str) -> list[Piece]:
    word = _Word()
    for token in _TOKEN.finditer(term):
        if token["phrase"] is not None:
            word.add(_unescaped(token["phrase"]))
        elif token["escaped"] is not None:
            word.add(token["escaped"])
        else:
            word.add(_WILD.get(token["plain"], token["plain"]))
    return [piece for piece in word.pieces if piece != ""]


def _words(term: str) -> Iterator[_Word]:
    word = _Word()
    for token in _TOKEN.finditer(term):
        if token["phrase"] is not None:
            anywhere = word.is_only_runs
            if word.pieces and not anywhere:
                yield word
                word = _Word()
            word.is_phrase = True
            word.add(_unescaped(token["phrase"]))
            yield word
            word = _Word()
        elif token["escaped"] is not None:
            word.add(token["escaped"])
        elif token["plain"] in _WILD:
            word.add(_WILD[token["plain"]])
        elif token["plain"] == "=" and not word.pieces:
            word.is_whole = True
        elif parts_words(token["plain"]):
            if word.pieces:
                yield word
            word = _Word()
        else:
            word.add(token["plain"])
    if word.pieces:
        yield word


def _unescaped(phrase: str) -> str:
    return re.sub(r"\\(.)", r"\1", phrase, flags=re.DOTALL)


def _plain_word(word: _Word) -> str | None:
    """Give a word without wildcards as it stands among words; None where there is more to it."""
    if len(word.pieces) != 1 or not isinstance(word.pieces[0], str):
        return None
    folded = fold(word.pieces[0])
    if words(folded) != f" {folded} ":
        return None
    return f" {folded} " if word.is_whole else f" {folded}"


def _word_pattern(word: _Word) -> Pattern:
    first = word.pieces[0]
    if word.is_phrase and first is Wild.RUN:
        return Pattern(_expression(word.pieces[1:], "", fold), _literal(word.pieces, fold))
    begins_word = isinstance(first, Wild) or first[:1].isalnum()
    end = _WORD_END if word.is_whole else ""
    expression = (_WORD_START if begins_word else "") + _expression(word.pieces, end, fold)
    return Pattern(expression, _literal(word.pieces, fold))


def _literal(pieces: list[Piece], folded: Fold) -> str:
    return max((folded(piece) for piece in pieces if isinstance(piece, str)), key=len, default="")


def _expression(pieces: list[Piece], end: str, folded: Fold) -> str:
    """Write pieces in a row; only the last run may be tried again, or `a*b*c*d` could take for ever."""
    parts = [""]
    for piece in pieces:
        if piece is Wild.RUN:
            parts.append("")
        else:
            parts[-1] += _SINGLE[piece] if isinstance(piece, Wild) else re.escape(folded(piece))
    if len(parts) == 1:
        return parts[0] + end
    middle = "".join(f"(?>.*?{part})" for part in parts[1:-1])
    return f"{parts[0]}{middle}.*{parts[-1]}{end}"
