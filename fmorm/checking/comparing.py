"""One model compared with its layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from fmorm.checking.fields import compare_field
from fmorm.checking.findings import Finding, Findings
from fmorm.checking.notes import Notes, did_you_mean
from fmorm.model.plan import Plan, PortalPlan, plan_of
from fmorm.wire.metadata import FieldInfo, LayoutMetadata
from fmorm.wire.values import Kind

MANY_FIELDS: Final = 50
"""Fields that a layout may show beyond what a model declares: each travels with every record that is read."""

COSTLY_FIELDS: Final = 5
"""Calculations, summaries and containers that a layout may show beyond that: FileMaker works on each of them for every
record, even where they are unstored."""


def missing_layout(plan: Plan, why: str) -> Finding:
    """Make the finding of a layout that is not there, or that the account may not see."""
    message = f"layout {plan.place!r} cannot be read: {why}"
    return Finding("missing-layout", plan.cls.__name__, "", plan.place, message, declared=plan.place)


def first_row_only(plan: Plan, portal: PortalPlan) -> Finding:
    """Make the finding of a layout whose portals are cut off by its view."""
    return Finding(
        "table-view",
        plan.cls.__name__,
        portal.attr,
        plan.place,
        f"layout {plan.place!r} opens in table view, in which version v1 of the Data API gives one row of portal "
        f"{portal.name!r}: let it open in form view, or open the database with version='vLatest'",
        told="table view",
    )


def compare_all(plans: Iterable[Plan], told: Mapping[str, LayoutMetadata]) -> Findings:
    """Compare models with layouts that were told before; one of which nothing was told counts as missing."""
    found: list[Finding] = []
    for plan in plans:
        shown = told.get(plan.place)
        if shown is None:
            found.append(missing_layout(plan, f"it is not among those told{did_you_mean(plan.place, told)}"))
        else:
            found += compare(plan, shown)
    return Findings(found)


def compare(plan: Plan, told: LayoutMetadata) -> list[Finding]:
    """Compare a model with its layout.

    Args:
        plan: The plan of the model.
        told: What the server tells of the layout.

    Returns:
        What does not fit, in the order of the attributes; what is about the whole layout comes last.
    """
    notes = Notes(plan)
    _compare_fields(notes, plan, told.fields, told)
    for portal in plan.portals.values():
        _compare_portal(notes, portal, told)
    _note_doubles(notes, told)
    _note_invalid(notes, told)
    _note_weight(notes, told)
    return notes.found


def _compare_fields(
    notes: Notes,
    owner: Plan,
    shown: tuple[FieldInfo, ...],
    told: LayoutMetadata,
    portal: PortalPlan | None = None,
) -> None:
    by_name = {one.name: one for one in shown if one.exists}
    where = f"portal {portal.name!r}" if portal else f"layout {told.layout!r}"
    for attr, field in owner.fields.items():
        path = f"{portal.attr}.{attr}" if portal else attr
        info = by_name.get(field.name)
        if info is not None:
            compare_field(notes, owner, field, info, told, path)
        else:
            notes.add(
                "missing-portal-field" if portal else "missing-field",
                path,
                f"{where} does not show {field.name!r}{did_you_mean(field.name, by_name)}",
                declared=field.name,
            )


def _compare_portal(notes: Notes, portal: PortalPlan, told: LayoutMetadata) -> None:
    shown, row = told.portal(portal.name), plan_of(portal.row)
    if portal.name in told.twice:
        notes.add(
            "ambiguous-portal",
            portal.attr,
            f"layout {told.layout!r} has several portals {portal.name!r}, and a reply tells the rows of one: give each "
            "an object name in FileMaker, in the inspector under Position, and declare portal(that name)",
            declared=portal.name,
            told=portal.name,
        )
    elif shown is not None:
        _compare_fields(notes, row, shown.fields, told, portal)
    else:
        _note_no_portal(notes, portal, row.place, told)


def _note_no_portal(notes: Notes, portal: PortalPlan, table: str, told: LayoutMetadata) -> None:
    same = [one.name for one in told.portals if one.table == table]
    if same:
        notes.add(
            "renamed-portal" if len(same) == 1 else "ambiguous-portal",
            portal.attr,
            f"layout {told.layout!r} has no portal {portal.name!r}; its portal(s) on {table!r}: "
            f"{', '.join(map(repr, same))}. Declare portal({same[0]!r})",
            declared=portal.name,
            told=", ".join(same),
        )
        return
    names = [one.name for one in told.portals]
    notes.add(
        "missing-portal",
        portal.attr,
        f"layout {told.layout!r} has no portal {portal.name!r}{did_you_mean(portal.name, names)}",
        declared=portal.name,
        told=", ".join(names),
    )


# -- the layout as a whole -----------------------------------------------------------------------------------


def _note_doubles(notes: Notes, told: LayoutMetadata) -> None:
    counts = Counter(one.name for one in told.fields if one.exists)
    for attr, field in notes.plan.fields.items():
        if counts[field.name] > 1:
            notes.add(
                "duplicate-field",
                attr,
                f"layout {told.layout!r} shows {field.name!r} {counts[field.name]} times, and a reply has it once: "
                "leave one of them on the layout",
                told=str(counts[field.name]),
            )


def _note_invalid(notes: Notes, told: LayoutMetadata) -> None:
    shown = [*told.fields, *(one for portal in told.portals for one in portal.fields)]
    gone = sum(not one.exists for one in shown)
    if gone:
        notes.add(
            "invalid-field",
            "",
            f"layout {told.layout!r} shows the place of {gone} field(s) that are not there any more: take them off it",
            told=str(gone),
        )


def _note_weight(notes: Notes, told: LayoutMetadata) -> None:
    """Note what travels with every record though the model does not declare it; other portals are not asked for."""
    declared = {field.name for field in notes.plan.fields.values()}
    beside = {one.name: one for one in told.fields if one.exists and one.name not in declared}
    if len(beside) > MANY_FIELDS:
        notes.add(
            "many-fields",
            "",
            f"layout {told.layout!r} shows {len(beside)} fields that the model does not declare, and all of them are "
            "read with every record: make a layout for it that shows what it needs",
            declared=str(len(declared)),
            told=str(len(beside)),
        )
    costly = [name for name, one in beside.items() if one.is_filled or one.kind is Kind.CONTAINER]
    if len(costly) > COSTLY_FIELDS:
        notes.add(
            "costly-fields",
            "",
            f"layout {told.layout!r} shows {len(costly)} calculations, summaries and containers that the model does "
            f"not declare ({', '.join(costly[:3])}, …), and FileMaker works them out for every record: take them off",
            told=str(len(costly)),
        )
