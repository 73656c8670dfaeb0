from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.client import Client
from server.test_store import client_of, with_fields

from fmorm.server import App, Schema
from fmorm.server.finds.foundset import Page, found_records
from fmorm.server.schema.parts import SortKey
from fmorm.server.store.files import Store, open_store
from fmorm.server.values import collation
from fmorm.server.values.collation import FOLDED, UNICODE

LONG = "9" * 57


def ordered(client: Client, field: str, *orders: str) -> list[str]:
    sort = [{"fieldName": field, "sortOrder": order} for order in orders] or [{"fieldName": field}]
    names: list[str] = client.find({"Code": "*"}, sort=sort).column("Name")
    return names


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("Note", ["-", "1", "10", "2", "Ångström", "apfel", "Äpfel b", "Zebra", "žižek"]),
        ("Size", [f"-1{LONG}", f"-{LONG}", "-2", "-1.5", "0", ".5", "1e2", f"{LONG}7", f"{LONG}8", "1e90"]),
        ("Born", ["1/1/0001", "12/31/1999", "1/1/2000", "2/1/2000", "12/31/4000"]),
        ("Run", ["-100:00:00", "-0:00:01", "0:00:00", "0:00:00.5", "9:00:00", "24:00:00", "100:00:00"]),
        ("Seen", ["1/1/2020", "1/1/2020 0:00:01", "1/1/2020 13:00:00", "1/2/2020 1:00:00"]),
    ],
)
def test_each_kind_has_its_order(
    client: Client, people: Callable[..., None], field: str, values: list[str]
) -> None:
    people(field, *values[::-1])
    client.create({"Name": "empty", "Code": "empty"})
    assert ordered(client, field) == ["empty", *values], "empty comes first"
    assert ordered(client, field, "descend") == [*values[::-1], "empty"]


def test_what_is_equal_stays_in_the_order_of_creation(client: Client, people: Callable[..., None]) -> None:
    people("Note", "b", "É", "e", "E", "a", "é")
    assert ordered(client, "Note") == ["a", "b", "É", "e", "E", "é"]
    assert ordered(client, "Note", "descend") == ["É", "e", "E", "é", "b", "a"]


def test_several_levels(client: Client) -> None:
    for name, size in [("a", "2"), ("B", "1"), ("A", "1"), ("b", "2")]:
        client.create({"Name": name, "Code": f"{name} {size}", "Size": size})
    sort = [{"fieldName": "Name", "sortOrder": "descend"}, {"fieldName": "Size"}]
    assert client.names({"Code": "*"}, sort=sort) == ["B", "b", "A", "a"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.text(st.sampled_from("aAbBéE1 -ß"), max_size=3), max_size=6))
def test_a_found_set_sorts_like_the_whole_table(client: Client, values: list[str]) -> None:
    for record in client.call("GET", "records", _limit=1000).records:
        client.call("DELETE", f"records/{record['recordId']}")
    for value in values:
        client.create({"Note": value, "Size": "1"}, options={"entrymode": "script"})
    if not values:
        return
    client.create({"Size": "2"}, options={"entrymode": "script"})
    expected = sorted(values, key=lambda value: (value != "", UNICODE.key(value)))
    sort = [{"fieldName": "Note"}]
    assert client.find({"Size": "1"}, sort=sort).column("Note") == expected
    assert client.call("GET", "records", _sort=sort).column("Note") == ["", *expected]


class TestValueLists:
    @pytest.fixture
    def store(self, schema: Schema, tmp_path: Path) -> Iterator[Store]:
        app = App(schema, data=str(tmp_path / "data.db"))
        client = Client(app)
        for number, (note, size) in enumerate(
            [("b", "10"), ("x", ""), ("", "2"), ("A", "9"), ("it's", "2.0"), ("a", "1")]
        ):
            client.create({"Note": note, "Size": size, "Code": str(number)})
        app.close()
        store = open_store([schema], str(tmp_path / "data.db"), lambda _, __: None)
        yield store
        store.close()

    def sorted_by(
        self, store: Store, schema: Schema, field: str, values: tuple[str, ...], *, descending: bool = False
    ) -> list[int]:
        layout = schema.layouts["person"]
        found = layout.place(field)
        assert found
        key = SortKey(found[0], descending, values)
        return found_records(store, layout.occurrence.table, None, [key], Page(1, 100)).ids

    def test_listed_values_come_first_in_the_order_of_the_list(self, store: Store, schema: Schema) -> None:
        assert self.sorted_by(store, schema, "Note", ("X", "b", "a")) == [2, 1, 4, 6, 3, 5]
        assert self.sorted_by(store, schema, "Note", ("it's", "zz", "B")) == [5, 1, 3, 4, 6, 2]

    def test_numbers_are_listed_by_value(self, store: Store, schema: Schema) -> None:
        assert self.sorted_by(store, schema, "Size", ("10", "2", "many")) == [1, 3, 5, 2, 6, 4]

    def test_descending_turns_all_of_it_round(self, store: Store, schema: Schema) -> None:
        assert self.sorted_by(store, schema, "Note", ("x", "b"), descending=True) == [5, 4, 6, 3, 1, 2]

    @pytest.mark.parametrize("values", [(), ("",), ("\0",)])
    def test_an_empty_list_is_no_order(self, store: Store, schema: Schema, values: tuple[str, ...]) -> None:
        assert self.sorted_by(store, schema, "Note", values) == [3, 4, 6, 1, 5, 2]

    def test_a_list_may_be_long(self, store: Store, schema: Schema) -> None:
        values = tuple(f"v{number}" for number in range(2000))
        assert self.sorted_by(store, schema, "Note", ("x", *values, "a", "X", "b")) == [2, 4, 6, 1, 3, 5]
        assert self.sorted_by(store, schema, "Size", (*map(str, range(3000, 0, -1)),)) == [1, 4, 3, 5, 6, 2]

    def test_related_values(self, store: Store, schema: Schema) -> None:
        assert self.sorted_by(store, schema, "person_addresses::City", ("Oslo",)) == [1, 2, 3, 4, 5, 6]


def test_keys_are_made_anew_when_the_data_file_has_those_of_another_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = with_fields(Note="text")
    monkeypatch.setattr(collation, "text_order", lambda: FOLDED)
    monkeypatch.setattr("fmorm.server.store.files.text_order", lambda: FOLDED)
    client = client_of(schema, tmp_path / "data.db")
    for note in ("ü", "z", "ae", "æ"):
        client.create({"Note": note})
    sort = [{"fieldName": "Note"}]
    assert client.call("GET", "records", _sort=sort).column("Note") == ["", "ae", "ü", "z", "æ"]
    client.app.close()
    monkeypatch.undo()
    client = client_of(schema, tmp_path / "data.db")
    assert client.call("GET", "records", _sort=sort).column("Note") == ["", "ae", "æ", "ü", "z"]
    assert client.find({"Note": "a...b"}).column("Note") == ["ae", "æ"]
    client.app.close()


def test_a_sort_key_without_a_value_list_is_as_it_was(schema: Schema) -> None:
    found = schema.layouts["person"].place("Name")
    assert found
    assert replace(SortKey(found[0], descending=False), values=None) == SortKey(found[0], descending=False)
