"""Names with everything in them that means something in a URL, in JSON or in Python."""

from __future__ import annotations

from typing import Any

import pytest
from bad_input.conftest import Serve
from bad_input.witness import failure, told

from fmorm import (
    BadValue,
    Database,
    DeclarationError,
    Field,
    FindError,
    LayoutMissing,
    Model,
    Portal,
    PortalRow,
    Repeating,
    field,
    portal,
    repeating,
)
from fmorm.server import Schema, load_schema

NAMES = [
    "a/b", "a#b", "a?b=c&d", "100%", "%2F", "A + B", " a b ", "é 😀", "e\u0301", '"quoted"', "it's", ".", "..", "../up",
    "a.b", "a\\b", "a;b:c,d", "{a}", "{0}", "<a>[b](c)", "a|b^c`d~e$f@g!h*i", "_find", "records", "//", "/",
    "日本\u00a0語", "None", "_limit.x", "x" * 100,
]  # fmt: skip


def schema(*, database: str = "db", layout: str = "l", name: str = "Name", rows: str = "rows") -> Schema:
    return load_schema(
        {
            "database": {"name": database},
            "accounts": {"api": {"password": "s3cret:with/odd?chars", "privileges": "full"}},
            "tables": {
                "T": {
                    "fields": {
                        "Key": {"type": "text", "auto_enter": "uuid"},
                        name: "text",
                        "Phone": {"type": "text", "repetitions": 2},
                    }
                },
                "R": {"fields": {"T": "text", name: "text"}},
            },
            "occurrences": {"t": "T", "r": "R"},
            "relationships": [{"join": "t::Key = r::T", "allow_creation": ["r"]}],
            "layouts": {
                layout: {
                    "occurrence": "t",
                    "fields": ["Key", name, "Phone"],
                    "portals": {rows: {"occurrence": "r", "fields": [name]}},
                }
            },
            "rows": {"T": [{"Key": "K", name: "one"}], "R": [{"T": "K", name: "row"}]},
        }
    )


def models(*, layout: str = "l", name: str = "Name", portal_name: str = "rows") -> tuple[Any, Any]:
    class Row(PortalRow, table="r"):
        text: Field[str] = field(name)

    class Thing(Model, layout=layout):
        key: Field[str] = field("Key", key=True, read_only=True)
        text: Field[str] = field(name)
        phones: Repeating[str] = repeating("Phone", 2)
        rows: Portal[Row] = portal(portal_name)

    return Thing, Row


def everything_works(db: Database, thing: Any, row: Any) -> None:
    """Expect of every verb that it reaches the thing that it names."""
    one = db.get(thing, 1)
    assert (one.text, [each.text for each in one.rows]) == ("one", ["row"])
    one.text = "changed"
    one.rows[0].text = "changed row"
    one.rows.append(row(text="new row"))
    db.save(one)
    two = db.create(thing(text="two", rows=[row(text="its row")]), reload=True)
    assert [each.text for each in two.rows] == ["its row"]
    assert [each.text for each in db.find(thing).sort(thing.text.desc()).all()] == ["two", "changed"]
    assert [each.text for each in db.find(thing).where(thing.text == "two").all()] == ["two"]
    assert [each.text for each in db.find(thing).where(thing.rows.text == "new row").all()] == ["changed"]
    assert (
        len(db.find(thing).portal(thing.rows, limit=1, offset=1).where(thing.text == "changed").one().rows)
        == 1
    )
    assert db.find(thing).omit(thing.text == "two").count() == 1
    del one.rows[0]
    db.save(one)
    assert [each.text for each in db.get(thing, key="K").rows] == ["new row"]
    db.update(thing, 1, {"text": "again"})
    assert db.reload(one).text == "again"
    db.delete(two)
    assert db.find(thing).count() == 1


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_database_layout_field_and_portal_of_any_name(serve: Serve, name: str) -> None:
    office, _ = serve(schema=schema(database=name, layout=name, name=name, rows=name))
    db = office.open_named(name)
    everything_works(db, *models(layout=name, name=name, portal_name=name))
    other, _ = models(layout=f"{name}!")
    with pytest.raises(LayoutMissing):
        db.get(other, 1)
    db.close()
    assert office.app.session_count == 0


def test_a_field_that_is_called_as_a_word_of_the_find_language(serve: Serve) -> None:
    """`omit` is a key of a find request, so such a field cannot be searched, and that is told."""
    office, _ = serve(schema=schema(name="omit"))
    db = office.open_named("db")
    thing, _ = models(name="omit")
    assert db.get(thing, 1).text == "one"
    with told(FindError, "omit", "occurrence::omit"):
        db.find(thing).where(thing.text == "one").all()


def test_a_field_that_is_called_as_a_word_of_an_edit_deletes_nothing(serve: Serve) -> None:
    """`deleteRelated` is a key of `fieldData`: a value in it must not be taken for rows to delete."""
    office, _ = serve(schema=schema(name="deleteRelated"))
    db = office.open_named("db")
    error = failure(lambda: save_a_value(db, *models(name="deleteRelated")))
    thing, _ = models()
    assert len(db.get(thing, 1).rows) == 1, "a row was deleted"
    assert isinstance(error, DeclarationError | BadValue)
    assert "deleteRelated" in str(error)


def save_a_value(db: Database, thing: Any, row: Any) -> None:
    one = db.get(thing, 1)
    one.text = "rows.1"
    db.save(one)
    assert isinstance(one.rows[0], row)
