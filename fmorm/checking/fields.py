"""One declared field compared with the field of the layout or portal."""

from __future__ import annotations

from fmorm.checking.notes import Notes
from fmorm.checking.values import compare_values
from fmorm.model.plan import FieldPlan, Plan
from fmorm.wire.metadata import FieldInfo, LayoutMetadata
from fmorm.wire.values import Unreadable


def compare_field(
    notes: Notes, owner: Plan, field: FieldPlan, info: FieldInfo, told: LayoutMetadata, path: str
) -> None:
    """Note how a declared field differs from what the layout shows.

    Args:
        notes: Where to.
        owner: The plan of the class that declares it: the model, or a row of a portal.
        field: The field.
        info: What the server tells of it.
        told: What the server tells of the layout.
        path: The attribute, from the model.
    """
    _compare_kind(notes, field, info, path)
    _compare_repetitions(notes, field, info, path)
    _compare_writing(notes, field, info, path)
    _compare_global(notes, field, info, path)
    may_be_empty = not (info.not_empty or info.auto_enter)
    if field.key and may_be_empty and not info.is_filled:
        notes.add(
            "key-may-be-empty",
            path,
            f"{info.name!r} is declared as a key, and FileMaker neither fills it nor refuses it empty; whether it is "
            "unique no server tells. Validate it as not empty and unique in FileMaker",
            declared="key",
            told="may be empty",
        )
    elif may_be_empty and not _can_be_empty(field):
        held = field.codec.held.__name__
        notes.add(
            "value-may-be-empty",
            path,
            f"{info.name!r} may be empty, and {held} has nothing to stand for that, so reading such a record raises: "
            f"declare {held} | None, or let FileMaker validate it as not empty",
            declared=held,
            told="may be empty",
        )
    listed = told.value_list(info.value_list)
    if listed is not None:
        compare_values(notes, path, owner.cls.model_fields[field.attr].annotation, listed)


def _can_be_empty(field: FieldPlan) -> bool:
    try:
        field.codec.empty()
    except Unreadable:
        return False
    return True


def _compare_kind(notes: Notes, field: FieldPlan, info: FieldInfo, path: str) -> None:
    declared = field.codec.kind
    if info.kind is None or info.kind is declared:
        return
    notes.add(
        "wrong-kind",
        path,
        f"{info.name!r} is a {info.kind} field and declared as {declared}; declare a type of that kind, or say "
        f'kind="{info.kind}" beside the name',
        declared=declared,
        told=info.kind,
    )


def _compare_repetitions(notes: Notes, field: FieldPlan, info: FieldInfo, path: str) -> None:
    (first, last), wanted = info.shown, field.repetitions
    declared, told = str(wanted or 1), f"{first} to {last}"

    def note(code: str, message: str) -> None:
        notes.add(code, path, message, declared=declared, told=told)

    if (wanted > 1) is not (last > first):
        right = f"repeating({info.name!r}, {last})" if last > first else f"field({info.name!r})"
        shows = f"repetitions {told}" if last > first else "one repetition"
        note("repeating-field", f"the layout shows {shows} of {info.name!r}, so it is declared as {right}")
    elif first > 1 and not field.read_only:
        note(
            "repetitions-not-shown",
            f"the layout shows {info.name!r} from repetition {first}, and what is written counts from 1; show it from "
            "the first in FileMaker, or declare it read_only=True",
        )
    elif wanted > last:
        note(
            "repetitions-not-shown",
            f"the layout shows only {last} repetitions of {info.name!r}, not {wanted}",
        )
    elif wanted and wanted < last:
        note(
            "repetitions-not-declared", f"the layout shows {last} repetitions of {info.name!r}, not {wanted}"
        )


def _compare_writing(notes: Notes, field: FieldPlan, info: FieldInfo, path: str) -> None:
    if field.read_only:
        return
    if info.is_filled:
        notes.add(
            "not-read-only",
            path,
            f"{info.name!r} is a {info.type}, which FileMaker refuses to set: declare it read_only=True",
            declared="writable",
            told=info.type,
        )
    elif info.is_stamp:
        notes.add(
            "stamp-not-read-only",
            path,
            f"{info.name!r} is a {info.kind} that FileMaker enters, that of the creation or modification perhaps: if "
            "it is, declare it read_only=True",
            declared="writable",
            told="auto-entered",
        )


def _compare_global(notes: Notes, field: FieldPlan, info: FieldInfo, path: str) -> None:
    if info.is_global and not field.is_global:
        notes.add(
            "global-not-declared",
            path,
            f"{info.name!r} is a global field: its value belongs to a session, and a find cannot look into it; declare "
            "it is_global=True",
            declared="of the record",
            told="global",
        )
    elif field.is_global and not info.is_global:
        notes.add(
            "not-global",
            path,
            f"{info.name!r} is no global field; without is_global=True it can be set and found by",
            declared="global",
            told="of the record",
        )
