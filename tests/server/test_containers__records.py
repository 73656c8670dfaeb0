"""What becomes of files when their records change: emptied, duplicated, deleted, opened again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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


class TestWritingTexts:
    def test_the_empty_text_empties_a_container(self, album: Album, ann: str) -> None:
        album.upload(ann, field="Pages", query="/2")
        album.upload(ann)
        old = album.address(ann)
        assert album.edit(ann, fieldData={"Photo": "", "Pages(2)": ""}).response == {"modId": "3"}
        assert [album.fields(ann)[name] for name in ("Photo", "Pages(2)")] == ["", ""]
        assert album.kept() == 0
        assert album.open(old).status == 400
        assert album.create({"Photo": ""}) == "2"

    @pytest.mark.parametrize("field", ["Photo", "Pages(2)", "Logo", "letters::Scan"])
    def test_any_other_text_is_refused(self, album: Album, ann: str, field: str) -> None:
        album.upload(ann)
        assert album.edit(ann, fieldData={field: "photo.png", "Name": "x"}).code == 408
        assert album.edit(ann, fieldData={field: album.address(ann)}).code == 408
        assert (album.content(ann), album.fields(ann)["Name"]) == (b"hello", "Ann")

    def test_an_edit_of_other_fields_leaves_the_file(self, album: Album, ann: str) -> None:
        album.upload(ann)
        album.edit(ann, fieldData={"Name": "x"})
        assert album.content(ann) == b"hello"

    def test_an_edit_that_fails_leaves_the_file(self, album: Album, ann: str) -> None:
        album.upload(ann)
        assert album.edit(ann, fieldData={"Photo": "", "deleteRelated": "letters.9"}).code == 101
        assert album.content(ann) == b"hello"


class TestWithTheRecord:
    def test_files_go_with_the_record_and_what_it_cascades_to(self, album: Album, ann: str) -> None:
        other = album.create({"Name": "Bo"})
        album.upload(other)
        album.upload(ann)
        album.upload(ann, field="Pages", query="/3")
        album.edit(ann, portalData={"letters": [{"letters::Title": "x"}]})
        album.layout = "letters"
        album.upload("1", field="Scan")
        album.layout = "person"
        assert album.kept() == 4
        album.call("DELETE", f"records/{ann}")
        assert (album.kept(), album.content(other)) == (1, b"hello")

    def test_a_deleted_row_takes_its_file_along(self, album: Album, ann: str) -> None:
        album.edit(ann, portalData={"letters": [{"letters::Title": "x"}]})
        album.layout = "letters"
        album.upload("1", field="Scan")
        album.layout = "person"
        album.edit(ann, fieldData={"deleteRelated": "letters.1"})
        assert album.kept() == 0

    def test_a_duplicate_has_files_of_its_own(self, album: Album, ann: str) -> None:
        album.upload(ann, b"both", "both.txt")
        album.upload(ann, b"third", field="Pages", query="/3")
        copy = str(album.call("POST", f"records/{ann}").response["recordId"])
        album.upload(ann, b"changed")
        album.call("DELETE", f"records/{ann}")
        assert [album.content(copy, name) for name in ("Photo", "Pages(1)", "Pages(3)")] == [
            b"both",
            None,
            b"third",
        ]
        assert album.open(album.address(copy)).header("content-disposition") == 'inline; filename="both.txt"'
        assert album.kept() == 2


class TestOnDisk:
    @pytest.fixture
    def opened(self, schema: Schema, tmp_path: Path) -> Callable[[], Album]:
        return lambda: Album(App(schema, data=str(tmp_path / "album.db")))

    def test_files_survive_a_restart(self, opened: Callable[[], Album]) -> None:
        first = opened()
        record_id = first.create({"Name": "Ann"})
        first.upload(record_id, bytes(range(256)), "ä.png")
        old = first.address(record_id)
        first.app.close()
        second = opened()
        assert second.content(record_id) == bytes(range(256))
        assert second.open(old).status == 400, "addresses do not"
        second.app.close()

    def test_data_from_before_there_were_files_still_open(self, opened: Callable[[], Album]) -> None:
        first = opened()
        record_id = first.create({"Name": "Ann"})
        first.engine.store.change('DROP TABLE "::files"')
        first.app.close()
        second = opened()
        assert second.content(record_id) is None
        assert second.upload(record_id).code == 0
        assert second.content(record_id) == b"hello"
        second.app.close()

    def test_a_container_that_was_something_else_is_an_error(
        self, opened: Callable[[], Album], tmp_path: Path
    ) -> None:
        opened().app.close()
        with pytest.raises(SchemaError, match=re.escape('"Photo" of table "Person" is kept as container')):
            App(load_schema(with_photo("text")), data=str(tmp_path / "album.db"))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["upload", "stale", "empty", "duplicate", "delete"]),
        st.integers(0, 3),
        st.sampled_from(["Photo", "Pages(2)"]),
        st.binary(max_size=3),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_files_are_what_a_simple_model_says_and_none_is_left_behind(
    album: Album, steps: list[tuple[str, int, str, bytes]]
) -> None:
    for record in album.call("GET", "records").records:
        album.call("DELETE", f"records/{record['recordId']}")
    model: dict[str, dict[str, bytes]] = {album.create(): {}}
    for verb, which, label, content in steps:
        record_id = list(model)[which % len(model)] if model else album.create()
        files = model.setdefault(record_id, {})
        field, query = ("Photo", "") if label == "Photo" else ("Pages", "/2")
        if verb == "upload":
            assert album.upload(record_id, content, field=field, query=query).code == 0
            files[label] = content
        elif verb == "stale":
            assert album.upload(record_id, content, field=field, query=f"{query}?modId=99").code == 306
        elif verb == "empty":
            album.edit(record_id, fieldData={label: ""})
            files.pop(label, None)
        elif verb == "duplicate":
            model[str(album.call("POST", f"records/{record_id}").response["recordId"])] = dict(files)
        else:
            album.call("DELETE", f"records/{record_id}")
            del model[record_id]
    for record_id, files in model.items():
        assert {name: album.content(record_id, name) for name in ("Photo", "Pages(2)")} == {
            name: files.get(name) for name in ("Photo", "Pages(2)")
        }
    assert album.kept() == sum(map(len, model.values()))


class TestGlobals:
    def test_a_global_container_is_the_sessions(self, app: App, album: Album, ann: str) -> None:
        other = album.create({"Name": "Bo"})
        assert album.upload(ann, field="Logo").response == {"modId": "0"}, "the record has not changed"
        assert album.content(other, "Logo") == b"hello"
        assert Album(app).fields(ann)["Logo"] == ""

    def test_it_is_emptied_by_the_empty_text(self, album: Album, ann: str) -> None:
        album.upload(ann, field="Logo")
        assert (
            album.call("PATCH", "/databases/people/globals", {"globalFields": {"Person::Logo": ""}}).code == 0
        )
        assert album.fields(ann)["Logo"] == ""

    def test_an_upload_that_fails_leaves_it(self, album: Album, ann: str) -> None:
        assert album.upload(ann, field="Logo", query="?modId=7").code == 306
        assert album.fields(ann)["Logo"] == ""

    def test_its_file_is_gone_when_the_data_file_is_opened_again(
        self, schema: Schema, tmp_path: Path
    ) -> None:
        data = str(tmp_path / "data.sqlite3")
        app = App(schema, data=data)
        album = Album(app)
        record = album.create({"Name": "Ann"})
        album.upload(record, field="Logo")
        album.upload(record)
        assert album.kept() == 2
        app.close()
        app = App(schema, data=data)
        album = Album(app)
        assert (album.kept(), album.content(record)) == (1, b"hello")
        app.close()

    def test_files_of_a_field_that_the_schema_leaves_out_are_kept(
        self, schema: Schema, tmp_path: Path
    ) -> None:
        data = str(tmp_path / "data.sqlite3")
        app = App(schema, data=data)
        record = Album(app).create({"Name": "Ann"})
        Album(app).upload(record)
        app.close()
        tables = {name: one for name, one in ALBUM["tables"].items() if name == "Person"}
        tables["Person"] = {"fields": {"Name": "text"}}
        App(load_schema({"database": {"name": "people"}, "tables": tables}), data=data).close()
        app = App(schema, data=data)
        assert Album(app).content(record) == b"hello"
        app.close()
