from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.client import Client, Clock

from fmorm.server import App


class TestCreate:
    def test_it_answers_with_ids_as_texts(self, client: Client) -> None:
        answer = client.call("POST", "records", {"fieldData": {"Code": "1"}})
        assert (
            answer.text
            == '{"response":{"recordId":"1","modId":"0"},"messages":[{"code":"0","message":"OK"}]}'
        )

    @pytest.mark.parametrize("body", [{}, {"fieldData": []}, {"fieldData": None}, {"portalData": {}}])
    def test_field_data_must_be_an_object(self, client: Client, body: object) -> None:
        answer = client.call("POST", "records", body)
        assert (answer.status, answer.code) == (400, 960)

    @pytest.mark.parametrize("value", [None, True, False, [], {}, ["x"]])
    def test_values_are_texts_or_numbers(self, client: Client, value: object) -> None:
        answer = client.call("POST", "records", {"fieldData": {"Code": "1", "Name": value}})
        assert (answer.status, answer.code) == (400, 960)

    @pytest.mark.parametrize("name", ["Nothing", "Made", "Phone(4)", "Phone(0)", "Name(2)", "x::Name", ""])
    def test_one_field_that_is_not_on_the_layout_fails_the_whole(self, client: Client, name: str) -> None:
        answer = client.call("POST", "records", {"fieldData": {"Code": "1", name: "x"}})
        assert (answer.status, answer.code, answer.message) == (500, 102, "Field is missing")
        assert client.call("GET", "records").records == []

    def test_numbers_keep_their_digits(self, client: Client) -> None:
        long = "3070884973408833919385016168376332397025719676107210536517"
        client.call("POST", "records", b'{"fieldData":{"Code":"1","Size":%s}}' % long.encode())
        assert f'"Size":{long},' in client.get("1").text
        client.call("PATCH", "records/1", b'{"fieldData":{"Size":12.500}}')
        assert '"Size":12.500,' in client.get("1").text
        client.edit("1", fieldData={"Size": "0012"})
        assert client.fields("1")["Size"] == "0012"

    def test_a_number_in_a_text_field_is_text(self, client: Client) -> None:
        assert client.fields(client.create({"Code": 1, "Name": 2}))["Name"] == "2"

    def test_field_names_ignore_case(self, client: Client) -> None:
        assert client.fields(client.create({"CODE": "1", "phone(2)": "2"}))["Phone(2)"] == "2"

    def test_dates_are_written_in_the_form_asked_for(self, client: Client) -> None:
        record_id = client.create({"Code": "1", "Born": "2024-02-29"}, dateformats=2)
        assert client.fields(record_id)["Born"] == "02/29/2024"
        assert client.call("POST", "records", {"fieldData": {"Born": "2024-02-29"}}).code == 500
        assert client.edit(record_id, fieldData={"Born": "2/1/2024"}, dateformats="2").code == 500

    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [("Born", "2/30/2024", 500), ("Run", "1:60", 501), ("Seen", "x", 500), ("Count", "1 apple", 502)],
    )
    def test_values_that_do_not_fit_are_refused(
        self, client: Client, name: str, value: str, code: int
    ) -> None:
        client.layout = "options" if name == "Count" else "person"
        answer = client.call("POST", "records", {"fieldData": {"Code": "1", name: value}})
        assert (answer.status, answer.code) == (500, code)


class TestOptions:
    @pytest.fixture(autouse=True)
    def _options(self, client: Client) -> None:
        client.layout = "options"

    def test_a_required_field_cannot_be_empty(self, client: Client) -> None:
        assert client.call("POST", "records", {"fieldData": {}}).code == 509
        record_id = client.create({"Code": "1"})
        assert client.edit(record_id, fieldData={"Code": ""}).code == 509
        assert client.edit(record_id, fieldData={"Name": "x"}).code == 0

    def test_a_unique_field_cannot_hold_a_value_twice(self, client: Client) -> None:
        record_id = client.create({"Code": "A"})
        assert client.call("POST", "records", {"fieldData": {"Code": "a"}}).code == 504
        other = client.create({"Code": "B"})
        assert client.edit(other, fieldData={"Code": "A"}).code == 504
        assert client.edit(record_id, fieldData={"Code": "A"}).code == 0, "its own value is not in the way"

    def test_a_field_may_prohibit_modification(self, client: Client) -> None:
        record_id = client.create({"Code": "1"})
        assert client.fields(record_id)["Locked"] == "fixed"
        answer = client.edit(record_id, fieldData={"Locked": "x"})
        assert (answer.status, answer.code, answer.message) == (500, 201, "Field cannot be modified")
        assert client.call("POST", "records", {"fieldData": {"Code": "2", "Locked": "x"}}).code == 201
        assert client.edit(record_id, fieldData={"Locked": "x"}, options={"prohibitmode": "script"}).code == 0
        assert client.fields(record_id)["Locked"] == "x"

    def test_a_script_goes_past_validation(self, client: Client) -> None:
        assert client.call("POST", "records", {"fieldData": {}, "options": {"entrymode": "script"}}).code == 0

    def test_every_repetition_is_validated(self, client: Client) -> None:
        client.layout = "visit"
        assert client.call("POST", "records", {"fieldData": {"Scores(2)": "many"}}).code == 502
        record_id = client.create({"Scores(2)": "7"})
        assert client.edit(record_id, fieldData={"Scores(2)": "seven"}).code == 502
        assert client.call("POST", "records", {"fieldData": {"Scores(2)": "7.0"}}).code == 504

    @pytest.mark.parametrize("options", [{"entrymode": "x"}, {"x": "user"}, [], "user"])
    def test_other_options_are_refused(self, client: Client, options: object) -> None:
        assert client.call("POST", "records", {"fieldData": {}, "options": options}).code == 960

    def test_filemaker_enters_times_accounts_and_numbers(self, client: Client, clock: Clock) -> None:
        record_id = client.create({"Code": "1"})
        made = client.fields(record_id)
        assert made["Made"] == made["Changed"] != ""
        assert made["By"] == "api"
        clock.seconds += 60
        client.edit(record_id, fieldData={"Name": "x"})
        changed = client.fields(record_id)
        assert changed["Made"] == made["Made"]
        assert changed["Changed"] > made["Changed"]

    def test_serial_numbers_and_uuids(self, client: Client) -> None:
        client.layout = "person"
        records = [client.fields(client.create({"Code": code})) for code in "ab"]
        assert [record["Number"] for record in records] == [1, 2]
        keys = {record["PrimaryKey"] for record in records}
        assert len(keys) == 2
        assert all(len(key) == 36 and key == key.upper() for key in keys)
        given = client.fields(client.create({"Code": "c", "PrimaryKey": "own", "Number": 9}))
        assert (given["PrimaryKey"], given["Number"]) == ("own", 9), "what is given is not entered over"


class TestEdit:
    def test_each_edit_raises_the_mod_id_by_one(self, client: Client) -> None:
        record_id = client.create({"Code": "1"})
        answer = client.edit(record_id, fieldData={"Name": "x", "Phone(2)": "2"})
        assert answer.text == '{"response":{"modId":"1"},"messages":[{"code":"0","message":"OK"}]}'
        assert client.edit(record_id, fieldData={"Name": "x"}).response == {"modId": "2"}
        assert client.get(record_id).record["modId"] == "2"

    @pytest.mark.parametrize(
        "body", [{}, {"fieldData": {}}, {"fieldData": {}, "portalData": {}}, {"modId": "0"}]
    )
    def test_an_edit_of_nothing_changes_nothing(self, client: Client, body: dict[str, object]) -> None:
        record_id = client.create({"Code": "1"})
        assert client.edit(record_id, **body).response == {"modId": "0"}

    @pytest.mark.parametrize("mod_id", ["0", 0])
    def test_an_old_mod_id_is_a_conflict_and_nothing_is_written(self, client: Client, mod_id: object) -> None:
        record_id = client.create({"Code": "1"})
        assert client.edit(record_id, fieldData={"Name": "first"}, modId=mod_id).code == 0
        answer = client.edit(record_id, fieldData={"Name": "second"}, modId=mod_id)
        assert (answer.status, answer.code) == (500, 306)
        assert answer.message == "Record modification ID does not match"
        assert client.fields(record_id)["Name"] == "first"

    def test_a_record_that_is_not_there_is_101(self, client: Client) -> None:
        assert client.edit("7", fieldData={"Name": "x"}).code == 101
        assert client.edit("x", fieldData={"Name": "x"}).code == 101

    def test_a_field_is_emptied_by_empty_text(self, client: Client) -> None:
        record_id = client.create({"Code": "1", "Size": 5, "Born": "1/1/2000"})
        client.edit(record_id, fieldData={"Size": "", "Born": ""})
        assert client.fields(record_id)["Size"] == ""
        assert client.find({"Size": "=", "Born": "="}).record["recordId"] == record_id

    def test_a_failed_edit_leaves_nothing_behind(self, client: Client) -> None:
        record_id = client.create({"Code": "1", "Name": "before"})
        client.call("PATCH", "/databases/people/globals", {"globalFields": {"Person::Setting": "before"}})
        before = client.get(record_id).text
        fields = {"Name": "after", "Setting": "after", "deleteRelated": "Addresses.9"}
        assert client.edit(record_id, fieldData=fields).code == 101
        assert client.get(record_id).text == before


class TestDuplicate:
    def test_values_are_copied_and_what_is_entered_at_creation_is_new(
        self, client: Client, clock: Clock
    ) -> None:
        client.layout = "visit"
        record_id = client.create({"Place(2)": "Oslo", "Cost": "0012", "Kind": "long"})
        client.edit(record_id, fieldData={"Place": "Aas"})
        clock.seconds += 60
        answer = client.call("POST", f"records/{record_id}")
        assert answer.response == {"recordId": "2", "modId": "0"}
        old, new = client.fields(record_id), client.fields("2")
        assert [new[name] for name in ("Place(1)", "Place(2)", "Cost", "Kind")] == [
            "Aas",
            "Oslo",
            "0012",
            "long",
        ]
        assert new["Number"] == 2
        assert new["Key"] != old["Key"]
        assert new["Made"] > old["Made"]
        assert client.find({"Cost": "12"}).response["dataInfo"]["foundCount"] == 2, (
            "the copy is found as well"
        )

    def test_portal_rows_are_not_copied(self, client: Client) -> None:
        client.layout = "person"
        rows = {"Addresses": [{"person_addresses::City": "Oslo"}]}
        record_id = client.create({"Code": "1"}, portalData=rows)
        assert client.call("POST", f"records/{record_id}", {}).code == 504, "a copied code is not unique"
        client.layout = "address"
        assert len(client.call("GET", "records").records) == 1

    def test_a_record_that_is_not_there_is_101(self, client: Client) -> None:
        assert client.call("POST", "records/99", {}).code == 101


class TestDelete:
    def test_a_deleted_record_is_gone(self, client: Client) -> None:
        record_id = client.create({"Code": "1"})
        assert client.call("DELETE", f"records/{record_id}").response == {}
        assert client.call("DELETE", f"records/{record_id}").code == 101
        assert client.get(record_id).code == 101

    def test_record_ids_are_never_used_again(self, client: Client) -> None:
        first = client.create({"Code": "1"})
        client.call("DELETE", f"records/{first}")
        assert client.create({"Code": "1"}) != first

    def test_related_records_go_where_the_relationship_says_so(self, client: Client) -> None:
        rows = {"Addresses": [{"person_addresses::City": "Oslo"}, {"person_addresses::City": "Aas"}]}
        record_id = client.create({"Code": "1"}, portalData=rows)
        client.create({"Code": "2"}, portalData=rows)
        client.call("DELETE", f"records/{record_id}")
        client.layout = "address"
        assert len(client.call("GET", "records").records) == 2


def test_a_read_only_account_reads_and_is_refused_every_write(app: App, client: Client) -> None:
    record_id = client.create({"Code": "1"})
    viewer = Client(app, "viewer", "look")
    assert viewer.get(record_id).code == 0
    for answer in (
        viewer.call("POST", "records", {"fieldData": {"Code": "2"}}),
        viewer.edit(record_id, fieldData={"Name": "x"}),
        viewer.call("POST", f"records/{record_id}"),
        viewer.call("DELETE", f"records/{record_id}"),
    ):
        assert (answer.status, answer.code, answer.message) == (500, 200, "Record access is denied")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "edit", "stale", "delete"]), st.integers(0, 3), st.text("ab", max_size=2)
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_records_and_mod_ids_are_what_a_simple_model_says(
    client: Client, steps: list[tuple[str, int, str]]
) -> None:
    client.layout = "plain"
    model: dict[str, list[object]] = {}
    for record in client.call("GET", "records", _limit=1000).records:
        client.call("DELETE", f"records/{record['recordId']}")
    for verb, which, name in steps:
        if verb == "create":
            model[client.create({"Name": name}, options={"entrymode": "script"})] = [name, 0]
        elif which < len(model):
            record_id = list(model)[which]
            mod_id = int(str(model[record_id][1]))
            if verb == "edit":
                client.edit(record_id, fieldData={"Name": name}, modId=str(mod_id))
                model[record_id] = [name, mod_id + 1]
            elif verb == "stale":
                assert client.edit(record_id, fieldData={"Name": name}, modId=str(mod_id + 1)).code == 306
            else:
                client.call("DELETE", f"records/{record_id}")
                del model[record_id]
    records = client.call("GET", "records", _limit=1000).records
    assert {one["recordId"]: [one["fieldData"]["Name"], int(one["modId"])] for one in records} == model
