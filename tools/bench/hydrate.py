"""From the bytes of a reply to a find to records whose values were read, by the code that a find runs.

The baseline is pydantic-core's own `validate_json` of models written by hand, on bytes that suit it: ISO
dates, and null for what is empty. It runs no Python for a value.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from fmorm.mapper.finding import Found, read_all
from fmorm.mapper.home import Home
from fmorm.model.plan import plan_of
from fmorm.query.find import FindSpec
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place
from tools.bench import models
from tools.bench.customers import DATABASE, PAGE, Form, customers, page
from tools.bench.models import PLAIN, PLAIN_FLAT, Customer, FlatCustomer
from tools.bench.timing import Contest, Size

M = TypeVar("M", bound=FlatCustomer)

HOME = Home("https://fm.example.com", Place("vLatest", DATABASE))
HEADERS = {"content-type": "application/json; charset=utf-8"}


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests."""
    yield [
        *_pair("flat", size, {Form.ISO: 1.15, Form.US: 1.3}, flat, plain_flat, portals=False),
        *_pair("portals", size, {Form.ISO: 1.05, Form.US: 1.25}, whole, plain_whole, portals=True),
        *_pair("three fields", size, {Form.ISO: 0.5, Form.US: 0.5}, few, plain_few, portals=True),
    ]


def _pair(
    name: str,
    size: Size,
    targets: dict[Form, float],
    ours: Callable[[bytes], None],
    baseline: Callable[[bytes], None],
    *,
    portals: bool,
) -> Iterator[Contest]:
    """Give one contest for each form of dates; the baseline is the same."""
    friendly = pages(size.records, Form.FRIENDLY, portals=portals)
    for form, target in targets.items():
        yield Contest(
            name=f"hydrate {name}, {form.value}",
            unit="record",
            count=size.records,
            ours=partial(each, ours, pages(size.records, form, portals=portals)),
            baseline=partial(each, baseline, friendly),
            target=target,
        )


def pages(count: int, form: Form, *, portals: bool) -> list[bytes]:
    """Write replies with so many records in all."""
    records = customers(count)
    return [page(records[start : start + PAGE], form, portals=portals) for start in range(0, count, PAGE)]


def each(work: Callable[[bytes], None], replies: list[bytes]) -> None:
    """Read replies, one after the other."""
    for reply in replies:
        work(reply)


def found(model: type[M], body: bytes) -> list[M]:
    """Run a find of all records whose only reply is this one."""
    steps = read_all(Found(HOME, model, FindSpec(plan_of(model).place)))
    next(steps)  # its request
    try:
        steps.send(Reply(200, HEADERS, body))
    except StopIteration as stop:
        records: list[M] = stop.value
        return records
    raise AssertionError("the find asked for a second page")


# -- the contenders ----------------------------------------------------------------------------------------


def flat(body: bytes) -> None:
    """Read records without portals."""
    for record in found(FlatCustomer, body):
        models.read_record(record)


def plain_flat(body: bytes) -> None:
    """Read records without portals."""
    for record in PLAIN_FLAT.validate_json(body).response.data:
        models.read_plain(record.fields)


def whole(body: bytes) -> None:
    """Read records and all their rows."""
    for record in found(Customer, body):
        models.read_record(record)
        models.read_rows(record.orders, record.visits)


def plain_whole(body: bytes) -> None:
    """Read records and all their rows."""
    for record in PLAIN.validate_json(body).response.data:
        models.read_plain(record.fields)
        models.read_rows(record.portals.orders, record.portals.visits)


def few(body: bytes) -> None:
    """Read three fields of records whose rows came along."""
    for record in found(Customer, body):
        models.read_few(record)


def plain_few(body: bytes) -> None:
    """Read three fields of records whose rows came along."""
    for record in PLAIN.validate_json(body).response.data:
        models.read_few(record.fields)
