"""What a model reads of a reply: the keys of its fields, and of the rows of its portals."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from fmorm.model.build import has_validators
from fmorm.model.plan import Plan, plan_of
from fmorm.wire.pages import Parse, page_parser
from fmorm.wire.values import Codec, Kind


def parser_of(plan: Plan, portals: Iterable[str]) -> Parse:
    """Give what parses the pages of a model.

    Args:
        plan: The plan of the model.
        portals: The names of the portals that are asked for.

    Returns:
        What parses the body of a reply; it is made once for each choice of portals.
    """
    asked = frozenset(portals)
    if asked not in plan.parsers:
        rows = {one.name: _cells(plan_of(one.row)) for one in plan.portals.values() if one.name in asked}
        plan.parsers[asked] = page_parser(_cells(plan), rows)
    return plan.parsers[asked]


def _cells(plan: Plan) -> dict[str, type[Any]]:
    fields = plan.fields.values()
    # A check that refuses a number tells it with every digit, which a float has not.
    known = {(Kind.TEXT, str)} if has_validators(plan) else {(Kind.TEXT, str), (Kind.NUMBER, float)}
    return {name: _held(field.codec, known) for field in fields for name in field.names}


def _held(codec: Codec, known: AbstractSet[tuple[Kind, type[Any]]]) -> type[Any]:
    """Give what a cell holds, as far as its parser can make use of it."""
    return codec.held if codec.plain and (codec.kind, codec.held) in known else object
