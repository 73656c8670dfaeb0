"""Setting global fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conformance.wire import DONE, Wire

GLOBALS = "/databases/office/globals"


@pytest.fixture
def settings(wire: Wire) -> Wire:
    """The layout that shows global fields; there is one record."""
    wire.layout = "settings"
    wire.create({"Name": "Ada"})
    return wire


def put(wire: Wire, **values: object) -> object:
    body = {"globalFields": {name.replace("__", "::"): value for name, value in values.items()}}
    return wire.ask("PATCH", GLOBALS, body).outcome[:2]


def test_it_has_nothing_to_say(settings: Wire) -> None:
    assert settings.ask("PATCH", GLOBALS, {"globalFields": {"Person::Setting": "x"}}).text == DONE


def test_later_reads_show_the_value(settings: Wire) -> None:
    assert settings.get("1").fields["Setting"] == ""
    put(settings, Person__Setting="x")
    assert settings.get("1").fields["Setting"] == "x"
    assert settings.get_all().fields["Setting"] == "x"
    assert settings.find({"query": [{"Name": "Ada"}]}).fields["Setting"] == "x"


@pytest.mark.parametrize("name", ["Person::Setting", "person::Setting"])
def test_the_table_may_be_named_or_its_occurrence(settings: Wire, name: str) -> None:
    assert settings.ask("PATCH", GLOBALS, {"globalFields": {name: "x"}}).code == "0"
    assert settings.get("1").fields["Setting"] == "x"


def test_digits_in_a_number_field_come_back_as_a_number(settings: Wire) -> None:
    put(settings, Person__Rate="123456789")
    assert '"Rate":123456789' in settings.get("1").text
    put(settings, Person__Rate=7)
    assert '"Rate":7' in settings.get("1").text


def test_a_repetition_is_named_in_parentheses(settings: Wire) -> None:
    body = {"globalFields": {"Person::Days(2)": "Tue", "Person::Days": "Mon"}}
    assert settings.ask("PATCH", GLOBALS, body).code == "0"
    fields = settings.get("1").fields
    assert (fields["Days(1)"], fields["Days(2)"]) == ("Mon", "Tue")


def test_values_belong_to_the_session(settings: Wire, joined: Callable[..., Wire]) -> None:
    put(settings, Person__Setting="mine")
    other = joined()
    other.layout = "settings"
    assert other.get("1").fields["Setting"] == ""
    other.close()
    settings.begin()
    assert settings.get("1").fields["Setting"] == ""


def test_no_record_is_changed(settings: Wire) -> None:
    put(settings, Person__Setting="x")
    assert settings.mod_id("1") == "0"


@pytest.mark.parametrize(
    "name", ["Setting", "Nothing::Setting", "Person::Nothing", "Person::Name", "Person::Days(3)"]
)
def test_a_name_that_is_not_that_of_a_table_and_a_global_field_is_refused(settings: Wire, name: str) -> None:
    body = {"globalFields": {"Person::Setting": "x", name: "x"}}
    assert settings.ask("PATCH", GLOBALS, body).outcome == (500, "102", "Field is missing")
    assert settings.get("1").fields["Setting"] == "", "nothing is set"


@pytest.mark.parametrize(
    "body", [{}, {"globalFields": []}, {"globalFields": {"Person::Setting": None}}, {"fieldData": {}}]
)
def test_a_body_of_another_form_is_refused(settings: Wire, body: object) -> None:
    assert settings.ask("PATCH", GLOBALS, body).outcome[:2] == (400, "960")
