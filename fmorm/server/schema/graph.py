"""The relationships graph of a schema file: occurrences, and the way from one to another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fmorm.server.schema.parts import Field, Occurrence, Path, Placed, Predicate, SortKey, Step, Table
from fmorm.server.schema.section import Section, unknown
from fmorm.server.schema.tables import check_name
from fmorm.server.values.cells import Kind

Steps = Mapping[str, tuple[Step, ...]]
Files = Mapping[str, Mapping[str, Table]]
"""The tables of all files, by file."""

_JOIN = re.compile(r"\s*(.+?)::(.+?)\s+(=|!=|≠|<=|≤|<|>=|≥|>|x|×)\s+(.+?)::(.+?)\s*")  # noqa: RUF001 - FileMaker's own sign for the cartesian product
_SAME = {"≠": "!=", "≤": "<=", "≥": ">=", "×": "x"}  # noqa: RUF001 - the same
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_occurrences(section: Section, file: str, files: Files) -> dict[str, Occurrence]:
    """Read `[occurrences]` of a file; without it every table has one occurrence of its own name."""
    if not list(section):
        return {name: Occurrence(name, table) for name, table in files[file].items()}
    return {name: Occurrence(name, _read_table(section, name, file, files)) for name in section}


def _read_table(section: Section, name: str, file: str, files: Files) -> Table:
    """Give the table of an occurrence: its name or, in another file, a table of settings."""
    check_name(section, name)
    if isinstance(section.raw(name), str):
        table, place, key = section.text(name), section, name
    else:
        place, key = section.section(name), "table"
        place.only("file", "table")
        file, table = place.text("file"), place.text("table")
    if file not in files:
        advice = "files that speak of each other are loaded together"
        raise place.mistake(f"{unknown('file', file, files)} ({advice})", "file")
    if table not in files[file]:
        raise place.mistake(unknown("table", table, files[file]), key)
    return files[file][table]


def read_relationships(parts: list[Section], occurrences: Mapping[str, Occurrence]) -> Steps:
    """Read `[[relationships]]` as the steps that lead away from each occurrence."""
    steps: dict[str, tuple[Step, ...]] = dict.fromkeys(occurrences, ())
    for part in parts:
        part.only("join", "allow_creation", "cascade_delete", "sort")
        there, back = _read_relationship(part, occurrences)
        if find_path(steps, there.source, there.target) is not None:
            raise part.mistake(
                f'"{there.source.name}" and "{there.target.name}" are already connected; '
                "use another occurrence of the table",
                "join",
            )
        for step in (there, back):
            steps[step.source.name] += (step,)
    return steps


def _read_relationship(part: Section, occurrences: Mapping[str, Occurrence]) -> tuple[Step, Step]:
    sides: set[tuple[str, str]] = set()
    predicates: list[Predicate] = []
    for text in _comparisons(part.text("join")):
        found = _JOIN.fullmatch(text)
        if not found:
            raise part.mistake(
                f'"{text.strip()}" is not of the form occurrence::Field = occurrence::Field', "join"
            )
        left, left_field, operator, right, right_field = found.groups()
        sides.add((left, right))
        predicates.append(
            Predicate(
                read_field(part, "join", occurrences, left, left_field),
                _SAME.get(operator, operator),
                read_field(part, "join", occurrences, right, right_field),
            )
        )
    if len(sides) > 1:
        raise part.mistake(
            "all comparisons of a relationship join the same two occurrences, in the same order", "join"
        )
    left, right = sides.pop()
    return _steps(part, occurrences[left], occurrences[right], predicates)


def _comparisons(text: str) -> Iterator[str]:
    """Split a join at each "and" but those within a name."""
    begun = ""
    for piece in text.split(" and "):
        begun = f"{begun} and {piece}" if begun else piece
        if _JOIN.fullmatch(begun):
            yield begun
            begun = ""
    if begun:
        yield begun


def _steps(
    part: Section, left: Occurrence, right: Occurrence, predicates: list[Predicate]
) -> tuple[Step, Step]:
    for option in ("allow_creation", "cascade_delete"):
        for name in part.names(option):
            if name not in (left.name, right.name):
                raise part.mistake(unknown("side", name, (left.name, right.name)), option)
    sorts = part.section("sort")
    sorts.only(left.name, right.name)

    def step(source: Occurrence, target: Occurrence, read: list[Predicate]) -> Step:
        return Step(
            source,
            target,
            tuple(read),
            allow_creation=target.name in part.names("allow_creation"),
            cascade_delete=target.name in part.names("cascade_delete"),
            sort=tuple(_sort_key(sorts, target, text) for text in sorts.names(target.name)),
        )

    mirrored = [
        Predicate(one.right, _MIRRORED.get(one.operator, one.operator), one.left) for one in predicates
    ]
    return step(left, right, predicates), step(right, left, mirrored)


def _sort_key(part: Section, occurrence: Occurrence, text: str) -> SortKey:
    name = text.removeprefix("-")
    fields = {key: one for key, one in occurrence.table.fields.items() if one in occurrence.table.stored}
    if name.casefold() not in fields:
        known = [one.name for one in fields.values()]
        raise part.mistake(unknown("field", name, known), occurrence.name)
    return SortKey(Placed(occurrence, fields[name.casefold()], (), qualified=True), text.startswith("-"))


def read_field(
    part: Section, key: str, occurrences: Mapping[str, Occurrence], occurrence: str, name: str
) -> Field:
    """Find the match field that a join names."""
    if occurrence not in occurrences:
        raise part.mistake(unknown("occurrence", occurrence, occurrences), key)
    fields = occurrences[occurrence].table.fields
    field = fields.get(name.casefold())
    if field is None:
        raise part.mistake(unknown("field", f"{occurrence}::{name}", _qualified(occurrence, fields)), key)
    if field.is_global:
        raise part.mistake(f'"{name}" is a global field, which cannot be a match field here', key)
    if field.unstored or field.summary:
        raise part.mistake(f'"{name}" is not stored, and cannot be a match field here', key)
    if field.kind is Kind.CONTAINER:
        raise part.mistake(f'"{name}" is a container field, which cannot be a match field', key)
    return field


def _qualified(occurrence: str, fields: Mapping[str, Field]) -> list[str]:
    return [f"{occurrence}::{field.name}" for field in fields.values()]


def find_path(steps: Steps, source: Occurrence, target: Occurrence) -> Path | None:
    """Give the only way from one occurrence to another, None when the graph does not connect them."""
    reached: dict[str, Path] = {source.name: ()}
    waiting = [source.name]
    for name in waiting:
        for step in steps[name]:
            if step.target.name not in reached:
                reached[step.target.name] = (*reached[name], step)
                waiting.append(step.target.name)
    return reached.get(target.name)
