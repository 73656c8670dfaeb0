"""Each kind of failure is a class of its own, with a code, what was asked, and what to do; on real sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import pytest
from bad_input.certificates import self_signed
from bad_input.sockets import Misbehaving, from_app
from bad_input.witness import SECRETS, whole
from faults.conftest import ON_SOCKETS, ONCE
from faults.test_table import well_told
from faults.verbs import Keyed
from scenarios.conftest import Office
from scenarios.office import Person, Task

from fmorm import (
    AllowanceError,
    CapacityError,
    ConflictError,
    CredentialError,
    Database,
    DatabaseClosed,
    Field,
    FieldMissing,
    FmormError,
    LayoutMissing,
    MappingError,
    Model,
    NotUnique,
    PrivilegeError,
    ProtocolError,
    RecordLocked,
    RecordMissing,
    RefusedValue,
    ServerError,
    SessionExpired,
    TlsError,
    field,
)
from fmorm.server import App

READ_1: Final = "read of layout 'person', record 1"
EDIT_1: Final = "edit on layout 'person', record 1"
LOG_IN: Final = "log-in to 'Office & Co'"


class Elsewhere(Model, layout="nowhere"):
    name: Field[str] = field("Name")


class Wider(Model, layout="person"):
    name: Field[str] = field("No such field")


@dataclass(frozen=True, slots=True)
class Failure:
    """A way to fail.

    Attributes:
        error: The class.
        code: FileMaker's code; None where the server does not say no.
        request: What was asked.
        verb: What is done.
        before: What makes it fail.
        options: Settings of the database.
    """

    error: type[FmormError]
    code: int | None
    request: str
    verb: Callable[[Database], Any]
    before: Callable[[App], Any] = lambda app: None
    options: tuple[tuple[str, Any], ...] = ()


def _get(db: Database) -> Any:
    return db.get(Person, 1)


def _rename(db: Database) -> Any:
    return db.update(Person, 1, {"name": "Anne"})


def _save_after_somebody_else(db: Database) -> None:
    ann = db.get(Person, 1)
    db.update(Person, 1, {"notes": "theirs"})
    ann.name = "Anne"
    db.save(ann)


def _create_the_same_key(db: Database) -> None:
    db.create(Keyed(id="A", name="Dag"))


def _create_without_a_name(db: Database) -> None:
    db.create(Person(name=""))


FAILURES: Final = {
    "password": Failure(CredentialError, 212, LOG_IN, _get, options=(("password", "wrong pässword"),)),
    "account": Failure(CredentialError, 212, LOG_IN, _get, options=(("user", "nobody"),)),
    "privilege": Failure(
        PrivilegeError, 200, EDIT_1, _rename, options=(("user", "reader"), ("password", "reader"))
    ),
    "no room": Failure(CapacityError, 812, LOG_IN, _get, lambda app: app.faults.session_cap(0)),
    "too many sessions": Failure(CapacityError, 956, LOG_IN, _get, lambda app: app.faults.fail(956, on="log-in")),
    "no script engine": Failure(CapacityError, 812, READ_1, _get, lambda app: app.faults.fail(812, on="reads")),
    "allowance": Failure(AllowanceError, 953, READ_1, _get, lambda app: app.faults.fail(953, on="reads")),
    "closed file": Failure(DatabaseClosed, 802, LOG_IN, _get, lambda app: app.faults.close_file()),
    "session": Failure(SessionExpired, 952, READ_1, _get, lambda app: app.faults.fail(952, on="reads")),
    "locked": Failure(RecordLocked, 301, EDIT_1, _rename, lambda app: app.faults.lock("person", 1)),
    "conflict": Failure(ConflictError, 306, EDIT_1, _save_after_somebody_else),
    "record": Failure(RecordMissing, 101, "read of layout 'person', record 9", lambda db: db.get(Person, 9)),
    "layout": Failure(LayoutMissing, 105, "read of layout 'nowhere'", lambda db: db.find(Elsewhere).first()),
    "field": Failure(
        FieldMissing, 102, "create on layout 'person', which names No such field",
        lambda db: db.create(Wider(name="Dag")),
    ),
    "validation": Failure(RefusedValue, 509, "create on layout 'person'", _create_without_a_name),
    "unique": Failure(NotUnique, 504, "create on layout 'person'", _create_the_same_key),
    "other code": Failure(ServerError, 1631, READ_1, _get, lambda app: app.faults.fail(1631, on="reads")),
    "web page": Failure(ProtocolError, None, READ_1, _get, lambda app: app.faults.html(200, on="reads")),
    "web page in place of a token": Failure(
        ProtocolError, None, LOG_IN, _get, lambda app: app.faults.html(404, on="log-in")
    ),
}  # fmt: skip


@ON_SOCKETS
@pytest.mark.parametrize("name", FAILURES)
def test_each_kind_of_failure_has_its_class(office: Office, name: str) -> None:
    failure = FAILURES[name]
    failure.before(office.app)
    db = office.open(retry=ONCE, **dict(failure.options))
    with pytest.raises(FmormError) as caught:
        failure.verb(db)
    error = cast("Any", caught.value)
    assert type(caught.value) is failure.error
    assert error.request == failure.request
    assert getattr(error, "code", None) == failure.code
    if failure.error is not ServerError:
        well_told(error)
    text = whole(error)
    for secret in [*SECRETS, "wrong pässword"]:
        assert secret not in text


@ON_SOCKETS
def test_a_certificate_that_is_not_trusted_is_a_class_of_its_own(office: Office, tmp_path: Path) -> None:
    with Misbehaving(from_app(office.app), self_signed(tmp_path).server()) as server:
        office.url = server.url
        db = office.open()
        with pytest.raises(TlsError, match="Nothing was sent") as caught:
            db.get(Person, 1)
        well_told(caught.value)
        assert caught.value.request == LOG_IN
        assert "verify=" in caught.value.advice
        assert db.traffic.requests == 1, "it was tried again, which cannot help"


@ON_SOCKETS
def test_a_value_that_does_not_fit_names_record_field_and_text(office: Office) -> None:
    class Lenient(Model, layout="person"):
        weight: Field[str] = field("Weight", kind="text")

    db = office.open()
    db.update(Lenient, 1, {"weight": "sixty"})
    with pytest.raises(MappingError, match="the server sent 'sixty'") as caught:
        db.get(Person, 1)
    error = caught.value
    assert (error.layout, error.record_id, error.field, error.raw) == ("person", "1", "Weight", "sixty")


@ON_SOCKETS
def test_a_value_of_a_row_that_is_refused_is_told(office: Office) -> None:
    db = office.open()
    ann = db.get(Person, 1)
    ann.tasks.append(Task(title=""))
    with pytest.raises(RefusedValue) as caught:
        db.save(ann)
    assert caught.value.code == 509
    well_told(caught.value)
