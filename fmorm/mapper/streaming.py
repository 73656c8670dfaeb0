"""All the records of a find in the order of a key, whatever happens to the found set meanwhile.

Each page asks for the records *from* the last key on, not for an offset into a found set. A record that is there all
the time and keeps its key comes exactly once: those that come and go around it move no page. Equal keys are no
trouble, since the page begins with the last key itself, and what was had before is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from fmorm.errors import FindError, MappingError, NotLoaded
from fmorm.mapper.finding import Found
from fmorm.mapper.given import expect_own_field
from fmorm.protocol.effects import Steps
from fmorm.protocol.paging import read_page
from fmorm.protocol.seen import SeenIds
from fmorm.query.conditions import Condition, fields_of
from fmorm.query.terms import Term
from fmorm.wire.replies import ids_of
from fmorm.wire.shaped import Raw
from fmorm.wire.values import Kind, Unreadable
from fmorm.wire.withheld import parse_reply

INVALID: Final = "?"
"""FileMaker's criterion for what is no value of the field's kind; its order says nothing about such records."""


class Keyset:
    """The pages of one find by a key, ascending; the next begins where the last one ended."""

    def __init__(self, found: Found[Any], key: Term[Any], *, size: int) -> None:
        """Start before the first record.

        Args:
            found: The find; its limit holds.
            key: The term of the field to go by.
            size: How many records to read at once.

        Raises:
            TypeError: That is no field.
            FindError: The field, or the find, cannot be read in this way.
        """
        self._term = _expect_key(found, key)
        _refuse_order(found)
        spec = found.spec
        self._all = replace(found, spec=replace(spec, sorts=(self._term.asc(),), limit=None))
        self._next = self._all
        self._parse = (
            found.parse if found.asked is None else parse_reply
        )  # the key may be no field of the model
        self._left = spec.limit
        self._size = size
        self._again = 0
        self._seen = SeenIds()
        self._checked = False
        self.done = found.compiled.nothing or spec.limit == 0

    def next_page(self) -> Steps[list[Raw]]:
        """Read the next records; none when there are no more.

        Raises:
            FindError: A record has no key, or too many have the same one.
        """
        if not self._checked:
            yield from self._refuse_without_key()
            self._checked = True
        while not self.done:
            data = yield from self._read()
            if data:
                return data
        return []

    def _read(self) -> Steps[list[Raw]]:
        wanted = self._size + self._again
        page = yield from read_page(self._next.request, 0, wanted, self._next.take_reply, self._parse)
        if page.data:  # before anything is given away: what cannot be asked next is refused at once
            self._go_on_from(page.data[-1])
        new = self._seen.add(ids_of(page.data))
        fresh = [record for record, is_new in zip(page.data, new, strict=True) if is_new]
        self._again = max(len(page.data) - len(fresh), 1)
        self.done = len(page.data) < wanted
        if self._again > self._size and not self.done:
            raise self._too_many_equal()
        return self._within_limit(fresh)

    def _go_on_from(self, record: Raw) -> None:
        spec = self._all.spec.where(self._term >= self._key_of(record))
        self._next = replace(self._all, spec=spec)
        _ = self._next.compiled

    def _within_limit(self, data: list[Raw]) -> list[Raw]:
        if self._left is None:
            return data
        data = data[: self._left]
        self._left -= len(data)
        self.done = self.done or self._left == 0
        return data

    def _key_of(self, record: Raw) -> Any:
        ref, raw = self._term.ref, record["fieldData"].get(self._term.ref.name)
        if raw is None:
            raise NotLoaded(
                f"layout {self._all.plan.place!r} does not show {ref.label}, which stream goes by"
            )
        if raw == "":
            raise self._without_key(record["recordId"])
        try:
            return ref.codec.read(raw)
        except Unreadable as error:
            raise MappingError(
                str(error),
                layout=self._all.plan.place,
                record_id=str(record["recordId"]),
                field=ref.name,
                raw=raw,
            ) from None

    def _refuse_without_key(self) -> Steps[None]:
        """Look for records that no page would ever reach: the order of the key says nothing about them."""
        spec = replace(self._all.spec.where(self._no_key()), portals=(), sorts=(), limit=1)
        without = replace(self._all, spec=spec, scripts=())
        if without.compiled.nothing:
            return
        page = yield from read_page(without.request, 0, 1)
        if page.data:
            raise self._without_key(page.data[0]["recordId"])

    def _no_key(self) -> Condition:
        empty = self._term.is_empty()
        if self._term.ref.codec.kind is Kind.TEXT or self._is_narrowed():
            return empty
        return empty | self._term.raw(INVALID)

    def _is_narrowed(self) -> bool:
        """Whether the find has a condition on the key already: a request has room for one."""
        condition = self._all.spec.condition
        return condition is not None and self._term.ref in fields_of(condition)

    def _without_key(self, record_id: object) -> FindError:
        label = self._term.ref.label
        return FindError(
            f"record {record_id} has no {label} that could be compared: stream(by={label}) would not come to it. Go "
            f"by a field that every record has, or leave such records out with where({label}.not_empty())"
        )

    def _too_many_equal(self) -> FindError:
        label = self._term.ref.label
        return FindError(
            f"more than {self._size} records have the same {label}: stream goes by a key that is unique, or nearly "
            "so; go by another field, or give a larger size="
        )


def _expect_key(found: Found[Any], key: Term[Any]) -> Term[Any]:
    untyped: Any = key
    if not isinstance(untyped, Term):
        raise TypeError(
            f"stream goes by one field, as in stream(by={found.model.__name__}.id), not by {key!r}"
        )
    ref = key.ref
    expect_own_field(found.asked_plan, ref)
    if ref.some or ref.is_global:
        raise FindError(f"{ref.label} is no field of the records themselves: stream goes by one that is")
    if ref.codec.held is bool:
        raise FindError(
            f"{ref.label} is true or false, which is no key: stream goes by a field that is unique"
        )
    if ref.codec.held is float:
        raise FindError(
            f"{ref.label} is held as float, which is rounded: declare it as Decimal or int to go by it"
        )
    return key


def _refuse_order(found: Found[Any]) -> None:
    if found.spec.sorts or found.spec.offset:
        raise FindError("stream goes in the order of its key and from the first: leave sort and offset out")
