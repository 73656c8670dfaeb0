"""Privilege sets: what an account may see and do."""

from __future__ import annotations

from pathlib import Path

import pytest
from server.client import Client

from fmorm.server import App

HERE = Path(__file__).parent


@pytest.fixture
def owner(shop: App) -> Client:
    return Client(shop, layout="invoice")


@pytest.fixture
def clerk(shop: App) -> Client:
    return Client(shop, "clerk", "clerk", layout="summary")


def test_an_account_without_the_data_api_privilege_cannot_log_in(owner: Client) -> None:
    assert owner.log_in("visitor", "visitor").code == 802
    assert owner.log_in("visitor", "wrong").code == 212


def test_hidden_records_are_not_found(owner: Client, clerk: Client) -> None:
    shown, hidden = owner.create({"Status": "open"}), owner.create({"Status": "secret"})
    assert clerk.call("GET", "records").column("Number") == [1]
    assert clerk.call("GET", "records").response["dataInfo"]["foundCount"] == 1
    assert clerk.find({"Number": "*"}).column("Number") == [1]
    assert clerk.find({"Number": "2"}).code == 401
    assert clerk.get(shown).code == 0
    assert clerk.get(hidden).code == 200


def test_a_record_that_changes_is_hidden_at_once(owner: Client, clerk: Client) -> None:
    record = owner.create({"Status": "open"})
    assert clerk.call("GET", "records").column("Number") == [1]
    owner.edit(record, fieldData={"Status": "secret"})
    assert clerk.call("GET", "records").records == []


def test_edits_are_allowed_record_by_record(owner: Client, clerk: Client) -> None:
    clerk.layout = "invoice"
    others, own = owner.create(), clerk.create()
    assert clerk.edit(others, fieldData={"Status": "paid"}).code == 200
    assert clerk.edit(own, fieldData={"Status": "paid"}).code == 0


def test_what_is_hidden_is_not_changed_or_deleted_either(shop: App, owner: Client) -> None:
    clerk = Client(shop, "clerk", "clerk", layout="invoice")
    hidden = clerk.create({"Status": "open"})
    owner.edit(hidden, fieldData={"Status": "secret"})
    assert clerk.edit(hidden, fieldData={"Status": "open"}).code == 200
    assert clerk.call("DELETE", f"records/{hidden}").code == 200
    assert owner.fields(hidden)["Status"] == "secret"


def test_what_may_not_be_deleted_or_made(owner: Client, clerk: Client) -> None:
    clerk.layout = "invoice"
    own = clerk.create()
    assert clerk.call("DELETE", f"records/{own}").code == 200
    clerk.layout = "customer"
    assert clerk.call("POST", "records", {"fieldData": {"Name": "x"}}).code == 200


def test_fields_that_are_only_seen_or_not_even_that(owner: Client, clerk: Client) -> None:
    clerk.layout = "invoice"
    own = clerk.create()
    assert clerk.edit(own, fieldData={"Discount": "5"}).code == 201
    assert clerk.edit(own, fieldData={"Note": "x"}).code == 202
    clerk.layout = "summary"
    owner.edit(own, fieldData={"Discount": "5", "Note": "x"})
    assert clerk.fields(own)["Discount"] == 5


def test_a_value_that_may_not_be_seen_is_not_shown(shop: App, owner: Client) -> None:
    record = owner.create({"Note": "hidden"})
    source = b'{"fmDataSource":[{"database":"stock","username":"clerk","password":"another"}]}'
    clerk = Client(shop, "clerk", "clerk", layout="invoice")
    clerk.token = clerk.log_in("clerk", "clerk", source).response["token"]
    answer = clerk.get(record)
    assert answer.record["fieldData"]["Note"] == "<No Access>"
    assert "hidden" not in answer.text
    assert owner.fields(record)["Note"] == "hidden"


def test_a_search_in_a_field_that_may_not_be_seen_tells_nothing(owner: Client, clerk: Client) -> None:
    owner.create({"Note": "hidden"})
    clerk.layout = "invoice"
    assert clerk.find({"Note": "hidden"}).code == 202
    assert clerk.call("GET", "records", _sort=[{"fieldName": "Note"}]).code == 204
