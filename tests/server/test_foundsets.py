from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.client import Client
from server.test_schema import SMALL
from server.test_store import client_of, with_fields

from fmorm.server import Schema
from fmorm.server.finds import foundset
from fmorm.server.finds.conditions import Condition
from fmorm.server.finds.foundset import Page, found_records
from fmorm.server.store.files import Store, open_store
from fmorm.server.store.remembering import MOST, SETS, Ids, Remembered

CITY = "person_addresses::City"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements for found sets that are run, as they come."""
    statements: list[str] = []
    real = Store.id_array

    def noted(store: Store, sql: str, values: Any = ()) -> array[int]:
        statements.append(sql)
        return real(store, sql, values)

    monkeypatch.setattr(Store, "id_array", noted)
    return statements


class TestMemory:
    @pytest.fixture(autouse=True)
    def _three(self, client: Client) -> None:
        for name in ("Ann", "Bob", "Cid"):
            client.create({"Name": name, "Code": name, "Size": "1"})

    def test_pages_of_a_find_ask_once(self, client: Client, counted: list[str]) -> None:
        pages = [client.names({"Size": "1"}, limit=1, offset=number) for number in (1, 2, 3, 2)]
        assert pages == [["Ann"], ["Bob"], ["Cid"], ["Bob"]]
        assert len(counted) == 1

    def test_sessions_share_it(self, client: Client, counted: list[str]) -> None:
        client.names({"Size": "1"})
        assert Client(client.app).names({"Size": "1"}) == ["Ann", "Bob", "Cid"]
        assert len(counted) == 1

    def test_a_find_that_differs_asks_again(self, client: Client, counted: list[str]) -> None:
        client.names({"Size": "1"})
        client.names({"Size": "2"})
        client.names({"Size": "1", "omit": "true"})
        client.names({"Size": "1"}, sort=[{"fieldName": "Name", "sortOrder": "descend"}])
        client.names({"Size": "1"}, sort=[{"fieldName": "Name"}])
        assert len(counted) == 5

    @pytest.mark.parametrize("change", ["edit", "create", "delete", "row"])
    def test_every_change_is_seen(self, client: Client, change: str) -> None:
        assert client.names({"Size": "1", CITY: "="}) == []
        assert client.names({"Size": "1"}) == ["Ann", "Bob", "Cid"]
        match change:
            case "edit":
                client.edit("2", fieldData={"Size": "2"})
                assert client.names({"Size": "1"}) == ["Ann", "Cid"]
            case "create":
                client.create({"Name": "Dan", "Code": "d", "Size": "1"})
                assert client.names({"Size": "1"}) == ["Ann", "Bob", "Cid", "Dan"]
            case "delete":
                client.call("DELETE", "records/1")
                assert client.names({"Size": "1"}) == ["Bob", "Cid"]
                assert client.call("GET", "records").column("Name") == ["Bob", "Cid"]
            case _:
                client.edit("1", portalData={"Addresses": [{CITY: ""}]})
                assert client.names({"Size": "1", CITY: "="}) == ["Ann"]

    def test_a_write_that_is_undone_leaves_nothing_behind(self, client: Client) -> None:
        assert client.names({"Size": "2"}) == []
        failed = client.edit("1", fieldData={"Size": "2"}, portalData={"Addresses": [{"x": "y"}]})
        assert failed.code == 102
        assert client.names({"Size": "2"}) == []
        assert client.names({"Size": "1"}) == ["Ann", "Bob", "Cid"]

    def test_today_is_part_of_what_is_asked(self, client: Client, clock: Any) -> None:
        client.edit("1", fieldData={"Born": "11/22/2026"})
        assert client.names({"Born": "//"}) == ["Ann"]
        clock.seconds += 86400
        client.token = Client(client.app).token
        assert client.names({"Born": "//"}) == []


def test_all_records_are_found_where_some_are_missing_between(client: Client) -> None:
    for number in range(5):
        client.create({"Name": str(number), "Code": str(number)})
    assert client.call("GET", "records", _offset=4).column("Name") == ["3", "4"]
    client.call("DELETE", "records/2")
    client.call("DELETE", "records/1")
    assert client.call("GET", "records").column("Name") == ["2", "3", "4"]
    client.call("DELETE", "records/4")
    assert client.call("GET", "records", _offset=2).column("Name") == ["4"]


def test_an_empty_table_has_no_records(client: Client) -> None:
    assert client.call("GET", "records").records == []
    assert client.call("GET", "records", _sort=[{"fieldName": "Name"}]).records == []
    assert client.find({"Name": "*"}).code == 401


def test_what_an_account_may_not_see_is_not_found(schema: Schema) -> None:
    table = schema.tables["City"]
    store = open_store([schema], ":memory:", lambda _, __: None)
    for name in "aba":
        store.change('INSERT INTO "people::City" ("Name") VALUES (?)', [name])
    assert found_records(store, table, None, (), Page(1, 10)).ids == [1, 2, 3]
    found = found_records(store, table, None, (), Page(1, 10), Condition('t0."Name" = ?', ("a",)))
    assert (found.ids, found.count) == ([1, 3], 2)
    store.close()


class TestIndexes:
    @pytest.fixture
    def client(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
        monkeypatch.setattr(foundset, "_LARGE", 3)
        client = client_of(with_fields(Note="text", Size="number"), tmp_path / "data.db")
        for number in range(4):
            client.create({"Note": f"note {number % 2}", "Size": str(number)})
        yield client
        client.app.close()

    def plan(self, client: Client, statements: list[str]) -> str:
        store: Store = client.app._engine.store  # pyright: ignore[reportPrivateUsage]
        marks = statements[-1].count("?")
        return str(store.rows(f"EXPLAIN QUERY PLAN {statements[-1]}", ["x"] * marks)[0][3])

    @pytest.mark.parametrize(
        ("criterion", "index"),
        [
            ({"Note": "note"}, "SCAN t0 USING COVERING INDEX people::Person::Note::words::index"),
            ({"Note": "==note 1"}, "SEARCH t0 USING COVERING INDEX people::Person::Note::key::index"),
            ({"Note": "==note*"}, "SEARCH t0 USING COVERING INDEX people::Person::Note::key::index"),
            ({"Note": "<note 1"}, "SEARCH t0 USING COVERING INDEX people::Person::Note::sort::index"),
            ({"Size": "1...2"}, "SEARCH t0 USING COVERING INDEX people::Person::Size::key::index"),
        ],
    )
    def test_a_large_table_is_indexed_by_what_is_searched(
        self, client: Client, counted: list[str], criterion: dict[str, str], index: str
    ) -> None:
        assert client.find(criterion).code == 0
        assert self.plan(client, counted).startswith(index)

    def test_a_sort_is_an_index_too(self, client: Client, counted: list[str]) -> None:
        assert client.call("GET", "records", _sort=[{"fieldName": "Note"}]).code == 0
        assert "COVERING INDEX people::Person::Note::sort::index" in self.plan(client, counted)

    def test_an_index_finds_in_the_order_of_creation(self, client: Client) -> None:
        client.edit("2", fieldData={"Size": "9"})
        assert client.find({"Size": ">=1"}).column("Size") == [9, 1, 2, 3]

    def test_an_index_that_was_undone_is_made_again(self, client: Client) -> None:
        store: Store = client.app._engine.store  # pyright: ignore[reportPrivateUsage]
        table = client.app.schemas["people"].tables["Person"]

        def indexed_in_vain() -> None:
            with store.transaction():
                store.index(table, "Note::key")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            indexed_in_vain()
        assert client.find({"Note": "==note 1"}).code == 0
        assert store.rows("SELECT 1 FROM sqlite_schema WHERE name = 'people::Person::Note::key::index'")

    def test_a_small_table_is_not(self, counted: list[str]) -> None:
        client = client_of(SMALL)
        client.find({"Name": "a"})
        assert "INDEX" not in self.plan(client, counted)
        client.app.close()


class TestRemembered:
    def test_the_longest_unused_goes_first(self) -> None:
        remembered, asked = Remembered(), list[str]()

        def get(question: str, version: int = 1) -> Ids:
            def answer() -> Ids:
                asked.append(question)
                return range(1) if question == "small" else array("q", bytes(8 * (MOST // 2 + 1)))

            return remembered.get(version, question, answer)

        for question in ("small", "a", "small", "b", "small", "b", "a"):
            get(question)
        assert asked == ["small", "a", "b", "a"]
        get("small", 2)
        assert asked[-1] == "small", "another version knows nothing of the last"

    def test_there_are_not_more_than_so_many(self) -> None:
        remembered = Remembered()
        for question in range(SETS + 1):
            remembered.get(1, question, lambda: range(1))
        assert remembered.get(1, SETS, lambda: range(2)) == range(1)
        assert remembered.get(1, 0, lambda: range(2)) == range(2), "the first has gone"

    def test_one_that_is_larger_than_all_that_is_kept_is_kept_alone(self) -> None:
        remembered = Remembered()
        large = array("q", bytes(8 * (MOST + 1)))
        assert remembered.get(1, "a", lambda: large) is remembered.get(1, "a", lambda: range(0))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=30))
def test_requests_are_worked_through_in_order(client: Client, requests: list[tuple[int, bool]]) -> None:
    if client.call("GET", "records").records == []:
        for number in range(1, 5):
            client.create({"Name": str(number), "Code": str(number), "Size": str(number)})
    expected = {1, 2, 3, 4} if requests[0][1] else set[int]()
    for size, omits in requests:
        expected = expected - {size} if omits else expected | {size}
    query = [{"Size": str(size), "omit": str(omits).lower()} for size, omits in requests]
    assert client.names(*query) == [str(number) for number in sorted(expected)]


def test_a_find_may_be_long(client: Client) -> None:
    words = [f"w{number}" for number in range(1500)]
    client.create({"Name": "all", "Code": "1", "Note": " ".join(words)})
    client.create(
        {"Name": "few", "Code": "2", "Note": " ".join(words[:100]), "Phone(2)": " ".join(words[:100])}
    )
    assert client.names({"Note": " ".join(words)}) == ["all"]
    assert client.names({"Note": " ".join(words[:100] * 20)}) == ["all", "few"]
    many = [{"Phone": " ".join(words[number : number + 60])} for number in range(120)]
    assert client.names(*many) == ["few"]
    mixed = [one | {"omit": "true" if number % 2 else "false"} for number, one in enumerate(many)]
    assert client.names(*mixed[:2]) == []
    assert client.names(*mixed[:3]) == ["few"]
    assert client.names(*mixed) == ["few"]
