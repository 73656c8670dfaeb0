"""Related records: relationships written as SQL joins."""

# ruff: noqa: S608 - names come from the schema and are quoted; every value is bound

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date

from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Path, Placed, Predicate, Slot, SortKey, Step, Table
from fmorm.server.schema.schema import Schema
from fmorm.server.store.columns import RECORD_ID, key_column, sort_column, table_name, value_column
from fmorm.server.store.files import Store
from fmorm.server.values.cells import Kind, keep
from fmorm.server.values.moments import DateForm

_ANY_DAY = DateForm(iso=False, today=date.min)
_FEW = 8
"""Values of a list that are compared one after the other."""
ROOT = "t0"
"""The alias of the table that a path starts from; the n-th step reaches `tn`."""


def alias(path: Path) -> str:
    """Give the alias of the table at the end of a path that starts at `ROOT`."""
    return f"t{len(path)}"


def joined(path: Path) -> str:
    """Give the FROM clause of a path without its root: the tables from the first step to the last."""
    tables = [f"{table_name(step.target.table)} AS t{n}" for n, step in enumerate(path, 1)]
    return ", ".join(tables)


def conditions(path: Path, root: str = ROOT) -> str:
    """Give the comparisons that tie the tables of a path together, root included."""
    names = [root, *(f"t{n}" for n in range(1, len(path) + 1))]
    pairs = zip(path, names, names[1:], strict=False)
    return " AND ".join(
        _comparison(one, here, there) for step, here, there in pairs for one in step.predicates
    )


def _comparison(predicate: Predicate, here: str, there: str) -> str:
    if predicate.operator == "x":
        return "1"
    left, right = Slot(predicate.left), Slot(predicate.right)
    if predicate.left.kind == predicate.right.kind:
        return f"{key_column(left, here)} {predicate.operator} {key_column(right, there)}"
    # fields of two kinds are compared by what is written in them
    return f"lower({value_column(left, here)}) {predicate.operator} lower({value_column(right, there)})"


def order_by(keys: Sequence[SortKey], root: str) -> str:
    """Give the ORDER BY terms of a sort; records that are equal stay in the order of their creation."""
    # a global field is the same for all records, and so is a summary
    kept = [key for key in keys if not (key.placed.field.is_global or key.placed.field.summary)]
    terms = [f"{term}{' DESC' * key.descending}" for key in kept for term in _sort_terms(key, root)]
    return ", ".join([*terms, f"{root}.{RECORD_ID}"])


def _sort_terms(key: SortKey, root: str) -> Iterator[str]:
    """Write one level of a sort; values of a value list come in its order before all others."""
    slot = Slot(key.placed.field)
    ranks = _ranks(slot.field.kind, key.values or ())
    if ranks:
        yield _seen(key.placed, root, lambda alias: _rank(key_column(slot, alias), ranks, len(ranks)))
    yield _seen(key.placed, root, lambda alias: sort_column(slot, alias))


def _ranks(kind: Kind, values: Sequence[str]) -> list[tuple[str, int]]:
    """Give the keys of listed values with their places, by key; what is no value of this kind is passed over."""
    places: dict[str, int] = {}
    for value in values:
        with suppress(Refusal):
            key = keep(kind, value, _ANY_DAY).key
            if key is not None and "\0" not in key:
                places.setdefault(key, len(places))
    return sorted(places.items())


def _rank(column: str, ranks: Sequence[tuple[str, int]], last: int) -> str:
    """Write the place of a key in a list, halving it until few are left: it may be as long as a table."""
    if len(ranks) > _FEW:
        middle = len(ranks) // 2
        lower, upper = _rank(column, ranks[:middle], last), _rank(column, ranks[middle:], last)
        return f"CASE WHEN {column} < {_literal(ranks[middle][0])} THEN {lower} ELSE {upper} END"
    places = " ".join(f"WHEN {_literal(key)} THEN {place}" for key, place in ranks)
    return f"CASE {column} {places} ELSE {last} END"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _seen(placed: Placed, root: str, term: Callable[[str], str]) -> str:
    """Write a term on a field; seen from afar it is that of the first related record."""
    if not placed.path:
        return term(root)
    end = alias(placed.path)
    return (
        f"(SELECT {term(end)} FROM {joined(placed.path)} "
        f"WHERE {conditions(placed.path, root)} ORDER BY {order_by(placed.path[-1].sort, end)} LIMIT 1)"
    )


def exists(path: Path, condition: str) -> str:
    """Say that some record at the end of the path meets a condition."""
    return f"EXISTS (SELECT 1 FROM {joined(path)} WHERE {conditions(path)} AND {condition})"


class Relations:
    """Finds the records that are related to one record."""

    def __init__(self, schemas: Iterable[Schema], store: Store) -> None:
        self._steps = [step for schema in schemas for steps in schema.steps.values() for step in steps]
        self._store = store

    def ids(
        self, path: Path, record_id: int, sort: Sequence[SortKey] = (), *, limit: int = -1, offset: int = 0
    ) -> list[int]:
        """Give the ids of related records, in the order of the sort and then of creation."""
        related = f"SELECT DISTINCT {alias(path)}.{RECORD_ID} {self._tail(path)}"
        order = order_by(sort or path[-1].sort, "r")
        table = table_name(path[-1].target.table)
        sql = (
            f"SELECT r.{RECORD_ID} FROM {table} AS r WHERE r.{RECORD_ID} IN ({related}) "
            f"ORDER BY {order} LIMIT ? OFFSET ?"
        )
        return self._store.ids(sql, [record_id, limit, offset])

    def count(self, path: Path, record_id: int) -> int:
        """Count the related records."""
        sql = f"SELECT count(DISTINCT {alias(path)}.{RECORD_ID}) {self._tail(path)}"
        return self._store.ids(sql, [record_id])[0]

    def first(self, path: Path, record_id: int) -> int | None:
        """Give the first related record; a path of no steps leads to the record itself."""
        return next(iter(self.ids(path, record_id, limit=1)), None) if path else record_id

    def is_related(self, path: Path, record_id: int, related_id: int) -> bool:
        """Tell whether one record can be reached from another."""
        sql = f"SELECT 1 {self._tail(path)} AND {alias(path)}.{RECORD_ID} = ? LIMIT 1"
        return bool(self._store.rows(sql, [record_id, related_id]))

    def cascading(self, table: Table) -> list[Step]:
        """Give the relationships whose records go when a record of this table goes."""
        return [step for step in self._steps if step.cascade_delete and step.source.table is table]

    @staticmethod
    def _tail(path: Path) -> str:
        root = table_name(path[0].source.table)
        return f"FROM {root} AS {ROOT}, {joined(path)} WHERE {ROOT}.{RECORD_ID} = ? AND {conditions(path)}"
