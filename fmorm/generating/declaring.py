"""The lines that declare a field, a portal, a value list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from fmorm.generating.source import INDENT, declared, docstring, quoted, wrapped
from fmorm.model.naming import attribute_name
from fmorm.model.showing import Shown
from fmorm.wire.metadata import SEPARATOR, ValueList
from fmorm.wire.values import Kind

_KEYS: Final = frozenset({"id", "pk", "primary_key", "uuid"})


@dataclass
class Lines:
    """Lines of source, and the names that have to be imported for them."""

    lines: list[str] = field(default_factory=list[str])
    names: set[str] = field(default_factory=set[str])

    def __add__(self, other: Lines) -> Lines:
        return Lines(self.lines + other.lines, self.names | other.names)


def field_lines(shown: Shown, attr: str, *, owner: str, table: str, literal: str = "") -> Lines:
    """Write the declaration of a field.

    Args:
        shown: The field.
        attr: Its attribute.
        owner: What the class is called on the way to the field's term: `Person`, `Person.addresses`.
        table: The table occurrence of a row, whose fields are named without it; empty for a layout.
        literal: The type of its value list, where that stands for the kind's.

    Returns:
        The lines, comments first.
    """
    looks_like_key = is_like_key(shown)
    held = literal or shown.held.__name__
    optional = held if held == "str" else f"{held} | None"
    if shown.info.kind is Kind.CONTAINER:
        call, annotation = "container", "RepeatingContainer" if shown.repetitions else "Container"
    elif shown.repetitions:
        call, annotation = "repeating", f"Repeating[{optional}]"
    else:
        call, annotation = "field", f"Field[{optional}]"
    name = shown.name.removeprefix(f"{table}::") if table else shown.name
    parts = [quoted(name), *_options(shown, call, looks_like_key)]
    comments = list(_comments(shown, attr, owner, literal, looks_like_key))
    lines = declared(attr, annotation, call, parts)
    names = {call, annotation.partition("[")[0]}
    if call != "container" and not literal and held != "str":
        names.add(held)
    return Lines([*comments, *lines], names)


def _options(shown: Shown, call: str, looks_like_key: bool) -> Iterator[str]:
    if shown.repetitions:
        yield str(shown.repetitions)
    if call == "container":
        return
    if shown.info.is_global and call == "field":
        yield "is_global=True"
    elif shown.read_only or looks_like_key:
        yield "read_only=True"


def is_like_key(shown: Shown) -> bool:
    """Whether a field is probably the key of its records: it is filled by FileMaker, and called like one."""
    info, name = shown.info, attribute_name(shown.name.rpartition("::")[2])
    called = name.rstrip("_") in _KEYS or name.startswith("pk_") or name.endswith(("_pk", "_id"))
    return called and info.auto_enter and info.kind in {Kind.TEXT, Kind.NUMBER} and "::" not in shown.name


def _comments(shown: Shown, attr: str, owner: str, literal: str, looks_like_key: bool) -> Iterator[str]:
    if looks_like_key:
        yield f"{INDENT}# Perhaps the key: with key=True, db.get finds records by it."
    if shown.info.value_list and not literal:
        yield f"{INDENT}# db.choices({owner}.{attr}) gives its values."


def portal_lines(name: str, attr: str, row: str) -> Lines:
    """Write the declaration of a portal."""
    return Lines(declared(attr, f"Portal[{row}]", "portal", [quoted(name)]), {"Portal", "portal"})


def left_out(portal: str) -> Lines:
    """Write why a portal is not declared."""
    return Lines([f"{INDENT}# Portal {quoted(portal)} is left out: several portals have this name."])


def class_lines(base: str, name: str, place: str, about: str, body: Iterable[str]) -> Lines:
    """Write a class."""
    word = "layout" if base == "Model" else "table"
    head = wrapped(f"class {name}(", [base, f"{word}={quoted(place)}"], "):")
    inner = list(body)
    return Lines([*head, INDENT + docstring(about), *([""] if inner else []), *inner], {base})


def literal_values(listed: ValueList) -> list[str]:
    """Give the values of a list, each once and without separators."""
    return [one for one in dict.fromkeys(one.value for one in listed.choices) if one not in {SEPARATOR, ""}]


def alias_lines(name: str, values: Iterable[str]) -> Lines:
    """Write the type of a value list."""
    return Lines(
        wrapped(f"{name}: TypeAlias = Literal[", [quoted(one) for one in values], "]"),
        {"Literal", "TypeAlias"},
    )
