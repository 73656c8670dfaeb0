"""The mod ids that a save expects, where its changes are based on an earlier reading than the record's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, TypeAlias

from fmorm.mapper.given import check_mod_id, check_record_id
from fmorm.model.records import Record
from fmorm.model.state import state

ModId: TypeAlias = str | int

RowMods: TypeAlias = (
    Mapping[str, ModId | None] | Mapping[int, ModId | None] | Mapping[tuple[str, str], ModId | None]
)
"""Mod ids by the record id of a row, or by the portal's attribute and the record id."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a save expects.

    Attributes:
        mod_id: The record's mod id; None for the one it was read with.
        rows: The mod ids of rows, by the portal's attribute and the record id; None for any portal.
    """

    mod_id: str | None = None
    rows: Mapping[tuple[str | None, str], str] = field(default_factory=dict[tuple[str | None, str], str])

    def of_rows(self, portal: str, rows: Iterable[Record]) -> dict[str, str]:
        """Give the mod ids that are expected of these rows of one portal, by record id."""
        found: dict[str, str] = {}
        for row in rows:
            record_id = str(state(row).record_id)
            for key in ((None, record_id), (portal, record_id)):
                if key in self.rows:
                    found[record_id] = self.rows[key]
        return found

    def refuse_doubtful(self, places: Iterable[tuple[str, str, Record]]) -> None:
        """Check that a record id given without its portal can mean one row only.

        Args:
            places: The portal's attribute, the table occurrence and the row, of each row that is to be written.

        Raises:
            ValueError: It can mean rows of different tables, which number their records each for itself.
        """
        meant: dict[str, tuple[str, str]] = {}
        for portal, place, row in places:
            record_id = str(state(row).record_id)
            if (None, record_id) not in self.rows:
                continue
            first, known = meant.setdefault(record_id, (portal, place))
            if known != place:
                raise ValueError(
                    f"expect_rows: row {record_id} can be of {first} or of {portal}: say which, as in "
                    f"{{({portal!r}, {record_id!r}): …}}"
                )


def check_expected(mod_id: ModId | EllipsisType | None, rows: RowMods | Mapping[Any, Any] | None) -> Expected:
    """Check what a program expects of a record and its rows.

    Raises:
        ValueError: It is no mod id or no record id.
        TypeError: The rows are no mapping.
    """
    if rows is not None and not isinstance(rows, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # untyped
        raise TypeError(f"expect_rows takes mod ids by record id, as in {{'5': '2'}}, not {rows!r}")
    return Expected(
        None if mod_id is ... else check_mod_id(mod_id),
        {_checked_key(key): check_mod_id(value) for key, value in (rows or {}).items()},
    )


def _checked_key(key: Any) -> tuple[str | None, str]:
    if isinstance(key, tuple):
        portal, record_id = key  # pyright: ignore[reportUnknownVariableType]
        return str(portal), check_record_id(record_id)  # pyright: ignore[reportUnknownArgumentType]
    return None, check_record_id(key)
