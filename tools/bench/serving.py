"""The embedded server with the customers in it: in this process, or in a child of it on a socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import serve
from tools.bench.customers import DATABASE, FIELDS, LAYOUT, PORTALS, Column, Customer, Form, customers, wire

ROOT: Final = Path(__file__).resolve().parents[2]
FLAT: Final = f"{LAYOUT}_flat"
USER: Final = "bench"
PASSWORD: Final = "bench"  # noqa: S105 - it protects nothing


def app(records: list[Customer]) -> App:
    """Start a server that holds these records."""
    return App(load_schema(_schema(records)))


def _schema(records: list[Customer]) -> dict[str, Any]:
    tables = {"Customer": FIELDS} | {attr.title(): columns for attr, columns in PORTALS.items()}
    names = [column.name for column in FIELDS]
    portals = {f"{LAYOUT}_{attr}": {"fields": [_bare(one) for one in PORTALS[attr]]} for attr in PORTALS}
    return {
        "database": {"name": DATABASE},
        "accounts": {USER: {"password": PASSWORD}},
        "tables": {
            name: {"fields": {"CustomerKey": "text"} | {_bare(one): _declared(one) for one in columns}}
            for name, columns in tables.items()
        },
        "occurrences": {LAYOUT: "Customer"} | {f"{LAYOUT}_{attr}": attr.title() for attr in PORTALS},
        "relationships": [
            {"join": f"{LAYOUT}::PrimaryKey = {LAYOUT}_{attr}::CustomerKey"} for attr in PORTALS
        ],
        "layouts": {
            FLAT: {"occurrence": LAYOUT, "fields": names},
            LAYOUT: {"occurrence": LAYOUT, "fields": names, "portals": portals},
        },
        "rows": {"Customer": [_sample(one.fields, FIELDS) for one in records]}
        | {
            attr.title(): [
                {"CustomerKey": one.fields["key"], **_sample(row, PORTALS[attr])}
                for one in records
                for row in one.portals[attr]
            ]
            for attr in PORTALS
        },
    }


def _bare(column: Column) -> str:
    return column.name.rpartition("::")[2]


def _declared(column: Column) -> dict[str, Any]:
    return {"type": column.kind, "repetitions": column.count, "unique": column.attr == "key"}


def _sample(values: dict[str, Any], columns: list[Column]) -> dict[str, Any]:
    """Write a record as the sample row of a schema."""
    shown = wire(values, columns, Form.US)
    return {
        _bare(one): [shown[key] for key in one.keys] if one.count > 1 else shown[one.name] for one in columns
    }


@contextmanager
def child(count: int, *, milliseconds: int = 0) -> Generator[str]:
    """Serve customers from a child process for the time of the block.

    Args:
        count: How many.
        milliseconds: How long each request takes; then those of a session are answered one after the other.

    Yields:
        The address.
    """
    command = [sys.executable, "-m", __spec__.name, str(count), str(milliseconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                raise RuntimeError("the server in the child process did not start")
            yield url
        finally:
            process.terminate()


def main() -> None:
    """Serve until told to stop."""
    count, milliseconds = map(int, sys.argv[1:])
    served = app(customers(count))
    if milliseconds:
        served.faults.one_at_a_time()
        served.faults.slow(milliseconds / 1000)
    serve(served, ready=lambda url: print(url, flush=True))


if __name__ == "__main__":
    main()
