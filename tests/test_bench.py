"""What the bench times is the same on both sides, and every bench runs; how long it takes is no test."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from fmorm import state
from fmorm.model.plan import plan_of
from fmorm.model.shape import parser_of
from fmorm.wire.shaped import ShapedRecord
from tools.bench import command, models
from tools.bench.calls import Raw
from tools.bench.canned import Canned
from tools.bench.customers import FIELDS, LAYOUT, PORTALS, Customer, Form, customers, each, page, wire
from tools.bench.hydrate import found
from tools.bench.server import Least, Served
from tools.bench.serving import app, child
from tools.bench.table import table
from tools.bench.timing import TINY, Contest, measure

COUNT = 100
"""Enough for every field to be empty somewhere."""

Typed = list[tuple[str, type[Any], Any]]


@pytest.fixture(scope="module")
def records() -> list[Customer]:
    return customers(COUNT)


def typed(values: Mapping[str, Any]) -> Typed:
    """Values with their types, since `1 == 1.0 == Decimal(1)`."""
    return [
        (f"{attr}[{i}]", type(one), one)
        for attr, value in values.items()
        for i, one in enumerate(each(value))
    ]


def read(record: object, attrs: Sequence[str]) -> dict[str, Any]:
    return {attr: getattr(record, attr) for attr in attrs}


def of_fmorm(record: models.FlatCustomer) -> Typed:
    values = read(record, [column.attr for column in FIELDS if column.count == 1])
    return typed(values | {"phones": list(record.phones)})


def of_pydantic(record: models.PlainCustomer) -> Typed:
    values = read(record, [column.attr for column in FIELDS if column.count == 1])
    return typed(values | {"phones": [record.phone_1, record.phone_2, record.phone_3]})


def rows_of(record: object) -> list[Typed]:
    return [
        typed(read(row, [column.attr for column in columns]))
        for attr, columns in PORTALS.items()
        for row in getattr(record, attr)
    ]


def made_rows(record: Customer) -> list[Typed]:
    return [typed(row) for rows in record.portals.values() for row in rows]


def test_the_data_is_the_same_every_time_and_has_empty_values_of_every_field(records: list[Customer]) -> None:
    assert records == customers(COUNT)
    for column in FIELDS[1:]:
        values = [value for one in records for value in wire(one.fields, [column], Form.US).values()]
        assert "" in values, column.attr
        assert any(values), column.attr


@pytest.mark.parametrize("form", [Form.US, Form.ISO])
def test_fmorm_reads_what_was_made(form: Form, records: list[Customer]) -> None:
    flat = found(models.FlatCustomer, page(records, form, portals=False))
    whole = found(models.Customer, page(records, form, portals=True))
    assert [of_fmorm(one) for one in flat] == [typed(one.fields) for one in records]
    assert [of_fmorm(one) for one in whole] == [typed(one.fields) for one in records]
    assert [rows_of(one) for one in whole] == [made_rows(one) for one in records]
    assert [state(one).record_id for one in whole] == [str(one.record_id) for one in records]


def test_the_baseline_reads_what_was_made(records: list[Customer]) -> None:
    flat = models.PLAIN_FLAT.validate_json(page(records, Form.FRIENDLY, portals=False)).response.data
    whole = models.PLAIN.validate_json(page(records, Form.FRIENDLY, portals=True)).response.data
    assert [of_pydantic(one.fields) for one in flat] == [typed(one.fields) for one in records]
    assert [of_pydantic(one.fields) for one in whole] == [typed(one.fields) for one in records]
    assert [rows_of(one.portals) for one in whole] == [made_rows(one) for one in records]


def test_the_embedded_server_answers_what_is_written_by_hand(records: list[Customer]) -> None:
    city = records[0].fields["city"]
    served, least = Served(app(records), city, 1), Least(records, city, 1)
    try:
        for mine, bare in (
            (served.data("GET", "/layouts/customer_flat/records/1"), least.get()),
            (served.data("POST", "/layouts/customer_flat/_find"), least.find()),
        ):
            assert [one["fieldData"] for one in mine] == [one["fieldData"] for one in bare]
        (shown,) = served.data("GET", "/layouts/customer/records/2")
        written = json.loads(page(records[1:2], Form.US, portals=True))["response"]["data"][0]
        assert shown["fieldData"] == written["fieldData"]
        for name, rows in written["portalData"].items():
            assert [list(row) for row in shown["portalData"][name]] == [list(row) for row in rows]
    finally:
        served.close()
        least.close()


def test_the_bare_client_reads_and_saves(records: list[Customer]) -> None:
    with child(2) as url, Raw(url) as raw:
        record = raw.get(1)
        assert record["fieldData"] == wire(records[0].fields, FIELDS, Form.US)
        assert raw.save(1, {"City": "Narvik"}, record["modId"]) == "1"
        assert raw.get(1)["fieldData"]["City"] == "Narvik"
        with pytest.raises(RuntimeError, match="306"):
            raw.save(1, {"City": "Oslo"}, record["modId"])


@pytest.mark.parametrize("group", command.GROUPS)
def test_every_bench_runs_and_is_shown(group: str) -> None:
    results = list(command.run([group], TINY))
    assert results
    lines = table(results).splitlines()
    for result, line in zip(results, lines[2:], strict=False):
        assert line.startswith(result.contest.name)
        assert len(result.ours) == len(result.baseline) == TINY.rounds
        assert min(result.ours + result.baseline) > 0


def test_slices_are_timed_in_turns_for_one_unit_each() -> None:
    done: list[str] = []
    contest = Contest(
        name="counting",
        unit="step",
        count=2,
        ours=lambda: done.extend("ox"),
        baseline=lambda: done.extend("b"),
        clock=lambda: float(len(done)),
        before=lambda: done.append(" "),
        rounds=3,
    )
    result = measure(contest, TINY)
    assert "".join(done) == " ox b" + " ox b" + " b ox" + " ox b"
    assert (result.ours, result.baseline) == ([1, 1, 1], [0.5, 0.5, 0.5])
    assert result.paired == result.least == 2


def test_a_canned_page_is_spelt_as_filemaker_spells_it() -> None:
    body = Canned(3)._page(LAYOUT, Form.ISO, 0, 3)  # pyright: ignore[reportPrivateUsage]
    records = parser_of(plan_of(models.Customer), ["customer_orders", "customer_visits"])(body)["response"][
        "data"
    ]
    assert all(isinstance(one, ShapedRecord) for one in records), "it is read quickly"
    assert [record["recordId"] for record in records] == ["1", "2", "3"]


def test_the_command_writes_every_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "samples.json"
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "attributes", "--json", str(file)])
    command.main(TINY)
    shown = capsys.readouterr().out
    names = [one["bench"] for one in json.loads(file.read_text())]
    assert names == ["attribute read", "attribute set", "memory of a record"]
    assert all(name in shown for name in names)
