"""4.2. Values as they are written."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.asking import Club

pytest_plugins = ["conformance.asking"]

YEAR, AMOUNT = "payments::Year", "payments::Amount"
DATE, TIME = (
    "Date value does not meet validation entry options",
    "Time value does not meet validation entry options",
)


@pytest.mark.parametrize(
    ("field", "given"),
    [("Name", "x"), ("Score", "5"), ("Born", "1/2/2024"), ("Lap", "9:15"), ("Seen", "1/2/2024 9:15")],
)
def test_a_string_is_taken_for_every_type(club: Club, field: str, given: str) -> None:
    assert club.get(club.create({field: given})).fields[field] != ""


@pytest.mark.parametrize("number", ["5", "5.50", "-0.25", "123456789012345678901234567890"])
def test_a_json_number_is_taken_with_all_its_digits(club: Club, number: str) -> None:
    body = f'{{"fieldData":{{"Score":{number},"Note":{number}}}}}'.encode()
    record_id = club.call("POST", "records", body).response["recordId"]
    assert (club.raw(record_id, "Score"), club.raw(record_id, "Note")) == (number, f'"{number}"')


@pytest.mark.parametrize("value", [None, True, False, [], ["x"], {}, {"a": "b"}])
def test_values_that_are_neither_strings_nor_numbers_are_refused(club: Club, value: object) -> None:
    record_id = club.create({"Name": "Ann"})
    assert club.edit(record_id, fieldData={"Name": "new", "Note": value}).refusal == (400, "960")
    assert club.call("POST", "records", {"fieldData": {"Note": value}}).refusal == (400, "960")
    assert club.range().column("Name") == ["Ann"]


@pytest.mark.parametrize("given", ["2/22/2022", "02/22/2022"])
def test_dates_are_taken_with_and_without_zeros(club: Club, given: str) -> None:
    assert club.get(club.create({"Born": given})).fields["Born"] == "02/22/2022"


@pytest.mark.parametrize("given", ["9:15:55", "9:15:55 AM", "09:15:55"])
def test_times_are_taken_with_and_without_a_half_of_the_day(club: Club, given: str) -> None:
    assert club.get(club.create({"Lap": given})).fields["Lap"] == "09:15:55"


@pytest.mark.parametrize("given", ["2/22/2022 9:15:55 PM", "02/22/2022 21:15:55"])
def test_timestamps_are_taken_in_both_halves_of_the_day(club: Club, given: str) -> None:
    assert club.get(club.create({"Seen": given})).fields["Seen"] == "02/22/2022 21:15:55"


@pytest.mark.parametrize(
    ("field", "given", "code", "message"),
    [
        ("Born", "2/30/2022", "500", DATE),
        ("Born", "soon", "500", DATE),
        ("Seen", "2/30/2022 9:15", "500", DATE),
        ("Lap", "soon", "501", TIME),
    ],
)
def test_an_impossible_moment_is_refused(club: Club, field: str, given: str, code: str, message: str) -> None:
    answer = club.call("POST", "records", {"fieldData": {field: given}})
    assert answer.refusal == (500, code)
    assert answer.messages == [{"code": code, "message": message}]


def test_iso_dates_are_taken_when_the_request_says_so(club: Club) -> None:
    fields = {"Born": "2022-02-03", "Seen": "2022-02-03 09:15:55"}
    record_id = club.create(fields, dateformats=2)
    assert [club.get(record_id).fields[name] for name in fields] == ["02/03/2022", "02/03/2022 09:15:55"]
    club.edit(record_id, fieldData={"Seen": "2022-02-04T09:15:55"}, dateformats="2")
    assert club.get(record_id).fields["Seen"] == "02/04/2022 09:15:55"


def test_a_line_feed_stays_a_line_feed(club: Club) -> None:
    assert club.raw(club.create({"Note": "one\ntwo"}), "Note") == r'"one\ntwo"'


def test_a_field_without_a_number_is_its_first_repetition(club: Club) -> None:
    fields = club.get(club.create({"Phones": "1", "Phones(3)": "3"})).fields
    assert [fields[f"Phones({number})"] for number in (1, 2, 3)] == ["1", "", "3"]


@pytest.mark.parametrize("name", ["Phones(4)", "Phones(0)"])
def test_a_repetition_that_the_field_does_not_have_is_missing(club: Club, name: str) -> None:
    assert club.call("POST", "records", {"fieldData": {name: "x"}}).refusal == (500, "102")


def test_a_related_field_writes_to_the_first_related_record(club: Club) -> None:
    record_id = club.create({}, portalData={"Dues": [{YEAR: 2024}, {YEAR: 2025}]})
    club.on("rules").edit(record_id, fieldData={YEAR: 1999})
    assert years(club, record_id) == [1999, 2025]


def test_a_related_field_makes_a_related_record_where_there_is_none(club: Club) -> None:
    record_id = club.on("rules").create({YEAR: 2024, AMOUNT: 5})
    assert years(club, record_id) == [2024]


def test_a_related_field_is_refused_where_the_relationship_makes_no_records(club: Club) -> None:
    answer = club.on("rules").call("POST", "records", {"fieldData": {"Name": "Ann", "friends::Score": 1}})
    assert answer.status == 500
    assert club.range().response["dataInfo"]["totalRecordCount"] == 0


def test_a_related_record_can_be_named_by_its_record_id_behind_the_field(club: Club) -> None:
    record_id = club.create({}, portalData={"Dues": [{YEAR: 2024}, {YEAR: 2025}]})
    club.on("rules").edit(record_id, fieldData={f"{YEAR}.2": 1999})
    assert years(club, record_id) == [2024, 1999]
    club.edit(record_id, fieldData={"payments::Notes(2).1": "paid"})
    assert club.get(record_id).record["portalData"]["Dues"][0]["payments::Notes(2)"] == "paid"


def test_the_record_id_0_behind_a_field_makes_a_related_record(club: Club) -> None:
    record_id = club.create({}, portalData={"Dues": [{YEAR: 2024}]})
    club.on("rules").edit(record_id, fieldData={f"{YEAR}.0": 2025})
    assert years(club, record_id) == [2024, 2025]


def test_the_record_id_behind_a_field_is_that_of_a_related_record(club: Club) -> None:
    club.create({}, portalData={"Dues": [{YEAR: 2024}]})
    bob = club.create({}, portalData={"Dues": [{YEAR: 2025}]})
    assert club.on("rules").edit(bob, fieldData={f"{YEAR}.1": 1999}).refusal == (500, "101")


def years(club: Club, record_id: str) -> list[Any]:
    return [row[YEAR] for row in club.get(record_id).record["portalData"]["Dues"]]


@pytest.mark.parametrize("name", ["Hidden", "Nothing", "payments::MemberKey", ""])
def test_a_field_that_is_not_on_the_layout_fails_the_whole_write(club: Club, name: str) -> None:
    record_id = club.create({"Name": "Ann"})
    answer = club.edit(record_id, fieldData={"Name": "new", name: "x"})
    assert answer.refusal == (500, "102")
    assert answer.messages[0]["message"] == "Field is missing"
    assert club.get(record_id).fields["Name"] == "Ann"
    assert club.get(record_id).record["modId"] == "0"


@pytest.mark.parametrize("name", ["Twice", "Sum", "Locked"])
def test_a_field_that_cannot_be_modified_is_refused(club: Club, name: str) -> None:
    answer = club.on("rules").call("POST", "records", {"fieldData": {name: "1"}})
    assert answer.refusal == (500, "201")


def test_the_empty_string_empties_every_type(club: Club) -> None:
    given = {"Name": "Ann", "Score": 1, "Born": "1/1/2024", "Lap": "9:15", "Seen": "1/1/2024 9:15"}
    record_id = club.create(given)
    club.edit(record_id, fieldData=dict.fromkeys(given, ""))
    assert {club.get(record_id).fields[name] for name in given} == {""}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("Count", "many", "502"),
        ("Grade", "11", "503"),
        ("Number", "1", "504"),
        ("Copy", "other", "505"),
        ("Color", "red", "506"),
        ("Even", "5", "507"),
        ("Title", "", "509"),
        ("Short", "longer than that", "511"),
    ],
)
def test_what_does_not_meet_the_options_of_its_field_is_refused_and_not_kept(
    club: Club, field: str, value: str, code: str
) -> None:
    club.rows("Entry", {"Number": 1, "Copy": "known"})
    entry = club.on("entry")
    assert entry.call("POST", "records", {"fieldData": {field: value}}).refusal == (500, code)
    assert entry.range().response["dataInfo"]["totalRecordCount"] == 1


@pytest.mark.parametrize("options", [{}, {"entrymode": "user"}, {"prohibitmode": "script"}])
def test_fields_are_validated_as_users_entries_are(club: Club, options: object) -> None:
    answer = club.on("entry").call("POST", "records", {"fieldData": {"Grade": 11}, "options": options})
    assert answer.refusal == (500, "503")


def test_the_entry_mode_of_scripts_goes_past_validation(club: Club) -> None:
    entry = club.on("entry")
    record_id = entry.create({"Grade": 11}, options={"entrymode": "script"})
    assert entry.get(record_id).fields["Grade"] == 11
    assert entry.edit(record_id, fieldData={"Grade": 12}, options={"entrymode": "script"}).code == "0"


@pytest.mark.parametrize("options", [{}, {"prohibitmode": "user"}, {"entrymode": "script"}])
def test_a_prohibited_field_is_refused_as_to_users(club: Club, options: object) -> None:
    body = {"fieldData": {"Locked": "x"}, "options": options}
    assert club.on("rules").call("POST", "records", body).refusal == (500, "201")


def test_the_prohibit_mode_of_scripts_writes_to_prohibited_fields(club: Club) -> None:
    rules = club.on("rules")
    record_id = rules.create({"Locked": "x"}, options={"prohibitmode": "script"})
    assert rules.get(record_id).fields["Locked"] == "x"


def test_no_mode_writes_to_calculations(club: Club) -> None:
    options = {"prohibitmode": "script", "entrymode": "script"}
    answer = club.on("rules").call("POST", "records", {"fieldData": {"Twice": "1"}, "options": options})
    assert answer.refusal == (500, "201")


@pytest.mark.parametrize("options", [{"entrymode": "other"}, {"other": "user"}, "script", {"entrymode": 1}])
def test_other_options_are_refused(club: Club, options: object) -> None:
    assert club.call("POST", "records", {"fieldData": {}, "options": options}).refusal == (400, "960")


@pytest.mark.parametrize("club_release", ["19"])
def test_release_19_does_not_know_options(club: Club) -> None:
    assert club.call("POST", "records", {"fieldData": {}, "options": {}}).refusal == (400, "960")
