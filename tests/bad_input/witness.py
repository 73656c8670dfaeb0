"""What every bad input has to pass: the right error, well told, without secrets; and nothing lost."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any, Final

import pytest
from scenarios.conftest import PASSWORD, Office
from scenarios.office import Address, Person

from fmorm import FmormError, Model, PortalRow, ServerError, state
from fmorm.model.portals import is_portal_rows
from fmorm.model.repetitions import is_repetitions
from fmorm.server import App

SECRETS: Final = (PASSWORD, b64encode(f"api:{PASSWORD}".encode()).decode())
_TOKEN: Final = re.compile(r"\b[0-9a-f]{52}\b")


@contextmanager
def told(
    cls: type[BaseException], *says: str, secrets: Sequence[str] = ()
) -> Generator[pytest.ExceptionInfo[BaseException]]:
    """Expect an error.

    Args:
        cls: Its class: exactly this one.
        says: Patterns that its text must have.
        secrets: What must be nowhere in it, beside the usual password and all tokens.
    """
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - which one is looked at below
        yield caught
    error = caught.value
    text = whole(error)
    assert type(error) is cls, f"not {cls.__name__} but {text}"
    for pattern in says:
        assert re.search(pattern, str(error), re.DOTALL), f"{pattern!r} is not in {error}"
    for secret in (*SECRETS, *secrets):
        assert secret not in text
    assert not _TOKEN.search(text), "a token is shown"
    if isinstance(error, ServerError):
        assert str(error.code) in str(error)
        assert error.advice, f"{type(error).__name__} does not say what to do: {error}"
        assert error.advice in str(error)


def whole(error: BaseException) -> str:
    """Give everything that anybody may print of an error, of its causes and of what it came in."""
    parts: list[str] = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        parts += [str(one), repr(one), repr(one.args), repr(vars(one))]
        parts += [f"{frame.filename}:{frame.lineno}: {frame.line}" for frame in extract_tb(one.__traceback__)]
        waiting += [one.__cause__, one.__context__]
    return "\n".join(parts)


@contextmanager
def unharmed(office: Office, db: Any, *records: Model | PortalRow, works: bool = True) -> Generator[None]:
    """Expect that nothing is lost: neither on the server nor in the records; that the database object goes on
    working, unless it cannot (`works`), and that it leaves no session open when it is closed.
    """
    before = contents(office.app), [shown(record) for record in records]
    yield
    assert [shown(record) for record in records] == before[1]
    assert contents(office.app) == before[0]
    if works:
        assert db.get(Person, 2).name == "Bo Dahl"
    db.close()
    assert office.app.session_count == 0


def contents(app: App) -> str:
    """Give all that the server keeps."""
    connection = app._engine.store._connection  # pyright: ignore[reportPrivateUsage]
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    quoted = [name.replace('"', '""') for name in tables]
    return repr([(name, connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in quoted])


def shown(record: Model | PortalRow) -> str:
    """Give all that a record holds: its ids, values, rows, and what of them is dirty."""
    ids = state(record)
    values = {attr: _value(value) for attr, value in vars(record).items()}
    return f"{ids.record_id} {ids.mod_id} {ids.origin} {ids.originals} {values}"


def _value(value: Any) -> str:
    if is_repetitions(value):
        return f"{value.listed()} {value.originals}"
    if is_portal_rows(value):
        return f"{[shown(row) for row in value]} {[shown(row) for row in value.removed_rows()]}"
    return repr(value)


def dirty(db: Any) -> Person:
    """Read a record and change all kinds of things in it."""
    ann: Person = db.get(Person, 1)
    ann.name = "Anne"
    ann.scores[0] = 11
    ann.addresses[0].zip = "5004"
    ann.addresses.append(Address(city="Oslo"))
    del ann.addresses[1]
    return ann


def saves(db: Any, ann: Person) -> None:
    """Expect that what `dirty` changed can be saved."""
    db.save(ann)
    now = db.get(Person, 1)
    assert (now.name, now.scores[0]) == ("Anne", 11)
    assert [(row.city, row.zip) for row in now.addresses] == [("Bergen", "5004"), ("Oslo", None)]


def each(*verbs: Callable[[], Any]) -> tuple[Callable[[], Any], ...]:
    """Give calls that are all to fail the same way, one after the other."""
    return verbs


def failure(verb: Callable[[], Any]) -> FmormError | None:
    """Give the error of a call that may fail."""
    try:
        verb()
    except FmormError as error:
        return error
    return None


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb on a database; `run` gets the database and a dirty record.

    Attributes:
        about: What its messages must name.
    """

    name: str
    about: str
    run: Callable[[Any, Person], Any]

    def __repr__(self) -> str:
        return self.name


READS: Final = [
    Verb("get", "layout 'person', record 2", lambda db, _: db.get(Person, 2)),
    Verb("get-by-key", "layout 'person'", lambda db, _: db.get(Person, id="B")),
    Verb("all", "layout 'person'", lambda db, _: db.find(Person).all()),
    Verb("find", "layout 'person'", lambda db, _: db.find(Person).where(Person.name == "Bo Dahl").first()),
    Verb("iterate", "layout 'person'", lambda db, _: list(db.find(Person))),
    Verb("count", "layout 'person'", lambda db, _: db.find(Person).count()),
    Verb("reload", "layout 'person', record 1", lambda db, ann: db.reload(ann)),
]
WRITES: Final = [
    Verb("create", "layout 'person'", lambda db, _: db.create(Person(name="Dag"))),
    Verb("save", "layout 'person', record 1", lambda db, ann: db.save(ann)),
    Verb("update", "layout 'person', record 1", lambda db, _: db.update(Person, 1, {"name": "Eve"})),
    Verb("delete", "layout 'person', record 3", lambda db, _: db.delete(Person, 3)),
]
EVERY: Final = [*READS, *WRITES]
