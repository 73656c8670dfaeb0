"""A find as an immutable value: the verbs copy, and nothing is sent from here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import index
from typing import Any

from fmorm.errors import FindError
from fmorm.query.compile import requests
from fmorm.query.conditions import And, Condition, Not, expect
from fmorm.query.order import Sort
from fmorm.query.telling import told
from fmorm.query.terms import RepeatingTerm, Term

__all__ = ["CompiledFind", "FindSpec", "PortalChoice", "Sort"]


@dataclass(frozen=True, slots=True)
class PortalChoice:
    """A portal that a find asks for.

    Attributes:
        name: The portal's key on the wire.
        limit: The most rows, or None for the server's own limit.
        offset: Rows to skip.
    """

    name: str
    limit: int | None = None
    offset: int = 0

    def __post_init__(self) -> None:
        _not_negative(self.offset, "the offset of a portal")
        if self.limit is not None and _not_negative(self.limit, "the limit of a portal") == 0:
            raise FindError(f"portal {self.name!r} was limited to no rows: leave it out instead")


@dataclass(frozen=True, slots=True)
class CompiledFind:
    """What a find sends.

    Attributes:
        query: The `query` member of `_find`; None: there is no condition, so read a range of all records.
        sort: The `sort` member.
        nothing: Nothing can be found, so nothing is to be sent.
        told: What was written and what became of it, in lines, where the requests do not show that by themselves.
    """

    query: list[dict[str, str]] | None
    sort: list[dict[str, str]]
    nothing: bool
    told: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class FindSpec:
    """A find.

    Attributes:
        layout: The layout to look in.
        condition: What a record must meet; None is no condition.
        omits: Conditions of which each is omitted at the end.
        sorts: The sort order.
        offset: Records to skip, from 0.
        limit: The most records; None is all.
        portals: The portals to ask for; None is all that the model declares.
    """

    layout: str
    condition: Condition | None = None
    omits: tuple[Condition, ...] = ()
    sorts: tuple[Sort, ...] = ()
    offset: int = 0
    limit: int | None = None
    portals: tuple[PortalChoice, ...] | None = None

    def where(self, *conditions: Condition) -> FindSpec:
        """Add conditions, all of which must hold beside those that are there.

        Args:
            conditions: The conditions.

        Raises:
            TypeError: Something else was given, such as the bool of a comparison that Python made itself.
        """
        condition = self.condition
        for given in conditions:
            condition = expect(given, "where") if condition is None else condition & expect(given, "where")
        return replace(self, condition=condition)

    def omit(self, *conditions: Condition) -> FindSpec:
        """Leave out at the end what meets one of these conditions.

        Args:
            conditions: The conditions; several arguments are several omits.

        Raises:
            TypeError: Something else was given, such as the bool of a comparison that Python made itself.
        """
        return replace(self, omits=(*self.omits, *(expect(given, "omit") for given in conditions)))

    def sort(self, *keys: Term[Any] | Sort) -> FindSpec:
        """Sort by these after what is sorted by already; without arguments, sort no more.

        Args:
            keys: Fields, ascending, or what their `asc()` and `desc()` give.

        Raises:
            TypeError: Something else was given.
        """
        return replace(self, sorts=(*self.sorts, *map(_sort, keys)) if keys else ())

    def take(self, limit: int | None) -> FindSpec:
        """Set the most records to read, whatever it was; None is all.

        Args:
            limit: The number.

        Raises:
            FindError: It is negative.
        """
        return replace(self, limit=None if limit is None else _not_negative(limit, "the limit"))

    def skip(self, offset: int) -> FindSpec:
        """Set how many records to skip, whatever it was.

        Args:
            offset: The number.

        Raises:
            FindError: It is negative.
        """
        return replace(self, offset=_not_negative(offset, "the offset"))

    def slice(self, part: slice) -> FindSpec:
        """Take a slice of what this find gives, as Python slices a list, within its limit and offset.

        Args:
            part: The slice.

        Raises:
            FindError: It has a step or counts from the end.
        """
        if part.step is not None and part.step != 1:
            raise FindError("a find is not sliced with a step: slice the list that all() gives")
        start = 0 if part.start is None else _not_negative(part.start, "the start of a slice")
        rest = None if self.limit is None else max(self.limit - start, 0)
        if part.stop is not None:
            length = max(_not_negative(part.stop, "the end of a slice") - start, 0)
            rest = length if rest is None else min(rest, length)
        return replace(self, offset=self.offset + start, limit=rest)

    def choose(self, *portals: PortalChoice) -> FindSpec:
        """Ask for these portals and no others.

        Args:
            portals: The portals; without any, none is asked for.

        Raises:
            FindError: A portal is named twice.
        """
        names = [portal.name for portal in portals]
        if len(set(names)) < len(names):
            raise FindError(f"a portal is chosen twice: {', '.join(names)}")
        return replace(self, portals=portals)

    def compile(self) -> CompiledFind:
        """Bring the conditions to FileMaker's list of requests.

        Returns:
            What to send.

        Raises:
            FindError: No list of requests means the same; the message says what to do instead.
        """
        condition = self._written()
        query = requests(condition)
        names = {sort.name: sort.order for sort in reversed(self.sorts)}  # the first of a field decides
        order = dict.fromkeys(sort.name for sort in self.sorts)
        sort = [{"fieldName": name, "sortOrder": names[name]} for name in order]
        return CompiledFind(query, sort, nothing=query == [] or self.limit == 0, told=told(condition, query))

    def _written(self) -> And:
        """Give all that a record must meet, the omits among it."""
        wanted = self.condition.parts if isinstance(self.condition, And) else (self.condition,)
        return And((*(part for part in wanted if part is not None), *map(Not, self.omits)))


def _sort(key: object) -> Sort:
    if isinstance(key, Sort):
        return key
    if isinstance(key, RepeatingTerm):
        raise TypeError(f"{key.ref.label} is a repeating field: sort by one repetition, {key.ref.label}[0]")
    if isinstance(key, Term):
        return key.asc()
    raise TypeError(f"sort takes fields such as Person.name or Person.name.desc() and was given {key!r}")


def _not_negative(number: int, what: str) -> int:
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"{what} is a number and was given {number!r}")
    if (number := index(number)) < 0:
        raise FindError(f"{what} is {number}: a find does not count from the end; sort the other way round")
    return number
