"""The list of scripts."""

from __future__ import annotations

from conformance.wire import OK, Serve, Wire

from fmorm.server import Code


def test_it_has_scripts_folders_and_lines_in_their_order(reader: Wire) -> None:
    text = reader.ask("GET", "/databases/office/scripts").text
    assert text.startswith(
        '{"response":{"scripts":[{"name":"Echo","isFolder":false},{"name":"-","isFolder":false},'
        '{"name":"Work","isFolder":true,"folderScriptNames":[{"name":"Quiet","isFolder":false},'
        '{"name":"Deep","isFolder":true,"folderScriptNames":[{"name":"Half/Half","isFolder":false}]}]},'
    )
    assert text.endswith("]}," + OK)


def test_a_file_without_scripts_has_an_empty_one(serve: Serve) -> None:
    wire = serve("vault", code=Code())
    wire.begin()
    assert wire.ask("GET", "/databases/vault/scripts").text == '{"response":{"scripts":[]},' + OK
