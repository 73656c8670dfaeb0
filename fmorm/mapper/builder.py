"""The chaining half of a find, which is the same in both colours: each method gives a new find."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar

from fmorm.errors import FindError
from fmorm.mapper.changed import Turn
from fmorm.mapper.finding import Found, Pages, check_size
from fmorm.mapper.given import expect_model, expect_own_field
from fmorm.mapper.relating import load_related, relation_terms
from fmorm.mapper.streaming import Keyset
from fmorm.model.plan import PortalPlan, PortalTerm
from fmorm.model.portals import PortalRows
from fmorm.model.records import Model, PortalRow
from fmorm.model.troubles import OnBadValue, check_on_bad_value
from fmorm.query.conditions import Condition, fields_of
from fmorm.query.find import FindSpec, PortalChoice, Sort
from fmorm.query.searching import search
from fmorm.query.terms import RepeatingTerm, Term
from fmorm.query.verbs import Verbs
from fmorm.wire.requests import RECORDS_AT_ONCE
from fmorm.wire.scripts import Script, scripts_of

M = TypeVar("M", bound=Model)
N = TypeVar("N", bound=Model)


class FindBuilder(ABC, Generic[M]):
    """A find that can be narrowed, ordered and cut, and shown; what runs it is added by each colour."""

    def __init__(self, found: Found[M]) -> None:
        """Build on what `found` says."""
        self._found = found

    @abstractmethod
    def _of(self, found: Found[M]) -> Any:
        """Make another find of the same colour."""

    def _with(self, spec: FindSpec) -> Self:
        find: Self = self._of(replace(self._found, spec=spec))
        return find

    def where(self, *conditions: Condition) -> Self:
        """Keep the records that meet all the conditions, beside those given before.

        Args:
            conditions: Made of the class's attributes: `Person.name == "Ann"`, put together with `&`, `|`, `~`.

        Raises:
            TypeError: Something else was given, such as the bool of a comparison that Python made itself.
            FindError: A condition is on a field of another class.
        """
        return self._with(self._own(self._found.spec.where(*conditions), conditions))

    def omit(self, *conditions: Condition) -> Self:
        """Leave out the records that meet one of the conditions; FileMaker's *omit*, done last.

        Args:
            conditions: As in `where`.

        Raises:
            TypeError: Something else was given.
            FindError: A condition is on a field of another class.
        """
        return self._with(self._own(self._found.spec.omit(*conditions), conditions))

    def sort(self, *terms: Term[Any] | Sort) -> Self:
        """Sort by fields, after those given before; without arguments, forget the order.

        Args:
            terms: `Person.name`, `Person.born.desc()`.

        Raises:
            TypeError: Something else was given.
            FindError: It is a field of another class.
        """
        return self._with(self._own(self._found.spec.sort(*terms), terms))

    def limit(self, count: int | None) -> Self:
        """Read at most so many records; None for all."""
        return self._with(self._found.spec.take(count))

    def offset(self, count: int) -> Self:
        """Leave out so many records at the start."""
        return self._with(self._found.spec.skip(count))

    def __getitem__(self, part: slice) -> Self:
        if not isinstance(part, slice):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
            raise TypeError(
                f"find[{part}]: a find is sliced, find[:10]; one record is find.offset({part}).first()"
            )
        return self._with(self._found.spec.slice(part))

    def portals(self, *portals: type[PortalRow]) -> Self:
        """Ask for these portals only, and for none at all without arguments.

        Args:
            portals: The class's attributes: `Person.addresses`. Portals that are not asked for are not loaded.
        """
        before = {choice.name: choice for choice in self._found.spec.portals or ()}
        chosen = [self._choice(portal) for portal in portals]
        return self._with(self._found.spec.choose(*(before.get(choice.name, choice) for choice in chosen)))

    def portal(self, portal: type[PortalRow], *, limit: int | None = None, offset: int = 0) -> Self:
        """Ask for a part of a portal's rows; the other portals stay as they are.

        Args:
            portal: The class's attribute: `Person.addresses`.
            limit: How many rows at most.
            offset: How many rows to leave out at the start.
        """
        mine = self._choice(portal, limit=limit, offset=offset)
        others = [choice for choice in self._choices() if choice.name != mine.name]
        return self._with(self._found.spec.choose(*others, mine))

    def on_bad_value(self, policy: OnBadValue) -> Self:
        """Say what becomes of values that do not fit their fields, whatever the class says.

        Args:
            policy: `"raise"`: reading raises `MappingError`. `"collect"`: the attribute holds nothing, touching it
                raises that error, and `state(record).bad_values` has them all. `"keep"`: the attribute is the raw
                value. Such values are never written back.

        Raises:
            ValueError: It is none of the three.
        """
        find: Self = self._of(replace(self._found, on_bad_value=check_on_bad_value(policy)))
        return find

    def prefetch(self, *relations: type[Model]) -> Self:
        """Load relations of the records that are found: a few requests for each page, however many records it has.

        Args:
            relations: The class's attributes: `Order.customer`, and `Order.customer.region` for one that leads on.

        Raises:
            FindError: Something else was given.
        """
        related = (*self._found.related, *relation_terms(self._found.model, relations))
        along = functools.partial(load_related, terms=related)
        find: Self = self._of(replace(self._found, related=related, along=along))
        return find

    def script(self, *scripts: Script) -> Self:
        """Let scripts run with each request that the find sends: with each page, then.

        What a script leaves in the found set is what is read. A script may write; so a request whose reply was lost is
        not sent again by itself.

        Args:
            scripts: `Script("Log", "…")`, and others with `when="prerequest"` or `when="presort"`; without any, none.

        Raises:
            ValueError: Two are to run at the same time.
        """
        find: Self = self._of(replace(self._found, scripts=scripts_of(scripts)))
        return find

    def explain(self) -> str:
        """Show the first request that would be sent: method, path, JSON. Nothing is sent.

        Raises:
            FindError: FileMaker cannot be asked this; the message says what to do instead.
        """
        return self._found.explain()

    def __repr__(self) -> str:
        return f"<find on layout {self._found.plan.place!r} for {self._found.model.__name__}>"

    if not TYPE_CHECKING:  # a checker that saw these would take an AsyncFind for iterable

        def __iter__(self) -> NoReturn:
            raise TypeError("this find is an AsyncDatabase's: use async for, or await find.all()")

        def __contains__(self, record: object) -> NoReturn:
            raise TypeError(
                "`in` would read all records: use where(…).exists(), or async for with an AsyncDatabase"
            )

    def __bool__(self) -> NoReturn:
        raise TypeError("a find has no truth value before it is run: use exists(), count() or all()")

    def search(self, text: str, /, *fields: Term[str] | RepeatingTerm[str]) -> Self:
        """Keep the records in which each word of a text begins some word of one of the fields.

        For what people type into a search box. The words may be in different fields and in any order, case does not
        count, and no character is an operator. Signs alone are no words. Of a field of related rows, all words that
        are found there are in one row.

        Args:
            text: What was typed. A blank text is no condition; one without letter and digit finds nothing.
            fields: The text fields to look into.

        Raises:
            TypeError: There are no fields, or something else was given.
            FindError: A field is no text field, global or another class's; or there are too many words and fields.
        """
        return self._with(self._own(self._found.spec.where(search(text, fields)), fields))

    @property
    def __fmorm_found__(self) -> Found[M]:
        """What it says, for verbs that are given a find."""
        return self._found

    def _pages(self, size: int) -> Pages[M]:
        return Pages(self._found, self._found.paging(size))

    def _stream(self, key: Term[Any], size: int) -> Pages[M]:
        return Pages(self._found, Keyset(self._found, key, size=check_size(size)))

    @staticmethod
    def _turn(key: Term[Any] | None) -> Turn:
        return lambda found: None if key is None else Keyset(found, key, size=RECORDS_AT_ONCE)

    def _own(self, spec: FindSpec, given: tuple[Condition | Verbs[Any] | Sort, ...]) -> FindSpec:
        """Give the find that was built of what is given; raises FindError where that is another class's."""
        for one in given:
            fields = fields_of(one) if isinstance(one, Condition) else [one.ref]
            for ref in fields:
                if ref is not None:
                    expect_own_field(self._found.asked_plan, ref)
        return spec

    def _using(self, model: type[N]) -> Found[N]:
        plan = expect_model(model, "using")
        found = self._found
        asked = None if plan is found.asked_plan else found.asked or found.model
        return Found(
            found.home,
            model,
            replace(found.spec, portals=None),
            on_bad_value=found.on_bad_value,
            asked=asked,
            scripts=found.scripts,
        )

    def _choices(self) -> tuple[PortalChoice, ...]:
        chosen = self._found.spec.portals
        if chosen is not None:
            return chosen
        return tuple(PortalChoice(portal.name) for portal in self._found.plan.portals.values())

    def _choice(self, given: object, *, limit: int | None = None, offset: int = 0) -> PortalChoice:
        return PortalChoice(self._portal(given).name, limit, offset)

    def _portal(self, given: object) -> PortalPlan:
        plan = self._found.plan
        if isinstance(given, PortalTerm):
            mine = plan.portals.get(given.__fmorm_portal__.attr)
            if mine is not None and mine.row is given.__fmorm_portal__.row:
                return mine
        names = ", ".join(f"{plan.cls.__name__}.{attr}" for attr in plan.portals) or "none"
        what = "rows of a record" if isinstance(given, PortalRows) else repr(given)
        raise FindError(f"{what} is no portal of {plan.cls.__name__}; its portals are {names}")


def found_of(find: FindBuilder[M]) -> Found[M]:
    """Give what a find says; raises TypeError where it is none."""
    untyped: Any = find
    if not isinstance(untyped, FindBuilder):
        raise TypeError(f"a find is wanted, as in db.find(Person).where(…), not {untyped!r}")
    return find.__fmorm_found__
