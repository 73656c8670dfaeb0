"""Containers in finds, in the metadata of layouts, and in schema files."""

from __future__ import annotations

import pytest
from server.album import ALBUM, Album, with_photo

from fmorm.server import App, Schema, SchemaError, load_schema


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema(ALBUM)


@pytest.fixture
def album(app: App) -> Album:
    return Album(app)


@pytest.fixture
def ann(album: Album) -> str:
    return album.create({"Name": "Ann"})


class TestFinding:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"Photo": "*"}, ["Ann"]),
            ({"Photo": "="}, ["Bo", "Cy"]),
            ({"Photo": "=="}, ["Bo", "Cy"]),
            ({"Pages": "*"}, ["Bo"]),
            ({"Pages": "="}, ["Ann", "Cy"]),
            ({"Pages(2)": "*"}, ["Bo"]),
            ({"Pages(1)": "*"}, list[str]()),
            ({"letters::Scan": "="}, ["Cy"]),
            ({"Photo": "=", "Name": "Bo"}, ["Bo"]),
        ],
    )
    def test_what_is_empty_and_what_is_not(
        self, album: Album, ann: str, query: dict[str, str], names: list[str]
    ) -> None:
        bo, cy = album.create({"Name": "Bo"}), album.create({"Name": "Cy"})
        album.upload(ann, b"")
        album.upload(bo, field="Pages", query="/2")
        album.edit(cy, portalData={"letters": [{"letters::Title": "x"}]})
        assert album.names(query) == names

    @pytest.mark.parametrize(
        "text", ["photo.png", "==photo.png", ">a", "a...b", "!", "?", "@", "#", "//", "*x"]
    )
    def test_nothing_else_can_be_asked(self, album: Album, ann: str, text: str) -> None:
        answer = album.find({"Photo": text})
        assert (answer.status, answer.code) == (500, 408)


def test_a_layout_says_that_a_field_is_a_container(album: Album) -> None:
    answer = album.call("GET", "/databases/people/layouts/person").response
    kinds = {one["name"]: (one["result"], one["maxRepeat"], one["global"]) for one in answer["fieldMetaData"]}
    assert kinds["Photo"] == ("container", 1, False)
    assert kinds["Pages"] == ("container", 3, False)
    assert kinds["Logo"] == ("container", 1, True)
    assert answer["portalMetaData"]["letters"][1]["result"] == "container"


@pytest.mark.parametrize("option", ["auto_enter", "unique", "numeric"])
def test_options_that_no_file_could_meet_are_mistakes(option: str) -> None:
    value = "uuid" if option == "auto_enter" else True
    with pytest.raises(SchemaError, match=rf"Photo\.{option}: a container field cannot have this option"):
        load_schema(with_photo({"type": "container", option: value}))
    load_schema(with_photo({"type": "container", "numeric": False, "required": True}))


def test_a_container_cannot_be_a_match_field() -> None:
    wrong = {**ALBUM, "relationships": [{"join": "person::Photo = letters::Scan"}]}
    with pytest.raises(SchemaError, match='"Photo" is a container field, which cannot be a match field'):
        load_schema(wrong)
