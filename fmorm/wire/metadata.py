"""What a server tells of a file, as values: its layouts and scripts, the fields and portals of a layout.

Words that a server may add to are kept as text: a field whose definition is gone is told as `invalid`, for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from fmorm.wire.values import Kind

SEPARATOR: Final = "-"
"""A separator in a list of layouts or scripts looks like one of this name, and one in a value list like a value."""

FILLED: Final = frozenset({"calculation", "summary"})
"""The types of field that FileMaker alone fills."""


@dataclass(frozen=True, slots=True)
class ListedLayout:
    """A layout in the list of a file's layouts.

    Attributes:
        name: Its name.
        folder: The folders it is in, from the outermost; `()` for none.
        table: Its table occurrence, where the server tells it; most do not.
    """

    name: str
    folder: tuple[str, ...] = ()
    table: str = ""


@dataclass(frozen=True, slots=True)
class ListedScript:
    """A script in the list of a file's scripts.

    Attributes:
        name: Its name.
        folder: The folders it is in, from the outermost; `()` for none.
    """

    name: str
    folder: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductInfo:
    """What a server tells of itself.

    Attributes:
        name: What it calls itself.
        version: Its release; None on current releases, which do not tell.
        build_date: The day of its build, as it writes it; None where it does not tell.
        date_format: How it writes dates by default.
        time_format: How it writes times.
        timestamp_format: How it writes timestamps by default.
    """

    name: str
    version: str | None
    build_date: str | None
    date_format: str
    time_format: str
    timestamp_format: str


class Choice(NamedTuple):
    """An entry of a value list.

    Attributes:
        value: What it enters in a field, as text.
        display: What people see for it.
    """

    value: str
    display: str


@dataclass(frozen=True, slots=True)
class ValueList:
    """A value list that a layout uses.

    Attributes:
        name: Its name.
        type: `customList`, or `byField` where its values come from a field.
        choices: Its entries at the moment, in their order.
    """

    name: str
    type: str
    choices: tuple[Choice, ...]

    @property
    def is_custom(self) -> bool:
        """Whether its values are written down in FileMaker, and do not follow the records."""
        return self.type == "customList"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as it stands on a layout or in a portal.

    Attributes:
        name: Its name there: `Occurrence::Field` where it is related, and always in a portal.
        type: `normal`, `calculation`, `summary`, or `invalid` for one whose definition is gone.
        kind: Its kind; None where that is none of FileMaker's.
        display: How it is shown: `editText`, `popupMenu`, `checkBox` and so on.
        value_list: The name of the value list that it shows; None for none.
        is_global: Whether it is a global field.
        auto_enter: Whether FileMaker enters something in it; what, no server tells.
        max_repeat: How many repetitions it has.
        shown: The first and the last repetition that the layout shows, from 1.
        max_characters: How long its text may be; 0 for any length.
        not_empty: Whether validation refuses an empty value.
        numeric: Whether validation wants a number.
        four_digit_year: Whether validation wants a date with a year of four digits.
        time_of_day: Whether validation wants a time from 00:00 to 23:59.
    """

    name: str
    type: str = "normal"
    kind: Kind | None = Kind.TEXT
    display: str = "editText"
    value_list: str | None = None
    is_global: bool = False
    auto_enter: bool = False
    max_repeat: int = 1
    shown: tuple[int, int] = (1, 1)
    max_characters: int = 0
    not_empty: bool = False
    numeric: bool = False
    four_digit_year: bool = False
    time_of_day: bool = False

    @property
    def repetitions(self) -> int:
        """How many repetitions the layout shows."""
        return self.shown[1] - self.shown[0] + 1

    @property
    def is_filled(self) -> bool:
        """Whether it is a calculation or a summary, which nobody can set."""
        return self.type in FILLED

    @property
    def is_stamp(self) -> bool:
        """Whether it is a date or time that FileMaker enters: that of the creation or modification, mostly."""
        return self.auto_enter and self.kind in {Kind.DATE, Kind.TIME, Kind.TIMESTAMP}

    @property
    def read_only(self) -> bool:
        """Whether a program has no business to set it.

        So it is with calculations, summaries, globals and containers, and with dates and times that FileMaker enters.
        """
        return self.is_filled or self.is_stamp or self.is_global or self.kind is Kind.CONTAINER

    @property
    def exists(self) -> bool:
        """Whether there is a field; a layout can show the place of one that was deleted."""
        return bool(self.name) and self.kind is not None and self.type != "invalid"


@dataclass(frozen=True, slots=True)
class PortalInfo:
    """A portal of a layout.

    Attributes:
        name: Its object name, or its table occurrence where it has none: its key on the wire.
        table: The table occurrence that most of its fields belong to.
        fields: Its fields.
    """

    name: str
    table: str
    fields: tuple[FieldInfo, ...]

    def field(self, name: str) -> FieldInfo | None:
        """Find a field by its whole name, whatever its case."""
        return _named(name, self.fields)


@dataclass(frozen=True, slots=True)
class LayoutMetadata:
    """What is on a layout.

    Attributes:
        layout: The layout's name.
        fields: Its fields in the order of its objects; one that stands there twice is here twice.
        portals: Its portals.
        value_lists: The value lists that it uses.
        twice: The names that several of its portals have; a reply tells the rows of one of them only.
    """

    layout: str
    fields: tuple[FieldInfo, ...]
    portals: tuple[PortalInfo, ...] = ()
    value_lists: tuple[ValueList, ...] = ()
    twice: tuple[str, ...] = ()

    def field(self, name: str) -> FieldInfo | None:
        """Find a field by its name, whatever its case."""
        return _named(name, self.fields)

    def portal(self, name: str) -> PortalInfo | None:
        """Find a portal by its object name, or its table occurrence where it has none."""
        return next((one for one in self.portals if one.name == name), None)

    def value_list(self, name: str | None) -> ValueList | None:
        """Find a value list by its name."""
        return next((one for one in self.value_lists if one.name == name), None)


def _named(name: str, fields: Iterable[FieldInfo]) -> FieldInfo | None:
    return next((one for one in fields if one.name.casefold() == name.casefold()), None)
