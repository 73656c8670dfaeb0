"""What the file does not have: accounts, databases, layouts, fields, portals, records."""

from __future__ import annotations

import pytest
from bad_input.conftest import Serve
from bad_input.sockets import Answer, Respond, http
from bad_input.witness import contents, dirty, each, saves, shown, told, unharmed
from scenarios.conftest import PASSWORD, Office
from scenarios.office import Person

from fmorm import (
    ConflictError,
    CredentialError,
    Database,
    DatabaseClosed,
    Field,
    FieldMissing,
    FindError,
    LayoutMissing,
    Model,
    NotFound,
    NotLoaded,
    Portal,
    PortalRow,
    PrivilegeError,
    RecordMissing,
    RequestRefused,
    field,
    portal,
    state,
)
from fmorm.server import Request


class Nowhere(Model, layout="nowhere"):
    name: Field[str] = field("Name")


class Hat(PortalRow, table="person_hats"):
    colour: Field[str] = field("Colour")


class Misspelt(Model, layout="person"):
    id: Field[str] = field("PrimaryKey", read_only=True)
    nmae: Field[str | None] = field("Nmae")
    name: Field[str] = field("Name")


class Hatted(Model, layout="person"):
    name: Field[str] = field("Name")
    hats: Portal[Hat] = portal("hats")


# -- accounts and databases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "password"),
    [
        pytest.param("api", "wrong-pass-1", id="wrong password"),
        pytest.param("api", "", id="no password"),
        pytest.param("api", PASSWORD.upper(), id="upper case"),
        pytest.param("api", f" {PASSWORD}", id="space before"),
        pytest.param("nobody", PASSWORD, id="unknown account"),
        pytest.param("", PASSWORD, id="no account"),
        pytest.param("é😀", "pâss-wörd-😀", id="emoji"),
    ],
)
def test_who_is_not_known_is_told_without_the_password(serve: Serve, user: str, password: str) -> None:
    office, _ = serve()
    db = office.open(user=user, password=password)
    for verb in each(lambda: db.get(Person, 1), lambda: db.create(Person(name="Dag"))):
        with told(
            CredentialError, "log-in to 'Office & Co'", "Check account and password",
            secrets=[password] if password else [],
        ):  # fmt: skip
            verb()
    assert PASSWORD not in repr(db)
    assert office.app.session_count == 0


def test_a_password_that_is_changed_while_a_program_runs_loses_nothing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, server = serve()
    db = office.open()
    ann = dirty(db)
    before = shown(ann), contents(office.app)
    office.app.expire_sessions()
    good, server.respond = server.respond, with_another_password(office)
    with told(CredentialError, "212", "log-in to 'Office & Co'"):
        db.save(ann)
    assert (shown(ann), contents(office.app)) == before
    server.respond = good
    saves(db, ann)


def with_another_password(office: Office) -> Respond:
    """Answer as FileMaker does once the password is another one."""

    def respond(request: Request) -> Answer:
        if request.target.endswith("/sessions"):
            headers = {**request.headers, "authorization": "Basic YTpi"}
            request = Request(request.method, request.target, headers, request.body)
        reply = office.app.handle(request)
        return Answer(http(reply.status, reply.body, *(f"{name}: {value}" for name, value in reply.headers)))

    return respond


@pytest.mark.parametrize("name", ["Nowhere", "office & co.", "Office", "Office & Co/layouts", "..", "."])
def test_an_unknown_database_is_named(serve: Serve, name: str) -> None:
    office, _ = serve()
    db = office.open_named(name)
    for verb in each(lambda: db.get(Person, 1), lambda: db.create(Person(name="Dag"))):
        with told(DatabaseClosed, "802", f"log-in to '{name}'", "Check the database name"):
            verb()
    assert office.app.session_count == 0


def test_an_account_that_may_only_read_writes_nothing(office: Office) -> None:
    db = office.open(user="reader")
    ann = dirty(db)
    with unharmed(office, db, ann):
        with told(PrivilegeError, "edit on layout 'person', record 1"):
            db.save(ann)
        with told(PrivilegeError, "create on layout 'person'"):
            db.create(Person(name="Dag"))
        with told(PrivilegeError, "deletion on layout 'person', record 3"):
            db.delete(Person, 3)


# -- layouts ---------------------------------------------------------------------------------------------


def test_an_unknown_layout_is_named_by_every_verb(office: Office, db: Database) -> None:
    new = Nowhere(name="Dag")
    with unharmed(office, db, new):
        for verb in each(
            lambda: db.get(Nowhere, 1),
            lambda: db.find(Nowhere).all(),
            lambda: db.find(Nowhere).where(Nowhere.name == "x").all(),
            lambda: db.find(Nowhere).count(),
            lambda: list(db.find(Nowhere)),
            lambda: db.create(new),
            lambda: db.update(Nowhere, 1, {"name": "x"}),
            lambda: db.delete(Nowhere, 1),
        ):
            with told(LayoutMissing, "105", "layout 'nowhere'"):
                verb()


# -- fields ----------------------------------------------------------------------------------------------


def test_a_field_that_the_layout_does_not_show_is_not_loaded_rather_than_empty(
    office: Office, db: Database
) -> None:
    with unharmed(office, db):
        for person in (db.get(Misspelt, 1), db.find(Misspelt).all()[0]):
            assert person.name == "Ann Berg"
            with told(NotLoaded, r"Misspelt\.nmae", "'Nmae'", "layout"):
                _ = person.nmae
            with told(NotLoaded, r"Misspelt\.nmae"):
                getattr(person, "nmae", None)


def test_a_field_that_the_layout_does_not_have_refuses_the_whole_save(office: Office, db: Database) -> None:
    person = db.get(Misspelt, 1)
    person.nmae = "Anne"
    person.name = "Anne"
    with unharmed(office, db, person):
        with told(FieldMissing, "102", "edit on layout 'person', record 1", "must show every field", "Nmae"):
            db.save(person)
        with told(FieldMissing, "102", "edit on layout 'person', record 1", "Nmae"):
            db.update(Misspelt, 1, {"nmae": "Anne", "name": "Anne"})


def test_a_field_that_the_layout_does_not_have_refuses_the_whole_create(office: Office, db: Database) -> None:
    new = Misspelt(nmae="Dag", name="Dag")
    with unharmed(office, db, new), told(FieldMissing, "102", "create on layout 'person'", "Nmae"):
        db.create(new)
    assert state(new).is_new


def test_a_field_that_the_layout_does_not_have_refuses_a_find(office: Office, db: Database) -> None:
    finds = db.find(Misspelt).where(Misspelt.name == "Ann Berg")
    with unharmed(office, db):
        with told(FieldMissing, "102", "find on layout 'person'", "must show every field", "Nmae"):
            finds.where(Misspelt.nmae == "x").all()
        with told(FieldMissing, "102", "find on layout 'person'", "Nmae"):
            finds.omit(Misspelt.nmae == "x").count()


@pytest.mark.parametrize("narrowed", [False, True], ids=["range", "find"])
def test_a_field_that_the_layout_does_not_have_refuses_a_sort(
    office: Office, db: Database, narrowed: bool
) -> None:
    finds = db.find(Misspelt).where(Misspelt.name == "Ann Berg") if narrowed else db.find(Misspelt)
    with unharmed(office, db), told(FieldMissing, "102", "on? .*layout 'person'|of layout 'person'", "Nmae"):
        finds.sort(Misspelt.nmae.desc()).all()


# -- portals ---------------------------------------------------------------------------------------------


def test_a_portal_that_the_layout_does_not_have_is_told(office: Office, db: Database) -> None:
    with unharmed(office, db):
        for verb in each(
            lambda: db.get(Hatted, 1),
            lambda: db.find(Hatted).all(),
            lambda: db.find(Hatted).where(Hatted.name == "Ann Berg").all(),
        ):
            with told(
                RequestRefused, "960", "layout 'person'", "portal that the layout does not have", "hats"
            ):
                verb()


def test_a_portal_that_the_layout_does_not_have_can_be_left_out(office: Office, db: Database) -> None:
    person = db.find(Hatted).portals().all()[0]
    with told(NotLoaded, r"Hatted\.hats", "portal 'hats'"):
        person.hats.append(Hat(colour="red"))


def test_a_row_of_a_portal_that_the_layout_does_not_have_refuses_the_create(
    office: Office, db: Database
) -> None:
    new = Hatted(name="Dag", hats=[Hat(colour="red")])  # pyright: ignore[reportArgumentType]
    with unharmed(office, db, new):
        with pytest.raises((FieldMissing, RequestRefused)) as caught:
            db.create(new)
        with told(type(caught.value), "create on layout 'person'"):
            raise caught.value


# -- records ---------------------------------------------------------------------------------------------


def test_an_unknown_record_is_named_by_every_verb(office: Office, db: Database) -> None:
    with unharmed(office, db):
        for verb in each(
            lambda: db.get(Person, 99),
            lambda: db.get(Person, "99"),
            lambda: db.update(Person, 99, {"name": "x"}),
            lambda: db.delete(Person, 99),
            lambda: db.delete(Person, 99, mod_id=0),
        ):
            with told(RecordMissing, "101", "layout 'person', record 99"):
                verb()
        with told(NotFound, "no Person has id 'Z'"):
            db.get(Person, id="Z")


def test_a_record_that_is_there_no_more_keeps_what_was_changed(office: Office, db: Database) -> None:
    ann = dirty(db)
    db.delete(Person, 1)
    with unharmed(office, db, ann):
        for verb in each(lambda: db.save(ann), lambda: db.reload(ann), lambda: db.delete(ann)):
            with told(RecordMissing, "101", "layout 'person', record 1"):
                verb()


def test_a_row_that_is_there_no_more_keeps_what_was_changed(office: Office, db: Database) -> None:
    ann, other = dirty(db), db.get(Person, 1)
    other.addresses.remove(other.addresses[0])
    db.save(other)
    with unharmed(office, db, ann):
        with pytest.raises((RecordMissing, ConflictError)) as caught:
            db.save(ann)
        with told(type(caught.value), "edit on layout 'person', record 1"):
            raise caught.value


def test_an_empty_key_names_no_record(office: Office, db: Database) -> None:
    with unharmed(office, db):
        for key in ("", None):
            with told(FindError, r"get\(Person, id=.*\): an empty key names no record"):
                db.get(Person, id=key)
