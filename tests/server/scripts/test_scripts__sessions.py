"""What of a script belongs to its session, and what becomes of a script whose session ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from server.album import ALBUM, Album
from server.callers import PATIENCE
from server.client import Answer, Client, Clock

from fmorm.server import App, Code, Run, Schema, load_schema


class Pause:
    """A place in a script where it waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.over = threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.over.wait(PATIENCE), "nobody has let the script go on"


@contextmanager
def meanwhile(pause: Pause, ask: Callable[[], Answer]) -> Generator[list[Answer]]:
    """Make a request in another thread, and do the block while its script pauses; its answer comes at the end."""
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    try:
        assert pause.reached.wait(PATIENCE), "the script does not run"
        yield answers
    finally:
        pause.over.set()
        thread.join(PATIENCE)
    assert answers


@pytest.fixture
def pause(code: Code) -> Pause:
    """Where the scripts `Slow`, which then makes a record, and `Idle`, which does nothing, pause."""
    pause = Pause()

    @code.script("Slow")
    def slow(run: Run) -> str | None:
        pause()
        run.create({"Name": "slow"})
        return "made"

    @code.script("Idle")
    def idle(run: Run) -> str | None:
        pause()
        return "done"

    return pause


class TestState:
    @pytest.fixture(autouse=True)
    def count(self, code: Code) -> None:
        @code.script("Count")
        def count(run: Run) -> str | None:
            run.variables["$$n"] = run.variables.get("$$n", 0) + 1
            run.globals["Person::Setting"] = f"{run.globals['Person::Setting']}x"
            return f"{run.variables['$$n']} {run.globals['Person::Setting']}"

    def counted(self, client: Client) -> str:
        return str(client.call("GET", "script/Count").response["scriptResult"])

    def test_variables_and_globals_last_as_long_as_the_session(self, app: App, client: Client) -> None:
        assert [self.counted(client) for _ in range(3)] == ["1 x", "2 xx", "3 xxx"]
        record_id = client.create({"Code": "1"})
        assert client.fields(record_id)["Setting"] == "xxx"

    def test_each_session_has_its_own(self, app: App, client: Client) -> None:
        other = Client(app)
        assert [self.counted(one) for one in (client, other, client)] == ["1 x", "1 x", "2 xx"]
        assert Client(app).fields(client.create({"Code": "1"}))["Setting"] == ""

    def test_the_scripts_of_one_request_share_them(self, client: Client) -> None:
        asked = {f"script{moment}": "Count" for moment in (".prerequest", ".presort", "")}
        response = client.call("GET", "records", **asked).response
        assert response["scriptResult.prerequest"] == "1 x"
        assert response["scriptResult"] == "3 xxx"

    def test_requests_of_one_session_that_run_scripts_wait_for_each_other(
        self, app: App, client: Client, code: Code
    ) -> None:
        @code.script("Slowly")
        def slowly(run: Run) -> str | None:
            n = run.variables.get("$$n", 0)
            threading.Event().wait(0.01)
            run.variables["$$n"] = n + 1
            return None

        def ask() -> None:
            assert client.call("GET", "records", script="Slowly").code == 0

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.counted(client).startswith("9 ")

    def test_sessions_do_not_wait_for_each_other(self, app: App, client: Client, code: Code) -> None:
        meeting = threading.Barrier(2, timeout=PATIENCE)

        @code.script("Meet")
        def meet(run: Run) -> str | None:
            meeting.wait()
            return "met"

        other, answers = Client(app), list[Answer]()
        thread = threading.Thread(target=lambda: answers.append(other.call("GET", "script/Meet")))
        thread.start()
        assert client.call("GET", "script/Meet").response["scriptResult"] == "met"
        thread.join()
        assert answers[0].response["scriptResult"] == "met"


class TestOthersMeanwhile:
    def test_other_sessions_are_served(self, app: App, client: Client, pause: Pause) -> None:
        other = Client(app)
        with meanwhile(pause, lambda: client.call("GET", "records", script="Slow")) as answers:
            other.create({"Name": "other", "Code": "other"})
            assert other.call("GET", "records").column("Name") == ["other"]
            assert not answers
        assert answers[0].response["scriptResult"] == "made"
        assert answers[0].column("Name") == ["slow"], "the found set was made before"
        assert other.call("GET", "records").column("Name") == ["other", "slow"]

    def test_so_is_the_same_session_where_it_asks_for_no_script(
        self, app: App, client: Client, pause: Pause
    ) -> None:
        with meanwhile(pause, lambda: client.call("GET", "records", script="Slow")):
            assert client.call("GET", "records").records == []

    def test_records_that_others_delete_are_left_out(
        self, app: App, client: Client, three: list[str], pause: Pause
    ) -> None:
        with meanwhile(pause, lambda: client.call("GET", "records", script="Idle")) as answers:
            Client(app).call("DELETE", f"records/{three[1]}")
        assert answers[0].column("Name") == ["b", "a"]

    def test_the_memory_of_exchanges_is_masked_and_in_the_order_of_replies(
        self, app: App, client: Client, pause: Pause
    ) -> None:
        with meanwhile(pause, lambda: client.call("GET", "records", script="Slow")):
            client.call("GET", "records")
        (read, _), (slow, reply) = list(app.requests)[-2:]
        assert ("script=" in read.target, "script=" in slow.target) == (False, True)
        assert b'"scriptResult":"made"' in reply.body
        assert client.token not in repr(slow)


class TestTheEnd:
    @pytest.mark.parametrize("script", ["Slow", "Idle"])
    @pytest.mark.parametrize("end", ["expire", "log out", "close the file", "restart", "close the app"])
    def test_a_script_whose_session_is_over_ends_at_its_next_step(
        self,
        schema: Schema,
        code: Code,
        pause: Pause,
        end: str,
        script: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        app = App(schema, code=code)
        client = Client(app)
        ends: dict[str, Callable[[], Any]] = {
            "expire": app.expire_sessions,
            "log out": lambda: client.call("DELETE", f"/databases/people/sessions/{client.token}"),
            "close the file": app.faults.close_file,
            "restart": app.faults.restart,
            "close the app": app.close,
        }
        with meanwhile(pause, lambda: client.find({"Code": "*"}, **{"script.prerequest": script})) as answers:
            ends[end]()
        assert (answers[0].status, answers[0].code) == (500, 112)
        assert caplog.records == [], "it is no error of the server"
        if end != "close the app":
            app.faults.open_file()
            assert Client(app).call("GET", "records").records == []
            app.close()

    def test_nothing_in_a_script_can_hold_it_up(self, app: App, client: Client, code: Code) -> None:
        steps: list[str] = []

        @code.script("Stubborn")
        def stubborn(run: Run) -> str | None:
            app.expire_sessions()
            for _ in range(1000):
                try:
                    run.create()
                except Exception:  # noqa: BLE001 - as careless scripts do
                    steps.append("caught")
            return None

        assert client.call("GET", "script/Stubborn").code == 112
        assert steps == []

    def test_one_that_waits_for_its_session_is_not_begun(
        self, app: App, client: Client, pause: Pause, log: list[str]
    ) -> None:
        waiting: list[Answer] = []
        second = threading.Thread(target=lambda: waiting.append(client.call("GET", "script/Tell")))
        with meanwhile(pause, lambda: client.call("GET", "script/Slow")):
            second.start()
            app.expire_sessions()
        second.join(PATIENCE)
        assert (waiting[0].status, waiting[0].code, log) == (401, 952, [])

    def test_a_session_is_not_idle_while_a_script_runs(
        self, app: App, client: Client, pause: Pause, clock: Clock
    ) -> None:
        with meanwhile(pause, lambda: client.call("GET", "script/Slow")) as answers:
            clock.seconds += 3600
            assert app.session_count == 1
        assert answers[0].response["scriptResult"] == "made"
        clock.seconds += 14 * 60
        assert client.call("GET", "records").code == 0, "the idle time begins when the script ends"
        clock.seconds += 15 * 60
        assert client.call("GET", "records").code == 952

    def test_an_interrupt_in_a_script_leaves_the_app_in_order(
        self, app: App, client: Client, code: Code
    ) -> None:
        @code.script("Interrupt")
        def interrupt(run: Run) -> str | None:
            run.create({"Name": "kept"})
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            client.call("GET", "script/Interrupt")
        assert client.call("GET", "script/Tell").response == {"scriptError": "0"}
        assert client.call("GET", "records").column("Name") == ["kept"]


def test_a_container_is_read_as_its_address() -> None:
    code = Code()

    @code.script("Photo")
    def photo(run: Run) -> str | None:
        assert run.record is not None
        return run.record["Photo"]

    app = App(load_schema(ALBUM), code=code)
    album = Album(app)
    record_id = album.create({"Name": "x"})
    album.upload(record_id)
    answer = album.get(record_id, script="Photo")
    assert answer.response["scriptResult"] == answer.record["fieldData"]["Photo"]
    assert "/Streaming_SSL/" in answer.response["scriptResult"]
    app.close()
