"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.core.signals import setting_changed


class FmormConfig(AppConfig):
    """fmorm in a Django project: checks, commands and the databases of the setting `FMORM`."""

    name = "fmorm.contrib.django"
    label = "fmorm"
    verbose_name = "FileMaker"

    def ready(self) -> None:
        """Register the checks, and let tests override the setting."""
        from fmorm.contrib.django import checks, connections

        register(checks.check_settings, checks.TAG)
        # It talks to servers, so it is for deploying: neither `runserver` nor `migrate` and tests wait for it.
        register(checks.check_models, checks.TAG, deploy=True)
        setting_changed.connect(connections.settings_changed, dispatch_uid="fmorm")
