"""What FileMaker refuses, as errors of a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from fmorm import (
    BadValue,
    FmormError,
    NotUnique,
    OutcomeUnknown,
    PrivilegeError,
    RecordLocked,
    RecordMissing,
    RefusedValue,
    ServerError,
)

if TYPE_CHECKING:
    from fmorm.contrib.django.rows import ValuesForm
    from fmorm.model.plan import Plan

SHOWN: Final = (BadValue, OutcomeUnknown, PrivilegeError, RecordLocked, RecordMissing, RefusedValue)
"""What people who fill in a form can do something about."""

_EMPTY: Final = 509
"""The field requires a value."""

Written = tuple["ValuesForm", str, Any, "Plan"]
"""A value that was sent: its form, its attribute, the value, and the plan of its class."""


def blame(error: FmormError, written: Iterable[Written]) -> tuple[ValuesForm | None, str | None]:
    """Find the field that a refusal is about, which FileMaker does not tell.

    Returns:
        Form and attribute, where it can be one only; else twice None.
    """
    if not isinstance(error, RefusedValue):
        return None, None
    suspects = list(written)
    if isinstance(error, NotUnique):
        suspects = [one for one in suspects if _is_unique(one)] or suspects
    if error.code == _EMPTY:
        suspects = [one for one in suspects if one[2] in (None, "")] or suspects
    if len(suspects) != 1:
        return None, None
    form, attr, _value, _plan = suspects[0]
    return form, attr


def _is_unique(one: Written) -> bool:
    _form, attr, _value, plan = one
    return plan.fields[attr].unique or plan.fields[attr].key


def message_of(error: FmormError) -> str:
    """Say what was refused, to people who do not know of layouts and requests."""
    if isinstance(error, OutcomeUnknown):
        return str(
            _("The connection broke, and it is not known whether this was saved. Load the page and look.")
        )
    if isinstance(error, RecordLocked):
        return str(_("Somebody has this record open in FileMaker. Nothing was saved: try again in a moment."))
    if isinstance(error, ServerError):
        return str(_("FileMaker says: %(text)s (%(code)s)") % {"text": error.text, "code": error.code})
    return str(error)
