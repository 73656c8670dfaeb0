from __future__ import annotations

import asyncio
import functools
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many.stock import Item, Noted, fill, ids_of, running, stock

from fmorm import (
    AsyncDatabase,
    ConflictError,
    Database,
    FindError,
    NotAllDone,
    Outcome,
    OutcomeUnknown,
    ReadOnly,
    RecordStateError,
    RefusedValue,
    Report,
    Retry,
    state,
)
from fmorm.server import App

NO_PATIENCE = Retry(attempts=1)


@pytest.fixture(params=[1, 4])
def db(request: pytest.FixtureRequest, app: App) -> Iterator[Database]:
    with Database.embedded(app, sessions=request.param, retry=NO_PATIENCE) as db:
        yield db


def names(app: App) -> list[str]:
    with Database.embedded(app) as other:
        return [item.name for item in other.find(Item).sort(Item.number)]


def edits(app: App) -> int:
    return sum(request.method == "PATCH" for request, _ in app.requests)


def outcomes(report: Report[Any]) -> list[str]:
    return [str(entry.outcome) for entry in report]


# -- saving --------------------------------------------------------------------------------------------------


def test_records_are_saved_and_new_ones_created(db: Database, app: App) -> None:
    fill(db, [1, 2, 3])
    items = db.find(Item).sort(Item.number).all()
    for item in items[:2]:
        item.name = "saved"
    new = Item(code="new", number=4, name="new")
    report = db.save_all([*items, new, items[0]])
    assert (len(report), report.is_complete, report.failed) == (4, True, [])
    assert names(app) == ["saved", "saved", "n3", "new"]
    assert str(report) == "4 done"
    assert report.entries[3].record_id == state(new).record_id
    report.raise_for_failures()


def test_each_record_has_its_outcome_and_the_others_are_saved(db: Database, app: App) -> None:
    fill(db, [1, 2, 3, 4])
    items = db.find(Item).sort(Item.number).all()
    with Database.embedded(app) as other:
        other.update(Item, state(items[1]).record_id or "", {"name": "theirs"})
        other.delete(Item, state(items[2]).record_id or "")
    for item in items:
        item.name = "mine"
    again = Item(code="c0", name="a code twice")
    report = db.save_all([*items, again])
    assert outcomes(report) == ["done", "conflict", "conflict", "done", "refused"]
    assert report.counts == {Outcome.DONE: 2, Outcome.CONFLICT: 2, Outcome.REFUSED: 1}
    assert isinstance(report.entries[1].error, ConflictError)
    assert isinstance(report.entries[4].error, RefusedValue)
    assert [entry.record for entry in report.done] == [items[0], items[3]]
    assert names(app) == ["mine", "theirs", "mine"]
    with pytest.raises(NotAllDone, match="not all is done: 2 done, 2 conflict, 1 refused") as raised:
        report.raise_for_failures()
    assert raised.value.report is report
    assert raised.value.__cause__ is report.failed[0].error


def test_resume_does_what_is_not_done_and_nothing_twice(db: Database, app: App) -> None:
    fill(db, [1, 2, 3])
    items = db.find(Item).sort(Item.number).all()
    with Database.embedded(app) as other:
        other.update(Item, 2, {"price": 5})
    for item in items:
        item.name = "mine"
    report = db.save_all(items)
    assert outcomes(report) == ["done", "conflict", "done"]
    db.reload(items[1])
    items[1].name = "mine after all"
    app.requests.clear()
    assert db.resume(report) is report
    assert report.is_complete
    assert edits(app) == 1
    assert names(app) == ["mine", "mine after all", "mine"]


def test_after_an_error_nothing_more_is_begun_where_that_is_wanted(app: App) -> None:
    with Database.embedded(app, sessions=1) as db:
        fill(db, [1, 2, 3])
        items = db.find(Item).sort(Item.number).all()
        with Database.embedded(app) as other:
            other.update(Item, 2, {"price": 5})
        for item in items:
            item.name = "mine"
        report = db.save_all(items, stop_on_error=True)
        assert outcomes(report) == ["done", "conflict", "not tried"]
        db.reload(items[1])
        assert outcomes(db.resume(report)) == ["done", "done", "done"]


def test_no_more_are_under_way_than_there_are_sessions(app: App) -> None:
    with Database.embedded(app, sessions=3) as db:
        fill(db, list(range(12)))
        app.faults.one_at_a_time()
        app.faults.slow(0.005, on="edit")
        told: list[tuple[int, int]] = []

        def tell(done: int, total: int) -> None:
            told.append((done, total))

        report = db.update_all(db.find(Item), {"name": "x"}, progress=tell)
        assert report.is_complete
        assert told == [(number, 12) for number in range(1, 13)]
        assert 1 < app.session_count <= 3
        app.faults.clear()
        two = db.update_all(db.find(Item), {"name": "y"}, sessions=2)
        assert two.is_complete
    with Database.embedded(app, sessions=5) as db:
        db.update_all(db.find(Item), {"name": "z"}, sessions=2)
        assert app.session_count <= 2


# -- updating ------------------------------------------------------------------------------------------------


def test_a_find_is_fixed_before_it_is_changed(db: Database, app: App) -> None:
    fill(db, list(range(8)))
    report = db.update_all(db.find(Item).where(Item.number < 4), {"number": 2, "tags": ["a", "b"]})
    assert (len(report), report.is_complete) == (4, True)
    assert sorted(item.number or 0 for item in db.find(Item)) == [2, 2, 2, 2, 4, 5, 6, 7]
    assert list(db.find(Item).where(Item.number == 2).all()[0].tags) == ["a", "b"]


def test_a_function_changes_each_record_and_its_failure_is_that_records(db: Database, app: App) -> None:
    fill(db, [1, 2, 3])

    def count_up(item: Item) -> None:
        item.name = "half done"
        if item.number == 2:
            raise ZeroDivisionError
        item.name = f"{(item.number or 0) + 10}"

    report = db.update_all(db.find(Item).sort(Item.number), count_up)
    assert outcomes(report) == ["done", "refused", "done"]
    assert isinstance(report.entries[1].error, ZeroDivisionError)
    assert names(app) == ["11", "n2", "13"]
    assert outcomes(db.resume(report)) == ["done", "refused", "done"]
    assert names(app) == ["11", "n2", "13"]


def test_an_empty_find_sends_nothing_and_one_that_is_as_wanted_no_edit(db: Database, app: App) -> None:
    fill(db, [1])
    app.requests.clear()
    assert len(db.update_all(db.find(Item).where(Item.number.in_([])), {"name": "x"})) == 0
    assert len(db.delete_all(db.find(Item).where(Item.number.in_([])))) == 0
    assert list(app.requests) == []
    assert db.update_all(db.find(Item), {"name": "n1"}).is_complete
    assert edits(app) == 0
    assert all("portal=%5B%5D" in request.target for request, _ in app.requests if request.method == "GET")


@pytest.mark.parametrize("even_if_changed", [False, True])
def test_what_somebody_else_saves_meanwhile_is_a_conflict_or_read_again(
    app: App, even_if_changed: bool
) -> None:
    with Database.embedded(app, sessions=1) as db, Database.embedded(app) as other:
        fill(db, [1, 2])
        before = set[str]()

        def add(item: Item) -> None:
            record_id = str(state(item).record_id)
            if record_id not in before:
                before.add(record_id)
                other.update(Item, record_id, {"number": 10})
            item.number = (item.number or 0) + 1

        report = db.update_all(db.find(Item), add, even_if_changed=even_if_changed)
        assert report.is_complete == even_if_changed
        assert [item.number for item in db.find(Item)] == ([11, 11] if even_if_changed else [10, 10])


def test_a_mistake_in_the_change_is_told_before_anything_is_sent(db: Database, app: App) -> None:
    fill(db, [1])
    app.requests.clear()
    find = db.find(Item)
    for change, kind in [
        ({"nme": "x"}, AttributeError),
        ({"number": "x"}, ValueError),
        ({}, TypeError),
        (5, TypeError),
    ]:
        with pytest.raises(kind):
            db.update_all(find, cast("Any", change))
    with pytest.raises(TypeError, match="a find is wanted"):
        db.update_all(cast("Any", Item), {"name": "x"})
    with pytest.raises(ValueError, match="one session is the least"):
        db.update_all(find, {"name": "x"}, sessions=0)
    with pytest.raises(TypeError, match="save_all takes a record"):
        db.save_all([cast("Any", Item)])
    with pytest.raises(ValueError, match="report is of nothing"):
        db.resume(Report[Item]())
    assert list(app.requests) == []
    report = db.update_all(find, {"name": "x"})
    with pytest.raises(ValueError, match="of something else already"):
        db.update_all(find, {"name": "y"}, report=report)
    with (
        closing(stock()) as another,
        Database.embedded(another) as elsewhere,
        pytest.raises(RecordStateError, match="this find is of 'Stock'"),
    ):
        elsewhere.update_all(find, {"name": "x"})
    with pytest.raises(ReadOnly):
        db.update_all(db.find(Noted), {"year": 2026})


# -- deleting ------------------------------------------------------------------------------------------------


def test_what_is_found_is_deleted_and_nothing_else(db: Database, app: App) -> None:
    fill(db, list(range(6)))
    report = db.delete_all(db.find(Item).where(Item.number < 4))
    assert (len(report), report.is_complete) == (4, True)
    assert names(app) == ["n4", "n5"]
    with pytest.raises(FindError, match=r"every Item.*everything=True"):
        db.delete_all(db.find(Item))
    assert db.delete_all(db.find(Item), everything=True).is_complete
    assert names(app) == []


def test_what_was_changed_is_not_deleted_and_what_is_gone_is_done(app: App) -> None:
    with Database.embedded(app, sessions=1) as db, Database.embedded(app) as other:
        fill(db, [1, 2, 3])

        def meanwhile(done: int, _: int) -> None:
            if done == 1:
                other.update(Item, 2, {"name": "theirs"})
                other.delete(Item, 3)

        report = db.delete_all(db.find(Item).where(Item.number > 0), progress=meanwhile)
        assert outcomes(report) == ["done", "conflict", "done"]
        assert names(app) == ["theirs"]
        again = db.delete_all(db.find(Item).where(Item.number > 0), even_if_changed=True)
        assert again.is_complete
        assert names(app) == []


# -- doubt and interruption ----------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before commit", "after commit"])
@pytest.mark.parametrize("verb", ["save", "values", "function", "delete"])
def test_a_lost_reply_is_unknown_and_resume_looks_first(app: App, when: Any, verb: str) -> None:
    with Database.embedded(app, retry=NO_PATIENCE, sessions=1) as db:
        fill(db, [1, 2])
        calls = list[int]()

        def count_up(item: Item) -> None:
            calls.append(1)
            item.number = (item.number or 0) + 10

        app.faults.drop(when, on="delete" if verb == "delete" else "edit", times=1)
        find = db.find(Item).where(Item.number > 0)
        if verb == "save":
            items = find.all()
            for item in items:
                count_up(item)
            report = db.save_all(items)
        elif verb == "values":
            report = db.update_all(find, {"number": 11})
        elif verb == "function":
            report = db.update_all(find, count_up)
        else:
            report = db.delete_all(find)
        assert outcomes(report) == ["unknown", "done"]
        assert isinstance(report.failed[0].error, OutcomeUnknown)
        db.resume(report)
        numbers = [item.number for item in db.find(Item)]
        if verb == "delete":
            assert (report.is_complete, numbers) == (True, [])
        elif when == "before commit":
            assert (report.is_complete, numbers[0]) == (True, 11)
        else:
            # that the values are there does not show who has put them there, but for values that were to be there
            wanted = {"save": "conflict", "values": "done", "function": "unknown"}[verb]
            assert (outcomes(report), numbers[0]) == ([wanted, "done"], 11)
        assert len(calls) in {0, 2}, "a function is not called twice for a record"


@pytest.mark.parametrize("when", ["before commit", "after commit"])
def test_a_creation_in_doubt_is_not_tried_again(app: App, when: Any) -> None:
    with Database.embedded(app, retry=NO_PATIENCE, sessions=1) as db:
        app.faults.drop(when, on="create", times=1)
        report = db.save_all([Item(code="a", number=1, name="a"), Item(code="b", number=2, name="b")])
        assert outcomes(report) == ["unknown", "done"]
        error = report.entries[0].error
        db.resume(report)
        assert outcomes(report) == ["unknown", "done"]
        assert report.entries[0].error is error
        assert len(names(app)) == (1 if when == "before commit" else 2)


@pytest.mark.parametrize("sessions", [1, 3])
def test_an_interrupt_leaves_a_report_that_can_be_resumed(app: App, sessions: int) -> None:
    with Database.embedded(app, sessions=sessions) as db:
        fill(db, list(range(10)))
        report = Report[Item]()

        def interrupt(done: int, _: int) -> None:
            if done == 4:
                raise KeyboardInterrupt

        find = db.find(Item)
        with pytest.raises(KeyboardInterrupt):
            db.update_all(
                find, lambda item: setattr(item, "name", item.name + "!"), report=report, progress=interrupt
            )
        assert running() == []
        assert 4 <= len(report.done) < 4 + sessions
        assert set(outcomes(report)) == {"done", "not tried"}
        assert db.resume(report).is_complete
        assert names(app) == [f"n{number}!" for number in range(10)]


@pytest.mark.parametrize("sessions", [1, 3])
def test_an_interrupt_at_any_place_leaves_nothing_running_and_nothing_done_twice(
    app: App, sessions: int
) -> None:
    with Database.embedded(app, sessions=sessions) as db:
        fill(db, list(range(10)))
        app.faults.slow(0.03, on="edit")
        report = Report[Item]()

        def interrupt(done: int, _: int) -> None:
            if done == 4:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        def mark(item: Item) -> None:
            item.name += "!"

        with pytest.raises(KeyboardInterrupt):
            db.update_all(db.find(Item), mark, report=report, progress=interrupt)
        assert running() == []
        assert "not tried" in outcomes(report)
        app.faults.clear()
        db.resume(report)
        marked = {entry.record_id for entry in report.done}
        for item in db.find(Item):
            assert item.name == f"n{item.number}!" or state(item).record_id not in marked
        assert len(marked) >= 9


def test_a_cancelled_task_leaves_a_report_that_can_be_resumed(app: App) -> None:
    async def cancelled() -> None:
        async with AsyncDatabase.embedded(app, sessions=3) as db:
            report = Report[Item]()
            begun = asyncio.Event()

            def tell(done: int, _: int) -> None:
                if done == 4:
                    begun.set()

            app.faults.slow(5, on="edit", skip=4, times=3)
            work = asyncio.create_task(
                db.update_all(db.find(Item), {"name": "x"}, report=report, progress=tell)
            )
            await begun.wait()
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert {"done", "not tried"} <= set(outcomes(report)) <= {"done", "unknown", "not tried"}
            app.faults.clear()
            assert (await db.resume(report)).is_complete

    with Database.embedded(app) as db:
        fill(db, list(range(12)))
    asyncio.run(cancelled())
    assert names(app) == ["x"] * 12


def test_a_progress_that_fails_stops_the_work_and_is_raised(app: App) -> None:
    def fail(*_: int) -> None:
        raise ZeroDivisionError

    async def work() -> None:
        async with AsyncDatabase.embedded(app, sessions=3) as db:
            with pytest.raises(ZeroDivisionError):
                await db.update_all(db.find(Item), {"name": "x"}, progress=fail)
            assert asyncio.all_tasks() == {asyncio.current_task()}

    with Database.embedded(app, sessions=3) as db:
        fill(db, list(range(12)))
        with pytest.raises(ZeroDivisionError):
            db.update_all(db.find(Item), {"name": "y"}, progress=fail)
    asyncio.run(work())
    assert names(app).count("x") <= 6


# -- nothing is lost -----------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10_000), sessions=st.sampled_from([1, 4]), chance=st.sampled_from([0.2, 0.5]))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_whatever_breaks_each_record_is_counted_up_once_or_told_of(
    seed: int, sessions: int, chance: float
) -> None:
    with closing(stock()) as app, Database.embedded(app, sessions=sessions, retry=NO_PATIENCE) as db:
        fill(db, [0] * 8)

        def count_up(item: Item) -> None:
            item.number = (item.number or 0) + 1

        app.faults.drop("before commit", on="edit", chance=chance, seed=seed)
        app.faults.drop("after commit", on="edit", chance=chance, seed=seed + 1)
        report = db.update_all(db.find(Item), count_up)
        app.faults.clear()
        db.resume(report)
        numbers = {str(state(item).record_id): item.number for item in db.find(Item)}
        assert len(report) == 8
        for entry in report:
            assert entry.outcome in {Outcome.DONE, Outcome.UNKNOWN}
            assert numbers[str(entry.record_id)] == 1
        assert len(ids_of([entry.record for entry in report if entry.record])) == 8


def test_a_change_that_is_async_is_refused_before_anything_is_sent(app: App, db: Database) -> None:
    async def change(item: Item) -> None:
        item.name = "x"

    fill(db, [1])
    sent = len(app.requests)
    with pytest.raises(TypeError, match="no async one"):
        db.update_all(db.find(Item), change)
    assert len(app.requests) == sent
    report = db.update_all(db.find(Item), functools.partial(_begun, change))
    assert outcomes(report) == ["refused"]


def _begun(change: Any, item: Item) -> Any:
    return change(item)
