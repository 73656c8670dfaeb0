"""What a model reads of a reply: the keys of its fields, and of the rows of its portals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    return {name: _held(field.codec) for field in plan.fields.values() for name in field.names}


def _held(codec: Codec) -> type[Any]:
    """Give what a cell holds, as far as its parser can make use of it."""
    if not codec.plain or (codec.kind, codec.held) not in ((Kind.TEXT, str), (Kind.NUMBER, float)):
        return object
    return codec.held
