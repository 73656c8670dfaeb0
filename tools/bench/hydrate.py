"""From the bytes of a reply to a find to records whose values were read, by the code that a find runs.

Mostly that is a loop over the find, which makes records as it goes; a list of all of them is a contest of its own.

The baseline is pydantic-core's own `validate_json` of models written by hand, on bytes that suit it: ISO
dates, and null for what is empty. It runs no Python for a value.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar, cast

from fmorm._sync.reading import each
from fmorm._sync.runs import Runs
from fmorm.mapper.finding import Found, Pages, read_all
from fmorm.mapper.home import Home
from fmorm.model.plan import plan_of
from fmorm.protocol.effects import Steps
from fmorm.query.find import FindSpec
from fmorm.wire.replies import Reply
from fmorm.wire.requests import Place
from tools.bench import models
from tools.bench.customers import DATABASE, PAGE, Form, customers, page
from tools.bench.models import PLAIN, PLAIN_FLAT, Customer, FlatCustomer
from tools.bench.timing import Contest, Size

M = TypeVar("M", bound=FlatCustomer)
T = TypeVar("T")

HOME = Home("https://fm.example.com", Place("vLatest", DATABASE))
HEADERS = {"content-type": "application/json; charset=utf-8"}


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests."""
    yield [
        *_pair("flat", size, {Form.ISO: 1.15, Form.US: 1.3}, flat, plain_flat, portals=False),
        *_pair("portals", size, {Form.ISO: 1.05, Form.US: 1.25}, whole, plain_whole, portals=True),
        *_pair("three fields", size, {Form.ISO: 0.5, Form.US: 0.5}, few, plain_few, portals=True),
        *_pair("flat list", size, {Form.ISO: 1.15, Form.US: 1.3}, flat_list, plain_flat, portals=False),
        *_pair("portals list", size, {Form.ISO: 1.05, Form.US: 1.25}, whole_list, plain_whole, portals=True),
        *_pair("three fields list", size, {Form.ISO: 0.5, Form.US: 0.5}, few_list, plain_few, portals=True),
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
            ours=partial(work_through, ours, pages(size.records, form, portals=portals)),
            baseline=partial(work_through, baseline, friendly),
            target=target,
        )


def pages(count: int, form: Form, *, portals: bool) -> list[bytes]:
    """Write replies with so many records in all."""
    records = customers(count)
    return [page(records[start : start + PAGE], form, portals=portals) for start in range(0, count, PAGE)]


def work_through(work: Callable[[bytes], None], replies: list[bytes]) -> None:
    """Read replies, one after the other."""
    for reply in replies:
        work(reply)


class Answer:
    """What a find runs on whose only reply is this one."""

    room = 1

    def __init__(self, body: bytes) -> None:
        self._body = body

    def run(self, steps: Steps[T]) -> T:
        """Answer the one request of these steps, and give what they come to."""
        next(steps)
        try:
            steps.send(Reply(200, HEADERS, self._body))
        except StopIteration as stop:
            result: T = stop.value
            return result
        raise AssertionError("the find asked for a second page")


def loop(model: type[M], body: bytes) -> Iterator[M]:
    """Loop over a find of all records."""
    return each(cast("Runs", Answer(body)), Pages(_all(model)))


def found(model: type[M], body: bytes) -> list[M]:
    """Get all records of a find as a list."""
    return Answer(body).run(read_all(_all(model)))


def _all(model: type[M]) -> Found[M]:
    return Found(HOME, model, FindSpec(plan_of(model).place))


# -- the contenders ----------------------------------------------------------------------------------------


def flat(body: bytes) -> None:
    """Read records without portals."""
    for record in loop(FlatCustomer, body):
        models.read_record(record)


def flat_list(body: bytes) -> None:
    """Read records without portals that are kept."""
    for record in found(FlatCustomer, body):
        models.read_record(record)


def plain_flat(body: bytes) -> None:
    """Read records without portals."""
    for record in PLAIN_FLAT.validate_json(body).response.data:
        models.read_plain(record.fields)


def whole(body: bytes) -> None:
    """Read records and all their rows."""
    for record in loop(Customer, body):
        models.read_record(record)
        models.read_rows(record.orders, record.visits)


def whole_list(body: bytes) -> None:
    """Read records that are kept and all their rows."""
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
    for record in loop(Customer, body):
        models.read_few(record)


def few_list(body: bytes) -> None:
    """Read three fields of records that are kept, whose rows came along."""
    for record in found(Customer, body):
        models.read_few(record)


def plain_few(body: bytes) -> None:
    """Read three fields of records whose rows came along."""
    for record in PLAIN.validate_json(body).response.data:
        models.read_few(record.fields)
