"""Scripts, by themselves and around other requests."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.wire import OK, Answer, Wire

ALL = {
    "script": "Echo",
    "script.param": "c",
    "script.prerequest": "Echo",
    "script.prerequest.param": "a",
    "script.presort": "Echo",
    "script.presort.param": "b",
}
TOLD = (
    '{"response":{"scriptResult.prerequest":"a","scriptError.prerequest":"0","scriptResult.presort":"b",'
    '"scriptError.presort":"0","scriptResult":"c","scriptError":"0"'
)
REQUESTS = ["create", "edit", "duplicate", "delete", "get", "range", "find"]


@pytest.fixture
def three(wire: Wire) -> Wire:
    for name in ("Bo", "Cy", "Al"):
        wire.create({"Name": name})
    return wire


def run(wire: Wire, kind: str, asked: dict[str, str]) -> Answer:
    """Make one kind of request with scripts, which are in the query or in the body as the method wants it."""
    match kind:
        case "create":
            return wire.ask("POST", "records", {"fieldData": {}, **asked})
        case "edit":
            return wire.edit("1", {"fieldData": {"Note": "x"}, **asked})
        case "duplicate":
            return wire.ask("POST", "records/1", asked)
        case "delete":
            return wire.ask("DELETE", "records/1", query=asked)
        case "get":
            return wire.ask("GET", "records/1", query=asked)
        case "range":
            return wire.ask("GET", "records", query=asked)
        case _:
            return wire.find({"query": [{"Name": "*"}], **asked})


@pytest.mark.parametrize("kind", REQUESTS)
def test_what_scripts_have_to_say_comes_first_in_the_order_of_their_turns(three: Wire, kind: str) -> None:
    answer = run(three, kind, ALL)
    assert answer.status == 200
    assert answer.text.startswith(TOLD)


@pytest.mark.parametrize("kind", REQUESTS)
def test_only_scripts_that_are_asked_for_have(three: Wire, kind: str) -> None:
    told = run(three, kind, {"script.presort": "Echo"}).response
    assert [name for name in told if name.startswith("script")] == ["scriptError.presort"]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("Echo", {"scriptResult": "x", "scriptError": "0"}),
        ("Quiet", {"scriptError": "0"}),
        ("Loop", {"scriptResult": "looped", "scriptError": "101"}),
        ("Lost", {"scriptError": "105"}),
    ],
)
@pytest.mark.parametrize("kind", REQUESTS)
def test_the_error_of_a_script_is_no_error_of_the_request(
    three: Wire, kind: str, script: str, told: dict[str, str]
) -> None:
    response = run(three, kind, {"script": script, "script.param": "x"}).response
    assert {name: value for name, value in response.items() if name.startswith("script")} == told


@pytest.mark.parametrize("parameter", ["script", "script.prerequest", "script.presort"])
@pytest.mark.parametrize("kind", REQUESTS)
def test_a_script_that_is_not_there_is_missing_and_nothing_is_done(
    three: Wire, kind: str, parameter: str
) -> None:
    before = three.get_all().text
    assert run(three, kind, {parameter: "Nothing"}).outcome == (500, "104", "Script is missing")
    assert three.get_all().text == before


def test_they_take_turns_around_the_work(three: Wire) -> None:
    asked: Any = {}
    for turn in ("script", "script.prerequest", "script.presort"):
        asked |= {turn: "Log", f"{turn}.param": turn.removeprefix("script.")}
    response = three.find({"query": [{"Name": "Al"}, {"Name": "Bo"}], **asked}).response
    assert response["scriptResult"].split() == ["prerequest:person:3", "presort:person:2", "script:person:2"]


def test_the_one_before_sorting_comes_before_and_the_last_one_after_it(three: Wire) -> None:
    asked = {"script": "Tell Names", "script.presort": "Tell Names"}
    response = three.find({"query": [{"Name": "*"}], "sort": [{"fieldName": "Name"}], **asked}).response
    assert (response["scriptResult.presort"], response["scriptResult"]) == ("Bo Cy Al", "Al Bo Cy")


def test_offset_and_limit_cut_after_the_last_one(three: Wire) -> None:
    answer = three.find({"query": [{"Name": "*"}], "limit": 1, "offset": 2, "script": "Tell Names"})
    assert answer.response["scriptResult"] == "Bo Cy Al"
    assert answer.names == ["Cy"]


@pytest.mark.parametrize("turn", ["script", "script.presort"])
@pytest.mark.parametrize("kind", ["range", "find"])
def test_the_answer_has_the_found_set_that_they_have_left(three: Wire, kind: str, turn: str) -> None:
    answer = run(three, kind, {turn: "Omit First"})
    assert answer.names == ["Cy", "Al"]
    assert answer.response["dataInfo"]["foundCount"] == 2
    assert answer.response["dataInfo"]["totalRecordCount"] == 3


@pytest.mark.parametrize("turn", ["script", "script.presort"])
@pytest.mark.parametrize("kind", ["get", "range", "find"])
def test_the_answer_has_the_values_that_they_have_set(three: Wire, kind: str, turn: str) -> None:
    answer = run(three, kind, {turn: "Mark", f"{turn}.param": "done"})
    assert {record["fieldData"]["Note"] for record in answer.response["data"]} == {"done"}


def test_a_script_may_run_by_itself(reader: Wire) -> None:
    text = reader.ask("GET", "script/Echo?script.param=a%20b").text
    assert text == '{"response":{"scriptResult":"a b","scriptError":"0"},' + OK


def test_it_needs_no_parameter_and_gives_no_result_that_it_does_not_have(reader: Wire) -> None:
    assert reader.ask("GET", "script/Echo").text == '{"response":{"scriptError":"0"},' + OK


def test_its_name_may_hold_a_slash_and_its_parameter_anything(reader: Wire) -> None:
    assert reader.ask("GET", "script/Half%2FHalf").response["scriptResult"] == "both halves"
    odd = "å/ü ?&=#%+\"'\\\r😀"
    answer = reader.ask("GET", "script/Echo", query={"script.param": odd})
    assert answer.response["scriptResult"] == odd


def test_by_itself_too_its_error_is_no_error_of_the_request(reader: Wire) -> None:
    assert reader.ask("GET", "script/Lost").text == '{"response":{"scriptError":"105"},' + OK


def test_by_itself_too_it_may_be_missing(reader: Wire) -> None:
    assert reader.ask("GET", "script/Nothing").outcome == (500, "104", "Script is missing")
    reader.layout = "nothing"
    assert reader.ask("GET", "script/Echo").outcome == (500, "105", "Layout is missing")


def test_it_takes_no_other_parameters(reader: Wire) -> None:
    answer = reader.ask("GET", "script/Echo?script.presort=Echo&_limit=1")
    assert answer.outcome[:2] == (400, "960")


def test_variables_and_globals_last_as_long_as_the_session(wire: Wire) -> None:
    wire.ask("GET", "script/Log?script.param=a")
    assert wire.ask("GET", "script/Log?script.param=b").response["scriptResult"] == "a:person:0 b:person:0"
    wire.layout = "settings"
    wire.create()
    wire.ask("GET", "script/Set%20Rate?script.param=7")
    assert wire.get("1").fields["Rate"] == 7
    wire.begin()
    assert wire.get("1").fields["Rate"] == ""
    assert wire.ask("GET", "script/Log?script.param=c").response["scriptResult"] == "c:settings:1"


@pytest.mark.parametrize(
    "given", [{"script": 1}, {"script": ["Echo"]}, {"script": "Echo", "script.param": {}}]
)
def test_names_and_parameters_are_texts(wire: Wire, given: dict[str, object]) -> None:
    answer = wire.ask("POST", "records", {"fieldData": {}, **given})
    assert answer.status in {400, 500}
    assert wire.get_all().response["data"] == []
