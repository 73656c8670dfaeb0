"""10. What surprises people, one test each."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from conformance.asking import PATIENCE, Club

pytest_plugins = ["conformance.asking"]

YEAR, AMOUNT = "payments::Year", "payments::Amount"


def with_rows(club: Club, count: int) -> str:
    """Make a member with as many rows in the portal."""
    return club.create({"Name": "Ann"}, portalData={"Dues": [{YEAR: 2000 + one} for one in range(count)]})


def test_01_no_records_found_is_code_401_and_not_status_401(club: Club) -> None:
    assert club.find({"Name": "nobody"}).refusal == (500, "401")
    club.token = "0" * 52
    assert club.find({"Name": "nobody"}).refusal == (401, "952")


def test_02_offset_and_limit_have_underscores_in_a_query_and_none_in_a_find(club: Club) -> None:
    club.create({"Name": "Ann"})
    assert club.range(_offset=1, _limit=1).code == "0"
    assert club.find({"Name": "Ann"}, offset=1, limit=1).code == "0"
    assert club.range(offset=1, limit=1).refusal == (400, "960")
    assert club.find({"Name": "Ann"}, _offset=1, _limit=1).refusal == (400, "960")


def test_03_offsets_count_from_one_and_zero_is_refused(club: Club) -> None:
    club.members("Name", "Ann", "Bob")
    assert club.range(_offset=1).column("Name") == ["Ann", "Bob"]
    assert club.range(_offset=0).refusal == (400, "960")


def test_04_a_hundred_records_and_fifty_rows_come_without_a_word_on_the_rest(club: Club) -> None:
    club.rows("Member", {"Key": "m"}, *[{"Score": 1}] * 100)
    club.rows("Payment", *[{"MemberKey": "m"} for _ in range(51)])
    response = club.range().response
    [dues, _] = response["data"][0]["portalDataInfo"]
    assert (response["dataInfo"]["foundCount"], response["dataInfo"]["returnedCount"]) == (101, 100)
    assert (dues["foundCount"], dues["returnedCount"]) == (51, 50)


@pytest.mark.parametrize("records", [0, 2])
def test_05_a_range_with_an_offset_behind_all_records_is_a_missing_record(club: Club, records: int) -> None:
    club.rows("Member", *[{"Score": 1}] * records)
    answer = club.range(_offset=records + 1)
    assert answer.refusal == (500, "101")
    assert answer.messages[0]["message"] == "Record is missing"


def test_05_an_empty_table_without_an_offset_is_no_error(club: Club) -> None:
    assert club.range().response["data"] == []


def test_06_rows_that_a_portal_does_not_show_are_missing_unless_it_scrolls(club: Club) -> None:
    record_id = with_rows(club, 5)
    assert len(club.get(record_id).record["portalData"]["Dues"]) == 5
    shown = club.on("window").get(record_id, **{"_limit.payments": 50}).record["portalData"]["payments"]
    assert [row[YEAR] for row in shown] == [2001, 2002]


def test_07_a_layout_in_table_view_loses_portal_rows_under_v1_only(club: Club) -> None:
    sheet = club.on("sheet")
    record_id = with_rows(club, 3)
    assert len(sheet.get(record_id).record["portalData"]["payments"]) == 3
    sheet.base = "/fmi/data/v1"
    assert [row[YEAR] for row in sheet.get(record_id).record["portalData"]["payments"]] == [2002]


def test_08_a_portal_has_its_objects_name_and_its_rows_that_of_the_occurrence(club: Club) -> None:
    [row] = club.get(with_rows(club, 1)).record["portalData"]["Dues"]
    assert YEAR in row
    assert not any(name.startswith("Dues::") for name in row)


def test_09_number_fields_may_give_strings_and_text_fields_give_no_numbers(club: Club) -> None:
    fields = club.get(club.create({"Score": "about 5", "Note": 5})).fields
    assert (fields["Score"], fields["Note"]) == ("about 5", "5")


def test_10_numbers_of_57_digits_come_without_quotes_and_with_all_digits(club: Club) -> None:
    number = "3070884973408833919385016168376332397025719676107210536517"[:57]
    assert club.raw(club.create({"Score": number}), "Score") == number


def test_11_empty_is_an_empty_string_and_null_is_refused(club: Club) -> None:
    record_id = club.create({"Score": 1})
    assert club.edit(record_id, fieldData={"Score": None}).refusal == (400, "960")
    assert club.edit(record_id, fieldData={"Score": ""}).code == "0"
    assert club.get(record_id).fields["Score"] == ""
    assert "null" not in club.get(record_id).text


def test_12_lines_end_with_carriage_returns(club: Club) -> None:
    assert club.get(club.create({"Note": "a\rb"})).fields["Note"] == "a\rb"


def test_13_an_error_of_a_script_is_no_error_of_the_request(club: Club) -> None:
    club.members("Name", "Ann")
    answer = club.range(script="Loop")
    assert (answer.status, answer.code) == (200, "0")
    assert answer.response["scriptError"] == "101"
    assert answer.column("Name") == ["Ann"]


def test_14_a_script_without_a_result_leaves_the_result_out(club: Club) -> None:
    assert list(club.call("GET", "script/Say").response) == ["scriptError"]


def test_15_the_message_of_a_dead_token_ends_with_an_asterisk_in_brackets(club: Club) -> None:
    club.token = "x"
    assert club.range().messages[0]["message"].endswith(" (*)")


def test_16_a_deleted_field_is_a_member_without_a_name_and_invalid_metadata(club: Club) -> None:
    odd = club.on("odd")
    assert odd.get(club.create()).fields[""] == ""
    metadata = club.call("GET", "/databases/club/layouts/odd").response["fieldMetaData"]
    [gone] = [one for one in metadata if not one["name"]]
    assert (gone["type"], gone["result"]) == ("invalid", "invalid")


def test_17_portals_of_one_name_are_members_of_one_name_of_which_most_readers_keep_the_last(
    club: Club,
) -> None:
    answer = club.on("twins").get(club.create({"Note": "x"}))
    assert answer.text.count('"Twin":[') == 2
    assert list(answer.record["portalData"]) == ["Twin"]


def test_18_a_token_opens_one_file_only(club: Club) -> None:
    assert club.call("GET", "/databases/league/layouts").refusal == (401, "952")


def test_18_the_address_of_a_container_wants_a_cookie_and_is_of_its_session(club: Club) -> None:
    record_id = club.create()
    club.upload(record_id, 'name="upload"; filename="a.txt"')
    address = club.get(record_id).fields["Photo"]
    assert club.with_another_session().get(record_id).fields["Photo"] != address
    first = club.fetch(address)
    assert first.status == 302
    assert first.reply.headers["Set-Cookie"].startswith("X-FMS-Session-Key=")
    assert club.fetch(address, cookies=True).text == "content"
    club.call("DELETE", f"/databases/club/sessions/{club.token}")
    assert club.fetch(address).status >= 400


@pytest.mark.parametrize(("club_release", "status"), [("18", 400), ("19", 200), ("22", 200)])
def test_19_release_18_refuses_a_charset_in_the_content_type(club: Club, status: int) -> None:
    headers = {"Authorization": f"Bearer {club.token}", "Content-Type": "application/json; charset=utf-8"}
    path = "/fmi/data/v1/databases/club/layouts/member/records"
    assert club.send("POST", path, b'{"fieldData":{}}', headers).status == status


def test_20_a_plus_is_a_space_in_a_query_and_a_plus_in_a_path(club: Club) -> None:
    club.create({"Score": 1})
    assert club.call("GET", "records?script=Raise+Scores").response["scriptResult"] == "raised"
    assert club.call("GET", "script/Raise%20Scores").code == "0"
    assert club.call("GET", "script/Raise+Scores").refusal == (500, "104")


def test_21_rows_are_deleted_by_a_member_of_field_data(club: Club) -> None:
    record_id = with_rows(club, 2)
    assert club.edit(record_id, fieldData={"deleteRelated": "Dues.1"}).code == "0"
    assert [row["recordId"] for row in club.get(record_id).record["portalData"]["Dues"]] == ["2"]


def test_22_new_portal_record_info_repeats_for_each_field(club: Club) -> None:
    row = {YEAR: 2024, AMOUNT: 5}
    answer = club.call("POST", "records", {"fieldData": {}, "portalData": {"Dues": [row]}})
    assert [one["recordId"] for one in answer.response["newPortalRecordInfo"]] == ["1", "1"]


def test_23_requests_of_one_session_queue_up_when_the_server_is_told_so(club: Club) -> None:
    club.app.faults.one_at_a_time()
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(club.range, script="Wait")
        assert club.gate.reached.wait(PATIENCE)
        quick = threads.submit(club.range)
        done, _ = wait([quick], timeout=0.05)
        club.gate.opened.set()
        assert not done
    assert slow.result().code == quick.result().code == "0"


@pytest.mark.parametrize(
    ("club_release", "members"),
    [
        ("18", {"buildDate", "version"}),
        ("19", {"buildDate", "version"}),
        ("20", set[str]()),
        ("22", set[str]()),
    ],
)
def test_24_newer_releases_do_not_tell_their_version(club: Club, members: set[str]) -> None:
    info = club.send("GET", f"{club.base}/productInfo").response["productInfo"]
    assert info.keys() == {"name", "dateFormat", "timeFormat", "timeStampFormat"} | members


def test_25_the_table_of_a_layout_is_empty_in_the_list_of_layouts(club: Club) -> None:
    listed = club.call("GET", "/databases/club/layouts").response["layouts"]
    assert {one["table"] for one in listed} == {""}


@pytest.mark.parametrize("name", ["date_formats", "dateFormats", "dateformat"])
def test_26_dateformats_is_one_word_in_lower_case(club: Club, name: str) -> None:
    assert club.range(**{name: 2}).refusal == (400, "960")
    assert club.range(dateformats=2).code == "0"


@pytest.mark.parametrize("password", ["secret", "wrong"])
def test_27_credentials_for_another_file_are_looked_at_when_its_data_is_touched(
    club: Club, password: str
) -> None:
    club.rows("Match", {"Player": "Ann", "Opponent": "Bob"}, database="league")
    record_id = club.create({"Name": "Ann"})
    source = {"database": "league", "username": "api", "password": password}
    answer = club.log_in(content=json.dumps({"fmDataSource": [source]}).encode())
    club.token = answer.response["token"]
    assert club.get(record_id).code == "0"
    assert club.on("matches").get(record_id).status == (200 if password == "secret" else 500)


def test_28_a_gateway_may_answer_with_html(club: Club) -> None:
    with club.app.faults.html(401):
        answer = club.range()
    assert (answer.status, answer.reply.headers["Content-Type"].partition(";")[0]) == (401, "text/html")
    assert "<html" in answer.text


def test_29_names_of_fields_ignore_case_and_come_back_as_the_layout_spells_them(club: Club) -> None:
    record_id = club.create({"nAmE": "Ann"})
    assert club.get(record_id).fields["Name"] == "Ann"
    assert club.find({"NAME": "ann"}, sort=[{"fieldName": "name"}]).ids == [record_id]


def test_31_globals_that_one_session_has_set_are_not_there_for_another(club: Club) -> None:
    record_id = club.create()
    club.call("PATCH", "/databases/club/globals", {"globalFields": {"Member::Limit": 5}})
    assert club.get(record_id).fields["Limit"] == 5
    assert club.with_another_session().get(record_id).fields["Limit"] == ""


def test_32_two_equals_signs_on_a_number_miss_another_spelling_of_it(club: Club) -> None:
    club.members("Score", "5.0")
    assert club.found({"Score": "==5"}) == []
    assert club.found({"Score": "5"}) == ["5.0"]


def test_33_a_record_that_somebody_else_edits_is_in_use(club: Club) -> None:
    record_id = club.create({"Name": "Ann"})
    with club.app.faults.lock("member", record_id):
        answer = club.edit(record_id, fieldData={"Name": "new"})
        assert answer.refusal == (500, "301")
        assert answer.messages[0]["message"] == "Record is in use by another user"
        assert club.get(record_id).fields["Name"] == "Ann"
    assert club.edit(record_id, fieldData={"Name": "new"}).code == "0"
