"""What of a record travels when it is pickled: all that it knows, but not where its files are."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from fmorm.model.repetitions import Repetitions, is_repetitions
from fmorm.wire.containers import Contents


def travelling(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values of a record without the addresses of files, which are a session's secret: not loaded.

    Args:
        values: Values by attribute.

    Returns:
        Those that travel.
    """
    return {
        attr: _without(value) if is_repetitions(value) else value
        for attr, value in values.items()
        if not isinstance(value, Contents)
    }


def _without(held: Repetitions[Any]) -> Repetitions[Any]:
    files = [i for i, value in held.known().items() if isinstance(value, Contents)]
    if not files:
        return held
    twin = copy.copy(held)
    for position in files:
        twin.forget(position)
    return twin
