from __future__ import annotations

import copy
import functools
import gzip
import json
import logging
import pickle
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol import answers
from protocol.answers import READ, TOKEN, WRITE
from transport.listening import listening

from fmorm.errors import ConnectionFailed, ProtocolError, ServerError
from fmorm.transport.credentials import Account
from fmorm.transport.http import HttpTransport
from fmorm.transport.settings import Settings
from fmorm.transport.watch import RequestEvent, Traffic, Watch, code_of, print_curl
from fmorm.wire import requests
from fmorm.wire.containers import upload_of
from fmorm.wire.replies import Reply, response_of
from fmorm.wire.requests import Place, Request

PLACE = Place("vLatest", "crm")
URL = "https://fm.example.com"
SECRET = "s3cr3t-0f-1da"
LOG_IN = requests.log_in(
    PLACE,
    [
        {"database": "erp", "username": "ida", "password": SECRET},
        {"database": "web", "oAuthRequestId": SECRET, "oAuthIdentifier": SECRET},
    ],
)
LOG_OUT = requests.log_out(PLACE, TOKEN)


# -- FileMaker's code --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [9, 101, 401, 952, 1708])
@pytest.mark.parametrize("length", [0, 20, 390, 2_500, 100_000])
def test_the_code_of_a_refusal_is_found_however_long_its_text(code: int, length: int) -> None:
    text = ('"code":"7"\\' * length)[:length]
    assert code_of(answers.refusal(code, text=text).body) == code
    assert code_of(answers.invalid(code, text).body) == code


@pytest.mark.parametrize("status", [200, 404, 502])
def test_a_web_page_has_no_code(status: int) -> None:
    assert code_of(answers.page(status).body) is None
    assert code_of(b'<p>{"messages":[{"code":"0","message":"OK"}]}') is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"code"', b"{}", b'{"messages":[]}', b'{"messages":[{"code":0}]}',
        b'{"messages":[{"code":"x"}]}', b'{"messages":{"code":"1"}}', b'{"code":"12"}', b"\xff", b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_envelope_has_no_code(body: bytes) -> None:
    assert code_of(body) is None


TEXTS = st.sampled_from(
    ['"code":"12"', '"messages":[{"code":"12","message":"no"}]}', "code", "messages", "\\", '"', "12", ""]
) | st.text(max_size=8)
VALUES = TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LOOKALIKES = st.sampled_from(["code", "message", "messages", "response"]) | TEXTS
FIELDS = st.dictionaries(LOOKALIKES, VALUES, max_size=4)
ROWS = st.lists(st.builds(answers.row, st.integers(1, 99), FIELDS), max_size=2)
RECORDS = st.builds(answers.record, st.integers(1, 99), FIELDS, st.dictionaries(LOOKALIKES, ROWS, max_size=2))
REPLIES = st.one_of(
    st.builds(answers.records, st.lists(RECORDS, max_size=3), st.integers(0, 99)),
    st.builds(answers.records_of_17, st.lists(RECORDS, max_size=3)),
    st.builds(answers.ok, FIELDS),  # the results of a script, an answer's new record id
    st.builds(answers.refusal, st.integers(1, 9999), text=TEXTS),
    st.builds(answers.invalid, st.integers(1, 9999), TEXTS),
)


@given(REPLIES, st.booleans(), st.booleans(), st.sampled_from([None, 1]))
def test_no_field_is_taken_for_the_code(
    reply: Reply, turned: bool, escaped: bool, indent: int | None
) -> None:
    envelope: dict[str, Any] = json.loads(reply.body)
    if turned:
        envelope = dict(reversed(envelope.items()))
    try:
        text = json.dumps(envelope, ensure_ascii=escaped, indent=indent).encode()
    except UnicodeEncodeError:  # half a surrogate pair
        text = json.dumps(envelope, indent=indent).encode()
    assert code_of(text) == raised_code(replace(reply, body=text)) == int(envelope["messages"][0]["code"])


@given(st.binary(max_size=60))
def test_the_code_is_that_of_the_error_that_is_raised(noise: bytes) -> None:
    for body in (noise, b'{"response":{},"messages":[{"code":"' + noise + b'","message":"?"}]}'):
        assert code_of(body) == raised_code(Reply(200, {}, body))


def raised_code(reply: Reply) -> int | None:
    """The code as the verb sees it."""
    try:
        response_of(reply, READ)
    except ServerError as error:
        return error.code
    except ProtocolError:
        return None
    return 0


def test_a_long_answer_is_not_read_for_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(_: bytes) -> None:
        raise AssertionError("a megabyte was parsed")

    monkeypatch.setattr("fmorm.transport.watch.parse_json", parse)
    assert code_of(answers.records([answers.record(1, {"A": "x" * 1_000_000})], 1).body) == 0


# -- events ------------------------------------------------------------------------------------------------


def told(
    request: Request, reply: Reply | None, error: BaseException | None = None, attempt: int = 1
) -> RequestEvent:
    events: list[RequestEvent] = []
    Watch(URL, "crm", [events.append]).tell(request, attempt, time.perf_counter() - 0.05, reply, error)
    (event,) = events
    return event


def test_an_event_tells_what_was_asked_and_answered() -> None:
    before = time.time()
    event = told(WRITE, reply := answers.refusal(306), attempt=2)
    assert (event.verb, event.layout, event.record_id) == ("", None, "7")
    assert (event.database, event.url, event.about) == ("crm", URL, "edit on layout 'guest', record 7")
    assert (event.status, event.code, event.error, event.attempt) == (500, 306, None, 2)
    assert (event.bytes_sent, event.bytes_received) == (len(WRITE.content or b""), len(reply.body))
    assert 50 <= event.milliseconds < 1000
    assert before - 1 < event.started <= before
    assert event.outcome == "HTTP 500, code 306"


def test_an_event_without_a_reply_has_the_class_of_the_error() -> None:
    event = told(READ, None, ConnectionFailed("no"))
    assert (event.status, event.code, event.bytes_received) == (None, None, 0)
    assert event.error == event.outcome == "ConnectionFailed"


def test_an_event_of_a_web_page_has_no_code() -> None:
    event = told(READ, answers.page(502))
    assert (event.status, event.code, event.error) == (502, None, None)
    assert event.outcome == "HTTP 502, no reply of FileMaker's"


ALL = {
    "log-in": LOG_IN,
    "log-out": LOG_OUT,
    "get": requests.get(PLACE, "a/records/5", "7", []),
    "range": requests.read_range(PLACE, "guest", offset=0, limit=1),
    "find": requests.find(PLACE, "guest", query=[{"Name": "A"}], offset=0, limit=1),
    "create": requests.create(PLACE, "guest", {}, {}),
    "edit": requests.edit(PLACE, "guest", "7", fields={}, portals={}, mod_id=None),
    "delete": requests.delete(PLACE, "guest", "7"),
    "globals": requests.set_globals(PLACE, {"a::b": "1"}),
    "validate": requests.validate(PLACE),
}


@pytest.mark.parametrize(("verb", "request_"), ALL.items(), ids=ALL)
def test_verb_layout_and_record_of_each_request(verb: str, request_: Request) -> None:
    event = told(request_, answers.ok())
    layout = {"get": "a/records/5"}.get(verb, "guest")
    with_layout = {"get", "range", "find", "create", "edit", "delete"}
    assert event.verb == verb
    assert event.layout == (layout if verb in with_layout else None)
    assert event.record_id == ("7" if verb in {"get", "edit", "delete"} else None)


def test_the_guide_names_every_verb() -> None:
    root = Path(__file__).parent.parent.parent
    sources = [*(root / "fmorm" / "wire").glob("*.py"), *(root / "fmorm" / "protocol").glob("*.py")]
    known = re.findall(r'verb="([a-z-]+)"', "".join(path.read_text(encoding="utf-8") for path in sources))
    page = (root / "docs" / "guides" / "observing.md").read_text(encoding="utf-8")
    table = set(
        re.findall(r"^\| `([a-z-]+)` \|", page.partition("| verb |")[2].partition("\n\n")[0], re.MULTILINE)
    )
    assert table == set(known), (
        "the table of docs/guides/observing.md has other verbs than wire/ and protocol/"
    )


def pickled(event: RequestEvent) -> Any:
    return pickle.loads(pickle.dumps(event))


COPIES: dict[str, Callable[[RequestEvent], Any]] = {
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "pickle": pickled,
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("request_", [WRITE, LOG_IN, LOG_OUT], ids=str)
def test_an_event_can_be_sent_elsewhere_and_takes_no_secret_along(copied: Any, request_: Request) -> None:
    event = told(request_, answers.ok())
    other: RequestEvent = copied(event)
    assert other == event
    assert other.curl() == event.curl()
    for given_away in (
        repr(other),
        repr(other.curl),
        str(asdict(other)),
        pickle.dumps(event).decode("latin-1"),
    ):
        assert SECRET not in given_away
        assert TOKEN not in given_away


def test_a_file_that_was_downloaded_is_not_read_for_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(_: bytes) -> int:
        raise AssertionError("it was looked into")

    monkeypatch.setattr("fmorm.transport.watch.code_of", look)
    request = Request("GET", "", "download of 'Photo'", private=True, verb="download")
    event = told(request, Reply(200, {}, answers.refusal(105).body))
    assert (event.code, event.outcome) == (0, "HTTP 200, code 0")


def test_an_upload_counts_as_it_is_sent() -> None:
    file = upload_of(b"x" * 1000, name="a.png")
    event = told(requests.upload(PLACE, "guest", "7", "Photo", file, None), answers.ok())
    assert (event.verb, event.record_id) == ("upload", "7")
    assert event.bytes_sent == len(b"".join(file.pieces())) > 1000


# -- counting ----------------------------------------------------------------------------------------------


def test_what_is_counted() -> None:
    watch = Watch(URL, "crm")
    watch.tell(LOG_IN, 1, 0, answers.ok(), None)
    watch.tell(WRITE, 1, 0, None, ConnectionFailed("no"))
    watch.tell(WRITE, 2, 0, answers.page(502), None)
    watch.tell(READ, 1, 0, answers.ok(), None)
    sent = 2 * len(WRITE.content or b"") + len(LOG_IN.content or b"")
    received = 2 * len(answers.ok().body) + len(answers.page(502).body)
    assert watch.traffic == Traffic(4, 1, 1, 1, sent, received)


def test_several_databases_have_a_total() -> None:
    total = Watch(URL, "")
    watches: list[Watch] = []
    for name in ("crm", "erp"):  # one that is new leaves the total as it is
        watches.append(Watch(URL, name, total=total))
        watches[-1].tell(WRITE, 2, 0, answers.ok(), None)
    assert total.traffic == watches[0].traffic + watches[1].traffic
    assert total.traffic.requests == total.traffic.repeated == 2


def test_threads_lose_no_count() -> None:
    watch, each = Watch(URL, "crm"), 500

    def work() -> None:
        for _ in range(each):
            watch.tell(WRITE, 2, 0, answers.ok(), None)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(4):
                threads.submit(work)
    finally:
        sys.setswitchinterval(before)
    traffic = watch.traffic
    assert (traffic.requests, traffic.repeated) == (4 * each, 4 * each)
    assert traffic.bytes_received == 4 * each * len(answers.ok().body)


def test_a_child_process_begins_anew_though_the_parent_holds_the_lock() -> None:
    total = Watch(URL, "")
    watch = Watch(URL, "crm", total=total)
    watch.tell(READ, 1, 0, answers.ok(), None)
    with watch._lock, total._lock:  # pyright: ignore[reportPrivateUsage]
        watch.after_fork()
        watch.tell(READ, 1, 0, answers.ok(), None)
        assert watch.traffic.requests == total.traffic.requests == 1


def test_where_nobody_listens_no_event_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def event(*_: Any) -> None:
        raise AssertionError("an event was made for nobody")

    monkeypatch.setattr(Watch, "_event", event)
    Watch(URL, "crm").tell(READ, 1, 0, answers.ok(), None)


# -- hooks -------------------------------------------------------------------------------------------------


async def async_hook(_: RequestEvent) -> None:
    raise AssertionError("nobody awaits this")


class AsyncObject:
    async def __call__(self, _: RequestEvent) -> None:
        raise AssertionError("nobody awaits this")

    async def tell(self, _: RequestEvent) -> None:
        raise AssertionError("nobody awaits this")


@pytest.mark.parametrize(
    "hook",
    [async_hook, AsyncObject(), AsyncObject().tell, functools.partial(async_hook)],
    ids=["function", "object", "method", "partial"],
)
def test_a_hook_that_would_have_to_be_awaited_is_refused(hook: Any) -> None:
    with pytest.raises(TypeError, match="on_request is called, not awaited"):
        Watch(URL, "crm", [hook])


@pytest.mark.parametrize("hook", ["print", 1, []])
def test_a_hook_that_cannot_be_called_is_refused(hook: Any) -> None:
    with pytest.raises(TypeError, match=r"on_request is a function and was given a (str|int|list)"):
        Watch(URL, "crm", [hook])


def test_a_coroutine_that_slips_through_is_logged_and_closed(caplog: pytest.LogCaptureFixture) -> None:
    def forgetful(event: RequestEvent) -> object:
        return async_hook(event)

    Watch(URL, "crm", [forgetful]).tell(READ, 1, 0, answers.ok(), None)
    assert "nobody awaits" in caplog.text  # and a RuntimeWarning would be an error here


def test_a_hook_that_fails_is_logged_and_the_others_are_told(caplog: pytest.LogCaptureFixture) -> None:
    events: list[RequestEvent] = []

    def fails(_: RequestEvent) -> None:
        raise ValueError("what is this?")

    Watch(URL, "crm", [fails, events.append]).tell(READ, 1, 0, answers.ok(), None)
    assert len(events) == 1
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("fmorm.request", "ERROR")
    assert record.getMessage() == "a request hook failed after read of layout 'guest'"
    assert "what is this?" in caplog.text


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_in_a_hook_passes(error: type[BaseException]) -> None:
    def interrupted(_: RequestEvent) -> None:
        raise error

    with pytest.raises(error):
        Watch(URL, "crm", [interrupted]).tell(READ, 1, 0, answers.ok(), None)


def test_each_request_is_logged_at_level_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "fmorm.request"):
        Watch(URL, "crm").tell(READ, 2, time.perf_counter() - 0.05, answers.refusal(101), None)
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("fmorm.request", "DEBUG")
    size = len(answers.refusal(101).body)
    assert re.fullmatch(
        rf"read of layout 'guest': HTTP 500, code 101 in 5\d\.\d ms, {size} bytes, attempt 2",
        record.getMessage(),
    )


def test_debugging_prints_the_command_and_the_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    event = told(WRITE, answers.refusal(306))
    print_curl(event)
    out, err = capsys.readouterr()
    command, outcome = err.splitlines()
    assert out == ""
    assert command == event.curl()
    assert re.fullmatch(r"# HTTP 500, code 306, \d+\.\d ms", outcome)


def test_a_program_without_a_console_can_debug_nothing_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    print_curl(told(READ, answers.ok()))


# -- sizes -------------------------------------------------------------------------------------------------


def test_a_compressed_reply_counts_as_the_server_counts_it_before_compression() -> None:
    body = answers.records([answers.record(n, {"Name": "Ann"}) for n in range(100)], 100).body
    with listening(gzip.compress(body), {"content-encoding": "gzip"}) as came:
        transport = HttpTransport(Settings(url=came.url, database="crm", credentials=Account("ida", "pw")))
        reply = transport.send(READ, {})
        transport.close()
    event = told(READ, reply)
    assert event.bytes_received == len(body) > 2 * len(gzip.compress(body))
    assert event.code == 0
