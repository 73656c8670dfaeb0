"""The folders of a schema file: in which order, and in which folders, clients see layouts and scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from fmorm.server.schema.section import Section, unknown

SEPARATOR: Final = "-"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of layouts or scripts, with what is in it in order."""

    name: str
    items: tuple[Item, ...]


Item: TypeAlias = "str | Folder"
"""The name of a layout or script, `-` for a separator, or a folder."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The order and the folders in which clients see layouts and scripts."""

    layouts: tuple[Item, ...] = ()
    scripts: tuple[Item, ...] = ()


def read_folders(section: Section, layouts: Iterable[str]) -> Folders:
    """Read `[folders]`; scripts belong to the code, so any name will do for them here."""
    section.only("layouts", "scripts")
    known = list(layouts)

    def check_layout(part: Section, key: str, name: str) -> None:
        if name not in known:
            raise part.mistake(unknown("layout", name, known), key)

    return Folders(_items(section, "layouts", check_layout), _items(section, "scripts", _any_name))


def _any_name(part: Section, key: str, name: str) -> None:
    """Let a name be, whatever it is."""


def _items(section: Section, key: str, check: Callable[[Section, str, str], None]) -> tuple[Item, ...]:
    found = _read(section, key, check)
    names = list(names_in(found))
    for name in names:
        if names.count(name) > 1:
            raise section.mistake(f'"{name}" is there twice', key)
    return found


def _read(section: Section, key: str, check: Callable[[Section, str, str], None]) -> tuple[Item, ...]:
    items: list[Item] = []
    for number, given in enumerate(section.items(key), 1):
        if isinstance(given, str):
            if given != SEPARATOR:
                check(section, key, given)
            items.append(given)
        else:
            part = section.item(key, number, given)
            part.only("name", "items")
            items.append(Folder(part.text("name"), _read(part, "items", check)))
    return tuple(items)


def names_in(items: Iterable[Item]) -> Iterator[str]:
    """Give the names in all folders, without separators."""
    for item in items:
        if isinstance(item, Folder):
            yield from names_in(item.items)
        elif item != SEPARATOR:
            yield item


def listed(names: Iterable[str], items: Sequence[Item]) -> list[Item]:
    """Put names in the order and the folders of a schema; those that it does not place come at the end.

    Args:
        names: All names that there are.
        items: The order and the folders.

    Returns:
        The items, then the other names.
    """
    placed = set(names_in(items))
    return [*items, *(name for name in names if name not in placed)]
