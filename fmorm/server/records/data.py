"""What records are made of, for every request the same: the data file, the relationships, the rules, the functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fmorm.server.calculations.functions.catalogue import unknown_function
from fmorm.server.relations import Relations
from fmorm.server.schema.parts import Field, Table
from fmorm.server.schema.rules import Rules
from fmorm.server.schema.schema import Schema
from fmorm.server.schema.section import mistake_at
from fmorm.server.store.containers import Containers
from fmorm.server.store.files import Store

Function = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Derived:
    """The fields of a table whose values come from others."""

    looked_up: tuple[Field, ...]
    entered: tuple[Field, ...]
    calculated: tuple[Field, ...]

    def __bool__(self) -> bool:
        return bool(self.looked_up or self.entered or self.calculated)


@dataclass(frozen=True, slots=True)
class Data:
    """The records of all files, and how they hang together.

    Attributes:
        functions: Custom functions by case-folded name.
        containers: The files in container fields.
    """

    store: Store
    relations: Relations
    rules: Rules
    derived: Mapping[Table, Derived]
    functions: Mapping[str, Function] = field(default_factory=dict[str, Function])
    containers: Containers = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "containers", Containers(self.store))


def data_of(schemas: Iterable[Schema], store: Store, functions: Mapping[str, Function]) -> Data:
    """Put together what the schemas say of the records in a data file.

    Raises:
        SchemaError: A formula calls a function that there is not.
    """
    files = list(schemas)
    rules = Rules()
    for schema in files:
        _check_functions(schema, functions)
        rules.add(schema.rules)
    derived = {table: _derived(table, rules) for schema in files for table in schema.tables.values()}
    folded = {name.casefold(): function for name, function in functions.items()}
    return Data(store, Relations(files, store), rules, derived, folded)


def _check_functions(schema: Schema, functions: Mapping[str, Function]) -> None:
    known = {name.casefold() for name in functions}
    for calculation in schema.rules.all:
        for name in calculation.formula.calls:
            if name.casefold() not in known:
                raise mistake_at(schema.source, calculation.place, unknown_function(name, functions))


def _derived(table: Table, rules: Rules) -> Derived:
    stored = table.stored
    return Derived(
        looked_up=tuple(one for one in stored if one in rules.lookups),
        entered=tuple(one for one in stored if one in rules.entries),
        calculated=tuple(one for one in stored if one in rules.calculations),
    )
