"""Requests as spans and metrics of OpenTelemetry; the extra `fmorm[opentelemetry]`.

    db = Database(url, "crm", user="api", password=secret, on_request=traced())

Names are those of OpenTelemetry's conventions for database clients, as of version 1.40 of them. What is told is the
database, the layout, the record's id, the verb and the outcome: no value of a record, and no secret.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fmorm._version import __version__
from fmorm.transport.watch import Hook, RequestEvent
from fmorm.wire.codes import message as code_text

if TYPE_CHECKING:
    from collections.abc import Mapping

try:
    from opentelemetry.metrics import MeterProvider, get_meter
    from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider, get_tracer
except ImportError as missing:
    raise ImportError(
        f"fmorm.contrib.opentelemetry needs {missing.name}: pip install 'fmorm[opentelemetry]'"
    ) from None

SCOPE: Final = "fmorm"
SCHEMA: Final = "https://opentelemetry.io/schemas/1.40.0"
SYSTEM: Final = "filemaker"
SECONDS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
"""The limits of the classes in which durations are counted, as the conventions have them."""

EMPTY: Final = 401
EMPTY_TABLE: Final = 101
"""What a read without criteria is answered where there is no record; of one record it says that it is missing."""

_NANOSECONDS: Final = 1_000_000_000


def traced(
    *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> Hook:
    """Make a hook for `on_request=` that tells OpenTelemetry of each request.

    Each request becomes a span `find person`: verb and layout, a child of the span in which the verb was called. Times
    are those of the request itself, without waiting for a free session. A request that is repeated has several spans.
    What went wrong is an error, also where fmorm mends it by itself; `error.type` is FileMaker's code, the HTTP status,
    or the class of the error. That nothing was found is none.

    The metrics are `db.client.operation.duration` in seconds, and the counters `fmorm.client.sent` and
    `fmorm.client.received` in bytes of bodies, decompressed.

    Args:
        tracer_provider: Where spans go; the global one where it is left out.
        meter_provider: Where metrics go; the global one where it is left out.

    Returns:
        The hook. One may serve any number of databases.
    """
    tracer = get_tracer(SCOPE, __version__, tracer_provider, SCHEMA)
    meter = get_meter(SCOPE, __version__, meter_provider, SCHEMA)
    duration = meter.create_histogram(
        "db.client.operation.duration",
        unit="s",
        description="Duration of requests to the Data API",
        explicit_bucket_boundaries_advisory=SECONDS,
    )
    sent = meter.create_counter("fmorm.client.sent", unit="By", description="Bodies of requests")
    received = meter.create_counter(
        "fmorm.client.received", unit="By", description="Bodies of replies, decompressed"
    )

    def tell(event: RequestEvent) -> None:
        what, outcome = _what(event), _outcome(event)
        began = int(event.started * _NANOSECONDS)
        # The current span is the parent: the hook is called where the request was sent.
        span = tracer.start_span(_name(event), kind=SpanKind.CLIENT, attributes=what, start_time=began)
        if span.is_recording():
            _describe(span, event, outcome)
        span.end(began + int(event.milliseconds * 1_000_000))
        everything = {**what, **outcome}
        duration.record(event.milliseconds / 1000, everything)
        sent.add(event.bytes_sent, what)
        received.add(event.bytes_received, what)

    return tell


def _name(event: RequestEvent) -> str:
    return f"{event.verb} {event.layout or event.database}"


def _what(event: RequestEvent) -> dict[str, str | int]:
    """Give what is known before a request is sent; few different values, so that metrics can be told apart by it."""
    host, port = _server(event.url)
    what: dict[str, str | int] = {
        "db.system.name": SYSTEM,
        "db.namespace": event.database,
        "db.operation.name": event.verb,
        "server.address": host,
        "server.port": port,
    }
    if event.layout is not None:
        what["db.collection.name"] = event.layout
    return what


def _outcome(event: RequestEvent) -> dict[str, str | int]:
    """Give code and kind of a failure; nothing where it went well."""
    if event.error is not None:
        return {"error.type": event.error}
    if event.code is None:
        return {"error.type": str(event.status)}
    if event.code == 0:
        return {}
    code: dict[str, str | int] = {"db.response.status_code": str(event.code)}
    if event.code == EMPTY or (event.verb == "range" and event.code == EMPTY_TABLE):
        return code
    return {**code, "error.type": str(event.code)}


def _describe(span: Span, event: RequestEvent, outcome: Mapping[str, str | int]) -> None:
    span.set_attributes(outcome)
    span.set_attribute("fmorm.request.bytes", event.bytes_sent)
    span.set_attribute("fmorm.response.bytes", event.bytes_received)
    if event.status is not None:
        span.set_attribute("http.response.status_code", event.status)
    if event.record_id is not None:
        span.set_attribute("fmorm.record_id", event.record_id)
    if event.attempt > 1:
        span.set_attribute("http.request.resend_count", event.attempt - 1)
    if "error.type" in outcome:
        text = event.outcome if not event.code else f"{event.code} {code_text(event.code)}"
        span.set_status(Status(StatusCode.ERROR, text))


@lru_cache(maxsize=64)
def _server(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
