"""What the type checkers say about terms; nothing here runs.

A line with an expected error carries mypy's code; pyright honours the same comment, and both complain where
an error vanishes.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import assert_type

from fmorm.query.conditions import Condition
from fmorm.query.find import FindSpec, PortalChoice, Sort
from fmorm.query.terms import RepeatingTerm, Term


def text(name: Term[str], spec: FindSpec) -> None:
    assert_type(name == "Ada", Condition)
    assert_type(name == None, Condition)  # noqa: E711
    assert_type(name != "Ada", Condition)
    assert_type(name < "B", Condition)
    assert_type(name.between("A", "B"), Condition)
    assert_type(name.in_(["Ada", None]), Condition)
    assert_type(name.startswith("A") & name.contains("d") | ~name.endswith("a"), Condition)
    assert_type(name.matches("ada"), Condition)
    assert_type(name.raw("*"), Condition)
    assert_type(name.is_empty(), Condition)
    assert_type(name.not_empty(), Condition)
    assert_type(name.desc(), Sort)
    spec.where(name == 5)  # type: ignore[arg-type]
    spec.where(name)  # type: ignore[arg-type]
    _ = name < 5  # type: ignore[operator]
    name.is_(True)  # type: ignore[misc]
    name.in_([1])  # type: ignore[list-item]
    name.startswith(None)  # type: ignore[arg-type]


def numbers(age: Term[int], size: Term[float], price: Term[Decimal]) -> None:
    assert_type(age == 5, Condition)
    assert_type(age >= 5, Condition)
    assert_type(5 <= age, Condition)  # noqa: SIM300
    assert_type(size == 5, Condition)
    assert_type(size < 5.5, Condition)
    assert_type(price == 5, Condition)
    assert_type(price != Decimal(5), Condition)
    assert_type(price > 5, Condition)
    assert_type(price.in_([1, Decimal("2.5"), None]), Condition)
    price.in_([5.5])  # type: ignore[list-item]
    assert_type(price.between(1, Decimal("2.5")), Condition)
    _ = age < "5"  # type: ignore[operator]
    _ = age < None  # type: ignore[operator]
    _ = price < 5.5  # type: ignore[operator]
    age.between(1, "2")  # type: ignore[arg-type]
    age.startswith("1")  # type: ignore[misc]
    age.matches("1")  # type: ignore[misc]


def truth(active: Term[bool]) -> None:
    assert_type(active == True, Condition)  # noqa: E712
    assert_type(active.is_(False), Condition)
    _ = active < True  # type: ignore[operator]
    active.between(False, True)  # type: ignore[misc]
    active.is_(1)  # type: ignore[arg-type]


def times(born: Term[date], opens: Term[time], seen: Term[datetime]) -> None:
    assert_type(born >= date(2000, 1, 1), Condition)
    assert_type(opens.between(time(8), time(9)), Condition)
    assert_type(seen < datetime(2000, 1, 1), Condition)
    _ = born >= "2000"  # type: ignore[operator]
    _ = seen < date(2000, 1, 1)  # type: ignore[operator]
    born.contains("2000")  # type: ignore[misc]


def repetitions(phones: RepeatingTerm[str], spec: FindSpec) -> None:
    assert_type(phones == "1", Condition)
    assert_type(phones.startswith("+47"), Condition)
    assert_type(phones[0], Term[str])
    assert_type(phones[0] == "1", Condition)
    phones.desc()  # type: ignore[attr-defined]
    spec.sort(phones)  # type: ignore[arg-type]


def finds(spec: FindSpec, name: Term[str], age: Term[int]) -> None:
    assert_type(spec.where(name == "Ada", age > 5), FindSpec)
    assert_type(spec.omit(name == "Ada").sort(name, age.desc()).take(5).skip(5), FindSpec)
    assert_type(spec.slice(slice(1, 5)).choose(PortalChoice("a", limit=5)), FindSpec)
    spec.where(True)  # type: ignore[arg-type]
    _ = (name == "Ada") & True  # type: ignore[operator]
    _ = (name == "Ada") & name  # type: ignore[operator]
    spec.sort("Name")  # type: ignore[arg-type]
