"""`manage.py fmorm_ping`: whether the databases can be used."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from fmorm import FmormError
from fmorm.contrib.django.connections import databases


class Command(BaseCommand):
    """Logs in to the databases of the setting, one after the other."""

    help = "Log in to the FileMaker databases of the setting FMORM, or to one of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the alias."""
        parser.add_argument("--using", metavar="ALIAS", help="one database (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say of each how long it took; raises CommandError for the first that cannot be used."""
        del args
        for alias in [options["using"]] if options["using"] else databases:
            began = time.perf_counter()
            try:
                databases[alias].log_in()
            except (FmormError, ImproperlyConfigured) as error:
                raise CommandError(f"{alias}: {error}") from None
            took = (time.perf_counter() - began) * 1000
            self.stdout.write(self.style.SUCCESS(f"{alias}: {databases[alias]} answers, {took:.0f} ms"))
