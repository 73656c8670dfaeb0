"""Conversations that break on a real socket: silence, a reset, a body that ends too early."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from bad_input.conftest import Serve
from bad_input.sockets import (
    HANG_UP,
    PATIENCE,
    RESET,
    SILENCE,
    Answer,
    Misbehaving,
    Respond,
    about_records,
    from_app,
    http,
)
from bad_input.witness import READS, WRITES, contents, dirty, each, saves, shown, told
from scenarios.conftest import Office
from scenarios.office import Person

from fmorm import ConnectionLost, OutcomeTimedOut, OutcomeUnknown, ProtocolError, ReplyTimedOut, state
from fmorm.server import App, Reply, Request

Break = Callable[[Reply], Answer]


def sent(reply: Reply, body: bytes, *headers: str, length: int | None = None) -> bytes:
    return http(
        reply.status, body, *(f"{name}: {value}" for name, value in reply.headers), *headers, length=length
    )


def silent(reply: Reply) -> Answer:
    return SILENCE


def hung_up(reply: Reply) -> Answer:
    return HANG_UP


def reset(reply: Reply) -> Answer:
    return RESET


def half_a_head(reply: Reply) -> Answer:
    return Answer(b"HTTP/1.1 200 OK\r\nContent-Ty", then="close")


def no_http(reply: Reply) -> Answer:
    return Answer(b"\x00\xff\x00 what?\r\n\r\n", then="close")


def short(reply: Reply) -> Answer:
    return Answer(sent(reply, reply.body[:-5], length=len(reply.body)), then="close")


def short_and_open(reply: Reply) -> Answer:
    return Answer(sent(reply, reply.body[:-5], length=len(reply.body)), then="silence")


def bad_chunk(reply: Reply) -> Answer:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + reply.body
    return Answer(data, then="close")


def no_gzip(reply: Reply) -> Answer:
    return Answer(sent(reply, reply.body, "Content-Encoding: gzip"))


def torn_gzip(reply: Reply) -> Answer:
    packed = gzip.compress(reply.body)
    middle = len(packed) // 2
    return Answer(sent(reply, packed[:middle] + b"\xff" * 9 + packed[middle:], "Content-Encoding: gzip"))


BREAKS: list[Break] = [hung_up, reset, half_a_head, no_http, short, bad_chunk, no_gzip, torn_gzip]
SILENCES: list[Break] = [silent, short_and_open]
SHORT = 0.2
"""Seconds that a reply may take where none comes."""

SHORT_OF_A_REPLY: dict[Break, str] = {silent: "timeout=", short_and_open: "timeout="}


def cut(reply: Reply) -> Answer:
    """A body that is short, and a head that does not say so."""
    return Answer(
        b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + reply.body[:-5], then="close"
    )


def half_gzip(reply: Reply) -> Answer:
    packed = gzip.compress(reply.body)
    return Answer(sent(reply, packed[: len(packed) // 2], "Content-Encoding: gzip"))


def empty(reply: Reply) -> Answer:
    return Answer(sent(reply, b""))


NO_REPLIES: list[Break] = [cut, half_gzip, empty]


def breaking(app: App, how: Break, *, carried_out: bool = True) -> Respond:
    """Answer log-ins as FileMaker does, and break the rest, before or after it was carried out."""
    healthy = from_app(app)

    def respond(request: Request) -> Answer:
        if not about_records(request):
            return healthy(request)
        return how(app.handle(request) if carried_out else Reply(200, [], b'{"response":{},"messages":[]}'))

    return respond


def start(serve: Serve, how: Break) -> tuple[Office, Misbehaving, Any]:
    office, server = serve()
    return office, server, office.open(timeout=SHORT if how in SHORT_OF_A_REPLY else PATIENCE)


@pytest.mark.parametrize("how", [*BREAKS, *SILENCES], ids=lambda how: how.__name__)
def test_a_read_that_breaks_has_changed_nothing(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    ann = dirty(db)
    before = shown(ann), contents(office.app)
    server.respond = breaking(office.app, how)
    for verb in READS:
        lost = ReplyTimedOut if how in SHORT_OF_A_REPLY else ConnectionLost
        with told(lost, verb.about, "Nothing was changed", SHORT_OF_A_REPLY.get(how, "")):
            verb.run(db, ann)
        if how in SHORT_OF_A_REPLY:
            break  # one is enough: each takes its time
    assert (shown(ann), contents(office.app)) == before
    goes_on(office, server, db)
    saves(db, ann)


@pytest.mark.parametrize("how", [*BREAKS, *NO_REPLIES], ids=lambda how: how.__name__)
def test_a_write_that_breaks_before_it_was_carried_out_can_be_repeated(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    ann = dirty(db)
    before = shown(ann), contents(office.app)
    server.respond = breaking(office.app, how, carried_out=False)
    for verb in WRITES:
        with told(OutcomeUnknown, verb.about, "read the record before trying again"):
            verb.run(db, ann)
        if how in SHORT_OF_A_REPLY:
            break
    assert (shown(ann), contents(office.app)) == before
    goes_on(office, server, db)
    saves(db, ann)
    db.close()
    assert office.app.session_count == 0


@pytest.mark.parametrize("how", [*BREAKS, silent, *NO_REPLIES], ids=lambda how: how.__name__)
def test_a_save_that_breaks_after_it_was_carried_out_stays_dirty(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    ann = dirty(db)
    before = shown(ann)
    server.respond = breaking(office.app, how)
    unknown = OutcomeTimedOut if how in SHORT_OF_A_REPLY else OutcomeUnknown
    with told(unknown, "layout 'person', record 1", "read the record before trying again"):
        db.save(ann)
    assert shown(ann) == before
    goes_on(office, server, db)
    assert db.get(Person, 1).name == "Anne", "it was done, and it was done once"
    assert state(db.get(Person, 1)).mod_id == "1"


@pytest.mark.parametrize("how", [*BREAKS, *NO_REPLIES], ids=lambda how: how.__name__)
def test_a_create_that_breaks_is_not_repeated(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    dag = Person(name="Dag")
    before = shown(dag)
    server.respond = breaking(office.app, how)
    with told(
        OutcomeUnknown, "create on layout 'person'", "read the record before trying again|find the record"
    ):
        db.create(dag)
    assert shown(dag) == before
    assert state(dag).is_new
    goes_on(office, server, db)
    assert db.find(Person).where(Person.name == "Dag").count() == 1


@pytest.mark.parametrize("how", NO_REPLIES, ids=lambda how: how.__name__)
def test_a_body_that_is_cut_without_a_word_is_not_taken_for_a_reply(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    ann = dirty(db)
    before = shown(ann), contents(office.app)
    server.respond = breaking(office.app, how)
    for verb in READS:
        with told(ProtocolError, verb.about, "HTTP 200", "cut off"):
            verb.run(db, ann)
    assert (shown(ann), contents(office.app)) == before
    goes_on(office, server, db)
    saves(db, ann)


@pytest.mark.parametrize("how", [*BREAKS, silent], ids=lambda how: how.__name__)
def test_a_log_in_that_breaks_has_changed_nothing(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    server.respond = lambda request: how(Reply(200, [], b'{"response":{"token":"x"},"messages":[]}'))
    for verb in each(lambda: db.get(Person, 1), lambda: db.create(Person(name="Dag"))):
        lost = ReplyTimedOut if how in SHORT_OF_A_REPLY else ConnectionLost
        with told(lost, "log-in to 'Office & Co'", "Nothing was changed"):
            verb()
        if how in SHORT_OF_A_REPLY:
            break
    goes_on(office, server, db)
    assert db.find(Person).count() == 3
    db.close()
    assert office.app.session_count == 0


@pytest.mark.parametrize("how", [hung_up, reset, no_http, short], ids=lambda how: how.__name__)
def test_a_log_out_that_breaks_does_not_keep_a_program_from_ending(serve: Serve, how: Break) -> None:
    office, server, db = start(serve, how)
    db.get(Person, 1)
    server.respond = lambda request: how(office.app.handle(request))
    db.close()
    assert office.app.session_count == 0


def goes_on(office: Office, server: Misbehaving, db: Any) -> None:
    server.respond = from_app(office.app)
    assert db.get(Person, 2).name == "Bo Dahl"
    assert office.app.session_count == 1
