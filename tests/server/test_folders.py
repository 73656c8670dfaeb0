"""The lists of layouts and scripts: their order, their folders, and separators."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from server.club import CLUB, Member

from fmorm.server import App, Schema, SchemaError, load_schema
from fmorm.server.schema.folders import Folder, listed


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema(CLUB)


@pytest.fixture
def club(app: App) -> Member:
    return Member(app, layout="plain")


def test_layouts_come_in_their_folders_and_the_others_at_the_end(club: Member) -> None:
    assert club.call("GET", "/databases/club/layouts").text == (
        '{"response":{"layouts":[{"name":"plain","table":""},{"name":"-","table":""},'
        '{"name":"Inner","isFolder":true,"folderLayoutNames":[{"name":"lists","table":""},{"name":"-","table":""},'
        '{"name":"Deep","isFolder":true,"folderLayoutNames":[]}]},{"name":"member","table":""}]},'
        '"messages":[{"code":"0","message":"OK"}]}'
    )


def test_scripts_come_in_their_folders(club: Member) -> None:
    assert club.call("GET", "/databases/club/scripts").text == (
        '{"response":{"scripts":[{"name":"Begin","isFolder":false},{"name":"-","isFolder":false},'
        '{"name":"Sync","isFolder":true,"folderScriptNames":[{"name":"Nightly","isFolder":false},'
        '{"name":"Old","isFolder":true,"folderScriptNames":[{"name":"Once","isFolder":false}]}]}]},'
        '"messages":[{"code":"0","message":"OK"}]}'
    )


def test_what_is_not_placed_comes_at_the_end_in_its_own_order() -> None:
    items = ("b", "-", Folder("f", ("c",)))
    assert listed(["d", "c", "b", "a"], items) == [*items, "d", "a"]
    assert listed(["x", "y"], ()) == ["x", "y"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"layouts": ["plan"]}, 'folders.layouts: no layout "plan"; did you mean "plain"?'),
    ({"layout": []}, 'folders: no setting "layout"; did you mean "layouts"?'),
    ({"layouts": [{"name": "x", "items": ["lits"]}]}, 'layouts[1].items: no layout "lits"; did you mean'),
    ({"layouts": [{"items": []}]}, "folders.layouts[1].name: is missing"),
    ({"layouts": [{"name": "x", "item": []}]}, 'no setting "item"; did you mean "items"?'),
    ({"layouts": ["plain", {"name": "x", "items": ["plain"]}]}, 'folders.layouts: "plain" is there twice'),
    ({"scripts": [5]}, "folders.scripts[1]: expected a table of settings"),
    ({"scripts": "x"}, "folders.scripts: expected a list"),
]


def changed(**folders: object) -> dict[str, Any]:
    content = tomllib.loads(CLUB.read_text(encoding="utf-8"))
    content["folders"] = folders
    return content


@pytest.mark.parametrize(("folders", "message"), WRONG)
def test_a_mistake_names_its_place(folders: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_schema(changed(**folders))
    assert message in str(caught.value)


def test_separators_may_be_there_as_often_as_one_likes() -> None:
    assert load_schema(changed(layouts=["-", "plain", "-"])).folders.layouts == ("-", "plain", "-")
