"""The tables of a file that is made up: every occurrence has one of its own.

A record is tied to the rows of its portals by records in between, so that a row may belong to several. What no layout
shows begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from tools.replies.fields import Label, Seen
from tools.replies.hosting import Row
from tools.replies.saved import Unusable

KEY, PLACE, FOUND = "_key", "_place", "_found"
_PARENT, _CHILD = "_parent", "_child"


class Clash(Exception):
    """One row has two values for a field."""


class Tables:
    """Tables with their fields and rows, and how they are related.

    Args:
        base: The occurrence from which all others are seen.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._fields: dict[str, dict[str, Seen]] = {base: {}}
        self._rows: dict[str, dict[int, Row]] = {base: {}}
        self._joins: dict[str, list[str]] = {}
        self._ties: dict[str, dict[tuple[int, int], None]] = {}

    def row(self, table: str, record_id: object, mod_id: object = "0") -> Row:
        """Give a record, made where it is not there yet; those that come first have the first places."""
        rows = self._rows[table]
        number = int(str(record_id))
        if number not in rows:
            rows[number] = Row(
                table, number, int(str(mod_id)), {(KEY, 1): str(number), (PLACE, 1): str(len(rows))}
            )
        return rows[number]

    def another(self, table: str) -> Row:
        """Make one more record, which no reply shows."""
        return self.row(table, max(self._rows[table], default=0) + 1)

    def note(self, row: Row, label: Label, value: object) -> None:
        """Note a value of a record.

        Raises:
            Clash: It has another one already.
        """
        text = self._fields[row.table].setdefault(label.name, Seen()).add(label, value)
        if row.values.setdefault(label.slot, text) != text:
            raise Clash

    def relate_portal(self, child: str) -> None:
        """Relate a portal's occurrence to the base."""
        link = _link(child)
        joins = [f"{self.base}::{KEY} = {link}::{_PARENT}", f"{link}::{_CHILD} = {child}::{KEY}"]
        self._relate(child, joins)
        self._ties.setdefault(child, {})

    def relate_beside(self, owner: str, source: str) -> None:
        """Relate an occurrence of which every record of another has its own record."""
        self._relate(owner, [f"{source}::{KEY} = {owner}::{KEY}"])

    def _relate(self, name: str, joins: list[str]) -> None:
        self._fields.setdefault(name, {})
        self._rows.setdefault(name, {})
        if name == self.base or self._joins.setdefault(name, joins) != joins:
            raise Unusable(f"{name!r} is seen in two ways")

    def tie(self, parent: Row, row: Row) -> None:
        """Make a row one of those that a record's portals show."""
        self._ties[row.table][parent.record_id, row.record_id] = None

    def is_portal(self, occurrence: str) -> bool:
        """Tell whether portals show this occurrence."""
        return occurrence in self._ties

    def first(self, child: str, parent: Row) -> Row | None:
        """Give the first of a record's rows, in the order of their making."""
        numbers = [row for one, row in self._ties[child] if one == parent.record_id]
        return self._rows[child][min(numbers)] if numbers else None

    @property
    def settings(self) -> dict[str, object]:
        """Tables and relationships as a schema says them."""
        hidden = {KEY: "number", PLACE: "number", FOUND: "number"}
        tables: dict[str, object] = {
            name: {"fields": {**{one: seen.settings for one, seen in fields.items()}, **hidden}}
            for name, fields in self._fields.items()
        }
        links = {_link(child): {"fields": {_PARENT: "number", _CHILD: "number"}} for child in self._ties}
        joins = [{"join": join} for joins in self._joins.values() for join in joins]
        return {"tables": {**tables, **links}, "relationships": joins}

    @property
    def rows(self) -> Iterator[Row]:
        """The records of all tables."""
        for rows in self._rows.values():
            yield from rows.values()
        for child, ties in self._ties.items():
            numbers = count(1)
            for parent, row in ties:
                values = {(_PARENT, 1): str(parent), (_CHILD, 1): str(row)}
                yield Row(_link(child), next(numbers), values=values)


def _link(child: str) -> str:
    return f"_link {child}"
