"""`fmorm check`: models against the layouts that they are of, for continuous integration."""

from __future__ import annotations

import argparse
import inspect
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fmorm.cli import drafts, sources
from fmorm.cli.drafts import DONE, Mistake
from fmorm.cli.models import add_models, models_of
from fmorm.errors import FmormError

if TYPE_CHECKING:
    from fmorm.checking.findings import Finding, Findings
    from fmorm.model.records import Model, Record

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]  # argparse's only name for it

FOUND: Final = 1


def add_to(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "check",
        help="compare models with the layouts that they are of",
        description="Compare models with the layouts that they are of. The exit status is 0 where they fit, 1 where "
        "there are errors, 2 where it could not be found out.",
    )
    add_models(parser)
    sources.add_sources(parser, "--url")
    parser.add_argument("--json", action="store_true", help="print what is found as JSON")
    parser.add_argument("--strict", action="store_true", help="count warnings as errors")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what is found; gives the exit status."""
    try:
        sources.expect_one_source(options)
        models = models_of(options)
        found = _found(options, models)
    except (Mistake, FmormError, OSError, ValueError, LookupError) as error:
        return drafts.complain("check", error)
    if options.json:
        print(json.dumps(_as_json(found, models), ensure_ascii=False, indent=2))
    else:
        _print(found, models)
    return FOUND if found.errors or (options.strict and found) else DONE


def _found(options: argparse.Namespace, models: Sequence[type[Model]]) -> Findings:
    if not options.metadata:
        with sources.opened(options) as db:
            return db.check(*models)
    from fmorm.checking.comparing import compare_all
    from fmorm.model.plan import plan_of

    return compare_all([plan_of(model) for model in models], sources.saved(options.metadata).layouts)


def _print(found: Findings, models: Iterable[type[Model]]) -> None:
    for one in found:
        file, line = _place(one, models)
        print(f"{file}:{line}: {one}" if file else one)
    print(f"{len(found.errors)} error(s), {len(found.warnings)} warning(s)")


def _as_json(found: Findings, models: Sequence[type[Model]]) -> dict[str, Any]:
    findings: list[dict[str, Any]] = []
    for one in found:
        file, line = _place(one, models)
        findings.append({**asdict(one), "severity": str(one.severity), "file": file, "line": line})
    return {"findings": findings, "errors": len(found.errors), "warnings": len(found.warnings)}


def _place(finding: Finding, models: Iterable[type[Model]]) -> tuple[str, int]:
    """Give the file and line of what a finding is about: of the attribute, else of its class."""
    model = next(one for one in models if (one.__name__, _layout(one)) == (finding.model, finding.layout))
    first, _, inner = finding.attribute.partition(".")
    return _row_line(model, first, inner) if inner else _line(model, first)


def _layout(model: type[Model]) -> str | None:
    return model.__fmorm_place__


def _row_line(model: type[Model], portal: str, attr: str) -> tuple[str, int]:
    from fmorm.model.plan import plan_of

    return _line(plan_of(model).portals[portal].row, attr)


def _line(cls: type[Record], attr: str) -> tuple[str, int]:
    owners = [one for one in inspect.getmro(cls) if attr in inspect.get_annotations(one)]
    try:
        owner = owners[0] if owners else cls
        lines, start = inspect.getsourcelines(owner)
        file = inspect.getsourcefile(owner) or ""
    except (OSError, TypeError):  # a class without a file
        return "", 0
    declared = re.compile(rf"\s*{re.escape(attr)}\s*:")
    offset = next((at for at, text in enumerate(lines) if attr and declared.match(text)), 0)
    return _shown(Path(file)), start + offset


def _shown(path: Path) -> str:
    """Give a path as people know it: from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
