from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest
from scenarios.conftest import Office
from scenarios.trade import Account, Customer, Order, Region

from fmorm import (
    BelongsTo,
    FindError,
    MultipleFound,
    NotLoaded,
    ReadOnly,
    RecordStateError,
    belongs_to,
    state,
)
from fmorm.model.state import Origin


def test_related_records_come_along_with_a_find_in_one_request_more(trade: Office) -> None:
    db = trade.open()
    db.update(Order, 2, {"customer_id": "C-1"})
    trade.forget()
    orders = db.find(Order).prefetch(Order.customer).all()
    names = [order.customer.name if order.customer else None for order in orders]
    assert names == ["Ann", "Ann", "Bo", None, None, "Ann"]
    assert orders[0].customer is orders[5].customer, "the same object for all that belong to it"
    assert [line.split("?")[0] for line in trade.sent] == ["GET orders/records", "POST customers/_find"]


def test_a_key_is_equal_as_filemaker_has_it(trade: Office) -> None:
    db = trade.open()
    ann = db.get(Customer, id="C-1")
    db.load(ann, Customer.orders)
    assert [order.title for order in ann.orders] == ["Apples", "Bread", "Figs"], "c-1 is C-1"
    assert [order.customer_id for order in ann.orders] == ["C-1", "c-1", "C-1"]


def test_keys_that_resemble_each_other_are_asked_for_apart(trade: Office) -> None:
    db = trade.open()
    db.create(Customer(id="É", name="Eva"))
    for key in ("é", "E", "É"):
        db.create(Order(customer_id=key, title=key))
    orders = db.find(Order).where(Order.title.in_(["é", "E", "É"])).all()
    trade.forget()
    db.load(orders, Order.customer)
    assert [order.customer.name if order.customer else None for order in orders] == ["Eva"] * 3
    assert len({id(order.customer) for order in orders}) == 1, "shared, although it came three times"
    assert trade.sent == ["POST customers/_find"] * 3


def test_relations_lead_on(trade: Office) -> None:
    db = trade.open()
    db.update(Order, 2, {"customer_id": "C-1"})
    trade.forget()
    orders = db.find(Order).prefetch(Order.customer, Order.customer.region).limit(3).all()
    regions = [order.customer.region.name for order in orders if order.customer and order.customer.region]
    assert regions == ["North", "North", "South"]
    assert len(trade.sent) == 3
    trade.forget()
    db.find(Order).prefetch(Order.customer).prefetch(Order.customer.region).limit(3).all()
    assert len(trade.sent) == 3, "the customers are read once"
    trade.forget()
    db.load(orders, Order.customer.region)
    assert len(trade.sent) == 2, "what is on the way is loaded, too"


def test_many_keys_are_asked_for_in_batches(trade: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmorm.mapper.relating.KEYS_AT_ONCE", 2)
    db = trade.open()
    for number in range(3, 6):
        db.create(Region(id=number, name=str(number)))
        db.create(Customer(id=f"C-{number + 1}", name=str(number), region_id=number))
    customers = db.find(Customer).all()
    trade.forget()
    db.load(customers, Customer.region)
    assert [one.region.name if one.region else None for one in customers] == [
        "North", "South", None, "3", "4", "5",
    ]  # fmt: skip
    assert trade.sent == ["POST regions/_find"] * 3, "five keys, two at once"
    trade.forget()
    regions = db.find(Region).prefetch(Region.customers).all()
    assert [[one.name for one in region.customers] for region in regions] == [
        ["Ann"],
        ["Bo"],
        ["3"],
        ["4"],
        ["5"],
    ]
    assert len(trade.sent) == 1 + 3


def test_all_pages_of_many_are_read(trade: Office, small_pages: Callable[[int], None]) -> None:
    db = trade.open()
    small_pages(2)
    ann = db.load(db.get(Customer, id="C-1"), Customer.orders)
    assert [order.title for order in ann.orders] == ["Apples", "Bread", "Figs"]


def test_without_keys_nothing_is_sent(trade: Office) -> None:
    db = trade.open()
    orders = db.find(Order).where(Order.title == "Dates").all()
    cleo = db.get(Customer, id="C-3")
    trade.forget()
    db.load(orders, Order.customer)
    db.load(cleo, Customer.region)
    db.load([], Customer.region)
    assert (orders[0].customer, cleo.region, trade.sent) == (None, None, [])


def test_every_way_of_a_find_brings_them_along(trade: Office, small_pages: Callable[[int], None]) -> None:
    small_pages(2)
    find = trade.open().find(Order).sort(Order.title).prefetch(Order.customer)
    first = find.first()
    assert first is not None
    assert first.customer is not None
    assert find.where(Order.title == "Cheese").one().customer is not None
    assert find.where(Order.title == "Eggs").one().customer is None
    assert [one.customer.name for one in find if one.customer] == ["Ann", "Ann", "Bo", "Ann"]
    trade.forget()
    assert (find.count(), find.exists()) == (6, True)
    assert not any("customers" in line for line in trade.sent), "a question needs no relations"


def test_what_is_not_loaded_or_out_of_date_says_so(trade: Office) -> None:
    db = trade.open()
    order = db.get(Order, 1)
    with pytest.raises(
        NotLoaded, match=r"Order\.customer is not loaded: db\.load\(record, Order\.customer\)"
    ):
        _ = order.customer
    with pytest.raises(NotLoaded):
        getattr(order, "customer", None)
    db.load(order, Order.customer)
    order.customer_id = "C-2"
    with pytest.raises(NotLoaded, match=r"was loaded for Order\.customer_id 'C-1', which is 'C-2' now"):
        _ = order.customer
    db.save(order)
    db.load(order, Order.customer)
    assert order.customer is not None
    assert order.customer.name == "Bo"
    db.reload(order)
    assert order.customer.name == "Bo", "reading the order again changes nothing about the customer"


def test_a_relation_is_no_value(trade: Office) -> None:
    db = trade.open()
    order = db.load(db.get(Order, 1), Order.customer)
    with pytest.raises(ReadOnly, match=r"set the key, Order\.customer_id = other\.id"):
        order.customer = None  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ReadOnly, match=r"Customer\.orders cannot be set: set Order\.customer_id"):
        db.get(Customer, 1).orders = ()  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    assert "customer" not in order.model_dump()
    assert not state(order).is_dirty
    assert copy.copy(order).customer is copy.deepcopy(order).customer is order.customer
    assert order.model_copy(update={"title": "x"}).customer is order.customer
    with pytest.raises(NotLoaded):
        _ = pickle.loads(pickle.dumps(order)).customer
    assert order == db.get(Order, 1)


def test_a_key_that_names_several_is_refused(trade: Office) -> None:
    db = trade.open()
    db.create(Customer(id="c-2", name="Bob"))
    orders = db.find(Order).all()
    with pytest.raises(MultipleFound, match=r"Order\.customer: 2 records of Customer have id 'C-2'"):
        db.load(orders, Order.customer)
    with pytest.raises(NotLoaded):
        _ = orders[0].customer
    assert db.load(orders[0], Order.customer).customer is not None


def test_a_related_record_is_saved_like_any_other(trade: Office) -> None:
    db = trade.open()
    order = db.load(db.get(Order, 1), Order.customer)
    assert order.customer is not None
    order.customer.name = "Anna"
    db.save(order.customer)
    assert db.get(Customer, 1).name == "Anna"


def test_what_is_no_relation_is_refused_before_sending(trade: Office) -> None:
    db = trade.open()
    orders = db.find(Order).all()
    trade.forget()
    with pytest.raises(FindError, match=r"Customer\.region is no relation of Order; .* Order\.customer"):
        db.load(orders, Customer.region)
    with pytest.raises(FindError, match="is no relation of Order"):
        db.find(Order).prefetch(Account)
    with pytest.raises(TypeError, match=r"db\.load\(orders, Order\.customer\)"):
        db.load(orders)
    with pytest.raises(TypeError, match="a list of records"):
        db.load("C-1", Order.customer)  # type: ignore[type-var]  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(FindError, match="a find looks into one layout"):
        db.find(Order).where(Order.customer.name == "Ann")
    assert trade.sent == []


def test_a_relation_is_loaded_for_records_of_a_derived_class(trade: Office) -> None:
    class Rush(Order, layout="orders"):
        pass

    class Strange(Order, layout="orders"):
        customer: BelongsTo[Account] = belongs_to(Account, on="customer_id")  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]

    db = trade.open()
    rush = db.find(Rush).prefetch(Order.customer).first()
    assert rush is not None
    assert rush.customer is not None
    assert rush.customer.name == "Ann"
    with pytest.raises(FindError, match=r"Order\.customer is no relation of Strange"):
        db.load(db.get(Strange, 1), Order.customer)


def test_relations_are_loaded_only_where_the_record_lives(trade: Office) -> None:
    db = trade.open()
    order = db.get(Order, 1)
    state(order).origin = Origin("https://elsewhere", "Trade", "orders")
    with pytest.raises(RecordStateError, match="record ids mean nothing elsewhere"):
        db.load(order, Order.customer)
