"""Finds of a model: requests out of a find's value, records out of the replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar, cast

from fmorm.errors import FindError, MultipleFound, NotFound, ProtocolError, RequestRefused
from fmorm.mapper.given import id_in_reply
from fmorm.mapper.home import Home, asked_in_part, rows_of
from fmorm.mapper.scripting import asking, take_results
from fmorm.model.build import build_records
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model
from fmorm.model.related import RelationTerm
from fmorm.model.shape import parser_of
from fmorm.model.source import Source
from fmorm.model.troubles import OnBadValue
from fmorm.protocol.effects import Steps
from fmorm.protocol.paging import Paging, read_page
from fmorm.query.find import CompiledFind, FindSpec
from fmorm.wire import requests
from fmorm.wire.pages import Parse
from fmorm.wire.requests import RECORDS_AT_ONCE, Request
from fmorm.wire.scripts import Scripts
from fmorm.wire.shaped import Raw

M = TypeVar("M", bound=Model)

Along = Callable[[Home, Sequence[Model]], Steps[None]]
"""Reads more for records that a find has read."""
Identity: TypeAlias = tuple[str, str | None]
"""The record id and the mod id of a record."""

AT_A_TIME: Final = 64
"""How many records a loop has at once: with their rows they fit into a processor's cache, and a page does not."""
NOTHING: Final = "nothing is sent: the find cannot match any record"


@dataclass(frozen=True)
class Found(Generic[M]):
    """What a find means for one model in one database.

    Attributes:
        home: The database.
        model: The class of the records.
        spec: The find.
        on_bad_value: What becomes of values that do not fit; None where that is left to the classes.
        related: The relations that are loaded with the records.
        along: Loads them for the records of a page; None where there are none.
        asked: The class whose fields the conditions name, and on whose layout they are looked for; None for `model`.
        scripts: The scripts that run with each request.
    """

    home: Home
    model: type[M]
    spec: FindSpec
    on_bad_value: OnBadValue | None = None
    related: tuple[RelationTerm, ...] = ()
    along: Along | None = None
    asked: type[Model] | None = None
    scripts: Scripts = ()

    @cached_property
    def plan(self) -> Plan:
        """The plan of the model."""
        return plan_of(self.model)

    @cached_property
    def asked_plan(self) -> Plan:
        """The plan of the model whose fields the conditions name."""
        return self.plan if self.asked is None else plan_of(self.asked)

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
            "iso_dates": self.home.dates.is_iso(self.plan, self.spec),
        }
        place, layout = self.home.place, self.asked_plan.place
        if compiled.query is None:
            request = requests.read_range(place, layout, **common)
        else:
            request = requests.find(place, layout, query=compiled.query, **common)
        if self.asked is not None:
            request = requests.answered_on(request, self.plan.place)
        return asking(request, self.scripts)

    @cached_property
    def parse(self) -> Parse:
        """What parses the pages."""
        return parser_of(self.plan, (rows.name for rows in rows_of(self.plan, self.spec.portals)))

    def take_reply(self, response: dict[str, Any], request: Request) -> None:
        """Hand on what a reply tells of scripts; raises ScriptError."""
        take_results(self.scripts, response, request)

    def parts(self, data: list[Raw]) -> Iterator[list[M]]:
        """Make the records of a page, a few at a time: when they are done with, the next ones take up their memory."""
        source = self._source()
        data.reverse()
        while data:
            part = data[-AT_A_TIME:]
            del data[-AT_A_TIME:]
            part.reverse()
            yield self._records(part, source)

    def page(self, data: list[Raw]) -> Steps[list[M]]:
        """Make the records of a page, and read what comes along with them."""
        records = [record for part in self.parts(data) for record in part]
        if self.along is not None:
            yield from self.along(self.home, records)
        return records

    def _source(self) -> Source:
        asked = asked_in_part(self.plan, self.spec.portals)
        return Source(self.home.origin(self.plan.place), asked, self.on_bad_value)

    def _records(self, data: list[Raw], source: Source) -> list[M]:
        return cast("list[M]", build_records(self.plan, data, source))

    def bare(self) -> Found[M]:
        """Give the same records alone: without portals, and without what comes along."""
        return replace(self, spec=replace(self.spec, portals=()), along=None)

    def without_portals(self) -> Found[M]:
        """Give the same find that asks for the records alone and in no order: for questions that need neither."""
        return replace(self, spec=replace(self.spec, portals=(), sorts=()), along=None)

    def paging(self, size: int | None = None) -> Paging:
        """Start to read all the records, so many at once."""
        limit = 0 if self.compiled.nothing else self.spec.limit
        wanted = RECORDS_AT_ONCE if size is None else check_size(size)
        return Paging(
            self.request,
            offset=self.spec.offset,
            limit=limit,
            size=wanted,
            take=self.take_reply,
            parse=self.parse,
        )

    def explain(self) -> str:
        """Show the first request that the find would send."""
        if self.compiled.nothing:
            return "\n".join((NOTHING, *self.compiled.told))
        limit = RECORDS_AT_ONCE if self.spec.limit is None else min(self.spec.limit, RECORDS_AT_ONCE)
        return "\n".join((str(self.request(self.spec.offset, limit)), *self.compiled.told))


def check_size(size: int) -> int:
    """Give the size of a page; raises FindError where it cannot be one."""
    if size.__class__ is not int or size < 1:
        raise FindError(f"size={size!r}: a page has one record at least, and it is a whole number")
    return size


class Turning(Protocol):
    """Turns the pages of a find, which are raw."""

    done: bool

    def next_page(self) -> Steps[list[Raw]]:
        """Read the next records; none when there are no more."""
        ...


class Pages(Generic[M]):
    """The records of a find, page by page."""

    def __init__(self, found: Found[M], turning: Turning | None = None) -> None:
        """Start before the first record; raises FindError."""
        self._found = found
        self._turning: Turning = turning or found.paging()
        self._has_begun = False

    @property
    def done(self) -> bool:
        """Whether there are no more pages."""
        return self._turning.done

    def next_page(self) -> Steps[list[M]]:
        """Read the next records; none when there are no more. Raises DriftError."""
        return (yield from self._found.page((yield from self._next_in_form())))

    def next_parts(self) -> Steps[Iterator[list[M]]]:
        """Read the next records, to be made a few at a time when they are wanted. Raises DriftError."""
        data = yield from self._next_in_form()
        if self._found.along is None:
            return self._found.parts(data)
        return iter([(yield from self._found.page(data))])  # what comes along is read for all of them at once

    def _next_in_form(self) -> Steps[list[Raw]]:
        """Read the next records, with dates in the form that is read soonest."""
        found = self._found
        if self._has_begun and not self.done:  # for one page alone the question would not pay
            yield from found.home.dates.learn(found.home.place, found.plan, found.spec)
        self._has_begun = True
        return (yield from self.next_data())

    def next_data(self) -> Steps[list[Raw]]:
        """Read the next records as they are; none when there are no more. Raises DriftError."""
        found = self._found
        try:
            return (yield from self._turning.next_page())
        except RequestRefused:
            if not found.home.dates.is_iso(found.plan, found.spec):
                raise
        found.home.dates.refuse()
        return (yield from self._turning.next_page())


def read_all(found: Found[M], turning: Turning | None = None) -> Steps[list[M]]:
    """Read every record of the find."""
    pages = Pages(found, turning)
    records: list[M] = []
    while not pages.done:
        records += yield from pages.next_page()
    return records


def read_ids(found: Found[Any], turning: Turning | None = None) -> Steps[list[Identity]]:
    """Read which records the find has, and nothing of them."""
    pages = Pages(found, turning or found.bare().paging())
    ids: list[Identity] = []
    while not pages.done:
        ids += [
            (str(one["recordId"]), id_in_reply(one.get("modId"))) for one in (yield from pages.next_data())
        ]
    return ids


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
    bare = found.without_portals()
    page = yield from read_page(bare.request, 0, 1, bare.take_reply)
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
