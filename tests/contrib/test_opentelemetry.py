from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from fmorm import (
    AsyncDatabase,
    ConnectionFailed,
    Database,
    Field,
    LayoutMissing,
    Model,
    Retry,
    __version__,
    field,
)
from fmorm.contrib.opentelemetry import SECONDS, traced
from fmorm.server import App, load_schema
from fmorm.transport.watch import RequestEvent

SCHEMA: dict[str, Any] = {
    "database": {"name": "crm"},
    "accounts": {"ida": {"password": "s3cr3t-0f-1da"}},
    "tables": {"Guest": {"fields": {"Name": "text"}}, "Empty": {"fields": {"Name": "text"}}},
    "occurrences": {"guests": "Guest", "nobody": "Empty"},
    "layouts": {
        "guest": {"occurrence": "guests", "fields": ["Name"]},
        "empty": {"occurrence": "nobody", "fields": ["Name"]},
    },
    "rows": {"Guest": [{"Name": "Ann of Bergen"}]},
}
QUICK = Retry(attempts=3, backoff=0.001, longest=0.01)


class Guest(Model, layout="guest"):
    name: Field[str] = field("Name")


class Empty(Model, layout="empty"):
    name: Field[str] = field("Name")


class Missing(Model, layout="missing"):
    name: Field[str] = field("Name")


@dataclass
class Telemetry:
    """Where spans and metrics of a test go."""

    spans: InMemorySpanExporter
    metrics: InMemoryMetricReader
    tracers: TracerProvider
    meters: MeterProvider

    @property
    def hook(self) -> Callable[[RequestEvent], object]:
        return traced(tracer_provider=self.tracers, meter_provider=self.meters)

    @property
    def named(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self.spans.get_finished_spans()}

    def points(self, name: str) -> list[Any]:
        data = self.metrics.get_metrics_data()
        assert data is not None
        found = [
            metric
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
        ]
        assert len(found) == 1, f"{name} is not measured"
        return list(found[0].data.data_points)


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    spans, metrics = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider([metrics])
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    yield Telemetry(spans, metrics, tracers, meters)
    tracers.shutdown()
    meters.shutdown()


@pytest.fixture
def app() -> Iterator[App]:
    app = App(load_schema(SCHEMA))
    yield app
    app.close()


class Run(Protocol):
    """Runs a verb on a database of one colour that is traced, within a span `caller`."""

    def __call__(self, verb: Callable[[Any], Any], **options: Any) -> Any: ...


def read(db: Any) -> Any:
    return db.get(Guest, 1)


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest, app: App, telemetry: Telemetry) -> Run:
    def sync(verb: Callable[[Any], Any], **options: Any) -> Any:
        with Database.embedded(app, on_request=telemetry.hook, **options) as db:
            db.log_in()
            with telemetry.tracers.get_tracer("test").start_as_current_span("caller"):
                return verb(db)

    async def in_task(verb: Callable[[Any], Any], **options: Any) -> Any:
        async with AsyncDatabase.embedded(app, on_request=telemetry.hook, **options) as db:
            await db.log_in()
            with telemetry.tracers.get_tracer("test").start_as_current_span("caller"):
                return await verb(db)

    def awaited(verb: Callable[[Any], Any], **options: Any) -> Any:
        return asyncio.run(in_task(verb, **options))

    return sync if request.param == "sync" else awaited


# -- spans -------------------------------------------------------------------------------------------------


def test_a_request_is_a_client_span_by_verb_and_layout(run: Run, telemetry: Telemetry) -> None:
    run(read)
    assert list(telemetry.named) == ["log-in crm", "get guest", "caller", "log-out crm"]
    span = telemetry.named["get guest"]
    attributes = dict(span.attributes or {})
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope is not None
    assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == ("fmorm", __version__)
    assert str(attributes.pop("server.address")).endswith(".embedded.invalid")
    assert int(str(attributes.pop("fmorm.response.bytes"))) > 100
    assert attributes == {
        "db.system.name": "filemaker", "db.namespace": "crm", "db.operation.name": "get",
        "db.collection.name": "guest", "server.port": 80, "http.response.status_code": 200,
        "fmorm.record_id": "1", "fmorm.request.bytes": 0,
    }  # fmt: skip


def test_a_span_is_a_child_of_the_caller_s(run: Run, telemetry: Telemetry) -> None:
    run(read)
    caller, span = telemetry.named["caller"], telemetry.named["get guest"]
    assert span.parent is not None
    assert caller.context is not None
    assert (span.parent.span_id, span.parent.trace_id) == (caller.context.span_id, caller.context.trace_id)


def test_a_log_in_is_a_child_of_the_span_that_needed_it(run: Run, app: App, telemetry: Telemetry) -> None:
    def read_after_expiry(db: Any) -> Any:
        app.expire_sessions()
        return db.get(Guest, 1)

    run(read_after_expiry)
    caller, span = telemetry.named["caller"], telemetry.named["log-in crm"]
    assert span.parent is not None
    assert caller.context is not None
    assert span.parent.span_id == caller.context.span_id


def test_tasks_have_their_own_parents(app: App, telemetry: Telemetry) -> None:
    tracer = telemetry.tracers.get_tracer("test")

    async def one(db: AsyncDatabase, name: str) -> None:
        with tracer.start_as_current_span(name):
            await asyncio.sleep(0)
            await db.find(Guest).where(Guest.name == name).all()

    async def both() -> None:
        async with AsyncDatabase.embedded(app, on_request=telemetry.hook) as db:
            await asyncio.gather(one(db, "first"), one(db, "second"))

    asyncio.run(both())
    spans = telemetry.spans.get_finished_spans()
    callers = {span.context.span_id for span in spans if span.name in {"first", "second"} and span.context}
    assert {span.parent.span_id for span in spans if span.name == "find guest" and span.parent} == callers


def test_a_span_lasts_as_long_as_the_request(run: Run, app: App, telemetry: Telemetry) -> None:
    app.faults.slow(0.05, on="get-record")
    run(read)
    caller, span = telemetry.named["caller"], telemetry.named["get guest"]
    assert span.start_time is not None
    assert span.end_time is not None
    assert 50_000_000 <= span.end_time - span.start_time <= (caller.end_time or 0) - (caller.start_time or 0)
    leeway = 5_000_000  # two clocks
    assert (caller.start_time or 0) - leeway <= span.start_time
    assert span.end_time <= (caller.end_time or 0) + leeway


def find_nobody(db: Any) -> Any:
    return db.find(Guest).where(Guest.name == "nobody").all()


def read_nothing(db: Any) -> Any:
    return db.find(Empty).all()


@pytest.mark.parametrize(
    ("verb", "name", "code"), [(find_nobody, "find guest", "401"), (read_nothing, "range empty", None)]
)
def test_that_nothing_was_found_is_no_error(
    run: Run, telemetry: Telemetry, verb: Any, name: str, code: Any
) -> None:
    assert run(verb) == []
    span = telemetry.named[name]
    assert span.status.status_code is StatusCode.UNSET
    assert "error.type" not in (span.attributes or {})
    assert (span.attributes or {}).get("db.response.status_code") == code


def test_an_error_of_filemaker_s_is_one(run: Run, telemetry: Telemetry) -> None:
    def miss(db: Any) -> Any:
        return db.get(Missing, 1)

    with pytest.raises(LayoutMissing):
        run(miss)
    span = telemetry.named["get missing"]
    attributes = span.attributes or {}
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "105 Layout is missing"
    assert attributes["db.response.status_code"] == attributes["error.type"] == "105"
    assert attributes["http.response.status_code"] == 500


def test_each_attempt_has_a_span(run: Run, app: App, telemetry: Telemetry) -> None:
    app.faults.html(503, on="get-record", times=1)
    run(read, retry=QUICK)
    first, second = (span for span in telemetry.spans.get_finished_spans() if span.name == "get guest")
    assert (first.attributes or {})["error.type"] == "503"
    assert "http.request.resend_count" not in (first.attributes or {})
    assert first.status.description == "HTTP 503, no reply of FileMaker's"
    assert (second.attributes or {})["http.request.resend_count"] == 1
    assert second.status.status_code is StatusCode.UNSET


def test_a_connection_that_fails_is_an_error_of_its_class(telemetry: Telemetry) -> None:
    url = "https://127.0.0.1:9"
    with (
        Database(
            url, "crm", user="ida", password="pw", on_request=telemetry.hook, retry=Retry(attempts=1)
        ) as db,
        pytest.raises(ConnectionFailed),
    ):
        db.get(Guest, 1)
    span = telemetry.named["log-in crm"]
    attributes = span.attributes or {}
    assert attributes["error.type"] == span.status.description == "ConnectionFailed"
    assert (attributes["server.address"], attributes["server.port"]) == ("127.0.0.1", 9)
    assert "http.response.status_code" not in attributes


def event(**given: Any) -> RequestEvent:
    plain: dict[str, Any] = {
        "verb": "find", "layout": "guest", "record_id": None, "database": "crm", "url": "https://fm.example.com",
        "about": "", "attempt": 1, "started": 1e9, "milliseconds": 2.0, "bytes_sent": 3, "bytes_received": 5,
        "status": 200, "code": 0, "error": None, "curl": str,
    }  # fmt: skip
    return RequestEvent(**(plain | given))


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://fm.example.com", "fm.example.com", 443),
        ("http://fm.example.com", "fm.example.com", 80),
        ("https://[::1]:8443", "::1", 8443),
    ],
)
def test_the_server_is_told(telemetry: Telemetry, url: str, host: str, port: int) -> None:
    telemetry.hook(event(url=url))
    attributes = telemetry.named["find guest"].attributes or {}
    assert (attributes["server.address"], attributes["server.port"]) == (host, port)


@pytest.mark.parametrize(
    ("verb", "code", "is_error"),
    [("get", 101, True), ("range", 101, False), ("find", 101, True), ("range", 401, False)],
)
def test_which_codes_are_errors(telemetry: Telemetry, verb: str, code: int, is_error: bool) -> None:
    telemetry.hook(event(verb=verb, code=code, status=500))
    assert (telemetry.named[f"{verb} guest"].status.status_code is StatusCode.ERROR) is is_error


def test_nothing_of_a_record_and_no_secret_is_told(run: Run, telemetry: Telemetry) -> None:
    def work(db: Any) -> Any:
        return db.find(Guest).where(Guest.name == "Ann of Bergen").all()

    assert len(run(work)) == 1
    told = "".join(span.to_json() for span in telemetry.spans.get_finished_spans())
    data = telemetry.metrics.get_metrics_data()
    for text in (told, data.to_json() if data else ""):
        assert "crm" in text
        assert "Bergen" not in text
        assert "s3cr3t" not in text


# -- metrics -----------------------------------------------------------------------------------------------


def test_durations_are_counted_in_classes(run: Run, app: App, telemetry: Telemetry) -> None:
    app.faults.slow(0.05, on="get-record")
    run(read)
    points = {
        point.attributes["db.operation.name"]: point
        for point in telemetry.points("db.client.operation.duration")
    }
    assert set(points) == {"log-in", "get", "log-out"}
    assert tuple(points["get"].explicit_bounds) == SECONDS
    assert points["get"].count == 1
    assert 0.05 <= points["get"].sum < 1
    assert points["get"].attributes["db.collection.name"] == "guest"
    assert "error.type" not in points["get"].attributes


def test_bytes_are_counted(telemetry: Telemetry) -> None:
    hook = telemetry.hook
    hook(event())
    hook(event(code=105))
    for name, size in (("fmorm.client.sent", 6), ("fmorm.client.received", 10)):
        (point,) = telemetry.points(name)
        assert point.value == size
    good, bad = telemetry.points("db.client.operation.duration")
    assert (good.attributes.get("error.type"), bad.attributes.get("error.type")) == (None, "105")
    assert good.sum == pytest.approx(0.002)


# -- around it ---------------------------------------------------------------------------------------------


def test_without_an_sdk_it_does_nothing(app: App) -> None:
    with Database.embedded(app, on_request=traced()) as db:
        assert db.get(Guest, 1).name == "Ann of Bergen"
    assert not trace.get_current_span().is_recording()


def test_without_the_extra_the_error_says_what_to_install() -> None:
    code = (
        "import sys\n"
        "sys.modules['opentelemetry'] = None\n"
        "import fmorm, fmorm.contrib\n"
        "try:\n"
        "    import fmorm.contrib.opentelemetry\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("fmorm.contrib.opentelemetry needs opentelemetry")
    assert "pip install 'fmorm[opentelemetry]'" in done.stdout


def test_fmorm_itself_does_not_import_it() -> None:
    code = "import sys, fmorm; fmorm.Database; fmorm.RequestEvent; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
