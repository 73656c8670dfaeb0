"""The setting `FMORM`: databases by alias, as in Django's `DATABASES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SETTING: Final = "FMORM"
DEFAULT: Final = "default"

_EITHER: Final = {
    "DATABASE", "USER", "SESSIONS", "WAIT", "IDLE", "TIMEOUT", "RETRY", "DEBUG", "ISO_DATES", "ON_REQUEST",
}  # fmt: skip
_REMOTE: Final = _EITHER | {
    "URL", "PASSWORD", "CREDENTIALS", "SOURCES", "VERSION", "CONNECT_TIMEOUT", "VERIFY", "PROXY",
}  # fmt: skip
_EMBEDDED: Final = _EITHER | {"EMBEDDED", "DATA", "CODE"}
_OURS: Final = {"TOKENS", "MODELS"}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the setting says of one alias.

    Attributes:
        alias: The alias.
        options: Arguments of `Database`, or of `Database.embedded`.
        embedded: The schema of the embedded server, None for a real one.
        data: The SQLite file of the embedded server.
        code: The scripts and functions of the embedded server.
        tokens: The alias of the cache through which sessions are shared, if there is one.
        models: Modules and classes of the models, as dotted names.
    """

    alias: str
    options: Mapping[str, Any] = field(repr=False)
    embedded: Any = None
    data: str = ":memory:"
    code: Any = None
    tokens: str | None = None
    models: tuple[str, ...] = ()


def aliases() -> list[str]:
    """Name the databases that the setting has.

    Raises:
        ImproperlyConfigured: It is no dict of dicts.
    """
    return list(_setting())


def configuration_of(alias: str) -> Configuration:
    """Read what the setting says of one alias.

    Raises:
        ImproperlyConfigured: There is no such alias, or it holds what is not known, or too little.
    """
    every = _setting()
    if alias not in every:
        raise ImproperlyConfigured(f"{SETTING} has no {alias!r}; it has {', '.join(every) or 'nothing'}")
    return _read(alias, every[alias])


def _setting() -> Mapping[str, Mapping[str, Any]]:
    given: Any = getattr(settings, SETTING, None)
    if given is None:
        raise ImproperlyConfigured(
            f'the setting {SETTING} is missing: {SETTING} = {{"default": {{"URL": …}}}}'
        )
    every = cast("Mapping[str, Any]", given)
    if not isinstance(given, Mapping) or not all(isinstance(one, Mapping) for one in every.values()):
        raise ImproperlyConfigured(f"{SETTING} is a dict of dicts, like DATABASES")
    return every


def _read(alias: str, given: Mapping[str, Any]) -> Configuration:
    embedded = "EMBEDDED" in given
    known = _EMBEDDED if embedded else _REMOTE
    if strange := [key for key in given if key not in known | _OURS]:
        raise ImproperlyConfigured(
            f"{SETTING}[{alias!r}] has {', '.join(map(repr, strange))}, which does not belong there; known are "
            f"{', '.join(sorted(known | _OURS))}"
        )
    if missing := [key for key in ("URL", "DATABASE") if not embedded and not given.get(key)]:
        raise ImproperlyConfigured(f"{SETTING}[{alias!r}] has no {' and no '.join(missing)}")
    models: Any = given.get("MODELS", ())
    if isinstance(models, str):
        raise ImproperlyConfigured(f"{SETTING}[{alias!r}]: MODELS is a list, [{models!r}]")
    return Configuration(
        alias,
        {key.lower(): given[key] for key in given if key in known - {"EMBEDDED", "DATA", "CODE"}},
        given.get("EMBEDDED"),
        str(given.get("DATA", ":memory:")),
        given.get("CODE"),
        given.get("TOKENS"),
        tuple(models),
    )
