"""What is not loaded yet, with `db.load`; and one related record in several portals."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from scenarios.conftest import Office
from scenarios.trade import Account, Order, OrderRow, Slim, Visible

from fmorm import (
    ConflictError,
    DriftError,
    Field,
    Model,
    NotLoaded,
    RecordMissing,
    RecordStateError,
    as_model,
    field,
    state,
)


class Bare(Model, layout="customers"):
    name: Field[str] = field("Name")
    notes: Field[str | None] = field("Notes")
    height: Field[str | None] = field("Height")


@pytest.fixture
def rows_at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Read so many portal rows at once, so that a small portal has several pages."""

    def limit(size: int) -> None:
        monkeypatch.setattr("fmorm.mapper.home.PORTAL_ROWS", size)
        monkeypatch.setattr("fmorm.mapper.portals.PORTAL_ROWS", size)

    return limit


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


# -- the rest of a portal ----------------------------------------------------------------------------------


def test_the_rest_of_a_portal_comes_into_the_same_object(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Slim, 1)
    rows, apples = ann.orders, ann.orders[0]
    assert (titles(rows), rows.complete) == (["Apples"], False)
    assert db.load(ann.orders) is rows
    assert (titles(rows), rows.complete) == (["Apples", "Bread", "Figs"], True)
    assert rows[0] is apples
    trade.forget()
    assert db.load(rows) is rows
    assert trade.sent == [], "nothing is missing"


def test_what_was_not_saved_stays(trade: Office) -> None:
    db = trade.open()
    ann = db.find(Account).where(Account.name == "Ann").portal(Account.orders, limit=2).one()
    apples, bread = ann.orders
    apples.title, ann.name = "Pears", "Anna"
    ann.orders.remove(bread)
    ann.orders.append(OrderRow(title="Grapes"))
    db.load(ann.orders)
    assert titles(ann.orders) == ["Pears", "Figs", "Grapes"]
    assert state(ann).changes["name"] == ("Ann", "Anna")
    db.save(ann)
    assert titles(db.get(Account, 1).orders) == ["Pears", "Figs", "Grapes"]
    assert ann.orders.complete is True


def test_a_removed_row_comes_back_to_its_place_after_loading(trade: Office) -> None:
    db = trade.open()
    ann = db.find(Account).where(Account.name == "Ann").portal(Account.orders, limit=1, offset=1).one()
    del ann.orders[0]
    db.load(ann.orders)
    assert titles(ann.orders) == ["Apples", "Figs"]
    state(ann).reset()
    assert titles(ann.orders) == ["Apples", "Bread", "Figs"]


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_long_portal_is_read_page_by_page(
    trade: Office, rows_at_once: Callable[[int], None], size: int
) -> None:
    rows_at_once(size)
    db = trade.open()
    ann = db.get(Account, 1)
    if size < 3:
        with pytest.raises(NotLoaded, match=r"db\.load\(rows\) reads the rest"):
            len(ann.orders)
    db.load(ann.orders)
    assert (titles(ann.orders), ann.orders.complete) == (["Apples", "Bread", "Figs"], True)


def test_more_rows_than_the_server_gives_by_itself(
    trade: Office, rows_at_once: Callable[[int], None]
) -> None:
    db = trade.open()
    bo = db.get(Account, 2)
    for number in range(120):
        bo.orders.append(OrderRow(title=str(number)))
    db.save(bo)
    assert len(db.get(Account, 2).orders) == 121, "beyond the 50 of the service"
    rows_at_once(50)
    again = db.load(db.get(Account, 2).orders)
    assert titles(again) == ["Cheese", *map(str, range(120))]


def test_a_portal_that_does_not_scroll_stays_incomplete_and_says_so(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Visible, 1)
    assert (ann.two.complete, len(ann.two.loaded_rows())) == (False, 2)
    db.load(ann.two)
    assert ann.two.complete is False
    with pytest.raises(NotLoaded, match="does not scroll"):
        len(ann.two)


def test_rows_that_somebody_changed_are_read_anew_unless_they_are_changed_here(trade: Office) -> None:
    db, other = trade.open(), trade.open()
    ann = db.find(Account).where(Account.name == "Ann").portal(Account.orders, limit=2).one()
    apples, bread = ann.orders
    bread.title = "Rolls"
    other.update(Order, 1, {"title": "Pears"})
    other.update(Order, 2, {"status": "lost"})
    db.load(ann.orders)
    assert (apples.title, bread.title, bread.status) == ("Pears", "Rolls", "sent")
    with pytest.raises(ConflictError):
        db.save(ann)


def test_an_edited_row_that_is_gone_is_told_and_nothing_has_changed(trade: Office) -> None:
    db, other = trade.open(), trade.open()
    ann = db.find(Account).where(Account.name == "Ann").portal(Account.orders, limit=2).one()
    ann.orders[0].title = "Pears"
    ann.orders[1].title = "Rolls"
    bread = ann.orders[1]
    other.delete(Order, 2)
    with pytest.raises(
        DriftError, match=r"Account\.orders: row 2 was edited or removed here and is not.*db\.reload"
    ):
        db.load(ann.orders)
    assert (titles(ann.orders), ann.orders.complete) == (["Pears", "Rolls"], False)
    state(bread).reset()
    db.load(ann.orders)
    assert titles(ann.orders) == ["Pears", "Figs"]
    assert "is not among the rows" in (state(bread).detached or "")


def test_a_record_that_has_changed_is_told(trade: Office) -> None:
    db, other = trade.open(), trade.open()
    ann = db.get(Slim, 1)
    other.update(Account, 1, {"id": "C-2"})
    with pytest.raises(DriftError, match=r"record 1 of layout .* has changed since it was read"):
        db.load(ann.orders)
    assert titles(ann.orders) == ["Apples"]
    db.reload(ann)
    db.load(ann.orders)
    assert titles(ann.orders) == ["Cheese"]


def test_rows_of_a_record_that_was_created_here(trade: Office) -> None:
    db = trade.open()
    eva = db.create(Account(id="C-9", name="Eva"))
    eva.orders.append(OrderRow(title="Gin"))
    held = eva.orders
    assert db.load(eva.orders) is held
    assert titles(held) == ["Eggs", "Gin"]
    assert eva.model_dump()["orders"][0]["title"] == "Eggs"
    db.save(eva)
    assert (titles(db.get(Account, id="C-9").orders), held.complete) == (["Eggs", "Gin"], True)


def test_rows_of_a_copy_of_a_record_are_loaded_into_the_copy(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Slim, 1)
    for twin in (copy.copy(ann), copy.deepcopy(ann), pickle.loads(pickle.dumps(ann))):
        assert titles(db.load(twin.orders)) == ["Apples", "Bread", "Figs"]
    assert titles(ann.orders) == ["Apples"]
    with pytest.raises(RecordStateError, match="these rows are a copy"):
        db.load(copy.copy(ann.orders))


def test_what_cannot_be_loaded_is_refused_before_sending(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Slim, 1)
    trade.forget()
    new = Slim(name="Eva")
    with pytest.raises(RecordStateError, match="never created"):
        db.load(new)
    assert db.load(new.orders) == [], "a new record has the rows that it was given"
    with pytest.raises(TypeError, match="a portal of a record alone"):
        db.load(ann.orders, Slim.name)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(TypeError, match="no field, portal or relation of Slim"):
        db.load(ann, Account.open)
    with pytest.raises(TypeError, match="no field, portal or relation of Slim"):
        db.load(ann, "name")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert trade.sent == []
    db.delete(ann)
    with pytest.raises(RecordStateError, match="was deleted"):
        db.load(ann.orders)


def test_a_record_in_doubt_is_read_again_instead(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Slim, 1)
    ann.orders.append(OrderRow(title="Gin"))
    state(ann).doubtful = True
    with pytest.raises(RecordStateError, match=r"unknown outcome.*db\.reload\(record\)"):
        db.load(ann.orders)


# -- fields and portals of a record ------------------------------------------------------------------------


def test_a_portal_that_was_not_asked_for_is_loaded(trade: Office) -> None:
    db = trade.open()
    ann = db.find(Account).where(Account.name == "Ann").portals().one()
    ann.name = "Anna"
    with pytest.raises(NotLoaded, match=r"db\.load\(record, Account\.orders\) loads it"):
        len(ann.orders)
    trade.forget()
    assert db.load(ann, Account.orders, Account.open) is ann
    assert (titles(ann.orders), titles(ann.open)) == (["Apples", "Bread", "Figs"], ["Figs", "Apples"])
    assert len(trade.sent) == 1
    assert db.load(ann, Account.orders) is ann
    assert db.load(ann) is ann
    assert len(trade.sent) == 1, "nothing is missing"
    db.save(ann)
    assert db.get(Account, 1).name == "Anna"


def test_fields_that_filemaker_fills_are_loaded_and_what_was_set_stays(trade: Office) -> None:
    db = trade.open()
    order = db.create(Order(title="Gin"))
    order.status = "open"
    order.tags[1] = "b"
    with pytest.raises(NotLoaded):
        _ = order.number
    db.load(order, Order.number, Order.status, Order.tags)
    assert (order.number, order.status, list(order.tags)) == (7, "open", ["", "b"])
    db.load(order)
    assert (order.customer_id, order.paid) == ("", None)
    assert state(order).changes.keys() == {"status", "tags"}
    db.save(order)
    fresh = db.get(Order, 7)
    assert (fresh.title, fresh.status, list(fresh.tags)) == ("Gin", "open", ["", "b"])


def test_a_field_that_the_layout_does_not_show_cannot_be_loaded(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Bare, 1)
    with pytest.raises(NotLoaded, match=r"Bare\.height: layout 'customers' does not show field 'Height'"):
        db.load(ann, Bare.height)
    assert db.load(ann).notes == "first"


def test_a_field_of_a_record_that_has_changed_is_not_mixed_in(trade: Office) -> None:
    db, other = trade.open(), trade.open()
    order = db.create(Order(title="Gin"))
    other.update(Order, 7, {"title": "Rum"})
    with pytest.raises(DriftError):
        db.load(order, Order.number)
    with pytest.raises(NotLoaded):
        _ = order.number


def test_a_record_that_is_gone_is_missing(trade: Office) -> None:
    db, other = trade.open(), trade.open()
    ann = db.get(Slim, 1)
    other.delete(Slim, 1)
    with pytest.raises(RecordMissing):
        db.load(ann.orders)
    assert titles(ann.orders) == ["Apples"]


# -- several portals of one table occurrence ---------------------------------------------------------------


def test_each_of_two_portals_reads_edits_adds_and_deletes(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Account, 1)
    assert (titles(ann.orders), titles(ann.open)) == (["Apples", "Bread", "Figs"], ["Figs", "Apples"])
    ann.orders.by_id(2).title = "Rolls"
    ann.open[0].title = "Dried figs"
    ann.orders.append(OrderRow(title="Gin", status="sent"))
    ann.open.append(OrderRow(title="Hops", status="open"))
    ann.open.remove(ann.open[1])
    db.save(ann)
    fresh = db.get(Account, 1)
    assert sorted(titles(fresh.orders)) == ["Dried figs", "Gin", "Hops", "Rolls"]
    assert titles(fresh.open) == ["Hops", "Dried figs"]
    assert not state(ann).is_dirty


def test_one_related_record_is_not_changed_through_two_portals(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Account, 1)
    trade.forget()
    ann.orders[0].title, ann.open[1].title = "Pears", "Plums"
    with pytest.raises(
        RecordStateError, match=r"record 1 of 'customer_orders' is edited in Account\.orders and edited"
    ):
        db.save(ann)
    state(ann).reset()
    ann.orders[0].title = "Pears"
    ann.open.remove(ann.open[1])
    with pytest.raises(
        RecordStateError, match=r"is edited in Account\.orders and removed from Account\.open"
    ):
        db.save(ann)
    state(ann).reset()
    assert trade.sent == []
    ann.orders.remove(ann.orders[0])
    ann.open.remove(ann.open[1])
    db.save(ann)
    assert trade.last("PATCH")["fieldData"] == {"deleteRelated": ["orders.1"]}, "deleted once"
    assert (titles(ann.orders), titles(ann.open)) == (["Bread", "Figs"], ["Figs"])


def test_what_is_saved_through_one_portal_is_known_in_the_other(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Account, 1)
    apples, figs = ann.open[1], ann.open[0]
    ann.orders[0].title, ann.orders[0].tags = "Pears", ["a", "b"]
    ann.orders.remove(ann.orders[2])
    db.save(ann)
    assert (titles(ann.open), list(apples.tags), ann.open.complete) == (["Pears"], ["a", "b"], None)
    assert not state(ann).is_dirty
    with pytest.raises(RecordStateError, match="was deleted through another portal"):
        figs.title = "x"
    apples.status = "sent"
    db.save(ann)
    db.load(ann.open)
    assert (titles(ann.open), ann.open.complete) == ([], True)
    assert "is not among the rows that were loaded" in (state(apples).detached or "")


# -- a row as a record -------------------------------------------------------------------------------------


def test_a_row_is_a_record_of_a_layout_of_its_table(trade: Office) -> None:
    db = trade.open()
    row = db.get(Account, 1).orders[1]
    trade.forget()
    order = as_model(row, Order)
    assert (order.number, order.title, order.status, list(order.tags)) == (2, "Bread", "sent", ["x", "y"])
    assert (order.paid, state(order).record_id, state(order).mod_id) == (True, "2", "0")
    assert trade.sent == []
    with pytest.raises(NotLoaded):
        _ = order.customer_id
    assert db.load(order, Order.customer_id).customer_id == "c-1"
    order.title = "Rolls"
    db.save(order)
    db.reload(order)
    assert order.title == "Rolls"
    db.delete(order)
    assert titles(db.get(Account, 1).orders) == ["Apples", "Figs"]


def test_a_row_tells_only_what_is_certain(trade: Office) -> None:
    db = trade.open()
    order = as_model(db.get(Account, 1).orders[0], Order)
    with pytest.raises(NotLoaded):
        _ = order.paid  # False in the row may stand for empty, which is None in the model
    assert db.load(order).paid is None


def test_a_row_that_somebody_changed_is_a_conflict_as_a_record_too(trade: Office) -> None:
    db = trade.open()
    order = as_model(db.get(Account, 1).orders[0], Order)
    trade.open().update(Order, 1, {"title": "Pears"})
    order.title = "Plums"
    with pytest.raises(ConflictError):
        db.save(order)


def test_a_row_that_was_saved_is_a_record_whose_mod_id_is_not_guessed(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Account, 1)
    ann.orders[0].title = "Pears"
    with pytest.raises(RecordStateError, match=r"row 1 has changes that were not saved, title"):
        as_model(ann.orders[0], Order)
    db.save(ann)
    order = as_model(ann.orders[0], Order)
    assert state(order).mod_id is None
    order.status = "sent"
    db.save(order)
    assert db.get(Order, 1).title == "Pears"


def test_a_row_that_is_no_record_is_refused(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Account, 1)
    new = OrderRow(title="Gin")
    ann.orders.append(new)
    with pytest.raises(RecordStateError, match="never created in FileMaker: save the record"):
        as_model(new, Order)
    db.save(ann)
    assert as_model(new, Order).title == "Gin"
    gone = ann.orders[0]
    ann.orders.remove(gone)
    with pytest.raises(RecordStateError, match=r"is no record: .*was removed"):
        as_model(gone, Order)
    with pytest.raises(TypeError, match="takes a row of a portal"):
        as_model(ann, Order)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    class Region(Model, layout="regions"):
        name: Field[str] = field("Name")

    with pytest.raises(TypeError, match=r"OrderRow and Region have no loaded field in common"):
        as_model(new, Region)
