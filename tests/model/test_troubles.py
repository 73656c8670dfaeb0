"""Values that cannot be had: they do not fit, or the account may not see them. Each is told, and none is lost."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any

import pytest
from annotated_types import Ge, MaxLen
from pydantic import field_validator, model_validator

from fmorm import (
    Field,
    MappingError,
    Model,
    NoAccess,
    OnBadValue,
    Portal,
    PortalRow,
    Repeating,
    field,
    portal,
    repeating,
    state,
)
from fmorm.mapper.changes import changes
from fmorm.model.build import build_records
from fmorm.model.keeping import take_over
from fmorm.model.plan import plan_of
from fmorm.model.source import Source
from fmorm.wire.replies import Reply, data_of, response_of
from fmorm.wire.requests import Request
from fmorm.wire.values import NO_ACCESS

from .people import ORIGIN


class Row(PortalRow, table="rows"):
    size: Field[int] = field("Size")


class KeptRow(PortalRow, table="others", on_bad_value="keep"):
    size: Field[int] = field("Size")


class Thing(Model, layout="thing"):
    name: Field[str] = field("Name")
    born: Field[date | None] = field("Born")
    wakes: Field[time] = field("Wakes")
    tags: Field[list[int]] = field("Tags")
    scores: Repeating[int | None] = repeating("Score", 3)
    rows: Portal[Row] = portal("rows")
    others: Portal[KeptRow] = portal("others")


class Collecting(Thing, layout="thing", on_bad_value="collect"):
    pass


class Keeping(Thing, layout="thing", on_bad_value="keep"):
    pass


class Checked(Model, layout="thing"):
    name: Field[Annotated[str, MaxLen(3)]] = field("Name")
    born: Field[date | None] = field("Born")
    scores: Repeating[Annotated[int, Ge(0)] | None] = repeating("Score", 3)

    @field_validator("born")
    @classmethod
    def not_too_old(cls, value: date | None) -> date | None:
        if value is not None and value.year < 1900:
            raise ValueError("too old")
        return value


class Whole(Model, layout="thing", on_bad_value="collect"):
    name: Field[str] = field("Name")

    @model_validator(mode="after")
    def refuse(self) -> Whole:
        raise ValueError("not at all")


GOOD: dict[str, Any] = {
    "Name": "n",
    "Born": "01/02/2000",
    "Wakes": "06:30:00",
    "Tags": "1\r2",
    "Score(1)": 1,
    "Score(2)": 2,
    "Score(3)": 3,
}
BAD: dict[str, Any] = GOOD | {"Born": "yesterday", "Wakes": "26:00:00", "Tags": "1\rtwo", "Score(2)": 1.5}
REQUEST = Request("GET", "x", "read")


def raw(**cells: Any) -> dict[str, Any]:
    return {
        "fieldData": GOOD | cells,
        "portalData": {
            "rows": [{"recordId": "3", "rows::Size": "big", "modId": "1"}],
            "others": [{"recordId": "4", "others::Size": "big", "modId": "1"}],
        },
        "recordId": "7",
        "modId": "0",
        "portalDataInfo": [
            {"table": name, "foundCount": 1, "returnedCount": 1} for name in ("rows", "others")
        ],
    }


def read(model: type[Any], policy: OnBadValue | None = None, **cells: Any) -> Any:
    (record,) = build_records(plan_of(model), [raw(**cells)], Source(ORIGIN, on_bad_value=policy))
    return record


WAYS: dict[str, Callable[[OnBadValue], Any]] = {
    "by the find": lambda policy: read(Thing, policy, **BAD),
    "by the class": lambda policy: read(
        {"collect": Collecting, "keep": Keeping, "raise": Thing}[policy], **BAD
    ),
}
WAY = pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))


@WAY
def test_a_bad_value_raises_with_its_place(way: Callable[[OnBadValue], Any]) -> None:
    with pytest.raises(MappingError) as caught:
        way("raise")
    error = caught.value
    assert (error.layout, error.record_id, error.field, error.raw) == ("person", "7", "Born", "yesterday")


@WAY
def test_collected_values_are_nothing_and_tell_why_when_they_are_touched(
    way: Callable[[OnBadValue], Any],
) -> None:
    record = way("collect")
    bad = state(record).bad_values
    assert {attr: error.raw for attr, error in bad.items()} == {
        "born": "yesterday",
        "wakes": "26:00:00",
        "tags": "1\rtwo",
        "scores[1]": 1.5,
    }
    with pytest.raises(MappingError) as caught:
        _ = record.born
    assert caught.value is bad["born"]
    with pytest.raises(MappingError, match="fraction"):
        _ = record.scores[1]
    assert (record.name, record.scores[0], record.scores[2]) == ("n", 1, 3)
    assert record.model_dump(include={"name", "born"}) == {"name": "n"}


@WAY
def test_kept_values_are_what_the_server_sent(way: Callable[[OnBadValue], Any]) -> None:
    record: Any = way("keep")
    assert (record.born, record.wakes, record.tags) == ("yesterday", "26:00:00", "1\rtwo")
    assert list(record.scores) == [1, 1.5, 3]
    assert state(record).bad_values.keys() == {"born", "wakes", "tags", "scores[1]"}


@WAY
@pytest.mark.parametrize("policy", ["collect", "keep"])
def test_bad_values_are_no_changes_and_are_never_sent(
    way: Callable[[OnBadValue], Any], policy: OnBadValue
) -> None:
    record = way(policy)
    assert not state(record).is_dirty
    record.name = "other"
    assert changes(record).values.wire() == {"Name": "other"}


@WAY
@pytest.mark.parametrize("policy", ["collect", "keep"])
def test_a_bad_value_can_be_set_and_is_good_then(
    way: Callable[[OnBadValue], Any], policy: OnBadValue
) -> None:
    record = way(policy)
    record.born, record.tags, record.scores[1] = date(2000, 1, 1), [5], 7
    assert state(record).bad_values.keys() == {"wakes"}
    change = changes(record)
    assert change.values.wire() == {"Born": "01/01/2000", "Tags": "5", "Score(2)": 7}
    state(record).reset()
    assert state(record).bad_values.keys() == {"born", "wakes", "tags", "scores[1]"}
    record.born, record.tags, record.scores[1] = date(2000, 1, 1), [5], 7
    changes(record).confirm({"modId": "1"})
    assert state(record).bad_values.keys() == {"wakes"}
    record.tags.append(6)
    assert changes(record).values.wire() == {"Tags": "5\r6"}


def test_rows_follow_the_find_then_their_class_then_the_model() -> None:
    collected = read(Collecting)
    with pytest.raises(MappingError, match=r"portal Collecting\.rows, row 3"):
        _ = collected.rows[0].size
    assert state(collected.rows[0]).bad_values["size"].raw == "big"
    assert collected.others[0].size == "big"
    assert read(Thing).others[0].size == "big"
    with pytest.raises(MappingError):
        _ = read(Thing).rows[0]
    with pytest.raises(MappingError):
        _ = read(Thing, "raise").others[0]
    assert read(Thing, "keep").rows[0].size == "big"


def test_a_find_is_stricter_than_its_class_where_it_says_so() -> None:
    with pytest.raises(MappingError):
        read(Collecting, "raise", **BAD)


def travelled(record: Any) -> Any:
    return pickle.loads(pickle.dumps(record))


COPIES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, travelled]


@pytest.mark.parametrize("twin_of", COPIES)
def test_a_copy_knows_them_too(twin_of: Callable[[Any], Any]) -> None:
    record = read(Collecting, **BAD)
    twin = twin_of(record)
    assert state(twin).bad_values.keys() == state(record).bad_values.keys()
    twin.born = None
    assert "born" in state(record).bad_values
    with pytest.raises(MappingError):
        _ = twin.wakes


def test_what_is_read_again_is_known_anew() -> None:
    record = read(Collecting, **BAD)
    take_over(record, read(Collecting))
    assert state(record).bad_values == {}
    assert record.born == date(2000, 1, 2)
    assert list(record.scores) == [1, 2, 3]


# -- what the checks of a class refuse ---------------------------------------------------------------------


REFUSED: dict[str, Any] = {"Name": "too long", "Born": "01/02/1800", "Score(2)": -1}


def test_what_a_validator_refuses_raises() -> None:
    with pytest.raises(MappingError):
        read(Checked, **REFUSED)


def test_what_a_validator_refuses_is_collected() -> None:
    record = read(Checked, "collect", **REFUSED)
    assert {attr: error.raw for attr, error in state(record).bad_values.items()} == {
        "name": "too long",
        "born": "01/02/1800",
        "scores[1]": -1,
    }
    with pytest.raises(MappingError, match="too old"):
        _ = record.born
    assert not state(record).is_dirty


def test_what_a_validator_refuses_is_kept() -> None:
    record: Any = read(Checked, "keep", **REFUSED)
    assert (record.name, record.born, list(record.scores)) == ("too long", "01/02/1800", [1, -1, 3])
    assert not state(record).is_dirty
    assert record.__pydantic_fields_set__ == {"name", "born", "scores"}


def test_a_value_that_is_no_date_does_not_reach_the_validators() -> None:
    assert state(read(Checked, "collect", Born="x")).bad_values.keys() == {"born"}
    assert read(Checked, "keep", Born="x").born == "x"


def test_a_record_that_is_refused_as_a_whole_raises() -> None:
    with pytest.raises(MappingError, match="not at all"):
        read(Whole)


# -- no access -------------------------------------------------------------------------------------------


class Open(Model, layout="thing"):
    name: Field[str] = field("Name")
    born: Field[date | None] = field("Born")
    tags: Field[list[int]] = field("Tags")
    scores: Repeating[int | None] = repeating("Score", 3)
    rows: Portal[Row] = portal("rows")


class OpenChecked(Open, layout="thing"):
    @field_validator("born")
    @classmethod
    def look(cls, value: date | None) -> date | None:
        return value


def withheld(model: type[Any], *names: str) -> Any:
    """Read a reply in which the values of some fields are not shown."""
    cells = raw(**dict.fromkeys(names, NO_ACCESS))
    cells["portalData"]["rows"][0]["rows::Size"] = NO_ACCESS
    body = json.dumps({"messages": [{"code": "0", "message": "OK"}], "response": {"data": [cells]}})
    data = data_of(response_of(Reply(200, {}, body.encode()), REQUEST), REQUEST)
    (record,) = build_records(plan_of(model), data, Source(ORIGIN))
    return record


ALL = ("Name", "Born", "Tags", "Score(1)", "Score(2)", "Score(3)")


@pytest.mark.parametrize("model", [Open, OpenChecked])
def test_a_value_that_is_not_shown_is_told_when_it_is_touched(model: type[Open]) -> None:
    record = withheld(model, *ALL)
    assert state(record).no_access == ["name", "born", "tags", "scores[0]", "scores[1]", "scores[2]"]
    assert state(record).bad_values == {}
    for attr in ("name", "born", "tags"):
        with pytest.raises(NoAccess, match="privilege set"):
            getattr(record, attr)
    with pytest.raises(NoAccess, match="privilege set"):
        _ = record.scores[0]
    with pytest.raises(NoAccess, match="privilege set"):
        _ = record.rows[0].size
    assert not state(record).is_dirty
    assert not changes(record)


def test_the_other_values_are_there_and_are_saved() -> None:
    record = withheld(Open, "Born")
    record.name = "other"
    assert changes(record).values.wire() == {"Name": "other"}
    assert "born" not in record.model_dump()


def test_no_access_is_no_bad_value_whatever_the_policy() -> None:
    class Strict(Open, layout="thing", on_bad_value="keep"):
        pass

    with pytest.raises(NoAccess):
        _ = withheld(Strict, "Name").name
