"""What custom functions are given, and what they give."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from server.client import Client

from fmorm import Database, Field, Model, field
from fmorm.server import App, Code, load_schema


class Note(Model, layout="Note"):
    text: Field[str] = field("Text")
    echo: Field[str] = field("Echo", read_only=True)


def schema_with(kind: str, formula: str) -> dict[str, Any]:
    fields = {
        "Text": "text",
        "When": kind,
        "Echo": {"type": kind, "calculation": formula, "even_if_empty": True},
    }
    return {
        "database": {"name": "x"},
        "tables": {"Note": {"fields": fields}},
        "layouts": {"Note": {"fields": list(fields)}},
    }


@pytest.mark.parametrize(
    ("kind", "sent", "given"),
    [
        ("text", "a", "a"),
        ("text", "", ""),
        ("number", "1.50", Decimal("1.50")),
        ("date", "11/22/2026", date(2026, 11, 22)),
        ("time", "25:00:00.5", timedelta(hours=25, milliseconds=500)),
        ("time", "-0:30:00", -timedelta(minutes=30)),
        ("timestamp", "11/22/2026 12:30:00", datetime(2026, 11, 22, 12, 30)),
    ],
)
def test_values_come_as_pythons_and_go_back_the_same(kind: str, sent: str, given: object) -> None:
    code, seen = Code(), list[object]()

    @code.function("Same")
    def same(value: object) -> object:
        seen.append(value)
        return value

    app = App(load_schema(schema_with(kind, "Same ( When )")), code=code)
    client = Client(app, "Admin", "", layout="Note")
    shown = client.fields(client.create({"When": sent}))
    assert seen[-1] == given
    assert shown["Echo"] == shown["When"]
    app.close()


@pytest.mark.parametrize(
    ("kind", "result", "shown"),
    [
        ("number", 3, 3),
        ("number", True, 1),
        ("number", 0.25, 0.25),
        ("time", time(9, 5, 0, 250000), "09:05:00.25"),
        ("text", None, ""),
        ("text", ["no", "value"], "?"),
        ("number", float("nan"), "?"),
        ("number", Decimal("Infinity"), "?"),
    ],
)
def test_other_results(kind: str, result: object, shown: object) -> None:
    code = Code()

    @code.function("Give")
    def give() -> object:
        return result

    app = App(load_schema(schema_with(kind, "Give ( )")), code=code)
    client = Client(app, "Admin", "", layout="Note")
    assert client.fields(client.create())["Echo"] == shown
    app.close()


def test_a_database_in_process_takes_functions_and_scripts() -> None:
    code = Code()

    @code.function("Shout")
    def shout(text: str) -> str:
        return text.upper()

    with Database.embedded(schema_with("text", "Shout ( Text )"), code=code) as db:
        note = db.create(Note(text="hello"), reload=True)
        assert note.echo == "HELLO"
