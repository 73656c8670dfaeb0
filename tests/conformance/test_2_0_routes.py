"""All routes: that each is there, what it wants, and that there are no others."""

from __future__ import annotations

import pytest
from conformance.wire import Wire

OFFICE = "/databases/office"
WITH_TOKEN = [
    ("GET", "/validateSession"),
    ("GET", f"{OFFICE}/layouts"),
    ("GET", f"{OFFICE}/scripts"),
    ("GET", f"{OFFICE}/layouts/person"),
    ("GET", f"{OFFICE}/layouts/person/metadata"),
    ("GET", f"{OFFICE}/layouts/person/records"),
    ("POST", f"{OFFICE}/layouts/person/records"),
    ("GET", f"{OFFICE}/layouts/person/records/1"),
    ("PATCH", f"{OFFICE}/layouts/person/records/1"),
    ("DELETE", f"{OFFICE}/layouts/person/records/1"),
    ("POST", f"{OFFICE}/layouts/person/records/1"),
    ("POST", f"{OFFICE}/layouts/files/records/1/containers/Photo"),
    ("POST", f"{OFFICE}/layouts/files/records/1/containers/Photo/1"),
    ("POST", f"{OFFICE}/layouts/person/_find"),
    ("PATCH", f"{OFFICE}/globals"),
    ("GET", f"{OFFICE}/layouts/person/script/Echo"),
]
WITHOUT = [
    ("GET", "/productInfo"),
    ("GET", "/databases"),
    ("POST", f"{OFFICE}/sessions"),
    ("DELETE", f"{OFFICE}/sessions/x"),
]
METHODS = ("GET", "POST", "PATCH", "DELETE")
PATHS = list(dict.fromkeys(path for _, path in WITH_TOKEN + WITHOUT))
OTHERS = [
    (method, path) for path in PATHS for method in METHODS if (method, path) not in WITH_TOKEN + WITHOUT
]


@pytest.mark.parametrize(("method", "path"), WITH_TOKEN)
def test_it_wants_an_authorization(reader: Wire, method: str, path: str) -> None:
    answer = reader.ask(method, path, authorization="")
    assert answer.outcome == (401, "10", "Request validation failed: Parameter (Authorization) is required")


@pytest.mark.parametrize(("method", "path"), WITH_TOKEN)
def test_it_wants_a_live_token(reader: Wire, method: str, path: str) -> None:
    answer = reader.ask(method, path, authorization="Bearer " + "0" * 52)
    assert answer.outcome == (401, "952", "Invalid FileMaker Data API token (*)")


@pytest.mark.parametrize(("method", "path"), OTHERS)
def test_it_has_no_other_method(reader: Wire, method: str, path: str) -> None:
    answer = reader.ask(method, path)
    assert answer.outcome == (405, "1704", "Resource doesn't support the specified HTTP verb")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/databases/office",
        "/databases/office/layouts/person/nothing",
        "/databases/office/layouts/person/records/1/nothing",
        "/databases/office/layouts/person/records/1/containers",
        "/databases/office/layouts/files/records/1/containers/Photo/1/2",
        "/databases/office/layouts/person/script",
        "/databases/office/script/Echo",
        "/databases/office/layouts/person/_find/1",
        "/databases/office/globals/1",
        "/sessions",
    ],
)
def test_there_are_no_others(reader: Wire, path: str) -> None:
    answer = reader.ask("GET", path)
    assert answer.status == 404
    assert answer.json["response"] == {}
