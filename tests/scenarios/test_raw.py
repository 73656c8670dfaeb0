"""Requests and replies as they are, with the sessions, retries and errors of the other verbs."""

from __future__ import annotations

import pytest
from faults.conftest import QUICK
from scenarios.conftest import Office

from fmorm import ConflictError, Database, NoRecords, OutcomeUnknown, RequestRefused


def test_what_goes_in_and_comes_out_is_the_data_api_s_json(db: Database) -> None:
    raw = db.raw
    found = raw.find("person", {"query": [{"Name": "==Ann Berg"}], "portal": []})
    assert [one["fieldData"]["Code"] for one in found["data"]] == ["0012"]
    assert raw.range("person", {"_limit": 2, "portal": ["addresses"]})["dataInfo"]["returnedCount"] == 2
    created = raw.create("person", {"fieldData": {"Name": "Dag"}})
    assert raw.get("person", created["recordId"])["data"][0]["fieldData"]["Name"] == "Dag"
    edited = raw.edit(
        "person", created["recordId"], {"fieldData": {"Name": "Dagny"}, "modId": created["modId"]}
    )
    assert edited == {"modId": "1"}
    twin = raw.duplicate("person", created["recordId"])
    assert raw.delete("person", twin["recordId"]) == {}
    assert raw.run_script("person", "Echo", "a/b") == {"scriptResult": "a/b", "scriptError": "0"}
    assert raw.request("GET", "layouts")["layouts"]


def test_errors_are_those_of_the_codes(db: Database) -> None:
    with pytest.raises(NoRecords):
        db.raw.find("person", {"query": [{"Name": "==Nobody"}]})
    with pytest.raises(ConflictError):
        db.raw.edit("person", 1, {"fieldData": {"Name": "x"}, "modId": "99"})
    with pytest.raises(RequestRefused):
        db.raw.range("person", {"_limits": 2})


def test_what_may_have_been_done_is_not_done_again(office: Office) -> None:
    db = office.open(retry=QUICK)
    db.raw.get("person", 1)
    office.forget()
    office.app.faults.drop("after commit", times=1)
    with pytest.raises(OutcomeUnknown):
        db.raw.create("person", {"fieldData": {"Name": "Dag"}})
    office.app.faults.drop("after commit", times=1)
    with pytest.raises(OutcomeUnknown):  # a read that runs a script may write
        db.raw.range("person", {"script": "Echo"})
    office.app.faults.drop("after commit", times=1)
    assert db.raw.find("person", {"query": [{"Name": "Dag"}]})["dataInfo"]["foundCount"] == 1
    assert [one.partition("?")[0] for one in office.sent] == [
        "POST person/records",
        "GET person/records",
        "POST person/_find",
        "POST person/_find",
    ]


@pytest.mark.parametrize("path", ["/layouts", "../Other/layouts", "layouts/a?x=1", "layouts//records", ""])
def test_a_path_stays_below_the_database(office: Office, path: str) -> None:
    db = office.open()
    with pytest.raises(ValueError, match="no path below a database"):
        db.raw.request("GET", path)
    assert not office.sent
