"""What a FileMaker file is made of: tables, occurrences, relationships, layouts, accounts.

Each part exists once in its schema, so parts are the same only when they are the same object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from fmorm.server.values.cells import Kind

_REPETITION = re.compile(r"(.+)\(([0-9]{1,5})\)", re.DOTALL)


class Stamp(StrEnum):
    """What FileMaker itself enters in a field, at creation or at every change."""

    UUID = "uuid"
    UUID_NUMBER = "uuid_number"
    CREATION_DATE = "creation_date"
    CREATION_TIME = "creation_time"
    CREATION_TIMESTAMP = "creation_timestamp"
    CREATION_ACCOUNT = "creation_account"
    CREATION_NAME = "creation_name"
    MODIFICATION_DATE = "modification_date"
    MODIFICATION_TIME = "modification_time"
    MODIFICATION_TIMESTAMP = "modification_timestamp"
    MODIFICATION_ACCOUNT = "modification_account"
    MODIFICATION_NAME = "modification_name"

    @property
    def on_every_change(self) -> bool:
        """Tell whether it is entered anew when the record is modified."""
        return self.startswith("modification_")


@dataclass(frozen=True, slots=True)
class Serial:
    """A serial number: the first one, the step, and the text before its digits."""

    first: int = 1
    increment: int = 1
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A text that is entered at creation."""

    value: str


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A value that is copied from a related record when the match field changes; `otherwise` where there is none."""

    source: str
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Calculated:
    """The result of a formula; without `replaces` it is entered only where the field is empty."""

    formula: str
    replaces: bool = False
    even_if_empty: bool = False


AutoEnter: TypeAlias = Stamp | Serial | Constant | LookedUp | Calculated


@dataclass(frozen=True, slots=True)
class Validation:
    """What a value must be, to be kept.

    Attributes:
        always: Whether it is enforced on scripts as well, and not only on data entry.
        values: The name of the value list that it must be in.
    """

    required: bool = False
    unique: bool = False
    existing: bool = False
    numeric: bool = False
    four_digit_year: bool = False
    time_of_day: bool = False
    max_length: int = 0
    range: tuple[str, str] | None = None
    values: str | None = None
    formula: str | None = None
    always: bool = False


NO_VALIDATION = Validation()


@dataclass(frozen=True, slots=True)
class SummaryOf:
    """What a summary field tells of a found set: a function of another field."""

    function: str
    field: str


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a table, with its options.

    Attributes:
        calculation: The formula of a calculated field.
        context: The occurrence from which a formula of the field sees other tables; None for the first that fits.
        unstored: Whether the result of the formula is never kept; without it that is so where it must be.
        even_if_empty: Whether the formula is evaluated although all fields that it names are empty.
        summary: What a summary field tells.
        initial: What a global field holds in a new session.
    """

    name: str
    kind: Kind
    repetitions: int = 1
    auto_enter: AutoEnter | None = None
    validation: Validation = NO_VALIDATION
    modifiable: bool = True
    is_global: bool = False
    calculation: str | None = None
    context: str | None = None
    unstored: bool = False
    even_if_empty: bool = False
    summary: SummaryOf | None = None
    initial: str = ""

    @property
    def slots(self) -> Iterator[Slot]:
        """Every repetition of the field."""
        return (Slot(self, number) for number in range(1, self.repetitions + 1))

    @property
    def is_entered(self) -> bool:
        """Whether values are entered in it: it is neither calculated nor a summary."""
        return self.calculation is None and self.summary is None


class Slot(NamedTuple):
    """One repetition of a field: the place of one value. It is a tuple since mappings hash it all the time."""

    field: Field
    repetition: int = 1

    @property
    def label(self) -> str:
        """The name under which clients know it."""
        return f"{self.field.name}({self.repetition})" if self.field.repetitions > 1 else self.field.name


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A base table of a file.

    Attributes:
        fields: The fields by case-folded name, in the order of the file.
        stored: The fields that its records keep. A global field belongs to the session, a summary to a found set, and
            some results of formulas to the moment.
        stored_as: The name of its table in the data file, which may hold several files.
    """

    file: str
    name: str
    fields: Mapping[str, Field]
    stored: Sequence[Field] = field(init=False, repr=False)
    stored_as: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        kept = (one for one in self.fields.values() if not (one.is_global or one.summary or one.unstored))
        object.__setattr__(self, "stored", tuple(kept))
        object.__setattr__(self, "stored_as", f"{self.file}::{self.name}")


@dataclass(frozen=True, slots=True, eq=False)
class Occurrence:
    """A table occurrence of the relationships graph."""

    name: str
    table: Table


@dataclass(frozen=True, slots=True, eq=False)
class Predicate:
    """One comparison of a relationship, read from its left side."""

    left: Field
    operator: str
    right: Field


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A relationship seen from one of its sides."""

    source: Occurrence
    target: Occurrence
    predicates: tuple[Predicate, ...]
    allow_creation: bool = False
    cascade_delete: bool = False
    sort: tuple[SortKey, ...] = ()


Path = tuple[Step, ...]
"""The way from one occurrence to another through the graph; empty when they are the same."""


MISSING: Final = Field("", Kind.TEXT, is_global=True)
"""What stands on a layout where its field has been deleted; no record and no session has a value of it."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueList:
    """A value list: its own values or, where it has a field, those of the field.

    Attributes:
        name: Its name.
        values: Its own values.
        field: The field that has the values, seen from the records of its own table.
        second: The field that is shown beside it.
        only_second: Whether only the second field is shown.
        sorts_by_second: Whether the second field gives the order.
        related_from: The occurrence from whose record the related values are seen; None for all values.
        path: The way from there to the field.
    """

    name: str
    values: tuple[str, ...] = ()
    field: Placed | None = None
    second: Placed | None = None
    only_second: bool = False
    sorts_by_second: bool = False
    related_from: Occurrence | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How a field object shows its field: as what, with which value list, and which repetitions."""

    display: str = "editText"
    value_list: ValueList | None = None
    first: int = 1
    last: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A field as it stands on a layout or in a portal, and how to get to it from there."""

    occurrence: Occurrence
    field: Field
    path: Path
    qualified: bool
    look: Look = Look()

    @property
    def name(self) -> str:
        """The name under which clients know it, without a repetition."""
        return f"{self.occurrence.name}::{self.field.name}" if self.qualified else self.field.name

    @property
    def is_missing(self) -> bool:
        """Whether the field has been deleted."""
        return self.field is MISSING

    @property
    def repetitions(self) -> range:
        """The repetitions that the layout shows."""
        return range(self.look.first, (self.look.last or self.field.repetitions) + 1)

    @property
    def labels(self) -> Iterator[tuple[str, Slot]]:
        """The member of the reply and the slot behind it, for every repetition that the layout shows."""
        name, shown = self.name, self.repetitions
        return (
            (f"{name}({number})" if len(shown) > 1 else name, Slot(self.field, number)) for number in shown
        )


@dataclass(frozen=True, slots=True)
class SortKey:
    """One level of a sort; with the values of a value list these come first, in its order."""

    placed: Placed
    descending: bool
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Portal:
    """A portal.

    Attributes:
        object_name: Its name as a layout object, None where it has none.
        rows: How many it shows when it does not scroll.
        initial: The first row that it shows.
        filter: The formula that a row must meet.
        allow_delete: Whether its rows may be deleted.
    """

    object_name: str | None
    occurrence: Occurrence
    path: Path
    fields: tuple[Placed, ...]
    sort: tuple[SortKey, ...] = ()
    rows: int | None = None
    initial: int = 1
    filter: str | None = None
    allow_delete: bool = True

    @property
    def key(self) -> str:
        """Its member in `portalData`: the object's name, or the occurrence when it has none."""
        return self.object_name or self.occurrence.name

    def place(self, name: str) -> tuple[Placed, int | None] | None:
        """Find what a client means by a name in a row of the portal, seen from the row."""
        names = {placed.name.casefold(): placed for placed in self.fields if not placed.is_missing}
        return find_placed(names, name)


def find_placed(names: Mapping[str, Placed], name: str) -> tuple[Placed, int | None] | None:
    """Find `Field`, `Field(2)` or `Occurrence::Field`, and the repetition if one is named."""
    placed = names.get(name.casefold())
    if placed:
        return placed, None
    found = _REPETITION.fullmatch(name)
    placed = names.get(found[1].casefold()) if found else None
    if not placed or not found or not 1 <= int(found[2]) <= placed.field.repetitions:
        return None
    return placed, int(found[2])


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A layout: one occurrence, fields and portals.

    Attributes:
        names: Finds a field by any name a client may use.
        view: The default view: `form`, `list` or `table`.
    """

    name: str
    occurrence: Occurrence
    fields: tuple[Placed, ...]
    portals: tuple[Portal, ...]
    names: Mapping[str, Placed] = field(repr=False)
    view: str = "form"

    @property
    def objects(self) -> Iterator[Placed]:
        """Every field object, those in portals included."""
        return chain(self.fields, *(portal.fields for portal in self.portals))

    def place(self, name: str) -> tuple[Placed, int | None] | None:
        """Find what a client means by a name, and the repetition if it says one."""
        return find_placed(self.names, name)

    def portal(self, name: str) -> Portal | None:
        """Find a portal by its object name or, failing that, by its occurrence."""
        by_key = [one for one in self.portals if one.key == name]
        return next(iter(by_key or [one for one in self.portals if one.occurrence.name == name]), None)


@dataclass(frozen=True, slots=True)
class OAuth:
    """How an account is signed in by an OAuth provider: its name, and the identifier that it gives."""

    provider: str
    identifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class TablePrivileges:
    """What a privilege set allows with the records of one table.

    Attributes:
        view: Whether records are seen, or the formula that says so of each.
        edit: The same for changing them.
        delete: The same for deleting them.
        create: Whether records are made.
        fields: The fields that are `none` (not seen) or `view` (not changed), by case-folded name.
    """

    view: bool | str = True
    edit: bool | str = True
    delete: bool | str = True
    create: bool = True
    fields: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, eq=False)
class PrivilegeSet:
    """What an account may do: over the Data API at all, and with the tables; `others` is for those not named."""

    name: str
    data_api: bool = True
    tables: Mapping[str, TablePrivileges] = field(default_factory=dict[str, TablePrivileges])
    others: TablePrivileges = TablePrivileges()

    def on(self, table: Table) -> TablePrivileges:
        """Give what it allows with a table of its file."""
        return self.tables.get(table.name, self.others)


FULL = PrivilegeSet("full")
READ_ONLY = PrivilegeSet(
    "read-only", others=TablePrivileges(view=True, edit=False, delete=False, create=False)
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and with what; no secret has a text form. Without a password there is no Basic log-in."""

    name: str
    password: str | None = field(repr=False)
    privileges: PrivilegeSet = FULL
    claris_id: str | None = field(default=None, repr=False)
    oauth: OAuth | None = None

    @property
    def may_write(self) -> bool:
        """Whether it may do everything."""
        return self.privileges is FULL
