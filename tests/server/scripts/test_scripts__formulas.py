"""Scripts and custom functions among everything that a file does by itself: formulas, privileges, other files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from server.client import Client, Clock

from fmorm.server import App, Code, Run, ScriptError, load_schema, load_schemas

HERE = Path(__file__).parent.parent


@pytest.fixture
def app(clock: Clock, code: Code) -> Iterator[App]:
    app = App(load_schemas(HERE / "shop.toml", HERE / "stock.toml"), clock=clock, code=code)
    yield app
    app.close()


@pytest.fixture
def client(app: App) -> Client:
    return Client(app, layout="invoice")


@pytest.fixture
def run(client: Client, code: Code) -> Callable[[Callable[[Run], Any]], Any]:
    """Run a function as a script by itself, and give what it returns; it must end well."""

    def do(script: Callable[[Run], Any], by: Client = client) -> Any:
        results: list[Any] = []

        @code.script(f"script {len(code.scripts)}")
        def wrapped(run: Run) -> str | None:
            results.append(script(run))
            return None

        response = by.call("GET", f"script/script%20{len(code.scripts) - 1}").response
        assert results, f"the script has ended early: {response}"
        return results[0]

    return do


def refused(do: Callable[[], Any]) -> int:
    with pytest.raises(ScriptError) as error:
        do()
    return error.value.code


class TestFields:
    def test_calculated_fields_follow_what_a_script_writes(self, run: Any) -> None:
        def script(run: Run) -> list[str]:
            invoice = run.create({"Discount": 10, "lines::Item": "oven"})
            before = [invoice[name] for name in ("Total", "Net", "Broken", "product::Price")]
            invoice["lines::Quantity"] = 2
            return [*before, *(invoice[name] for name in ("Total", "Net", "Label"))]

        assert run(script) == ["250", "240", "?", "250", "500", "490", "#1 nobody"]

    def test_they_cannot_be_written(self, run: Any) -> None:
        def script(run: Run) -> tuple[int, int]:
            invoice = run.create()
            return refused(lambda: invoice.update({"Total": 1})), refused(lambda: run.create({"Count": 1}))

        assert run(script) == (201, 201)

    def test_a_summary_is_that_of_the_found_set(self, run: Any) -> None:
        def script(run: Run) -> list[str]:
            for discount in (10, 20, 60):
                run.create({"Discount": discount})
            means = [run.found_set[0]["Mean"]]
            run.found_set.omit(run.found_set[2])
            return [*means, run.found_set[0]["Mean"]]

        assert run(script) == ["30", "15"]

    def test_what_always_holds_holds_for_scripts(self, run: Any) -> None:
        def script(run: Run) -> int:
            run.create({"Number": 5})
            return refused(lambda: run.create({"Number": 5}))

        assert run(script) == 504

    def test_a_global_field_begins_with_its_value(self, client: Client, run: Any) -> None:
        def script(run: Run) -> list[str]:
            seen = [run.globals["Invoice::Rate"]]
            run.globals["invoice::Rate"] = 3
            return [*seen, run.globals["Invoice::Rate"], run.create({"Number": 7})["Rated"]]

        assert run(script) == ["2", "3", "21"]

    def test_a_field_of_another_file(self, run: Any) -> None:
        def script(run: Run) -> list[str]:
            run.go_to_layout("line")
            line = run.create({"Item": "bread"})
            line["product::Price"] = 4
            return [one["Price"] for one in line.related("product")]

        assert run(script) == ["4"]


class TestPrivileges:
    @pytest.fixture
    def clerk(self, app: App, client: Client) -> Client:
        client.create({"Status": "open", "Note": "n"})
        client.create({"Status": "secret"})
        return Client(app, "clerk", "clerk", layout="invoice")

    def test_a_script_has_those_of_its_user(self, clerk: Client, run: Any) -> None:
        def script(run: Run) -> list[object]:
            shown = run.found_set[0]
            run.found_set.find({"Number": "*"})
            return [
                len(run.found_set),
                shown["Note"],
                refused(lambda: shown.update({"Status": "paid"})),
                refused(shown.delete),
                refused(lambda: run.create({"Discount": 1})),
                run.create()["Owner"],
                run.account,
            ]

        assert run(script, clerk) == [1, "<No Access>", 200, 200, 201, "clerk", "clerk"]

    def test_what_a_script_hides_is_not_handed_back(self, clerk: Client, client: Client, code: Code) -> None:
        @code.script("Hide")
        def hide(run: Run) -> str | None:
            for record in run.found_set:
                if record["Owner"] == "clerk":
                    record["Status"] = "secret"
            return None

        clerk.create({"Status": "open"})
        clerk.layout = "summary"
        answer = clerk.call("GET", "records", script="Hide")
        assert answer.column("Number") == [1]


class TestCode:
    def app(self, code: Code, **fields: Any) -> App:
        return App(
            load_schema(
                {
                    "database": {"name": "people"},
                    "accounts": {"api": {"password": "secret"}},
                    "tables": {"person": {"fields": {"Name": "text", **fields}}},
                    "layouts": {"person": {"fields": ["Name", *fields]}},
                }
            ),
            code=code,
        )

    def test_formulas_call_custom_functions(self, caplog: pytest.LogCaptureFixture) -> None:
        code = Code()

        @code.function("Initials")
        def initials(name: str) -> str:
            return "".join(word[0] for word in name.split(" ") if word)

        @code.function("Half")
        def half(number: Decimal) -> Decimal:
            return number / 2

        app = self.app(
            code,
            Short={"type": "text", "calculation": 'initials ( Name ) & "."', "even_if_empty": True},
            Less={"type": "number", "calculation": "Half ( Length ( Name ) )"},
            Bad={"type": "number", "calculation": "Half ( Name )"},
        )
        client = Client(app)
        with caplog.at_level(logging.ERROR, "fmorm.server"):
            client.create({"Name": "Ann Lee"})
            client.create({})
        first, second = (one["fieldData"] for one in client.call("GET", "records").records)
        assert (first["Short"], first["Less"], first["Bad"]) == ("AL.", 3.5, "?")
        assert second["Short"] == ".", "an empty value comes as a text"
        assert "custom function 'Half' failed" in caplog.text
        app.close()

    def test_formulas_see_the_variables_of_scripts(self) -> None:
        code = Code()

        @code.script("Set")
        def set_variable(run: Run) -> str | None:
            run.variables["$$Greeting"] = run.parameter or object()
            assert run.variables["greeting"] == run.variables["$$GREETING"]
            assert list(run.variables) == ["$$greeting"]
            assert repr(run.variables) == "<variables: $$greeting>"
            return run.found_set[0]["Said"]

        app = self.app(
            code, Said={"type": "text", "calculation": '$$greeting & " " & Name', "unstored": True}
        )
        client = Client(app)
        client.create({"Name": "Ann"})
        answer = client.call(
            "GET", "records", **{"script.prerequest": "Set", "script.prerequest.param": "Hi"}
        )
        assert answer.response["scriptResult.prerequest"] == "Hi Ann"
        assert answer.record["fieldData"]["Said"] == "Hi Ann"
        assert client.call("GET", "records", script="Set").record["fieldData"]["Said"] == "? Ann"
        app.close()

    def test_variables_can_be_taken_away(self, client: Client, run: Any) -> None:
        def script(run: Run) -> int:
            run.variables.update({"$$a": 1, "b": 2})
            del run.variables["$$B"]
            assert "$$a" in run.variables
            assert run.variables.pop("a") == 1
            return len(run.variables)

        assert run(script) == 0
