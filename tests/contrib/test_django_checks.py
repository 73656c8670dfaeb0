"""System checks and management commands."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from contrib.django_site import CONTACTS, site
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError

from fmorm import Field, Model, field
from fmorm.contrib.django import databases
from fmorm.contrib.django.configuration import configuration_of

pytestmark = pytest.mark.usefixtures("django_project")


class Astray(Model, layout="contact"):
    """Does not fit its layout."""

    name: Field[str] = field("Nmae")


class Fitting(Model, layout="contact"):
    name: Field[str] = field("Name")


class Elsewhere(Model, layout="nowhere"):
    name: Field[str] = field("Name")


def setting(*models: str, **more: Any) -> dict[str, Any]:
    return {"default": {"EMBEDDED": CONTACTS, "MODELS": list(models), **more}}


def command(*words: str) -> str:
    said = io.StringIO()
    call_command(*words, stdout=said, no_color=True)
    return said.getvalue()


def live_checks() -> list[CheckMessage]:
    return run_checks(tags=["fmorm"], include_deployment_checks=True)


def test_models_that_fit_are_fine() -> None:
    assert not any(one.is_serious() for one in live_checks())
    assert [(one.id, one.obj) for one in live_checks()] == [("fmorm.key-may-be-empty", "Contact.email")]


def test_models_that_do_not_fit_are_told_with_a_code_that_can_be_silenced() -> None:
    wrong = setting("contrib.test_django_checks.Astray", "contrib.test_django_checks.Elsewhere")
    with site(FMORM=wrong):
        found = live_checks()
        assert [(one.id, one.obj) for one in found] == [
            ("fmorm.missing-field", "Astray.name"),
            ("fmorm.missing-layout", "Elsewhere"),
        ]
        with pytest.raises(SystemCheckError, match="Nmae"):
            call_command("check", deploy=True, tags=["fmorm"])
    with site(FMORM=wrong, SILENCED_SYSTEM_CHECKS=["fmorm.missing-field", "fmorm.missing-layout"]):
        call_command("check", deploy=True, tags=["fmorm"])


def test_a_module_stands_for_the_models_that_it_defines() -> None:
    with site(FMORM=setting("contrib.test_django_checks")):
        assert {one.obj for one in live_checks()} == {"Astray.name", "Elsewhere"}


def test_a_plain_check_asks_no_server() -> None:
    with site(FMORM=setting("contrib.test_django_checks")):
        assert run_checks() == run_checks(tags=["fmorm"]) == run_checks(databases=["default"]) == []
        assert not databases.app(configuration_of("default")).requests


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (None, "the setting FMORM is missing"),
        ({"default": {"URL": "https://fm.example.com"}}, "has no DATABASE"),
        (setting("contacts.nothing"), "contacts"),
        (setting("contacts.contacts.Nobody"), "Nobody"),
        (setting("contacts.contacts.date"), "contacts.contacts.date in MODELS is no model"),
    ],
)
def test_a_wrong_setting_is_told_by_every_check(wrong: Any, says: str) -> None:
    with site(FMORM=wrong):
        (found,) = run_checks()
        assert (found.id, says in found.msg) == ("fmorm.E001", True)


def test_a_server_that_is_not_reached_is_told() -> None:
    away = {"URL": "http://127.0.0.1:1", "DATABASE": "crm", "USER": "web", "PASSWORD": "hush-hush"}
    with site(FMORM={"default": {**away, "MODELS": ["contacts.contacts"]}}):
        (found,) = live_checks()
        assert found.id == "fmorm.E002"
        assert "hush-hush" not in str(found)
        with pytest.raises(CommandError, match="default: "):
            command("fmorm_ping")


def test_ping_logs_in_to_every_database() -> None:
    two = {"default": {"EMBEDDED": CONTACTS}, "other": {"EMBEDDED": CONTACTS, "USER": "guest"}}
    with site(FMORM=two):
        assert [line.partition(":")[0] for line in command("fmorm_ping").splitlines()] == ["default", "other"]
        assert command("fmorm_ping", "--using=other").startswith("other: <Database 'contacts' on ")
        with pytest.raises(CommandError, match="FMORM has no 'third'"):
            command("fmorm_ping", "--using=third")


def test_check_is_a_command_of_its_own() -> None:
    assert command("fmorm_check").splitlines()[-1] == "no errors"
    with site(FMORM=setting("contrib.test_django_checks.Fitting")):
        assert command("fmorm_check") == "all models fit their layouts\n"
    with (
        site(FMORM=setting("contrib.test_django_checks")),
        pytest.raises(CommandError, match=r"2 error\(s\)"),
    ):
        command("fmorm_check")
    with site(FMORM=setting("contacts.nothing")), pytest.raises(CommandError, match="nothing"):
        command("fmorm_check", "--using=default")


def test_generate_writes_models_and_keeps_what_people_have_changed(tmp_path: Path) -> None:
    text = command("fmorm_generate", "contact")
    assert 'layout="contact"' in text
    module = tmp_path / "models.py"
    assert "wrote" in command("fmorm_generate", f"--to={module}")
    mine = module.read_text().replace("class Contact(", "class Person(", 1)
    module.write_text(mine)
    command("fmorm_generate", f"--to={module}")
    assert module.read_text() == mine
    with pytest.raises(CommandError, match="nowhere"):
        command("fmorm_generate", "nowhere")
