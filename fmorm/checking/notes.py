"""Noting findings about one model, and saying what was meant by a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from fmorm.checking.findings import Finding
from fmorm.model.plan import Plan


class Notes:
    """Findings about one model.

    Attributes:
        plan: The plan of the model.
        found: What was noted, in order.
    """

    def __init__(self, plan: Plan) -> None:
        """Note about the model of this plan."""
        self.plan = plan
        self.found: list[Finding] = []

    def add(self, code: str, attribute: str, message: str, *, declared: str = "", told: str = "") -> None:
        """Note one."""
        model, layout = self.plan.cls.__name__, self.plan.place
        self.found.append(Finding(code, model, attribute, layout, message, declared, told))


def meant(name: str, known: Iterable[str]) -> str:
    """Give the name that was probably meant: in another case or with other spaces, or one that is close; or ""."""
    names = list(dict.fromkeys(known))
    same = [one for one in names if _plain(one) == _plain(name)]
    if same:
        return same[0]
    bare = {_plain(one.rpartition("::")[2]): one for one in reversed(names)}
    close = difflib.get_close_matches(_plain(name.rpartition("::")[2]), bare, 1)
    return bare[close[0]] if close else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Say so at the end of a sentence, or nothing."""
    found = meant(name, known)
    return f"; did you mean {found!r}?" if found else ""


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
