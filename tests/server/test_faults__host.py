"""What somebody else does to the file: a record in use, too many sessions, a file that is closed, sessions that end."""

from __future__ import annotations

import pytest
from server.client import Client, basic

from fmorm.server import App


@pytest.fixture
def ann(client: Client) -> str:
    """A person with two addresses; gives the record id."""
    rows = [{"person_addresses::City": "Oslo"}, {"person_addresses::City": "Bergen"}]
    return client.create({"Name": "Ann", "Code": "1"}, portalData={"Addresses": rows})


def cities(client: Client, record_id: str) -> dict[str, str]:
    """The cities of a person, and the record ids of their rows."""
    rows = client.get(record_id).record["portalData"]["Addresses"]
    return {row["person_addresses::City"]: row["recordId"] for row in rows}


class TestLock:
    def test_a_locked_record_is_refused_to_every_session(self, app: App, client: Client, ann: str) -> None:
        other = Client(app)
        lock = app.faults.lock("person", ann)
        for one in (client, other):
            assert one.edit(ann, fieldData={"Name": "Anne"}).code == 301
            assert one.edit(ann, portalData={"Addresses": [{"person_addresses::City": "Voss"}]}).code == 301
            assert one.edit(ann, fieldData={}, deleteRelated="Addresses.1").code == 301
            assert one.call("DELETE", f"records/{ann}").code == 301
        assert client.fields(ann)["Name"] == "Ann"
        assert cities(client, ann).keys() == {"Oslo", "Bergen"}
        assert app.faults.injected == {"lock": 8}
        lock.release()
        assert client.edit(ann, fieldData={"Name": "Anne"}).code == 0

    def test_the_status_and_the_text_are_filemakers(self, app: App, client: Client, ann: str) -> None:
        app.faults.lock("person", int(ann))
        answer = client.edit(ann, fieldData={"Name": "Anne"})
        assert (answer.status, answer.message) == (500, "Record is in use by another user")

    def test_it_can_be_read_and_duplicated(self, app: App, client: Client, ann: str) -> None:
        app.faults.lock("person", ann)
        assert client.get(ann).code == 0
        assert client.find({"Name": "Ann"}).code == 0
        assert client.call("POST", f"records/{ann}").code == 504, "nothing but the field that must be unique"

    def test_other_records_and_other_tables_are_free(self, app: App, client: Client, ann: str) -> None:
        other = client.create({"Name": "Bo", "Code": "2"})
        app.faults.lock("city", ann)
        app.faults.lock("person", other)
        assert client.edit(ann, fieldData={"Name": "Anne"}).code == 0

    def test_a_layout_stands_for_its_table(self, app: App, client: Client, ann: str) -> None:
        app.faults.lock("plain", ann)
        assert client.edit(ann, fieldData={"Name": "Anne"}).code == 301

    def test_a_locked_row_undoes_the_whole_edit(self, app: App, client: Client, ann: str) -> None:
        row = cities(client, ann)["Oslo"]
        edit = {
            "fieldData": {"Name": "Anne"},
            "portalData": {"Addresses": [{"recordId": row, "person_addresses::City": "Voss"}]},
        }
        with app.faults.lock("address", row):
            assert client.edit(ann, **edit).code == 301
            assert client.edit(ann, fieldData={}, deleteRelated=f"Addresses.{row}").code == 301
            assert client.call("DELETE", f"records/{ann}").code == 301, "its rows would be deleted with it"
        assert client.fields(ann)["Name"] == "Ann"
        assert cities(client, ann).keys() == {"Oslo", "Bergen"}
        assert client.edit(ann, **edit).code == 0
        assert cities(client, ann).keys() == {"Voss", "Bergen"}

    def test_two_locks_are_two(self, app: App, client: Client, ann: str) -> None:
        first, second = app.faults.lock("person", ann), app.faults.lock("person", ann)
        first.release()
        first.release()
        assert client.edit(ann, fieldData={}).code == 301
        second.release()
        assert client.edit(ann, fieldData={}).code == 0
        assert app.faults.locks == []

    def test_a_record_that_is_not_there_is_missing_rather_than_locked(self, app: App, client: Client) -> None:
        app.faults.lock("person", 77)
        assert client.edit("77", fieldData={}).code == 101

    def test_clearing_releases(self, app: App, client: Client, ann: str) -> None:
        app.faults.lock("person", ann)
        app.faults.clear()
        assert client.edit(ann, fieldData={}).code == 0


class TestSessionCap:
    def test_a_log_in_beyond_it_is_refused(self, app: App, client: Client) -> None:
        app.faults.session_cap(2)
        second = Client(app)
        answer = client.log_in("api", "secret")
        assert (answer.status, answer.code, answer.message) == (500, 812, "Exceeded host's capacity")
        assert answer.header("X-FM-Data-Access-Token") is None
        assert app.session_count == 2
        client.send("DELETE", f"/databases/people/sessions/{second.token}")
        assert client.log_in("api", "secret").code == 0, "a place is free again"
        assert app.faults.injected == {"session_cap": 1}

    def test_wrong_passwords_are_told_as_before(self, app: App, client: Client) -> None:
        app.faults.session_cap(0)
        assert client.log_in("api", "wrong").code == 212
        assert client.call("GET", "records").code == 0, "whoever is in stays in"

    def test_it_can_be_lifted(self, app: App, client: Client) -> None:
        app.faults.session_cap(1)
        assert client.log_in("api", "secret").code == 812
        app.faults.session_cap(None)
        assert client.log_in("api", "secret").code == 0


class TestClosedFile:
    def test_nobody_gets_in_and_whoever_was_is_out(self, app: App, client: Client, ann: str) -> None:
        app.faults.close_file()
        assert client.log_in("api", "secret").code == 802
        assert client.edit(ann, fieldData={"Name": "Anne"}).code == 802
        assert client.call("GET", "/databases/people/layouts").status == 500
        assert client.call("GET", "/validateSession").code == 952
        assert client.send("DELETE", f"/databases/people/sessions/{client.token}").code == 952
        assert client.send("GET", "/databases").response == {"databases": []}
        assert app.faults.injected == {"close_file": 3}
        assert app.session_count == 0

    def test_the_data_is_there_when_it_is_open_again(self, app: App, client: Client, ann: str) -> None:
        app.faults.close_file()
        app.faults.open_file()
        assert client.get(ann).code == 952, "the session ended with the file"
        assert Client(app).fields(ann)["Name"] == "Ann"
        assert client.send("GET", "/databases").response == {"databases": [{"name": "people"}]}

    def test_another_file_is_unknown_as_before(self, app: App, client: Client) -> None:
        app.faults.close_file()
        answer = client.send("POST", "/databases/other/sessions", authorization=basic("api", "secret"))
        assert answer.code == 802
        assert app.faults.injected == {}


def test_sessions_expire_now(app: App, client: Client, ann: str) -> None:
    app.faults.expire_sessions()
    assert app.session_count == 0
    assert client.edit(ann, fieldData={"Name": "Anne"}).code == 952
    assert Client(app).fields(ann)["Name"] == "Ann"
