"""From the bytes of a reply to records whose values were read, against another library that does the same.

fmdata is no dependency, not even for development: where `pip install fmdata==0.1.5` was said, there is this group.
fmdata reads dates as FileMaker sends them unasked. fmorm reads those, too, and the ISO dates that it asks for.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tools.bench import hydrate, models
from tools.bench.customers import DATABASE, FIELDS, LAYOUT, PORTALS, Column, Form
from tools.bench.hydrate import pages, work_through
from tools.bench.serving import PASSWORD, USER
from tools.bench.timing import Contest, Size

LIBRARY = "fmdata"

TYPES = {"text": "String", "date": "Date", "timestamp": "DateTime", "time": "Time"}
NUMBERS = {"age": "Integer", "contacts": "Integer", "minutes": "Integer", "score": "Float"}
KINDS = {"text": "Text", "number": "Number", "date": "Date", "timestamp": "Timestamp", "time": "Time"}


def installed() -> bool:
    """Tell whether there is anything to hold fmorm against."""
    return importlib.util.find_spec(LIBRARY) is not None


@contextmanager
def contests(size: Size) -> Generator[list[Contest]]:
    """Give the contests."""
    peer = Fmdata()
    yield [
        Contest(
            name=f"{name}, {form.value}, {LIBRARY}",
            unit="record",
            count=size.records,
            ours=partial(work_through, ours, pages(size.records, form, portals=portals)),
            baseline=partial(work_through, theirs, pages(size.records, Form.US, portals=portals)),
            target=target,
        )
        for name, ours, theirs, portals, target in (
            ("hydrate flat", hydrate.flat, peer.flat, False, 1 / 6),
            ("hydrate portals", hydrate.whole, peer.whole, True, 1 / 9),
            ("hydrate three fields", hydrate.few, peer.few, True, 1 / 6),
        )
        for form in (Form.ISO, Form.US)
    ]


class Fmdata:
    """Reads replies by fmdata's own way from a page to its models."""

    def __init__(self) -> None:
        """Declare the models; no request is sent."""
        self._fmdata: Any = importlib.import_module(LIBRARY)
        self._results: Any = importlib.import_module(f"{LIBRARY}.results")
        self._requests: Any = importlib.import_module("requests")
        login = self._fmdata.UsernamePasswordLogin(username=USER, password=PASSWORD)
        self._client = self._fmdata.Client(
            url="https://fm.example.com", database=DATABASE, version="22", login_provider=login
        )
        self._flat = self._model({})
        self._whole = self._model({attr: self._portal(attr) for attr in PORTALS})

    def flat(self, body: bytes) -> None:
        """Read records without portals."""
        for record in self._records(self._flat, body, ()):
            _read(record)

    def whole(self, body: bytes) -> None:
        """Read records and all their rows."""
        for record in self._records(self._whole, body, PORTALS):
            _read(record)
            models.read_rows(record.orders.all(), record.visits.all())

    def few(self, body: bytes) -> None:
        """Read three fields of records whose rows came along."""
        for record in self._records(self._whole, body, PORTALS):
            models.read_few(record)

    # -- inside ----------------------------------------------------------------------------------------------

    def _model(self, portals: dict[str, Any]) -> Any:
        base = self._fmdata.Model
        meta = type("Meta", (), {"client": self._client, "layout": LAYOUT})
        return type(base)("Customer", (base,), {"Meta": meta, **self._fields(FIELDS), **portals})

    def _portal(self, attr: str) -> Any:
        base, table = self._fmdata.PortalModel, f"customer_{attr}"
        meta = type("Meta", (), {"table_occurrence": table, "portal_name": table})
        row = type(base)(attr, (base,), {"Meta": meta, **self._fields(PORTALS[attr])})
        return self._fmdata.PortalField(model=row, name=table)

    def _fields(self, columns: list[Column]) -> dict[str, Any]:
        """Declare fields; it knows no repetitions, so each is a field."""
        return {
            column.attr if column.count == 1 else f"{column.attr}_{number}": self._field(column, key)
            for column in columns
            for number, key in enumerate(column.keys, 1)
        }

    def _field(self, column: Column, key: str) -> Any:
        of = TYPES.get(column.kind) or NUMBERS.get(column.attr, "Decimal")
        kind = getattr(self._fmdata.FMFieldType, KINDS[column.kind])
        return getattr(self._fmdata, of)(field_name=key, field_type=kind)

    def _records(self, model: Any, body: bytes, portals: Any) -> Iterator[Any]:
        """Give the records of a reply as its queries do, once the reply is there."""
        found = model.objects.all()
        for attr in portals:
            found = found.prefetch_portal(attr)
        result = self._results.CommonSearchRecordsResult(
            http_response=self._response(body), client=self._client, layout=LAYOUT
        )
        page = self._results.Page(result=result)
        return iter(list(found.records_iterator_from_page_iterator(iter([page]), vars(found)["_portals"])))

    def _response(self, body: bytes) -> Any:
        response = self._requests.Response()
        known = {"status_code": 200, "encoding": "utf-8", "_content": body, "_parse_float": str}
        for name, value in known.items():
            setattr(response, name, value)
        return response


def _read(record: Any) -> None:
    models.read_once(record)
    _first, _second, _third = record.phones_1, record.phones_2, record.phones_3
