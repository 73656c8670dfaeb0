"""Scripts on each way to reach the server: slow ones, ones that are clients themselves, and faults around them."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from server.callers import PATIENCE, RECORDS, Call, Caller, Outcome, wait_until
from server.client import BASE, basic
from server.conftest import PEOPLE

from fmorm import Database, Field, Model, field
from fmorm.server import App, Code, Run
from fmorm.server.mounts.asgi import asgi_app
from fmorm.server.mounts.socket import Background

SCRIPT = "/databases/people/layouts/person/script"
SLOW = f"{RECORDS}?script=Slow"


class Person(Model, layout="person"):
    name: Field[str] = field("Name")
    code: Field[str] = field("Code")


@pytest.fixture
def reached() -> threading.Event:
    return threading.Event()


@pytest.fixture
def over() -> threading.Event:
    return threading.Event()


@pytest.fixture(autouse=True)
def slow(code: Code, reached: threading.Event, over: threading.Event, log: list[str]) -> None:
    """A script that lasts until the test ends it, and then makes a record."""

    @code.script("Slow")
    def slow(run: Run) -> str | None:
        reached.set()
        assert over.wait(PATIENCE), "nobody has let the script go on"
        run.create({"Name": "slow"})
        log.append(threading.current_thread().name)
        return "made"


def test_other_clients_are_served_while_a_script_is_slow(
    app: App, caller: Caller, reached: threading.Event, over: threading.Event
) -> None:
    finish = caller.begin([Call("GET", SLOW)])
    assert reached.wait(PATIENCE)
    caller.log_in()
    caller.made("other")
    assert caller.names() == ["other"]
    over.set()
    outcome = finish()[0]
    assert isinstance(outcome.result, httpx.Response)
    assert outcome.result.json()["response"]["scriptResult"] == "made"
    assert caller.names() == ["other", "slow"]


@pytest.mark.parametrize(
    ("method", "path", "json"),
    [
        ("GET", f"{SCRIPT}/Slow", None),
        ("GET", f"{RECORDS}?%73cript.presort=Slow", None),
        ("POST", RECORDS, {"fieldData": {"Code": "1"}, "script.prerequest": "Slow"}),
        ("POST", RECORDS, b'{"fieldData":{"Code":"1"},"\\u0073cript":"Slow"}'),
    ],
)
def test_however_a_script_is_asked_for_the_server_goes_on(
    app: App, reached: threading.Event, over: threading.Event, method: str, path: str, json: Any
) -> None:
    with Background(app) as server, httpx.Client(base_url=server.url + BASE, timeout=PATIENCE) as http:
        login = http.post(
            "/databases/people/sessions", headers={"Authorization": basic("api", "secret")}, json={}
        )
        headers = {
            "Authorization": f"Bearer {login.json()['response']['token']}",
            "Content-Type": "application/json",
        }
        sent: Any = {"content": json} if isinstance(json, bytes) else {} if json is None else {"json": json}
        answers: list[httpx.Response] = []

        def ask() -> None:
            answers.append(http.request(method, path, headers=headers, **sent))

        thread = threading.Thread(target=ask)
        thread.start()
        assert reached.wait(PATIENCE)
        assert http.get("/productInfo").status_code == 200
        over.set()
        thread.join(PATIENCE)
        assert answers[0].json()["messages"][0]["code"] == "0"


def test_many_slow_scripts_at_once(app: App, caller: Caller, code: Code) -> None:
    meeting = threading.Barrier(12, timeout=PATIENCE)

    @code.script("Meet")
    def meet(run: Run) -> str | None:
        return str(meeting.wait())

    tokens = [caller.log_in() for _ in range(12)]
    outcomes = caller.together(*[Call("GET", f"{SCRIPT}/Meet", token=token) for token in tokens])
    met = {
        one.result.json()["response"]["scriptResult"]
        for one in outcomes
        if isinstance(one.result, httpx.Response)
    }
    assert met == {str(number) for number in range(12)}


def test_a_client_that_gives_up_does_not_stop_the_script(
    app: App, caller: Caller, reached: threading.Event, over: threading.Event, log: list[str]
) -> None:
    finish = caller.begin([Call("GET", SLOW, timeout=0.05)])
    assert isinstance(finish()[0].result, httpx.ReadTimeout)
    assert log == []
    over.set()
    wait_until(lambda: bool(log), "the end of the script")
    assert caller.names() == ["slow"]


def test_a_task_that_is_cancelled_does_not_stop_the_script(
    app: App, reached: threading.Event, over: threading.Event, log: list[str]
) -> None:
    from fmorm.transport.embedded import EmbeddedMount

    async def run() -> None:
        async with httpx.AsyncClient(
            transport=EmbeddedMount(app, owned=False), base_url=f"http://x{BASE}"
        ) as http:
            login = await http.post(
                "/databases/people/sessions", headers={"Authorization": basic("api", "secret")}
            )
            headers = {"Authorization": f"Bearer {login.json()['response']['token']}"}
            task = asyncio.create_task(http.get(SLOW, headers=headers))
            assert await asyncio.to_thread(reached.wait, PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            answer = await http.get(RECORDS, headers=headers)
            assert answer.json()["response"]["data"] == []
            over.set()

    asyncio.run(run())
    wait_until(lambda: bool(log), "the end of the script")
    assert log[0] == "fmorm-script"


class TestAScriptThatIsAClient:
    def make(self, code: Code, open_database: Callable[[], Database]) -> None:
        @code.script("Client")
        def client(run: Run) -> str | None:
            with open_database() as db:
                db.create(Person(name="x", code=run.parameter))
                found = db.find(Person).all()
                run.found_set.show_all()
                return f"{len(found)} {len(run.found_set)}"

    def test_of_the_same_app_in_process(self, app: App, caller: Caller, code: Code) -> None:
        self.make(code, lambda: Database.embedded(app))
        for number in (1, 2):
            answer = caller.call(
                "GET", f"{RECORDS}?script=Client&script.param={number}&_offset=1&_limit={number}"
            ).json()
            assert answer["response"]["scriptResult"] == f"{number} {number}"
            assert answer["response"]["dataInfo"]["returnedCount"] == number

    def test_over_a_socket(self, app: App, caller: Caller, code: Code) -> None:
        with Background(app) as server:
            self.make(code, lambda: Database(server.url, "people", user="api", password="secret"))
            answer = caller.call("GET", f"{SCRIPT}/Client?script.param=x").json()
        assert answer["response"] == {"scriptResult": "1 1", "scriptError": "0"}


class TestFaults:
    def test_before_the_commit_no_script_runs(
        self, app: App, caller: Caller, over: threading.Event, log: list[str]
    ) -> None:
        over.set()
        app.faults.drop("before commit", times=1)
        outcome = caller.together(Call("GET", SLOW))[0]
        assert isinstance(outcome.result, httpx.RemoteProtocolError)
        assert log == []

    @pytest.mark.parametrize("when", ["after commit", "mid-body"])
    def test_after_the_commit_they_have_run(
        self, app: App, caller: Caller, over: threading.Event, when: Any
    ) -> None:
        over.set()
        app.faults.drop(when, times=1)
        outcome = caller.together(Call("GET", SLOW))[0]
        assert isinstance(outcome.result, httpx.RemoteProtocolError)
        assert caller.names() == ["slow"]

    def test_a_reply_can_be_slow_besides(self, app: App, caller: Caller, over: threading.Event) -> None:
        over.set()
        app.faults.slow(0.1, times=1)
        outcome = caller.together(Call("GET", SLOW))[0]
        assert outcome.code == 0
        assert outcome.ended - outcome.began >= 0.099

    def test_one_at_a_time_counts_the_script(
        self, app: App, caller: Caller, reached: threading.Event, over: threading.Event
    ) -> None:
        app.faults.one_at_a_time()
        finish = caller.begin([Call("GET", SLOW)])
        assert reached.wait(PATIENCE)
        finish_read = caller.begin([Call("GET", RECORDS)])
        wait_until(lambda: len(app.faults.turns) == 2, "the second request")
        time.sleep(0.02)
        over.set()
        assert finish()[0].code == 0
        read = finish_read()[0].result
        assert isinstance(read, httpx.Response)
        assert len(read.json()["response"]["data"]) == 1, "it was read after the script"

    def test_a_client_that_gives_up_leaves_the_script_its_turn(
        self, app: App, caller: Caller, over: threading.Event
    ) -> None:
        app.faults.one_at_a_time()
        assert isinstance(caller.together(Call("GET", SLOW, timeout=0.05))[0].result, httpx.ReadTimeout)
        finish = caller.begin([Call("GET", RECORDS)])
        wait_until(lambda: len(app.faults.turns) == 2, "the second request")
        over.set()
        read = finish()[0].result
        assert isinstance(read, httpx.Response)
        assert len(read.json()["response"]["data"]) == 1

    def test_a_restart_breaks_the_connection_off(
        self, app: App, caller: Caller, reached: threading.Event, over: threading.Event, log: list[str]
    ) -> None:
        finish = caller.begin([Call("GET", SLOW)])
        assert reached.wait(PATIENCE)
        app.faults.restart()
        outcome: Outcome = finish()[0]
        assert isinstance(outcome.result, httpx.RemoteProtocolError | httpx.ReadError)
        over.set()
        caller.log_in()
        assert caller.names() == [], "the session of the script was over"
        assert log == []

    def test_to_close_the_app_waits_for_no_script(
        self, app: App, caller: Caller, reached: threading.Event, over: threading.Event, log: list[str]
    ) -> None:
        finish = caller.begin([Call("GET", SLOW)])
        assert reached.wait(PATIENCE)
        app.close()
        assert isinstance(finish()[0].result, httpx.RemoteProtocolError | httpx.ReadError)
        over.set()
        wait_until(lambda: not any(one.name == "fmorm-script" for one in threading.enumerate()), "its end")
        assert log == []


def test_an_asgi_server_of_somebody_else_is_not_held_up(
    app: App, reached: threading.Event, over: threading.Event
) -> None:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=asgi_app(app))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://x{BASE}") as http:
            login = await http.post(
                "/databases/people/sessions", headers={"Authorization": basic("api", "secret")}
            )
            http.headers["Authorization"] = f"Bearer {login.json()['response']['token']}"
            task = asyncio.create_task(http.get(SLOW))
            assert await asyncio.to_thread(reached.wait, PATIENCE)
            assert (await http.get(RECORDS)).status_code == 200
            over.set()
            return await task

    assert asyncio.run(run()).json()["response"]["scriptResult"] == "made"


SERVE = """
import sys, time
from fmorm.server import App, Code, load_schema
from fmorm.server.mounts.socket import serve

code = Code()

@code.script("Sleep")
def sleep(run):
    print("asleep", flush=True)
    time.sleep(60)

serve(App(load_schema(sys.argv[1]), code=code), ready=lambda url: print(url, flush=True))
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_told_to_stop_waits_for_no_script(sign: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-c", SERVE, str(PEOPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        login = httpx.post(
            f"{url}{BASE}/databases/people/sessions", headers={"Authorization": basic("api", "secret")}
        )
        headers = {"Authorization": f"Bearer {login.json()['response']['token']}"}
        errors: list[Exception] = []

        def ask() -> None:
            try:
                httpx.get(f"{url}{BASE}{SCRIPT}/Sleep", headers=headers, timeout=PATIENCE)
            except httpx.TransportError as error:
                errors.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        assert process.stdout.readline().strip() == "asleep"
        process.send_signal(sign)
        assert process.wait(timeout=5) in {0, -sign}
        thread.join(PATIENCE)
        assert process.stderr.read() == ""
        assert len(errors) == 1
