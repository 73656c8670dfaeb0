"""Merge groups: attributes that are one value to people, such as the parts of an address.

Where two writers have changed different attributes of one group, putting both changes together would make a
value that nobody wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fmorm.errors import DeclarationError

if TYPE_CHECKING:
    from fmorm.model.plan import Plan


def groups_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Work out the merge groups of a class, its bases' among them.

    Args:
        plan: The plan of the class; its fields are known already.

    Returns:
        The group of each attribute that is in one.

    Raises:
        DeclarationError: A group is no group of attributes that can be written, or two share an attribute.
    """
    found: dict[str, tuple[str, ...]] = {}
    for group in _declared(plan.cls):
        members = _members(plan, group)
        if twice := [attr for attr in members if attr in found]:
            raise DeclarationError(
                f"{plan.cls.__name__}: {twice[0]} is in two merge groups: make them one, as a conflict in either "
                "is a conflict in both"
            )
        found |= dict.fromkeys(members, members)
    return found


def _declared(cls: type[Any]) -> list[Any]:
    """Give the groups of a class and its bases, each once, as a base can be reached on two ways."""
    groups: list[Any] = []
    for base in reversed(cls.__mro__):
        own: Any = vars(base).get("__fmorm_merge_groups__", ())
        if isinstance(own, str) or not isinstance(own, (list, tuple)):
            raise DeclarationError(
                f"{base.__name__}: merge_groups is a list of groups: {_EXAMPLE}, not {own!r}"
            )
        groups += own
    return groups


def _members(plan: Plan, group: Any) -> tuple[str, ...]:
    name = plan.cls.__name__
    if isinstance(group, str) or not isinstance(group, (list, tuple)):
        raise DeclarationError(f"{name}: merge_groups is a list of groups: {_EXAMPLE}; {group!r} is no group")
    members: tuple[Any, ...] = tuple(group)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if len(set(members)) < max(2, len(members)):
        raise DeclarationError(
            f"{name}: merge group {members!r}: a group is two or more different attributes"
        )
    for attr in members:
        if attr not in plan.fields:
            what = "a portal" if attr in plan.portals else "not declared"
            raise DeclarationError(
                f"{name}: merge group {members!r}: {attr!r} is {what}; the fields are {', '.join(plan.fields)}"
            )
        if plan.fields[attr].read_only:
            raise DeclarationError(
                f"{name}: merge group {members!r}: {attr} is read-only, and so is never in conflict"
            )
    return members


_EXAMPLE = 'merge_groups=[("street", "zip", "city")]'
