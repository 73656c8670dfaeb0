"""`fmorm serve`: the embedded FileMaker Data API on a socket, for any client in any language."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fmorm.cli.code import add_code_to, read_code
from fmorm.cli.wrong import Wrong
from fmorm.server import App, SchemaError, load_schemas
from fmorm.server.mounts.log import Log, log_to
from fmorm.server.mounts.tls import CertificateError, Tls, certificate
from fmorm.server.releases import LATEST, RELEASES, YEARS

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "serve",
        help="serve schema files as a FileMaker Data API",
        description="Serve schema files as a FileMaker Data API, until Ctrl-C.",
    )
    parser.add_argument("schemas", metavar="SCHEMA", nargs="+", help="a schema file (TOML)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8733, help="the port; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        default=":memory:",
        help="the SQLite file that keeps the data (default: forget it)",
    )
    parser.add_argument(
        "--release",
        choices=[*RELEASES, *YEARS],
        default=LATEST.name,
        help="behave like this release of FileMaker Server (default: %(default)s)",
    )
    add_code_to(parser)
    parser.add_argument(
        "--tls-cert", metavar="FILE", help="speak HTTPS with this certificate (PEM, the whole chain)"
    )
    parser.add_argument("--tls-key", metavar="FILE", help="the key of the certificate (PEM)")
    parser.add_argument(
        "--latency",
        metavar="MS",
        type=_milliseconds,
        default=0.0,
        help="hold every reply back for so many milliseconds",
    )
    parser.add_argument("--log", metavar="FILE", help="write a line for each request; - is standard output")
    parser.add_argument(
        "--faults",
        action="store_true",
        help="let anybody who reaches the server set faults, at /fmorm/faults",
    )
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port: give 0 to 65535")
    return port


def _milliseconds(text: str) -> float:
    try:
        milliseconds = float(text)
    except ValueError:
        milliseconds = -1.0
    if not 0 <= milliseconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r}: give milliseconds, 0 or more")
    return milliseconds / 1000


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; gives the exit status."""
    try:
        tls = _tls(options)
        with _log(options.log) as log:
            _run(options, tls, log)
    except Wrong as wrong:
        return wrong.told_by("serve")
    return 0


def _run(options: argparse.Namespace, tls: Tls | None, log: Log | None) -> None:
    try:
        app = _app(options)
    except (SchemaError, OSError) as error:
        raise Wrong(str(error)) from error
    try:
        _serve(app, options, tls, log)
    finally:
        app.close()


def _app(options: argparse.Namespace) -> App:
    return App(
        load_schemas(*options.schemas),
        code=read_code(options.code),
        data=options.data,
        release=options.release,
        control=options.faults,
        latency=options.latency,
    )


def _tls(options: argparse.Namespace) -> Tls | None:
    if not options.tls_cert and not options.tls_key:
        return None
    if not options.tls_cert or not options.tls_key:
        raise Wrong("--tls-cert and --tls-key go together")
    tls: Tls = (options.tls_cert, options.tls_key)
    try:
        certificate(tls)
    except CertificateError as error:
        raise Wrong(str(error)) from error
    return tls


@contextmanager
def _log(place: str | None) -> Generator[Log | None]:
    if place is None:
        yield None
    elif place == "-":
        yield log_to(sys.stdout)
    else:
        try:
            stream = Path(place).open("a", encoding="utf-8")  # noqa: SIM115 - closed below
        except OSError as error:
            raise Wrong(f"{place}: {error.strerror}") from error
        with stream:
            yield log_to(stream)


def _serve(app: App, options: argparse.Namespace, tls: Tls | None, log: Log | None) -> None:
    from fmorm.server.mounts.socket import serve

    host, port = options.host, options.port
    try:
        serve(app, host, port, lambda url: _say(app, url, faults=options.faults), tls=tls, log=log)
    except ImportError as error:
        raise Wrong("serving needs uvicorn and httptools: pip install 'fmorm[server]'") from error
    except OSError as error:
        raise Wrong(f"cannot listen on {host} port {port}: {error.strerror}") from error
    except KeyboardInterrupt:
        pass


def _say(app: App, url: str, *, faults: bool) -> None:
    accounts = ", ".join(one.name for schema in app.schemas.values() for one in schema.accounts.values())
    control = f"; faults at {url}/fmorm/faults" if faults else ""
    print(
        f"serving {', '.join(app.databases)} at {url} (accounts: {accounts}{control}; Ctrl-C stops)",
        flush=True,
    )
