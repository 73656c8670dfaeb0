"""Replies that are not what the Data API sends: HTML, JSON of a wrong shape, a log-in without a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from bad_input.conftest import Serve, Spoil
from bad_input.sockets import Answer, Misbehaving, from_app, http
from bad_input.witness import EVERY, READS, WRITES, contents, dirty, each, saves, shown, told, unharmed
from scenarios.conftest import Office
from scenarios.office import Address, Person

from fmorm import (
    ConflictError,
    Database,
    FmormError,
    NotLoaded,
    OutcomeUnknown,
    ProtocolError,
    ServerError,
    SessionExpired,
    state,
)
from fmorm.server import Request
from fmorm.transport.embedded import EmbeddedMount

OK: list[dict[str, str]] = [{"code": "0", "message": "OK"}]
RECORD: dict[str, Any] = {
    "fieldData": {"PrimaryKey": "B", "Number": 2, "Name": "Bo Dahl"},
    "portalData": {},
    "recordId": "2",
    "modId": "0",
    "portalDataInfo": [],
}
INFO: dict[str, Any] = {
    "database": "Office & Co", "layout": "person", "table": "person",
    "totalRecordCount": 1, "foundCount": 1, "returnedCount": 1,
}  # fmt: skip


def page(info: Any = INFO, **changed: Any) -> Any:
    return {"response": {"dataInfo": info, "data": [RECORD | changed]}, "messages": OK}


def replying(
    content: Any, status: int = 200, kind: str = "application/json"
) -> Callable[[httpx.Request], httpx.Response]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda _: httpx.Response(status, headers={"Content-Type": kind}, content=body)


# -- no JSON ---------------------------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html><title>Something else</title>"


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500, 502, 503])
def test_html_instead_of_json(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    ann = dirty(db)
    with unharmed(office, db, ann):
        spoil(replying(PAGE, status, "text/html"))
        for verb in EVERY:
            unknown = verb in WRITES and not 400 <= status < 500
            says = [
                f"HTTP {status}",
                verb.about,
                "text/html",
                "Something else",
                "Is the Data API switched on",
            ]
            with told(OutcomeUnknown if unknown else ProtocolError, *says):
                verb.run(db, ann)
        monkeypatch.undo()
    saves(office.open(), ann)


BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "half": json.dumps(page()).encode()[:-20],
    "text": b"OK",
    "not UTF-8": b'{"response": "\xff\xfe"}',
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "zeros": bytes(64),
    "nested too deeply": b"[" * 100_000,
    "single quotes": b"{'response': {}, 'messages': [{'code': '0'}]}",
    "two documents": b"{}{}",
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_json_is_told_and_loses_nothing(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    ann = dirty(db)
    nothing_comes_through(office, db, ann, spoil, monkeypatch, replying(BROKEN[what]))
    saves(db, ann)


def nothing_comes_through(
    office: Office,
    db: Database,
    ann: Person,
    spoil: Spoil,
    monkeypatch: pytest.MonkeyPatch,
    instead: Callable[[httpx.Request], httpx.Response],
) -> None:
    """Expect of a reply that no verb takes it for one, and that all goes on when it is over."""
    before = shown(ann), contents(office.app)
    spoil(instead)
    for verb in READS:
        with told(ProtocolError, verb.about, "HTTP 200", "not a FileMaker Data API reply"):
            verb.run(db, ann)
    for verb in WRITES:
        with told(OutcomeUnknown, verb.about, "HTTP 200", "read the record before trying again"):
            verb.run(db, ann)
    monkeypatch.undo()
    assert (shown(ann), contents(office.app)) == before
    assert db.get(Person, 2).name == "Bo Dahl"


# -- JSON of a wrong shape: the envelope -----------------------------------------------------------------

ENVELOPES: dict[str, Any] = {
    "a list": [],
    "a list with the envelope": [page()],
    "null": None,
    "a text": "OK",
    "a number": 0,
    "an empty object": {},
    "no messages": {"response": page()["response"]},
    "messages null": page() | {"messages": None},
    "messages empty": page() | {"messages": []},
    "messages an object": page() | {"messages": {"code": "0"}},
    "message null": page() | {"messages": [None]},
    "message a text": page() | {"messages": ["OK"]},
    "message without a code": page() | {"messages": [{"message": "OK"}]},
    "code null": page() | {"messages": [{"code": None}]},
    "code a list": page() | {"messages": [{"code": ["0"]}]},
    "code a word": page() | {"messages": [{"code": "zero"}]},
    "code empty": page() | {"messages": [{"code": ""}]},
    "code a fraction": page() | {"messages": [{"code": "0.0"}]},
    "response missing": {"messages": OK},
    "response null": {"messages": OK, "response": None},
    "response a list": {"messages": OK, "response": [page()["response"]]},
    "response a text": {"messages": OK, "response": "OK"},
}


@pytest.mark.parametrize("what", ENVELOPES)
def test_an_envelope_of_a_wrong_shape_is_told_and_loses_nothing(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    ann = dirty(db)
    nothing_comes_through(office, db, ann, spoil, monkeypatch, replying(ENVELOPES[what]))
    saves(db, ann)


def test_an_unknown_code_is_told_with_its_text(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = dirty(db)
    with unharmed(office, db, ann):
        spoil(replying({"messages": [{"code": "12345", "message": "Strange"}], "response": {}}, 500))
        with pytest.raises(
            ServerError, match=r"FileMaker error 12345: Strange \(edit on layout 'person', record 1\)"
        ):
            db.save(ann)
        monkeypatch.undo()


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/html; charset=iso-8859-1", "application/octet-stream", ""]
)
def test_a_wrong_content_type_does_not_hide_a_good_reply(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Proxies change it; what counts is what is in it, which is UTF-8."""
    body = json.dumps(page(fieldData={"Name": "Bø 😀"}), ensure_ascii=False).encode()
    with unharmed(office, db):
        spoil(replying(body, kind=kind))
        assert db.get(Person, 2).name == "Bø 😀"
        monkeypatch.undo()


# -- JSON of a wrong shape: the records ------------------------------------------------------------------

PAGES: dict[str, Any] = {
    "data missing": {"response": {"dataInfo": INFO}, "messages": OK},
    "data null": {"response": {"data": None}, "messages": OK},
    "data an object": {"response": {"data": RECORD}, "messages": OK},
    "data a text": {"response": {"data": "none"}, "messages": OK},
    "data with null": {"response": {"data": [RECORD, None]}, "messages": OK},
    "data with a list": {"response": {"data": [[]]}, "messages": OK},
    "data with a text": {"response": {"data": ["fieldData recordId"]}, "messages": OK},
    "record without fieldData": {"response": {"data": [{"recordId": "2"}]}, "messages": OK},
    "fieldData null": page(fieldData=None),
    "fieldData a list": page(fieldData=[{"Name": "Bo"}]),
    "fieldData a text": page(fieldData="Name"),
    "recordId missing": {"response": {"data": [{"fieldData": {"Name": "Bo"}}]}, "messages": OK},
    "recordId null": page(recordId=None),
    "recordId empty": page(recordId=""),
    "recordId a list": page(recordId=["2"]),
    "recordId of more digits than Python reads": page(recordId="2" * 5_000),
    "portalData a list": page(portalData=[{"addresses": []}]),
    "portalData a text": page(portalData="addresses"),
    "portal null": page(portalData={"addresses": None}),
    "portal an object": page(portalData={"addresses": {"recordId": "1"}}),
    "portal a text": page(portalData={"addresses": "none"}),
    "portal with null": page(portalData={"addresses": [None]}),
    "portal with a list": page(portalData={"addresses": [[]]}),
    "portalDataInfo an object": page(
        portalData={"addresses": []}, portalDataInfo={"table": "person_addresses"}
    ),
    "portalDataInfo with null": page(portalData={"addresses": []}, portalDataInfo=[None]),
    "portalDataInfo without a table": page(portalData={"addresses": []}, portalDataInfo=[{"foundCount": 1}]),
    "portalDataInfo without a count": page(
        portalData={"addresses": []}, portalDataInfo=[{"portalObjectName": "addresses", "table": "x"}]
    ),
    "portalDataInfo with a count in words": page(
        portalData={"addresses": []}, portalDataInfo=[{"portalObjectName": "addresses", "foundCount": "none"}]
    ),
}
OF_ROWS = {"portal with null", "portal with a list"}
"""Rows are made when they are first touched, and that is soon enough to tell."""

READS_OF_RECORDS = [verb for verb in READS if verb.name != "count"]


@pytest.mark.parametrize("what", PAGES)
def test_records_of_a_wrong_shape_are_told_and_lose_nothing(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    ann = dirty(db)
    with unharmed(office, db, ann):
        spoil(replying(PAGES[what]))
        for verb in READS_OF_RECORDS:
            if what in OF_ROWS and verb.name == "reload":
                continue
            with told(ProtocolError, "layout 'person'"):
                touch(verb.run(db, ann))
        monkeypatch.undo()


def touch(read: Any) -> None:
    """Look at the portals of what was read, which are built when they are touched."""
    for person in read if isinstance(read, list) else [read]:  # pyright: ignore[reportUnknownVariableType]
        len(person.addresses)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


INFOS: dict[str, Any] = {
    "a list": [INFO],
    "a text": "none",
    "a count in words": INFO | {"foundCount": "many"},
    "a count as text": INFO | {"foundCount": "1"},
    "a count below zero": INFO | {"foundCount": -1},
    "a fraction": INFO | {"foundCount": 1.5},
    "a count that is a list": INFO | {"foundCount": [1]},
}


@pytest.mark.parametrize("what", INFOS)
def test_a_count_of_a_wrong_shape_is_told_or_right(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    with unharmed(office, db):
        spoil(replying(page(INFOS[what])))
        for verb in each(lambda: db.find(Person).count(), lambda: len(db.find(Person).all())):
            try:
                assert verb() == 1
            except FmormError as error:
                with told(ProtocolError, "layout 'person'"):
                    raise error from None
        monkeypatch.undo()


@pytest.mark.parametrize("info", [None, {}, INFO | {"foundCount": None}], ids=["null", "empty", "count null"])
def test_without_a_count_records_are_read_and_counting_says_that_it_cannot(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, info: Any
) -> None:
    with unharmed(office, db):
        spoil(replying(page(info)))
        assert [person.name for person in db.find(Person).all()] == ["Bo Dahl"]
        with told(ProtocolError, r"len\(find\.all\(\)\)"):
            db.find(Person).count()
        monkeypatch.undo()


@pytest.mark.parametrize("portals", [None, {}, "missing"])
def test_without_portals_they_are_not_loaded_rather_than_empty(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, portals: Any
) -> None:
    with unharmed(office, db):
        content = page(portalData=portals, portalDataInfo=None)
        if portals == "missing":
            del content["response"]["data"][0]["portalData"]
        spoil(replying(content))
        bo = db.get(Person, 2)
        with told(NotLoaded, r"Person\.addresses", "portal 'addresses'"):
            len(bo.addresses)
        monkeypatch.undo()


def test_more_records_than_were_asked_for_are_told(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = {"response": {"data": [RECORD, RECORD | {"recordId": "3"}]}, "messages": OK}
    with unharmed(office, db):
        spoil(replying(two))
        with told(ProtocolError, "layout 'person', record 2", "one record was asked for, 2 came"):
            db.get(Person, 2)
        spoil(replying({"response": {"data": []}, "messages": OK}))
        with told(ProtocolError, "layout 'person', record 2", "one record was asked for, 0 came"):
            db.get(Person, 2)
        monkeypatch.undo()


def test_another_record_than_was_asked_for_is_told(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a cache in between may answer; taken for record 1, a save would overwrite it with another's values."""
    ann = dirty(db)
    with unharmed(office, db, ann):
        spoil(replying(page()))
        for verb in each(lambda: db.get(Person, 1), lambda: db.reload(ann)):
            with told(ProtocolError, "layout 'person', record 1", "record 2"):
                verb()
        monkeypatch.undo()


# -- JSON of a wrong shape: what a write gives -----------------------------------------------------------

CREATED: dict[str, Any] = {
    "no record id": {"modId": "0"},
    "record id null": {"recordId": None, "modId": "0"},
    "record id empty": {"recordId": "", "modId": "0"},
    "record id an object": {"recordId": {}, "modId": "0"},
    "nothing": {},
}


@pytest.mark.parametrize("what", CREATED)
def test_a_create_without_a_record_id_is_unknown(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    new = Person(name="Dag", addresses=[Address(city="Oslo")])  # pyright: ignore[reportArgumentType]
    with unharmed(office, db, new):
        spoil(replying({"response": CREATED[what], "messages": OK}))
        with told(
            OutcomeUnknown, "create on layout 'person'", "no record id", "find the record by its values"
        ):
            db.create(new)
        monkeypatch.undo()
    assert state(new).is_new


NEW_ROWS: dict[str, Any] = {
    "null": None,
    "empty": [],
    "with null": [None],
    "a text": "none",
    "a number": 5,
    "without a table": [{"recordId": "9", "modId": "0"}],
    "without a record id": [{"tableName": "person_addresses", "modId": "0"}],
    "record id null": [{"tableName": "person_addresses", "recordId": None, "modId": "0"}],
    "another table": [{"tableName": "person_hats", "recordId": "9", "modId": "0"}],
}


@pytest.mark.parametrize("what", NEW_ROWS)
@pytest.mark.parametrize("verb", ["create", "save"])
def test_new_rows_of_which_the_reply_does_not_tell_are_not_created_twice(
    office: Office, db: Database, spoil: Spoil, monkeypatch: pytest.MonkeyPatch, what: str, verb: str
) -> None:
    """The server has done it: all but the ids of the rows is known, and those are not made up."""
    row = Address(city="Oslo")
    person = Person(name="Dag") if verb == "create" else db.get(Person, 2)
    person.addresses.append(row)
    answered_with(monkeypatch, "newPortalRecordInfo", NEW_ROWS[what])
    try:
        db.create(person) if verb == "create" else db.save(person)
    except FmormError as error:
        with told(OutcomeUnknown, "layout 'person'", "read the record"):
            raise error from None
    monkeypatch.undo()
    if state(person).record_id is not None:
        db.save(person)  # sends nothing, or refuses
        assert state(row).record_id != "None"
    addresses = office.open().find(Person).where(Person.name == person.name).one().addresses
    assert [one.city for one in addresses].count("Oslo") == (1 if verb == "create" else 2)


def answered_with(monkeypatch: pytest.MonkeyPatch, member: str, value: Any) -> None:
    """Let the server do everything, and answer with one member of the response changed."""
    answer = EmbeddedMount.answer

    def changed(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
        response = answer(mount, request, body)
        if (
            "/layouts/" not in request.url.path
            or request.method == "GET"
            or request.url.path.endswith("_find")
        ):
            return response
        content = response.json()
        content["response"][member] = value
        return httpx.Response(response.status_code, json=content)

    monkeypatch.setattr(EmbeddedMount, "answer", changed)


@pytest.mark.parametrize("mod_id", [None, {}, [], "", "x"], ids=repr)
def test_a_mod_id_that_is_none_does_not_switch_the_lock_off(
    office: Office, db: Database, monkeypatch: pytest.MonkeyPatch, mod_id: Any
) -> None:
    bo = db.get(Person, 2)
    answered_with(monkeypatch, "modId", mod_id)
    bo.name = "Bosse"
    try:
        db.save(bo)
    except FmormError as error:
        with told(OutcomeUnknown, "layout 'person', record 2"):
            raise error from None
    monkeypatch.undo()
    db.update(Person, 2, {"name": "Somebody else's"})
    bo.name = "Mine"
    with told(ConflictError, "306", "layout 'person', record 2"):
        db.save(bo)
    assert db.get(Person, 2).name == "Somebody else's"


# -- what fails on the way to telling --------------------------------------------------------------------


def test_a_conflict_is_told_though_the_record_cannot_be_read(
    office: Office, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = dirty(db)
    db.update(Person, 1, {"notes": "theirs"})
    answer = EmbeddedMount.answer

    def unreadable(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(502, text="<html>")
        return answer(mount, request, body)

    with unharmed(office, db, ann):
        monkeypatch.setattr(EmbeddedMount, "answer", unreadable)
        for verb in each(lambda: db.save(ann), lambda: db.update(Person, 1, {"name": "x"}, mod_id=0)):
            with told(ConflictError, "306", "layout 'person', record 1", "Nothing was written") as caught:
                verb()
            assert vars(caught.value)["current"] is None
        monkeypatch.undo()


def test_a_create_that_cannot_be_read_back_says_that_it_was_done(
    office: Office, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = EmbeddedMount.answer

    def unreadable(mount: EmbeddedMount, request: httpx.Request, body: bytes) -> httpx.Response:
        if request.method == "GET":
            raise httpx.ReadError("connection reset", request=request)
        return answer(mount, request, body)

    dag = Person(name="Dag")
    monkeypatch.setattr(EmbeddedMount, "answer", unreadable)
    with pytest.raises(FmormError) as caught:
        db.create(dag, reload=True)
    monkeypatch.undo()
    assert state(dag).record_id == "4", "it is known to be there"
    db.save(dag)
    assert db.find(Person).count() == 4
    text = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert "record 4" in text
    assert "created" in text, "else it would be created again"
    assert "Nothing was changed" not in text


# -- log-ins ---------------------------------------------------------------------------------------------

HIDDEN = "tok-hidden-1"

LOG_INS: dict[str, Any] = {
    "no token": {"response": {}, "messages": OK},
    "token null": {"response": {"token": None}, "messages": OK},
    "token empty": {"response": {"token": ""}, "messages": OK},
    "token an object": {"response": {"token": {"is": HIDDEN}}, "messages": OK},
    "token with a line break": {"response": {"token": f"{HIDDEN}\r\nX-Evil: 1"}, "messages": OK},
    "token beyond Latin-1": {"response": {"token": f"{HIDDEN}😀"}, "messages": OK},
    "token half a surrogate": {"response": {"token": f"{HIDDEN}\ud800"}, "messages": OK},
    "token with a null byte": {"response": {"token": f"{HIDDEN}\0"}, "messages": OK},
    "a list": [HIDDEN],
    "response null": {"response": None, "messages": OK, "token": HIDDEN},
    "no messages": {"response": {"token": HIDDEN}},
}


@pytest.mark.parametrize("what", LOG_INS)
def test_a_log_in_without_a_good_token_is_told_without_it(serve: Serve, what: str) -> None:
    office, server = serve()
    db = office.open()
    server.respond = lambda _: Answer(http(200, json.dumps(LOG_INS[what]).encode()))
    for verb in each(lambda: db.get(Person, 1), lambda: db.create(Person(name="Dag"))):
        with told(ProtocolError, "log-in", secrets=[HIDDEN]):
            verb()
    goes_on(office, server, db)


def test_a_token_that_is_never_accepted_is_not_renewed_for_ever(serve: Serve) -> None:
    office, server = serve()
    db = office.open()
    ann = dirty(db)
    before = shown(ann), contents(office.app)
    healthy = from_app(office.app)

    def respond(request: Request) -> Answer:
        if "/layouts/" in request.target:
            refusal: dict[str, Any] = {
                "response": {},
                "messages": [{"code": "952", "message": "Invalid FileMaker Data API token (*)"}],
            }
            return Answer(http(401, json.dumps(refusal).encode()))
        return healthy(request)

    server.respond = respond
    server.seen.clear()
    with told(SessionExpired, "952", "layout 'person', record 1"):
        db.save(ann)
    assert len(server.seen) <= 3, "asked, logged in, asked again"
    assert (shown(ann), contents(office.app)) == before
    server.respond = healthy
    saves(db, ann)


def goes_on(office: Office, server: Misbehaving, db: Any) -> None:
    server.respond = from_app(office.app)
    assert db.get(Person, 2).name == "Bo Dahl"
    db.close()
    assert office.app.session_count == 0
