"""Each fault by itself: what fmorm does, what the program sees, what the data is; and that the guide says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_input.witness import SECRETS, whole
from faults.cases import ATTEMPTS, CASES, LOG_IN, Case, Trouble
from faults.conftest import ON_SOCKETS
from faults.verbs import VERBS, done, sent
from scenarios.conftest import Office

from fmorm import Database, FmormError, ProtocolError, Retry, ServerError, TransportError
from fmorm.server.faults.fault import Where

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guides" / "failures.md"
THREE = Retry(attempts=ATTEMPTS, backoff=0.001, longest=0.05, deadline=20)
IMPATIENT = 0.1
"""Seconds: for replies that never come."""

SINGLE = [
    pytest.param(case, asked, trouble, id=f"{asked}-{trouble.name}")
    for case in CASES
    for asked in case.asked
    for trouble in case.troubles
]


@pytest.mark.parametrize(("case", "asked", "trouble"), SINGLE)
def test_what_happens_once(office: Office, case: Case, asked: str, trouble: Trouble) -> None:
    ending = case.rule(asked, trouble)
    office_asked(office, asked, trouble, ending.once, times=1)
    log_ins = sent(office.app, "log-in")
    if asked != LOG_IN:
        assert sent(office.app, VERBS[asked].on) == ending.sent[0]
        assert log_ins == ending.log_ins
    else:
        assert log_ins == ending.sent[0]
    assert done(office.app, VERBS[asked]) in {None, ending.done[0]}
    if trouble.lasts:
        assert office.app.faults.injected.total() == 1, "the fault did not happen, or more than once"


LASTING = [one for one in SINGLE if getattr(one.values[2], "lasts", False)]


@pytest.mark.parametrize(("case", "asked", "trouble"), LASTING)
def test_what_goes_on(office: Office, case: Case, asked: str, trouble: Trouble) -> None:
    ending = case.rule(asked, trouble)
    office_asked(office, asked, trouble, ending.stays, times=None)
    assert sent(office.app, VERBS[asked].on) == ending.sent[1], (
        "it was not tried as often as the policy allows"
    )
    assert done(office.app, VERBS[asked]) in {None, ending.done[1]}


def office_asked(
    office: Office, asked: str, trouble: Trouble, expected: type[FmormError] | None, times: int | None
) -> None:
    """Do a verb while something goes wrong, and expect an error or none; then that the database goes on."""
    db = office.open(retry=THREE, timeout=IMPATIENT if trouble.hangs else 5)
    run = VERBS[asked].prepared(db)
    office.forget()
    trouble.happen(office.app, Where(on=VERBS[asked].on, times=times))
    if expected is None:
        run()
    else:
        with pytest.raises(FmormError) as caught:
            run()
        assert type(caught.value) is expected
        well_told(caught.value)
    seen = list(office.app.requests)
    office.app.faults.clear()
    db.log_in()
    db.close()
    if asked != LOG_IN and not trouble.orphans:  # of a log-in whose reply was lost, nobody knows the token
        assert office.app.session_count == 0, "a session was leaked"
    office.forget()
    office.app.requests.extend(seen)


def well_told(error: FmormError) -> None:
    """Expect that an error says what was asked and what to do, and no secret."""
    assert isinstance(error, (TransportError, ProtocolError, ServerError))
    assert error.request
    assert error.request in str(error)
    if isinstance(error, (TransportError, ServerError)):
        assert error.advice
        assert error.advice.lower() in str(error).lower()
    if isinstance(error, ServerError):
        assert str(error.code) in str(error)
    text = whole(error)
    for secret in SECRETS:
        assert secret not in text


@ON_SOCKETS
@pytest.mark.parametrize("asked", VERBS)
def test_nobody_listens(office: Office, asked: str) -> None:
    (case,) = [case for case in CASES if case.fault == "nobody listens at the address"]
    ending = case.rule(asked, Trouble("", lambda app, where: None))
    office.url = "http://127.0.0.1:1"
    db = office.open(retry=THREE)
    with pytest.raises(FmormError, match="Nothing was sent") as caught:
        db.log_in() if asked == LOG_IN else _without_reading(db, asked)
    assert type(caught.value) is ending.stays
    well_told(caught.value)
    assert db.traffic.requests == ending.sent[1]


def _without_reading(db: Database, asked: str) -> None:
    """Do a verb whose log-in fails: whatever it is, it begins with one."""
    VERBS[asked].prepared(db)()


def test_the_guide_has_these_rows_and_no_others() -> None:
    table = GUIDE.read_text(encoding="utf-8").partition("| --- | --- | --- | --- |\n")[2].partition("\n\n")[0]
    assert table.splitlines() == [case.row for case in CASES]


def test_every_error_that_the_table_names_is_one_that_a_test_expects() -> None:
    for case in CASES:
        for asked in case.asked:
            for trouble in case.troubles or (Trouble("", lambda app, where: None),):
                ending = case.rule(asked, trouble)
                for error in {ending.once, ending.stays}:
                    if error is not None and (trouble.lasts or error is ending.once):
                        assert f"`{error.__name__}`" in case.sees, f"{case.fault}: {asked}"
