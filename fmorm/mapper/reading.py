"""One record out of FileMaker: by record id, by business key, or again."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeVar, cast

from fmorm.errors import FindError, NotFound, ProtocolError
from fmorm.mapper.doubt import alone
from fmorm.mapper.finding import Found, one_or_none
from fmorm.mapper.given import check_record_id, expect_model, expect_record
from fmorm.mapper.home import Home, at_home, rows_of
from fmorm.mapper.scripting import asking, take_results
from fmorm.model.build import build_records
from fmorm.model.keeping import take_over
from fmorm.model.plan import Plan, plan_of
from fmorm.model.records import Model
from fmorm.model.source import Source
from fmorm.model.state import policy_of, saved_id
from fmorm.model.troubles import OnBadValue
from fmorm.protocol.calls import call
from fmorm.protocol.effects import Steps
from fmorm.query.find import FindSpec
from fmorm.wire import requests
from fmorm.wire.replies import data_of
from fmorm.wire.requests import Rows
from fmorm.wire.scripts import AnyScripts, Scripts, scripts_of
from fmorm.wire.shaped import Raw

M = TypeVar("M", bound=Model)


def get(
    home: Home,
    model: type[M],
    record_id: str | int | None,
    keys: dict[str, Any],
    script: AnyScripts = None,
) -> Steps[M]:
    """Read one record, with all the portals that the model declares.

    Args:
        home: The database.
        model: The class.
        record_id: FileMaker's record id.
        keys: One business key and its value, instead of a record id.
        script: Scripts to run with it.

    Returns:
        The record.

    Raises:
        RecordMissing: No record has this id.
        NotFound: No record has this key.
        MultipleFound: Several records have this key.
        TypeError: Neither or both were given, or the field is no business key.
    """
    plan, scripts = expect_model(model, "get"), scripts_of(script)
    if keys:
        return (yield from _get_by_key(home, model, record_id, keys, scripts))
    if record_id is None:
        raise TypeError(f"get wants a record id, or a business key by name: {_key_hint(plan)}")
    return cast("M", (yield from read(home, plan, check_record_id(record_id), scripts=scripts)))


def read(
    home: Home,
    plan: Plan,
    record_id: str,
    on_bad_value: OnBadValue | None = None,
    *,
    scripts: Scripts = (),
) -> Steps[Model]:
    """Read one record by its id, with all the portals that the model declares.

    `on_bad_value` is what a find said about values that do not fit, where one did.
    """
    raw = yield from read_raw(home, plan.place, record_id, rows_of(plan, None), scripts)
    source = Source(home.origin(plan.place), on_bad_value=on_bad_value)
    (record,) = build_records(plan, [raw], source)
    return cast("Model", record)


def read_raw(
    home: Home, layout: str, record_id: str, portals: Sequence[Rows], scripts: Scripts = ()
) -> Steps[Raw]:
    """Read one record by its id with these portals, as the server sends it; raises ProtocolError for another one."""
    request = asking(requests.get(home.place, layout, record_id, portals), scripts)
    response = yield from call(request)
    data = data_of(response, request)
    take_results(scripts, response, request)
    if len(data) == 1 and str(data[0]["recordId"]) != record_id:
        raise ProtocolError(
            f"{request.about}: the reply is record {data[0]['recordId']}", status=HTTPStatus.OK
        )
    if len(data) != 1:
        raise ProtocolError(
            f"{request.about}: one record was asked for, {len(data)} came", status=HTTPStatus.OK
        )
    return data[0]


def reload(home: Home, record: M) -> Steps[M]:
    """Read a record again, in place; changes that were not saved are dropped.

    Portals, repetitions and rows that the program holds stay those of the record. A row that FileMaker has no more,
    and a new one that was not saved, refuse to be set from then on.

    Args:
        home: The database.
        record: A record that exists in FileMaker.

    Returns:
        The same object, with the values, portals and ids that FileMaker has now.

    Raises:
        MappingError: A value does not fit its field; the record is as it was.
        RecordMissing: The record is there no more.
        RecordStateError: It was never created, or lives elsewhere.
    """
    expect_record(record, "reload")
    plan = at_home(home, record)
    fresh = yield from read(home, plan, saved_id(record), policy_of(record))
    take_over(record, fresh)
    return record


def refresh(home: Home, record: M) -> Steps[M]:
    """Read a record again, in place; as `reload`, unless it is being written."""
    expect_record(record, "reload")
    return (yield from alone(record, reload(home, record)))


def _get_by_key(
    home: Home, model: type[M], record_id: str | int | None, keys: dict[str, Any], scripts: Scripts
) -> Steps[M]:
    plan = plan_of(model)
    attr, value = next(iter(keys.items()))
    if len(keys) > 1 or record_id is not None:
        raise TypeError("get wants a record id or one business key, not both and not several")
    if attr not in {field.attr for field in plan.keys}:
        raise TypeError(f"{model.__name__}.{attr} is no business key; {_key_hint(plan)}")
    if value is None or value == "":
        raise FindError(f"get({model.__name__}, {attr}={value!r}): an empty key names no record")
    spec = FindSpec(plan.place).where(plan.terms[attr] == value)
    found = yield from one_or_none(Found(home, model, spec, scripts=scripts))
    if found is None:
        raise NotFound(f"no {model.__name__} has {attr} {value!r}")
    return found


def _key_hint(plan: Plan) -> str:
    if plan.keys:
        return f"the business keys are {', '.join(field.attr for field in plan.keys)}"
    return f"{plan.cls.__name__} declares none: field(…, key=True) does"
