"""What the formulas and lookups of a file mean, once its tables, occurrences and relationships are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fmorm.server.calculations.formula import Formula, compile_formula
from fmorm.server.calculations.scope import SELF, Reference
from fmorm.server.schema.graph import find_path
from fmorm.server.schema.parts import (
    Account,
    Calculated,
    Field,
    Layout,
    LookedUp,
    Occurrence,
    Path,
    Placed,
    Portal,
    Table,
    TablePrivileges,
    ValueList,
)
from fmorm.server.schema.places import Places
from fmorm.server.schema.section import Section, unknown


@dataclass(frozen=True, slots=True, eq=False)
class Calculation:
    """A formula, where the fields that it names are, seen from a record of a table, and its place in the schema."""

    formula: Formula
    table: Table
    places: Mapping[Reference, Placed]
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A field of a related record that is copied when one of the match fields changes."""

    source: Placed
    otherwise: str | None

    @property
    def path(self) -> Path:
        """The way to the related record."""
        return self.source.path

    @property
    def triggers(self) -> Iterator[Field]:
        """The match fields."""
        return (predicate.left for predicate in self.path[0].predicates)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that is derived: by the field, portal or privileges that it belongs to."""

    calculations: dict[Field, Calculation] = field(default_factory=dict[Field, Calculation])
    entries: dict[Field, Calculation] = field(default_factory=dict[Field, Calculation])
    lookups: dict[Field, Lookup] = field(default_factory=dict[Field, Lookup])
    validations: dict[Field, Calculation] = field(default_factory=dict[Field, Calculation])
    value_lists: dict[Field, ValueList] = field(default_factory=dict[Field, ValueList])
    filters: dict[Portal, Calculation] = field(default_factory=dict[Portal, Calculation])
    access: dict[tuple[TablePrivileges, str], Calculation] = field(
        default_factory=dict[tuple[TablePrivileges, str], Calculation]
    )

    @property
    def all(self) -> Iterator[Calculation]:
        """Every formula."""
        for part in (self.calculations, self.entries, self.validations, self.filters, self.access):
            yield from part.values()

    def add(self, other: Rules) -> None:
        """Take in the rules of another file."""
        self.calculations.update(other.calculations)
        self.entries.update(other.entries)
        self.lookups.update(other.lookups)
        self.validations.update(other.validations)
        self.value_lists.update(other.value_lists)
        self.filters.update(other.filters)
        self.access.update(other.access)


class RuleReader:
    """Reads the rules of one file."""

    def __init__(self, whole: Section, places: Places, value_lists: Mapping[str, ValueList]) -> None:
        self._whole = whole
        self._occurrences = places.occurrences
        self._steps = places.steps
        self._value_lists = value_lists
        self._rules = Rules()

    def read(self, tables: Iterable[Table], layouts: Iterable[Layout], accounts: Iterable[Account]) -> Rules:
        """Give all rules."""
        for table in tables:
            for one in table.fields.values():
                self._read_field(
                    table, one, self._whole.section("tables").section(table.name).section("fields")
                )
        for layout in layouts:
            for portal in layout.portals:
                self._read_filter(portal, f"layouts.{layout.name}.portals.{portal.key}")
        for account in accounts:
            self._read_access(account, {table.name: table for table in tables})
        return self._rules

    def _read_field(self, table: Table, one: Field, part: Section) -> None:
        rules, place = self._rules, f"{part.place}.{one.name}"
        if one.calculation is not None:
            rules.calculations[one] = self._formula(
                table, one.calculation, f"{place}.calculation", context=one.context
            )
        if isinstance(one.auto_enter, Calculated):
            rules.entries[one] = self._formula(
                table, one.auto_enter.formula, f"{place}.auto_enter.calculation", one
            )
        if isinstance(one.auto_enter, LookedUp):
            rules.lookups[one] = self._lookup(table, one.auto_enter, f"{place}.auto_enter.lookup")
        if one.validation.formula is not None:
            rules.validations[one] = self._formula(table, one.validation.formula, f"{place}.validation", one)
        if one.validation.values is not None:
            rules.value_lists[one] = self._value_list(one.validation.values, f"{place}.values")

    def _value_list(self, name: str, place: str) -> ValueList:
        if name not in self._value_lists:
            raise self._mistake(unknown("value list", name, self._value_lists), place)
        return self._value_lists[name]

    def _lookup(self, table: Table, given: LookedUp, place: str) -> Lookup:
        owner, _, name = given.source.rpartition("::")
        references = [Reference(owner, name, None)]
        source = self._places(table, references, place, None)[references[0]]
        if not source.path:
            raise self._mistake("expected occurrence::Field of a related occurrence", place)
        return Lookup(source, given.otherwise)

    def _read_filter(self, portal: Portal, place: str) -> None:
        if portal.filter is not None:
            formula = compile_formula(portal.filter)
            places = self._from(portal.occurrence, formula.references)
            if isinstance(places, str):
                raise self._mistake(places, f"{place}.filter")
            found = Calculation(formula, portal.occurrence.table, places, f"{place}.filter")
            self._rules.filters[portal] = found

    def _read_access(self, account: Account, tables: Mapping[str, Table]) -> None:
        for name, privileges in account.privileges.tables.items():
            place = f"privileges.{account.privileges.name}.tables.{name}"
            for verb, rule in (
                ("view", privileges.view),
                ("edit", privileges.edit),
                ("delete", privileges.delete),
            ):
                if isinstance(rule, str) and (privileges, verb) not in self._rules.access:
                    calculation = self._formula(tables[name], rule, f"{place}.{verb}")
                    self._rules.access[privileges, verb] = calculation

    def _formula(
        self, table: Table, text: str, place: str, own: Field | None = None, context: str | None = None
    ) -> Calculation:
        formula = compile_formula(text)
        places = {**self._places(table, formula.references - {SELF}, place, context)}
        if SELF in formula.references:
            if own is None:
                raise self._mistake("Self stands for the field of the formula, and this one has none", place)
            places[SELF] = Placed(Occurrence(table.name, table), own, (), qualified=False)
        return Calculation(formula, table, places, place)

    def _places(
        self, table: Table, references: Iterable[Reference], place: str, context: str | None
    ) -> Mapping[Reference, Placed]:
        """Find fields, seen from the occurrence that is named or from the first that sees all of them."""
        named = [one for one in self._occurrences.values() if one.table is table]
        if context is not None:
            named = [one for one in named if one.name == context]
            if not named:
                raise self._mistake(f'no occurrence "{context}" of this table', place)
        problem = ""
        for occurrence in named or [Occurrence(table.name, table)]:
            places = self._from(occurrence, references)
            if not isinstance(places, str):
                return places
            problem = problem or places
        raise self._mistake(problem, place)

    def _from(self, context: Occurrence, references: Iterable[Reference]) -> dict[Reference, Placed] | str:
        """Find fields seen from one occurrence, or say what is in the way."""
        places: dict[Reference, Placed] = {}
        for reference in references:
            found = self._place(context, reference)
            if isinstance(found, str):
                return found
            places[reference] = found
        return places

    def _place(self, context: Occurrence, reference: Reference) -> Placed | str:
        occurrence = context
        if reference.owner is not None and reference.owner not in {context.name, context.table.name}:
            if reference.owner not in self._occurrences:
                return unknown("occurrence", reference.owner, self._occurrences)
            occurrence = self._occurrences[reference.owner]
        one = occurrence.table.fields.get(reference.name.casefold())
        if one is None:
            known = [known.name for known in occurrence.table.fields.values()]
            return f'{unknown("field", reference.name, known)} (table "{occurrence.table.name}")'
        path = () if occurrence is context else find_path(self._steps, context, occurrence)
        if path is None:
            return f'no relationship leads from "{context.name}" to "{occurrence.name}"'
        return Placed(occurrence, one, path, qualified=bool(path))

    def _mistake(self, text: str, place: str) -> Exception:
        return Section(place, {}, self._whole.source).mistake(text)
