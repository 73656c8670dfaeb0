"""7. What is a number and what is a string, in answers and in requests."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conformance.asking import Club

pytest_plugins = ["conformance.asking"]

YEAR = "payments::Year"


@pytest.fixture
def ann(club: Club) -> str:
    return club.create({"Name": "Ann"}, portalData={"Dues": [{YEAR: 2024}]})


def kinds(text: str, name: str) -> set[str]:
    """Tell how the values of all members of a name are written."""
    found = re.findall(rf'"{re.escape(name)}":(".*?"|true|false|[-0-9.]+)', text)
    assert found, f"there is no {name} in {text}"
    return {"string" if one[0] == '"' else "boolean" if one[0] in "tf" else "number" for one in found}


def test_codes_of_messages_are_strings(club: Club) -> None:
    assert kinds(club.range().text, "code") == {"string"}
    assert kinds(club.get("9").text, "code") == {"string"}
    assert kinds(club.find({"Name": "x"}, unknown=1).text, "code") == {"string"}


@pytest.mark.parametrize("name", ["recordId", "modId"])
def test_ids_are_strings_everywhere(club: Club, ann: str, name: str) -> None:
    texts = [
        club.get(ann).text,
        club.find({"Name": "Ann"}).text,
        club.edit(ann, fieldData={"Name": "Anna"}, portalData={"Dues": [{YEAR: 1}]}).text,
        club.call("POST", "records", {"fieldData": {}, "portalData": {"Dues": [{YEAR: 1}]}}).text,
        club.call("POST", f"records/{ann}").text,
    ]
    assert [kinds(text, name) for text in texts] == [{"string"}] * 5


def test_errors_of_scripts_are_strings(club: Club, ann: str) -> None:
    asked = {"script": "Loop", "script.presort": "Say", "script.prerequest": "Say"}
    text = club.range(**asked).text
    for name in ("scriptError", "scriptError.presort", "scriptError.prerequest"):
        assert kinds(text, name) == {"string"}


def test_results_of_scripts_are_strings_also_when_they_are_numbers(club: Club) -> None:
    assert kinds(club.range(script="Say", **{"script.param": "5"}).text, "scriptResult") == {"string"}


def test_members_of_new_portal_record_info_are_strings(club: Club, ann: str) -> None:
    [entry] = club.edit(ann, portalData={"Dues": [{YEAR: 1}]}).response["newPortalRecordInfo"]
    assert {type(value) for value in entry.values()} == {str}


@pytest.mark.parametrize("name", ["totalRecordCount", "foundCount", "returnedCount"])
def test_counts_are_numbers(club: Club, ann: str, name: str) -> None:
    assert kinds(club.get(ann).text, name) == {"number"}


@pytest.mark.parametrize("name", ["maxRepeat", "maxCharacters", "repetitionStart", "repetitionEnd"])
def test_numbers_in_metadata_are_numbers(club: Club, name: str) -> None:
    assert kinds(club.call("GET", "/databases/club/layouts/member").text, name) == {"number"}


FLAGS = ["global", "autoEnter", "fourDigitYear", "notEmpty", "numeric", "timeOfDay"]


@pytest.mark.parametrize("name", FLAGS)
def test_flags_in_metadata_are_booleans(club: Club, name: str) -> None:
    assert kinds(club.call("GET", "/databases/club/layouts/member").text, name) == {"boolean"}


def test_a_flag_in_the_old_metadata_is_a_string(club: Club) -> None:
    text = club.call("GET", "/databases/club/layouts/member/metadata").text
    assert kinds(text, "global") == {"string"}
    assert '"global":"true"' in text


def test_is_folder_is_a_boolean(club: Club) -> None:
    assert kinds(club.call("GET", "/databases/club/scripts").text, "isFolder") == {"boolean"}


@pytest.mark.parametrize("number", [1, "1"])
def test_offset_limit_and_dateformats_are_taken_as_numbers_and_as_strings(
    club: Club, ann: str, number: Any
) -> None:
    asked = {"offset": number, "limit": number, "dateformats": number, "limit.Dues": number}
    assert club.find({"Name": "Ann"}, **asked).ids == [ann]


@pytest.mark.parametrize("mod_id", ["0", 0])
def test_a_mod_id_is_taken_as_a_string_and_as_a_number(club: Club, ann: str, mod_id: object) -> None:
    assert club.edit(ann, fieldData={"Name": "Anna"}, modId=mod_id).response == {"modId": "1"}
    assert club.edit(ann, fieldData={"Name": "Anne"}, modId=mod_id).refusal == (500, "306")


def test_field_values_are_numbers_only_in_number_fields(club: Club) -> None:
    record_id = club.create({"Note": 5, "Score": "5", "Phones": 5, "Limit": "5"})
    fields = club.get(record_id).fields
    assert [fields[name] for name in ("Note", "Score", "Phones(1)", "Twice")] == ["5", 5, "5", 10]
