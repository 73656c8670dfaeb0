"""What has changed since the last time, and what is gone: for a program that keeps a copy up to date."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from fmorm.errors import FindError
from fmorm.mapper.finding import Found, Turning, first, read_all, read_ids
from fmorm.mapper.given import check_record_id, expect_own_field
from fmorm.model.records import Model
from fmorm.model.state import state
from fmorm.protocol.effects import Steps
from fmorm.query.terms import Term
from fmorm.wire.values import Kind

M = TypeVar("M", bound=Model)

Turn = Callable[[Found[Any]], Turning | None]
"""Chooses how the pages of a find are turned; None is by their number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a program has read changes. `str(mark)` is its text to store, and `Mark.read` takes that back.

    Attributes:
        at: The latest time of change that was there when the reading began, as FileMaker has it.
        seen: The records, with their mod ids, that were changed so shortly before it that they are read again.
    """

    at: datetime
    seen: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])

    def __str__(self) -> str:
        return json.dumps({"at": self.at.isoformat(), "seen": dict(self.seen)}, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Mark:
        """Take back a mark that was stored.

        Args:
            text: What `str(mark)` gave.

        Returns:
            The mark.

        Raises:
            ValueError: The text is none.
        """
        try:
            told = json.loads(text)
            return cls(datetime.fromisoformat(told["at"]), dict(told["seen"]))
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{text!r:.60} is no stored Mark, which str(mark) gives") from None


@dataclass(frozen=True, slots=True)
class Changes(Generic[M]):
    """What was created or changed since a mark.

    Attributes:
        records: The records.
        mark: What to ask with the next time; None while no record has a time of change. Store it when you are done
            with the records.
    """

    records: list[M]
    mark: Mark | None


def changed_since(
    found: Found[M], term: Term[datetime], since: Mark | datetime | None, overlap: timedelta, turn: Turn
) -> Steps[Changes[M]]:
    """Read what was changed since a mark.

    The next mark is what was the latest change *before* anything was read: what is changed while the pages are being
    read comes the next time, though a page may have it already.

    Args:
        found: The find.
        term: The field with the time of the last change.
        since: The mark of the last time; a time, to begin there; None, to begin with everything.
        overlap: How long before the mark to begin: a change may be stored some time after the time that it bears.
        turn: How to turn the pages.

    Raises:
        TypeError: The field does not hold a time of change, or the mark is none.
        FindError: The find has a limit or offset, or the overlap is negative.
    """
    attr = _expect_time(found, term)
    _refuse_part(found, "changed_since")
    before = _expect_mark(since)
    if overlap < timedelta():
        raise FindError(f"overlap={overlap!r}: give a length of time that is not negative")
    if before is not None:
        found = replace(found, spec=found.spec.where(term >= before.at - overlap))
    latest = yield from _latest(found, term, attr, narrowed=before is not None)
    if latest is None and before is not None:
        return Changes([], before)
    records = yield from read_all(found, turn(found))
    seen: Mapping[str, str | None] = {} if before is None else before.seen
    fresh = [one for one in records if _identity(one) not in seen.items()]
    if latest is None:
        return Changes(fresh, None)
    at = latest if before is None else max(latest, before.at)
    timed = ((_time(one, attr), one) for one in records)
    recent = (one for time, one in timed if time is not None and time >= at - overlap)
    return Changes(fresh, Mark(at, dict(map(_identity, recent))))


def record_ids(found: Found[Any], turn: Turn) -> Steps[list[str]]:
    """Read the record ids of a find; raises DriftError."""
    return [record_id for record_id, _ in (yield from read_ids(found, turn(found.bare())))]


def missing(found: Found[Any], known: Iterable[str | int], turn: Turn) -> Steps[list[str]]:
    """Tell which of these records the find does not have.

    Args:
        found: The find.
        known: Record ids.
        turn: How to turn the pages.

    Returns:
        Their ids, in the order given.

    Raises:
        ValueError: One is no record id.
        FindError: The find has a limit or offset.
        DriftError: The found set moved meanwhile: nothing is certain.
    """
    _refuse_part(found, "missing")
    wanted = dict.fromkeys(check_record_id(one) for one in known)
    if not wanted:
        return []
    for record_id, _ in (yield from read_ids(found, turn(found.bare()))):
        wanted.pop(record_id, None)
    return list(wanted)


def _latest(found: Found[M], term: Term[datetime], attr: str, *, narrowed: bool) -> Steps[datetime | None]:
    spec = found.spec if narrowed else found.spec.where(term.not_empty())
    spec = replace(spec, portals=(), sorts=(term.desc(),))
    record = yield from first(replace(found, spec=spec, along=None, scripts=()))
    return None if record is None else _time(record, attr)


def _time(record: Model, attr: str) -> datetime | None:
    """Give when a record was changed; raises MappingError, whatever the find does about bad values."""
    if (error := state(record).bad_values.get(attr)) is not None:
        raise error.with_traceback(None)  # a mark that passes over it would lose the record's changes
    time: datetime | None = getattr(record, attr)
    return time


def _identity(record: Model) -> tuple[str, str | None]:
    known = state(record)
    return str(known.record_id), known.mod_id


def _expect_time(found: Found[Any], term: object) -> str:
    if isinstance(term, Term):
        ref = term.ref
        expect_own_field(found.plan, ref)
        is_own = not ref.some and not ref.is_global and not found.plan.fields[ref.path[-1]].repetitions
        if ref.codec.kind is Kind.TIMESTAMP and is_own:
            return ref.path[-1]
    raise TypeError(
        "changed_since goes by a timestamp of the record itself in which FileMaker enters the time of each change, as "
        f"in changed_since({found.model.__name__}.changed, …), not by {term!r}"
    )


def _expect_mark(since: object) -> Mark | None:
    if since is None or isinstance(since, Mark):
        return since
    if isinstance(since, datetime):
        return Mark(since)
    raise TypeError(
        f"since is the mark that the last changed_since gave, a datetime or None, not {since!r}: Mark.read takes a "
        "stored one back"
    )


def _refuse_part(found: Found[Any], verb: str) -> None:
    if found.spec.limit is not None or found.spec.offset:
        raise FindError(f"{verb} is about all that a find has: leave limit and offset out")
