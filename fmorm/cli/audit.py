"""`fmorm audit`: whether secrets are in recorded cassettes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from fmorm.cli.wrong import Wrong

if TYPE_CHECKING:
    from fmorm.testing import Finding

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it

CLEAN: Final = 0
FOUND: Final = 1

_FOLDER: Final = "cassettes"
_ENDINGS: Final = {".yaml", ".yml", ".json"}
_SECRET: Final = (
    "FMORM_PASSWORD",
    "FMORM_CLARIS_ID_TOKEN",
    "FMORM_OAUTH_REQUEST_ID",
    "FMORM_OAUTH_IDENTIFIER",
)
"""Variables whose whole value is secret."""
_LOCAL: Final = {"localhost", "127.0.0.1", "::1"}


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "audit",
        help="look for secrets in recorded cassettes",
        description="Look for secrets in cassettes: tokens, credentials, cookies, addresses of servers and of "
        "files, and what FMORM_URL, FMORM_USER and FMORM_PASSWORD hold. Encodings are looked through. "
        "Ends with 1 where there are any.",
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help=f"a cassette, or a folder of them (default: every folder called {_FOLDER} below this one)",
    )
    parser.add_argument(
        "--secret-env",
        metavar="NAME",
        action="append",
        default=[],
        help="a variable of the environment whose value must not be there either; may be repeated",
    )
    parser.add_argument(
        "--allow",
        metavar="TEXT",
        action="append",
        default=[],
        help="what may stand in the place of a secret, besides SCRUBBED; may be repeated",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Audit; gives the exit status."""
    try:
        paths = list(_cassettes(options.paths))
        secrets, names = _known(os.environ, options.secret_env)
        found = {path: _audited(path, secrets, names, options.allow) for path in paths}
    except (Wrong, OSError, ImportError) as error:
        return Wrong(str(error)).told_by("audit")
    count = sum(map(len, found.values()))
    for path, ones in found.items():
        for one in ones:
            print(f"{path}:{one.line}: {one.place}: {one.what}")
    if count:
        bad = sum(bool(ones) for ones in found.values())
        print(f"{count} finding(s) in {bad} of {len(found)} cassette(s): scrub, and record anew")
        return FOUND
    print(f"{len(found)} cassette(s): no secret found")
    return CLEAN


def _audited(path: Path, secrets: set[str], names: set[str], allowed: list[str]) -> list[Finding]:
    from fmorm.testing import NoCassette, findings

    try:
        return findings(_text(path), secrets, names, instead=allowed)
    except NoCassette as error:
        raise _wrong(path, error) from None


def _wrong(path: Path, error: ValueError) -> Wrong:
    return Wrong(f"{path}: {' '.join(str(error).split())}")


def _cassettes(given: list[Path]) -> Iterator[Path]:
    """Give the files to look at: what is named itself is one, and of a folder those that are."""
    folders = given or sorted(_folders(Path()))
    found: dict[Path, None] = {}
    for path in folders:
        if not path.exists():
            raise Wrong(f"{path}: there is no such file or folder")
        ones = list(filter(_is_cassette, sorted(path.rglob("*")))) if path.is_dir() else [path]
        if not ones:
            raise Wrong(f"{path}: there is no cassette in it")
        found.update(dict.fromkeys(ones))
    if not found:
        raise Wrong(
            f"there is no folder called {_FOLDER} below this one: name the cassettes, or their folder"
        )
    yield from found


def _folders(start: Path) -> Iterator[Path]:
    """Give the folders of cassettes below one, but for hidden ones, such as that of a virtual environment."""
    for place, names, _ in os.walk(start):
        names[:] = [name for name in names if not name.startswith(".") and name != "node_modules"]
        if _FOLDER in names:
            names.remove(_FOLDER)
            yield Path(place, _FOLDER)


def _is_cassette(path: Path) -> bool:
    from fmorm.testing.audit import NoCassette, is_cassette

    if path.suffix.lower() not in _ENDINGS or not path.is_file():
        return False
    try:
        return is_cassette(_text(path))
    except NoCassette as error:  # whatever it is, it cannot be said to be clean
        raise _wrong(path, error) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Wrong(f"{path}: it is not in UTF-8") from None


def _known(environ: Mapping[str, str], others: list[str]) -> tuple[set[str], set[str]]:
    """Give what the environment knows to be secret, and the names that are looked for as words."""
    for name in others:
        if not environ.get(name):
            raise Wrong(f"--secret-env {name}: there is no such variable in the environment, or it is empty")
    secrets = {environ.get(name, "") for name in (*_SECRET, *others)}
    names = {environ.get("FMORM_USER", "")}
    with suppress(ValueError):  # an address that is none has no parts to look for
        url = urlsplit(environ.get("FMORM_URL", ""))
        secrets.add(unquote(url.password or ""))
        names |= {unquote(url.username or ""), url.hostname or ""} - _LOCAL
    return secrets - {""}, names - {""}
