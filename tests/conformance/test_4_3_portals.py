"""4.3. Rows of portals: made, edited, deleted, and read in parts."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.asking import Club

pytest_plugins = ["conformance.asking"]

YEAR, AMOUNT, PLAN, PRICE = "payments::Year", "payments::Amount", "payments::Plan", "plans::Price"


@pytest.fixture
def ann(club: Club) -> str:
    """Make Ann with the rows 1, 2 and 3."""
    return club.create({"Name": "Ann"}, portalData={"Dues": [{YEAR: 2021}, {YEAR: 2022}, {YEAR: 2023}]})


def rows(club: Club, record_id: str, **query: object) -> dict[str, Any]:
    """Give the years of the rows by their record ids."""
    dues = club.get(record_id, **query).record["portalData"]["Dues"]
    return {row["recordId"]: row[YEAR] for row in dues}


@pytest.mark.parametrize("name", ["Dues", "payments"])
def test_a_row_without_a_record_id_is_new_and_one_with_it_is_edited(club: Club, ann: str, name: str) -> None:
    club.edit(ann, portalData={name: [{"recordId": "2", YEAR: 1999}, {YEAR: 2024}]})
    assert rows(club, ann) == {"1": 2021, "2": 1999, "3": 2023, "4": 2024}


def test_a_portal_that_the_layout_does_not_have_is_refused(club: Club, ann: str) -> None:
    assert club.edit(ann, portalData={"Nothing": [{YEAR: 2024}]}).status == 500


def test_record_ids_and_mod_ids_of_rows_may_be_numbers(club: Club, ann: str) -> None:
    assert club.edit(ann, portalData={"Dues": [{"recordId": 2, "modId": 0, YEAR: 1999}]}).code == "0"
    assert rows(club, ann)["2"] == 1999


@pytest.mark.parametrize("mod_id", ["1", 7])
def test_the_mod_id_of_a_row_is_checked(club: Club, ann: str, mod_id: object) -> None:
    answer = club.edit(
        ann,
        fieldData={"Name": "new"},
        portalData={"Dues": [{"recordId": "1", YEAR: 1}, {"recordId": "2", "modId": mod_id, YEAR: 2}]},
    )
    assert answer.refusal == (500, "306")
    assert rows(club, ann) == {"1": 2021, "2": 2022, "3": 2023}
    assert club.get(ann).fields["Name"] == "Ann"


def test_the_mod_id_of_a_row_rises_when_it_is_edited(club: Club, ann: str) -> None:
    club.edit(ann, portalData={"Dues": [{"recordId": "2", "modId": "0", YEAR: 1999}]})
    dues = club.get(ann).record["portalData"]["Dues"]
    assert [row["modId"] for row in dues] == ["0", "1", "0"]


def test_an_edited_row_is_not_told_in_the_answer(club: Club, ann: str) -> None:
    assert list(club.edit(ann, portalData={"Dues": [{"recordId": "2", YEAR: 1999}]}).response) == ["modId"]


def test_repetitions_of_rows_are_written_and_read_by_number(club: Club, ann: str) -> None:
    club.edit(ann, portalData={"Dues": [{"recordId": "1", "payments::Notes(2)": "second"}]})
    row = club.get(ann).record["portalData"]["Dues"][0]
    assert (row["payments::Notes(1)"], row["payments::Notes(2)"]) == ("", "second")


def test_rows_are_made_together_with_their_record(club: Club) -> None:
    record_id = club.create({"Name": "Bob"}, portalData={"Dues": [{YEAR: 1}, {YEAR: 2}]})
    assert list(rows(club, record_id).values()) == [1, 2]


def test_rows_are_refused_where_the_relationship_makes_no_records(club: Club) -> None:
    body = {"fieldData": {"Note": "x"}, "portalData": {"friends": [{"friends::Name": "Bob"}]}}
    assert club.call("POST", "records", body).status == 500
    assert club.range().response["dataInfo"]["totalRecordCount"] == 0


def test_a_row_of_another_record_is_out_of_reach(club: Club, ann: str) -> None:
    bob = club.create({"Name": "Bob"})
    assert club.edit(bob, portalData={"Dues": [{"recordId": "1", YEAR: 1}]}).refusal == (500, "101")
    assert club.edit(bob, fieldData={"deleteRelated": "Dues.1"}).refusal == (500, "101")
    assert rows(club, ann) == {"1": 2021, "2": 2022, "3": 2023}


def test_a_field_that_the_portal_does_not_show_is_missing(club: Club, ann: str) -> None:
    assert club.edit(ann, portalData={"Dues": [{"payments::MemberKey": "x"}]}).refusal == (500, "102")


def test_a_prohibited_field_of_a_row_is_refused(club: Club, ann: str) -> None:
    assert club.edit(ann, portalData={"Dues": [{"payments::Sealed": "x"}]}).refusal == (500, "201")


@pytest.mark.parametrize("value", [None, True, [], {}])
def test_rows_take_strings_and_numbers_only(club: Club, ann: str, value: object) -> None:
    assert club.edit(ann, portalData={"Dues": [{YEAR: value}]}).refusal == (400, "960")


@pytest.mark.parametrize("given", [[], "x", {"Dues": {}}, {"Dues": "x"}, {"Dues": ["x"]}])
def test_rows_in_another_form_are_refused(club: Club, ann: str, given: object) -> None:
    assert club.edit(ann, portalData=given).refusal == (400, "960")


def test_new_rows_have_one_entry_for_each_field_that_was_sent_in_that_order(club: Club) -> None:
    new = [{AMOUNT: 1, YEAR: 2024, PLAN: "big"}, {YEAR: 2025}]
    answer = club.call("POST", "records", {"fieldData": {}, "portalData": {"Dues": new}})
    assert list(answer.response) == ["recordId", "modId", "newPortalRecordInfo"]
    assert [list(one.items()) for one in answer.response["newPortalRecordInfo"]] == [
        [("tableName", "payments"), ("recordId", number), ("modId", "0")] for number in ("1", "1", "1", "2")
    ]


def test_edits_tell_of_new_rows_too(club: Club, ann: str) -> None:
    answer = club.edit(ann, portalData={"Dues": [{"recordId": "1", YEAR: 1}, {YEAR: 2024}]})
    assert list(answer.response) == ["modId", "newPortalRecordInfo"]
    assert answer.response["newPortalRecordInfo"] == [
        {"tableName": "payments", "recordId": "4", "modId": "0"}
    ]


def test_a_field_of_a_farther_occurrence_has_that_name_and_record_in_its_entry(club: Club, ann: str) -> None:
    club.rows("Plan", {"Name": "small"}, {"Name": "other"})
    answer = club.edit(ann, portalData={"Dues": [{YEAR: 2024, PLAN: "big", PRICE: 5}]})
    entries = [(one["tableName"], one["recordId"]) for one in answer.response["newPortalRecordInfo"]]
    assert entries == [("payments", "4"), ("payments", "4"), ("plans", "3")]


@pytest.mark.parametrize("club_release", ["17"])
def test_release_17_tells_of_no_new_rows(club: Club) -> None:
    answer = club.call("POST", "records", {"fieldData": {}, "portalData": {"Dues": [{YEAR: 2024}]}})
    assert list(answer.response) == ["recordId"]


@pytest.mark.parametrize("place", ["in fieldData", "at the top"])
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("Dues.2", ["1", "3"]),
        ("payments.2", ["1", "3"]),
        (["Dues.1", "payments.3"], ["2"]),
    ],
)
def test_rows_are_deleted_by_portal_or_occurrence_and_record_id(
    club: Club, ann: str, place: str, given: object, left: list[str]
) -> None:
    deletion: dict[str, object] = {"deleteRelated": given}
    answer = club.edit(ann, **(deletion if place == "at the top" else {"fieldData": deletion}))
    assert list(answer.response) == ["modId"]
    assert list(rows(club, ann)) == left


def test_a_row_that_is_not_there_is_missing_and_nothing_is_deleted(club: Club, ann: str) -> None:
    answer = club.edit(ann, fieldData={"deleteRelated": ["Dues.1", "Dues.9"]})
    assert answer.refusal == (500, "101")
    assert len(rows(club, ann)) == 3


@pytest.mark.parametrize("club_release", ["17"])
def test_release_17_deletes_one_row_at_a_time(club: Club) -> None:
    record_id = club.create({}, portalData={"Dues": [{YEAR: 1}, {YEAR: 2}]})
    assert club.edit(record_id, fieldData={"deleteRelated": ["Dues.1", "Dues.2"]}).refusal == (400, "960")
    assert club.edit(record_id, fieldData={"deleteRelated": "Dues.1"}).code == "0"
    assert list(rows(club, record_id)) == ["2"]


def test_one_edit_may_change_fields_and_edit_make_and_delete_rows(club: Club, ann: str) -> None:
    answer = club.edit(
        ann,
        fieldData={"Name": "Anna", "deleteRelated": "Dues.1"},
        portalData={"Dues": [{"recordId": "2", YEAR: 1999}, {YEAR: 2024}]},
        modId="0",
    )
    assert answer.response["modId"] == "1"
    assert rows(club, ann) == {"2": 1999, "3": 2023, "4": 2024}
    assert club.get(ann).fields["Name"] == "Anna"


def test_deletions_come_after_the_edits_of_rows(club: Club, ann: str) -> None:
    body = {"fieldData": {"deleteRelated": "Dues.2"}, "portalData": {"Dues": [{"recordId": "2", YEAR: 1}]}}
    assert club.edit(ann, **body).code == "0"
    assert rows(club, ann) == {"1": 2021, "3": 2023}


@pytest.mark.parametrize("name", ["Dues", "payments"])
def test_reads_take_parts_of_portals_by_underscored_names(club: Club, ann: str, name: str) -> None:
    part = {f"_offset.{name}": 2, f"_limit.{name}": 1}
    assert list(rows(club, ann, **part)) == ["2"]
    assert [row["recordId"] for row in club.range(**part).record["portalData"]["Dues"]] == ["2"]


@pytest.mark.parametrize("name", ["Dues", "payments"])
@pytest.mark.parametrize("spelling", [2, "2"])
def test_finds_take_parts_of_portals_by_names_without_underscores(
    club: Club, ann: str, name: str, spelling: object
) -> None:
    answer = club.find({"Name": "Ann"}, **{f"offset.{name}": spelling, f"limit.{name}": 1})
    assert [row["recordId"] for row in answer.record["portalData"]["Dues"]] == ["2"]


@pytest.mark.parametrize("body", ["_limit.Dues", "_offset.Dues"])
def test_underscored_names_in_the_body_of_a_find_are_unknown(club: Club, ann: str, body: str) -> None:
    answer = club.find({"Name": "Ann"}, **{body: 1})
    assert answer.refusal == (400, "960")
    assert answer.messages == [{"message": f"Unknown parameter(s): {body}", "code": "960"}]


def test_an_offset_behind_the_last_row_gives_no_rows(club: Club, ann: str) -> None:
    record = club.get(ann, **{"_offset.Dues": 9}).record
    assert record["portalData"]["Dues"] == []
    assert record["portalDataInfo"][0]["foundCount"] == 3


def test_fifty_rows_come_when_nothing_is_said(club: Club) -> None:
    record_id = club.create({}, portalData={"Dues": [{YEAR: number} for number in range(60)]})
    [info, _] = club.get(record_id).record["portalDataInfo"]
    assert (info["foundCount"], info["returnedCount"]) == (60, 50)
    assert len(rows(club, record_id, **{"_limit.Dues": 100})) == 60


@pytest.mark.parametrize(
    ("portal", "shown"),
    [
        (["Dues"], ["Dues"]),
        (["payments"], ["Dues"]),
        (["friends", "Dues"], ["Dues", "friends"]),
        ([], []),
        ("Dues,friends", ["Dues", "friends"]),
    ],
)
def test_only_the_portals_that_are_asked_for_come(
    club: Club, ann: str, portal: object, shown: list[str]
) -> None:
    assert sorted(club.get(ann, portal=portal).record["portalData"]) == shown
    assert sorted(club.find({"Name": "Ann"}, portal=portal).record["portalData"]) == shown


def test_the_sort_order_and_the_filter_of_the_portal_hold(club: Club, ann: str) -> None:
    club.edit(ann, portalData={"Dues": [{YEAR: 1999}]})
    shown = club.on("filtered").get(ann).record["portalData"]["payments"]
    assert [row[YEAR] for row in shown] == [2023, 2022, 2021]


def test_a_portal_that_does_not_scroll_gives_the_rows_that_it_shows(club: Club, ann: str) -> None:
    club.edit(ann, portalData={"Dues": [{YEAR: 2024}, {YEAR: 2025}]})
    window = club.on("window")

    def shown(**part: object) -> list[str]:
        return [row["recordId"] for row in window.get(ann, **part).record["portalData"]["payments"]]

    assert shown() == shown(**{"_limit.payments": 9}) == ["2", "3"]
    assert shown(**{"_limit.payments": 1}) == ["2"]
    assert shown(**{"_offset.payments": 2}) == ["3"]
