"""When scripts run, with what in front of them, and what the reply says of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from server.client import Answer, Client

from fmorm.server import App, Code, Request, Run, ScriptError

ALL = {
    "script": "Tell",
    "script.param": "last",
    "script.prerequest": "Tell",
    "script.prerequest.param": "first",
    "script.presort": "Tell",
    "script.presort.param": "middle",
}
TOLD = {
    "scriptResult.prerequest": "first",
    "scriptError.prerequest": "0",
    "scriptResult.presort": "middle",
    "scriptError.presort": "0",
    "scriptResult": "last",
    "scriptError": "0",
}
VERBS: dict[str, tuple[Callable[[Client, dict[str, str]], Answer], list[str], int]] = {
    "get": (lambda client, scripts: client.get("2", **scripts), ["dataInfo", "data"], 1),
    "range": (lambda client, scripts: client.call("GET", "records", **scripts), ["dataInfo", "data"], 3),
    "find": (lambda client, scripts: client.find({"Size": ">1"}, **scripts), ["dataInfo", "data"], 2),
    "create": (
        lambda client, scripts: client.call("POST", "records", {"fieldData": {"Code": "d"}, **scripts}),
        ["recordId", "modId"],
        1,
    ),
    "edit": (lambda client, scripts: client.edit("2", fieldData={"Size": 9}, **scripts), ["modId"], 1),
    "duplicate": (
        lambda client, scripts: client.call("POST", "records/2", scripts),
        ["recordId", "modId"],
        1,
    ),
    "delete": (lambda client, scripts: client.call("DELETE", "records/2", **scripts), [], 0),
}
"""What does it, the members of its answer, and how many records are found after the work."""


@pytest.fixture(params=VERBS)
def verb(request: pytest.FixtureRequest, three: list[str]) -> str:
    return str(request.param)


@pytest.fixture
def visits(client: Client) -> None:
    client.layout = "visit"


class TestEveryVerb:
    def do(self, client: Client, verb: str, **scripts: str) -> Answer:
        if verb == "duplicate":  # what is unique cannot be duplicated, so others are
            client.layout = "visit"
            for _ in range(3):
                client.create()
        return VERBS[verb][0](client, scripts)

    def test_the_scripts_answer_first_and_in_the_order_of_running(
        self, client: Client, verb: str, log: list[str]
    ) -> None:
        answer = self.do(client, verb, **ALL)
        assert answer.status == 200
        keys = list(answer.response)
        assert keys == [*TOLD, *VERBS[verb][1]]
        assert {key: answer.response[key] for key in TOLD} == TOLD
        assert [line.partition(":")[0] for line in log] == ["first", "middle", "last"]

    def test_before_the_work_all_records_are_found_and_then_those_of_the_work(
        self, client: Client, verb: str, log: list[str]
    ) -> None:
        self.do(client, verb, **ALL)
        layout, count = client.layout, VERBS[verb][2]
        assert log == [f"first: 3 of {layout}", f"middle: {count} of {layout}", f"last: {count} of {layout}"]

    @pytest.mark.parametrize("moment", ["", ".prerequest", ".presort"])
    def test_only_scripts_that_were_asked_for_answer(self, client: Client, verb: str, moment: str) -> None:
        answer = self.do(client, verb, **{f"script{moment}": "Tell"})
        assert list(answer.response) == [f"scriptError{moment}", *VERBS[verb][1]], "no parameter, no result"
        assert answer.response[f"scriptError{moment}"] == "0"

    @pytest.mark.parametrize("moment", ["", ".prerequest", ".presort"])
    def test_a_script_that_fails_does_not_fail_the_request(
        self, client: Client, verb: str, moment: str
    ) -> None:
        answer = self.do(client, verb, **{f"script{moment}": "Fail"})
        assert (answer.status, answer.code) == (200, 0)
        assert answer.response[f"scriptError{moment}"] == "105"
        assert f"scriptResult{moment}" not in answer.response

    @pytest.mark.parametrize("moment", ["", ".prerequest", ".presort"])
    def test_an_unknown_script_is_noticed_before_anything_is_done(
        self, app: App, client: Client, verb: str, moment: str, log: list[str]
    ) -> None:
        before = self.do(client, "range").records
        answer = self.do(client, verb, **{**ALL, f"script{moment}": "no such script"})
        assert (answer.status, answer.code) == (500, 104)
        assert log == []
        if client.layout == "person":
            assert self.do(client, "range").records == before


def test_scripts_of_a_post_and_a_patch_may_stand_in_the_query(
    client: Client, visits: None, log: list[str]
) -> None:
    record_id = client.call("POST", "records", {"fieldData": {}}, **ALL).response["recordId"]
    copied = client.call("POST", f"records/{record_id}", b"", **ALL)
    edited = client.call("PATCH", f"records/{record_id}", {"fieldData": {}}, **ALL)
    for answer in (copied, edited):
        assert {key: answer.response[key] for key in TOLD} == TOLD
    assert len(log) == 9


def test_a_scripts_parameter_in_the_body_goes_before_that_in_the_query(client: Client, visits: None) -> None:
    body = b'{"fieldData":{},"script":"Tell","script.param":"body"}'
    answer = client.call("POST", "records", body, **{"script": "Fail", "script.param": "query"})
    assert answer.response["scriptResult"] == "body"


@pytest.mark.parametrize(
    ("parameter", "seen"), [("", ""), ("a=b&c d+e/ä😀", "a=b&c d+e/ä😀"), (12.50, "12.5")]
)
def test_a_parameter_is_one_text(client: Client, code: Code, parameter: object, seen: str) -> None:
    given: list[object] = []

    @code.script("Note")
    def note(run: Run) -> str | None:
        given.append(run.parameter)
        return None

    client.create({"Code": "1"}, **{"script": "Note", "script.param": parameter})
    assert given == [seen]
    assert type(given[0]) is str


def test_a_parameter_that_is_no_text_is_refused(client: Client, log: list[str]) -> None:
    body = b'{"fieldData":{"Code":"1"},"script":"Tell","script.param":{"a":1}}'
    assert client.call("POST", "records", body).status == 400
    assert log == []
    assert client.call("GET", "records").records == []


def test_the_names_of_other_parameters_are_still_checked(client: Client, log: list[str]) -> None:
    assert client.call("GET", "records", script="Tell", **{"script.presort.parameter": "x"}).code == 960
    assert log == []


class TestTheWorkBetween:
    def test_the_prerequest_script_may_make_what_is_asked_for(self, client: Client, code: Code) -> None:
        @code.script("Make")
        def make(run: Run) -> str | None:
            run.create({"Name": run.parameter})
            return None

        found = client.find(
            {"Name": "new"}, **{"script.prerequest": "Make", "script.prerequest.param": "new"}
        )
        assert found.column("Name") == ["new"]
        got = client.get("2", **{"script.prerequest": "Make", "script.prerequest.param": "second"})
        assert got.record["fieldData"]["Name"] == "second"

    def test_work_that_is_refused_after_the_prerequest_script_runs_no_more_scripts(
        self, client: Client, three: list[str], log: list[str]
    ) -> None:
        answer = client.edit("1", fieldData={"Name": "x"}, modId="7", **ALL)
        assert (answer.status, answer.code) == (500, 306)
        assert client.find({"Name": "nobody"}, **ALL).code == 401
        assert [line.partition(":")[0] for line in log] == ["first", "first"]

    def test_a_script_sees_what_the_work_has_written(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        @code.script("Name")
        def name(run: Run) -> str | None:
            assert run.record is not None
            return run.record["Name"]

        assert client.edit("1", fieldData={"Name": "new"}, script="Name").response["scriptResult"] == "new"
        assert client.get("1", script="Name").response["scriptResult"] == "new"
        answer = client.call("POST", "records", {"fieldData": {"Name": "d", "Code": "d"}, "script": "Name"})
        assert answer.response["scriptResult"] == "d"

    def test_only_a_request_about_one_record_has_a_current_record(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        @code.script("Record")
        def record(run: Run) -> str | None:
            return repr(run.record)

        asked = {f"script{moment}": "Record" for moment in ("", ".prerequest", ".presort")}

        def seen(answer: Answer) -> list[Any]:
            return [answer.response[f"scriptResult{moment}"] for moment in (".prerequest", ".presort", "")]

        one = "<record 2 of person>"
        assert seen(client.get("2", **asked)) == ["None", one, one]
        assert seen(client.edit("2", fieldData={}, **asked)) == ["None", one, one]
        assert seen(client.call("GET", "records", **asked)) == ["None"] * 3
        assert seen(client.find({"Name": "a"}, **asked)) == ["None"] * 3
        assert seen(client.call("DELETE", "records/2", **asked)) == ["None"] * 3

    def test_the_mod_id_of_the_reply_is_that_of_the_work(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        @code.script("Touch")
        def touch(run: Run) -> str | None:
            assert run.record is not None
            run.record["Note"] = "touched"
            return None

        assert client.edit("1", fieldData={"Name": "x"}, script="Touch").response["modId"] == "1"
        assert client.get("1").record["modId"] == "2"

    def test_a_record_that_its_script_deletes_is_missing(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        @code.script("Delete")
        def delete(run: Run) -> str | None:
            assert run.record is not None
            run.record.delete()
            return None

        assert client.get("2", script="Delete").code == 101
        assert client.edit("1", fieldData={"Name": "x"}, script="Delete").response["modId"] == "1"
        assert [one["recordId"] for one in client.call("GET", "records").records] == ["3"]

    def test_a_read_only_account_runs_scripts_that_cannot_write(
        self, app: App, three: list[str], code: Code
    ) -> None:
        @code.script("Write")
        def write(run: Run) -> str | None:
            run.found_set[0]["Name"] = "x"
            return None

        viewer = Client(app, "viewer", "look")
        answer = viewer.call("GET", "records", script="Write")
        assert (answer.code, answer.response["scriptError"]) == (0, "200")
        assert answer.column("Name") == ["b", "c", "a"]


class TestErrors:
    def run(self, client: Client, name: str = "x", **query: str) -> Any:
        return client.call("GET", f"script/{name}", **query).response

    def test_the_last_step_says_the_error(self, client: Client, code: Code) -> None:
        @code.script("x")
        def catch(run: Run) -> str | None:
            try:
                run.found_set.find({"Name": "nobody"})
            except ScriptError as error:
                run.variables["code"] = (error.code, error.message, run.error)
            if run.parameter:
                run.found_set.show_all()
            return "goes on"

        assert self.run(client) == {"scriptResult": "goes on", "scriptError": "401"}
        assert self.run(client, **{"script.param": "1"}) == {"scriptResult": "goes on", "scriptError": "0"}

    def test_reading_is_no_step(self, client: Client, three: list[str], code: Code) -> None:
        @code.script("x")
        def read(run: Run) -> str | None:
            run.error = 5001
            return run.found_set[0]["Name"]

        assert self.run(client) == {"scriptResult": "b", "scriptError": "5001"}

    def test_a_script_may_raise_any_code(self, client: Client, code: Code) -> None:
        @code.script("x")
        def refuse(run: Run) -> str | None:
            raise ScriptError(int(run.parameter))

        assert self.run(client, **{"script.param": "301"}) == {"scriptError": "301"}
        assert self.run(client, **{"script.param": "5499"}) == {"scriptError": "5499"}
        assert str(ScriptError(301)).startswith("301 ")

    @pytest.mark.parametrize("error", [ZeroDivisionError("secret"), SystemExit(2), RecursionError()])
    def test_another_exception_is_logged_and_is_an_unknown_error(
        self, client: Client, code: Code, error: BaseException, caplog: pytest.LogCaptureFixture
    ) -> None:
        @code.script("x")
        def fail(run: Run) -> str | None:
            raise error

        with caplog.at_level(logging.ERROR, "fmorm.server"):
            assert self.run(client) == {"scriptError": "-1"}
        (record,) = caplog.records
        assert record.getMessage() == "script 'x' failed"
        assert record.exc_info is not None
        assert record.exc_info[1] is error

    @pytest.mark.parametrize(
        ("result", "shown"),
        [("", None), (None, None), (0, "0"), (True, "1"), ("a\rb", "a\rb"), (2.50, "2.5")],
    )
    def test_a_result_is_a_text(self, client: Client, code: Code, result: Any, shown: str | None) -> None:
        @code.script("x")
        def give(run: Run) -> str | None:
            return result  # type: ignore[no-any-return]

        assert self.run(client).get("scriptResult") == shown

    def test_what_cannot_be_a_result_is_an_error(
        self, client: Client, code: Code, caplog: pytest.LogCaptureFixture
    ) -> None:
        @code.script("x")
        def give(run: Run) -> Any:
            return ["a"]

        assert self.run(client) == {"scriptError": "-1"}
        assert "give a text" in caplog.text


class TestByItself:
    def test_it_has_all_records_and_its_parameter(
        self, client: Client, three: list[str], log: list[str]
    ) -> None:
        answer = client.call("GET", "script/Tell", **{"script.param": "p"})
        assert answer.text == (
            '{"response":{"scriptResult":"p","scriptError":"0"},"messages":[{"code":"0","message":"OK"}]}'
        )
        assert log == ["p: 3 of person"]

    def test_names_of_any_letters_reach_their_script(self, client: Client, code: Code) -> None:
        @code.script("a/b #?% 😀")
        def script(run: Run) -> str | None:
            return run.name

        answer = client.call("GET", "script/a%2Fb%20%23%3F%25%20%F0%9F%98%80")
        assert answer.response["scriptResult"] == "a/b #?% 😀"

    def test_a_missing_layout_is_noticed_before_a_missing_script(self, client: Client) -> None:
        assert client.call("GET", "/databases/people/layouts/x/script/x").code == 105
        assert client.call("GET", "script/x").code == 104
        assert client.call("GET", "script/tell").code == 104, "case counts in addresses"

    def test_scripts_are_listed_in_the_order_of_registration(self, client: Client) -> None:
        scripts = client.call("GET", "/databases/people/scripts").response["scripts"]
        assert scripts == [{"name": "Tell", "isFolder": False}, {"name": "Fail", "isFolder": False}]


class TestSubscripts:
    def test_one_has_its_own_parameter_and_gives_its_result(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        @code.script("Outer")
        def outer(run: Run) -> str | None:
            inner = run.perform("Tell", 5)
            return f"{run.name} {run.parameter!r} {inner!r} {run.perform('Tell')!r}"

        assert client.call("GET", "script/Outer").response["scriptResult"] == "Outer '' '5' None"

    def test_it_shares_the_window(self, client: Client, three: list[str], code: Code) -> None:
        @code.script("Find")
        def find(run: Run) -> str | None:
            run.go_to_layout("plain")
            run.found_set.find({"Size": ">1"})
            return None

        @code.script("Outer")
        def outer(run: Run) -> str | None:
            run.perform("Find")
            return f"{run.layout} {len(run.found_set)}"

        answer = client.call("GET", "records", script="Outer")
        assert answer.response["scriptResult"] == "plain 2"
        assert answer.column("Name") == ["b", "a"], "both layouts have the same table occurrence"

    def test_its_error_goes_on_until_somebody_catches_it(self, client: Client, code: Code) -> None:
        @code.script("Outer")
        def outer(run: Run) -> str | None:
            try:
                run.perform(run.parameter)
            except ScriptError as error:
                return str(error.code)
            return None

        @code.script("Outermost")
        def outermost(run: Run) -> str | None:
            return run.perform("Fail")

        assert (
            client.call("GET", "script/Outer", **{"script.param": "Fail"}).response["scriptResult"] == "105"
        )
        missing = client.call("GET", "script/Outer", **{"script.param": "?"}).response
        assert missing == {"scriptResult": "104", "scriptError": "104"}
        assert client.call("GET", "script/Outermost").response == {"scriptError": "105"}


def test_a_run_tells_where_it_is(client: Client, code: Code) -> None:
    @code.script("Where")
    def where(run: Run) -> str | None:
        return json.dumps([run.database, run.account, run.layout, run.name, repr(run), repr(run.found_set)])

    answer = client.call("GET", "script/Where").response
    told = json.loads(answer["scriptResult"])
    assert told[:4] == ["people", "api", "person", "Where"]
    assert told[4:] == ["<run of script 'Where' on layout 'person'>", "<0 records of person>"]


def test_an_app_without_code_has_no_scripts(schema: Any) -> None:
    app = App(schema)
    client = Client(app)
    assert client.call("GET", "/databases/people/scripts").response == {"scripts": []}
    assert client.call("GET", "records", script="x").code == 104
    assert not app.may_run_script(Request("GET", "/x?script=x"))
    app.close()
