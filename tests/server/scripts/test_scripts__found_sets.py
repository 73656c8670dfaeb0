"""Found sets in the hands of scripts, and what of them comes back to the client."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from server.client import Answer, Client

from fmorm.server import Code, Run, ScriptError

BY_SIZE = [{"fieldName": "Size", "sortOrder": "ascend"}]


@pytest.fixture
def run(client: Client, code: Code, three: list[str]) -> Callable[[Callable[[Run], Any]], Any]:
    """Run a function as a script by itself, and give what it returns; it must end well."""

    def do(script: Callable[[Run], Any]) -> Any:
        results: list[Any] = []

        @code.script(f"script {len(code.scripts)}")
        def wrapped(run: Run) -> str | None:
            results.append(script(run))
            return None

        response = client.call("GET", f"script/script%20{len(code.scripts) - 1}").response
        assert results, f"the script has ended early: {response}"
        return results[0]

    return do


def names(records: Any) -> list[str]:
    return [record["Name"] for record in records]


class TestInTheScript:
    def test_it_is_a_sequence(self, run: Any) -> None:
        def script(run: Run) -> None:
            found = run.found_set
            assert len(found) == 3
            assert names(found) == ["b", "c", "a"]
            assert [found[0].id, found[-1].id] == [1, 3]
            assert names(found[1:]) == ["c", "a"]
            assert found[1] in found
            assert found.index(found[1]) == 1
            assert names(reversed(found)) == ["a", "c", "b"]
            with pytest.raises(IndexError):
                _ = found[3]

        run(script)

    def test_finding_is_that_of_the_data_api(self, run: Any) -> None:
        def script(run: Run) -> list[list[str]]:
            found = run.found_set
            return [
                names(found.find({"Size": ">1"})),
                names(found.find({"Size": 1}, {"Name": "=a"})),
                names(found.find({"Name": "*"}, {"Size": 2, "omit": True})),
                names(found.find({"Name": "b"}, {"Name": "b", "omit": "true"}, {"Name": "c"})),
                names(found.show_all()),
            ]

        assert run(script) == [["b", "a"], ["c", "a"], ["c", "a"], ["c"], ["b", "c", "a"]]

    def test_finding_nothing_leaves_nothing(self, run: Any) -> None:
        def script(run: Run) -> tuple[int, int]:
            with pytest.raises(ScriptError) as error:
                run.found_set.find({"Name": "nobody"})
            return error.value.code, len(run.found_set)

        assert run(script) == (401, 0)

    @pytest.mark.parametrize(
        ("requests", "refusal"),
        [
            ("[]", 400),
            ("[{}]", 400),
            ('[{"Name": ""}]', 400),
            ('[{"No": 1}]', 102),
            ('[{"Setting": 1}]', 408),
        ],
    )
    def test_a_find_that_is_refused_leaves_the_found_set(self, run: Any, requests: str, refusal: int) -> None:
        def script(run: Run) -> tuple[int, int]:
            run.found_set.find({"Size": ">1"})
            with pytest.raises(ScriptError) as error:
                run.found_set.find(*json.loads(requests))
            return error.value.code, len(run.found_set)

        assert run(script) == (refusal, 2)

    def test_fields_that_the_layout_does_not_show_can_be_found_and_sorted_by(self, run: Any) -> None:
        def script(run: Run) -> Any:
            run.go_to_layout("short")
            return names(run.found_set.find({"Size": ">1"}).sort("-Size")), names(run.found_set.sort("Code"))

        assert run(script) == (["a", "b"], ["a", "b"])

    def test_sorting_by_several_fields_up_and_down(self, client: Client, run: Any) -> None:
        client.create({"Name": "a", "Code": "4", "Size": 0})

        def script(run: Run) -> list[list[int]]:
            found = run.found_set
            orders = [
                found.sort("Name", "-Size"),
                found.sort("-Name", "Size"),
                found.sort("Name"),
                found.sort(),
            ]
            assert orders[0] is found
            return [[one.id for one in found.sort(*by)] for by in (["Name", "-Size"], ["-Name", "Size"], [])]

        assert run(script) == [[3, 4, 1, 2], [2, 1, 4, 3], [1, 2, 3, 4]]

    def test_sorting_by_a_field_that_is_not_there(self, run: Any) -> None:
        def script(run: Run) -> int:
            with pytest.raises(ScriptError) as error:
                run.found_set.sort("-Siize")
            return error.value.code

        assert run(script) == 102

    def test_omitting_does_not_delete(self, run: Any) -> None:
        def script(run: Run) -> tuple[list[str], list[str]]:
            found = run.found_set
            left = names(found.omit(found[0], found[2]))
            return left, names(found.omit().show_all())

        assert run(script) == (["c"], ["b", "c", "a"])

    def test_records_may_be_deleted_on_the_way(self, client: Client, run: Any) -> None:
        def script(run: Run) -> int:
            for record in run.found_set:
                if record["Name"] != "c":
                    record.delete()
            return len(run.found_set)

        assert run(script) == 1
        assert client.call("GET", "records").column("Name") == ["c"]

    def test_new_records_come_to_the_end(self, client: Client, run: Any) -> None:
        def script(run: Run) -> list[int]:
            run.found_set.find({"Name": "c"})
            run.create({"Name": "d"})
            run.found_set[0].duplicate()
            run.create({"City": "x"}, layout="address")
            return [one.id for one in run.found_set]

        assert run(script) == [2, 4, 5]

    def test_each_table_occurrence_has_a_found_set_of_its_own(self, client: Client, run: Any) -> None:
        client.layout = "address"
        for city in "xy":
            client.create({"City": city})
        client.layout = "person"

        def script(run: Run) -> list[int]:
            counts = [len(run.found_set.find({"Name": "a"}))]
            run.go_to_layout("address")
            counts += [len(run.found_set), len(run.found_set.find({"City": "x"}))]
            run.go_to_layout("plain")
            counts += [len(run.found_set)]
            run.go_to_layout("address")
            return [*counts, len(run.found_set)]

        assert run(script) == [1, 2, 1, 1, 1]


class TestInTheReply:
    def prepare(self, code: Code, do: Callable[[Run], Any]) -> None:
        @code.script("x")
        def script(run: Run) -> str | None:
            do(run)
            return None

    def both(self, client: Client, **query: Any) -> list[Answer]:
        in_body = {name.removeprefix("_"): value for name, value in query.items()}
        return [client.call("GET", "records", **query), client.find({"Code": "*"}, **in_body)]

    @pytest.mark.parametrize("moment", ["script.presort", "script"])
    def test_changed_values_are_shown(
        self, client: Client, three: list[str], code: Code, moment: str
    ) -> None:
        @code.script("Add To Size")
        def add(run: Run) -> str | None:
            for record in run.found_set:
                record["Size"] = int(record["Size"] or 0) + int(run.parameter or 0)
            return "done"

        for number, answer in enumerate(
            self.both(client, **{moment: "Add To Size", f"{moment}.param": 10}), 1
        ):
            assert answer.column("Size") == [2 + 10 * number, 1 + 10 * number, 3 + 10 * number]
            assert [record["modId"] for record in answer.records] == [str(number)] * 3

    @pytest.mark.parametrize("moment", ["script.presort", "script"])
    def test_what_a_script_has_found_is_handed_back(
        self, client: Client, three: list[str], code: Code, moment: str
    ) -> None:
        self.prepare(code, lambda run: run.found_set.find({"Size": ">1"}))
        for answer in self.both(client, **{moment: "x"}):
            assert answer.column("Name") == ["b", "a"]
            assert answer.response["dataInfo"]["foundCount"] == 2
            assert answer.response["dataInfo"]["totalRecordCount"] == 3

    @pytest.mark.parametrize("moment", ["script.presort", "script"])
    def test_what_a_script_omits_makes_and_deletes(
        self, client: Client, three: list[str], code: Code, moment: str
    ) -> None:
        def do(run: Run) -> None:
            run.found_set.omit(run.found_set[0])
            run.found_set[0].delete()
            run.create({"Name": "new", "Code": "new"})

        self.prepare(code, do)
        answer = client.find({"Code": "*"}, **{moment: "x"})
        assert answer.column("Name") == ["a", "new"]
        info = answer.response["dataInfo"]
        assert (info["foundCount"], info["returnedCount"], info["totalRecordCount"]) == (2, 2, 3)

    def test_sorting_comes_after_the_presort_script_and_before_the_script(
        self, client: Client, three: list[str], code: Code, log: list[str]
    ) -> None:
        @code.script("Names")
        def tell(run: Run) -> str | None:
            return "".join(names(run.found_set))

        @code.script("By Name")
        def by_name(run: Run) -> str | None:
            run.found_set.sort("Name")
            return None

        asked = {"script.presort": "Names", "script": "Names"}
        for answer in (
            client.call("GET", "records", _sort=BY_SIZE, **asked),
            client.find({"Code": "*"}, sort=BY_SIZE, **asked),
        ):
            assert answer.response["scriptResult.presort"] == "bca"
            assert answer.response["scriptResult"] == "cba"
            assert answer.column("Name") == ["c", "b", "a"]
        presort = {"script.presort": "By Name"}
        assert client.call("GET", "records", _sort=BY_SIZE, **presort).column("Name") == ["c", "b", "a"]
        assert client.call("GET", "records", **presort).column("Name") == ["a", "b", "c"]
        assert client.call("GET", "records", _sort=BY_SIZE, script="By Name").column("Name") == [
            "a",
            "b",
            "c",
        ]

    def test_offset_and_limit_cut_what_the_scripts_have_left(
        self, client: Client, three: list[str], code: Code, log: list[str]
    ) -> None:
        self.prepare(code, lambda run: run.found_set.sort("-Name"))
        for answer in self.both(client, _offset=2, _limit=1, script="x"):
            assert answer.column("Name") == ["b"]
            info = answer.response["dataInfo"]
            assert (info["foundCount"], info["returnedCount"]) == (3, 1)
        self.both(client, _offset=2, _limit=1, script="Tell")
        assert log == [": 3 of person"] * 2, "a script sees more than the page"

    def test_a_found_set_that_a_script_has_emptied(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        self.prepare(code, lambda run: run.found_set.omit(*run.found_set))
        assert client.find({"Code": "*"}, script="x").code == 401
        assert client.call("GET", "records", script="x").records == []
        assert client.call("GET", "records", script="x", _offset=1).code == 101

    def test_a_script_that_goes_elsewhere_does_not_change_the_layout_of_the_reply(
        self, client: Client, three: list[str], code: Code, log: list[str]
    ) -> None:
        self.prepare(code, lambda run: run.go_to_layout("city"))
        for moment in ("script.prerequest", "script.presort", "script"):
            answer = client.call("GET", "records", **{"script": "Tell", moment: "x"})
            assert answer.response["dataInfo"]["layout"] == "person"
            assert answer.column("Name") == ["b", "c", "a"]
        assert log == [": 3 of person"] * 2, "each script begins on the layout of the request"

    def test_what_the_prerequest_script_has_found_does_not_matter_to_the_work(
        self, client: Client, three: list[str], code: Code
    ) -> None:
        self.prepare(code, lambda run: run.found_set.find({"Name": "a"}))
        for answer in self.both(client, **{"script.prerequest": "x"}):
            assert answer.column("Name") == ["b", "c", "a"]

    def test_another_layout_for_the_reply(self, client: Client, three: list[str], code: Code) -> None:
        self.prepare(code, lambda run: run.found_set.find({"Size": 3}))
        answer = client.call("GET", "records", script="x", **{"layout.response": "plain"})
        assert answer.record["fieldData"] == {"Name": "a", "Size": 3}
        assert answer.response["dataInfo"]["layout"] == "plain"
