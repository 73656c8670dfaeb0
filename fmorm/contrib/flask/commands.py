"""The commands `flask fmorm …`."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup

from fmorm import Database, FmormError, Model
from fmorm.contrib.flask.extension import held_by

group = AppGroup("fmorm", help="The application's FileMaker databases.")


_bind = click.option("--bind", help="A database of FMORM_BINDS; the application's own where it is left out.")


@contextmanager
def _asking(bind: str | None) -> Generator[Database]:
    """Give a database, and tell what goes wrong with it as commands do."""
    try:
        database = held_by(current_app).connections.database(bind)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    try:
        yield database
    except FmormError as error:
        raise click.ClickException(f"{database}: {error}") from None


@group.command()
@_bind
def ping(bind: str | None) -> None:
    """Log in, and say whether that went well."""
    with _asking(bind) as database:
        began = time.monotonic()
        database.log_in()
        click.echo(f"{database}: logged in, {(time.monotonic() - began) * 1000:.0f} ms")


@group.command()
@_bind
def layouts(bind: str | None) -> None:
    """List the layouts that the account may see."""
    with _asking(bind) as database:
        for layout in database.layouts():
            click.echo(" / ".join((*layout.folder, layout.name)))


@group.command()
@click.argument("modules", nargs=-1)
@_bind
def check(modules: tuple[str, ...], bind: str | None) -> None:
    """Compare models with the layouts that they are of.

    MODULES are those with the models, as in shop.models; all that the application has imported where they are left out.
    The exit status is 1 where there are errors.
    """
    models = [model for model in _models(Model) if not modules or _is_in(model, modules)]
    if not models:
        raise click.ClickException(f"no models with a layout in {', '.join(modules) or 'the application'}")
    with _asking(bind) as database:
        found = database.check(*models)
    for one in found:
        click.echo(str(one))
    click.echo(f"{len(models)} model(s), {len(found.errors)} error(s), {len(found.warnings)} warning(s)")
    if found.errors:
        sys.exit(1)


def _models(cls: type[Model]) -> Iterator[type[Model]]:
    """Give the models that were imported and have a layout."""
    for model in cls.__subclasses__():
        if model.__fmorm_place__ is not None and not model.__module__.startswith("fmorm."):
            yield model
        yield from _models(model)


def _is_in(model: type[Model], modules: tuple[str, ...]) -> bool:
    return any(model.__module__ == module or model.__module__.startswith(f"{module}.") for module in modules)
