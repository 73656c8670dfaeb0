"""The commands `flask fmorm …`."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup

from fmorm import Database, FmormError
from fmorm.contrib.flask.extension import held_by

group = AppGroup("fmorm", help="The application's FileMaker databases.")


def _database(bind: str | None) -> Database:
    try:
        return held_by(current_app).connections.database(bind)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


_bind = click.option("--bind", help="A database of FMORM_BINDS; the application's own where it is left out.")


@group.command()
@_bind
def ping(bind: str | None) -> None:
    """Log in, and say whether that went well."""
    database = _database(bind)
    began = time.monotonic()
    try:
        database.log_in()
    except FmormError as error:
        raise click.ClickException(f"{database}: {error}") from None
    click.echo(f"{database}: logged in, {(time.monotonic() - began) * 1000:.0f} ms")
