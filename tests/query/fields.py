"""Terms that the tests of queries use."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from fmorm.query.terms import FieldRef, RepeatingTerm, Term
from fmorm.wire.values import Kind, codec


def ref(name: str, kind: Kind, held: type[Any], *, some: bool = False, is_global: bool = False) -> FieldRef:
    label = f"Person.{name.replace('::', '.').lower()}"
    return FieldRef(label, name, codec(kind, held, optional=True), some, is_global)


class Person:
    """Terms only: what a model's class looks like to a query."""

    name: ClassVar[Term[str]] = Term(ref("Name", Kind.TEXT, str))
    age: ClassVar[Term[int]] = Term(ref("Age", Kind.NUMBER, int))
    size: ClassVar[Term[float]] = Term(ref("Size", Kind.NUMBER, float))
    price: ClassVar[Term[Decimal]] = Term(ref("Price", Kind.NUMBER, Decimal))
    active: ClassVar[Term[bool]] = Term(ref("Active", Kind.NUMBER, bool))
    born: ClassVar[Term[date]] = Term(ref("Born", Kind.DATE, date))
    opens: ClassVar[Term[time]] = Term(ref("Opens", Kind.TIME, time))
    seen: ClassVar[Term[datetime]] = Term(ref("Seen", Kind.TIMESTAMP, datetime))
    code: ClassVar[Term[str]] = Term(ref("Code", Kind.NUMBER, str))
    rank: ClassVar[Term[int]] = Term(ref("Rank", Kind.TEXT, int))
    day: ClassVar[Term[date]] = Term(ref("Day", Kind.TEXT, date))
    city: ClassVar[Term[str]] = Term(ref("addresses::City", Kind.TEXT, str, some=True))
    zip: ClassVar[Term[str]] = Term(ref("addresses::Zip", Kind.TEXT, str, some=True))
    today: ClassVar[Term[date]] = Term(ref("gToday", Kind.DATE, date, is_global=True))
    phones: ClassVar[RepeatingTerm[str]] = RepeatingTerm(ref("Phone", Kind.TEXT, str), 3)
