"""Where in the text of a schema file a dotted place stands: `tables.Person.fields.Name.type`, `rows.Person[3].Name`.

`tomllib` gives no positions. The text is read only after it was found to be TOML and a mistake is to be told, so
this looks for headers, keys and the ends of values, and believes the rest.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}'  # texts of several lines, which may end in quotes of their own
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
    r"|\#[^\n]*|[ \t\r]+|\n|[\[\]{},=.]|[^\s\[\]{},=.\"'#]+",
    re.DOTALL,
)
_END = ""
_SYNTAX = re.compile(r" \(at line (\d+), column (\d+)\)\Z")


def where(source: str, place: str) -> str:
    """Give the file and the line of a place, or of the nearest one around it.

    Args:
        source: The path of the schema file; empty where it was no file.
        place: The place, dotted; elements of lists are counted from 1.

    Returns:
        Like `people.toml:12`; the path alone where the line cannot be told.
    """
    try:
        line = line_of(Path(source).read_text(encoding="utf-8"), place) if source else None
    except (OSError, UnicodeDecodeError):
        line = None
    return f"{source}:{line}" if line else source


def line_of(text: str, place: str) -> int | None:
    """Give the line of a place in TOML, or of the nearest one around it; None where there is none at all."""
    lines = places(text)
    while place:
        if place in lines:
            return lines[place]
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return None


def places(text: str) -> dict[str, int]:
    """Give the line of every place in TOML."""
    return _Reader(text).read()


def syntax_error(source: str, text: str, error: tomllib.TOMLDecodeError) -> str:
    """Say what is no TOML, in the form of every other mistake."""
    message = str(error)
    found = _SYNTAX.search(message)
    if not found:
        return f"{source}:{len(text.splitlines()) or 1}: {message}"
    return f"{source}:{found[1]}: {message[: found.start()]} (column {found[2]})"


def encoding_error(source: str, error: UnicodeDecodeError) -> str:
    """Say where a file is not in UTF-8."""
    line = error.object[: error.start].count(b"\n") + 1
    return f"{source}:{line}: a schema file is UTF-8, and here is the byte 0x{error.object[error.start]:02x}"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


class _Reader:
    """Goes through the text once."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._lines: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def read(self) -> dict[str, int]:
        """Note the line of every place."""
        base = ""
        while (token := self._peek()).text != _END:
            if token.text == "\n":
                self._at += 1
            elif token.text == "[":
                base = self._header()
            else:
                self._pair(base)
        return self._lines

    def _header(self) -> str:
        """Read `[a.b]` or `[[a.b]]`; a name in front may be a list of tables, and its last one is meant."""
        line = self._next().line
        is_list = self._peek().text == "["
        self._at += is_list
        *outer, last = self._key()
        self._at += 1 + is_list
        place = self._enter(outer, "", line)
        place = _inside(place, last)
        if is_list:
            self._lines.setdefault(place, line)
            place = self._element(place)
        self._lines[place] = line
        return place

    def _pair(self, base: str) -> None:
        """Read a key and its value."""
        line = self._peek().line
        *outer, last = self._key()
        self._at += 1
        place = _inside(self._enter(outer, base, line), last)
        self._lines[place] = line
        self._value(place)

    def _enter(self, names: list[str], place: str, line: int) -> str:
        for name in names:
            place = _inside(place, name)
            self._lines.setdefault(place, line)
            if place in self._counts:
                place = f"{place}[{self._counts[place]}]"
        return place

    def _element(self, place: str) -> str:
        self._counts[place] = self._counts.get(place, 0) + 1
        return f"{place}[{self._counts[place]}]"

    def _key(self) -> list[str]:
        names = [_name(self._next().text)]
        while self._peek().text == ".":
            self._at += 1
            names.append(_name(self._next().text))
        return names

    def _value(self, place: str) -> None:
        match self._peek().text:
            case "[":
                self._array(place)
            case "{":
                self._inline_table(place)
            case _:
                while self._peek().text not in {"\n", ",", "]", "}", _END}:
                    self._at += 1

    def _array(self, place: str) -> None:
        number = 0
        self._at += 1
        while (token := self._peek()).text not in {"]", _END}:
            if token.text in {"\n", ","}:
                self._at += 1
                continue
            number += 1
            self._lines[f"{place}[{number}]"] = token.line
            self._value(f"{place}[{number}]")
        self._at += 1

    def _inline_table(self, place: str) -> None:
        self._at += 1
        while (token := self._peek()).text not in {"}", _END}:
            if token.text in {"\n", ","}:
                self._at += 1
            else:
                self._pair(place)
        self._at += 1

    def _peek(self) -> _Token:
        return self._tokens[min(self._at, len(self._tokens) - 1)]

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    line = 1
    for token in _TOKEN.findall(text):
        if token[0] not in " \t\r#":
            found.append(_Token(token, line))
        line += token.count("\n")
    return [*found, _Token(_END, line)]


def _name(token: str) -> str:
    """Give a key without its quotes."""
    if token[:1] not in {'"', "'"}:
        return token
    return str(tomllib.loads(f"name = {token}")["name"])


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
