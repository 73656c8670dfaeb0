"""Checking models against the layouts of a server, as a deployment does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from scenarios.conftest import Office, Swapping
from scenarios.shop import Item

from fmorm import (
    Database,
    Field,
    Model,
    ModelMismatch,
    Portal,
    PortalRow,
    Retry,
    TransportError,
    field,
    portal,
)
from fmorm.server import App, load_schema

SCHEMA = Path(__file__).parent / "shop.toml"


class Row(PortalRow, table="item_suppliers"):
    name: Field[str] = field("Name")


class Grid(Model, layout="Grid"):
    name: Field[str] = field("Name")
    suppliers: Portal[Row] = portal("item_suppliers")


class Twins(Model, layout="Twins"):
    rows: Portal[Row] = portal("item_suppliers")


class Slim(Model, layout="Slim"):
    name: Field[str] = field("Name")
    size: Field[Decimal | None] = field("size")


class Gone(Model, layout="Gone"):
    name: Field[str] = field("Name")


class AlsoSlim(Model, layout="Slim"):
    name: Field[str] = field("NAME")


@pytest.fixture
def shop(office: Office, socket: tuple[str, Swapping]) -> Iterator[Database]:
    office.app = socket[1].app = app = App(load_schema(SCHEMA))
    yield office.open("Shop")
    office.opened.close()
    app.close()


def test_models_that_fit_are_found_to(shop: Database) -> None:
    found = shop.check(Item, Grid)
    assert not found
    found.raise_for_errors()


def test_every_model_is_compared_and_every_layout_asked_for_once(office: Office, shop: Database) -> None:
    found = shop.check(Slim, Gone, AlsoSlim, Twins)
    assert [(one.model, one.attribute, one.code) for one in found] == [
        ("Slim", "size", "missing-field"),
        ("Slim", "name", "duplicate-field"),
        ("Slim", "", "invalid-field"),
        ("Gone", "", "missing-layout"),
        ("AlsoSlim", "name", "missing-field"),
        ("AlsoSlim", "", "invalid-field"),
        ("Twins", "rows", "ambiguous-portal"),
    ]
    assert office.sent == ["GET Slim", "GET Gone", "GET Twins"]
    with pytest.raises(ModelMismatch, match="layout 'Gone' cannot be read: FileMaker error 105"):
        found.raise_for_errors()


def test_a_layout_that_the_account_may_not_see_is_a_finding(office: Office, shop: Database) -> None:
    office.app.faults.fail(200, on="metadata", times=1)
    (finding,) = shop.check(Grid)
    assert finding.code == "missing-layout"


def test_a_connection_that_breaks_is_none(office: Office, shop: Database) -> None:
    office.app.faults.drop(on="metadata")
    with pytest.raises(TransportError):
        office.open("Shop", retry=Retry(attempts=1)).check(Grid)


def test_a_layout_in_table_view_is_found_where_it_cuts_portals(office: Office, shop: Database) -> None:
    if office.url is None:
        return
    old = office.open("Shop", version="v1")
    assert [(one.code, one.attribute) for one in old.check(Grid, Item)] == [("table-view", "suppliers")]


@pytest.mark.parametrize("given", [(), (Row,), ("Stock",)])
def test_only_models_are_checked(shop: Database, given: tuple[type[Model], ...]) -> None:
    with pytest.raises(TypeError, match="check takes"):
        shop.check(*given)
