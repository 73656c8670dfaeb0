"""What is declared of a layout, as far as metadata tell: in generated models as in those of `db.layout`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from fmorm.model.plan import RESERVED
from fmorm.wire.containers import Contents
from fmorm.wire.metadata import FieldInfo
from fmorm.wire.values import Kind

HELD: Final[dict[Kind, type[Any]]] = {
    Kind.TEXT: str,
    Kind.NUMBER: Decimal,
    Kind.DATE: date,
    Kind.TIME: timedelta,
    Kind.TIMESTAMP: datetime,
    Kind.CONTAINER: Contents,
}
"""The Python type that holds every value of a kind; all but text can be None."""

_INSTRUCTION: Final = "deleterelated"
"""The Data API takes this name in a record for its own instruction."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field to declare.

    Attributes:
        info: What the metadata tell of it.
        held: The Python type, without `| None`.
        repetitions: How many repetitions to declare; 0 for a plain field.
        read_only: Whether it is declared read-only, over and above what its kind says.
    """

    info: FieldInfo
    held: type[Any]
    repetitions: int
    read_only: bool

    @property
    def name(self) -> str:
        """FileMaker's name."""
        return self.info.name


def shown_fields(fields: Iterable[FieldInfo], table: str = "") -> list[Shown]:
    """Choose what to declare of the fields of a layout or portal: each once, and what can be declared.

    Args:
        fields: The fields.
        table: The table occurrence of a portal; what a portal shows of others is not written. Empty for a layout.

    Returns:
        The fields, in their order.
    """
    found: dict[str, Shown] = {}
    for info in fields:
        if info.exists and not _is_refused(info.name, row=bool(table)):
            found.setdefault(info.name.casefold(), _shown(info, table))
    return list(found.values())


def _is_refused(name: str, *, row: bool) -> bool:
    bare = name.rpartition("::")[2].casefold()
    return bare in RESERVED if row else name.casefold() == _INSTRUCTION


def _shown(info: FieldInfo, table: str) -> Shown:
    first, last = info.shown
    elsewhere = bool(table) and info.name.rpartition("::")[0] not in {"", table}
    # alone on the layout, a later repetition has the name of the field; written under it, it would be the first
    a_later_one = first == last > 1
    repetitions = last if last > first else 0
    read_only = info.read_only or elsewhere or a_later_one
    held = time if info.kind is Kind.TIME and info.time_of_day else HELD[info.kind or Kind.TEXT]
    return Shown(info, held, repetitions, read_only)
