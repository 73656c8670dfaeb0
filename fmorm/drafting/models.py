"""A draft from fmorm models: what a server must have for these classes to work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from fmorm.drafting.draft import Draft
from fmorm.drafting.drawing import draw, invent_keys
from fmorm.drafting.sketch import (
    Placing,
    Sketch,
    SketchedField,
    SketchedLayout,
    SketchedPortal,
    is_plain,
    occurrence_name,
)
from fmorm.model.plan import FieldPlan, Plan, PortalPlan, plan_of
from fmorm.model.records import Model
from fmorm.wire.values import Kind

_AUTO_KEYS: Final = {Kind.TEXT: "uuid", Kind.NUMBER: "serial"}
"""How FileMaker fills a key that fmorm never writes; a guess, from what is usual."""

_FILLED: Final = (
    "TODO: read-only in the model. What fills it? calculation, summary or auto_enter says so here."
)


def draft_from_models(
    models: Iterable[type[Model]], *, database: str = "draft", tables: Mapping[str, str] | None = None
) -> Draft:
    """Draw up the schema of a file that the models fit.

    What models do not tell is chosen and marked: match fields, how read-only fields are filled. Layouts that show
    the same table occurrence in a portal count as layouts of one table; other layouts have a table each.

    Args:
        models: The classes.
        database: The file's name.
        tables: The base tables of layouts or table occurrences: `{"person_list": "Person"}`. Layouts of one table
            share its records.

    Returns:
        The draft.

    Raises:
        DeclarationError: A class has no layout, or is declared wrongly.
        ValueError: There are no classes, or `tables` has a name that they do not.
    """
    plans = [plan_of(model) for model in models]
    if not plans:
        raise ValueError("a schema needs at least one model")
    roots = _roots(plans, tables or {})
    sketch = Sketch(database, _tables_of_roots(roots, tables or {}))
    for plan in plans:
        _sketch(sketch, plan, roots[plan.place])
    sketch.refuse_unknown(tables or {})
    _note_guessed_tables(sketch, roots, tables or {})
    invent_keys(sketch)
    return draw(sketch)


# -- which layout shows which table occurrence ---------------------------------------------------------------


def _roots(plans: Sequence[Plan], tables: Mapping[str, str]) -> dict[str, str]:
    """Choose the table occurrence of each layout: layouts that show the same related one hang on the same."""
    roots: dict[str, str] = {}
    owners: dict[tuple[str, str | None], str] = {}
    for plan in plans:
        told = tables.get(plan.place)
        shown = [(name, told) for name in _shown_in_portals(plan)]
        known = [owners[one] for one in shown if one in owners]
        root = roots.setdefault(plan.place, known[0] if known else _root_name(plan.place, plans))
        for one in shown:
            owners.setdefault(one, root)
    return roots


def _root_name(layout: str, plans: Iterable[Plan]) -> str:
    """Name an occurrence after a layout; what the layout shows of other occurrences is none of its own."""
    taken = {name for plan in plans if plan.place == layout for name in _related(plan)}
    name = occurrence_name(layout)
    while name in taken:
        name += " layout"
    return name


def _related(plan: Plan) -> Iterator[str]:
    yield from _shown_in_portals(plan)
    rows = [plan_of(portal.row) for portal in plan.portals.values()]
    for one in (plan, *rows):
        yield from (field.name.rpartition("::")[0] for field in one.fields.values())


def _shown_in_portals(plan: Plan) -> list[str]:
    return [plan_of(portal.row).place for portal in plan.portals.values()]


def _tables_of_roots(roots: Mapping[str, str], tables: Mapping[str, str]) -> dict[str, str]:
    told = {root: tables[layout] for layout, root in roots.items() if layout in tables}
    return {**tables, **told}


def _note_guessed_tables(sketch: Sketch, roots: Mapping[str, str], tables: Mapping[str, str]) -> None:
    for layout, root in roots.items():
        if layout in tables or root in tables:
            continue
        others = [f'"{one}"' for one, its in roots.items() if its == root and one != layout]
        sketch.layouts[layout].notes.append(
            f"TODO: taken for a layout of the same table occurrence as {', '.join(others)}, for they show the "
            "same related one."
            if others
            else "TODO: models do not tell the table occurrence; this one is named after the layout."
        )


# -- fields --------------------------------------------------------------------------------------------------


def _sketch(sketch: Sketch, plan: Plan, root: str) -> None:
    sketch.table(root)
    layout = sketch.layouts.setdefault(plan.place, SketchedLayout(root))
    for portal in plan.portals.values():
        _add_portal(sketch, layout, portal)
    for one in plan.fields.values():
        _add_field(sketch, layout, layout.fields, root, one)


def _add_portal(sketch: Sketch, layout: SketchedLayout, portal: PortalPlan) -> None:
    row = plan_of(portal.row)
    shown = layout.portals.setdefault(portal.name, SketchedPortal(row.place))
    sketch.table(row.place)
    sketch.link(layout.occurrence, row.place)
    for one in row.fields.values():
        _add_field(sketch, layout, shown.fields, shown.occurrence, one)


def _add_field(
    sketch: Sketch, layout: SketchedLayout, placings: list[Placing], home: str, plan: FieldPlan
) -> None:
    owner, separator, name = plan.name.rpartition("::")
    occurrence = owner if separator else home
    table = sketch.table(occurrence)
    sketch.link(home, occurrence)
    made = table.field(name, str(plan.codec.kind), plan.repetitions or 1)
    _set_options(made, plan, elsewhere=occurrence != home)
    if plan.key and occurrence == home and _is_filled(plan) and is_plain(name):
        table.key = table.key or made
    local = name if occurrence == home else plan.name
    shown = plan.repetitions or 1
    same = [one for one in placings if one.name.casefold() == local.casefold()]
    if not same:
        placings.append(Placing(local, made, (1, shown)))
    elif same[0].shown != (1, shown):
        layout.notes.append(f"TODO: models disagree on how many repetitions of {plan.name} the layout shows.")


def _set_options(made: SketchedField, plan: FieldPlan, *, elsewhere: bool) -> None:
    if plan.is_global:
        made.options["global"] = True
    elif plan.key and plan.codec.kind in _AUTO_KEYS:
        _set_key(made, plan)
    elif not plan.read_only:
        _allow(made)
    elif plan.codec.kind is not Kind.CONTAINER and not elsewhere and not made.seen_written:
        made.options["modifiable"] = False
        made.note(_FILLED)


def _allow(made: SketchedField) -> None:
    """Take back that a field is read-only: this model writes it."""
    made.seen_written = True
    if made.options.pop("modifiable", None) is False:
        made.notes.remove(_FILLED)


def _set_key(made: SketchedField, plan: FieldPlan) -> None:
    if not plan.read_only:
        _allow(made)
    if plan.unique or _is_filled(plan):
        made.options["unique"] = True
    if _is_filled(plan):
        made.options["auto_enter"] = _AUTO_KEYS[plan.codec.kind]
        made.note("TODO: a key that fmorm does not write: how it is filled is a guess.")


def _is_filled(plan: FieldPlan) -> bool:
    """Whether FileMaker itself fills a key, so that every record has one."""
    return plan.read_only and not plan.repetitions and plan.codec.kind in _AUTO_KEYS
