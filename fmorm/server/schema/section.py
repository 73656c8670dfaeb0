"""Reading a schema file part by part, so that every mistake names its place and what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from fmorm.server.schema.lines import where


class SchemaError(ValueError):
    """A mistake in a schema; the message names the place."""


def mistake_at(source: str, place: str, text: str, key: str = "") -> SchemaError:
    """Make the error for a place; its line is that of a key in it, where one is named."""
    file = where(source, f"{place}.{key}" if key and place else key or place)
    return SchemaError(": ".join(part for part in (file, place, text) if part))


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no such name, and which one was perhaps meant."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f'no {kind} "{name}"' + (f'; did you mean "{close[0]}"?' if close else "")


class Section:
    """One table of the file, with the dotted place where it stands."""

    def __init__(self, place: str, content: object, source: str = "") -> None:
        self.place = place
        self.source = source
        if not isinstance(content, Mapping):
            raise self.mistake("expected a table of settings")
        self._content = cast("Mapping[str, object]", content)

    def mistake(self, text: str, key: str = "") -> SchemaError:
        """Make the error for this place or for one setting in it."""
        return mistake_at(self.source, ".".join(part for part in (self.place, key) if part), text)

    def no_such(self, kind: str, key: str, known: Iterable[str]) -> SchemaError:
        """Make the error for a key that means nothing here."""
        return mistake_at(self.source, self.place, unknown(kind, key, known), key)

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def only(self, *known: str) -> None:
        """Refuse settings that nobody would read."""
        for key in self._content:
            if key not in known:
                raise self.no_such("setting", key, known)

    def raw(self, key: str) -> object:
        """Give a setting as it was read, None when it is absent."""
        return self._content.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; without a default it must be there."""
        value = self._content.get(key, default)
        if not isinstance(value, str):
            raise self.mistake("is missing" if value is None else "expected a text", key)
        return value

    def choice(self, key: str, choices: Iterable[str], default: str) -> str:
        """Give one of the texts that may stand there."""
        value = self.text(key, default)
        if value not in choices:
            raise self.mistake(unknown(key, value, choices), key)
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give true or false."""
        value = self._content.get(key, default)
        if not isinstance(value, bool):
            raise self.mistake("expected true or false", key)
        return value

    def count(self, key: str) -> int | None:
        """Give a whole number of at least one, None when it is absent."""
        value = self._content.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
            return value
        raise self.mistake("expected a whole number of 1 or more", key)

    def whole(self, key: str, default: int) -> int:
        """Give a whole number."""
        value = self._content.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.mistake("expected a whole number", key)
        return value

    def names(self, key: str) -> list[str]:
        """Give a list of texts, empty when it is absent."""
        items = self.items(key)
        if not all(isinstance(one, str) for one in items):
            raise self.mistake("expected a list of names", key)
        return cast("list[str]", items)

    def items(self, key: str) -> list[object]:
        """Give a list, empty when it is absent."""
        value = self._content.get(key, [])
        if not isinstance(value, list | tuple):
            raise self.mistake("expected a list", key)
        return list(cast("list[object]", value))

    def section(self, key: str) -> Section:
        """Give the table under a key, an empty one when it is absent."""
        return Section(f"{self.place}.{key}" if self.place else key, self._content.get(key, {}), self.source)

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Give every table in this one with its name."""
        return ((key, self.section(key)) for key in self._content)

    def item(self, key: str, number: int, content: object) -> Section:
        """Give an item of a list as a table; items are counted from 1."""
        return Section(f"{self.place}.{key}[{number}]", content, self.source)

    def list_of_sections(self, key: str) -> list[Section]:
        """Give the tables of a list of tables, counted from 1 in their places."""
        place = f"{self.place}.{key}" if self.place else key
        return [
            Section(f"{place}[{number}]", item, self.source) for number, item in enumerate(self.items(key), 1)
        ]
