"""`fmorm serve`: the embedded FileMaker Data API on a socket, for any client in any language."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from fmorm.server import App, SchemaError, load_schema

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it

WRONG = 2


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "serve",
        help="serve a schema file as a FileMaker Data API",
        description="Serve a schema file as a FileMaker Data API, until Ctrl-C.",
    )
    parser.add_argument("schema", metavar="SCHEMA", help="the schema file (TOML)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8733, help="the port; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        default=":memory:",
        help="the SQLite file that keeps the data (default: forget it)",
    )
    parser.add_argument(
        "--faults",
        action="store_true",
        help="let anybody who reaches the server set faults, at /fmorm/faults",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; gives the exit status."""
    try:
        app = App(load_schema(options.schema), data=options.data, control=options.faults)
    except (SchemaError, OSError) as error:
        return _wrong(str(error))
    try:
        return _serve(app, options)
    finally:
        app.close()


def _serve(app: App, options: argparse.Namespace) -> int:
    from fmorm.server.mounts.socket import serve

    host, port = options.host, options.port
    try:
        serve(app, host, port, ready=lambda url: _say(app, url, faults=options.faults))
    except ImportError:
        return _wrong("serving needs uvicorn and httptools: pip install 'fmorm[server]'")
    except OSError as error:
        return _wrong(f"cannot listen on {host} port {port}: {error.strerror}")
    except KeyboardInterrupt:
        pass
    return 0


def _say(app: App, url: str, *, faults: bool) -> None:
    accounts = ", ".join(one.name for schema in app.schemas.values() for one in schema.accounts.values())
    control = f"; faults at {url}/fmorm/faults" if faults else ""
    print(
        f"serving {', '.join(app.databases)} at {url} (accounts: {accounts}{control}; Ctrl-C stops)",
        flush=True,
    )


def _wrong(text: str) -> int:
    print(f"fmorm serve: {text}", file=sys.stderr)
    return WRONG
