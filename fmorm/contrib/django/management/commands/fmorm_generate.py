"""`manage.py fmorm_generate`: models from the layouts of a database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from fmorm import FmormError
from fmorm.contrib.django.configuration import DEFAULT
from fmorm.contrib.django.connections import databases
from fmorm.generating import generate


class Command(BaseCommand):
    """Writes models, or brings a module with models up to date; what people have changed in it stays."""

    help = "Write fmorm models from layouts, or bring a module with models up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the layouts and the module."""
        parser.add_argument("layouts", nargs="*", metavar="LAYOUT", help="a layout (default: all)")
        parser.add_argument("--using", metavar="ALIAS", default=DEFAULT, help="the database")
        parser.add_argument(
            "--literals", action="store_true", help="types of the values of custom value lists"
        )
        parser.add_argument("--to", metavar="FILE.py", help="the module (default: standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the models; raises CommandError where the layouts cannot be read."""
        del args
        path = Path(options["to"]) if options["to"] else None
        source = path.read_text(encoding="utf-8") if path and path.exists() else ""
        try:
            db = databases[options["using"]]
            names = options["layouts"] or [one.name for one in db.layouts()]
            layouts = [db.layout_metadata(name) for name in names]
            every = None if options["layouts"] else names
            text = generate(layouts, source, literals=options["literals"], names=every)
        except (FmormError, ImproperlyConfigured, SyntaxError) as error:
            raise CommandError(str(error)) from None
        if path is None:
            self.stdout.write(text, ending="")
        else:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {path}")
