"""Files into containers and out of them."""

from __future__ import annotations

import hashlib
from typing import Any

from fmorm.errors import ConflictError, FmormError, NotFound, ServerError
from fmorm.mapper.changes import mod_id_of
from fmorm.mapper.given import expect_record
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.outcomes import next_mod_id
from fmorm.mapper.reading import read
from fmorm.mapper.storing import alone, in_doubt
from fmorm.model.plan import FieldPlan, Plan
from fmorm.model.records import Model
from fmorm.model.state import saved_id, state
from fmorm.protocol.calls import call, settle
from fmorm.protocol.downloads import fetch
from fmorm.protocol.effects import Steps
from fmorm.query.terms import ContainerTerm
from fmorm.wire import requests
from fmorm.wire.containers import Contents, Upload
from fmorm.wire.values import Kind


def upload(home: Home, record: Model, field: str | ContainerTerm, file: Upload) -> Steps[None]:
    """Put a file into a container field, in place of what is there.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        field: The attribute, or its term.
        file: The file.

    Raises:
        ConflictError: Somebody else has changed the record since it was read; nothing was stored.
        OutcomeUnknown: The connection broke: it may have been stored.
        RecordStateError: The record was never created, or lives elsewhere.
    """
    expect_record(record, "upload")
    yield from alone(record, _upload(home, record, _container(at_home(home, record), field), file))


def _upload(home: Home, record: Model, field: FieldPlan, file: Upload) -> Steps[None]:
    plan, record_id, mod_id = at_home(home, record), saved_id(record), state(record).mod_id
    request = requests.upload(home.place, plan.place, record_id, field.name, file, mod_id)
    steps = call(request)
    if mod_id is not None:
        steps = settle(request, lambda refusal: _stored(home, plan, record_id, field, file, mod_id, refusal))
    response = yield from in_doubt(record, steps)
    state(record).mod_id = mod_id_of(response)
    vars(record).pop(field.attr, None)  # what was read of it is not so any more


def _stored(
    home: Home, plan: Plan, record_id: str, field: FieldPlan, file: Upload, mod_id: str, refusal: ServerError
) -> Steps[dict[str, Any] | None]:
    """Find out whether a file whose reply was lost was stored: one commit more, and the very same bytes."""
    if not isinstance(refusal, ConflictError):
        return None
    current = yield from read(home, plan, record_id)
    contents: Contents | None = vars(current).get(field.attr)
    if state(current).mod_id != next_mod_id(mod_id) or contents is None:
        raise refusal
    try:
        there = yield from fetch(contents.url, f"download of {field.label}, record {record_id}")
    except FmormError:
        return None
    if hashlib.sha256(there).digest() != file.sha256():
        raise refusal
    return {"modId": state(current).mod_id}


def download(home: Home, record: Model, field: str | ContainerTerm) -> Steps[bytes]:
    """Get the file of a container field.

    The address of a file belongs to the session that has read it. So the record is read again first, on the session
    that then gets the file.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        field: The attribute, or its term.

    Returns:
        The file's bytes.

    Raises:
        NotFound: There is no file in the container.
        RecordMissing: The record is there no more.
        ProtocolError: The server did not give the file.
    """
    expect_record(record, "download")
    plan, record_id = at_home(home, record), saved_id(record)
    container = _container(plan, field)
    current = yield from read(home, plan, record_id)
    contents: Contents | None = vars(current).get(container.attr)
    if contents is None:
        raise NotFound(f"{container.label} of record {record_id} holds no file")
    return (yield from fetch(contents.url, f"download of {container.label}, record {record_id}"))


def _container(plan: Plan, field: str | ContainerTerm) -> FieldPlan:
    attr = field.ref.path[-1] if isinstance(field, ContainerTerm) else field
    found = plan.fields.get(attr)
    if found is None or found.codec.kind is not Kind.CONTAINER:
        names = [one.attr for one in plan.fields.values() if one.codec.kind is Kind.CONTAINER]
        known = (
            f"its containers are {', '.join(names)}"
            if names
            else "it declares none: photo: Container = container(…)"
        )
        raise TypeError(f"{plan.cls.__name__}.{attr} is no container; {known}")
    if isinstance(field, ContainerTerm) and field.ref.name != found.name:
        raise TypeError(f"{field.ref.label} is not of {plan.cls.__name__}")
    return found
