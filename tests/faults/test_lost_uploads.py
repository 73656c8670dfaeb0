"""An upload whose reply is lost: the file is there as a whole, once, or that is reported."""

from __future__ import annotations

import os
from typing import Any

import pytest
from faults.conftest import QUICK
from scenarios.conftest import Office
from scenarios.office import Pictured, stored

from fmorm import OutcomeUnknown, Retry, state

MEGABYTE = os.urandom(1024 * 1024)


@pytest.mark.parametrize("when", ["before commit", "after commit", "mid-body"])
def test_an_upload_whose_reply_is_lost_is_done_once(office: Office, when: Any) -> None:
    db = office.open(retry=QUICK)
    ann = db.get(Pictured, 1)
    lost = office.app.faults.drop(when, on="upload", times=1)
    db.upload(ann, "photo", MEGABYTE, name="x.png")
    assert lost.count == 1
    assert stored(office.app) == MEGABYTE
    assert state(ann).mod_id == state(db.get(Pictured, 1)).mod_id == "1"


def test_without_patience_it_is_unknown(office: Office) -> None:
    db = office.open(retry=Retry(attempts=1))
    ann = db.get(Pictured, 1)
    office.app.faults.drop("after commit", on="upload", times=1)
    with pytest.raises(OutcomeUnknown, match="upload to 'Photo'"):
        db.upload(ann, "photo", b"x", name="x.png")
    assert stored(office.app) == b"x"
