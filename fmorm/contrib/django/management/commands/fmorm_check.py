"""`manage.py fmorm_check`: the models against the live layouts."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from fmorm.contrib.django.checks import compare
from fmorm.contrib.django.configuration import configuration_of
from fmorm.contrib.django.connections import databases


class Command(BaseCommand):
    """Compares models with the layouts that they are of; as `check --tag fmorm`, for one database."""

    help = "Compare the models that FMORM names in MODELS with the layouts as they are now."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the alias."""
        parser.add_argument("--using", metavar="ALIAS", help="one database (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what does not fit; raises CommandError where something loses data or cannot be found out."""
        del args
        try:
            found = [
                message
                for alias in ([options["using"]] if options["using"] else databases)
                for message in compare(configuration_of(alias))
            ]
        except (ImproperlyConfigured, ImportError) as error:
            raise CommandError(str(error)) from None
        for message in found:
            self.stdout.write(str(message))
        errors = [message for message in found if message.is_serious()]
        if errors:
            raise CommandError(f"{len(errors)} error(s)")
        self.stdout.write(self.style.SUCCESS("all models fit their layouts" if not found else "no errors"))
