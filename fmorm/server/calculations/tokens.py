"""The words of a formula: numbers, texts, names, operators, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from fmorm.server.calculations.errors import FormulaError

_RESERVED = r"""+\-*/^&=≠<>≤≥()\[\];:,"{}¶$\\“”„"""
_WORD = rf"[^\s\x00-\x1f\x7f{_RESERVED}]+"
_OPERATOR_WORDS = r"(?:and|or|xor|not)(?![^\s" + _RESERVED + r"])"
_PATTERN = re.compile(
    rf"""
    (?P<space>\s+|//[^\r\n]*|/\*(?s:.*?)\*/)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<text>"(?:[^"\\]|\\.|\\\Z)*")
    |(?P<quoted>\$\{{[^}}]*\}})
    |(?P<variable>\${{1,2}}{_WORD}(?:[ ]+(?!(?i:{_OPERATOR_WORDS})){_WORD})*)
    |(?P<word>(?i:{_OPERATOR_WORDS}))
    |(?P<name>{_WORD}(?:[ ]+(?!(?i:{_OPERATOR_WORDS})){_WORD})*)
    |(?P<mark>::|<>|<=|>=|[+\-*/^&=≠<>≤≥()\[\];¶])
    """,
    re.VERBOSE | re.DOTALL,
)
_SAME_MARK = {"<>": "≠", "<=": "≤", ">=": "≥"}
_ESCAPES = re.compile(r'\\(["\\¶])|¶|\r\n|\n', re.DOTALL)
_HINTS = {
    '"': 'this text has no end; expected a closing "',
    "/": "this comment has no end; expected */",
    ",": "unexpected ,: arguments are separated by ;",
    "{": "unexpected {: a name with special characters is written ${name}",
    "}": "unexpected }: a name with special characters is written ${name}",
    "$": "expected the name of a variable, or ${name}, after $",
    ":": "unexpected :: a related field is written Occurrence::Field",
    "\\": "unexpected \\: it has a meaning only in a text",
    "“": 'unexpected “: texts are written between straight quotes, "like this"',
    "”": 'unexpected ”: texts are written between straight quotes, "like this"',
    "„": 'unexpected „: texts are written between straight quotes, "like this"',
}


class Sort(Enum):
    """The sorts of tokens."""

    NUMBER = auto()
    TEXT = auto()
    NAME = auto()
    QUOTED = auto()
    VARIABLE = auto()
    MARK = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a formula.

    Attributes:
        sort: What it is.
        text: A name without quoting, a text without its quotes and escapes, a mark in its one spelling.
        position: Where it stands, counted from 0.
    """

    sort: Sort
    text: str
    position: int

    def __str__(self) -> str:
        return {Sort.END: "the end of the formula", Sort.TEXT: f'"{self.text}"'}.get(self.sort, self.text)


def tokens(formula: str) -> Iterator[Token]:
    """Split a formula; the last token is the end.

    Raises:
        FormulaError: There is a character that begins nothing.
    """
    position = 0
    while position < len(formula):
        found = _PATTERN.match(formula, position)
        if not found or (found["mark"] == "/" and formula.startswith("/*", position)):
            raise FormulaError(formula, position, _hint(formula[position]))
        if not found["space"]:
            yield _token(found)
        position = found.end()
    yield Token(Sort.END, "", len(formula))


def _hint(character: str) -> str:
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return _HINTS.get(character, f"unexpected character {shown}")


def _token(found: re.Match[str]) -> Token:
    text, start = found[0], found.start()
    match found.lastgroup:
        case "number":
            return Token(Sort.NUMBER, text, start)
        case "text":
            return Token(Sort.TEXT, _ESCAPES.sub(lambda escape: escape[1] or "\r", text[1:-1]), start)
        case "quoted":
            return Token(Sort.QUOTED, text[2:-1].strip(), start)
        case "variable":
            return Token(Sort.VARIABLE, text, start)
        case "name":
            return Token(Sort.NAME, text, start)
        case "word":
            return Token(Sort.MARK, text.lower(), start)
        case _:
            return Token(Sort.MARK, _SAME_MARK.get(text, text), start)
