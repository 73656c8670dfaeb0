"""The imports that new lines of a module need, where the sorting of imports wants them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Final

from fmorm.generating.editing import Edits
from fmorm.generating.reading import Module, ReadImport
from fmorm.generating.source import imported

HOMES: Final = {
    "date": "datetime",
    "datetime": "datetime",
    "time": "datetime",
    "timedelta": "datetime",
    "Decimal": "decimal",
    "Literal": "typing",
    "TypeAlias": "typing",
}
"""Where names are imported from; all others are fmorm's."""


def add_imports(module: Module, edits: Edits, needed: Iterable[str]) -> None:
    """Import what is needed and not imported yet.

    Args:
        module: The module as it is.
        edits: Where the changes go.
        needed: The names.
    """
    known = {name for one in module.imports for name in one.names}
    homes: dict[str, set[str]] = {}
    whole = {one.module for one in module.imports if "*" in one.names}
    for name in sorted(set(needed) - known):
        home = HOMES.get(name, "fmorm")
        if home not in whole:
            homes.setdefault(home, set()).add(name)
    blocks: dict[bool, list[str]] = {False: [], True: []}
    for home, names in sorted(homes.items()):
        there = next((one for one in module.imports if one.module == home and one.names), None)
        if there is not None:
            edits.replace(there.line, there.end, imported(home, {*there.names, *names}))
        elif not _placed(module, edits, home, imported(home, names)):
            blocks[_is_foreign(home)] += imported(home, names)
    for is_foreign, lines in blocks.items():
        if lines:
            _add_block(module, edits, lines, is_foreign=is_foreign)


def _placed(module: Module, edits: Edits, home: str, lines: list[str]) -> bool:
    """Put an import among those of its group, if there are any."""
    group = [one for one in _sorted_ones(module) if _is_foreign(one.module) is _is_foreign(home)]
    later = next((one for one in group if one.names and one.module > home), None)
    if later is not None:
        edits.insert(later.line, lines)
    elif group:
        edits.insert(group[-1].end, lines)
    return bool(group)


def _add_block(module: Module, edits: Edits, lines: list[str], *, is_foreign: bool) -> None:
    """Begin a group of imports: that of the standard library stands before that of other packages."""
    before = [one.end for one in _sorted_ones(module) if not _is_foreign(one.module)] if is_foreign else []
    at = max([module.start, *before])
    edits.insert(at, ["", *lines] if at else [*lines, ""])


def _sorted_ones(module: Module) -> list[ReadImport]:
    return [one for one in module.imports if one.module != "__future__"]


def _is_foreign(module: str) -> bool:
    return module.partition(".")[0] not in sys.stdlib_module_names
