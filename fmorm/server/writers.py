"""The writer of a request: who writes, on which layout, and which options of fields are looked at."""

from __future__ import annotations

from fmorm.server.calls import Call
from fmorm.server.records.records import Records
from fmorm.server.schema.parts import Layout, Slot
from fmorm.server.values.moments import DateForm
from fmorm.server.writing import Writer


def writer_of(
    call: Call,
    form: DateForm | None = None,
    *,
    validates: bool = True,
    prohibits: bool = True,
    layout: Layout | None = None,
) -> Writer:
    """Make the writer of a request.

    Args:
        call: The request.
        form: How dates are spelt in it.
        validates: Whether the fields' validation options apply.
        prohibits: Whether fields that prohibit modification are refused.
        layout: Where it writes; None for the layout that the path names.

    Raises:
        Refusal: There is no such layout.
    """
    where = layout or call.layout
    given: dict[Slot, str | None] = {}
    records = Records(call.engine.data, call.author(validates=validates, given=given))
    form = form or DateForm(iso=False, today=call.now.date())
    return Writer(call.engine, where, records, form, call.access, prohibits=prohibits, globals=given)
