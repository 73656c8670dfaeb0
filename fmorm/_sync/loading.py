# Written by tools/unasync.py from fmorm/_async/loading.py: edit that file, not this one.
"""The verb that loads what is not loaded yet; what it does is below, in `mapper`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar, overload

from fmorm._sync.runs import Runs
from fmorm.mapper import loading
from fmorm.mapper.home import Home
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow
from fmorm.query.terms import ContainerTerm, RepeatingTerm, Term

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=PortalRow)
S = TypeVar("S", bound=Sequence[Model])

Part: TypeAlias = "type[Model | PortalRow] | Term[Any] | RepeatingTerm[Any] | ContainerTerm"
"""A relation, a portal or a field, as the attribute of a class."""


class LoadingVerbs:
    """Loads what a record does not know yet."""

    _home: Home
    _runs: Runs

    @overload
    def load(self, rows: PortalRows[R], /) -> PortalRows[R]: ...
    @overload
    def load(self, record: M, /, *what: Part) -> M: ...
    @overload
    def load(self, records: S, /, *what: type[Model]) -> S: ...
    def load(self, target: Any, /, *what: Any) -> Any:
        """Load what is not loaded yet; what is known, and what was not saved, stays.

        `load(person.addresses)` reads the rest of a portal's rows. `load(person, Person.notes, Person.addresses)` reads
        fields and portals that were not asked for, and `load(person)` all of them that the layout shows.
        `load(orders, Order.customer)` reads the related records of a list of records, or of one. Where nothing is
        missing, nothing is sent; relations are always read.

        Args:
            target: A portal of a record, a record, or a list of records.
            what: Attributes of the class; of a list of records, relations only.

        Returns:
            The same object.

        Raises:
            DriftError: The record, its rows or the related records have changed meanwhile; nothing was taken over.
            NotLoaded: The layout does not show what was asked for, or a relation's key field is not loaded.
            MappingError: A value that was asked for does not fit its field; nothing was taken over.
            NoAccess: The account may not see it; nothing was taken over.
            MultipleFound: A key that should name one related record names several.
            RecordMissing: The record is there no more.
            RecordStateError: It was never created, lives elsewhere, or an earlier write of it had an unknown outcome.
            TypeError: That cannot be loaded; nothing was sent.
        """
        return self._runs.run(loading.load(self._home, target, what))
