"""What the page on FileMaker's features says, tried on the server."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from docs.pages import DOCS

from fmorm.server import App, Request, SchemaError, load_schema
from fmorm.server.calculations.functions.gets import GETS

PAGE = (DOCS / "reference" / "filemaker-features.md").read_text(encoding="utf-8")
KINDS = ("text", "number", "date", "time", "timestamp", "container")
FIELDS = {kind.title(): kind for kind in KINDS}
FILE = {"name": "a.txt", "type": "text/plain", "base64": "aGk="}
ROWS: list[Mapping[str, object]] = [
    {
        "Text": "Alma Berg",
        "Number": 5,
        "Date": "2026-11-22",
        "Time": "07:32:00",
        "Timestamp": "2026-11-22 07:32:00",
    },
    {
        "Text": "alma berg, 50% @ home",
        "Number": 5,
        "Date": "2026-11-22",
        "Time": "07:32:00",
        "Timestamp": "2026-11-22 07:32:00",
    },
    {"Text": "カタカナ", "Number": 12, "Container": FILE},
    {"Number": "no number"},
    {"Text": "alma berg"},
]
NOVEMBER_22 = 1795338000.0


def operators() -> list[tuple[str, str]]:
    """Each kind of field with each criterion that the table shows for it."""
    table = PAGE.partition("| operator |")[2].partition("\n\n")[0]
    found: list[tuple[str, str]] = []
    for line in table.splitlines()[2:]:
        cells = [cell.strip(" `") for cell in line.strip("| ").split("|")[1:]]
        found += [(kind, cell) for kind, cell in zip(KINDS, cells, strict=False) if cell]
    return found


class Client:
    """Asks an app as somebody with its first account."""

    def __init__(self, app: App) -> None:
        self._app = app
        admin = base64.b64encode(b"Admin:").decode()
        self._authorization = f"Basic {admin}"
        token = self.ask("POST", "sessions", {})["response"]["token"]
        self._authorization = f"Bearer {token}"

    def ask(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        """Send a request and give the envelope of its reply."""
        headers = {"content-type": "application/json", "authorization": self._authorization}
        body = b"" if content is None else json.dumps(content).encode()
        target = f"/fmi/data/v2/databases/{self._app.databases[0]}/{path}"
        answer = self._app.handle(Request(method, target, headers, body))
        reply: dict[str, Any] = json.loads(answer.body)
        return reply


@pytest.fixture(scope="module")
def everything() -> Iterator[Client]:
    schema = {
        "database": {"name": "everything"},
        "tables": {"All": {"fields": FIELDS}},
        "layouts": {"All": {"fields": list(FIELDS)}},
    }
    app = App(load_schema(schema), clock=lambda: NOVEMBER_22)
    app.load_rows("All", ROWS)
    yield Client(app)
    app.close()


def test_the_table_of_operators_is_read() -> None:
    assert len(operators()) > 50
    assert ("container", "*") in operators()


@pytest.mark.parametrize(("kind", "criterion"), operators())
def test_a_criterion_of_the_table_finds_something(everything: Client, kind: str, criterion: str) -> None:
    reply = everything.ask("POST", "layouts/All/_find", {"query": [{kind.title(): criterion}]})
    assert reply["messages"] == [{"code": "0", "message": "OK"}]


def test_the_get_functions_that_give_something_are_told() -> None:
    fields = {
        name: {"type": "text", "calculation": f"Get ( {name} )", "unstored": True} for name in GETS.values()
    }
    schema = {
        "database": {"name": "gets"},
        "tables": {"All": {"fields": {"Text": "text", **fields}}},
        "layouts": {"All": {"fields": list(fields)}},
        "rows": {"All": [{"Text": "a"}]},
    }
    app = App(load_schema(schema))
    record = Client(app).ask("GET", "layouts/All/records")["response"]["data"][0]
    given = {name for name, value in record["fieldData"].items() if value != "?"}
    app.close()
    told = PAGE.partition("`Get ( … )` gives ")[2].partition(". ")[0]
    assert set(re.findall(r"`(\w+)`", told)) == given


TWO = {
    "database": {"name": "two"},
    "tables": {
        "A": {
            "fields": {
                "Key": "text",
                "Global": {"type": "text", "global": True},
                "Now": {"type": "text", "calculation": "Get ( CurrentTimestamp )"},
            }
        },
        "B": {"fields": {"Key": "text"}},
    },
}


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"relationships": [{"join": "A::Global = B::Key"}]}, "global"),
        ({"relationships": [{"join": "A::Now = B::Key"}]}, "not stored"),
        ({"layouts": {"A": {"portals": {"own": {"occurrence": "A"}}}}}, "no relationship"),
        ({"tables": {"A": {"fields": {"X": {"type": "text", "calculation": "X & 1"}}}}}, "its own result"),
        (
            {"tables": {"A": {"fields": {"X": {"type": "text", "calculation": "Let ( $$x = 1 ; $$x )"}}}}},
            "use a script",
        ),
        (
            {"tables": {"A": {"fields": {"X": {"type": "text", "calculation": 'Evaluate ( "1" )'}}}}},
            "not have",
        ),
    ],
)
def test_what_is_refused_is_a_schema_error(part: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        App(load_schema(TWO | part))


def test_lines_of_a_match_field_are_one_text() -> None:
    part = {
        "relationships": [{"join": "A::Key = B::Key"}],
        "layouts": {"A": {"fields": ["Key"], "portals": {"B": {"fields": ["Key"]}}}},
        "rows": {"A": [{"Key": "x\ry"}], "B": [{"Key": "x"}, {"Key": "y"}, {"Key": "x\ry"}]},
    }
    app = App(load_schema(TWO | part))
    reply = json.dumps(Client(app).ask("GET", "layouts/A/records"))
    app.close()
    assert reply.count("B::Key") == 1
