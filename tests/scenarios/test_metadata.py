"""Asking what there is: layouts, fields, value lists, files; and layouts without a model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from scenarios.conftest import Office, Swapping
from scenarios.shop import Item, Supplier

from fmorm import (
    Choice,
    CredentialError,
    Database,
    Host,
    Kind,
    LayoutMissing,
    ListedLayout,
    NotOnLayout,
    ProtocolError,
    RecordMissing,
    state,
)
from fmorm.server import App, load_schema
from fmorm.server.mounts.socket import Background

SCHEMA = Path(__file__).parent / "shop.toml"


@pytest.fixture
def shop(office: Office, socket: tuple[str, Swapping]) -> Iterator[Database]:
    office.app = socket[1].app = app = App(load_schema(SCHEMA))
    yield office.open("Shop")
    office.opened.close()
    app.close()


# -- lists -------------------------------------------------------------------------------------------------


def test_layouts_come_in_their_order_with_their_folders(shop: Database) -> None:
    assert shop.layouts() == [
        ListedLayout("Stock"),
        ListedLayout("Slim", ("API", "Web")),
        ListedLayout("Twins", ("API",)),
        ListedLayout("Grid"),
    ]


def test_scripts_of_a_file_without_any_are_an_empty_list(shop: Database) -> None:
    assert shop.scripts() == []


def test_anybody_is_told_the_files_and_the_product(office: Office, shop: Database) -> None:
    assert shop.databases() == ["Shop"]
    told = shop.product_info()
    assert (told.name, told.version, told.date_format) == ("FileMaker Data API Engine", None, "MM/dd/yyyy")
    assert all("sessions" not in request.target for request, _ in office.app.requests), "nobody has logged in"


# -- a layout ----------------------------------------------------------------------------------------------


def test_a_layout_tells_its_fields_portals_and_value_lists(shop: Database) -> None:
    told = shop.layout_metadata(Item)
    assert told == shop.layout_metadata("Stock")
    kinds = {one.name: one.kind for one in told.fields}
    assert (kinds["Qty on hand"], kinds["Changed"], kinds["Photo"]) == (
        Kind.NUMBER,
        Kind.TIMESTAMP,
        Kind.CONTAINER,
    )
    phone, double, year = (told.field(name) for name in ("PHONE", "Double", "Year"))
    assert phone is not None
    assert (phone.max_repeat, phone.shown, phone.repetitions) == (3, (1, 3), 3)
    assert double is not None
    assert (double.type, double.read_only) == ("calculation", True)
    assert year is not None
    assert year.is_global
    (suppliers,) = told.portals
    assert (suppliers.name, suppliers.table) == ("Suppliers", "item_suppliers")
    assert suppliers.field("supplier_town::Country") is not None
    sizes = told.value_list("Sizes")
    assert sizes is not None
    assert (sizes.is_custom, [one.value for one in sizes.choices]) == (True, ["1", "2", "5"])


def test_a_field_that_is_gone_is_told_as_one_that_does_not_exist(shop: Database) -> None:
    *_, gone = shop.layout_metadata("Slim").fields
    assert (gone.name, gone.kind, gone.exists) == ("", None, False)


def test_portals_of_one_name_are_told(shop: Database) -> None:
    assert shop.layout_metadata("Twins").twice == ("item_suppliers",)
    assert shop.layout_metadata("Stock").twice == ()


def test_a_layout_that_is_not_there_is_an_error_that_names_it(shop: Database) -> None:
    with pytest.raises(LayoutMissing, match="metadata of layout 'Stocks'"):
        shop.layout_metadata("Stocks")


def test_a_session_that_has_expired_meanwhile_is_renewed(office: Office, shop: Database) -> None:
    office.app.faults.fail(952, on="metadata", times=1)
    assert shop.layout_metadata("Slim").layout == "Slim"


def test_a_reply_of_another_form_is_an_error_of_the_protocol(office: Office, shop: Database) -> None:
    office.app.faults.html(404, on="layouts")
    with pytest.raises(ProtocolError, match="list of the layouts"):
        shop.layouts()


# -- value lists -------------------------------------------------------------------------------------------


def values(choices: list[Choice]) -> list[str]:
    return [one.value for one in choices]


def test_choices_are_the_value_list_of_the_field_without_its_separators(shop: Database) -> None:
    assert shop.choices(Item.status) == [("new", "new"), ("open", "open"), ("closed", "closed")]


def test_a_value_that_has_left_the_list_stays_a_choice_of_its_record(shop: Database) -> None:
    rye, oat = shop.get(Item, 1), shop.get(Item, 2)
    assert values(shop.choices(Item.status, rye)) == ["new", "open", "closed", "old"]
    assert values(shop.choices("status", record=oat)) == ["new", "open", "closed"]


def test_each_line_of_a_checkbox_field_is_a_choice(shop: Database) -> None:
    assert values(shop.choices(Item.tags, shop.get(Item, 1))) == ["red", "green", "blue"]


def test_numbers_are_compared_as_numbers(shop: Database) -> None:
    assert values(shop.choices(Item.size, shop.get(Item, 1))) == ["1", "2", "5"]
    assert values(shop.choices(Item.size, shop.get(Item, 2))) == ["1", "2", "5", "7"]


def test_related_values_are_those_of_the_record(shop: Database) -> None:
    assert shop.choices(Item.shelf) == []
    assert values(shop.choices(Item.shelf, shop.get(Item, 1))) == ["Dahl", "Moe"]
    assert values(shop.choices(Item.shelf, shop.get(Item, 2))) == ["Lund"]


def test_a_new_record_has_its_own_values_and_no_related_ones(shop: Database) -> None:
    assert values(shop.choices(Item.status, Item(status="odd"))) == ["new", "open", "closed", "odd"]


def test_a_field_in_a_portal_has_the_values_of_all_its_rows_as_well(shop: Database) -> None:
    assert values(shop.choices(Item.suppliers.rank)) == ["new", "open", "closed"]
    rye = shop.get(Item, 1)
    assert values(shop.choices(Item.suppliers.rank, rye)) == ["new", "open", "closed", "dear"]


def test_a_choice_can_be_set(shop: Database) -> None:
    item = shop.get(Item, 1)
    item.size = shop.choices(Item.size, item)[1].value  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]  # pydantic makes it a number
    shop.save(item)
    assert shop.get(Item, 1).size == 2


def test_a_field_without_a_value_list_is_told(shop: Database) -> None:
    with pytest.raises(NotOnLayout, match=r"Item\.name: layout 'Stock' shows 'Name' without a value list"):
        shop.choices(Item.name)


@pytest.mark.parametrize(
    ("field", "record", "why"),
    [
        ("status", None, "Write Person.status, or give record="),
        ("statuss", Item(), "Item has no field 'statuss'; it declares id, name"),
        (Supplier.rank, None, "through its layout"),
        (Item, None, "choices takes a field"),
        (Item.status, Supplier(), "choices takes a record"),
    ],
)
def test_what_is_no_field_of_a_layout_is_refused(
    shop: Database, field: object, record: object, why: str
) -> None:
    with pytest.raises(TypeError, match=why):
        shop.choices(field, record)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_record_that_is_gone_has_no_choices(shop: Database) -> None:
    item = shop.get(Item, 1)
    shop.delete(Item, 1)
    with pytest.raises(RecordMissing):
        shop.choices(Item.status, item)


# -- layouts without a model -------------------------------------------------------------------------------


def test_a_layout_without_a_model_is_asked_for_once_and_used_in_every_verb(
    office: Office, shop: Database
) -> None:
    stock = shop.layout("Stock")
    assert shop.layout("Stock") is stock
    assert office.sent == ["GET Stock"]
    (rye,) = shop.find(stock).where(stock.f["Qty on hand"] > 3).sort(stock.f["Name"].asc())
    assert (rye.name, rye["Qty on hand"], rye.qty_on_hand) == ("Rye", Decimal(4), Decimal(4))
    rye["Qty on hand"] = 5
    rye.restocked = date(2026, 11, 22)
    rye["Suppliers"][0]["Name"] = "Moe & Co"
    rye["Phone"][1] = "two"
    shop.save(rye)
    again = shop.get(stock, state(rye).record_id)
    assert (again["Qty on hand"], again["Restocked"]) == (Decimal(5), date(2026, 11, 22))
    assert [row.name for row in again.suppliers] == ["Moe & Co", "Dahl"]
    assert again.phone == ["one", "two", "three"]
    made = shop.create(stock(name="Spelt"), reload=True)
    assert (made["Double"], made["PrimaryKey"] != "") == (None, True)
    shop.delete(made)


def test_a_file_is_moved_without_a_model_too(shop: Database) -> None:
    stock = shop.layout("Stock")
    item = shop.get(stock, 2)
    assert item["Photo"] is None
    shop.upload(item, "photo", b"a picture", name="oat.txt")
    item = shop.reload(item)
    assert shop.download(item, "photo") == b"a picture"
    assert "photo" not in item.model_dump()


def test_fields_of_a_portal_are_found_by_both_names(shop: Database) -> None:
    stock = shop.layout("Stock")
    found = shop.find(stock).where(stock.f["Suppliers", "Name"] == "Lund").one()
    assert found.name == "Oat"
    assert values(shop.choices(stock.f["Status"], shop.get(stock, 1)))[-1] == "old"


def test_a_session_shares_the_layouts_of_its_database(office: Office) -> None:
    with Database.embedded(App(load_schema(SCHEMA))) as db:
        stock = db.layout("Stock")
        with db.session() as pinned:
            assert pinned.layout("Stock") is stock


def test_what_a_layout_without_a_model_does_not_show_is_told_with_what_was_meant(shop: Database) -> None:
    stock = shop.layout("Stock")
    with pytest.raises(
        NotOnLayout, match="'Stock' shows no field or portal 'qty On Hand'; did you mean 'Qty on hand'"
    ):
        _ = stock.f["qty On Hand"]
    with pytest.raises(NotOnLayout, match="'Name' is a field, not a portal"):
        _ = stock.f["Name", "Class"]
    with pytest.raises(NotOnLayout, match="did you mean 'Status'"):
        _ = shop.get(stock, 1)["Statu"]
    assert "Status" in stock.f
    assert len(list(stock.f)) == len(stock.f) == 16


def test_portals_that_cannot_be_told_apart_are_left_out(shop: Database) -> None:
    assert list(shop.layout("Twins").f) == ["Name"]
    assert shop.get(shop.layout("Slim"), 1).name == "Rye"


@pytest.mark.parametrize("name", [Item, 5])
def test_a_layout_is_asked_for_by_its_name(shop: Database, name: object) -> None:
    with pytest.raises(TypeError, match="takes the name of a layout"):
        shop.layout(name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_resumed_session_has_no_credentials_to_show() -> None:
    with (
        closing(App(load_schema(SCHEMA), filter_databases=True)) as app,
        Background(app) as background,
        Host(background.url) as host,
    ):
        token = host.log_in("Shop", user="api", password="s3cret:with/odd?chars")
        with pytest.raises(CredentialError, match="list of the databases"):
            host.resume("Shop", token).databases()
        host.log_out("Shop", token)
