"""System checks: the setting always, the models against the live layouts with `manage.py check --deploy`."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from fmorm import FmormError, Model
from fmorm.contrib.django.configuration import SETTING, Configuration, aliases, configuration_of
from fmorm.contrib.django.connections import databases

if TYPE_CHECKING:
    from fmorm.checking.findings import Finding

TAG: Final = "fmorm"
WRONG_SETTING: Final = "fmorm.E001"
NOT_ASKED: Final = "fmorm.E002"


def check_settings(**_: Any) -> list[CheckMessage]:
    """Look for mistakes in the setting; no server is asked."""
    try:
        names = aliases()
    except ImproperlyConfigured as error:
        return [Error(str(error), id=WRONG_SETTING)]
    return [message for alias in names for message in _wrong(alias)]


def _wrong(alias: str) -> list[CheckMessage]:
    try:
        models_of(configuration_of(alias))
    except (ImproperlyConfigured, ImportError) as error:
        return [Error(str(error), id=WRONG_SETTING)]
    return []


def check_models(**_: Any) -> list[CheckMessage]:
    """Compare the models that `MODELS` names with the layouts as they are now; the servers are asked."""
    if check_settings():
        return []
    return [message for alias in aliases() for message in compare(configuration_of(alias))]


def compare(of: Configuration) -> list[CheckMessage]:
    """Compare the models of one alias with its layouts."""
    models = models_of(of)
    if not models:
        return []
    try:
        found = databases[of.alias].check(*models)
    except FmormError as error:
        hint = f"{SETTING}[{of.alias!r}] could not be asked about its layouts."
        return [Error(str(error), hint=hint, id=NOT_ASKED)]
    return [_message(one) for one in found]


def models_of(of: Configuration) -> list[type[Model]]:
    """Give the models of an alias: the classes that are named, and all that the modules define.

    Raises:
        ImportError: There is no such module or class.
        ImproperlyConfigured: That is no model.
    """
    found: list[type[Model]] = []
    for name in of.models:
        named = _named(name)
        if inspect.ismodule(named):
            found += [
                one for one in vars(named).values() if _is_model(one) and one.__module__ == named.__name__
            ]
        elif _is_model(named):
            found.append(named)
        else:
            raise ImproperlyConfigured(f"{SETTING}[{of.alias!r}]: {name} in MODELS is no model")
    return found


def _named(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
            raise  # the module is there, and imports what is not
        return import_string(name)


def _is_model(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, Model) and thing.__fmorm_place__ is not None


def _message(finding: Finding) -> CheckMessage:
    kind = Error if finding.severity == "error" else Caution
    place = f"{finding.model}.{finding.attribute}" if finding.attribute else finding.model
    return kind(finding.message, obj=place, id=f"fmorm.{finding.code}")
