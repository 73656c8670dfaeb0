"""The list of databases."""

from __future__ import annotations

import pytest
from conformance.wire import OK, Serve, Wire, basic

from fmorm.server import App


@pytest.fixture
def filtering(serve: Serve) -> Wire:
    """A server that shows only what an account may open."""
    return serve(filter_databases=True)


def names(wire: Wire, authorization: str) -> list[str]:
    answer = wire.ask("GET", "/databases", authorization=authorization)
    return [one["name"] for one in answer.response["databases"]]


def test_anybody_is_told_the_names_of_all_files_without_extension(stranger: Wire) -> None:
    text = stranger.ask("GET", "/databases").text
    assert text == '{"response":{"databases":[{"name":"office"},{"name":"vault"}]},' + OK


def test_credentials_may_be_there(stranger: Wire) -> None:
    assert names(stranger, basic("api", "secret")) == ["office", "vault"]


def test_filtered_it_wants_credentials(filtering: Wire) -> None:
    message = "HTTP Authorization header or OAuth headers are missing."
    assert filtering.ask("GET", "/databases").outcome == (401, "10", message)


def test_filtered_it_refuses_wrong_ones(filtering: Wire) -> None:
    answer = filtering.ask("GET", "/databases", authorization=basic("api", "wrong"))
    assert answer.outcome[:2] == (401, "212")


@pytest.mark.parametrize(
    ("authorization", "seen"),
    [
        (basic("api", "secret"), ["office", "vault"]),
        (basic("auditor", "look"), ["office"]),
        (basic("keeper", "keys"), ["vault"]),
        ("FMID ada-id-token", ["office"]),
    ],
)
def test_filtered_it_has_only_what_the_account_may_open(
    filtering: Wire, authorization: str, seen: list[str]
) -> None:
    assert names(filtering, authorization) == seen


def test_filtered_it_leaves_out_what_the_account_may_not_open_through_the_data_api(filtering: Wire) -> None:
    answer = filtering.ask("GET", "/databases", authorization=basic("visitor", "visitor"))
    assert "office" not in answer.text


def test_a_file_that_is_closed_is_not_in_it(wire: Wire, apps: list[App]) -> None:
    apps[-1].faults.close_file("vault")
    assert names(wire, "") == ["office"]
