"""What `import fmorm` gives is what it says it gives."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fmorm
import fmorm.server
import fmorm.testing
from fmorm import errors

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"


@pytest.mark.parametrize("name", fmorm.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(fmorm, name) is not None
    assert name in dir(fmorm)


def test_the_list_of_public_names_is_sorted_and_without_doubles() -> None:
    assert len(set(fmorm.__all__)) == len(fmorm.__all__)


@pytest.mark.parametrize("name", fmorm.server.__all__)
def test_every_public_name_of_the_server_is_there_and_documented(name: str) -> None:
    assert getattr(fmorm.server, name).__doc__


@pytest.mark.parametrize("name", fmorm.testing.__all__)
def test_every_public_name_of_testing_is_there_and_documented(name: str) -> None:
    assert getattr(fmorm.testing, name).__doc__
    assert name in dir(fmorm.testing)


def test_every_error_is_public() -> None:
    tree = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert tree <= set(fmorm.__all__), f"not exported: {sorted(tree - set(fmorm.__all__))}"


@pytest.mark.parametrize(
    "name", ["Database", "AsyncDatabase", "Find", "AsyncFind", "Model", "PortalRow", "State"]
)
def test_public_classes_and_their_methods_are_documented(name: str) -> None:
    cls: type = getattr(fmorm, name)
    assert cls.__doc__, f"{name} has no docstring"
    for attr, value in vars(cls).items():
        if not attr.startswith("_") and callable(value):
            assert value.__doc__, f"{name}.{attr} has no docstring"


def test_both_colours_have_the_same_verbs() -> None:
    for one, other in (("Database", "AsyncDatabase"), ("Find", "AsyncFind")):
        verbs = [{n for n in dir(getattr(fmorm, name)) if not n.startswith("_")} for name in (one, other)]
        assert verbs[0] == verbs[1]


def test_declaring_models_does_not_import_httpx() -> None:
    code = "import sys, fmorm; sys.exit('httpx' in sys.modules or 'fmorm.server' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Databse"):
        _ = getattr(fmorm, "Databse")  # noqa: B009 - a checker would see it


def test_the_changelog_knows_the_version_or_is_ahead_of_it() -> None:
    versions = re.findall(r"^## \[(.+?)\]", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] in {"Unreleased", fmorm.__version__}
