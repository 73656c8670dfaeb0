"""The list of layouts."""

from __future__ import annotations

from typing import Any

import pytest
from conformance.wire import OK, Serve, Wire

FIRST = (
    '{"response":{"layouts":[{"name":"person"§},{"name":"-"§},{"name":"Inner","isFolder":true,"folderLayoutNames":['
    '{"name":"short"§},{"name":"Deep","isFolder":true,"folderLayoutNames":[{"name":"grid"§}]},{"name":"-"§}]},'
)


def test_it_has_layouts_with_an_empty_table_folders_and_lines_in_their_order(reader: Wire) -> None:
    text = reader.ask("GET", "/databases/office/layouts").text
    assert text.startswith(FIRST.replace("§", ',"table":""'))
    assert text.endswith('{"name":"a+b","table":""}]},' + OK)


def test_release_18_says_no_table(serve: Serve) -> None:
    wire = serve(release="18")
    wire.begin()
    assert wire.ask("GET", "/databases/office/layouts", version="v1").text.startswith(FIRST.replace("§", ""))


@pytest.mark.parametrize("release", ["19", "20", "21", "22"])
def test_later_releases_do(serve: Serve, release: str) -> None:
    wire = serve(release=release)
    wire.begin()
    layouts = wire.ask("GET", "/databases/office/layouts").response["layouts"]
    assert layouts[0] == {"name": "person", "table": ""}


def names(items: list[Any]) -> list[str]:
    """Give the names of layouts, those in folders too."""
    inner = [names(one["folderLayoutNames"]) if "isFolder" in one else [one["name"]] for one in items]
    return [name for part in inner for name in part if name != "-"]


def test_every_layout_is_in_it_once(reader: Wire) -> None:
    found = names(reader.ask("GET", "/databases/office/layouts").response["layouts"])
    assert len(found) == len(set(found)) == 16
    for name in found:
        reader.layout = name
        assert reader.ask("GET", "").code == "0"


def test_each_file_has_its_own(serve: Serve) -> None:
    wire = serve("vault")
    wire.begin()
    layouts = wire.ask("GET", "/databases/vault/layouts").response["layouts"]
    assert layouts == [{"name": "Secret", "table": ""}, {"name": "towns", "table": ""}]
