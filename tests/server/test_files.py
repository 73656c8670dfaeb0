"""Several files on one host: their own sessions, and tables that one has from another."""

from __future__ import annotations

from pathlib import Path

import pytest
from server.client import Client, basic

from fmorm.server import App, SchemaError, load_schema, load_schemas

HERE = Path(__file__).parent
SHOP, STOCK = HERE / "shop.toml", HERE / "stock.toml"


def log_in(app: App, account: str, password: str, body: bytes = b"{}") -> Client:
    client = Client(app, layout="invoice")
    headers = {"authorization": basic(account, password)}
    client.token = client.send("POST", "/databases/shop/sessions", body=body, **headers).response["token"]
    return client


def test_all_files_are_listed(shop: App) -> None:
    names = Client(shop).send("GET", "/databases").response["databases"]
    assert names == [{"name": "shop"}, {"name": "stock"}]


def test_a_session_is_of_one_file(shop: App) -> None:
    client = Client(shop, database="stock", layout="Product")
    assert client.call("GET", "records").column("Name") == ["bread", "oven"]
    assert client.call("GET", "/databases/shop/layouts/invoice/records").code == 952


def test_related_data_of_another_file_tell_where_they_are(shop: App) -> None:
    client = Client(shop, layout="line")
    client.create({"Item": "oven"})
    assert client.call("GET", "records").column("product::Price") == [250]


def test_the_other_file_lets_in_whoever_has_the_same_account(shop: App) -> None:
    line = Client(shop, layout="line").create({"Item": "oven"})
    clerk = Client(shop, "clerk", "clerk", layout="line")
    assert clerk.get(line).code == 802, (
        "the clerk has another password there, which is seen when data are touched"
    )


def test_credentials_for_another_file(shop: App) -> None:
    line = Client(shop, layout="line").create({"Item": "oven"})
    source = '{"fmDataSource":[{"database":"stock","username":"%s","password":"%s"}]}'
    clerk = log_in(shop, "clerk", "clerk", (source % ("clerk", "another")).encode())
    clerk.layout = "line"
    assert clerk.fields(line)["product::Price"] == 250
    stranger = log_in(shop, "api", "secret", (source % ("clerk", "wrong")).encode())
    stranger.layout = "line"
    assert stranger.get(line).code == 802


def test_an_edit_over_two_files_is_one_transaction(shop: App) -> None:
    client = Client(shop, layout="line")
    line = client.create({"Item": "oven"})
    answer = client.edit(line, fieldData={"product::Price": "300", "Item": "oven", "invoice::Label": "x"})
    assert answer.code == 201
    assert client.fields(line)["product::Price"] == 250
    assert client.edit(line, fieldData={"product::Price": "300"}).code == 0
    assert Client(shop, database="stock", layout="Product").call("GET", "records").column("Price") == [
        3.5,
        300,
    ]


def test_a_file_that_speaks_of_another_is_not_loaded_alone() -> None:
    with pytest.raises(
        SchemaError, match=r'shop\.toml.*occurrences\.product\.file: no file "stock".*together'
    ):
        load_schema(SHOP)


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(SchemaError, match='another file has the name "stock"'):
        load_schemas(STOCK, STOCK)


def test_all_files_keep_their_data_in_one_place(tmp_path: Path) -> None:
    data = str(tmp_path / "data.sqlite3")
    app = App(load_schemas(SHOP, STOCK), data=data)
    Client(app, layout="customer").create({"Name": "Agnes"})
    app.close()
    app = App(load_schemas(STOCK, SHOP), data=data)
    assert Client(app, layout="customer", database="shop").call("GET", "records").column("Name") == ["Agnes"]
    assert len(Client(app, layout="Product").call("GET", "records").records) == 2, "sample rows come once"
    app.close()


def test_a_file_that_comes_later_brings_its_sample_rows(tmp_path: Path) -> None:
    data = str(tmp_path / "data.sqlite3")
    other = load_schema({"database": {"name": "other"}, "tables": {"T": {"fields": {"A": "text"}}}})
    App(other, data=data).close()
    app = App([other, load_schema(STOCK)], data=data)
    assert len(Client(app, layout="Product", database="stock").call("GET", "records").records) == 2
    app.close()


def test_data_of_a_file_are_not_left_behind(tmp_path: Path) -> None:
    data = str(tmp_path / "data.sqlite3")
    App(load_schemas(SHOP, STOCK), data=data).close()
    with pytest.raises(SchemaError, match='data of the file "shop" as well'):
        App(load_schema(STOCK), data=data)


def test_one_file_can_be_closed(shop: App) -> None:
    client, other = Client(shop, layout="customer"), Client(shop, database="stock", layout="Product")
    shop.faults.close_file("stock")
    assert other.call("GET", "records").code == 802
    assert client.create({"Name": "Agnes"})
    shop.faults.open_file("stock")
    assert other.call("GET", "records").code == 952
    with pytest.raises(ValueError, match='no file "stok"; did you mean "stock"'):
        shop.faults.close_file("stok")
