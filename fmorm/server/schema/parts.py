"""What a FileMaker file is made of: tables, occurrences, relationships, layouts, accounts.

Each part exists once in its schema, so parts are the same only when they are the same object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fmorm.server.values.cells import Kind

_REPETITION = re.compile(r"(.+)\(([0-9]{1,5})\)", re.DOTALL)


class AutoEnter(StrEnum):
    """What FileMaker itself enters in a field."""

    UUID = "uuid"
    SERIAL = "serial"
    CREATION_TIMESTAMP = "creation_timestamp"
    MODIFICATION_TIMESTAMP = "modification_timestamp"
    CREATION_ACCOUNT = "creation_account"
    MODIFICATION_ACCOUNT = "modification_account"
    VALUE = "value"

    @property
    def on_every_change(self) -> bool:
        """Tell whether it is entered anew when the record is modified."""
        return self in {AutoEnter.MODIFICATION_TIMESTAMP, AutoEnter.MODIFICATION_ACCOUNT}


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a table, with its validation options."""

    name: str
    kind: Kind
    repetitions: int = 1
    auto_enter: AutoEnter | None = None
    auto_value: str = ""
    required: bool = False
    unique: bool = False
    numeric: bool = False
    modifiable: bool = True
    is_global: bool = False

    @property
    def slots(self) -> Iterator[Slot]:
        """Every repetition of the field."""
        return (Slot(self, number) for number in range(1, self.repetitions + 1))


@dataclass(frozen=True, slots=True)
class Slot:
    """One repetition of a field: the place of one value."""

    field: Field
    repetition: int = 1

    @property
    def label(self) -> str:
        """The name under which clients know it."""
        return f"{self.field.name}({self.repetition})" if self.field.repetitions > 1 else self.field.name


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A base table; fields by case-folded name, in the order of the file."""

    name: str
    fields: Mapping[str, Field]

    @property
    def stored(self) -> Iterator[Field]:
        """The fields that a record has of its own; a global field belongs to the session."""
        return (one for one in self.fields.values() if not one.is_global)


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


Path = tuple[Step, ...]
"""The way from one occurrence to another through the graph; empty when they are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A field as it stands on a layout or in a portal, and how to get to it from there."""

    occurrence: Occurrence
    field: Field
    path: Path
    qualified: bool

    @property
    def name(self) -> str:
        """The name under which clients know it, without a repetition."""
        return f"{self.occurrence.name}::{self.field.name}" if self.qualified else self.field.name

    @property
    def labels(self) -> Iterator[tuple[str, Slot]]:
        """The member of the reply and the slot behind it, for every repetition."""
        prefix = f"{self.occurrence.name}::" if self.qualified else ""
        return ((prefix + slot.label, slot) for slot in self.field.slots)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One level of a sort; with the values of a value list these come first, in its order."""

    placed: Placed
    descending: bool
    values: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Portal:
    """A portal; `rows` is how many it shows when it does not scroll."""

    object_name: str | None
    occurrence: Occurrence
    path: Path
    fields: tuple[Placed, ...]
    sort: tuple[SortKey, ...] = ()
    rows: int | None = None

    @property
    def key(self) -> str:
        """Its member in `portalData`: the object's name, or the occurrence when it has none."""
        return self.object_name or self.occurrence.name

    def place(self, name: str) -> tuple[Placed, int | None] | None:
        """Find what a client means by a name in a row of the portal, seen from the row."""
        return find_placed({placed.name.casefold(): placed for placed in self.fields}, name)


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
    """A layout: one occurrence, fields and portals. `names` finds a field by any name a client may use."""

    name: str
    occurrence: Occurrence
    fields: tuple[Placed, ...]
    portals: tuple[Portal, ...]
    names: Mapping[str, Placed] = field(repr=False)

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


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and with what; no secret has a text form. Without a password there is no Basic log-in."""

    name: str
    password: str | None = field(repr=False)
    may_write: bool = True
    claris_id: str | None = field(default=None, repr=False)
    oauth: OAuth | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A whole file."""

    name: str
    accounts: Mapping[str, Account]
    tables: Mapping[str, Table]
    occurrences: Mapping[str, Occurrence]
    steps: Mapping[str, tuple[Step, ...]]
    layouts: Mapping[str, Layout]
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
    source: str = ""

    def account(self, name: str, password: str) -> Account | None:
        """Give the account that these credentials open; account names ignore case, passwords do not."""
        found = self.accounts.get(name.casefold())
        return found if found and found.password == password else None

    def account_of_claris_id(self, token: str) -> Account | None:
        """Give the account that an id token opens."""
        return next((one for one in self.accounts.values() if one.claris_id == token), None)

    def account_of_oauth(self, oauth: OAuth) -> Account | None:
        """Give the account that a provider's identifier opens."""
        return next((one for one in self.accounts.values() if one.oauth == oauth), None)

    @property
    def oauth_providers(self) -> list[str]:
        """The OAuth providers that the host trusts: those of the accounts."""
        return sorted({one.oauth.provider for one in self.accounts.values() if one.oauth})
