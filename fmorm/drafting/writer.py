"""Writing a schema file: TOML with comments, as a person would lay it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from textwrap import wrap
from typing import Final, TypeAlias, cast

Place: TypeAlias = tuple[str | int, ...]
"""Where something stands in a schema: keys and positions from the top."""

Notes: TypeAlias = Mapping[Place, Sequence[str]]
"""Comments by the place that they stand before; those of the whole file are at `()`."""

WIDTH: Final = 110
COMMENT_WIDTH: Final = 100

_SECTIONS: Final = (
    ("database",),
    ("accounts", "*"),
    ("privileges", "*", "tables", "*"),
    ("tables", "*", "fields"),
    ("occurrences",),
    ("value_lists",),
    ("layouts", "*", "portals", "*"),
    ("folders",),
    ("rows",),
)
"""The tables of a schema file that have a header of their own; tables in other places stand in one line."""

_LISTS_OF_SECTIONS: Final = (("relationships",), ("rows", "*"))
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SHORT: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPED: Final = re.compile('[\x00-\x1f"\\\\\x7f]')
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def write(schema: Mapping[str, object], notes: Notes | None = None) -> str:
    """Write a schema as TOML.

    Args:
        schema: The schema, as `load_schema` takes it: texts, numbers, dates, true and false, lists, mappings.
        notes: Comments.

    Returns:
        The text of the file. Reading it gives the same mapping again; half a surrogate pair, which no file can hold,
        becomes a replacement character.
    """
    lines = list(_table((), schema, notes or {}))
    return _SURROGATE.sub("\ufffd", "\n".join(lines).strip("\n") + "\n")


def _table(place: Place, content: Mapping[str, object], notes: Notes) -> Iterator[str]:
    """Write the entries of a table that fit in a line, then those that have a header of their own."""
    wide = {key: value for key, value in content.items() if _has_header((*place, key), value)}
    yield from _heading(place, notes, bare=bool(wide) and len(wide) == len(content))
    for key, value in content.items():
        if key not in wide:
            yield from _comment((*place, key), notes)
            yield from _entry((*place, key), value, notes)
    for key, value in wide.items():
        if isinstance(value, Mapping):
            yield from _table((*place, key), cast("Mapping[str, object]", value), notes)
        else:
            yield from _list_of_tables((*place, key), cast("list[Mapping[str, object]]", value), notes)


def _heading(place: Place, notes: Notes, *, bare: bool) -> Iterator[str]:
    """Write a table's header; one that holds nothing but tables needs none."""
    if notes.get(place) or not bare:
        yield ""
    yield from _comment(place, notes)
    if place and not bare:
        yield f"[{_path(place)}]"


def _list_of_tables(place: Place, items: list[Mapping[str, object]], notes: Notes) -> Iterator[str]:
    if notes.get(place):
        yield ""
        yield from _comment(place, notes)
    for number, item in enumerate(items):
        yield ""
        yield from _comment((*place, number), notes)
        yield f"[[{_path(place)}]]"
        for key, value in item.items():
            yield from _comment((*place, number, key), notes)
            yield from _entry((*place, number, key), value, notes)


def _entry(place: Place, value: object, notes: Notes) -> Iterator[str]:
    line = f"{_key(place[-1])} = {_value(value)}"
    if not isinstance(value, list) or (len(line) <= WIDTH and not _has_notes_inside(place, notes)):
        yield line
        return
    yield f"{_key(place[-1])} = ["
    for number, item in enumerate(cast("list[object]", value)):
        yield from (f"    {text}" for text in _comment((*place, number), notes))
        yield f"    {_value(item)},"
    yield "]"


def _comment(place: Place, notes: Notes) -> Iterator[str]:
    for note in notes.get(place, ()):
        for line in wrap(_CONTROL.sub(" ", note), COMMENT_WIDTH, break_long_words=False) or [""]:
            yield f"# {line}".rstrip()


def _has_notes_inside(place: Place, notes: Notes) -> bool:
    return any(len(one) == len(place) + 1 and one[:-1] == place for one in notes)


def _has_header(place: Place, value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_fits(place, pattern[: len(place)]) for pattern in _SECTIONS)
    if not isinstance(value, list) or not value:
        return False
    items = cast("list[object]", value)
    return any(_fits(place, one) for one in _LISTS_OF_SECTIONS) and all(
        isinstance(item, Mapping) for item in items
    )


def _fits(place: Place, pattern: tuple[str, ...]) -> bool:
    return len(place) == len(pattern) and all(
        part in ("*", key) for key, part in zip(place, pattern, strict=True)
    )


# -- values ----------------------------------------------------------------------------------------------


def _path(place: Place) -> str:
    return ".".join(_key(part) for part in place)


def _key(key: str | int) -> str:
    text = str(key)
    return text if _BARE.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    return f'"{_ESCAPED.sub(lambda found: _escape(found[0]), text)}"'


def _escape(char: str) -> str:
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return _inline(cast("Mapping[str, object]", value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in cast('list[object]', value))}]"
    return _plain(value)


def _inline(content: Mapping[str, object]) -> str:
    entries = [f"{_key(key)} = {_value(value)}" for key, value in content.items()]
    return f"{{ {', '.join(entries)} }}" if entries else "{}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Decimal):
        return _text(str(value))  # a TOML number may be read as a float, which drops digits
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"a schema cannot hold {value!r}")
