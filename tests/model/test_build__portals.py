"""Portal rows out of replies: their names, their keys, and cells that do not fit."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from model.people import Address, Person, address, load, one, portal_info, raw_person
from pydantic import field_validator

from fmorm import (
    Field,
    MappingError,
    Model,
    NotLoaded,
    Portal,
    PortalRow,
    ProtocolError,
    field,
    portal,
    state,
)
from fmorm.wire.shaped import Raw
from fmorm.wire.unread import UnreadRows


class Shop(Model, layout="shop"):
    lines: Portal[Address] = portal("Lines of it")


def shop(row: dict[str, Any], *, found: int = 1) -> Shop:
    info = portal_info("person_addresses", found=found, returned=1, object_name="Lines of it")
    raw = {
        "fieldData": {},
        "portalData": {"Lines of it": [row]},
        "recordId": "1",
        "modId": "0",
        "portalDataInfo": [info],
    }
    (loaded,) = load(Shop, raw)
    return loaded


def test_portal_with_an_object_name() -> None:
    loaded = shop(address("21", "Oslo"))
    assert (loaded.lines[0].city, loaded.lines.complete) == ("Oslo", True)
    assert shop(address("21", "Oslo"), found=60).lines.complete is False


class Slow(PortalRow, table="slow"):
    city: Field[str] = field("City")

    @field_validator("city")
    @classmethod
    def _wait(cls, city: str) -> str:
        time.sleep(0.005)
        return city


class Slowly(Model, layout="slowly"):
    rows: Portal[Slow] = portal("slow")


def slowly(rows: Any) -> Slowly:
    raw = {"fieldData": {}, "portalData": {"slow": rows}, "recordId": "1", "modId": "0"}
    (loaded,) = load(Slowly, raw)
    return loaded


def test_two_threads_that_touch_a_portal_first_get_the_same_rows() -> None:
    one = slowly([{"recordId": "7", "slow::City": "Oslo", "modId": "0"}])
    together = threading.Barrier(2)
    touched: list[Slow] = []

    def touch() -> None:
        together.wait()
        touched.append(one.rows[0])

    threads = [threading.Thread(target=touch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(touched) == 2
    assert touched[0] is touched[1]


def test_rows_that_cannot_be_read_can_be_looked_at() -> None:
    def damaged(piece: bytes) -> list[Raw]:
        raise ProtocolError(f"{piece!r} is damaged", status=200)

    one = slowly(UnreadRows(b"[", damaged))
    assert repr(one.rows) == "<rows of Slowly.rows that cannot be read>"
    with pytest.raises(ProtocolError, match="is damaged"):
        list(one.rows)
    with pytest.raises(ProtocolError, match="is damaged"):
        _ = one.rows[0]


def test_rows_qualified_by_the_portals_object_name() -> None:
    loaded = shop({"recordId": "21", "Lines of it::City": "Oslo", "Lines of it::Zip": "0150", "modId": "0"})
    assert (loaded.lines[0].city, loaded.lines[0].zip) == ("Oslo", "0150")


class Line(PortalRow, table="lines"):
    name: Field[str] = field("Name")
    product: Field[str] = field("products::Name")


class Order(Model, layout="order"):
    lines: Portal[Line] = portal("lines")


def test_a_farther_field_never_takes_the_value_of_the_rows_own() -> None:
    row = {"recordId": "21", "lines::Name": "a line", "modId": "0"}
    (loaded,) = load(Order, {"fieldData": {}, "portalData": {"lines": [row]}, "recordId": "1", "modId": "0"})
    assert loaded.lines[0].name == "a line"
    with pytest.raises(NotLoaded, match=r"Line\.product"):
        _ = loaded.lines[0].product


def test_related_field_on_the_layout_itself() -> None:
    class Related(Model, layout="person"):
        company: Field[str | None] = field("company::Name")

    assert one(Related, **{"company::Name": "Acme"}).company == "Acme"
    assert one(Related, **{"company::Name": ""}).company is None


@pytest.mark.parametrize("order", [1, -1], ids=["missing in the second", "missing in the first"])
def test_rows_of_one_portal_may_carry_different_keys(order: int) -> None:
    whole, partial = address("21", "Oslo"), address("22", "Bergen")
    del partial["person_addresses::Zip"]
    (loaded,) = load(Person, raw_person(*[whole, partial][::order]))
    assert loaded.addresses.by_id(21).zip is None
    with pytest.raises(NotLoaded, match=r"Address\.zip"):
        _ = loaded.addresses.by_id(22).zip


def test_bad_cell_of_a_row_is_told_with_its_place() -> None:
    bad = {"address_city_info::Population": "many"}
    (loaded,) = load(Person, raw_person(address("21", "Oslo"), address("22", "Bergen", **bad)))
    with pytest.raises(MappingError) as caught:
        _ = loaded.addresses[0]
    error = caught.value
    assert (error.record_id, error.field, error.raw) == ("22", "address_city_info::Population", "many")
    assert "Person.addresses" in str(error)
    assert error.layout == "person", "`layout` is the layout that was read"


def test_rows_with_validators() -> None:
    class Loud(PortalRow, table="person_addresses"):
        city: Field[str] = field("City")

        @field_validator("city")
        @classmethod
        def loud(cls, value: str) -> str:
            return value.upper()

    class Holder(Model, layout="p"):
        rows: Portal[Loud] = portal("person_addresses")

    (loaded,) = load(Holder, raw_person(address("21", "Oslo")))
    assert (loaded.rows[0].city, state(loaded.rows[0]).record_id, state(loaded.rows[0]).mod_id) == (
        "OSLO",
        "21",
        "2",
    )


def test_what_a_validator_of_a_row_refuses_is_told_with_its_place() -> None:
    class Strict(PortalRow, table="person_addresses"):
        city: Field[str] = field("City")

        @field_validator("city")
        @classmethod
        def known(cls, value: str) -> str:
            if not value:
                raise ValueError("a city is needed")
            return value

    class Holder(Model, layout="p"):
        rows: Portal[Strict] = portal("person_addresses")

    (loaded,) = load(Holder, raw_person(address("21", "Oslo"), address("22", "")))
    with pytest.raises(MappingError, match="a city is needed") as caught:
        loaded.rows[0]
    error = caught.value
    assert (error.layout, error.portal, error.record_id, error.field) == (
        "p",
        "Holder.rows",
        "22",
        "person_addresses::City",
    )
    with pytest.raises(MappingError, match="a city is needed"):
        loaded.rows[0]


def test_a_record_that_lacks_a_portal_of_the_others_has_it_not_loaded() -> None:
    first, second = raw_person(address("21", "Oslo")), raw_person()
    del second["portalData"]
    whole, without = load(Person, first, second)
    assert whole.addresses[0].city == "Oslo"
    with pytest.raises(NotLoaded, match="addresses"):
        _ = without.addresses
    assert without.name == whole.name
