"""A web form that has lost its mod id must not overwrite what somebody else has saved."""

from __future__ import annotations

from typing import Any

import pytest
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import ConflictError, Database

FORM: dict[str, Any] = {"name": "Anne"}


def test_a_missing_mod_id_is_refused_before_anything_is_sent(office: Office, db: Database) -> None:
    ann = db.get(Person, 1)
    ann.name = FORM["name"]
    office.forget()
    for save in (
        lambda: db.save(ann, expect=FORM.get("mod_id")),
        lambda: db.update(Person, 1, FORM, mod_id=FORM.get("mod_id")),
        lambda: db.delete(ann, mod_id=FORM.get("mod_id")),
        lambda: db.delete(Person, 1, mod_id=FORM.get("mod_id")),
    ):
        with pytest.raises(ValueError, match="None is no modification id"):
            save()
    assert office.sent == []


def test_left_out_it_is_the_one_that_the_record_was_read_with(db: Database) -> None:
    ann = db.get(Person, 1)
    db.update(Person, 1, {"notes": "theirs"})
    ann.name = "Anne"
    with pytest.raises(ConflictError):
        db.save(ann)
