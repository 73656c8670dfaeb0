"""Finds of a model: requests out of a find's value, records out of the replies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Generic, TypeVar, cast

from fmorm.errors import MultipleFound, NotFound, ProtocolError
from fmorm.mapper.home import Home, asked_in_part, rows_of
from fmorm.model.build import Source, build_records
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model
from fmorm.protocol.effects import Steps
from fmorm.protocol.paging import Paging, read_page
from fmorm.query.find import CompiledFind, FindSpec
from fmorm.wire import requests
from fmorm.wire.requests import RECORDS_AT_ONCE, Request

M = TypeVar("M", bound=Model)

NOTHING: Final = "nothing is sent: the find cannot match any record"


@dataclass(frozen=True)
class Found(Generic[M]):
    """What a find means for one model in one database.

    Attributes:
        home: The database.
        model: The class.
        spec: The find.
    """

    home: Home
    model: type[M]
    spec: FindSpec

    @cached_property
    def plan(self) -> Plan:
        """The plan of the model."""
        return plan_of(self.model)

    @cached_property
    def compiled(self) -> CompiledFind:
        """The find as FileMaker's requests; raises FindError."""
        return self.spec.compile()

    def request(self, offset: int, limit: int) -> Request:
        """Make the request for some of the records, from an offset that counts from 0."""
        compiled = self.compiled
        common: dict[str, Any] = {
            "offset": offset,
            "limit": limit,
            "sort": compiled.sort,
            "portals": rows_of(self.plan, self.spec.portals),
        }
        if compiled.query is None:
            return requests.read_range(self.home.place, self.plan.place, **common)
        return requests.find(self.home.place, self.plan.place, query=compiled.query, **common)

    def records(self, data: list[dict[str, Any]]) -> list[M]:
        """Make the records of a page."""
        source = Source(self.home.origin(self.plan.place), asked_in_part(self.plan, self.spec.portals))
        return cast("list[M]", build_records(self.plan, data, source))

    def without_portals(self) -> Found[M]:
        """Give the same find that asks for no portal: for questions that need no rows."""
        return replace(self, spec=replace(self.spec, portals=(), sorts=()))

    def paging(self) -> Paging:
        """Start to read all the records."""
        limit = 0 if self.compiled.nothing else self.spec.limit
        return Paging(self.request, offset=self.spec.offset, limit=limit, size=RECORDS_AT_ONCE)

    def explain(self) -> str:
        """Show the first request that the find would send."""
        if self.compiled.nothing:
            return "\n".join((NOTHING, *self.compiled.told))
        limit = RECORDS_AT_ONCE if self.spec.limit is None else min(self.spec.limit, RECORDS_AT_ONCE)
        return "\n".join((str(self.request(self.spec.offset, limit)), *self.compiled.told))


class Pages(Generic[M]):
    """The records of a find, page by page."""

    def __init__(self, found: Found[M]) -> None:
        """Start before the first record; raises FindError."""
        self._found = found
        self._paging = found.paging()

    @property
    def done(self) -> bool:
        """Whether there are no more pages."""
        return self._paging.done

    def next_page(self) -> Steps[list[M]]:
        """Read the next records; none when there are no more. Raises DriftError."""
        return self._found.records((yield from self._paging.next_page()))


def read_all(found: Found[M]) -> Steps[list[M]]:
    """Read every record of the find."""
    pages = Pages(found)
    records: list[M] = []
    while not pages.done:
        records += yield from pages.next_page()
    return records


def first(found: Found[M]) -> Steps[M | None]:
    """Read the first record, or None."""
    records = yield from read_all(_at_most(found, 1))
    return records[0] if records else None


def one_or_none(found: Found[M]) -> Steps[M | None]:
    """Read the only record, or None; raises MultipleFound."""
    records = yield from read_all(_at_most(found, 2))
    if len(records) > 1:
        raise MultipleFound(f"more than one {found.model.__name__} matches: {_asked(found)}")
    return records[0] if records else None


def one(found: Found[M]) -> Steps[M]:
    """Read the only record; raises NotFound and MultipleFound."""
    record = yield from one_or_none(found)
    if record is None:
        raise NotFound(f"no {found.model.__name__} matches: {_asked(found)}")
    return record


def count(found: Found[M]) -> Steps[int]:
    """Count the records of the find, within its limit and offset, without reading them."""
    if found.compiled.nothing:
        return 0
    page = yield from read_page(found.without_portals().request, 0, 1)
    if page.found is None:
        raise ProtocolError(
            f"the reply to a find on layout {found.plan.place!r} does not count, as on FileMaker Server 17: "
            "len(find.all()) reads and counts",
            status=200,
        )
    rest = max(page.found - found.spec.offset, 0)
    return rest if found.spec.limit is None else min(rest, found.spec.limit)


def exists(found: Found[M]) -> Steps[bool]:
    """Tell whether the find has a record."""
    return bool((yield from read_all(_at_most(found.without_portals(), 1))))


def _at_most(found: Found[M], limit: int) -> Found[M]:
    """Ask for no more records than the question needs."""
    return replace(found, spec=found.spec.slice(slice(0, limit)))


def _asked(found: Found[Any]) -> str:
    return repr(found.compiled.query) if found.compiled.query is not None else "all records of the layout"
