"""Python's names for what FileMaker names: `Qty on hand` becomes `qty_on_hand`."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from fmorm.model.body import SHADOWING

WORDS: Final = frozenset(
    {
        *("container", "field", "portal", "repeating", "f"),
        *("date", "datetime", "list", "str", "time", "timedelta"),
    }
)
"""What a class body, or a layout without a model, uses beside its fields: a field of such a name would hide it."""

CLASSES: Final = frozenset(
    {
        *("Container", "Field", "Model", "Portal", "PortalRow", "Repeating"),
        *("Any", "Contents", "Decimal", "Literal", "TypeAlias"),
    }
)
"""What a module with models uses beside its classes."""

_PROTECTED: Final = ("model_validate", "model_dump")
"""pydantic warns of attributes that begin so."""

_HUMPS: Final = re.compile(r"(?<=[a-zà-öø-ÿ0-9])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_NO_LETTER: Final = re.compile(r"\W+")


def attribute_names(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Choose an attribute for each FileMaker name.

    A related field is called after the field alone, unless that is in use: `address_city::Population` becomes
    `population`, or `address_city_population`. What would hide something else gets an underscore at its end.

    Args:
        names: FileMaker's names, each once.
        taken: Attributes that are in use.

    Returns:
        Attributes by FileMaker's name, in the same order; the same names give the same attributes.
    """
    used, chosen = set(taken), dict[str, str]()
    for name in names:
        bare, whole = attribute_name(name.rpartition("::")[2]), attribute_name(name.replace("::", " "))
        chosen[name] = _free([bare, whole], used)
        used.add(chosen[name])
    return chosen


def attribute_name(text: str) -> str:
    """Make one name an attribute, without a look at others."""
    name = "_".join(_words(text)).lower()
    if not name:
        name = "field_"
    elif not name[0].isidentifier():
        name = f"field_{name}"
    if name.startswith(_PROTECTED):
        name = f"field_{name}"
    hides = keyword.iskeyword(name) or name in WORDS or name in SHADOWING
    return f"{name}_" if hides else name


def class_name(text: str, taken: Iterable[str] = ()) -> str:
    """Make one name that of a class; where it is in use, a number makes it another one."""
    name = "".join(word[:1].upper() + word[1:] for word in _words(text))
    if not name[
        :1
    ].isupper():  # no letter, or one of a script without capitals: an attribute may be called so
        name = f"Fm{name}"
    if keyword.iskeyword(name) or name in CLASSES:
        name += "_"
    return _free([name], set(taken))


def _words(text: str) -> list[str]:
    plain = _NO_LETTER.sub("_", unicodedata.normalize("NFKC", text))
    return [word for word in _HUMPS.sub("_", plain).split("_") if word]


def _free(names: list[str], used: set[str]) -> str:
    for name in names:
        if name not in used:
            return name
    number = 2
    while (name := f"{names[0].rstrip('_')}_{number}") in used:
        number += 1
    return name
