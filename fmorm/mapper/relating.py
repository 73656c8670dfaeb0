"""Records of other layouts, by key: read for many records at once, a few requests for all of them.

Which keys are equal is FileMaker's to say: its index ignores case, and accents in most languages. So a find asks only
for keys that differ however they are compared, and each record that comes back belongs to the one that it resembles.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

from fmorm.errors import FindError, MultipleFound
from fmorm.mapper.finding import Found, read_all
from fmorm.mapper.home import Home, at_home
from fmorm.model.plan import FieldPlan, plan_of
from fmorm.model.records import Model
from fmorm.model.related import Loaded, Relation, RelationTerm, relation_of
from fmorm.model.state import state
from fmorm.protocol.effects import Steps
from fmorm.query.find import FindSpec
from fmorm.query.operands import operand

KEYS_AT_ONCE: Final = 100
"""Keys asked for by one find: each is a find request, which FileMaker Server works through one by one."""

Key = Hashable
"""A value of a key field as finds compare it: the same for 5 and 5.0, another for `a` and `A`."""


def load_related(home: Home, records: Sequence[Model], terms: Sequence[RelationTerm]) -> Steps[None]:
    """Load relations of records: each in one find for every `KEYS_AT_ONCE` keys, however many records there are.

    Args:
        home: The database.
        records: Records of the class that the terms begin with.
        terms: The relations; one that leads on loads those on its way.

    Raises:
        MultipleFound: A key that should name one record names several; nothing was taken over for it.
        NotLoaded: A record's key field is not loaded.
        DriftError: The other records changed while they were being read.
    """
    for record in records:
        at_home(home, record)
    done: dict[tuple[Relation, ...], Sequence[Model]] = {(): records}
    for term in terms:
        path = term.__fmorm_path__
        for length, relation in enumerate(path, 1):
            if path[:length] not in done:
                done[path[:length]] = yield from _load(home, done[path[: length - 1]], relation)


def relation_terms(model: type[Model], given: Sequence[Any]) -> list[RelationTerm]:
    """Give the relations that a program names; raises FindError where one is none of the class's."""
    for term in given:
        if not isinstance(term, RelationTerm) or not _has(model, term.__fmorm_path__[0]):
            names = ", ".join(f"{model.__name__}.{attr}" for attr in model.__fmorm_relations__) or "none"
            raise FindError(f"{term!r} is no relation of {model.__name__}; its relations are {names}")
    return list(given)


def _has(model: type[Model], relation: Relation) -> bool:
    """Whether a class has a relation: its own, or an inherited one that it has not declared otherwise."""
    if not issubclass(model, relation.owner):
        return False
    mine = relation_of(model, relation.attr)
    return (mine.target, mine.own.attr, mine.theirs) == (relation.target, relation.own.attr, relation.theirs)


def _load(home: Home, records: Sequence[Model], relation: Relation) -> Steps[list[Model]]:
    """Load one relation; gives the records that it leads to, each once."""
    given = [(record, getattr(record, relation.own.attr)) for record in records]
    asked = {
        _key(relation.owner, relation.own, value): value for _, value in given if value not in (None, "")
    }
    found: dict[Key, list[Model]] = {}
    for keys in _batches(asked):
        found |= yield from _find(home, relation, keys)
    shared: dict[str | None, Model] = {}
    for key, others in found.items():
        found[key] = [shared.setdefault(state(other).record_id, other) for other in others]
    loaded = [(record, value, _value(relation, value, found)) for record, value in given]
    for record, value, related in loaded:
        record.__fmorm_related__[relation.attr] = Loaded(value, related)
    return list(shared.values())


def _value(relation: Relation, value: Any, found: dict[Key, list[Model]]) -> Any:
    """Give what a relation is for a key: the records, or the one record or None."""
    others = [] if value in (None, "") else found[_key(relation.owner, relation.own, value)]
    if relation.many:
        return tuple(others)
    if len(others) > 1:
        raise MultipleFound(
            f"{relation.label}: {len(others)} records of {relation.target.__name__} have {relation.theirs.attr} "
            f"{value!r}, and a key names one: correct them in FileMaker, or read them with a find"
        )
    return others[0] if others else None


def _batches(asked: dict[Key, Any]) -> Iterator[dict[Key, Any]]:
    """Part keys into lists for one find each; keys that resemble each other are never in the same."""
    rounds: defaultdict[int, list[Key]] = defaultdict(list)
    seen: Counter[Key] = Counter()
    for key in asked:
        rounds[seen[_loose(key)]].append(key)
        seen[_loose(key)] += 1
    for keys in rounds.values():
        for start in range(0, len(keys), KEYS_AT_ONCE):
            yield {key: asked[key] for key in keys[start : start + KEYS_AT_ONCE]}


def _find(home: Home, relation: Relation, keys: dict[Key, Any]) -> Steps[dict[Key, list[Model]]]:
    """Read the records that have one of the keys, by key."""
    plan = plan_of(relation.target)
    spec = FindSpec(plan.place).where(plan.terms[relation.theirs.attr].in_(list(keys.values())))
    others = yield from read_all(Found(home, relation.target, spec))
    if len(keys) == 1:
        return dict.fromkeys(keys, others)
    resembled = {_loose(key): key for key in keys}
    found: dict[Key, list[Model]] = {key: [] for key in keys}
    for other in others:
        value = getattr(other, relation.theirs.attr)
        key = resembled.get(_loose(_key(relation.target, relation.theirs, value)))
        if key is None:  # FileMaker compares otherwise than is known here: it is asked for each key alone
            return (yield from _find_each(home, relation, keys))
        found[key].append(other)
    return found


def _find_each(home: Home, relation: Relation, keys: dict[Key, Any]) -> Steps[dict[Key, list[Model]]]:
    found: dict[Key, list[Model]] = {}
    for key, value in keys.items():
        found |= yield from _find(home, relation, {key: value})
    return found


def _key(cls: type[Model], field: FieldPlan, value: Any) -> Key:
    key: Key = operand(plan_of(cls).terms[field.attr].ref, value)
    return key


def _loose(key: Key) -> Key:
    """Give what keys have in common that any index might take for equal: no case, no accents, no width."""
    if not isinstance(key, str):
        return key
    apart = unicodedata.normalize("NFKD", key.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
