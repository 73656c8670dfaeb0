"""What a model reads of a reply: the keys of its fields, and of the rows of its portals."""

from __future__ import annotations

from collections.abc import Iterable

from fmorm.model.plan import Plan, plan_of
from fmorm.wire.pages import Parse, page_parser


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
        rows = {one.name: _keys(plan_of(one.row)) for one in plan.portals.values() if one.name in asked}
        plan.parsers[asked] = page_parser(_keys(plan), rows)
    return plan.parsers[asked]


def _keys(plan: Plan) -> list[str]:
    return [name for field in plan.fields.values() for name in field.names]
