"""Parameters of a request: each is taken by whoever understands it, and what is left over is refused."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Final

from fmorm.server.exact import NotJson, as_array, as_object, loads
from fmorm.server.refusals import Refusal, bad_parameter, malformed
from fmorm.server.values.moments import DateForm

_WHOLE = re.compile(r"[0-9]{1,30}")
_LARGEST = 2**63 - 1
"""What SQLite can count to; clients send limits far beyond any table to mean *all*."""
_ISO_DATES = 2
_SCRIPTS = ("script", "script.prerequest", "script.presort")
SCRIPT_PARAMETERS: Final = frozenset(_SCRIPTS) | {f"{name}.param" for name in _SCRIPTS}
"""Clients send them in the query also where there is a body."""


class Parameters:
    """The members of a body or the parameters of a query.

    Args:
        given: The parameters by name.
        unknown: Names that a later release would know.
    """

    def __init__(self, given: dict[str, object], unknown: Collection[str] = ()) -> None:
        self._refused = [name for name in given if name in unknown] if unknown else []
        self._left = {name: value for name, value in given.items() if name not in self._refused}

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def __bool__(self) -> bool:
        return bool(self._left)

    def names(self, prefix: str) -> list[str]:
        """Give the names, not yet taken, that begin with a prefix."""
        return [name for name in self._left if name.startswith(prefix)]

    def give(self, name: str, value: object) -> None:
        """Add a parameter that came another way, unless it is there already."""
        self._left.setdefault(name, value)

    def refuse(self, name: str) -> None:
        """Note a parameter that nobody will take."""
        self._refused.append(name)

    def take(self, name: str, default: object = None) -> object:
        """Take a parameter as it is."""
        return self._left.pop(name, default)

    def take_text(self, name: str) -> str | None:
        """Take a text; a number will do."""
        value = self.take(name, "")
        if not isinstance(value, str):
            raise malformed(name, "string")
        return value or None

    def take_count(self, name: str) -> int | None:
        """Take a whole number of one or more."""
        if name not in self._left:
            return None
        text = self.take_text(name) or ""
        if not _WHOLE.fullmatch(text) or int(text) < 1:
            raise malformed(name, f"integer: {text}")
        return min(int(text), _LARGEST)

    def take_object(self, name: str) -> dict[str, object] | None:
        """Take a JSON object."""
        if name not in self._left:
            return None
        members = as_object(self.take(name))
        if members is None:
            raise malformed(name, "object")
        return members

    def take_fields(self, name: str) -> dict[str, object] | None:
        """Take an object of field values, which are texts or numbers."""
        members = self.take_object(name)
        deletions = "deleteRelated"
        if not all(isinstance(value, str) for key, value in (members or {}).items() if key != deletions):
            raise malformed(name)
        return members

    def take_rows(self, name: str) -> dict[str, object]:
        """Take an object of portals, each with a list of rows."""
        portals = self.take_object(name) or {}
        for rows in portals.values():
            given = as_array(rows)
            if given is None or not all(map(_is_row, given)):
                raise malformed(name)
        return portals

    def take_list(self, name: str) -> list[object] | None:
        """Take an array, which in a query is JSON text."""
        if name not in self._left:
            return None
        value = self.take(name)
        items = as_array(_read(value) if isinstance(value, str) else value)
        if items is None:
            raise malformed(name, "array")
        return items

    def take_requests(self, name: str) -> list[object] | None:
        """Take find requests: objects of criteria, which are texts or numbers, but for the flag `omit`."""
        requests = self.take_list(name)
        for given in requests or []:
            request = as_object(given)
            if request is None or not all(isinstance(v, str) for k, v in request.items() if k != "omit"):
                raise malformed(name)
        return requests

    def take_names(self, name: str) -> list[str] | None:
        """Take a list of names; a query may also separate them with commas."""
        value = self._left.get(name)
        if isinstance(value, str) and not value.lstrip().startswith("["):
            del self._left[name]
            return [part.strip() for part in value.split(",")]
        items = self.take_list(name)
        if items is None:
            return None
        names = [item for item in items if isinstance(item, str)]
        if len(names) < len(items):
            raise malformed(name)
        return names

    def take_date_form(self, today: date) -> DateForm:
        """Take `dateformats`: 0 is the US form, 1 that of the file, which is the same here, 2 is ISO 8601."""
        if not self._left:
            return DateForm(iso=False, today=today)
        text = self.take_text("dateformats") or "0"
        if text not in {"0", "1", "2"}:
            raise malformed("dateformats", f"option: {text}")
        return DateForm(iso=int(text) == _ISO_DATES, today=today)

    def take_scripts(self) -> dict[str, tuple[str, str]]:
        """Take the scripts that are asked for.

        Returns:
            Names and parameters of the scripts, by what asks for them: `script`, `script.prerequest`, `script.presort`.
        """
        if not self._left:
            return {}
        asked = [(name, self.take_text(name), self.take_text(f"{name}.param")) for name in _SCRIPTS]
        return {name: (str(script), str(parameter or "")) for name, script, parameter in asked if script}

    def finish(self) -> None:
        """Refuse what nobody took."""
        left = [*self._refused, *self._left]
        if left:
            raise unknown_parameters(left)


def unknown_parameters(names: Collection[str]) -> Refusal:
    """Refuse parameters by their names."""
    return bad_parameter(f"Unknown parameter(s): {', '.join(names)}")


def _is_row(given: object) -> bool:
    """Tell whether it is an object of texts; a number is one, too."""
    row = as_object(given)
    return row is not None and all(isinstance(value, str) for value in row.values())


def _read(text: str) -> object:
    try:
        return loads(text.encode())
    except (NotJson, UnicodeEncodeError):
        return None
