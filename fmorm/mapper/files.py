"""Files into containers and out of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeAlias, TypeVar

from fmorm.errors import ConflictError, FmormError, NotFound, ProtocolError, ServerError
from fmorm.mapper.changes import mod_id_of
from fmorm.mapper.doubt import alone, in_doubt
from fmorm.mapper.given import expect_record
from fmorm.mapper.home import Home, at_home
from fmorm.mapper.outcomes import next_mod_id
from fmorm.mapper.reading import read
from fmorm.mapper.targets import Destination, ToHash, ToMemory, target_of
from fmorm.model.plan import FieldPlan, Plan
from fmorm.model.records import Model
from fmorm.model.repetitions import is_repetitions
from fmorm.model.state import saved_id, state
from fmorm.protocol.calls import call, settle
from fmorm.protocol.downloads import fetch, open_file
from fmorm.protocol.effects import File, Steps
from fmorm.query.terms import ContainerTerm, RepeatingContainerTerm
from fmorm.wire import requests
from fmorm.wire.containers import Contents, Upload
from fmorm.wire.values import Kind

T = TypeVar("T")

WhichContainer: TypeAlias = str | ContainerTerm
"""A container: `Person.photo`, `Person.scans[1]` for a repetition, or the attribute's name."""

_STALE: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
"""What the web server answers to an address that is not good any more, or not yet: then the record is read again."""


@dataclass(frozen=True, slots=True)
class Container:
    """One repetition of a container field.

    Attributes:
        field: The field.
        position: The repetition, from 0; 0 as well where the field has no repetitions.
    """

    field: FieldPlan
    position: int

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.field.label}[{self.position}]" if self.field.repetitions else self.field.label

    def contents(self, record: Model) -> Contents | None:
        """Give what is in it, as it was read."""
        value: Any = vars(record).get(self.field.attr)
        if not is_repetitions(value):
            return value if isinstance(value, Contents) else None
        held: Contents | None = value.known().get(self.position)
        return held

    def forget(self, record: Model) -> None:
        """Know no more what is in it."""
        value: Any = vars(record).get(self.field.attr)
        if is_repetitions(value):
            value.forget(self.position)
        else:
            record.__fmorm_forget__({self.field.attr})


def upload(home: Home, record: Model, field: WhichContainer, file: Upload) -> Steps[None]:
    """Put a file into a container field, in place of what is there.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        field: The container.
        file: The file.

    Raises:
        ConflictError: Somebody else has changed the record since it was read; nothing was stored.
        OutcomeUnknown: The connection broke: it may have been stored.
        RecordStateError: The record was never created, or lives elsewhere.
    """
    expect_record(record, "upload")
    yield from alone(record, _upload(home, record, _container(at_home(home, record), field), file))


def _upload(home: Home, record: Model, into: Container, file: Upload) -> Steps[None]:
    plan, record_id, mod_id = at_home(home, record), saved_id(record), state(record).mod_id
    if into.field.related:
        raise TypeError(
            f"{into.label} is a related field, and FileMaker takes files only for those of the layout's own table: "
            "upload to a layout of that table"
        )
    request = requests.upload(
        home.place, plan.place, record_id, into.field.name, file, mod_id, into.position + 1
    )
    steps = call(request)
    if mod_id is not None:
        steps = settle(request, lambda refusal: _stored(home, plan, record_id, into, file, mod_id, refusal))
    response = yield from in_doubt(record, steps)
    state(record).mod_id = mod_id_of(response)
    into.forget(record)  # what was read of it is not so any more


def _stored(
    home: Home, plan: Plan, record_id: str, into: Container, file: Upload, mod_id: str, refusal: ServerError
) -> Steps[dict[str, Any] | None]:
    """Find out whether a file whose reply was lost was stored: one commit more, and the very same bytes."""
    if not isinstance(refusal, ConflictError):
        return None
    current = yield from read(home, plan, record_id, "collect")
    contents = into.contents(current)
    if state(current).mod_id != next_mod_id(mod_id) or contents is None:
        raise refusal
    there = ToHash()
    try:
        yield from fetch(contents.url, _about(into, record_id), there)
    except FmormError:
        return None
    if there.digest() != file.sha256():
        raise refusal
    return {"modId": state(current).mod_id}


def download(home: Home, record: Model, field: WhichContainer, to: Destination | None) -> Steps[bytes | None]:
    """Get the file of a container field.

    The address of a file belongs to the session that has read it. So the record is read again first, on the session
    that then gets the file.

    Args:
        home: The database.
        record: A record that exists in FileMaker.
        field: The container.
        to: A path, which gets the whole file or stays as it is; a binary file that is open for writing; or None.

    Returns:
        The file's bytes, where they went nowhere else.

    Raises:
        NotFound: There is no file in the container.
        RecordMissing: The record is there no more.
        ProtocolError: The server did not give the file.
    """
    target = ToMemory() if to is None else target_of(to)
    try:
        yield from _with_address(
            home, record, field, "download", lambda url, about: fetch(url, about, target)
        )
        return target.finish()
    except BaseException:
        target.abandon()
        raise


def open_contents(home: Home, record: Model, field: WhichContainer) -> Steps[File]:
    """Begin to get the file of a container field; arguments and errors as `download`."""
    return (yield from _with_address(home, record, field, "open_file", open_file))


def _with_address(
    home: Home, record: Model, field: WhichContainer, verb: str, get: Callable[[str, str], Steps[T]]
) -> Steps[T]:
    """Read where the file is, and get it from there; once more where the address turns out to be stale."""
    expect_record(record, verb)
    plan, record_id = at_home(home, record), saved_id(record)
    place = _container(plan, field)
    try:
        return (yield from get((yield from _address(home, plan, record_id, place)), _about(place, record_id)))
    except ProtocolError as error:
        if error.status not in _STALE:
            raise
    return (yield from get((yield from _address(home, plan, record_id, place)), _about(place, record_id)))


def _address(home: Home, plan: Plan, record_id: str, place: Container) -> Steps[str]:
    contents = place.contents((yield from read(home, plan, record_id, "collect")))
    if contents is None:
        raise NotFound(f"{place.label} of record {record_id} holds no file")
    return contents.url


def _about(place: Container, record_id: str) -> str:
    return f"download of {place.label}, record {record_id}"


def _container(plan: Plan, field: WhichContainer) -> Container:
    untyped: Any = field
    is_term = isinstance(untyped, (ContainerTerm, RepeatingContainerTerm))
    attr = untyped.ref.path[-1] if is_term else untyped
    found = plan.fields.get(attr) if isinstance(attr, str) else None
    if found is None or found.codec.kind is not Kind.CONTAINER:
        names = [one.attr for one in plan.fields.values() if one.codec.kind is Kind.CONTAINER]
        known = (
            f"its containers are {', '.join(names)}"
            if names
            else "it declares none: photo: Container = container(…)"
        )
        label = f"{plan.cls.__name__}.{attr}" if isinstance(attr, str) else repr(attr)
        raise TypeError(f"{label} is no container; {known}")
    if not isinstance(field, ContainerTerm):
        if found.repetitions:
            raise TypeError(
                f"{found.label} has {found.repetitions} repetitions: say which, as in {found.label}[0]"
            )
        return Container(found, 0)
    if field.ref.name not in found.names:
        raise TypeError(f"{field.ref.label} is not of {plan.cls.__name__}")
    return Container(found, found.names.index(field.ref.name))
